"""How long rows keep the person they tell of: retention.toml of the workspace.

interactions = "3 years" holds for every source, [web] interactions = "1 year" for one; an entity that is not named keeps people.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.intake.contract import contract
from queries.intake.expire import ages
from queries.told import Told, read_one

DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
LONGEST = 36_500
_TOLD = re.compile(r"(\d+) (day|week|month|year)s?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days for which rows keep their person, by entity, and by source and entity."""

    everywhere: Mapping[str, int] = field(default_factory=dict)
    by_source: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def entities(self) -> frozenset[str]:
        """The entities that lose people at all."""
        return frozenset({*self.everywhere, *(entity for told in self.by_source.values() for entity in told)})

    def until(self, entity: str, source: str, now: datetime) -> datetime | None:
        """Return before when rows lose their person; None where they keep it."""
        days = self.by_source.get(source, {}).get(entity, self.everywhere.get(entity))
        return None if days is None else datetime.combine(now.date(), datetime.min.time()) - timedelta(days=days)

    def stamp(self, now: datetime) -> str:
        """Return a text that changes with the day and with what is declared."""
        return f"{now:%Y-%m-%d} {hashlib.sha256(repr(self).encode()).hexdigest()[:12]}"


def may_expire() -> tuple[str, ...]:
    """Return the entities whose rows can lose their person: those that name one and are dated, and the people themselves."""
    return tuple(name for name, entity in contract().items() if ages(entity))


def load_retention(path: Path) -> Retention:
    """Return what retention.toml says, nothing without one; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return Retention()
    problems: list[QueriesError] = []
    rule = read_one(path, lambda _, told: _read(told), problems)
    if problems or rule is None:
        raise DeclarationErrors(problems)
    return rule


def _read(told: Told) -> Retention:
    sources = [key for key, value in told.values.items() if isinstance(value, dict)]
    by_source = {source: _days(told.table(source)) for source in sources}
    return Retention(everywhere=_days(told, sources), by_source=by_source)


def _days(told: Told, but: list[str] | None = None) -> dict[str, int]:
    found = {}
    for key in told.values:
        if key in (but or ()):
            continue
        text = told.text(key, None)
        if key not in may_expire():
            told.wrong(f'"{key}" is nothing that loses people', did_you_mean(key, may_expire()))
            continue
        read = _TOLD.fullmatch(str(text).strip()) if text else None
        days = int(read[1]) * DAYS[read[2]] if read else 0
        if 0 < days <= LONGEST:
            found[key] = days
        elif text:
            told.wrong(
                f'{key} = "{text}" is not a time of 1 day to 100 years', 'Write for example "3 years", "18 months" or "90 days"'
            )
    return found
