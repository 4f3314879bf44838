"""Dimensions: the things that figures can be split by, one .toml file each.

A fact tells most of them itself. What it need not tell is carried by every fact of customers: their place in a segmentation on
the day of the row, and a property that their records tell. A segmentation that no file names is a dimension by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from queries.errors import DeclarationError, DeclarationErrors, QueriesError, did_you_mean
from queries.fact import fact_columns, facts
from queries.segment import Segmentation
from queries.told import Told, read_each

KINDS = ("row", "customer", "as of the row", "property")
SUBJECTS = ("person", "company", "event")
RESERVED = ("list",)
ORDER_OF_SEGMENTATIONS = 15
AGENT = "agent"  # the column that is one only where the workspace has switched it on


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing to split by: its label, whose it is, its column in the facts that carry it, and how many values are shown.

    segmentation: the segmentation whose segments are its values.   property: the property whose values are, told of the person, of
    their company or of the event itself, as `subject` says.
    """

    dimension_id: str
    label: str
    kind: str
    column: str
    order: int
    most_values: int
    is_sensitive: bool
    segmentation: str | None = None
    property_name: str | None = None
    subject: str | None = None


def load_dimensions(folders: Iterable[Path]) -> dict[str, Dimension]:
    """Return the declared dimensions by id; raise DeclarationErrors telling every mistake."""
    return read_each(folders, _read)


@cache
def carried_columns() -> frozenset[str]:
    """Return the columns that every fact of customers carries in every workspace: those of the shipped segmentations."""
    shipped = load_dimensions([Path(__file__).parent / "dimensions"]).values()
    return frozenset(one.column for one in shipped if one.segmentation)


def dimension_rows(dimensions: Mapping[str, Dimension]) -> list[tuple[Any, ...]]:
    """Return the rows of the table `dimension`."""
    return [
        (
            one.dimension_id, one.label, one.kind, one.column, one.order, one.most_values, one.is_sensitive,
            one.segmentation, one.property_name, one.subject,
        )
        for one in sorted(dimensions.values(), key=lambda one: (one.order, one.dimension_id))
    ]  # fmt: skip


def with_segmentations(
    dimensions: Mapping[str, Dimension], segmentations: Mapping[str, Segmentation], own: str
) -> dict[str, Dimension]:
    """Return the dimensions, `segment` naming the workspace's own segmentation, and one for every other that none names.

    Raises DeclarationErrors telling every dimension of a segmentation that is not declared, and every name that is taken.
    """
    made = {name: replace(one, segmentation=own) if name == "segment" else one for name, one in dimensions.items()}
    problems: list[QueriesError] = [
        DeclarationError(
            f'segmentation = "{one.segmentation}" is not declared',
            where=f"dimensions/{name}.toml",
            instead=did_you_mean(one.segmentation, segmentations),
        )
        for name, one in made.items()
        if one.segmentation and one.segmentation not in segmentations
    ]
    named = {one.segmentation for one in made.values()}
    for name in sorted(segmentations.keys() - named):
        if name in made or name in RESERVED or _is_of_a_fact(name):
            what = f'"{name}" is the name of something else to split by'
            problems.append(DeclarationError(what, where=f"segments/{name}.toml", instead="Give the file another name"))
        made[name] = _of_segmentation(segmentations[name])
    if problems:
        raise DeclarationErrors(problems)
    return made


def without_sensitive(dimensions: Mapping[str, Dimension], sensitive: frozenset[str]) -> dict[str, Dimension]:
    """Return the dimensions, those of a property that any source marks as sensitive being so, whatever their file says."""
    return {name: replace(one, is_sensitive=True) if one.property_name in sensitive else one for name, one in dimensions.items()}


def _of_segmentation(one: Segmentation) -> Dimension:
    return Dimension(
        dimension_id=one.segmentation,
        label=one.title,
        kind="as of the row",
        column=one.segmentation,
        order=ORDER_OF_SEGMENTATIONS,
        most_values=12,
        is_sensitive=False,
        segmentation=one.segmentation,
    )


def _read(dimension_id: str, told: Told) -> Dimension:
    kind = told.choice("kind", KINDS)
    is_property = kind == "property"
    dimension = Dimension(
        dimension_id=dimension_id,
        label=told.text("label"),
        kind=kind,
        column=told.text("column", dimension_id),
        order=told.whole("order", 100),
        most_values=told.whole("most_values", 12),
        is_sensitive=told.flag("sensitive", False),
        segmentation=told.text("segmentation", None) if kind == "as of the row" else None,
        property_name=told.text("property") if is_property else None,
        subject=told.choice("subject", SUBJECTS, "person") if is_property else None,
    )
    if dimension_id in RESERVED:
        told.wrong(f'"{dimension_id}" is a filter of its own', "Give the file another name")
    if is_property and _is_of_a_fact(dimension.column):
        told.wrong(f'facts have a column "{dimension.column}" of their own', 'Name another: column = "…"')
    return dimension


def _is_of_a_fact(column: str | None) -> bool:
    """Whether any fact tells a column of this name itself."""
    return any(column in fact_columns(fact) for fact in facts() if fact.startswith("fct_"))
