"""How the sample's people travel the company's journey, worked out one by one from the plan."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sample_data.moments import CRM_NOW, DAY, SURVEY_NOW, at, day, utc_text
from sample_data.truth import Move
from sample_data.world import World

STAGES = ("discover", "choose", "settle", "stay", "bring")
WITHIN = (90 * DAY, 30 * DAY, 180 * DAY, 365 * DAY)
IDLE = 400 * DAY
EXIT = 99
BY_CONTACT = {"web visit": 1, "store visit": 1, "account set up": 3, "product added": 4, "contract renewed": 4}
BY_MOVE = {"gained": 2, "returned": 2, "ended": EXIT, "fell_silent": EXIT}


class Stay(NamedTuple):
    """The time for which a stage was the highest that someone had reached."""

    number: str
    stage: int
    entered: int
    moved: int | None
    left: int | None


def events_of(world: World, moves: Iterable[Move]) -> dict[str, list[tuple[int, int]]]:
    """By customer number: moments with the stage reached then, or an exit."""
    events: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for contact in world.contacts:
        stage = BY_CONTACT.get(contact.event)
        if stage is not None and contact.person is not None:
            events[contact.person.number].append((contact.moment, stage))
    for move in moves:
        if move.what in BY_MOVE:
            events[move.number].append((at(move.on, 0), BY_MOVE[move.what]))
    for life in world.lives:
        mine = events[life.person.number]
        mine += [(c.kept, 3) for c in life.commitments if c.kind == "installation" and c.kept is not None]
        mine += [
            (order.moment, 4) for order in sorted(life.orders, key=lambda order: order.moment) if order.status == "completed"
        ][1:2]
        mine += [(moment, 5) for moment in life.referred]
    return events


def _stretches(events: Iterable[tuple[int, int]], as_of: int) -> Iterator[list[tuple[int, int]]]:
    """Events cut where someone left, or was not heard of for too long."""
    stretch: list[tuple[int, int]] = []
    for moment, stage in sorted({event for event in events if event[0] <= as_of}):
        if stretch and (stretch[-1][1] == EXIT or moment - stretch[-1][0] > IDLE):
            yield stretch
            stretch = []
        stretch.append((moment, stage))
    if stretch:
        yield stretch


def stays_of(events: dict[str, list[tuple[int, int]]], as_of: int) -> list[Stay]:
    """Everyone's stays, as known at a moment."""
    stays = []
    for number, mine in events.items():
        for stretch in _stretches(mine, as_of):
            last, how = stretch[-1]
            over = last if how == EXIT else last + IDLE if last + IDLE <= as_of else None
            entries: list[tuple[int, int]] = []
            for moment, stage in stretch:
                if stage != EXIT and (not entries or stage > entries[-1][1]):
                    entries.append((moment, stage))
            for place, (moment, stage) in enumerate(entries):
                moved = entries[place + 1][0] if place + 1 < len(entries) else None
                stays.append(Stay(number, stage, moment, moved, moved if moved is not None else over))
    return stays


def strip(stays: Iterable[Stay], start: int, end: int) -> list[dict[str, Any]]:
    """Tell for each stage who is here, who entered and moved on, and of those whose time ended, how many moved on in it."""
    told: list[dict[str, Any]] = [
        {"stage": stage, "here_now": 0, "entered": 0, "moved_on": 0, "known": 0, "in_time": 0} for stage in STAGES
    ]
    seen: set[tuple[int, str, str]] = set()
    for stay in sorted((stay for stay in stays if stay.entered < end), key=lambda stay: (stay.stage, stay.number, stay.entered)):
        row = told[stay.stage - 1]
        over = stay.entered + WITHIN[stay.stage - 1] if stay.stage < 5 else None
        facts = {
            "here_now": stay.left is None or stay.left >= end,
            "entered": stay.entered >= start,
            "moved_on": stay.moved is not None and start <= stay.moved < end,
            "known": over is not None and start <= over < end,
        }
        for name, holds in facts.items():
            if holds and (stay.stage, name, stay.number) not in seen:
                seen.add((stay.stage, name, stay.number))
                row[name] += 1
                if name == "known" and stay.moved is not None and over is not None:
                    row["in_time"] += stay.moved <= over
    return told


def strips_of(world: World, moves: list[Move]) -> dict[str, list[dict[str, Any]]]:
    """October's strip as it is known at each moment up to which some source tells."""
    events = events_of(world, moves)
    start = at(day(2026, 10, 1), 0)
    return {utc_text(as_of): strip(stays_of(events, as_of), start, as_of + 1) for as_of in (SURVEY_NOW, CRM_NOW)}


def funnel(events: dict[str, list[tuple[int, int]]], as_of: int, start: int, end: int, window: int) -> dict[str, int]:
    """Of those whose first attempt in [start, end) has had its time: how many reached each stage or a later one in the window."""
    told = dict.fromkeys(("known", "not_yet_known", *STAGES), 0)
    for mine in events.values():
        began = [stretch for stretch in _stretches(mine, as_of) if stretch[0][1] != EXIT and start <= stretch[0][0] < end]
        if not began:
            continue
        first = began[0][0][0]
        if first + window > as_of:
            told["not_yet_known"] += 1
            continue
        told["known"] += 1
        highest = max(stage for moment, stage in began[0] if stage != EXIT and moment - first <= window)
        for stage in STAGES[:highest]:
            told[stage] += 1
    return told


def funnels_of(world: World, moves: list[Move]) -> dict[str, dict[str, int]]:
    """How far those of April to June 2026 had come after ninety days, as known at each moment up to which some source tells."""
    events = events_of(world, moves)
    start, end = at(day(2026, 4, 1), 0), at(day(2026, 7, 1), 0)
    return {utc_text(as_of): funnel(events, as_of, start, end, 90 * DAY) for as_of in (SURVEY_NOW, CRM_NOW)}
