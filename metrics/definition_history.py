"""How a metric's definition changed: when, from what to what, and what that did to the figure.

The registry keeps each definition from the first load that served it. What a change did to a figure is not remembered but asked:
the same data of the same month, once by the words of before and once by those of now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from metrics.answer import Value
from metrics.metric import Metric
from metrics.selection import utc_text
from queries.errors import QueriesError

COUNTING: Final = (
    "fact", "counts", "value", "aggregate", "dated_by", "judged_by", "figure", "period", "cap", "options", "unit", "interval",
)  # fmt: skip
"""What of a definition decides a figure; of these two definitions that are equal tell the same of the same data."""

WORDS: Final = ("title", "question", "formula", "noun", "better", "target", "waits")
"""What else is a change of what a figure means to its readers. Who owns it, when it was reviewed and how it is drawn is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition of a metric and when it was first served (UTC, naive), from which snapshot on."""

    metric: str
    since: datetime
    snapshot: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionChange:
    """One change of a definition: `parts` are (what, was, is). was and now are the figure by both in the month `period`.

    They are None where the words alone changed (is_worded_anew), and where the old definition cannot be asked any more: problem
    says why.
    """

    metric: str
    at: datetime
    snapshot: str
    parts: tuple[tuple[str, str, str], ...]
    is_worded_anew: bool
    period: str = ""
    was: Value | None = None
    now: Value | None = None
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "at": utc_text(self.at),
            "snapshot": self.snapshot,
            "parts": [{"what": what, "was": was, "is": now} for what, was, now in self.parts],
            "is_worded_anew": self.is_worded_anew,
            "period": self.period,
            "was": self.was.to_json() if self.was else None,
            "now": self.now.to_json() if self.now else None,
            "problem": self.problem,
        }


Asked = Callable[[Metric], tuple[str, Value]]


def changes_of(metric: Metric, definitions: Sequence[Definition], ask: Asked) -> tuple[DefinitionChange, ...]:
    """Returns how a metric's definition changed, the newest first.

    definitions: those that were kept of it, the earliest first.   ask: tells a month and the figure in it by one definition; raises
    QueriesError where the data of now cannot be asked so.
    """
    found = [_change(metric, was, now, ask) for was, now in pairwise(definitions) if parts_of(was.told, now.told)]
    return tuple(reversed(found))


def _change(metric: Metric, was: Definition, now: Definition, ask: Asked) -> DefinitionChange:
    told = DefinitionChange(
        metric=metric.metric_id,
        at=now.since,
        snapshot=now.snapshot,
        parts=parts_of(was.told, now.told),
        is_worded_anew=is_worded_anew(was.told, now.told),
    )
    if told.is_worded_anew:
        return told
    try:
        period, before = ask(as_it_was(metric, was.told))
        return replace(told, period=period, was=before, now=ask(as_it_was(metric, now.told))[1])
    except (QueriesError, ValueError) as error:
        return replace(told, problem=str(error))


def told_of(metric: Metric) -> dict[str, Any]:
    """Returns what is kept of a definition, as plain JSON."""
    return {name: _plain(getattr(metric, name)) for name in (*WORDS, *COUNTING)}


def mark_of(metric: Metric) -> str:
    """Returns a short text that is another one for each way of counting."""
    told = json.dumps({name: _plain(getattr(metric, name)) for name in COUNTING}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def read(lines: Sequence[Mapping[str, Any]]) -> tuple[Definition, ...]:
    """Returns the definitions that a log tells, the earliest first; a line that is none is left out."""
    found = []
    for line in lines:
        try:
            since = datetime.fromisoformat(str(line["since"]))
            told = dict(line["is"])
            found.append(Definition(metric=str(line["metric"]), since=since, snapshot=str(line.get("snapshot", "")), told=told))
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(found)


def parts_of(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Returns what differs between two definitions: the formula in words first, then what else people read, then what counts."""
    order = ("formula", *(name for name in WORDS if name != "formula"), *COUNTING)
    return tuple((name, _words(was.get(name)), _words(now.get(name))) for name in order if was.get(name) != now.get(name))


def is_worded_anew(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two definitions tell the same figure in other words."""
    return all(was.get(name) == now.get(name) for name in COUNTING)


def as_it_was(metric: Metric, told: Mapping[str, Any]) -> Metric:
    """Returns a metric by an earlier definition of it; raises ValueError for one that this program cannot read."""
    kept = {name: told[name] for name in COUNTING if name in told}
    if missing := [name for name in COUNTING if name not in kept]:
        raise ValueError(f"it does not tell {', '.join(missing)}")
    kinds = {field.name: field for field in fields(Metric)}
    own = {name: getattr(metric, name) for name in kinds}
    read_anew = {name: tuple(value) if isinstance(own[name], tuple) else value for name, value in kept.items()}
    if any(value is None and kinds[name].default is MISSING and own[name] is not None for name, value in read_anew.items()):
        raise ValueError("it leaves out what every definition tells")
    return Metric(**{**own, **read_anew})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(value[name]) for name in sorted(value)}
    return value.isoformat() if isinstance(value, date) else value


def _words(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {each}" for name, each in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
