"""Whether a journey's own file says something else than the journey of the last load: then the load is still to come."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from metrics import lists
from queries.errors import QueriesError
from queries.journey import Journey, journey_tables, load_journeys
from queries.warehouse import Reading

FOLDER: Final = "journeys"
FIGURES: Final = ("declared_stages", "declared_rules")

Declared = frozenset[tuple[Any, ...]]


def stamp(folder: Path) -> str:
    """Returns a text that changes whenever a journey's file does; empty without any."""
    return lists.stamp(folder)


def is_edited(folder: Path, reading: Reading, journey: str) -> bool:
    """Whether the workspace's own file of a journey differs from what was loaded; one that cannot be read tells nothing."""
    told = _told(folder, stamp(folder)).get(journey)
    if told is None:
        return False
    loaded = (tuple(row.values()) for figure in FIGURES for row in reading.constant(figure) if row["journey_id"] == journey)
    return told != frozenset(loaded)


@lru_cache(maxsize=16)
def _told(folder: Path, changed: str) -> Mapping[str, Declared]:
    try:
        return {name: _declared(name, journey) for name, journey in load_journeys([folder]).items()}
    except QueriesError:
        return {}


def _declared(name: str, journey: Journey) -> Declared:
    """Returns the rows of both figures as a load of this journey would make them."""
    tables = journey_tables({name: journey}, name)
    whole = (name, journey.title, journey.window, journey.idle_gap, journey.per)
    asked: dict[int, list[tuple[str, str]]] = {}
    for _, number, *condition in tables["journey_condition"]:
        asked.setdefault(number, []).append((condition[0], condition[1]))
    stages = {(*whole, *row[1:]) for row in tables["journey_stage"]}
    rules = {(*row, *condition) for row in tables["journey_rule"] for condition in asked.get(row[1], [(None, None)])}
    return frozenset(stages | rules)
