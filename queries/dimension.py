"""Dimensions: the things that figures can be split by, one .toml file each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.told import Told, read_each

KINDS = ("row", "customer", "as of the row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing to split by: its label, whose it is, its column in the facts that carry it, and how many values are shown."""

    dimension_id: str
    label: str
    kind: str
    column: str
    order: int
    most_values: int
    is_sensitive: bool


def load_dimensions(folders: Iterable[Path]) -> dict[str, Dimension]:
    """Return the declared dimensions by id; raise DeclarationErrors telling every mistake."""
    return read_each(folders, _read)


def dimension_rows(dimensions: Mapping[str, Dimension]) -> list[tuple[Any, ...]]:
    """Return the rows of the table `dimension`."""
    return [
        (one.dimension_id, one.label, one.kind, one.column, one.order, one.most_values, one.is_sensitive)
        for one in sorted(dimensions.values(), key=lambda one: (one.order, one.dimension_id))
    ]


def _read(dimension_id: str, told: Told) -> Dimension:
    return Dimension(
        dimension_id=dimension_id,
        label=told.text("label"),
        kind=told.choice("kind", KINDS),
        column=told.text("column", dimension_id),
        order=told.whole("order", 100),
        most_values=told.whole("most_values", 12),
        is_sensitive=told.flag("sensitive", False),
    )
