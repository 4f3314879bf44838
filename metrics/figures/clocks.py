"""Clocks that run now, on the line of time: those whose time ran out in the last hour, those at risk, those with time left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures import summary
from metrics.figures.summary import person_row
from metrics.language import later
from metrics.options import options_json
from metrics.question import Page, Question

_UNITS: Final = {
    "broke_last_hour": (later("promises that broke just now"), later("promise that broke just now")),
    "at_risk": (later("promises at risk"), later("promise at risk")),
    "time_left": (later("promises with time left"), later("promise with time left")),
}
PARTS: Final = tuple(_UNITS)

SPLITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much of the line of time is shown, and how a split is."""

    back: int = field(default=3600, metadata={"help": "how far back: what broke just now", "duration": True})
    ahead: int = field(default=14_400, metadata={"help": "how far ahead", "duration": True})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with every clock that runs as the total, and a row per part of the line; with a split, a row per group instead."""
    of_all = summary.answer(question, summary.Options(most=options.most))
    return replace(of_all, options=options_json(options), rows=of_all.rows or _parts(question, options))


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the clocks of a part ({"part": "at_risk"}), the one due first first; without a part all that run."""
    part = mark.get("part", "")
    if not part:
        return summary.people(question, summary.Options(most=options.most), mark, page)
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the clocks', name=part, known=PARTS)
    for dimension, value in mark.items():
        question = question if dimension == "part" else question.filtered(dimension, value)
    counted = next(row.value for row in _parts(question, options) if row.by["part"] == part)
    shown = [name for name in question.shown() if name != "part"]
    line = _line(question, options)
    rows = question.run("clocks_people", part=part, shown=shown, most=page.most, skipped=page.skipped, **line)
    return question.people(
        unit=_UNITS[part][0],
        one=_UNITS[part][1],
        count=counted.n,
        customers=counted.customers,
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _parts(question: Question, options: Options) -> tuple[Row, ...]:
    found = {row["part"]: row for row in question.run("clocks", **_line(question, options))}
    empty = {"n": 0, "customers": 0}
    told = {part: found.get(part, empty) for part in PARTS}
    return tuple(
        Row(by={"part": part}, value=Value(value=float(row["n"]), n=row["n"], customers=row["customers"]))
        for part, row in told.items()
    )


def _line(question: Question, options: Options) -> dict[str, Any]:
    as_of = question.as_of
    return {
        "as_of": as_of,
        "begins_at": as_of - timedelta(seconds=options.back),
        "ends_at": as_of + timedelta(seconds=options.ahead),
    }
