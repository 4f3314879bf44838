"""From the counted people of a funnel to its rows: per stage how many reached it, what became of the others, and the shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metrics.answer import Row, Value
from metrics.figures.strip import share_value
from metrics.funnel_way import COUNT, STATES, Way
from metrics.language import _
from metrics.question import Question
from metrics.stages import most_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """So many people of one group who entered in one piece of time, all in the same state and seen in the same stages."""

    group: str
    at: str
    state: str
    seen: int
    level: int
    n: int

    def is_seen(self, number: int) -> bool:
        """Whether they were seen in a stage themselves."""
        return bool(self.seen & 1 << number - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Everyone who entered, and by group, piece of time and stage how long the step to it took."""

    way: Way
    people: tuple[Some, ...]
    times: Mapping[tuple[str, str, int], Mapping[str, Any]]

    @property
    def total(self) -> Value:
        """The share of all known people who reached the last stage."""
        known = [some for some in self.people if some.state == "known"]
        return share_value(_sum(known, lambda some: some.level >= self.way.last), _sum(known))


def counted(question: Question, way: Way, most: int) -> Counted:
    """Returns what a question's people are found to be, with so many groups, and where asked how long their steps took."""
    figure = way.figure(question, "funnel" if way.times else COUNT)
    found = question.run(figure, split=question.split[:1], most=most_shown(question, most), **way.parameters(question))
    return Counted(
        way=way,
        people=tuple(_some(way, row) for row in found if row["stage_no"] == 0),
        times={(row["split_1"], row["at_piece"], row["stage_no"]): row for row in found if row["stage_no"]},
    )  # fmt: skip


def _some(way: Way, row: Mapping[str, Any]) -> Some:
    return Some(
        group=row["split_1"], at=row["at_piece"], state=STATES[row["state_no"]], seen=row["seen"], level=way.level(row["seen"]),
        n=row["n"],
    )  # fmt: skip


def rows_of(question: Question, told: Counted) -> tuple[Row, ...]:
    """Returns a row per group and piece of time, the largest group first, the pieces in order."""
    places: dict[tuple[str, str], list[Some]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    for some in told.people:
        places[some.group, some.at].append(some)
        sizes[some.group] += some.n if some.state == "known" else 0
    groups = sorted(sizes, key=lambda group: (-sizes[group], group)) or ([] if question.split else [""])
    pieces = [part.text for part in told.way.parts] or [""]
    every = [(group, at) for at in pieces for group in groups]
    return tuple(_row(question, told, place, places[place]) for place in every if places[place] or not question.split)


def _row(question: Question, told: Counted, place: tuple[str, str], everyone: Sequence[Some]) -> Row:
    group, at = place
    known = [some for some in everyone if some.state == "known"]
    aside = [some for some in everyone if some.state == "set aside"]
    waiting = [some for some in everyone if some.state in ("left", "open")]
    parts = {"known": known, "set_aside": aside, "not_yet_known": waiting}
    stages = [
        _stage(told.way, stage, known, aside, waiting, told.times.get((group, at, stage["stage_no"]), {}))
        for stage in told.way.stages
    ]
    extra: dict[str, Any] = {"entered": _sum(everyone), **{name: _sum(some) for name, some in parts.items()}, "stages": stages}
    by = {question.selection.by[0]: group} if question.split else {}
    return Row(by=by, at=at or None, value=share_value(stages[-1]["reached"], extra["known"]), extra=extra)


def _stage(
    way: Way, stage: Mapping[str, Any], known: Sequence[Some], aside: Sequence[Some], waiting: Sequence[Some], times: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    number = int(stage["stage_no"])
    reached, timed = _reached(known, number), int(times.get("n", 0)) if way.times else None
    moved_on = _reached(known, number + 1) if number < way.last else 0
    return {
        **stage_words(way, stage),
        "reached": reached,
        "skipped": _skipped(way, known, number),
        "share_of_first": share_value(reached, _reached(known, 1)),
        "share_of_previous": share_value(reached, _reached(known, max(1, number - 1))),
        "moved_on": moved_on,
        "turned_away": reached - moved_on if number < way.last else 0,
        "excluded": _sum(aside, lambda some: some.level == number),
        "not_yet_known": _not_yet_known(way, waiting, number),
        "timed": timed,
        "tied": share_value(int(times.get("ties", 0)), timed or 0),
        "median_seconds": times.get("median_seconds"),
        "mean_seconds": times.get("mean_seconds"),
        "p90_seconds": times.get("p90_seconds"),
    }


def stage_words(way: Way, stage: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a stage is called; in "any" the k-th bar is whoever was seen in at least k stages, whichever they are."""
    number = int(stage["stage_no"])
    if way.mode != "any":
        names = ("stage_no", "says", "label", "owner", "is_optional")
        return {"stage": stage["stage_id"], **{name: stage[name] for name in names}}
    label = _("{n} of {whole} stages", n=number, whole=way.last)
    says = _("I have seen at least {stages}", stages=label) if number < way.last else _("I have seen all {n} stages", n=way.last)
    return {"stage": str(number), "stage_no": number, "says": says, "label": label, "owner": None, "is_optional": False}


def _not_yet_known(way: Way, waiting: Sequence[Some], number: int) -> dict[str, int]:
    """Of those not yet known who reached a stage: already moved, already left, still open."""
    return {
        "reached": _reached(waiting, number),
        "skipped": _skipped(way, waiting, number),
        "moved": _reached(waiting, number + 1),
        "left": _sum(waiting, lambda some: some.state == "left" and some.level == number),
        "open": _sum(waiting, lambda some: some.state == "open" and some.level == number),
    }


def _reached(people: Iterable[Some], number: int) -> int:
    return _sum(people, lambda some: some.level >= number)


def _skipped(way: Way, people: Iterable[Some], number: int) -> int:
    return _sum(people, lambda some: way.mode != "any" and some.level >= number and not some.is_seen(number))


def _sum(people: Iterable[Some], holds: Callable[[Some], bool] = lambda some: True) -> int:
    return sum(some.n for some in people if holds(some))
