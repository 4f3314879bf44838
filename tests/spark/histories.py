"""Random histories: every entity filled with rows whose cells are drawn by lot, many of them ties, gaps and contradictions."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from queries.engines.duckdb import Connection, column_types, insert_rows, open_build
from queries.fact import ENTITIES, entities
from queries.identity_rule import IdentityRule, identity_rows
from queries.model import read_header, read_models
from tests.queries.test_identity_oracle import START, put, random_record, random_row

ROWS = 150
AS_IT_IS = 0.7
NOTHING = 0.3
PEOPLE = 120
BORDERS = (
    datetime(2026, 3, 29, 0, 59, 59),  # clocks change in Berlin
    datetime(2026, 3, 29, 1, 0),
    datetime(2026, 10, 25, 0, 30),
    datetime(2026, 10, 25, 1, 30),
    datetime(2026, 6, 30, 21, 59, 59),
    datetime(2026, 6, 30, 22, 0),
    datetime(2026, 2, 28, 23, 0),
)


def write_history(snapshot: Path, base: Path, seed: int) -> int:
    """Write the tables that models read into a new database: what is declared as in a snapshot, entities by lot; return their rows."""
    draw, made = random.Random(seed), {model.name for model in read_models()}
    base.unlink(missing_ok=True)
    connection = open_build(base, temporary=base.with_suffix(".spilled"), threads=1)
    connection.execute(f"attach '{snapshot}' as given (read_only)")
    rows = 0
    for table in _tables(connection):
        if table in made:
            continue
        connection.execute(f'create table "{table}" as from given.main."{table}"')
        if table in entities():
            drawn = _each_once(_drawn(connection, table, draw), [*column_types(connection, table)], _key(table))
            connection.execute(f'truncate "{table}"')
            insert_rows(connection, table, drawn)
            rows += len(drawn)
    connection.execute("detach given")
    rows += _put_people(connection, draw)
    connection.close()
    return rows


def _put_people(connection: Connection, draw: random.Random) -> int:
    """Add people who share addresses, numbers and ids, some of them kept apart or joined by hand; return how many rows."""
    records = [random_record(draw, number) for number in range(PEOPLE)]
    for number, record in enumerate(records):
        put(connection, "customer_records", record | {"created_at": str(START + timedelta(days=number))})
    for number in range(PEOPLE):
        order = {"ordered_at": str(START), "amount": "1", "currency": "EUR", "status": "placed"}
        put(connection, "orders", random_row(draw, number) | order)
    alike: dict[str, list[str]] = {}
    for record in records:
        alike.setdefault(str(record["email"]).lower(), []).append(str(record["row_id"]))
    apart = [tuple(names[:2]) for email, names in alike.items() if email.startswith("p") and len(names) > 1]
    rule = IdentityRule(apart=apart[:6], together=[tuple(draw.sample([str(record["row_id"]) for record in records], 2))])
    for table, told in identity_rows(rule).items():
        connection.execute(f'truncate "{table}"')
        insert_rows(connection, table, told)
    return 2 * PEOPLE


def _tables(connection: Connection) -> list[str]:
    asked = "select table_name from duckdb_tables() where database_name = 'given' order by table_name"
    return [name for (name,) in connection.execute(asked).fetchall()]


def _drawn(connection: Connection, table: str, draw: random.Random) -> list[tuple[Any, ...]]:
    """Rows of an entity, each one of its rows in which some cells are another row's, a time near theirs, or nothing."""
    names, rows = [*column_types(connection, table)], connection.execute(f'from "{table}"').fetchall()
    held = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return [
        tuple(_cell(name, number, cell, held[name], draw) for name, cell in zip(names, draw.choice(rows), strict=True))
        for number in range(ROWS if rows else 0)
    ]


def _each_once(rows: list[tuple[Any, ...]], columns: list[str], key: list[str]) -> list[tuple[Any, ...]]:
    """The first row of each key of each source, as the intake leaves them: of a record one row is kept."""
    if "interaction_id" in key:  # what has no id of its own is told apart by its content
        key = [*key, "happened_at", "event"]
    told = {tuple(row[columns.index(name)] for name in ("source", *key)): row for row in reversed(rows)}
    return sorted(told.values(), key=lambda row: row[columns.index("row_id")])


def _key(entity: str) -> list[str]:
    header = read_header(
        (ENTITIES / f"{entity}.sql").read_text(encoding="utf-8"), entity, ("key", "version", "dated by", "absent")
    )
    return [word.strip() for word in header["key"].split(",")]


def _cell(name: str, number: int, cell: Any, held: list[Any], draw: random.Random) -> Any:
    if name == "row_id":
        return f"drawn-{number:04}"
    if draw.random() < AS_IT_IS:
        return cell
    value = None if None in held and draw.random() < NOTHING else draw.choice(held)
    if not isinstance(value, datetime) or draw.random() < 0.5:
        return value
    if draw.random() < 0.3:
        return draw.choice(BORDERS)
    return value + timedelta(seconds=draw.choice((-1, 0, 1, 60, 86_400, -86_400, 1_800, 2_592_000)))
