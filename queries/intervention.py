"""What a company changed, and when: dated declarations that are drawn on every trend, and looked back on; changes.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from queries.errors import DeclarationErrors, QueriesError
from queries.told import Told, read_one

AGAINST: Final = ("before", "year")
USUAL_DAYS: Final = 90
MOST_DAYS: Final = 366
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One thing that was changed on a day, and what it was meant to move.

    metrics: the figures looked at before and after.   touched: whom it touched, by dimension; empty: everybody.
    only: which of a figure's rows are looked at, of those it touched and of those it did not.
    days: so many before and after, at most.   against: "before", the days before it, or "year", the same days a year earlier.
    """

    name: str
    on: date
    what: str
    owner: str
    metrics: tuple[str, ...] = ()
    touched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: int = USUAL_DAYS
    against: str = "before"


def load_interventions(path: Path) -> tuple[Intervention, ...]:
    """Return what this file declares, the earliest first, nothing without a file; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return ()
    told = path.stat()
    return _loaded(path, told.st_mtime_ns, told.st_size)


def stamp(path: Path) -> str:
    """Return a text that changes whenever the file does; empty without one."""
    return f"{path.name}:{path.stat().st_mtime_ns}:{path.stat().st_size}" if path.exists() else ""


@lru_cache(maxsize=8)
def _loaded(path: Path, changed: int, size: int) -> tuple[Intervention, ...]:
    problems: list[QueriesError] = []
    found = read_one(path, _read, problems)
    if problems or found is None:
        raise DeclarationErrors(problems)
    return found


def _read(_: str, told: Told) -> tuple[Intervention, ...]:
    found = [_one(each) for each in told.tables("changes")]
    names = [one.name for one in found]
    for name in sorted({name for name in names if name is not None and names.count(name) > 1}):
        told.wrong(f'"{name}" is there twice', "Give each change a name of its own")
    return () if told.problems else tuple(sorted(found, key=lambda one: (one.on, one.name)))


def _one(told: Told) -> Intervention:
    name, days = told.text("name"), told.days("days", USUAL_DAYS)
    if name is not None and len(name) > LONGEST_NAME:
        told.wrong(f"its name is longer than {LONGEST_NAME} letters", "Shorten it, and tell the rest in what")
    if days is not None and not 1 <= days <= MOST_DAYS:
        told.wrong(f"{days} days cannot be looked at", f"Write between 1 day and {MOST_DAYS} days")
    made = Intervention(
        name=name,
        on=told.day("on"),
        what=told.text("what"),
        owner=told.text("owner"),
        metrics=told.texts("metrics", None),
        touched=_values(told.table("touched")),
        only=_values(told.table("only")),
        days=days or USUAL_DAYS,
        against=told.choice("against", AGAINST, "before"),
    )
    if made.touched and set(made.touched) & set(made.only):
        told.wrong("touched and only name the same dimension", "Leave it out of only")
    told.done()
    return made


def _values(told: Told) -> Mapping[str, tuple[str, ...]]:
    found = {name: told.texts(name) for name in told.values}
    for name in sorted(name for name, values in found.items() if not values):
        told.wrong(f"{name} names no value", "Name at least one, or leave it out")
    return found
