"""Which scores of a satisfaction survey count as satisfied, by how many marks its scale has: scores.toml of the workspace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from queries.errors import DeclarationErrors, QueriesError
from queries.told import Told, read_one

BEST: Final[Mapping[int, int]] = {2: 1, 3: 1, 5: 2, 7: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfiedRule:
    """How many of the best marks count as satisfied, by how many marks a scale has."""

    best: Mapping[int, int]


def load_satisfied_rule(path: Path) -> SatisfiedRule:
    """Return the rule of this file over the defaults, and those without one; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return SatisfiedRule(best=BEST)
    problems: list[QueriesError] = []
    rule = read_one(path, _read, problems)
    if problems or rule is None:
        raise DeclarationErrors(problems)
    return rule


def satisfied_rows(rule: SatisfiedRule) -> list[tuple[int, int]]:
    """Return the rows of the table `satisfied_rule`."""
    return sorted(rule.best.items())


def _read(name: str, told: Told) -> SatisfiedRule:
    table = told.table("satisfied")
    found: dict[int, int] = {}
    for key in table.values:
        best = table.whole(key)
        if not re.fullmatch(r"\d{1,3}", key) or int(key) < 2:
            table.wrong(f'"{key}" is not a number of marks', "Write how many marks the scale has: 5 = 2")
        elif best is not None and not 1 <= best < int(key):
            table.wrong(f"{key} = {best} cannot be", f"Of {key} marks 1 to {int(key) - 1} can be the best")
        elif best is not None:
            found[int(key)] = best
    table.done()
    return SatisfiedRule(best={**BEST, **found})
