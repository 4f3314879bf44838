"""The figures: static SQL files, each the answer to one question, with the parameters that they bind.

A figure whose header says that it reads another figure is that one's question asked on: its text begins with the other's, as a
step of the same name. A step may have others that stand for it: "funnel with funnel_latest as funnel_person". A check may stand
for a step, too: "check_rows with order_told_twice as broken".
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

FIGURES: Final = Path(__file__).parent / "figures"
CHECKS: Final = Path(__file__).parent / "checks"
TABLES: Final = ("entities", "declared", "identity", "facts")
SELECTED: Final = "selected_rows"

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_READS = re.compile(r"^-- reads:(.*)$", re.MULTILINE)
_BEGINS = re.compile(r"^(with|select)\b", re.MULTILINE)


@cache
def figure_text(figure: str) -> str:
    """Returns the SQL of a figure, led by the figures that it reads, each a step that the database may fold into its readers."""
    name, _, others = figure.partition(" with ")
    standing = {step: other for other, _, step in (one.partition(" as ") for one in others.split(", ") if one)}
    return _text(name, standing)


def figure_of(figure: str, rows: str) -> str:
    """Returns the SQL of a figure whose selected_rows are those of the query `rows`: a step before all others."""
    return _led(figure_text(figure), [_step(SELECTED, rows)])


@cache
def figure_parameters(figure: str) -> frozenset[str]:
    """Returns the parameters that a figure binds."""
    code = "\n".join(line.split("--")[0] for line in figure_text(figure).splitlines())
    return frozenset(_PARAMETER.findall(code))


def _text(name: str, standing: Mapping[str, str]) -> str:
    found = next(path for folder in (FIGURES, CHECKS) if (path := folder / f"{name}.sql").exists())
    text = found.read_text(encoding="utf-8")
    return _led(text, [_step(step, _text(standing.get(step, step), standing)) for step in _figures_read(text)])


def _step(name: str, query: str) -> str:
    return f"{name} as not materialized (\n{query})"


def _led(text: str, steps: Sequence[str]) -> str:
    """Return a query with further steps before its own."""
    if not steps:
        return text
    head, first, rest = _BEGINS.split(text, maxsplit=1)
    return f"{head}with {', '.join(steps)}{', ' if first == 'with' else chr(10) + first}{rest}"


def _figures_read(text: str) -> list[str]:
    """Return the figures among what a figure's header says that it reads, in its order; a table of the same name goes first."""
    found = _READS.search(text)
    names = [name.strip() for name in found[1].split(",")] if found else []
    return [name for name in names if name not in _tables() and (FIGURES / f"{name}.sql").exists()]


@cache
def _tables() -> frozenset[str]:
    """Return the tables of a snapshot that a file makes."""
    return frozenset(path.stem for folder in TABLES for path in (FIGURES.parent / folder).glob("*.sql"))
