"""Requests that were not solved at an instant, by age, rebuilt from the stretches in which each was unsolved.

What there is at the end = what there was at the start + opened + opened again − solved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import BadPeriod, UnknownName
from metrics.figures.summary import GRAINS, person_row
from metrics.groups import values_behind
from metrics.language import _, _n, later
from metrics.options import options_json
from metrics.period import MOMENT
from metrics.question import EVERYTHING, Page, Question
from metrics.selection import Period, day_text, local_day, local_time, utc_midnight
from metrics.stages import in_time, one_of_time

DAY: Final = 86_400
AGES: Final = {
    later("0–1 days"): (0, DAY),
    later("1–3 days"): (DAY, 3 * DAY),
    later("3–7 days"): (3 * DAY, 7 * DAY),
    later("7–14 days"): (7 * DAY, 14 * DAY),
    later("14–30 days"): (14 * DAY, 30 * DAY),
    later("30+ days"): (30 * DAY, 10**12),
}
PARTS: Final = {
    "here": (later("requests not solved"), later("request not solved")),
    "opening": (later("requests not solved at the start"), later("request not solved at the start")),
    "opened": (later("requests opened"), later("request opened")),
    "reopened": (later("requests opened again"), later("request opened again")),
    "solved": (later("solutions"), later("solution")),
}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """At which instants."""

    at: str = field(
        default="", metadata={"help": "a day (its end) or a moment on the workspace's clock; empty: the period's end"}
    )
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per instant and group, each by age and with what was opened and solved since its start."""
    period = _period(question, options)
    parts = () if options.at else in_time(question, options.series, options.grain)
    total = _row(question.unsplit(), period, (_counted(question, (period,), EVERYTHING) or [{}])[0], is_dated=False)
    rows = _rows(question, options, parts or (period,), is_dated=bool(parts))
    return question.of(period).answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=tuple(notices.of_time(question.of(period))),
        caption=_sentence(question, options, period, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the requests not solved, the oldest first; of an age {"age": "30+ days"}, or of a part: opened, reopened, solved, opening."""
    part, age = mark.get("part", "here"), mark.get("age", "")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the backlog', name=part, known=PARTS)
    if age and age not in AGES:
        raise UnknownName(f'"{age}" is not an age of the backlog', name=age, known=AGES)
    parts = () if options.at else in_time(question, options.series, options.grain)
    period = one_of_time(question, mark, parts) if parts else _period(question, options)
    for dimension, value in mark.items():
        if dimension not in ("part", "age", "at"):
            question = question.filtered(dimension, _values(question, options, parts or (period,), dimension, value))
    youngest, oldest = AGES[age] if age else (0, 10**12)
    shown = [name for name in question.shown() if name not in ("part", "value")]
    listing: dict[str, Any] = {
        "starts_at": period.starts_at,
        "instant": period.ends_at,
        "part": part,
        "youngest": youngest,
        "oldest": oldest,
    }
    size = question.run("backlog_size", **listing)[0]
    rows = question.run("backlog_people", shown=shown, most=page.most, skipped=page.skipped, **listing)
    unit, one = PARTS[part]
    return question.of(period).people(
        unit=_("{unit}, {age} old", unit=_(unit), age=_(age)) if age else unit,
        one=_("{unit}, {age} old", unit=_(one), age=_(age)) if age else one,
        count=size["n"],
        customers=size["customers"],
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question.of(period)),
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the ages there are."""
    return {"age": tuple(AGES)}


def _period(question: Question, options: Options) -> Period:
    """Returns the period asked of; with an instant, the part of its local day, or the whole day, that ends there."""
    assert question.period is not None
    if not options.at:
        return question.period
    ends_at, text = _instant(options.at, question.zone)
    if ends_at > question.as_of + MOMENT and local_day(ends_at - MOMENT, question.zone) > local_day(
        question.as_of, question.zone
    ):
        raise BadPeriod(f"at = {options.at} lies after the data ends", instead=f"Ask for {question.as_of_words()} or earlier")
    ends_at = min(ends_at, question.as_of + MOMENT)
    day = local_day(ends_at - MOMENT, question.zone)
    midnight = utc_midnight(day, question.zone)
    return replace(
        question.period, text=text, first_day=day, end_day=day + timedelta(days=1), starts_at=midnight, ends_at=ends_at,
        is_to_date=False,
    )  # fmt: skip


def _instant(text: str, zone: str) -> tuple[datetime, str]:
    """Returns the instant just after a moment, or the end of a day, in naive UTC; and the day. Raises BadPeriod."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadPeriod(f'at = "{text}" is neither a day nor a moment', instead="Write 2026-10-30 or 2026-10-30T14:05") from None
    if len(text) == 10:
        return utc_midnight(moment.date() + timedelta(days=1), zone), text
    utc = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else _utc(moment, zone)
    return utc + MOMENT, local_day(utc, zone).isoformat()


def _utc(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def _counted(question: Question, parts: Sequence[Period], most: int, split: Sequence[str] = ()) -> list[dict[str, Any]]:
    return question.run(
        "backlog",
        split=split,
        names=[part.text for part in parts],
        starts=[part.starts_at for part in parts],
        instants=[part.ends_at for part in parts],
        most=most,
    )


def _rows(question: Question, options: Options, parts: Sequence[Period], *, is_dated: bool) -> tuple[Row, ...]:
    most = options.most or question.most_values[question.selection.by[0]] if question.split else EVERYTHING
    found = _counted(question, parts, most, question.split[:1])
    made = []
    for part in parts:
        of_part = [row for row in found if row["at_piece"] == part.text]
        made += [_row(question, part, row, is_dated=is_dated) for row in of_part]
        if not of_part and not question.split:
            made.append(_row(question, part, {}, is_dated=is_dated))
    return tuple(made)


def _row(question: Question, part: Period, told: Mapping[str, Any], *, is_dated: bool) -> Row:
    count = told.get("n", 0)
    extra = {
        "ages": {name: told.get(f"age_{place}", 0) for place, name in enumerate(AGES, start=1)},
        **{name: told.get(name, 0) for name in ("opening", "opened", "reopened", "solved")},
        "median_age_seconds": told.get("median_age"),
        "p90_age_seconds": told.get("p90_age"),
        "greatest_age_seconds": told.get("greatest_age"),
    }
    return Row(
        by={question.selection.by[0]: str(told["split_1"])} if question.split and told else {},
        at=part.text if is_dated else None,
        value=Value(value=float(count), n=count, customers=told.get("customers", 0)),
        extra=extra,
    )


def _values(question: Question, options: Options, parts: Sequence[Period], dimension: str, value: str) -> list[str]:
    def named(most: int) -> Iterable[str]:
        return (row["split_1"] for row in _counted(question, parts, most, question.split[:1]))

    return values_behind(question, dimension, value, options.most, named)


def _comparison(question: Question, options: Options, total: Row) -> Comparison | None:
    if question.before is None or options.at:
        return None
    then = question.of(question.before)
    before = _row(then.unsplit(), question.before, (_counted(then, (question.before,), EVERYTHING) or [{}])[0], is_dated=False)
    rows = _rows(then, options, (question.before,), is_dated=False)
    change = Change(value=(total.value.value or 0.0) - (before.value.value or 0.0))
    return Comparison(period=question.before, total=before.value, rows=rows, change=change)


def _sentence(question: Question, options: Options, period: Period, total: Row) -> str:
    words, count = question.words, total.value.n
    moment = local_time(period.ends_at - MOMENT, question.zone)
    is_end_of_day = local_time(period.ends_at, question.zone).time() == datetime.min.time()
    day = day_text(moment.date())
    when = _("at the end of {day}", day=day) if is_end_of_day else _("on {day}, {time}", day=day, time=f"{moment:%H:%M}")
    if not count:
        return _("No request was waiting for a solution {when}.", when=when)
    old = total.extra["ages"]["30+ days"]
    longest = _("; {n} for 30 days or longer", n=words.count(old)) if old else ""
    return _n(
        "{n} request was waiting for a solution {when}{longest}.",
        "{n} requests were waiting for a solution {when}{longest}.",
        count,
        n=words.count(count),
        when=when,
        longest=longest,
    )
