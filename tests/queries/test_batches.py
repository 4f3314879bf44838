"""What is loaded in batches is what is built of all of it at once: late rows, changed records, merges and removed people included."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

import duckdb
import pytest

from metrics import CommandCenter
from queries import snapshots
from queries.forget import forget
from queries.load import load
from queries.workspace import Workspace
from tests.queries.random_exports import DAYS_OF_A_BATCH, START, Exports

BATCHES: Final = 4
OF_THE_BUILD: Final = frozenset({"build_before", "fct_restatement", "customer_registry", "registered_claim"})
"""What a build knows of the one before it, and how it differs from that: each has another one before it."""

Rows = dict[str, Counter[str]]


def rows_of(workspace: Workspace) -> Rows:
    """Every table of the served snapshot as a multiset of rows."""
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        names = {name for (name,) in connection.sql("show tables").fetchall()} - OF_THE_BUILD
        return {name: Counter(map(repr, connection.table(name).fetchall())) for name in sorted(names)}


def forget_somebody(workspace: Workspace, draw: random.Random) -> None:
    """Remove one of the people who have a record."""
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        records = connection.execute("select row_id from customer_records where kind = 'person' order by row_id").fetchall()
    person, _, _ = CommandCenter.open(workspace.root).person(draw.choice(records)[0])
    forget(workspace, person)


def others(batches: Rows, rebuilt: Rows) -> dict[str, tuple[list[str], list[str]]]:
    """By table, the rows that only the one and only the other has."""
    assert batches.keys() == rebuilt.keys()
    differing = {name: (batches[name] - rebuilt[name], rebuilt[name] - batches[name]) for name in batches}
    return {name: (sorted(one)[:3], sorted(other)[:3]) for name, (one, other) in differing.items() if one or other}


@pytest.mark.parametrize("seed", range(3))
def test_batches_make_the_same_rows_as_everything_built_anew(tmp_path: Path, seed: int) -> None:
    draw, workspace = random.Random(seed), Workspace.create(tmp_path / "workspace")
    exports = Exports(draw)
    for number in range(BATCHES):
        now = START + timedelta(days=(number + 3) * DAYS_OF_A_BATCH - draw.choice((0, 0, 9)), minutes=number)
        assert load(workspace, exports.write(tmp_path / str(number)), now=now).changed
        if number == 2 and seed % 2:
            forget_somebody(workspace, draw)
    batches = rows_of(workspace)
    load(workspace, (), now=now + timedelta(days=1), anew=True)
    assert others(batches, rows_of(workspace)) == {}
    told = {name: sum(rows.values()) for name, rows in batches.items()}
    assert min(told[name] for name in ("interactions", "customers", "fct_event", "fct_contact", "fct_case", "fct_purchase")) > 0
