"""What changed between two snapshots: which closed months tell another figure now, and how many rows of which cause made it so.

A row of a metric is known by the columns that its fact's grain names. It is new, gone or another one when the second snapshot
has it and the first not, the other way round, or both with another customer, moment or worth. Its cause is
- a merge, where its customer is another one now, or the row goes by customers and its customer took others in,
- removed, where its customer is no longer there at all,
- a definition, where the declarations or the program are others and no file loaded since tells anything of its customer,
- else a late row: something loaded since told it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from metrics.answer import Value
from metrics.language import _, later
from metrics.period import Period, earlier, resolve
from metrics.question import Question
from metrics.selection import local_time, utc_text
from queries.fact import grain_of
from queries.warehouse import Columns, Reading

LATE, MERGED, DEFINED, REMOVED = later("late rows"), "merges", "definitions", "removed"
WHOSE: Final = ("customer_id", "account_id")
WORTH: Final = ("happened_at", "value")
ONE: Final = {LATE: later("late row"), MERGED: "merge", DEFINED: "definition", REMOVED: "removed"}
Key = tuple[Any, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What came between two snapshots: files loaded, ids merged away (each with the one it leads to), whether definitions changed."""

    files: tuple[str, ...]
    merged: Mapping[str, str]
    definitions_changed: bool
    told_of: frozenset[str]

    @classmethod
    def of(cls, was: Reading, now: Reading, *, definitions_changed: bool) -> Since:
        """Returns what came between two readings; who is told of by the files since is only looked up where definitions changed."""
        before = {row["file_id"] for row in was.run("ledger_lines", source=None, file=None)}
        lines = now.run("ledger_lines", source=None, file=None)
        files = tuple(sorted({row["file_name"] for row in lines if row["file_id"] not in before}))
        known = {row["old_customer_id"] for row in was.run("redirects")}
        told = now.columns("customers_of_files", names=list(files))["customer_id"] if files and definitions_changed else ()
        return cls(
            files=files,
            merged={
                row["old_customer_id"]: row["customer_id"]
                for row in now.run("redirects")
                if row["old_customer_id"] not in known
            },
            definitions_changed=definitions_changed,
            told_of=frozenset(map(str, told)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMonth:
    """One closed month of one metric whose rows are others now: what it was, what it is, and how many rows each cause changed.

    is_same: whether it tells the same figure all the same, as it is written.
    """

    metric: str
    title: str
    month: str
    was: Value
    now: Value
    causes: Mapping[str, int]
    is_same: bool
    sentence: str

    def to_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "title": self.title,
            "month": self.month,
            "was": self.was.to_json(),
            "now": self.now.to_json(),
            "causes": dict(self.causes),
            "is_same": self.is_same,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one snapshot to another, made when (UTC). not_told: by metric why it could not be asked of both."""

    from_snapshot: str
    to_snapshot: str
    from_made_at: datetime | None
    to_made_at: datetime | None
    files: tuple[str, ...]
    merged_customers: int
    definitions_changed: bool
    months: tuple[ChangedMonth, ...]
    not_told: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {
            "from_snapshot": self.from_snapshot,
            "to_snapshot": self.to_snapshot,
            "from_made_at": utc_text(self.from_made_at) if self.from_made_at else None,
            "to_made_at": utc_text(self.to_made_at) if self.to_made_at else None,
            "files": list(self.files),
            "merged_customers": self.merged_customers,
            "definitions_changed": self.definitions_changed,
            "months": [month.to_json() for month in self.months],
            "not_told": dict(self.not_told),
        }


def closed_months(was: Question, now: Question) -> tuple[Period, ...]:
    """Returns the whole months that both snapshots know to their end, from that of the first row on, the oldest first."""
    first = min((at for one in (was, now) if (at := one.run("range")[0]["first_at"])), default=None)
    until = min(was.as_of, now.as_of)
    if first is None or first > until:
        return ()
    last = resolve(None, as_of=until, zone=now.zone)
    begins = local_time(first, now.zone)
    count = 1 + (last.first_day.year - begins.year) * 12 + last.first_day.month - begins.month
    months = earlier(last, count, zone=now.zone)
    return months[:-1] if last.is_to_date else months


def causes_of(was: Question, now: Question, months: Sequence[Period], since: Since) -> Mapping[str, Counter[str]]:
    """Returns, by month, how many rows of a metric are new, gone or others now, by cause; months without any are left out."""
    if not months:
        return {}
    grain = grain_of(now.metric.view.table)
    old, new = ({_key(row, grain): row for row in rows} for rows in _differing(was, now, grain, months))
    judge = Judge(since=since, is_by_customer=bool({*grain} & {*WHOSE}), living=_living(now.reading, old.values()))
    moved = {_key(row, grain, since.merged) for key, row in old.items() if key not in new and judge.is_merged(row)}
    counted: dict[str, Counter[str]] = {}
    for key in old.keys() | (new.keys() - moved):
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None and _content(before) == _content(after):
            continue
        cause = judge.cause(before, after)
        for month in {_month(row, months) for row in (before, after) if row is not None}:
            counted.setdefault(month, Counter())[cause] += 1
    return counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says why a row is another one now.   living: those of the customers before who are customers still."""

    since: Since
    is_by_customer: bool
    living: frozenset[str]

    def is_merged(self, row: Row) -> bool:
        """Whether a row's customer, or their company, was merged away since."""
        return any(row.get(name) in self.since.merged for name in WHOSE)

    def cause(self, before: Row | None, after: Row | None) -> str:
        """Returns the cause of a row that is gone (no `after`), new (no `before`) or another one."""
        row = after or before or {}
        if before is not None and after is not None and before.get("customer_id") != after.get("customer_id"):
            return MERGED
        if before is not None and self.is_merged(before):
            return MERGED
        whose = {row[name] for name in WHOSE if name in row}
        if self.is_by_customer and whose & {*self.since.merged.values()}:
            return MERGED
        if after is None and whose and not whose & self.living:
            return REMOVED
        return DEFINED if self.since.definitions_changed and not whose & self.since.told_of else LATE


def sentence_of(title: str, month: Period, question: Question, was: Value, now: Value, causes: Mapping[str, int]) -> str:
    """Says what a month was and is, and why: "Answered in time, August 2026: was 4 of 5, is 3 of 4: 1 late row, …"."""
    before, after = figure_of(question, was), figure_of(question, now)
    same = _("is {now} as before, with other rows", now=after)
    told = same if before == after else _("was {before}, is {now}", before=before, now=after)
    shown = [LATE, MERGED, DEFINED, *([REMOVED] if REMOVED in causes else [])]
    why = ", ".join(question.words.counted(causes.get(cause, 0), ONE[cause], cause) for cause in shown)
    return f"{title}, {month.label}: {told}: {why}."


def is_counted(unit: str, value: Value) -> bool:
    """Whether a share is one of counted rows, and not of money or time."""
    return unit == "percent" and value.numerator is not None and value.denominator == value.n


def figure_of(question: Question, value: Value) -> str:
    """Returns a month's figure as it is written: a share of rows as the counts that it is made of."""
    if is_counted(question.metric.unit, value):
        return _("{n} of {whole}", n=question.words.count(value.numerator), whole=question.words.count(value.denominator))
    return question.words.value(value.value, question.metric.unit)


def _differing(was: Question, now: Question, grain: Sequence[str], months: Sequence[Period]) -> tuple[list[Row], list[Row]]:
    """Returns the rows that only the one, and those that only the other snapshot has in the months."""
    shared = {*was.reading.tables[was.metric.view.table]} & {*now.reading.tables[now.metric.view.table]}
    columns = [name for name in dict.fromkeys((*grain, *WHOSE)) if name in shared]
    asked = {"starts_at": months[0].starts_at, "ends_at": months[-1].ends_at, "shown": [*columns, *WORTH]}
    first, second = (_columns(one, "changed_marks", **asked)["mark"] for one in (was, now))
    return (
        _rows(_columns(was, "changed_rows", marks=np.setdiff1d(first, second).tolist(), **asked)),
        _rows(_columns(now, "changed_rows", marks=np.setdiff1d(second, first).tolist(), **asked)),
    )


def _columns(question: Question, figure: str, **parameters: Any) -> Columns:
    return question.reading.columns(figure, question.metric.view, question.where, **parameters)


def _rows(columns: Columns) -> list[Row]:
    values = [column.tolist() for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _living(now: Reading, rows: Iterable[Row]) -> frozenset[str]:
    ids = sorted({str(row[name]) for row in rows for name in WHOSE if row.get(name)})
    return frozenset(map(str, now.columns("living_customers", ids=ids)["customer_id"])) if ids else frozenset()


def _key(row: Row, grain: Sequence[str], leads_to: Mapping[str, str] | None = None) -> Key:
    """Returns what a row is known by; of ids that were merged away, the ones they lead to where those are given."""
    to = leads_to or {}
    return tuple(to.get(row[name], row[name]) if name in WHOSE else row[name] for name in grain if name in row)


def _content(row: Row) -> str:
    return repr([row.get(name) for name in (*WHOSE, *WORTH)])


def _month(row: Row, months: Sequence[Period]) -> str:
    at: datetime = row["happened_at"]
    return next(month.text for month in months if month.starts_at <= at < month.ends_at)
