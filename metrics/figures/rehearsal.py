"""The rehearsal of another promise: the clocks of the last weeks run again with another target, other hours or a day more.

Behaviour is held fixed: replies and solutions come when they came. Compared are the promises known both ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_date

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.groups import OTHER, UNKNOWN, shown_names
from metrics.intervals import Sums
from metrics.language import SOURCE, _, _n, later, spoken
from metrics.measure import worth
from metrics.options import duration_words, options_json
from metrics.question import Page, Question
from metrics.replay import Clock, clocks_of, replayed
from queries.calendar import Calendar, Hours, Opening, Window, united
from queries.calendar_file import read_week
from queries.errors import QueriesError
from queries.promise import OF_CASES, OF_DETRACTORS, PRIORITIES
from queries.told import Told

PROMISES: Final = (*OF_CASES, *OF_DETRACTORS)
CHANGED: Final = "changed"
PARTS: Final = {
    CHANGED: (later("promises that would end otherwise"), later("promise that would end otherwise")),
    "mended": (later("broken promises that would be kept"), later("broken promise that would be kept")),
    "worsened": (later("kept promises that would be broken"), later("kept promise that would be broken")),
    "not_yet_known": (later("promises not yet known"), later("promise not yet known")),
}
_IN: Final = {"": ("mended", "worsened", "as_before"), CHANGED: ("mended", "worsened")}

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAME: Final = re.compile("|".join(WEEKDAYS), re.IGNORECASE)

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is changed, and how far back the clocks are run again."""

    promise: str = field(default="first_reply", metadata={"help": "which promise", "choices": PROMISES})
    target: int = field(default=0, metadata={"help": "the target instead: 4h", "duration": True})
    priority: str = field(default="", metadata={"help": "change only this priority", "choices": ("", *PRIORITIES)})
    calendar: str = field(default="", metadata={"help": "the calendar instead, by its id"})
    open: str = field(default="", metadata={"help": 'hours more: "saturday 09:00-13:00, sunday 10:00-12:00"'})
    back: int = field(default=90 * 86_400, metadata={"help": "how far back", "duration": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One clock with what it would have been; None where that, or what it is, is not yet known."""

    clock: Clock
    would_be: bool | None

    @property
    def part(self) -> str:
        """What the change makes of it."""
        if self.clock.was_kept is None or self.would_be is None:
            return "not_yet_known"
        return "as_before" if self.would_be == self.clock.was_kept else "mended" if self.would_be else "worsened"


def answer(question: Question, options: Options) -> Answer:
    """Answers with the share that would be kept; rows tell the share as it was, and how many end otherwise."""
    rehearsed = rehearse(question, options)
    rows = _rows(question, rehearsed)
    total = _share(question, rehearsed, rehearsed=True)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=rows,
        notices=tuple(_notices(question, options, rehearsed, total)),
        caption=_caption(question, options, rehearsed, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the promises known both ways, or those of a part: changed, mended, worsened or not_yet_known; and of a group."""
    part = mark.get("part", "")
    if part and part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the rehearsal', name=part, known=PARTS)
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, _values(question, options, dimension, value))
    wanted = _IN.get(part, (part,))
    found = [one.clock for one in rehearse(question, options) if one.part in wanted]
    rows = question.run(
        "rehearsal_people",
        clocks=[clock.clock_id for clock in found],
        shown=question.shown(),
        most=page.most,
        skipped=page.skipped,
    )
    return question.people(
        unit=PARTS[part][0] if part else question.metric.noun,
        one=PARTS[part][1] if part else question.metric.one,
        count=len(found),
        customers=len({clock.customer_id for clock in found if clock.is_identified}),
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def rehearse(question: Question, options: Options) -> list[Rehearsed]:
    """Runs the clocks that began in the time looked back at again, with what the options change."""
    times: dict[str, Any] = {"begins_at": question.as_of - timedelta(seconds=options.back), "ends_at": question.newest}
    rows = question.run("rehearsal", split=question.split, promise=options.promise, **times)
    openings = _openings(question, options, times)
    made = []
    for clock in clocks_of(rows):
        is_changed = options.priority in ("", clock.priority) and _changes(options)
        if is_changed:
            opening = openings[options.calendar or clock.calendar]
            would_be = replayed(clock, opening, options.target or clock.target)
        else:
            would_be = clock.was_kept
        made.append(Rehearsed(clock=clock, would_be=would_be))
    return made


def _changes(options: Options) -> bool:
    return bool(options.target or options.calendar or options.open)


def _openings(question: Question, options: Options, times: Mapping[str, Any]) -> dict[str, Opening]:
    """Returns the hours by the calendar that a clock would run by, with the added ones; a calendar's id is its newest version's."""
    told = question.reading.run("calendars")
    known = {row["version_of"]: row for row in told} | {row["calendar"]: row for row in told if row["from_at"]}
    if options.calendar and options.calendar not in known:
        raise UnknownName(f'"{options.calendar}" is not a calendar here', name=options.calendar, known=known)
    added = _added(options.open)
    first, last = times["begins_at"].date() - timedelta(days=1), times["ends_at"].date() + timedelta(days=1)
    windows: dict[str, list[Window]] = {row["calendar"]: [] for row in told}
    for row in question.reading.run("rehearsal_hours", **times):
        windows[row["calendar"]].append(Window(row["opens_at"], row["closes_at"]))
    if added:
        for row in told:
            more = Calendar(calendar="added", title="Added", zone=row["zone"], week=added).windows(first, last)
            windows[row["calendar"]] = united([*windows[row["calendar"]], *more])
    made = {name: Opening.of(found) for name, found in windows.items()}
    return made | ({options.calendar: made[known[options.calendar]["calendar"]]} if options.calendar else {})


def _added(text: str) -> tuple[tuple[Hours, ...], ...]:
    """Returns the weekly hours told as "saturday 09:00-13:00, sunday 10:00-12:00"; raises QuestionError."""
    if not text.strip():
        return ()
    hours: dict[str, list[str]] = {}
    for part in text.split(","):
        day, _, times = part.strip().partition(" ")
        hours.setdefault(day.casefold(), []).append(times.strip())
    problems: list[QueriesError] = []
    week = read_week(Told("open", hours, problems))
    if problems:
        raise QuestionError(str(problems[0]).removeprefix("open: ").rstrip("."), instead="Write open=saturday 09:00-13:00")
    return week


def _rows(question: Question, rehearsed: Sequence[Rehearsed]) -> tuple[Row, ...]:
    if not question.split:
        return (_row(question, {}, rehearsed),)
    (dimension,) = question.selection.by
    names = _names(question, rehearsed)
    groups: dict[str, list[Rehearsed]] = {}
    for one in rehearsed:
        groups.setdefault(names[one.clock.group], []).append(one)
    order = sorted(groups, key=lambda name: (name in (OTHER, UNKNOWN), -len(groups[name]), name))
    return tuple(_row(question, {dimension: name}, groups[name]) for name in order)


def _names(question: Question, rehearsed: Sequence[Rehearsed]) -> dict[str, str]:
    """Returns the name under which each group is shown."""
    return shown_names(Counter(one.clock.group for one in rehearsed), question.most_values[question.selection.by[0]])


def _row(question: Question, by: Mapping[str, str], rehearsed: Sequence[Rehearsed]) -> Row:
    parts = Counter(one.part for one in rehearsed)
    told = {part: parts[part] for part in PARTS if part != CHANGED}
    extra = {"promised": _share(question, rehearsed, rehearsed=False), **told}
    return Row(by=dict(by), value=_share(question, rehearsed, rehearsed=True), extra=extra)


def _share(question: Question, told: Iterable[Rehearsed], *, rehearsed: bool) -> Value:
    """Returns the share kept of the promises known both ways: as it would be, or as it is."""
    known = [one for one in told if one.part != "not_yet_known"]
    kept: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for one in known:
        counted[one.clock.customer_id] += 1
        kept[one.clock.customer_id] += bool(one.would_be if rehearsed else one.clock.was_kept)
    total = float(sum(kept.values()))
    sums = Sums(
        n=len(known),
        clusters=len(counted),
        total=total,
        squares=total,
        cluster_totals=float(sum(count**2 for count in kept.values())),
        cluster_counts=float(sum(count**2 for count in counted.values())),
        cluster_products=float(sum(counted[name] * count for name, count in kept.items())),
    )
    return worth(question.metric, sums, len({one.clock.customer_id for one in known if one.clock.is_identified}))


def _caption(question: Question, options: Options, rehearsed: Sequence[Rehearsed], total: Value) -> str:
    """Returns "4 hours instead of 2 hours: 90.6 % → 96.0 % of 1,204 promises of the last 90 days."."""
    words, span = question.words, _("of the last {duration}", duration=duration_words(options.back))
    if not total.n:
        return _("No {promise} {span} is decided.", promise=_(options.promise.replace("_", " ")), span=span)
    before = _share(question, rehearsed, rehearsed=False)
    kept = f"{words.count(before.numerator)} → {words.count(total.numerator)}"
    if notices.is_enough(total):
        kept = f"{words.percent(before.value)} → {words.percent(total.value)}"
    changed = ", ".join(_changed(options, [one.clock for one in rehearsed])) or _("Nothing changed")
    return _("{changed}: {kept} of {whole} {span}.", changed=changed, kept=kept, whole=question.counted(total.n), span=span)


def open_words(hours: str) -> str:
    """Returns hours as they are declared, "saturday 09:00-13:00", in the language spoken."""
    if spoken() == SOURCE:
        return hours
    named = {
        number: format_date(date(2024, 1, number), "EEEE", locale=spoken()) for number in range(1, 8)
    }  # the first is a Monday
    said = DAY_NAME.sub(lambda found: named[WEEKDAYS.index(found[0].lower()) + 1], hours)
    return said.replace("-", "–")


def _changed(options: Options, clocks: Sequence[Clock]) -> Iterable[str]:
    touched = [clock for clock in clocks if options.priority in ("", clock.priority)]
    if options.target:
        targets = sorted({clock.target for clock in touched})
        ends = [duration_words(seconds) for seconds in dict.fromkeys((targets[0], targets[-1]))] if targets else []
        now = duration_words(options.target)
        yield _("{now} instead of {before}", now=now, before=_(" to ").join(ends)) if ends else now
    if options.calendar:
        calendars = sorted({clock.calendar for clock in touched} - {options.calendar})
        yield (
            _("{now} instead of {before}", now=options.calendar, before=_(" and ").join(calendars))
            if calendars
            else options.calendar
        )
    if options.open:
        yield _("open on {hours}, too", hours=open_words(options.open))
    if options.priority and _changes(options):
        yield _("for {priority} priority only", priority=_(options.priority))


def _notices(question: Question, options: Options, rehearsed: Sequence[Rehearsed], total: Value) -> Iterable[str]:
    yield from notices.of_time(question)
    if not _changes(options):
        yield _("Say what to change: a target (4h), a calendar, or hours more (open: saturday 09:00-13:00).")
    yield _("Behaviour is held fixed: replies and solutions come when they came, whatever is promised.")
    parts = Counter(one.part for one in rehearsed)
    counted = question.words.counted
    if parts["mended"] or parts["worsened"]:
        yield _(
            "{mended} would be kept, {worsened} broken.",
            mended=counted(parts["mended"], "broken promise", "broken promises"),
            worsened=counted(parts["worsened"], "kept one", "kept ones"),
        )
    if parts["not_yet_known"]:
        yield _n(
            "{n} more is not yet known: still running, or the solution is not final.",
            "{n} more are not yet known: still running, or the solution is not final.",
            parts["not_yet_known"],
            n=question.words.count(parts["not_yet_known"]),
        )
    if options.open:
        yield _("The hours more are counted on every such day, public holidays too.")
    yield from notices.of_sizes(question, total, ())


def _values(question: Question, options: Options, dimension: str, value: str) -> Sequence[str]:
    """Returns the values that a group stands for: its own, or all that are hidden in "other"."""
    if value != OTHER or dimension != (question.selection.by or ("",))[0]:
        return [value]
    return sorted(group for group, name in _names(question, rehearse(question, options)).items() if name == OTHER)
