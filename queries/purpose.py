"""What a company aims at: up to three figures with a target, an owner and a day; purpose.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from queries.errors import DeclarationErrors, QueriesError
from queries.told import Told, read_one

MOST_AIMS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One aim: a metric, the value that is to be reached by a day, and whose it is; where: of whom."""

    metric: str
    target: float
    owner: str
    by: date
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_purpose(path: Path) -> tuple[Aim, ...]:
    """Return the aims of this file in its order, none without a file; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return ()
    told = path.stat()
    return _loaded(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=8)
def _loaded(path: Path, changed: int, size: int) -> tuple[Aim, ...]:
    problems: list[QueriesError] = []
    found = read_one(path, _read, problems)
    if problems or found is None:
        raise DeclarationErrors(problems)
    return found


def _read(_: str, told: Told) -> tuple[Aim, ...]:
    found = tuple(_one(each) for each in told.tables("aims"))
    if len(found) > MOST_AIMS:
        told.wrong(f"it has {len(found)} aims", f"Keep the {MOST_AIMS} that matter most: more are no purpose")
    return found


def _one(told: Told) -> Aim:
    where = told.table("where")
    made = Aim(
        metric=told.text("metric"),
        target=told.number("target"),
        owner=told.text("owner"),
        by=told.day("by"),
        where={name: where.texts(name) for name in where.values},
    )
    told.done()
    return made
