"""Why one customer stands where they do in a funnel: the steps, one by one, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from metrics.errors import UnknownName
from metrics.funnel_way import Way
from metrics.funnel_words import because
from metrics.options import duration_text
from metrics.question import Question, period_words
from metrics.selection import day_text, local_day
from metrics.stages import period_of

COUNTS: Final = {
    "reached": "a stage counts when it or any later one was reached",
    "ordered": "each stage counts after the one before it, in its own time",
    "strict": "each stage counts after the one before it with no other in between, in its own time",
    "any": "the stages count in whatever order",
}
ENDED: Final = {"exit": "left", "idle": "was over after a long silence"}

Told = Mapping[str, Any]


def reasons(question: Question, way: Way, customer_id: str, found: Sequence[Told]) -> tuple[str, ...]:
    """Returns, a sentence each: how is counted, each attempt and whether it counts, each stage, and what came of it.

    found: the customer's row of the people who entered, or nothing.
    """
    everything = replace(question, selection=question.selection.changed(where={}, by=()), listed="")
    moments = everything.run("funnel_customer", customer_id=customer_id)
    if not moments:
        raise UnknownName(
            f'"{customer_id}" has no stage of {question.journey}', instead="See the customer's story, or ask of another journey"
        )
    return tuple(_sentences(question, way, moments, found[0] if found else None))


def _sentences(question: Question, way: Way, moments: Sequence[Told], found: Told | None) -> Iterator[str]:
    window = duration_text(way.window)
    tries = "from each first stage anew, the furthest counts" if way.anchor == "latest" else "from the first entry"
    yield f"In “{way.stages[0]['title']}”, {COUNTS[way.mode]}, within {window} {tries}."
    yield from _attempts(question, way, moments, found)
    if found is None:
        yield f"Not counted {_period(question, way)}{_filters(question, way, moments)}."
        return
    chosen = next(row for row in moments if row["event_id"] == found["event_id"])
    if way.anchor == "latest" and found["last_at"] > found["first_at"]:
        yield f"Of the moments to count from, the one on {_day(question, chosen['entered_at'])} led furthest."
    yield from _stages(question, way, chosen, found)
    yield f"So: {because(question, way, found)}."


def _attempts(question: Question, way: Way, moments: Sequence[Told], found: Told | None) -> Iterator[str]:
    counted = next((row["attempt_no"] for row in moments if found and row["event_id"] == found["event_id"]), None)
    for row in (row for row in moments if row["starts_attempt"]):
        ended = ""
        if row["left_after"] is not None:
            ended = f"; {ENDED[row['left_by']]} on {_day(question, _after(row['entered_at'], row['left_after']))}"
        told = f"Attempt {row['attempt_no']} {row['because']} on {_day(question, row['entered_at'])}{ended}"
        yield f"{told}: {_is_counted(way, row, counted)}."


def _is_counted(way: Way, start: Told, counted: int | None) -> str:
    entered = start["entered_at"] if way.mode in ("reached", "any") else start["first_entered_at"]
    if start["attempt_no"] == counted:
        return "counted, as the first one entered in the period"
    if entered is None:
        return f"not counted, as it never came to {way.stages[0]['label']}"
    what = "its time ended" if way.period_of == "window_end" else "it was entered"
    if entered < way.starts_at:
        return f"not counted, as {what} before the period"
    if entered >= way.ends_at:
        return f"not counted, as {what.replace('ended', 'ends')} after the period"
    return "not counted" if counted is None else "not counted, as only the first one entered in the period is"


def _stages(question: Question, way: Way, chosen: Told, found: Told) -> Iterator[str]:
    if way.mode == "any":
        came = sorted((after, stage["label"]) for stage in way.stages if (after := _next(chosen, stage)) is not None)
        for after, label in came:
            yield f"{label}: {_came(question, way, chosen, after)}."
        return
    for stage in way.stages[1:]:
        number = int(stage["stage_no"])
        if found["seen"] & 1 << number - 1:
            yield f"{stage['label']}: {_came(question, way, chosen, _counted_after(way, chosen, number))}."
        elif number <= found["level"]:
            yield f"{stage['label']}: skipped ahead, a later one was reached."
        else:
            yield f"{stage['label']}: {_why_not(question, way, chosen, stage)}."


def _counted_after(way: Way, chosen: Told, number: int) -> int:
    return int(chosen["thens" if way.mode == "ordered" else "nexts"][number - 1])


def _why_not(question: Question, way: Way, chosen: Told, stage: Told) -> str:
    after = _next(chosen, stage)
    if after is None:
        return "did not come"
    if after > way.window or way.mode == "reached":
        return _came(question, way, chosen, after)
    on = _day(question, _after(chosen["entered_at"], after))
    if way.mode == "strict":
        return f"came on {on}, with another stage in between or later than its own time"
    counted = chosen["thens"][int(stage["stage_no"]) - 1]
    if counted is not None:
        return _came(question, way, chosen, counted)
    own = stage["own_within_seconds"]
    late = f", or later than its own {duration_text(own)}" if own is not None else ""
    return f"came on {on}, not after the stage before it{late}"


def _came(question: Question, way: Way, chosen: Told, after: int) -> str:
    on = f"came on {_day(question, _after(chosen['entered_at'], after))}, {question.words.duration(after)} after"
    if after <= way.window:
        return on
    return f"{on}, when the {duration_text(way.window)} had ended on {_day(question, _after(chosen['entered_at'], way.window))}"


def _next(chosen: Told, stage: Told) -> int | None:
    after = chosen["nexts"][int(stage["stage_no"]) - 1]
    return None if after is None else int(after)


def _period(question: Question, way: Way) -> str:
    whose = "among those whose time ended" if way.period_of == "window_end" else "among those who entered"
    return f"{whose} {period_words(period_of(question))}"


def _filters(question: Question, way: Way, moments: Sequence[Told]) -> str:
    chosen = question.selection.where
    is_in = any(way.starts_at <= row["entered_at"] < way.ends_at for row in moments)
    told = [f"{name} = {' or '.join(values)}" for name, values in chosen.items()]
    return f" with {', '.join(told)}" if told and is_in else ""


def _after(moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=seconds)


def _day(question: Question, moment: datetime) -> str:
    return day_text(local_day(moment, question.zone))
