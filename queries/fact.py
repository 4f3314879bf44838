"""What facts and entities are there to ask of: their columns, and whose data judges them, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from queries.model import FOLDERS, columns_of, read_model

ENTITIES: Final = Path(__file__).parent / "entities"
PARTS: Final = (
    *(f"{instrument}_{programme}" for instrument in ("nps", "csat", "ces") for programme in ("relational", "transactional")),
    "surveys_sent",
    "surveys_delivered",
    "detractors",
)
"""What figures count apart of an entity, as entity_as_of tells it: a source that feeds none of it does not hold it back."""


@cache
def facts() -> Mapping[str, Path]:
    """Returns the file of every model by its name."""
    return {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.sql"))}


@cache
def fact_columns(fact: str) -> tuple[str, ...]:
    """Returns the columns of a model, none of one that is not; read from its SQL: definitions can be checked without a snapshot."""
    return columns_of(read_model(facts()[fact])) if fact in facts() else ()


@cache
def judged_by(fact: str) -> tuple[str, ...]:
    """Returns the entities, and the parts of one, whose sources decide until when a fact is known."""
    return read_model(facts()[fact]).judged_by if fact in facts() else ()


@cache
def grain_of(fact: str) -> tuple[str, ...]:
    """Returns the columns that tell a model's rows apart."""
    return read_model(facts()[fact]).grain if fact in facts() else ()


@cache
def entities() -> tuple[str, ...]:
    """Returns the names of all entities."""
    return tuple(sorted(path.stem for path in ENTITIES.glob("*.sql")))


@cache
def keyed_entities() -> frozenset[str]:
    """Returns the entities whose rows are resolved to a customer."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in ENTITIES.glob("*.sql")}
    return frozenset(name for name, text in texts.items() if "external_id varchar" in text)
