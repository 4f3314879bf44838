"""The journey strip: for each stage who is here now, who entered, moved on and turned away, and the share that moved on in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.intervals import newcombe, wilson
from metrics.language import _, _n, later
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question, period_words
from metrics.selection import Period

PARTS: Final = ("opening", "here_now", "entered", "moved_on", "went_away", "turned_away", "share", "not_yet_known")

_UNITS: Final = {
    "opening": later("people here at the start"),
    "here_now": later("people here now"),
    "entered": later("visits begun"),
    "moved_on": later("moves on"),
    "went_away": later("visits ended by leaving or silence"),
    "turned_away": later("people who turned away"),
    "share": later("people whose time for the step ended"),
    "not_yet_known": later("people not yet known"),
}

SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which journey."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per stage, in order; the total is everyone in the journey now."""
    period = _period(question)
    before = _counts(question.of(question.before)) if question.before else {}
    now = _counts(question)
    stages = question.stages()
    rows = tuple(_row(stage, now.get(stage["stage_no"], {}), before.get(stage["stage_no"])) for stage in stages)
    here = sum(row.value.n for row in rows)
    return question.of(period).answered(
        options={**options_json(options), "journey": question.journey, "journey_title": stages[0]["title"]},
        total=Value(value=float(here), n=here, customers=here),
        rows=rows,
        comparison=_comparison(question, before, here),
        notices=(*notices.of_time(question), *_too_few(rows)),
        caption=_("Shares are of people whose time for the step ended {when}.", when=period_words(period)),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of one part of one stage; without a mark everyone here now."""
    part = mark.get("part", "here_now")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of a stage', name=part, known=PARTS)
    stages = stage_numbers(question, mark)
    counted = [_counts(question).get(stage, {}) for stage in stages]
    listed = {"stages": stages, "part": part, **question.times(question.period)}
    rows = question.run("strip_people", most=page.most, skipped=page.skipped, **listed)
    count = sum(_part_count(one, part) for one in counted)
    customers = count
    if len(stages) == 1:
        customers = int(counted[0].get(f"{part}_people", count))
    elif part not in ("opening", "here_now"):  # nobody is in two stages at once, but anyone may have moved through several
        customers = len({row["customer_id"] for row in question.run("strip_people", most=EVERYTHING, skipped=0, **listed)})
    return question.people(unit=_UNITS[part], count=count, customers=customers, rows=[person_row(row) for row in rows], mark=mark)


def stage_numbers(question: Question, mark: Mapping[str, str]) -> list[int]:
    """Returns the stage that a mark names, by its number or its id, or all of them; raises UnknownName."""
    known = {row["stage_id"]: int(row["stage_no"]) for row in question.stages()}
    if "stage" not in mark:
        return list(known.values())
    by_name = {**known, **{str(number): number for number in known.values()}}
    if mark["stage"] not in by_name:
        raise UnknownName(f'"{mark["stage"]}" is not a stage of {question.journey}', name=mark["stage"], known=by_name)
    return [by_name[mark["stage"]]]


def share_value(moved: int, known: int) -> Value:
    """Returns a share of people with Wilson's interval; no value without people."""
    low, high = wilson(moved, known) or (None, None)
    return Value(
        value=moved / known if known else None, n=known, customers=known, low=low, high=high,
        numerator=float(moved), denominator=float(known),
    )  # fmt: skip


def share_change(now: Value, before: Value | None) -> Change | None:
    """Returns the difference of two shares with Newcombe's interval; without it where what was counted is told in steps."""
    if before is None or now.value is None or before.value is None:
        return None
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(value=now.value - before.value)
    low, high = newcombe((now.value, (now.low, now.high)), (before.value, (before.low, before.high)))
    return Change(value=now.value - before.value, low=low, high=high, clear=low > 0 or high < 0)


def _counts(question: Question) -> dict[int, dict[str, Any]]:
    return {row["stage_no"]: row for row in question.run("strip", **question.times(question.period))}


def _part_count(counts: Mapping[str, Any], part: str) -> int:
    return int(counts.get("known" if part == "share" else part, 0))


def _row(stage: Mapping[str, Any], now: Mapping[str, Any], before: Mapping[str, Any] | None) -> Row:
    here = int(now.get("here_now", 0))
    share = previous = None
    if stage["within_seconds"] is not None:
        share = share_value(now.get("moved", 0), now.get("known", 0))
        previous = share_value(before["moved"], before["known"]) if before else None
    extra = {
        **{name: stage[name] for name in ("stage_no", "stage_id", "says", "label", "owner", "target", "promise", "moved_words")},
        **{
            name: int(now.get(name, 0))
            for name in ("opening", "here_now", "entered", "moved_on", "went_away", "turned_away", "not_yet_known")
        },
        **{f"{name}_people": int(now.get(f"{name}_people", 0)) for name in ("entered", "moved_on", "went_away")},
        "not_yet_known_moved": int(now.get("not_yet_known_moved", 0)),
        "not_yet_known_left": int(now.get("not_yet_known_left", 0)),
        "within_days": stage["within_seconds"] / 86_400 if stage["within_seconds"] is not None else None,
        "share": share,
        "previous": previous,
        "change": share_change(share, previous) if share else None,
    }
    return Row(by={"stage": stage["stage_id"]}, value=Value(value=float(here), n=here, customers=here), extra=extra)


def _comparison(question: Question, before: Mapping[int, Mapping[str, Any]], here: int) -> Comparison | None:
    if question.before is None:
        return None
    then = sum(int(row["here_now"]) for row in before.values())
    total = Value(value=float(then), n=then, customers=then)
    return Comparison(period=question.before, total=total, rows=(), change=Change(value=float(here - then)))


def _too_few(rows: tuple[Row, ...]) -> list[str]:
    shares = [(row.extra["label"], row.extra["share"]) for row in rows]
    told = [
        (label, notices.too_few("percent", share.n, _n("{n} person", "{n} people", share.n, n=share.n)))
        for label, share in shares
        if share
    ]
    return [f"{label}: {words}" for label, words in told if words]


def _period(question: Question) -> Period:
    if question.period is None:
        raise QuestionError("the journey strip needs a period", where=f"definition {question.metric.metric_id}")
    return question.period
