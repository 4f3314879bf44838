"""Exports in the import format, drawn at random: people told by several keys, rows that come late, and records that change."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from queries.intake.contract import contract
from queries.intake.template import TemplateColumn, template

START: Final = datetime(2026, 1, 5)
DAYS_OF_A_BATCH: Final = 30
PEOPLE: Final = 24
ROWS: Final[Mapping[str, int]] = {
    "customer_records": 12, "interactions": 90, "orders": 14, "contracts": 8, "cases": 10, "case_events": 24, "survey_responses": 12,
    "consents": 12, "commitments": 6, "opportunities": 5, "stage_changes": 8,
}  # fmt: skip
KEYS: Final = ("record_id", "email", "phone", "external_id")
OTHERWISE: Final[Mapping[str, Sequence[str]]] = {
    "currency": ("EUR",), "event": ("web visit", "offer sent", "call", "newsletter"), "status": ("placed", "paid", "refunded"),
    "region": ("North", "South"), "stage": ("proposal", "contract"), "pipeline": ("sales",), "scale_low": ("0",), "scale_high": ("10",),
    "outcome": ("open", "won", "lost"), "subject_kind": ("customer", "opportunity", "case"), "value": ("open", "solved", "high"),
    "campaign_id": ("spring", "autumn"), "name": ("Ann Alder", "Ben Birch"), "family_name": ("Alder", "Birch"), "source": ("desk", "shop"),
}  # fmt: skip


@dataclass(slots=True)
class Exports:
    """Draws one batch after the other; a later one tells rows of earlier ones again, changed, and people by further keys."""

    draw: random.Random
    numbers: Iterator[int] = field(default_factory=count)
    told: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    batch: int = 0

    def write(self, folder: Path) -> list[Path]:
        """Write the files of the next batch, one of each entity that it tells of."""
        folder.mkdir(parents=True)
        written = []
        for entity in ROWS:
            if self.batch and self.draw.random() < 0.4:
                continue
            columns, rows = template(entity), self._rows(entity)
            path = folder / f"{entity}_{self.batch}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, [column.name for column in columns])
                out.writeheader()
                out.writerows(rows)
            written.append(path)
        self.batch += 1
        return written

    def _rows(self, entity: str) -> list[dict[str, str]]:
        before = self.told.setdefault(entity, [])
        wanted = ROWS[entity] if not self.batch else max(2, ROWS[entity] // 4)
        again = self.draw.sample(before, min(len(before), wanted // 3)) if contract()[entity].key else []
        rows = [self._row(entity) for _ in range(wanted)]
        rows += [self._row(entity) | {name: row[name] for name in contract()[entity].key if name in row} for row in again]
        before += rows
        return rows

    def _row(self, entity: str) -> dict[str, str]:
        person = self.draw.randrange(PEOPLE)
        row = {column.name: self._cell(entity, column, person) for column in template(entity)}
        keys = [name for name in KEYS if name in row]
        for name in keys if entity != "customer_records" else keys[1:]:
            row[name] = self._key(name, person) if self.draw.random() < (0.5 if name != "phone" else 0.15) else ""
        return row

    def _key(self, name: str, person: int) -> str:
        """Return a key of a person, sometimes one that two people share, or that nobody has told of before."""
        person = person // 2 if self.draw.random() < 0.06 else next(self.numbers) if self.draw.random() < 0.04 else person
        forms = {
            "record_id": f"{person}",
            "email": f"p{person}@example.com",
            "phone": f"+49 30 555{person:04}",
            "external_id": f"K-{person}",
        }
        return forms[name]

    def _cell(self, entity: str, column: TemplateColumn, person: int) -> str:
        told = contract()[entity].column(column.name) if column.name != "properties" else None
        allowed = told.allowed if told is not None else ()
        if not column.required and column.name != "source" and self.draw.random() < 0.35:
            return ""
        if allowed:
            return self.draw.choice(allowed)
        if column.name in (*KEYS, "referred_by", "company_id", "subject_id", "merged_into"):
            return str(self.draw.randrange(PEOPLE)) if column.name not in KEYS[1:] and self.draw.random() < 0.4 else str(person)
        if column.name in ("case_id", "opportunity_id", "order_id", "contract_id"):
            return f"{column.name[0]}{self.draw.randrange(400)}"
        if column.name.endswith("_id") and column.name not in OTHERWISE:
            return f"{entity[0]}{next(self.numbers)}"
        return self._value(column)

    def _value(self, column: TemplateColumn) -> str:
        if column.name in OTHERWISE:
            return self.draw.choice(OTHERWISE[column.name])
        moment = self._moment()
        by_type = {
            "moment": moment.isoformat() + "Z", "day": moment.date().isoformat(), "number": str(self.draw.randrange(11)),
            "whole number": str(self.draw.randrange(11)), "true or false": self.draw.choice(("true", "false")), "JSON object": "",
        }  # fmt: skip
        return by_type.get(column.type, self.draw.choice(("one", "two")))

    def _moment(self) -> datetime:
        """Return a moment of the time that the batch tells of, or, one in five, of any time before."""
        end = (self.batch + 3) * DAYS_OF_A_BATCH * 24 * 60
        begin = end - DAYS_OF_A_BATCH * 24 * 60 if self.batch and self.draw.random() < 0.8 else 0
        return START + timedelta(minutes=self.draw.randrange(begin, end))
