"""What is in a pack for one reader: each section's figures and drawing, the stories, what needs a decision, all of one snapshot."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from dashboard import five
from dashboard.alerting.message import page_of
from dashboard.charts import course, tiles
from dashboard.components import drawer, needs_a_decision
from dashboard.embed.chart import Charts, without_ways
from dashboard.embed.token import Grant
from dashboard.look import Look
from dashboard.packs.shapes import LINES, NUMBER, Shape, shape_of
from dashboard.panel_menu import standing
from dashboard.states import State, state_of
from dashboard.view import Target, View
from metrics.answer import Answer, Explanation
from metrics.errors import QuestionError
from metrics.language import _, language_of, speaking
from metrics.metric import Metric
from metrics.named import entity_name, group_name, owner_name
from metrics.packs import asked_of_part
from metrics.period_text import period_label
from metrics.selection import Selection
from metrics.small_groups import untold
from queries.errors import QueriesError
from queries.pack import Pack, Part, Stories

SERIES: Final[Mapping[int, int]] = {4: 5, 7: 13, 8: 13}
"""How many periods a course has, by the length of a period's text: years, months and quarters, weeks."""
MOST_FINDINGS: Final = 6
TRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure of a section: what it says in one sentence, its form, and all that stands beside it.

    told: its value in words, the state it is in, and the small lines below.   notes: what a speaker may be asked.
    course: the answer over time from which its form comes, where it is a bare number itself.
    link: the page that tells it as it is today; empty where nothing says where that is.
    """

    title: str
    sentence: str
    answer: Answer
    shape: Shape
    value: str
    state: State | None
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    standing: tuple[str, ...]
    course: Answer | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section as it is told: its title, what its panel draws, its figures; problem: why there are none."""

    title: str
    html: str = ""
    lines: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    link: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The stories: each as it is told, of which number, by which lot, and the ids of those whom they are of, told to nobody."""

    sentence: str = ""
    stories: tuple[dict[str, Any], ...] = ()
    seed: str = ""
    whom: tuple[str, ...] = field(default=(), repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A pack for one reader. label: its period in words.   as_of: of its oldest figure, in words.   needs: what needs a decision."""

    pack: Pack
    reader: str
    company: str
    period: str
    label: str
    language: str
    as_of: str
    snapshot: str
    sections: tuple[Section, ...]
    stories: Told | None = None
    needs: tuple[dict[str, Any], ...] | None = None
    link: str = ""

    @property
    def frozen(self) -> str:
        """Says that nothing in it changes any more, and whether it leads to what does."""
        return _("frozen as presented, with links to the live pages") if self.link else _("frozen as presented")

    @property
    def meaning(self) -> str:
        """Says what that means to who reads it."""
        if self.link:
            return _("No figure in this file changes any more. A live page tells it as it is when the page is opened.")
        return _("No figure in this file changes any more.")


@dataclass(frozen=True)
class Gathering:
    """Puts a pack together from the same answers as the pages. base: the public address of the pages; empty where nothing says it."""

    charts: Charts
    pack: Pack
    period: str
    base: str = ""
    reader: str = ""

    def contents(self) -> Contents:
        """Returns all that is in the pack, of one snapshot: it begins anew when another one was published meanwhile.

        Raises QueriesError where nothing can be asked at all.
        """
        with speaking(self._language):
            for _try in range(TRIES):
                before = str(self._center.snapshot)
                made = self._contents(before)
                if {before} == {str(self._center.snapshot), *self._snapshots(made)}:
                    return made
        raise QuestionError("new data was loaded while the pack was made", instead="Try again when the load is done")

    @staticmethod
    def _snapshots(made: Contents) -> Iterator[str]:
        for section in made.sections:
            yield from (one.answer.snapshot for one in section.findings)

    @property
    def _center(self) -> Any:
        return self.charts.panels.center

    @cached_property
    def _language(self) -> str | None:
        return language_of(self.charts.panels.locale, self.pack.language)

    @cached_property
    def _explained(self) -> dict[str, Explanation]:
        return {}

    def _view(self, **changes: Any) -> View:
        selection = Selection.of(period=self.period, where=self.pack.where).changed(**changes)
        return View(selection=selection, language=self._language or "")

    def _look(self) -> Look:
        return self.charts.panels.look(self._view())

    def _contents(self, snapshot: str) -> Contents:
        look = self._look()
        sections = tuple(self._section(part) for part in self.pack.parts)
        told = [one.answer.as_of for section in sections for one in section.findings]
        as_of = min(told, default=look.newest)
        return Contents(
            pack=self.pack,
            reader=self.reader,
            company=self.charts.panels.company,
            period=self.period,
            label=period_label(self.period),
            language=self._language or "en",
            as_of=f"{look.reader.full_moment(as_of)} {look.reader.zone}" if as_of else "",
            snapshot=snapshot,
            sections=sections,
            stories=self._stories(self.pack.stories) if self.pack.stories else None,
            needs=self._needs() if self.pack.decisions else None,
            link=self._address(self._view().href()) if self.pack.is_live else "",
        )

    def _section(self, part: Part) -> Section:
        chosen = asked_of_part(self.pack, part, self.period)
        grant = Grant(query=chosen.to_query(), metric=part.metric, path=part.page, panel=part.panel, begun=0, ends=0)
        try:
            drawn, answers = self.charts.with_answers(grant, self._language or "")
            findings = tuple(self._findings(part, grant, answers))
        except QueriesError as problem:
            return Section(title=part.title or self._title_of(part), problem=str(problem))
        return Section(
            title=part.title or drawn.title, html=self._over_time(part, grant, findings) or drawn.html, lines=drawn.lines,
            findings=findings, link=self._link(part, grant, findings),
        )  # fmt: skip

    def _over_time(self, part: Part, grant: Grant, findings: Sequence[Finding]) -> str:
        """Returns how a metric's bare number came to be, as the pages draw a course; nothing of what is drawn otherwise."""
        if part.page or len(findings) != 1 or findings[0].course is None:
            return ""
        metric = self._center.metric(part.metric).spoken
        look = replace(
            self.charts.panels.look(self.charts.view(grant, self._language or "")), title=metric.title, question=metric.question
        )
        return without_ways(str(course.draw({part.metric: findings[0].course}, look)), opens=False)

    def _title_of(self, part: Part) -> str:
        known = self._look().specs
        if part.metric in known:
            return str(known[part.metric].spoken.title)
        section = self.charts.panels.section(part.page, part.panel) if part.page else None
        return _(section.title) if section else part.metric or part.panel

    def _findings(self, part: Part, grant: Grant, answers: Sequence[Answer]) -> Iterator[Finding]:
        """One a metric: a panel may ask the same one twice, once more for a part of its drawing."""
        first: dict[str, Answer] = {}
        for answer in answers:
            first.setdefault(answer.metric, answer)
        for answer in list(first.values())[:MOST_FINDINGS]:
            yield self._finding(part, grant, answer, len(first))

    def _finding(self, part: Part, grant: Grant, answer: Answer, beside: int) -> Finding:
        view = self.charts.view(grant, self._language or "")
        look = self.charts.panels.look(view)
        metric: Metric = self._center.metric(answer.metric).spoken
        over_time = self._course(answer, look)
        is_shown = answer.total.value is not None and not look.is_too_few(answer.metric, answer.total)
        state = state_of(answer.total, target=metric.target, better=metric.better, unit=answer.unit)
        title = part.title if part.title and beside == 1 else _named(metric, answer)
        value = tiles.value_words(answer, look.reader) if is_shown else (state.word if state else "–")
        instead = (*answer.notices, untold(self._center.policy.least))  # of its sentence, which would tell what is of few
        is_said = bool(answer.caption) and answer.caption not in instead
        return Finding(
            title=title,
            sentence=answer.caption if is_said else f"{title}: {value}",
            answer=answer,
            shape=shape_of(over_time or answer, look),
            course=over_time,
            value=value,
            state=state if is_shown else None,
            lines=(*_lines(answer, metric, look, is_shown=is_shown), *(answer.notices if not is_said else ())),
            notes=tuple(self._notes(answer, metric, look)),
            standing=tuple(standing((answer,), look, self.charts.panels.company)["lines"]),
            link=self._address(_opened(answer, look)) if self.pack.is_live else "",
        )

    def _course(self, answer: Answer, look: Look) -> Answer | None:
        """The same over time, of an answer that is a bare number; None where that makes no course."""
        periods = SERIES.get(len(answer.period.text)) if answer.period else None
        if periods is None or answer.selection.by or shape_of(answer, look).kind != NUMBER:
            return None
        chosen = answer.selection.changed(compare="none", options={**answer.selection.options, "series": str(periods)})
        try:
            found: Answer = self._center.ask(answer.metric, chosen)
        except QueriesError:
            return None
        return found if shape_of(found, look).kind == LINES else None

    def _notes(self, answer: Answer, metric: Metric, look: Look) -> Iterator[str]:
        explained = self._explain(answer)
        yield f"{metric.title}. {metric.question}"
        yield answer.caption
        yield _("How it is worked out: {formula}.", formula=metric.formula)
        yield from (line for line in (explained.counts, explained.coverage) if line)
        judges, moment = (
            ", ".join(map(entity_name, explained.judged_by)),
            f"{look.reader.full_moment(answer.as_of)} {look.reader.zone}",
        )
        yield _("Judged by {entities}, known until {moment}.", entities=judges, moment=moment)
        if metric.target is not None:
            yield _("Aim: {aim}.", aim=look.reader.value(metric.target, metric.unit))
        reviewed = look.reader.full_day(metric.reviewed)
        yield _(
            "Whose it is: {owner}. Its definition was last looked over on {day}.", owner=owner_name(metric.owner), day=reviewed
        )
        yield from answer.notices
        total = answer.total
        told = {"n": total.n, "customers": total.customers}
        if total.value is None:
            yield _("Exact: no value, of {n} rows, {customers} customers.", **told)
        else:
            yield _("Exact: {value} of {n} rows, {customers} customers.", value=total.value, **told)
        yield _("Asked by: {command}", command=command(answer))

    def _explain(self, answer: Answer) -> Explanation:
        key = f"{answer.metric} {answer.selection.to_query()}"
        if key not in self._explained:
            self._explained[key] = self._center.explain(answer.metric, answer.selection)
        return self._explained[key]

    def _stories(self, told: Stories) -> Told:
        target = Target(metric=told.metric, mark=told.mark, where=told.where)
        view = replace(self._view(), target=target, show="five", draw=told.draw)
        look = replace(self._look(), view=view)
        try:
            listed = drawer.people(self._center, view, limit=0)
            drawn = five.fetch(
                self._center, view, listed.count, lambda most, after: drawer.people(self._center, view, most, after).rows
            )
        except QueriesError as problem:
            return Told(problem=str(problem))
        stories = [five.told(number, one, look) for number, one in enumerate(drawn, start=1)]
        if self.pack.names and self._center.policy.names:
            names = [str(one.story.customer.get("name") or one.story.customer["customer_id"]) for one in drawn]
            stories = [{**one, "title": name} for one, name in zip(stories, names, strict=True)]
        whom = tuple(str(one.story.customer["customer_id"]) for one in drawn)
        sentence = listed.sentence or ""
        return Told(sentence=sentence, stories=tuple(stories), seed=five.seed_of(view), whom=whom)

    def _needs(self) -> tuple[dict[str, Any], ...]:
        view = replace(self._view(), path="/improve")
        look = replace(self._look(), view=view)
        return tuple(needs_a_decision.ranked(needs_a_decision.fetch(self._center, view), look))

    def _link(self, part: Part, grant: Grant, findings: Sequence[Finding]) -> str:
        if not self.pack.is_live:
            return ""
        if part.page:
            return self._address(self.charts.view(grant).href(part.page))
        return findings[0].link if findings else ""

    def _address(self, href: str) -> str:
        return f"{self.base}{href}" if self.base else ""


def command(answer: Answer) -> str:
    """Returns what to type to be told the same number."""
    asked = answer.selection
    parts = [
        *(["--period", asked.period] if asked.period else []),
        *(word for name, values in asked.where.items() for value in values for word in ("--where", f"{name}={value}")),
        *(word for name in asked.by for word in ("--by", name)),
        *(word for name, value in asked.options.items() if value for word in (f"--{name.replace('_', '-')}", value)),
    ]
    return shlex.join(["cx", "ask", answer.metric, *parts])


def _named(metric: Metric, answer: Answer) -> str:
    """Returns what a figure is called, and by what it is told apart."""
    by = ", ".join(map(group_name, answer.selection.by))
    return _("{figure}, by {dimensions}", figure=metric.title, dimensions=by) if by else metric.title


def _opened(answer: Answer, look: Look) -> str:
    """Returns the address of the page that a figure is on, asked as it was, with how it is worked out."""
    asked = answer.selection
    selection = Selection.of(period=asked.period, where=asked.where)
    target = Target(metric=answer.metric, by=asked.by, options=asked.options)
    return View(path=page_of(answer.metric).path, selection=selection, target=target, show="how").href()


def _lines(answer: Answer, metric: Metric, look: Look, *, is_shown: bool) -> Iterator[str]:
    """Yields what stands below a value: its aim, its interval, how it changed, and what it is made of."""
    reader, value = look.reader, answer.total
    if metric.target is not None:
        yield _("aim {aim}", aim=reader.value(metric.target, answer.unit))
    if is_shown:
        between = tiles.interval(value.low, value.high, answer.unit, reader)
        moved = tiles.change(answer.comparison, answer.unit, metric.better, reader)
        yield from (line for line in (between, moved["words"] if moved else "") if line)
    counted = reader.counted(value.n, metric.one, metric.noun)
    customers = reader.counted(value.customers, "customer", "customers")
    yield from dict.fromkeys([counted, customers])
