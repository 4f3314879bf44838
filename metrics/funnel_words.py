"""A funnel in words: its caption, what to bear in mind with it, and why a person stands where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from metrics import notices
from metrics.answer import Row, Value
from metrics.funnel_rows import stage_words
from metrics.funnel_way import Way
from metrics.options import duration_text, duration_that
from metrics.question import Question, period_words
from metrics.selection import day_text, local_day
from metrics.stages import followed, period_of


def sentence(question: Question, way: Way, total: Value) -> str:
    """Returns who was counted and how many of them reached the last stage."""
    words, whose = question.words, _whose(question, way)
    if total.value is None:
        return f"No {_people(question)} {whose}."
    who, count = f"{followed(question, total.n)} {whose}", round(total.numerator or 0)
    ends = {
        "reached": f"reached {way.stages[-1]['label']}",
        "ordered": f"reached {way.stages[-1]['label']}, stage by stage",
        "strict": f"reached {way.stages[-1]['label']} with no other stage in between",
        "any": f"{'was' if count == 1 else 'were'} in all {way.last} stages, in whatever order",
    }
    tries = "; each first stage again begins anew, the furthest counts" if way.anchor == "latest" else ""
    return f"Of {who}, {words.count(count)} {ends[way.mode]}{notices.as_percent(question, total)}{tries}."


def to_bear_in_mind(question: Question, way: Way, total: Value, rows: Sequence[Row]) -> Iterator[str]:
    """Yields what to bear in mind: time, sizes, and what a mode does not look at."""
    yield from notices.of_time(question)
    yield from notices.of_journey(question)
    yield from notices.of_dimensions(question)
    for dimension in question.selection.by:
        yield from notices.of_later_segments(question, dimension)
    yield from notices.of_sizes(question, total, rows if question.split and not way.parts else ())
    if len(rows) == 1:
        yield from _small_steps(rows[0])
    timed = [stage["label"] for stage in way.stages if stage["own_within_seconds"] is not None]
    if timed and way.mode in ("reached", "any"):
        counted = duration_that(way.window, "in all is", "in all are")
        yield f"Only the {counted} counted; the own time of {' and '.join(timed)} is kept in the modes ordered and strict."
    optional = [stage["label"] for stage in way.stages if stage["is_optional"]]
    if optional and way.mode == "strict":
        yield f"Strict asks for every stage: {' and '.join(optional)} cannot be left out here."


def because(question: Question, way: Way, row: Mapping[str, Any]) -> str:
    """Returns the rule that put a person where they are: "set out with web visit on 3 May 2026; reached …"."""
    told = [f"{row['because']} on {_day(question, row['entered_at'])}"]
    if row["level_after"]:
        at = _day(question, _after(row["entered_at"], row["level_after"]))
        told.append(f"{'had' if way.mode == 'any' else 'reached'} {_label(way, row['level'])} on {at}")
    if row["state"] == "set aside":
        told.append(f"set aside on {_day(question, _after(row['entered_at'], row['excluded_after']))}")
    elif row["level"] < way.last or row["state"] != "known":
        told.append(_outcome(question, way, row))
    return "; ".join(told)


def _outcome(question: Question, way: Way, row: Mapping[str, Any]) -> str:
    over = _day(question, _after(row["last_at"], way.window))
    since = "from the last time " if row["last_at"] > row["entered_at"] else ""
    if row["state"] == "known":
        return f"{_label(way, row['level'] + 1)} did not follow: the {duration_text(way.window)} {since}ended on {over}"
    left = f"; left on {_day(question, _after(row['entered_at'], row['left_after']))}" if row["left_after"] is not None else ""
    return f"not yet known: the {duration_that(way.window, f'{since}ends', f'{since}end')} on {over}{left}"


def _label(way: Way, number: int) -> str:
    return str(stage_words(way, way.stages[number - 1])["label"])


def _after(moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=seconds)


def _day(question: Question, moment: datetime) -> str:
    return day_text(local_day(moment, question.zone))


def _people(question: Question) -> str:
    return "accounts" if question.stages()[0].get("per") == "account" else "people"


def _whose(question: Question, way: Way) -> str:
    period = period_of(question)
    if way.period_of == "entry" or period.text == "all":
        return f"who entered {period_words(period)} and whose {duration_that(way.window, 'is over', 'are over')}"
    first, end = (day_text(local_day(moment, question.zone)) for moment in (way.starts_at, way.ends_at))
    return f"who entered from {first} to {end}, whose {duration_text(way.window)} ended {period_words(period)}"


def _small_steps(row: Row) -> Iterator[str]:
    small = [
        stage["label"]
        for stage in row.extra["stages"][1:]
        if 0 < stage["share_of_previous"].n < notices.NO_PERCENTAGE_BELOW <= row.extra["known"]
    ]
    if small:
        few = notices.NO_PERCENTAGE_BELOW
        yield f"Fewer than {few} came to the stage before {' and '.join(small)}: too few for a percentage of that step."
