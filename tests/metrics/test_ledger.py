"""The ledger over time, the records that were refused, and the files in quarantine that are tried again."""

from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from dashboard.cli import main
from metrics import CommandCenter
from metrics.errors import UnknownName
from queries.errors import WorkspaceError
from queries.intake.masking import masked
from queries.load import load
from queries.policy import Policy
from queries.quarantine import quarantined, retry
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12)
ORDERS = "order_id,email,ordered_at,amount,currency,status\n"
GADGETS = """
title     = "Gadget sales"
source    = "gadgets"
[recognise]
columns = ["Sale", "Sold", "Price"]
[[rows]]
entity = "orders"
primary = true
[rows.columns]
order_id = "Sale"
ordered_at = { column = "Sold" }
amount = "Price"
currency = { value = "EUR" }
status = { value = "placed" }
"""


def order(number: int, day: str = "2026-10-01", amount: str = "5") -> str:
    return f"{number},ann@example.com,{day},{amount},EUR,placed\n"


def said(capsys: pytest.CaptureFixture[str], workspace: Workspace, *words: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as end:
        main([*words, "--workspace", str(workspace.root)])
    assert end.value.code == code
    told = capsys.readouterr()
    return told.err if code == 2 else told.out


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two loads: of the second file three records were refused, and two files wholly. The tests go on from each other."""
    folder = tmp_path_factory.mktemp("ledger")
    made, exports = Workspace.create(folder / "workspace"), folder / "exports"
    exports.mkdir()
    (exports / "a.csv").write_text(ORDERS + order(1) + order(2))
    load(made, [exports], now=NOW)
    bad = order(3, day="ann@example.com") + order(4, amount='"Annabel Meyer, +49 170 1234567"') + order(5, day="31.13.2026")
    (exports / "b.csv").write_text(ORDERS + order(1) + order(2, amount="7") + order(6) + bad)
    (exports / "gadgets.csv").write_text("Sale,Sold,Price\n1,2026-10-01,9\n")
    (exports / "notes.csv").write_text("a,b\n1,2\n")
    assert len(load(made, [exports], now=NOW + timedelta(days=1)).refused) == 2
    return made


def test_the_ledger_over_time_and_the_refused_records(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    center = CommandCenter.open(workspace.root)
    counts = ("file_name", "records", "loaded_new", "loaded_updated", "rejected", "duplicates")
    assert [tuple(row[name] for name in counts) for row in center.ledger()] == [
        ("b.csv", 6, 1, 1, 3, 1),
        ("a.csv", 2, 2, 0, 0, 0),
    ]
    (total,) = center.ledger_by_source()
    assert (total["source"], total["files"], total["records"], total["rejected"]) == ("import", 2, 8, 3)
    assert (total["first_loaded_at"], total["last_loaded_at"]) == (NOW, NOW + timedelta(days=1))
    assert [(row["source_line"], row["column_name"], row["value"]) for row in center.rejected(file="b.csv")] == [
        (4, "ordered_at", "a••@e••••••.c••"),
        (5, "amount", "A•••••• M••••, +•• ••• •••••••"),
        (6, "ordered_at", "31.13.2026"),
    ]
    assert [row["rows"] for row in center.rejections()] == [2, 1]
    with pytest.raises(UnknownName, match=r'"c\.csv" is no file that was loaded'):
        center.ledger(file="c.csv")
    limited = center.under(Policy(regions=frozenset({"North"})))
    assert (limited.rejected(), limited.quarantine()) == ((), ())

    told = orjson.loads(said(capsys, workspace, "ledger", "--json"))
    assert [row["loaded_at"] for row in told["files"]] == ["2026-11-02T12:00:00Z", "2026-11-01T12:00:00Z"]
    assert "a••@e••••••.c••" in said(capsys, workspace, "ledger", "b.csv", "--rejected")
    assert "1 to 2 of 3: --offset 2 goes on." in said(capsys, workspace, "ledger", "--rejected", "--limit", "2")
    assert "3 to 3 of 3." in said(capsys, workspace, "ledger", "--rejected", "--offset", "2")
    assert "No record after the first 3 of 3." in said(capsys, workspace, "ledger", "--rejected", "--offset", "3")
    assert "Annabel" not in said(capsys, workspace, "ledger", "b.csv")
    assert 'is no source. Did you mean "import"' in said(capsys, workspace, "ledger", "--source", "imports", code=2)

    center.close()


def test_files_wait_in_quarantine_until_they_are_tried_again(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    center = CommandCenter.open(workspace.root)
    waiting = center.quarantine()
    assert sorted(one.file_name for one in waiting) == ["gadgets.csv", "notes.csv"]
    assert all("notes" in one.reason or "gadgets" in one.reason for one in waiting)
    assert "notes.csv (8 bytes), since" in said(capsys, workspace, "quarantine")
    with pytest.raises(WorkspaceError, match=r'"note\.csv" is not in quarantine'):
        retry(workspace, ["note.csv"], now=NOW)

    (workspace.root / "sources").mkdir()
    (workspace.root / "sources" / "gadgets.toml").write_text(GADGETS)
    (workspace.quarantine / "notes.csv.reason.txt").write_text("an old reason\n")
    since = {one.file_name: one.since for one in quarantined(workspace)}
    assert "refused" not in said(capsys, workspace, "retry", code=1)
    (left,) = quarantined(workspace)
    assert (left.file_name, left.since) == ("notes.csv", since["notes.csv"])
    assert left.reason != "an old reason"
    assert center.ledger(source="gadgets")[0]["records"] == 1
    assert [path.name.split("-")[-1] for path in (workspace.raw / "taken").iterdir()] == ["gadgets.csv"]

    another = workspace.root.parent / "exports" / "notes.csv"
    another.write_text(ORDERS + order(9))
    load(workspace, [another], now=NOW + timedelta(days=3))
    assert [one.file_name for one in quarantined(workspace)] == ["notes.csv"]  # another file of the same name
    center.close()


def test_a_file_that_was_taken_in_from_elsewhere_leaves_quarantine(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    export = tmp_path / "orders.csv"
    export.write_text(ORDERS + order(1))
    (workspace.quarantine / "orders.csv").write_text(ORDERS + order(1))
    (workspace.quarantine / "orders.csv.reason.txt").write_text("a reason\n")
    load(workspace, [export], now=NOW)
    assert quarantined(workspace) == []
    assert export.exists()


@pytest.mark.parametrize(
    ("value", "is_counted", "shown"),
    [
        ("Ann Miller", False, "A•• M•••••"),
        ("0170 1234567", True, "•••• •••••••"),
        ("+49 170 1234567", True, "+•• ••• •••••••"),
        ("12.5 EUR", True, "12.5 E••"),
        ("Hauptstraße 5", False, "H•••••••••• •"),
        ("x" * 70, False, "x" + "•" * 59 + "…"),
    ],
)
def test_a_refused_value_shows_its_shape_and_not_whose_it_is(value: str, is_counted: bool, shown: str) -> None:
    assert masked(value, is_counted=is_counted) == shown
