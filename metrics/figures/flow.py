"""Moved: for each stage of a journey who came and went in the period, by visits with the people beside.

here at the start + entered − moved on − left (by an exit, or after the idle gap) = here at the end: exactly, for every stage, period
and group. Rework, a step back to the stage from a later one, stands beside; it does not undo the highest stage reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures.strip import stage_numbers
from metrics.figures.summary import GRAINS, person_row
from metrics.language import _, _n, later
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question, period_words
from metrics.selection import Period
from metrics.stages import (
    OTHER,
    WORDS,
    by_group,
    check_split,
    followed,
    groups_of,
    hidden_groups,
    in_time,
    most_shown,
    narrowed,
    of_followed,
    one_of_time,
    period_of,
)
from queries.view import ViewSpec
from queries.warehouse import LISTED

UNITS: Final = {
    "opening": (later("people here at the start"), later("person here at the start")),
    "entered": (later("visits begun"), later("visit begun")),
    "re_entered": (later("visits begun anew"), later("visit begun anew")),
    "moved_on": (later("moves on"), later("move on")),
    "left": (later("visits ended by leaving or silence"), later("visit ended by leaving or silence")),
    "left_exit": (later("visits ended by leaving"), later("visit ended by leaving")),
    "left_idle": (later("visits ended by silence"), later("visit ended by silence")),
    "rework": (later("steps back"), later("step back")),
    "closing": (later("people here at the end"), later("person here at the end")),
    "time_in_stage": (later("people whose visits ended"), later("person whose visits ended")),
}
FLOWS: Final = ("entered", "re_entered", "moved_on", "left", "left_exit", "left_idle")
STEPS_BACK: Final = "fct_step_back"

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which journey, and how the period is cut."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the figures found: the flow by piece of time, group and stage, in all by piece, and the steps back."""

    parts: Sequence[Period]
    groups: Sequence[str]
    by_place: Mapping[tuple[str, str, int], Mapping[str, Any]]
    in_all: Mapping[str, Mapping[str, Any]]
    steps_back: Mapping[tuple[str, str | None, int | None], Mapping[str, Any]] | None

    @property
    def total(self) -> Value:
        """All visits begun in the last piece of time."""
        told = self.in_all[self.parts[-1].text]
        return _visits(told["entered"] or 0, told["entered_people"] or 0)


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per stage, in order, and group; the total is the visits begun in the period, and their people."""
    check_split(question)
    period, stages = period_of(question), question.stages()
    parts = in_time(question, options.series, options.grain)
    counted = _counted(question, parts or (period,), most_shown(question, options.most))
    is_whole = not parts or parts[-1].text == period.text
    total = counted.total if is_whole else _counted(question.unsplit(), (period,), EVERYTHING).total
    return question.of(period).answered(
        options={**options_json(options), "journey": question.journey, "journey_title": stages[0]["title"]},
        total=total,
        rows=_rows(question, counted, is_dated=bool(parts)),
        comparison=_comparison(question, options, total),
        notices=tuple(notices.of_time(question)),
        caption=f"{_sentence(question, period, total)} {_('Here at the end = here at the start + entered − moved on − left.')}",
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists what a part of a stage counted (visits, steps back, or people), in the period or at a row in time."""
    part = mark.get("part", "entered")
    if part not in UNITS:
        raise UnknownName(f'"{part}" is not a part of a stage', name=part, known=UNITS)
    parts = in_time(question, options.series, options.grain)
    period = one_of_time(question, mark, parts)
    hidden = _hidden(question, options, parts or (period,), mark)
    question = narrowed(question, mark, hidden).unsplit().of(period)
    stages = stage_numbers(question, mark)
    count, customers = _part_size(question, part, stages)
    unit, one = (of_followed(question, words) for words in UNITS[part])
    found = _part_rows(question, part, stages, page)
    return question.people(
        unit=unit, one=one, count=count, customers=customers, rows=[person_row(row) for row in found], mark=mark
    )


def _part_rows(question: Question, part: str, stages: Sequence[int], page: Page) -> list[dict[str, Any]]:
    wanted = {"stages": list(stages), "most": page.most, "skipped": page.skipped, **question.times(question.period)}
    if part == "rework":
        return question.run("steps_back_people", view=_steps_back_view(question), **wanted)
    if part == "time_in_stage":
        return question.run("flow_time_people", **wanted)
    return question.run("flow_people", part=part, **wanted)


def _part_size(question: Question, part: str, stages: Sequence[int]) -> tuple[int, int]:
    """Returns how many of a part there are, and how many people: over all stages people are counted once."""
    period = period_of(question)
    place = ("flow", question.metric.view, question.journey, period, *sorted(question.where.items()))
    counted = question.reading.once(place, lambda: _counted(question, (period,), EVERYTHING))
    told = [_extra(stage, counted, period, "")[part] for stage in question.stages() if stage["stage_no"] in stages]
    count = sum(one.get("visits", one["people"]) for one in told if one)
    if len(told) == 1:
        return count, told[0]["people"] if told[0] else 0
    if part in ("opening", "closing"):
        return count, count
    column = {"time_in_stage": "gone", **_COLUMNS}.get(part, part)
    return count, counted.in_all[period.text].get(f"{column}_people") or 0


def _counted(question: Question, parts: Sequence[Period], most: int) -> Counted:
    pieces: dict[str, Any] = {
        "names": [part.text for part in parts],
        "starts": [part.starts_at for part in parts],
        "ends": [part.ends_at for part in parts],
    }
    found = question.run("flow", split=question.split[:1], most=most, **pieces)
    in_all = {row["at_piece"]: dict(row) for row in found if row["stage_no"] is None}
    flows = [row for row in found if row["stage_no"] is not None]
    groups = groups_of(flows)
    steps = _steps_back(question, groups, pieces)
    for at, row in in_all.items():
        row |= {name: value for name, value in (steps or {}).pop((at, None, None), {}).items() if name.startswith("rework")}
    if any(group == OTHER for _, group, _ in steps or ()) and OTHER not in groups:
        groups = [*groups, OTHER]
    return Counted(
        parts=parts,
        groups=groups,
        by_place={(row["at_piece"], row["split_1"], row["stage_no"]): row for row in flows},
        in_all=in_all,
        steps_back=steps,
    )


def _steps_back(
    question: Question, groups: Sequence[str], pieces: Mapping[str, Any]
) -> dict[tuple[str, str | None, int | None], dict[str, Any]] | None:
    """Returns the steps back by piece of time, group and stage, and in all; None where they lack a column asked for."""
    if not {*question.split, *question.where} - {LISTED} <= {*question.reading.tables.get(STEPS_BACK, ())}:
        return None
    found = question.run("steps_back", view=_steps_back_view(question), split=question.split[:1], groups=list(groups), **pieces)
    return {(row["at_piece"], row["split_1"], row["stage_no"]): row for row in found}


def _steps_back_view(question: Question) -> ViewSpec:
    return ViewSpec(metric_id=f"{question.metric.metric_id}__steps_back", fact=STEPS_BACK, dated_by="stepped_back_at")


def _rows(question: Question, counted: Counted, *, is_dated: bool) -> tuple[Row, ...]:
    return tuple(
        Row(
            by=by_group(question, stage, group),
            at=part.text if is_dated else None,
            value=_visits(extra["entered"]["visits"], extra["entered"]["people"]),
            extra=extra,
        )
        for part in counted.parts
        for group in counted.groups
        for stage in question.stages()
        for extra in [_extra(stage, counted, part, group)]
    )


def _extra(stage: Mapping[str, Any], counted: Counted, part: Period, group: str) -> dict[str, Any]:
    place = (part.text, group, stage["stage_no"])
    told = counted.by_place.get(place, {})
    back = (counted.steps_back or {}).get(place, {})
    flows = {name: _amount(told, _COLUMNS.get(name, name)) for name in FLOWS}
    return {
        **{name: stage[name] for name in WORDS},
        "opening": _alone(told.get("opening") or 0),
        **flows,
        "closing": _alone(told.get("closing") or 0),
        "rework": None if counted.steps_back is None else _amount(back, "rework"),
        "time_in_stage": {
            "people": told.get("time_people") or 0,
            **{name: told.get(name) for name in ("median_seconds", "mean_seconds", "p90_seconds")},
        },
    }


_COLUMNS: Final = {"left": "went_away"}


def _amount(told: Mapping[str, Any], name: str) -> dict[str, int]:
    return {"visits": told.get(name) or 0, "people": told.get(f"{name}_people") or 0}


def _alone(count: int) -> dict[str, int]:
    """Nobody is twice in a stage at one instant: as many people as visits."""
    return {"visits": count, "people": count}


def _visits(visits: int, people: int) -> Value:
    return Value(value=float(visits), n=visits, customers=people)


def _hidden(question: Question, options: Options, parts: Sequence[Period], mark: Mapping[str, str]) -> dict[str, list[str]]:
    """Returns the values that a mark's "other" stands for; steps back may have some in which nobody stayed."""
    if not question.split or OTHER not in mark.values():
        return {}
    most = most_shown(question, options.most)
    if mark.get("part") == "rework":
        told = question.run("dimension_values", view=_steps_back_view(question), split=question.split[:1], most=EVERYTHING)
        shown = {*_counted(question, parts, most).groups} - {OTHER}
        return {question.selection.by[0]: sorted({row["name"] for row in told} - shown)}
    return {question.selection.by[0]: hidden_groups(_counted(question, parts, EVERYTHING).by_place.values(), most)}


def _comparison(question: Question, options: Options, total: Value) -> Comparison | None:
    if question.before is None:
        return None
    then = question.of(question.before)
    counted = _counted(then, (question.before,), most_shown(question, options.most))
    change = Change(value=(total.value or 0.0) - (counted.total.value or 0.0))
    return Comparison(period=question.before, total=counted.total, rows=_rows(then, counted, is_dated=False), change=change)


def _sentence(question: Question, period: Period, total: Value) -> str:
    place = {"journey": question.stages()[0]["title"], "when": period_words(period)}
    if not total.n:
        return _("No visit to a stage was begun in “{journey}” {when}.", **place)
    return _n(
        "{n} visit to a stage was begun by {people} in “{journey}” {when}.",
        "{n} visits to stages were begun by {people} in “{journey}” {when}.",
        total.n,
        n=question.words.count(total.n),
        people=followed(question, total.customers),
        **place,
    )
