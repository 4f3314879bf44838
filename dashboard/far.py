"""What a panel says to somebody who stands three metres away: a sentence, some figures, a few lines with bars.

Figures and captions are those of the panel's own drawing, from the same answers; what cannot be read from there is left to the pages.
Only kinds that are named here are told: lists of people, their words and what is foretold of them never are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from dashboard.charts import aftermath, clocks, equation, figures, intervals, owed, reasons, strip
from dashboard.charts._told import told
from dashboard.charts.tiles import change, value_words
from dashboard.components.needs_a_decision import Needs, ranked
from dashboard.look import Look
from dashboard.states import BROKEN, NO_DATA, TOO_FEW, State
from metrics.answer import Answer, Row, Value
from metrics.headline import is_valued
from metrics.language import _
from metrics.named import group_name
from queries.errors import QueriesError

MOST: Final = 6
MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
LAST: Final = ("other", "unknown", "none")
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar from 0 to `to` in percent of its room, the interval and the aim on it; without `to` a point at `at` instead."""

    to: float | None = None
    at: float | None = None
    low: float | None = None
    high: float | None = None
    aim: float | None = None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: what it is about, its figure with its state, a bar, and in small what belongs to either.

    lead: the number with which the name begins.
    """

    name: str
    value: str
    lead: str = ""
    under: str = ""
    note: str = ""
    state: State | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One great figure: its state to its aim, and how it changed."""

    value: str
    words: str = ""
    state: State | None = None
    aim: str = ""
    change: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A figure over time as columns from zero, each with its top and height in percent of the room; the zero line at `zero`."""

    columns: Sequence[tuple[float, float]]
    zero: float
    label: str
    first: str
    words: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one panel says. terms: the figures of an equation, each with its sign."""

    headline: Sequence[Mapping[str, str]] = ()
    figure: Figure | None = None
    terms: Sequence[Mapping[str, str]] = ()
    course: Course | None = None
    lines: Sequence[Line] = ()
    caption: str = ""
    looks: str = ""


def is_told(kind: str) -> bool:
    """Tells whether a chart kind or component can be told from three metres."""
    return kind in KINDS


def tell(kind: str, answers: Answers, look: Look) -> Told:
    """Returns what a panel says from its answers; raises the QueriesError of an answer that it cannot do without."""
    return KINDS[kind](answers, look)


# ---- the overview's panels ------------------------------------------------------------------------------------


def _equation(answers: Answers, look: Look) -> Told:
    answer = told(answers, equation.METRIC)
    row = answer.rows[-1].extra
    is_in_money = is_valued(row)
    nets = [(each.at, each.extra["net"]["value" if is_in_money else "customers"]) for each in answer.rows]
    written = look.reader.signed_money if is_in_money else look.reader.signed
    words = _("value won less value lost, by month") if is_in_money else _("customers won less customers lost, by month")
    return Told(
        headline=row["headline"],
        terms=[_term(term) for term in equation.terms(answer, look) if term["count"]],
        course=_course(nets, words, written, look),
        caption=equation.note(answer, look),
    )


def _term(term: Mapping[str, Any]) -> dict[str, str]:
    """An equation's term: its count, what it is, and what it is worth where that is told."""
    words = ["".join(part["text"] for part in line) for line in term["lines"]]
    name = {"lost": _("lost")}.get(term["key"], words[0])
    return {
        "key": term["key"],
        "sign": term["sign"],
        "count": term["count"],
        "name": name,
        "money": words[1] if words[1:] else "",
    }


def _strip(answers: Answers, look: Look) -> Told:
    answer = told(answers, strip.METRIC)
    return Told(lines=[_stage(row.extra, look) for row in answer.rows], looks="stages")


def _stage(stage: Mapping[str, Any], look: Look) -> Line:
    share, reader = stage["share"], look.reader
    here = _("{n} here now", n=reader.count(stage["here_now"]))
    name = _("“{words}”", words=stage["says"])
    if share is None:
        return Line(name=name, value="", under=here)
    words = strip.moved_words(stage)
    state = strip.state_of_share(stage)
    if state == TOO_FEW:
        return Line(name=name, value=TOO_FEW.word, under=here, note=words, state=state)
    aim = stage["target"]
    aimed = ", " + _("aim {aim}", aim=reader.points(aim)) if aim is not None else ""
    aimed += f": {state.word}" if state else ""
    bar = _bar_of_share(share, aim)
    return Line(name=name, value=reader.percent(share.value, 0), under=here, note=words + aimed, state=state, bar=bar)


def _reasons(answers: Answers, look: Look) -> Told:
    answer = told(answers, next(iter(answers)))
    most = max((row.value.n for row in answer.rows), default=0) or 1
    lines = [
        Line(
            name=reasons.name_of(row.by["reason"]),
            value=look.reader.count(row.value.n),
            bar=Bar(to=_percent(row.value.n / most), is_unknown=row.by["reason"] in reasons.UNTOLD),
        )
        for row in answer.rows[:MOST]
    ]
    return Told(lines=lines, caption=answer.caption)


def _intervals(answers: Answers, look: Look) -> Told:
    answer = told(answers, next(iter(answers)))
    rows, aim = intervals.rows(answers, look), look.target(answer.metric)
    aim_x = intervals.axis(answers, look).x(aim) if aim is not None else None
    lines = [
        Line(
            name=row["name"],
            value=row["value"],
            note="" if row["state"] is None else row["state"].word,
            state=row["state"],
            bar=Bar(at=row["x"], low=row["low"], high=row["high"], aim=aim_x),
        )
        for row in rows
    ]
    score = "NPS" if answer.unit == "nps" else ""
    aimed = _("aim {aim}", aim=look.reader.value(aim, answer.unit)) if aim is not None else ""
    counted = look.reader.counted(answer.total.n, "answer", "answers")
    return Told(lines=lines, caption=" · ".join(words for words in (score, aimed, counted) if words), looks="points")


def _owed(answers: Answers, look: Look) -> Told:
    lines = [owed.line(each, look) for each in owed.owed_of(answers)]
    return Told(
        lines=[
            Line(lead=line["count"], name=line["words"], value=line["value"], state=line["state"], under=line["owner"])
            for line in lines
        ],
        looks="sentences",
    )


def _aftermath(answers: Answers, look: Look) -> Told:
    """What goes along with a broken promise: the share lost on both sides, and the sentence of both."""
    answer = told(answers, next(iter(answers)))
    if not answer.options["is_enough"]:
        return Told(caption=answer.caption)
    lines = [
        Line(
            name=_(aftermath.NAMES[row.by["side"]]),
            value=look.reader.percent(row.value.value),
            note=_counts(row, look),
            bar=_bar_of_share(row.value, None),
        )
        for row in answer.rows
    ]
    return Told(lines=lines, caption=answer.caption)


def _counts(row: Row, look: Look) -> str:
    """How many were lost of how many; beside a share that is weighed, so not theirs divided, it says so."""
    counts = _("{lost} of {n}", lost=look.reader.count(row.value.numerator), n=look.reader.count(row.value.n))
    return _("{counts} unweighed", counts=counts) if row.by["side"] == "kept" else counts


def _needs(needs: Needs, look: Look) -> Told:
    lines = [
        Line(name=line["words"], value=line["value"], state=line["state"], under=line["owner"]) for line in ranked(needs, look)
    ]
    return Told(lines=lines[:MOST], looks="sentences")


def _figures(answers: Answers, look: Look) -> Told:
    """A line per figure; one of which nothing is known leaves its place to the others."""
    every = [_figure_line(answer, look) for answer in answers.values() if isinstance(answer, Answer)]
    lines = [line for line in every if line.state != NO_DATA] or every
    if not lines:
        raise next(problem for problem in answers.values() if isinstance(problem, QueriesError))
    return Told(lines=lines[:MOST], looks="sentences")


def _figure_line(answer: Answer, look: Look) -> Line:
    line = figures.line(answer.metric, answer, look)
    return Line(name=line["title"], value=line["value"] or line["word"] or "–", state=line["state"], under=_aimed(line))


def _aimed(line: Mapping[str, Any]) -> str:
    """How a figure stands to its aim, in words: "missed, aim 90 %"."""
    return f"{line['state'].word}, {line['aim']}" if line["aim"] and line["state"] else str(line["aim"])


def _running(running: Any, look: Look) -> Told:
    """The promises whose time runs out: how many, and nothing of whose they are."""
    parts = getattr(running, "parts", running)
    lines = [
        Line(
            name=_(clocks.STANDS[part]),
            value=look.reader.count(parts[part].count),
            state=state if parts[part].count else replace(state, name="none"),
        )
        for part, state, _words in clocks.PARTS
    ]
    return Told(lines=lines, looks="counts")


# ---- the journey ----------------------------------------------------------------------------------------------


def _funnel(answers: Answers, look: Look) -> Told:
    answer = told(answers, "journey_funnel")
    stages = answer.rows[0].extra["stages"] if answer.rows else []
    most = max((stage["reached"] for stage in stages), default=0) or 1
    lines = [
        Line(
            name=_("“{words}”", words=stage["says"]),
            value=look.reader.count(stage["reached"]),
            under=_of_the_stage_before(stage, look),
            bar=Bar(to=_percent(stage["reached"] / most)),
        )
        for stage in stages
    ]
    return Told(lines=lines, caption=answer.caption, looks="stages")


def _of_the_stage_before(stage: Mapping[str, Any], look: Look) -> str:
    share = stage["share_of_previous"]
    if stage["stage_no"] == 1 or share.value is None:
        return ""
    if look.is_too_few_of(share, "percent"):
        return TOO_FEW.word
    return _("{share} of the stage before", share=look.reader.percent(share.value))


# ---- any figure -----------------------------------------------------------------------------------------------


def _whole(answers: Answers, look: Look) -> Told:
    """The figure of everyone, its course where it was asked for, its groups, and its sentence."""
    whole = told(answers, next(iter(answers)))
    groups = next((rows for answer in answers.values() if isinstance(answer, Answer) and (rows := _groups(answer))), None)
    months = [(row.at, row.value.value) for row in whole.rows if row.at and not row.by]
    return Told(
        figure=_figure(whole, look),
        course=_course(months, _("by month"), lambda value: _words(value, whole, look), look),
        lines=_group_lines(groups, whole, look) if groups else (),
        caption=whole.caption,
    )


def _course(
    rows: Sequence[tuple[str | None, float | None]], words: str, written: Callable[[float], str], look: Look
) -> Course | None:
    """Returns the columns of a figure over time, or None where fewer than three of its times are known."""
    known = [(at, value) for at, value in rows if at is not None and value is not None]
    if len(known) < 3:
        return None
    top, bottom = max(0.0, *(value for _, value in known)), min(0.0, *(value for _, value in known))
    room = (top - bottom) or 1.0
    placed = [(100 * (top - max(value, 0.0)) / room, max(100 * abs(value) / room, 0.8)) for _, value in known]
    (first, _), (last, value) = known[0], known[-1]
    return Course(
        columns=[(round(y, 2), round(height, 2)) for y, height in placed],
        zero=round(100 * top / room, 2),
        label=", ".join(f"{_month(at, look)} {written(value)}" for at, value in known),
        first=_month(first, look),
        words=words,
        last=f"{_month(last, look)} {written(value)}",
    )


def _month(at: str, look: Look) -> str:
    return look.reader.short_month(date.fromisoformat(f"{at}-01")) if MONTH.fullmatch(at) else at


def _figure(answer: Answer, look: Look) -> Figure | None:
    if answer.total.value is None and answer.total.n:
        return None
    spec, value, reader = look.specs[answer.metric], answer.total, look.reader
    if look.is_too_few(answer.metric, value):
        return Figure(
            value=TOO_FEW.word, words=f"{reader.count(value.n)} {spec.one if value.n == 1 else spec.noun}", state=TOO_FEW
        )
    return Figure(
        value=value_words(answer, reader),
        words=spec.title[:1].lower() + spec.title[1:] if spec.title != look.title else "",
        state=BROKEN if answer.metric == "past_promise_now" and value.n else look.state(answer.metric, value),
        aim=_("aim {aim}", aim=reader.value(spec.target, answer.unit)) if spec.target is not None else "",
        change=change(answer.comparison, answer.unit, spec.better, reader),
    )


def _groups(answer: Answer) -> list[Row]:
    """Returns the rows of one split, the most rows first, what is not known last."""
    rows = [row for row in answer.rows if len(row.by) == 1 and row.at is None and row.value.n]
    return sorted(rows, key=lambda row: (next(iter(row.by.values())) in LAST, -row.value.n))


def _group_lines(rows: Sequence[Row], answer: Answer, look: Look) -> list[Line]:
    most = max((abs(row.value.value or 0) for row in rows), default=0) or 1
    return [_group_line(row, most, answer, look) for row in rows[:MOST]]


def _group_line(row: Row, most: float, answer: Answer, look: Look) -> Line:
    name = group_name(next(iter(row.by.values())))
    shown_name = name[:1].upper() + name[1:]
    if row.value.value is None or look.is_too_few(answer.metric, row.value):
        return Line(name=shown_name, value=TOO_FEW.word, state=TOO_FEW)
    bar = Bar(to=_percent(abs(row.value.value) / most))
    if answer.unit == "percent":
        bar = _bar_of_share(row.value, look.target(answer.metric))
    return Line(name=shown_name, value=_words(row.value.value, answer, look), state=look.state(answer.metric, row.value), bar=bar)


def _words(value: float | None, answer: Answer, look: Look) -> str:
    return look.reader.value(value, answer.unit)


def _bar_of_share(share: Value, aim: float | None) -> Bar:
    return Bar(to=_percent(share.value), low=_percent(share.low), high=_percent(share.high), aim=_percent(aim))


def _percent(part: float | None) -> Any:
    return None if part is None else round(100 * min(max(part, 0.0), 1.0), 2)


KINDS: Final[Mapping[str, Callable[[Any, Look], Told]]] = {
    "equation": _equation,
    "comings": _equation,
    "strip": _strip,
    "reasons": _reasons,
    "intervals": _intervals,
    "owed": _owed,
    "needs_a_decision": _needs,
    "aftermath": _aftermath,
    "figures": _figures,
    "scores": _figures,
    "tiles": _figures,
    "loop": _figures,
    "about_to_break": _running,
    "every_clock": _running,
    "funnel": _funnel,
    **dict.fromkeys(("hit", "spans", "crossed", "waiting", "course", "backlog", "wait", "forecast", "pressure", "trend"), _whole),
}
