"""Segmentations: ordered rules that put each customer into one segment, the first that fits; one .toml file each.

Of kind "rules" a rule tells of records, contracts and orders; of kind "rfm" also of the scores, 1 to 5, for how recently, how
often and for how much the customer bought in the year before, among all who did.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from queries.told import Told, read_each

KINDS = ("person", "company", "unidentified")
SEGMENTATION_KINDS = ("rules", "rfm")
SCORES = ("recency", "frequency", "monetary")
GOOD_SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must hold of a customer on the day; None holds always. At least `min`, less than `max`; value is a year's.

    recency, frequency, monetary: the scores allowed, written one after the other ("45"); without purchases there is no score.
    """

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
    recency: str | None = None
    frequency: str | None = None
    monetary: str | None = None


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
    kind: str
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


def segmentation_rows(segmentations: Mapping[str, Segmentation]) -> list[tuple[str, str, str, int]]:
    """Return the rows of the table `segmentation`."""
    return [(one.segmentation, one.title, one.kind, len(one.segments)) for one in segmentations.values()]


def _read(segmentation: str, told: Told) -> Segmentation:
    kind = told.choice("kind", SEGMENTATION_KINDS, "rules")
    segments = tuple(_read_segment(one) for one in told.tables("segments"))
    if not segments:
        told.wrong("it has no segments", "Add a [[segments]] table with a name")
    names = [segment.name for segment in segments]
    for name in sorted({name for name in names if names.count(name) > 1}, key=str):
        told.wrong(f'two segments are called "{name}"', "Give each a name of its own")
    if kind == "rules" and any(getattr(segment.when, score) for segment in segments for score in SCORES):
        told.wrong("it asks for scores, which rules do not have", 'Write kind = "rfm" to have them')
    return Segmentation(segmentation=segmentation, title=told.text("title"), kind=kind, segments=segments)


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
        recency=_read_scores(told, "recency"),
        frequency=_read_scores(told, "frequency"),
        monetary=_read_scores(told, "monetary"),
    )
    told.done()
    return conditions


def _read_scores(told: Told, key: str) -> str | None:
    """Return the scores of a list such as [4, 5] in one text."""
    told.asked.add(key)
    scores = told.values.get(key)
    if scores is None:
        return None
    if isinstance(scores, list) and scores and all(type(score) is int and score in GOOD_SCORES for score in scores):
        return "".join(str(score) for score in sorted(set(scores)))
    told.wrong(f"{key} = {scores!r} is not a list of scores", "Write some of 1 to 5, where 5 is the best: [4, 5]")
    return None
