"""What facts and entities are there to ask of: their columns, and whose data judges them, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from queries.model import columns_of, read_models

ENTITIES: Final = Path(__file__).parent / "entities"


@cache
def fact_columns() -> Mapping[str, tuple[str, ...]]:
    """Returns the columns of every model, read from its SQL: definitions can be checked without a snapshot."""
    return {model.name: columns_of(model) for model in read_models()}


@cache
def judged_by(fact: str) -> tuple[str, ...]:
    """Returns the entities whose sources decide until when a fact is known."""
    return next((model.judged_by for model in read_models() if model.name == fact), ())


@cache
def entities() -> tuple[str, ...]:
    """Returns the names of all entities."""
    return tuple(sorted(path.stem for path in ENTITIES.glob("*.sql")))


@cache
def keyed_entities() -> frozenset[str]:
    """Returns the entities whose rows are resolved to a customer."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in ENTITIES.glob("*.sql")}
    return frozenset(name for name, text in texts.items() if "external_id varchar" in text)
