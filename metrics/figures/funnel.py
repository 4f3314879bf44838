"""The cohort funnel: of those who entered the journey, how far did they get in their time?

Mode "reached": a stage counts as reached when it or any later one was, within the window from the attempt's start (the last
second included). Rates use people whose window is over; the others are told beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_change, share_value, stage_numbers
from metrics.figures.summary import person_row
from metrics.options import duration_text, options_json
from metrics.question import EVERYTHING, Page, Question, period_words
from metrics.selection import Period, day_text, local_day

PARTS: Final = ("known", "reached", "turned_away", "excluded", "not_yet_known")

_UNITS: Final = {
    "known": "people whose time is over",
    "reached": "people who reached the stage",
    "turned_away": "people who turned away",
    "excluded": "people set aside",
    "not_yet_known": "people not yet known",
}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which journey, in what time, and whose: those who entered in the period, or whose time ended in it."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    mode: str = field(default="reached", metadata={"help": "a stage or any later one", "choices": ("reached",)})
    period_of: str = field(
        default="entry", metadata={"help": "the period of entering, or of the window's end", "choices": ("entry", "window_end")}
    )
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a funnel is counted over: the entrants' time, the window and the stages."""

    starts_at: Any
    ends_at: Any
    window: int
    stages: tuple[Mapping[str, Any], ...]

    def parameters(self, question: Question) -> dict[str, Any]:
        """The way as parameters of a figure."""
        return {
            "starts_at": self.starts_at, "ends_at": self.ends_at, "as_of": question.as_of,
            "window_seconds": self.window, "stages": len(self.stages),
        }  # fmt: skip


def answer(question: Question, options: Options) -> Answer:
    """Answers with one row, or one per group, each with its stages; the total is the share that reached the last stage."""
    way = _way(question, options)
    rows = _rows(question, options, way)
    total = _total(question, way)
    return Answer(
        metric=question.metric.metric_id,
        selection=question.selection,
        period=question.period,
        options={**options_json(options), "journey": question.journey, "journey_title": way.stages[0]["title"],
                 "window": duration_text(way.window)},
        snapshot=question.reading.snapshot,
        as_of=question.as_of,
        unit=question.metric.unit,
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(*notices.of_time(question), *notices.of_sizes(question, total, rows if question.split else ())),
        caption=_sentence(question, options, way, total),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a part ("reached", "turned_away" …) of a stage, or all whose time is over."""
    part = mark.get("part", "reached" if "stage" in mark else "known")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the funnel', name=part, known=PARTS)
    for dimension, value in mark.items():
        question = question if dimension in ("part", "stage") else question.filtered(dimension, value)
    way = _way(question, options)
    stage = stage_numbers(question, mark)[0]
    found = question.run(
        "funnel_people", stage_no=stage, part=part, most=page.most, skipped=page.skipped, **way.parameters(question)
    )
    count = _part_count(question, way, part, stage)
    return question.people(unit=_UNITS[part], count=count, customers=count, rows=[person_row(row) for row in found], mark=mark)


def _way(question: Question, options: Options) -> Way:
    period = _period(question)
    stages = tuple(question.stages())
    window = options.window or int(stages[0]["window_seconds"])
    back = timedelta(seconds=window if options.period_of == "window_end" else 0)
    starts_at = period.starts_at if period.text == "all" else period.starts_at - back
    return Way(starts_at=starts_at, ends_at=period.ends_at - back, window=window, stages=stages)


def _rows(question: Question, options: Options, way: Way) -> tuple[Row, ...]:
    most = options.most or (question.most_values[question.selection.by[0]] if question.split else EVERYTHING)
    counted = question.run("funnel", split=question.split[:1], most=most, **way.parameters(question))
    times = question.run("funnel_times", split=question.split[:1], **way.parameters(question))
    groups = list(dict.fromkeys(row["split_1"] for row in counted)) or [""]
    made = [
        _row(
            question, way, group, [row for row in counted if row["split_1"] == group], [t for t in times if t["split_1"] == group]
        )
        for group in groups
    ]
    return tuple(sorted(made, key=lambda row: -row.value.n))


def _row(
    question: Question, way: Way, group: str, counted: Sequence[Mapping[str, Any]], times: Sequence[Mapping[str, Any]]
) -> Row:
    by_stage = {row["stage_no"]: row for row in times}
    known = [row for row in counted if row["state"] == "known"]
    stages = [_stage(stage, counted, known, by_stage.get(stage["stage_no"], {}), len(way.stages)) for stage in way.stages]
    extra: dict[str, Any] = {
        "entered": _sum(counted, lambda row: True),
        "known": _sum(known, lambda row: True),
        "set_aside": _sum(counted, lambda row: row["state"] == "set aside"),
        "not_yet_known": _sum(counted, lambda row: row["state"] in ("left", "open")),
        "stages": stages,
    }
    value = share_value(stages[-1]["reached"], extra["known"])
    return Row(by={question.selection.by[0]: group} if question.split else {}, value=value, extra=extra)


def _stage(
    stage: Mapping[str, Any],
    counted: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    times: Mapping[str, Any],
    last: int,
) -> dict[str, Any]:
    number = int(stage["stage_no"])
    reached = _reached(known, number)
    return {
        "stage": stage["stage_id"],
        "stage_no": number,
        "says": stage["says"],
        "label": stage["label"],
        "reached": reached,
        "skipped": _skipped(known, number),
        "share_of_first": share_value(reached, _reached(known, 1)),
        "share_of_previous": share_value(reached, _reached(known, max(1, number - 1))),
        "turned_away": reached - _reached(known, number + 1) if number < last else 0,
        "excluded": _sum(counted, lambda row: row["state"] == "set aside" and row["level"] == number),
        "not_yet_known": _not_yet_known(counted, number),
        "median_seconds": times.get("median_seconds"),
        "mean_seconds": times.get("mean_seconds"),
        "p90_seconds": times.get("p90_seconds"),
    }


def _not_yet_known(counted: Sequence[Mapping[str, Any]], number: int) -> dict[str, int]:
    waiting = [row for row in counted if row["state"] in ("left", "open")]
    return {
        "reached": _reached(waiting, number),
        "skipped": _skipped(waiting, number),
        "left": _sum(waiting, lambda row: row["state"] == "left" and row["level"] == number),
        "open": _sum(waiting, lambda row: row["state"] == "open" and row["level"] == number),
    }


def _reached(counted: Sequence[Mapping[str, Any]], number: int) -> int:
    return _sum(counted, lambda row: row["level"] >= number)


def _skipped(counted: Sequence[Mapping[str, Any]], number: int) -> int:
    return _sum(counted, lambda row: row["level"] >= number and not row["seen"] & (1 << (number - 1)))


def _sum(counted: Sequence[Mapping[str, Any]], holds: Callable[[Mapping[str, Any]], bool]) -> int:
    return sum(int(row["n"]) for row in counted if holds(row))


def _total(question: Question, way: Way) -> Value:
    counted = question.run("funnel", most=EVERYTHING, **way.parameters(question))
    known = [row for row in counted if row["state"] == "known"]
    return share_value(_reached(known, len(way.stages)), _reached(known, 1))


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    of_before = question.of(question.before)
    way = _way(of_before, options)
    total = _total(of_before, way)
    change = share_change(now, total) or Change(value=None)
    return Comparison(period=question.before, total=total, rows=_rows(of_before, options, way), change=change)


def _part_count(question: Question, way: Way, part: str, stage: int) -> int:
    counted = question.run("funnel", most=EVERYTHING, **way.parameters(question))
    row = _row(replace(question, selection=question.selection.changed(by=())), way, "", counted, ())
    if part == "known":
        return int(row.extra["known"])
    found = row.extra["stages"][stage - 1][part]
    return int(found["reached"] if part == "not_yet_known" else found)


def _sentence(question: Question, options: Options, way: Way, total: Value) -> str:
    period = _period(question)
    last = way.stages[-1]["label"]
    if options.period_of == "window_end" and period.text != "all":
        first, end = (local_day(moment, question.zone) for moment in (way.starts_at, way.ends_at))
        entered = f"people who entered from {day_text(first)} to {day_text(end)}"
        whose = f"{entered}, whose {duration_text(way.window)} ended {period_words(period)}"
    else:
        whose = f"people who entered {period_words(period)} and whose {duration_text(way.window)} are over"
    if total.value is None:
        return f"No {whose}."
    words = question.words
    return f"Of {words.count(total.n)} {whose}, {words.count(total.numerator or 0)} reached {last}: {words.percent(total.value)}."


def _period(question: Question) -> Period:
    if question.period is None:
        raise QuestionError("the funnel needs a period", where=f"definition {question.metric.metric_id}")
    return question.period
