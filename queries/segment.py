"""Segmentations: ordered rules that put each customer into one segment, the first that fits; one .toml file each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from queries.told import Told, read_each

KINDS = ("person", "company", "unidentified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must hold of a customer on the day; None holds always. At least `min`, less than `max`; value is a year's."""

    kind: str | None = None
    product: str | None = None
    region: str | None = None
    min_value: float | None = None
    max_value: float | None = None
    min_contracts: int | None = None
    max_contracts: int | None = None
    min_orders: int | None = None
    max_orders: int | None = None
    min_tenure_days: int | None = None
    max_tenure_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment: its name, the label shown, and when a customer is in it."""

    name: str
    label: str
    when: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """A way to tell customers apart: its segments in the order in which they are tried."""

    segmentation: str
    title: str
    segments: tuple[Segment, ...]


def load_segments(folders: Iterable[Path]) -> dict[str, Segmentation]:
    """Return the declared segmentations by id; raise DeclarationErrors telling every mistake."""
    return read_each(folders, _read)


def segment_rows(segmentations: Mapping[str, Segmentation]) -> list[tuple[Any, ...]]:
    """Return the rows of the table `segment_rule`."""
    return [
        (
            one.segmentation,
            segment.name,
            segment.label,
            number,
            *(getattr(segment.when, field.name) for field in fields(Conditions)),
        )
        for one in segmentations.values()
        for number, segment in enumerate(one.segments, start=1)
    ]


def _read(segmentation: str, told: Told) -> Segmentation:
    segments = tuple(_read_segment(one) for one in told.tables("segments"))
    if not segments:
        told.wrong("it has no segments", "Add a [[segments]] table with a name")
    names = [segment.name for segment in segments]
    for name in sorted({name for name in names if names.count(name) > 1}, key=str):
        told.wrong(f'two segments are called "{name}"', "Give each a name of its own")
    return Segmentation(segmentation=segmentation, title=told.text("title"), segments=segments)


def _read_segment(told: Told) -> Segment:
    name = told.text("name")
    segment = Segment(name=name, label=told.text("label", name), when=_read_conditions(told.table("when")))
    told.done()
    return segment


def _read_conditions(told: Told) -> Conditions:
    conditions = Conditions(
        kind=told.choice("kind", KINDS, None),
        product=told.text("product", None),
        region=told.text("region", None),
        min_value=told.number("min_value", None),
        max_value=told.number("max_value", None),
        min_contracts=told.whole("min_contracts", None),
        max_contracts=told.whole("max_contracts", None),
        min_orders=told.whole("min_orders", None),
        max_orders=told.whole("max_orders", None),
        min_tenure_days=told.days("min_tenure", None),
        max_tenure_days=told.days("max_tenure", None),
    )
    told.done()
    return conditions
