"""What a file in the import format looks like: its header, one example record, and what each column means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.errors import QuestionError, did_you_mean
from queries.intake.contract import Column, Entity, contract

MOMENT, DAY = "2026-03-01T09:30:00Z", "2026-03-01"
EXAMPLES = {
    "record_id": "1001", "email": "ann@example.com", "phone": "+49 30 5550100", "external_id": "K-1001", "currency": "EUR",
    "source": "our_shop", "source_url": "https://example.com/1001", "name": "Ann Alder", "family_name": "Alder", "region": "North",
    "product": "power", "event": "web visit", "team": "service", "agent": "A7", "subject": "The bill is wrong", "category": "billing",
    "stage": "proposal", "pipeline": "sales", "wave": "2026-Q1", "comment": "Quick and friendly", "score": "9", "scale_low": "0",
    "scale_high": "10", "question": "Was it easy?", "answer": "Yes", "value": "open", "subject_id": "1001", "subject_kind": "customer",
    "properties": '{"tariff": "green"}',
}  # fmt: skip
LEFT_EMPTY = frozenset({
    "merged_into", "referred_by", "company_id", "dismissed", "confidential", "is_withdrawn", "is_spam", "scale_direction",
    "cancelled_at", "lost_reason", "end_reason", "ended_on", "actor", "updated_at", "source_url",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of the import format: its type in words, whether no row is taken in without it, an example, its meaning."""

    name: str
    type: str
    required: bool
    example: str
    meaning: str


def template(name: str, *, currency: str = "EUR") -> Sequence[TemplateColumn]:
    """Return the columns of an entity's import format in their order; raise QuestionError when there is no such entity."""
    if name not in contract():
        raise QuestionError(f'"{name}" is no entity', instead=did_you_mean(name, contract()))
    entity = contract()[name]
    told = [_column(entity, column, currency) for column in entity.told]
    further = TemplateColumn(
        "properties", "JSON object", False, EXAMPLES["properties"], "Anything else worth keeping about the row."
    )
    source = TemplateColumn("source", "text", False, EXAMPLES["source"], "The system that told this.")
    return [*told, source, *([] if name == "properties" else [further])]


def _column(entity: Entity, column: Column, currency: str) -> TemplateColumn:
    required = column.name in entity.required and column.name not in entity.absent
    example = "" if column.name in LEFT_EMPTY and not required else _example(entity, column, currency)
    return TemplateColumn(column.name, _kind(column), required, example, column.comment.removesuffix(" Required."))


def _kind(column: Column) -> str:
    if column.is_time:
        return "moment" if column.type == "TIMESTAMP" else "day"
    if column.is_number:
        return "whole number" if column.type == "BIGINT" else "number"
    return "true or false" if column.type == "BOOLEAN" else "text"


def _example(entity: Entity, column: Column, currency: str) -> str:
    if column.name == "currency":
        return currency
    if (column.name,) == entity.key and column.name not in EXAMPLES:
        return f"{entity.name.rstrip('s')}-1"
    by_kind: Mapping[str, str] = {"moment": MOMENT, "day": DAY, "whole number": "1", "number": "12.50", "true or false": "true"}
    if column.allowed:
        return column.allowed[0]
    if column.name in EXAMPLES and (column.is_text or column.name.startswith("sc")):
        return EXAMPLES[column.name]
    return by_kind.get(_kind(column), "one" if column.name in entity.required else "")
