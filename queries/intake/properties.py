"""The further things that a source tells of a row: declared ones, and those of a JSON object in a properties column."""

from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import contract
from queries.intake.expressions import call, called, is_one_of, is_told, named, nothing, sql, word
from queries.intake.reading import LINE
from queries.intake.row_id import version
from queries.intake.source import Cell
from queries.intake.target import PROPERTY, UNFOLD, Target, show

PROPERTY_KEY = "property_key"  # rows of an entity may have a name of their own


def write_properties(connection: DuckDBPyConnection, target: Target, path: Path) -> bool:
    """Write the properties of the rows just cast; return whether the block has any at all."""
    parts = [_property(target, name, cell) for name, cell in target.block.properties.items()]
    if target.block.unfold and target.header.column(target.block.unfold) is not None:
        parts.append(_unfolded(target))
    if not parts:
        return False
    whole: exp.Expr = parts[0]
    for part in parts[1:]:
        whole = exp.union(whole, part, distinct=False)
    show(connection, "property_rows", whole, once=False)
    connection.sql(sql(_property_rows(target))).write_parquet(str(path), compression="zstd")
    return True


def _property(target: Target, name: str, cell: Cell) -> exp.Select:
    return _subject(target, word(name), named(PROPERTY + name), exp.convert(cell.sensitive)).where(
        is_told(named(PROPERTY + name))
    )


def _unfolded(target: Target) -> exp.Select:
    keys = (
        exp.select("*", called(call("unnest", call("json_keys", named(UNFOLD))), PROPERTY_KEY))
        .from_("good_rows")
        .where(is_told(named(UNFOLD)))
        .subquery("unfolded")
    )
    pointer = call(
        "concat", word("/"), call("replace", call("replace", named(PROPERTY_KEY), word("~"), word("~0")), word("/"), word("~1"))
    )
    sensitive = [name for habits in target.raw.habits.values() for name in habits.sensitive]
    is_sensitive = is_one_of(named(PROPERTY_KEY), sensitive) if sensitive else exp.false()
    select = _subject(target, named(PROPERTY_KEY), call("json_extract_string", named(UNFOLD), pointer), is_sensitive)
    return select.from_(keys)


def _subject(target: Target, name: exp.Expr, value: exp.Expr, sensitive: exp.Expr) -> exp.Select:
    return exp.select(
        called(word(target.entity.name), "subject_kind"),
        called(named("row_id"), "subject_id"),
        called(name, "name"),
        called(value, "value"),
        called(sensitive, "sensitive"),
        named("updated_at"),
        named("source"),
        named(LINE),
    ).from_("good_rows")


def _property_rows(target: Target) -> exp.Expr:
    properties = contract()["properties"]
    key = call("concat_ws", word("|"), named("subject_kind"), named("subject_id"), named("name"))
    made = {
        "row_id": call("concat", named("source"), word(":"), key),
        "source_file": word(target.raw.name),
        "source_line": named(LINE),
        "source_url": nothing(),
    }
    columns = [called(made.get(column.name, named(column.name)), column.name) for column in properties.columns]
    content = call("hash", *[named(c.name) for c in properties.told if c.name != "source_url"])
    rows = exp.select("*", called(content, "content")).from_("property_rows").subquery("told_properties")
    return exp.select(*columns, *version(target, f"{target.block.name}: properties", primary=False)).from_(rows)
