"""One customer and its records: what every source tells of it, why the records are one customer, and what they disagree about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.answer import json_ready
from metrics.errors import QuestionError, UnknownName
from queries.identity_rule import KEYS, SHORTEST_PHONE, key_of, record_of
from queries.warehouse import Reading

MOST_NAMED = 10
MOST_PEOPLE = 200
KINDS_OF_MATCH = (("customer id", "former customer id"), ("record",), ("e-mail", "phone", "external id"), ("the id alone",))

Rows = tuple[Mapping[str, Any], ...]

_PHONE = re.compile(r"[+\d][\d\s()./-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecords:
    """A customer with its records, each part a tuple of plain rows, times in UTC.

    customer: the golden record, with matched (what the key was).   records: what each tells, the oldest first, with joins: the
    other_record, rule and evidence of every reason.   conflicts: field, value, source, told_at, is_shown and why the value shown won.
    parted: joins left out because identity.toml keeps records apart.   former_ids: ids that lead here.   rows: how many rows of
    each entity are the customer's, and by what they were found.   people: of a company, at most 200.
    """

    customer: Mapping[str, Any]
    records: Rows
    conflicts: Rows
    parted: Rows
    former_ids: tuple[str, ...]
    rows: Rows
    people: Rows
    as_of: datetime
    snapshot: str

    def to_json(self) -> dict[str, Any]:
        parts = ("customer", "records", "conflicts", "parted", "former_ids", "rows", "people", "as_of")
        return {**{part: json_ready(getattr(self, part)) for part in parts}, "snapshot": self.snapshot}


def customer_records(reading: Reading, key: str, as_of: datetime) -> CustomerRecords:
    """Returns the customer whom a key leads to; raises UnknownName for nobody, QuestionError naming several."""
    found = _only_one(key, reading.run("customer_found", **_asked(key)))
    kept = {"customer_id": found["customer_id"]}
    joins: dict[str, list[Mapping[str, Any]]] = {}
    for join in reading.run("customer_joins", **kept):
        joins.setdefault(join["record"], []).append({name: join[name] for name in ("other_record", "rule", "evidence")})
    records = reading.run("customer_records_told", **kept)
    return CustomerRecords(
        customer={**reading.run("story_customer", **kept)[0], "matched": found["matched"]},
        records=tuple({**record, "joins": joins.get(record["record"], [])} for record in records),
        conflicts=tuple(reading.run("story_conflicts", **kept)),
        parted=tuple(reading.run("customer_parted", **kept)),
        former_ids=tuple(row["old_customer_id"] for row in reading.run("customer_former", **kept)),
        rows=tuple(reading.run("customer_rows", **kept)),
        people=tuple(reading.run("customer_people", most=MOST_PEOPLE, **kept)),
        as_of=as_of,
        snapshot=reading.snapshot,
    )


def _asked(key: str) -> dict[str, Any]:
    """Returns what a text may mean: an id of ours, or of a record; a record, an address, a phone number, an external id; or empty."""
    text = key.strip()
    kind, sign, value = text.partition("=")
    named = kind.strip().lower() if sign and kind.strip().lower() in KEYS else ""
    if named:
        return {
            "asked": "",
            "record": record_of(text) or "",
            **{one: key_of(named, value) if one == named else "" for one in KEYS},
        }
    digits = sum(letter.isdigit() for letter in text)
    return {
        "asked": text,
        "record": record_of(text) or "",
        "email": key_of("email", text) if "@" in text else "",
        "phone": key_of("phone", text) if digits >= SHORTEST_PHONE and _PHONE.fullmatch(text) else "",
        "external": key_of("external", text) if text else "",
    }


def _only_one(key: str, found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    for kinds in KINDS_OF_MATCH:
        if of_kind := [one for one in found if one["matched"] in kinds]:
            break
    else:
        raise UnknownName(
            f'nobody is known by "{key}"',
            instead="Use a customer id, SOURCE:ID of a record, an e-mail address, a phone number or an external id",
        )
    if len(of_kind) > 1:
        named = ", ".join(f"{one['customer_id']} ({one['name'] or 'without a name'})" for one in of_kind[:MOST_NAMED])
        more = f" and {len(of_kind) - MOST_NAMED:,} more" if len(of_kind) > MOST_NAMED else ""
        raise QuestionError(f'"{key}" leads to {len(of_kind):,} customers', instead=f"Name one of them: {named}{more}")
    return of_kind[0]
