"""Which figures the files given make possible, what the others lack, and which exports would add it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from metrics.language import _, _n, later
from metrics.metric import Metric
from metrics.named import PART_WORDS
from queries.errors import QueriesError
from queries.fact import PARTS, facts, judged_by
from queries.intake.contract import contract
from queries.intake.source import Source
from queries.model import read_model
from queries.warehouse import Reading

POSSIBLE: Final = later("possible")
IN_PART: Final = later("in part")
NOT_YET: Final = later("not yet")
NOTHING_COUNTS: Final = later("rows that count here: none of those loaded does")
STATES: Final = (POSSIBLE, IN_PART, NOT_YET)
OF_EVERY_EVENT: Final = "fct_event"
MOST_COLUMNS: Final = 4
SURVEYS: Final = "survey_responses"
UNTOLD_IS_FINE: Final = (
    "record_id", "email", "phone", "external_id", "updated_at", "is_date_only", "is_spam", "is_withdrawn", "merged_into", "dismissed",
    "confidential",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredMetric:
    """One figure: whether its rows are there, which entities it is made of, and which of those and their columns are empty.

    state: "possible"; "in part" when it has rows, yet no file feeds one of its entities; "not yet" when nothing counts.
    counts: the condition under which a row counts, as its definition says.
    """

    metric: str
    title: str
    state: str
    needs: tuple[str, ...]
    lacks: tuple[str, ...]
    empty_columns: tuple[str, ...]
    counts: str

    @property
    def missing(self) -> str:
        """What it lacks, in words; empty where it lacks nothing."""
        if self.lacks or self.empty_columns:
            lacks = ", ".join(map(in_words, self.lacks))
            told = [name for name in self.empty_columns if not lacks or name.endswith(("_at", "_on"))]
            columns = ", ".join(told[:MOST_COLUMNS])
            return _("{lacks}; or {columns}", lacks=lacks, columns=columns) if lacks and columns else lacks or columns
        return _(NOTHING_COUNTS) if self.state == NOT_YET else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entity that no file feeds, or not all of it: how many figures wait for it or would be whole with it, and who tells it.

    opens: figures that wait for it; opens_alone: those of them that wait for nothing else; completes: those that have rows already.
    parts: what is missing of an entity that a file feeds, in words. exports: the titles of the formats that hold it.
    """

    entity: str
    opens: int
    opens_alone: int
    completes: int
    parts: tuple[str, ...]
    exports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the files given make possible: the figures, and what would add to them, the most useful first."""

    files: int
    figures: tuple[CoveredMetric, ...]
    wanted: tuple[Wanted, ...]

    def count(self, state: str) -> int:
        """Returns how many figures are in a state."""
        return sum(one.state == state for one in self.figures)

    @property
    def sentence(self) -> str:
        """What is told of it in one line."""
        told = {"given": self.count(POSSIBLE) + self.count(IN_PART), "whole": len(self.figures), "n": f"{self.files:,}"}
        part = _(", {n} of them in part", n=self.count(IN_PART)) if self.count(IN_PART) else ""
        return _n(
            "Your {n} file gives {given} of {whole} figures{part}.",
            "Your {n} files give {given} of {whole} figures{part}.",
            self.files,
            part=part,
            **told,
        )


def coverage(reading: Reading, metrics: Sequence[Metric], sources: Iterable[Source]) -> Coverage:
    """Returns the coverage of one snapshot; sources are the formats that a load knows."""
    filled: dict[str, dict[str, int]] = {}
    for row in reading.constant("entities_fed"):
        filled.setdefault(row["entity"], {})[row["field"]] = row["filled"]
    fed = {*filled, *(row["entity"] for row in reading.constant("parts_fed"))}
    figures = tuple(_covered(metric, reading, filled, fed) for metric in metrics)
    return Coverage(
        files=reading.constant("ledger_summary")[0]["files"],
        figures=figures,
        wanted=tuple(_wanted(figures, list(sources))),
    )


def needs_of(metric: Metric) -> tuple[str, ...]:
    """Returns the entities that a metric is made of: those whose sources, or a part of whose, decide until when it is known."""
    return tuple(dict.fromkeys(map(entity_of, _judging(metric))))


def _judging(metric: Metric) -> tuple[str, ...]:
    """Returns the entities, and parts of some, that decide until when a metric is known."""
    return metric.judged_by or judged_by(metric.fact) or judged_by(OF_EVERY_EVENT)


def in_words(name: str) -> str:
    """Returns what an entity, or a part of one that figures count apart, is called."""
    return PART_WORDS.get(name, name)


def entity_of(name: str) -> str:
    """Returns the entity that a name stands for: itself, or the one that it is a part of."""
    return SURVEYS if name in PARTS else name


def _covered(metric: Metric, reading: Reading, filled: Mapping[str, Mapping[str, int]], fed: Collection[str]) -> CoveredMetric:
    judging = _judging(metric)
    lacks = tuple(name for name in judging if name not in fed)
    has_rows = _has_rows(metric, reading)
    empty: tuple[str, ...] = ()
    if not has_rows:
        whole = dict.fromkeys(entity_of(name) for name in judging if name in fed and entity_of(name) in filled)
        empty = tuple(f"{name}.{column}" for name in whole for column in _never_told(metric.fact, name, filled[name]))
    state = NOT_YET if not has_rows else IN_PART if lacks else POSSIBLE
    return CoveredMetric(
        metric=metric.metric_id,
        title=metric.title,
        state=state,
        needs=needs_of(metric),
        lacks=lacks,
        empty_columns=empty,
        counts=metric.counts,
    )


def _has_rows(metric: Metric, reading: Reading) -> bool:
    def asked() -> bool:
        try:
            return bool(reading.run("any_row", view=metric.view)[0]["is_there"])
        except QueriesError:
            return False

    return reading.once(("coverage", metric.view), asked)


def _never_told(fact: str, entity: str, filled: Mapping[str, int]) -> list[str]:
    """Returns the columns of an entity that a fact reads and no source ever tells."""
    read = _words_read(fact)
    columns = sorted(contract()[entity].told, key=lambda column: not column.is_time)
    told = [column.name for column in columns if column.name not in UNTOLD_IS_FINE]
    return [name for name in told if name in read and not filled.get(name)]


@cache
def _words_read(fact: str) -> frozenset[str]:
    """Returns the words in the SQL of a fact and of the facts that it reads."""
    seen: set[str] = set()
    waiting = [fact]
    words: set[str] = set()
    while waiting:
        name = waiting.pop()
        path = facts().get(name)
        if name in seen or path is None or path.parent.name != "facts":
            continue
        seen.add(name)
        model = read_model(path)
        code = "\n".join(line.split("--")[0] for line in model.sql.splitlines())
        words |= {*"".join(letter if letter.isalnum() or letter == "_" else " " for letter in code).split()}
        waiting += sorted(model.reads)
    return frozenset(words)


def _wanted(figures: Sequence[CoveredMetric], sources: Collection[Source]) -> list[Wanted]:
    lacked = {entity_of(name): None for one in figures for name in one.lacks}
    return sorted(
        (_one_wanted(name, figures, sources) for name in lacked), key=lambda one: (-one.opens, -one.completes, one.entity)
    )


def _one_wanted(entity: str, figures: Sequence[CoveredMetric], sources: Collection[Source]) -> Wanted:
    lacking = [(one.state, {entity_of(name) for name in one.lacks}) for one in figures]
    parts = {name: None for one in figures for name in one.lacks if name in PARTS and entity_of(name) == entity}
    return Wanted(
        entity=entity,
        opens=sum(state == NOT_YET and entity in lacks for state, lacks in lacking),
        opens_alone=sum(state == NOT_YET and lacks == {entity} for state, lacks in lacking),
        completes=sum(state == IN_PART and entity in lacks for state, lacks in lacking),
        parts=tuple(map(in_words, parts)),
        exports=_exports_of(entity, sources),
    )


def _exports_of(entity: str, sources: Collection[Source]) -> tuple[str, ...]:
    """Returns the titles of the formats that hold an entity's rows, systems' own before the documented one."""
    holding = [one for one in sources if any(block.entity == entity and not block.adds for block in one.blocks)]
    return tuple(one.title for one in sorted(holding, key=lambda one: (one.is_import_format, one.title)))
