"""The cohort grid: by the interval in which they came, the share who are there in each interval since, or then and later.

Who comes and what counts as being there are the workspace's own (became a customer, active; counted by account), or events of
fct_event: between two events people are counted. A cell that cannot be known yet has no value; one in which a silence could still end
is provisional and outside the overall row, and so is a cohort from before the data begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.cohorts import INTERVALS, Follow, after_words, week_shift
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_value
from metrics.figures.summary import person_row
from metrics.groups import OTHER, narrowed, shown_names
from metrics.intervals import Sums, proportion
from metrics.language import _, _n
from metrics.marks import of_everyone
from metrics.metric import Metric
from metrics.options import options_json
from metrics.period_text import period_label
from metrics.question import Page, Question
from metrics.selection import day_text, local_day
from metrics.words import event_words
from queries.warehouse import Reading

OVERALL: Final = "all known"
BECAME: Final = "became a customer"
ACTIVE: Final = "active"
MOST: Final = 120

Cell = Mapping[str, Any]

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Whom a cohort holds, by which interval, and what counts as being there."""

    cohort: str = field(default="first", metadata={"help": "who is in a cohort", "choices": ("first", "recurring")})
    interval: str = field(default="month", metadata={"help": "what cohorts are cut by", "choices": tuple(INTERVALS)})
    mode: str = field(
        default="on_or_after",
        metadata={"help": "there then or later, or in that very interval", "choices": ("on_or_after", "on")},
    )
    bucketing: str = field(
        default="calendar",
        metadata={"help": "intervals of the calendar or of whole 24 hours", "choices": ("calendar", "rolling")},
    )
    start: str = field(default="", metadata={"help": "the event that starts; empty: became a customer"})
    return_: str = field(default="", metadata={"help": "the event that counts as being there; empty: active"})
    intervals: int = field(default=0, metadata={"help": "how many intervals are followed; 0: as suits them", "most": MOST})
    after: int = field(default=0, metadata={"help": "the interval whose share is the total; 0: as suits them", "most": MOST})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})
    lapse: int = field(
        default=0, metadata={"help": "the silence that may still end; empty: as the workspace says", "duration": True}
    )

    @property
    def starts_with(self) -> str:
        """The event that starts, "became a customer" unless said."""
        return self.start or BECAME

    @property
    def is_there_by(self) -> str:
        """The event that counts as being there, empty for being active."""
        return "" if self.return_ == ACTIVE else self.return_

    @property
    def is_by_account(self) -> bool:
        """Whether accounts are counted: between two events it is people."""
        return not self.is_there_by or self.starts_with == BECAME

    @property
    def is_repeating(self) -> bool:
        """Whether people may be in several cohorts; becoming a customer happens once."""
        return self.cohort == "recurring" and self.starts_with != BECAME

    @property
    def is_usual(self) -> bool:
        """Whether the months that each customer's row holds are enough."""
        return self.starts_with == BECAME and not self.is_there_by and (self.interval, self.bucketing) == ("month", "calendar")

    @property
    def followed(self) -> int:
        return self.intervals or INTERVALS[self.interval].followed

    @property
    def headline(self) -> int:
        return self.after or min(INTERVALS[self.interval].headline, self.followed)


def asked(reading: Reading, metric: Metric, options: Options) -> tuple[Metric, datetime | None]:
    """Returns the metric over the rows that may start, and until when the events named are known, where any is."""
    named = [event for event in (options.start, options.is_there_by) if event and event != BECAME]
    known = {row["event"]: row["as_of"] for row in reading.constant("event_as_of")} if named else {}
    for event in named:
        if event not in known:
            raise UnknownName(f'there is no event "{event}"', name=event, known=known)
    if options.starts_with != BECAME:
        metric = replace(metric, fact="fct_event", dated_by="happened_at", split_by=())
    if not options.is_by_account:
        metric = replace(metric, noun=_("people of known cohorts"), one=_("person of known cohorts"))
    by_events = min((known[event] for event in named), default=None)
    if by_events is None or not options.is_by_account:
        return metric, by_events
    of_accounts = reading.constant("account_as_of")[0]["as_of"]
    return metric, min(by_events, of_accounts or by_events)


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per cohort (and group), each with its cells, the overall row first; total: the share `after` so many."""
    whole, shown = _grids(question, options)
    total = whole.known_share("", options.headline)
    told = {**options_json(options), "intervals": options.followed, "after": options.headline}
    return question.answered(
        options=told,
        total=total,
        rows=(*_overall(question, shown, options), *_cohorts(question, shown, options)),
        notices=(
            *notices.of_time(question),
            *_meant(options),
            *_censored(question, whole, options),
            *notices.of_sizes(question, total, ()),
        ),
        caption=_sentence(question, total, options),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a cohort, worth 1 when there `since` intervals later; by itself the cohort, or the total."""
    for dimension, value in mark.items():
        question = question if dimension in ("cohort", "since") else _narrowed(question, options, dimension, value)
    is_overall = mark.get("cohort", OVERALL) == OVERALL
    since = _whole(mark.get("since", str(options.headline if is_overall else 0)))
    options = replace(options, intervals=max(options.followed, since))
    grid = _grid(question, options, _cells(question, options, split=False))
    if is_overall:
        chosen = [cell for cell in grid.cells if cell["since"] == since and is_known(cell)]
        customers = grid.known_share("", since).customers
    else:
        chosen = [cell for cell in grid.cells if cell["since"] == since and cell["name"] == mark["cohort"]]
        customers = sum(cell["size"] for cell in chosen)
    found = question.run(
        "cohort_people",
        cohorts=[cell["cohort"] for cell in chosen],
        since=since,
        most=page.most,
        skipped=page.skipped,
        **_parameters(question, options),
    )
    unit, one = ("customers", "customer") if options.is_by_account else ("people", "person")
    count = sum(cell["size"] for cell in chosen)
    return question.people(
        unit=unit, one=one, count=count, customers=customers, rows=[person_row(row) for row in found], mark=mark
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the names of the cohorts of everyone in the period, and of their total."""
    asked = of_everyone(question)
    cells = _grid(asked, options, _cells(asked, options, split=False)).cells
    return {"cohort": [OVERALL, *dict.fromkeys(cell["name"] for cell in cells)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The cells of all cohorts, the known ones by group and `since`; and, where people are in several cohorts, what these hold together."""

    cells: Sequence[Cell]
    known: Mapping[tuple[str, int], Sequence[Cell]]
    together: Mapping[tuple[str, int], Mapping[str, Any]]

    def known_share(self, group: str, since: int) -> Value:
        """The share there of all known cohorts of a group; who is in several of them is one customer, and one cluster."""
        if (group, since) in self.together:
            return _clustered_share(self.together[group, since])
        known = self.known.get((group, since), ())
        return share_value(sum(cell["active"] for cell in known), sum(cell["size"] for cell in known))


def is_known(cell: Cell) -> bool:
    """Whether a cell counts in the overall row."""
    return cell["active"] is not None and not cell["is_provisional"] and not cell["is_censored"]


def _clustered_share(row: Mapping[str, Any]) -> Value:
    sums = Sums(
        n=row["size"],
        clusters=row["customers"],
        total=float(row["active"]),
        squares=float(row["active"]),
        cluster_totals=float(row["cluster_totals"]),
        cluster_counts=float(row["cluster_counts"]),
        cluster_products=float(row["cluster_products"]),
    )
    low, high = proportion(sums) or (None, None)
    return Value(
        value=sums.mean, n=sums.n, customers=sums.clusters, low=low, high=high, numerator=sums.total, denominator=float(sums.n)
    )


def _grids(question: Question, options: Options) -> tuple[_Grid, _Grid]:
    """The grid of everyone, and the one by group; it is the sum of the groups unless people may be in cohorts of several."""
    if not question.split:
        whole = _grid(question, options, _cells(question, options, split=False))
        return whole, whole
    cells = _cells(question, options, split=True)
    if options.is_repeating:
        return _grid(question, options, _cells(question, options, split=False)), _grid(question, options, cells)
    names = _names(question, options, cells)
    shown = _grid(question, options, _together(cells, names))
    return _grid(question, options, _together(cells, dict.fromkeys(names, ""))), shown


def _narrowed(question: Question, options: Options, dimension: str, value: str) -> Question:
    if value != OTHER or dimension not in question.selection.by or options.is_repeating:
        return question.filtered(dimension, value)
    return narrowed(question, dimension, value, _names(question, options, _cells(question, options, split=True)))


def _names(question: Question, options: Options, cells: Sequence[Cell]) -> dict[str, str]:
    sizes: Counter[str] = Counter()
    for cell in cells:
        sizes[cell["split_1"]] += cell["size"] if cell["since"] == 0 else 0
    return shown_names(sizes, options.most or question.most_values[question.selection.by[0]])


def _together(cells: Sequence[Cell], names: Mapping[str, str]) -> list[Cell]:
    """The cells of groups that share a name as one: who is in them adds up, and the longest silence counts."""
    made: dict[tuple[str, date, int], dict[str, Any]] = {}
    for cell in cells:
        place = (names[cell["split_1"]], cell["cohort"], cell["since"])
        one = made.setdefault(place, {**cell, "split_1": place[0], "size": 0, "active": 0})
        one["size"] += cell["size"]
        one["active"] += cell["active"]
        one["lapse_after_days"] = max(one["lapse_after_days"], cell["lapse_after_days"])
    return list(made.values())


def _cells(question: Question, options: Options, *, split: bool) -> list[Cell]:
    """The cells as counted, each with the days of silence after which nobody of it is expected back."""
    columns = question.split[:1] if split else ()
    parameters = _parameters(question, options)
    if options.is_usual and not options.lapse:
        return list(question.run("cohort_grid", split=columns, **parameters))
    found = question.run("cohort_grid" if options.is_usual else "cohort_cells", split=columns, **parameters)
    if options.starts_with != BECAME or options.lapse:
        return [{**cell, "lapse_after_days": _silence(question, options)} for cell in found]
    lapses = question.run("cohort_lapses", split=columns, **parameters)
    silences = {(row["cohort"], row["split_1"]): row["lapse_after_days"] for row in lapses}
    return [{**cell, "lapse_after_days": silences[cell["cohort"], cell["split_1"]]} for cell in found]


def _grid(question: Question, options: Options, cells: Sequence[Cell]) -> _Grid:
    """The cells, each with its cohort's name, and with no `active` where it cannot be known yet."""
    follow, begins = _follow(question, options), _begins(question, options)
    told = [
        {
            **cell,
            "name": follow.name(cell["cohort"]),
            "active": cell["active"] if follow.is_known(cell["cohort"], cell["since"]) else None,
            "is_provisional": follow.is_provisional(cell["cohort"], cell["since"], cell["lapse_after_days"]),
            "is_censored": begins is not None and cell["cohort"] < begins,
        }
        for cell in cells
        if cell["cohort"] is not None
    ]
    known: dict[tuple[str, int], list[Cell]] = {}
    for cell in filter(is_known, told):
        known.setdefault((cell["split_1"], cell["since"]), []).append(cell)
    together = {(cell["split_1"], cell["since"]): cell for cell in cells if cell["cohort"] is None}
    return _Grid(cells=told, known=known, together=together)


def _parameters(question: Question, options: Options) -> dict[str, Any]:
    follow = _follow(question, options)
    followed = max(options.followed, options.headline)
    return {
        "all_rows": question.metric.view.name,
        "start_event": options.starts_with,
        "sign_event": options.is_there_by,
        "by_account": options.is_by_account,
        "is_recurring": options.cohort == "recurring",
        "unit": options.interval,
        "shift": follow.shift,
        "is_rolling": follow.is_rolling,
        "microseconds": follow.interval.microseconds,
        "zone": question.zone,
        "intervals": followed,
        "on_or_after": follow.is_on_or_after,
        "last_known": follow.last_known(followed, _silence(question, options)) if options.is_repeating else [],
        **question.times(question.period),
    }


def _follow(question: Question, options: Options) -> Follow:
    week_start = question.reading.constant("settings")[0]["week_start"]
    return Follow(
        interval=INTERVALS[options.interval],
        is_rolling=options.bucketing == "rolling",
        is_on_or_after=options.mode == "on_or_after",
        as_of=question.as_of,
        today=local_day(question.as_of, question.zone),
        zone=question.zone,
        shift=week_shift(week_start) if options.interval == "week" else 0,
    )


def _silence(question: Question, options: Options) -> int:
    """The days of silence after which nobody is expected back: as asked, else as the workspace says."""
    return -(-options.lapse // 86_400) or int(question.reading.constant("lapse")[0]["lapse_after_days"])


def _overall(question: Question, grid: _Grid, options: Options) -> list[Row]:
    rows = []
    for group in dict.fromkeys(cell["split_1"] for cell in grid.cells):
        told: list[dict[str, Any]] = [
            {"since": since, "value": grid.known_share(group, since), "provisional": False}
            for since in range(options.followed + 1)
        ]
        size = told[0]["value"].n
        shown = [cell if cell["value"].n else {**cell, "value": None} for cell in told]
        extra = {"size": size, "begins_on": None, "left_censored": False, "cells": shown}
        by = {"cohort": OVERALL, **_group(question, group)}
        rows.append(Row(by=by, value=grid.known_share(group, options.headline), extra=extra))
    return rows


def _cohorts(question: Question, grid: _Grid, options: Options) -> list[Row]:
    by_cohort: dict[tuple[str, date], list[Cell]] = {}
    for cell in grid.cells:
        by_cohort.setdefault((cell["split_1"], cell["cohort"]), []).append(cell)
    rows = []
    for (group, cohort), of_cohort in by_cohort.items():
        told = [_told(cell) for cell in of_cohort if cell["since"] <= options.followed]
        size = of_cohort[0]["size"]
        by = {"cohort": of_cohort[0]["name"], **_group(question, group)}
        extra = {"size": size, "begins_on": cohort, "left_censored": of_cohort[0]["is_censored"], "cells": told}
        rows.append(Row(by=by, value=Value(value=float(size), n=size, customers=size), extra=extra))
    return rows


def _told(cell: Cell) -> dict[str, Any]:
    value = share_value(cell["active"], cell["size"]) if cell["active"] is not None else None
    return {"since": cell["since"], "value": value, "provisional": bool(cell["is_provisional"])}


def _group(question: Question, group: str) -> dict[str, str]:
    return {question.selection.by[0]: group} if question.split else {}


def _begins(question: Question, options: Options) -> date | None:
    """Returns the first day of the month in which the data begins to show who leaves; an event is told of from its first day on."""
    if options.starts_with != BECAME:
        return None
    begins_at = question.reading.constant("data_begins")[0]["begins_at"]
    return local_day(begins_at, question.zone).replace(day=1) if begins_at else None


def _censored(question: Question, grid: _Grid, options: Options) -> list[str]:
    if options.starts_with != BECAME:
        told = {row["event"]: row["first_at"] for row in question.reading.constant("event_as_of")}
        first = day_text(local_day(told[options.start], question.zone))
        return [
            _(
                'The data tells of "{event}" from {day} on: who did it before looks new at first.',
                event=event_words(options.start),
                day=first,
            )
        ]
    begins = _begins(question, options)
    if begins is None or not any(cell["is_censored"] for cell in grid.cells):
        return []
    month = period_label(f"{begins:%Y-%m}")
    return [
        _(
            "The data begins in {month}: of cohorts before it only those still with us then are seen; they are left out.",
            month=month,
        )
    ]


def _meant(options: Options) -> list[str]:
    told = []
    if options.cohort == "recurring" and options.starts_with == BECAME:
        told.append(
            _('Everyone becomes a customer once: name another start event, start = "order placed", for recurring cohorts.')
        )
    if options.bucketing == "rolling":
        days = INTERVALS[options.interval].rolling_days
        told.append(
            _("A rolling day is 24 hours, from each one's own first moment.")
            if days == 1
            else _("A rolling interval is {n} times 24 hours, from each one's own first moment.", n=days)
        )
    return told


def _sentence(question: Question, total: Value, options: Options) -> str:
    when = after_words(options.headline, options.interval)
    if total.value is None:
        return _("No cohort is known {when} yet.", when=when)
    words, count = question.words, round(total.numerator or 0)
    if options.is_there_by and options.mode == "on_or_after":
        when = _("{when} or later", when=when)
    did = question.metric.verb_of(count) if options.mode == "on_or_after" else _n("was active", "were active", count)
    if options.is_there_by:
        did = _n('was back with "{event}"', 'were back with "{event}"', count, event=event_words(options.is_there_by))
    between = _(", between {low} and {high}", low=words.points(total.low, 1), high=words.percent(total.high))
    share = notices.as_percent(question, total, between)
    return _(
        "Of {whole}, {n} {did} {when}{share}.",
        whole=question.counted(total.n),
        n=words.count(count),
        did=did,
        when=when,
        share=share,
    )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST:
        raise QuestionError(f'since = "{text}" is not a number of intervals', instead=f"Write a number from 0 to {MOST}")
    return int(text)
