"""Whether the numbers can be trusted: the rows behind a check, how complete the fields are, who doubles records, what joins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics.errors import UnknownName
from queries.build import CHECKS
from queries.dimension import AGENT
from queries.intake.contract import contract
from queries.intake.masking import shown_word
from queries.model import columns_of, read_model
from queries.policy import Policy
from queries.warehouse import Reading

Rows = tuple[Mapping[str, Any], ...]

ROWS: Final = {"entity", "row_id"}
MOST_WORDS: Final = 8
MOST_LOOKED_AT: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRows:
    """What breaks one check: how many there are, and some of them.

    kind: "rows" (entity, row_id, source, source_file, source_line, dated_at, customer_id, name), "customers" (customer_id, name,
    dated_at) or "things", as the check itself tells them.   rows: how many were counted at the load, of everybody.
    """

    check_id: str
    severity: str
    sentence: str
    kind: str
    rows: int
    found: Rows
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How records became customers: sums, joins by rule, what records disagree about, addresses that join nobody."""

    sums: Mapping[str, Any]
    joins: Rows
    conflicts: Rows
    conflicting: Rows
    mailboxes: Rows


def check_rows(reading: Reading, policy: Policy, check_id: str, *, limit: int, offset: int) -> CheckRows:
    """Returns the rows that break a check, looked up anew; raises UnknownName for one that there is not.

    What is nobody's row, an address or a source, is not listed to somebody who may not see all rows, or no names.
    """
    known = {row["check_id"]: row for row in reading.constant("checks")}
    if check_id not in known or not (CHECKS / f"{check_id}.sql").exists():
        raise UnknownName(f'there is no check "{check_id}"', name=check_id, known=known)
    model = read_model(CHECKS / f"{check_id}.sql")
    kind = _kind(columns_of(model))
    is_closed = kind == "things" and (policy.is_limited or not policy.names)
    found = () if is_closed else _found(reading, policy, f"check_{kind} with {check_id} as broken", limit, offset)
    return CheckRows(
        check_id=check_id,
        severity=known[check_id]["severity"],
        sentence=known[check_id]["sentence"],
        kind=kind,
        rows=checks_told([known[check_id]], policy)[0]["rows"],
        found=tuple(found),
        sql=model.sql,
    )


def _found(reading: Reading, policy: Policy, figure: str, limit: int, offset: int) -> Sequence[Mapping[str, Any]]:
    """Returns a page of what breaks a check; nothing where all of it is of fewer customers than may be told, however many rows."""
    if policy.least <= 1:
        return reading.run(figure, most=limit, skipped=offset)
    found = reading.run(figure, most=MOST_LOOKED_AT, skipped=0)
    customers = {row.get("customer_id", place) for place, row in enumerate(found)} - {None}
    return found[offset : offset + limit] if len(customers) >= policy.least else ()


def checks_told(checks: Iterable[Mapping[str, Any]], policy: Policy) -> Rows:
    """Returns the checks with how many rows break each; few are told as many as the fewest that are told."""
    return tuple({**row, "rows": policy.least if 0 < row["rows"] < policy.least else row["rows"]} for row in checks)


def doubled_records(reading: Reading) -> Rows:
    """Returns who makes records, and how many of customers known there already; by owner only where agents may be told apart."""
    by_owner = any(row["dimension_id"] == AGENT for row in reading.constant("dimensions"))
    return tuple(reading.run("doubled", by_owner=by_owner))


def unknown_words(reading: Reading) -> Rows:
    """Returns the words that no declaration knows, each with the line that settles it."""
    told = ({**row, "value": shown_word(row["value"])} for row in reading.run("unknown_words"))
    return tuple({**row, "settled_by": _settled_by(row)} for row in told)


def _settled_by(row: Mapping[str, Any]) -> str:
    """Returns what to write, and where, so that the next load knows a word."""
    entity = contract()[row["entity"]]
    allowed = next((column.allowed for column in entity.columns if column.name == row["column_name"]), ())
    words = " or ".join(f'"{word}"' for word in allowed) if len(allowed) < MOST_WORDS else f'"{allowed[0]}", "{allowed[1]}" …'
    source = row["source_format"] or ""
    if not source or source.startswith("import_"):
        return f"In the export, write {words or 'a declared word'} instead."
    return f'In sources/{source}.toml, in the map of {row["column_name"]}: "{row["value"]}" = {words or "our word"}'


def identity(reading: Reading, *, shown: int = 8) -> Identity:
    """Returns how records became customers, with the first of those whose records disagree."""
    return Identity(
        sums=reading.constant("identity_sums")[0],
        joins=tuple(reading.run("joins")),
        conflicts=tuple(reading.run("conflict_fields")),
        conflicting=tuple(reading.run("conflicting", most=shown)),
        mailboxes=tuple(reading.run("shared_mailboxes")),
    )


def _kind(columns: Iterable[str]) -> str:
    told = {*columns}
    if told >= ROWS:
        return "rows"
    return "customers" if "customer_id" in told else "things"
