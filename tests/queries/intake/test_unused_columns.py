"""Columns that no format uses: known, counted, and switched off until one line of sources.toml makes a property of them."""

import pytest

from queries.errors import DeclarationErrors
from queries.intake.explain import recognise_files

HEADER = "Id,Requester id,Created at,Via,Status,Tags,Customer tier,Floor,Note\n"
ROWS = (
    "7,91,2026-10-01 10:00:00,Mail,Open,late bill,Gold,3,\n"
    "8,92,2026-10-01 11:00:00,Mail,Solved,,Gold,4,\n"
    "9,93,2026-10-01 12:00:00,Mail,Solved,, ,4,\n"
)
COLUMNS = ("source", "entity", "column_name", "files", "records", "told", "distinct_values", "newest_file")


def test_what_nothing_is_made_of_is_counted_and_is_no_property(take):
    taken = take({"a.csv": HEADER + ROWS, "b.csv": HEADER + ROWS.replace("Mail", "Chat")})
    assert taken.rows("unused_columns", *COLUMNS) == [
        ("zendesk", "cases", "Customer tier", 2, 6, 4, 1, "b.csv"),
        ("zendesk", "cases", "Floor", 2, 6, 6, 2, "b.csv"),
        ("zendesk", "cases", "Note", 2, 6, 0, 0, "b.csv"),
    ]
    assert taken.rows("properties", "name") == [("tags",)]


def test_one_line_makes_a_property_of_a_column_that_was_loaded_before(intake):
    intake.take({"a.csv": HEADER + ROWS})
    intake.declare("sources.toml", '[zendesk]\nproperties = ["customer  TIER"]\n')
    taken = intake.take({})
    assert taken.rows("properties", "subject_kind", "subject_id", "name", "value", "sensitive") == [
        ("cases", "zendesk:7", "customer  TIER", "Gold", False),
        ("cases", "zendesk:7", "tags", "late bill", False),
        ("cases", "zendesk:8", "customer  TIER", "Gold", False),
    ]
    assert [name for (name,) in taken.rows("unused_columns", "column_name")] == ["Floor", "Note"]
    assert taken.ledger()["a.csv/cases"] == (3, 3, 0, 0, 0)


def test_a_property_that_is_switched_on_may_be_sensitive(intake):
    intake.declare("sources.toml", '[zendesk]\nproperties = ["Customer tier", "Tags"]\nsensitive = ["customer tier"]\n')
    taken = intake.take({"a.csv": HEADER + ROWS})
    assert taken.rows("properties", "name", "sensitive") == [("Customer tier", True), ("Customer tier", True), ("tags", False)]


def test_a_property_that_no_export_tells_is_told_with_the_nearest(intake):
    intake.declare("sources.toml", '[zendesk]\nproperties = ["Customer teir"]\n[shop]\nproperties = ["Anything"]\n')
    taken = intake.take({"a.csv": HEADER + ROWS})
    assert taken.notices == ['zendesk: no export has a column "Customer teir"; did you mean "Customer tier"?']


def test_a_wide_export_costs_a_line_for_each_of_its_first_columns_and_nothing_else(take):
    more = [f"Custom {number}" for number in range(700)]
    header, row = ",".join([HEADER.strip(), *more]), ",".join([ROWS.splitlines()[0], *["x"] * 700])
    taken = take({"wide.csv": f"{header}\n{row}\n"})
    assert len(taken.rows("unused_columns", "column_name")) == 500
    assert taken.rows("properties", "name") == [("tags",)]


def test_what_is_unused_is_said_before_loading(intake, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + ROWS, encoding="utf-8")
    (one,) = recognise_files(intake.workspace, [tmp_path / "a.csv"])
    assert one.left == ("Customer tier", "Floor", "Note")
    assert 'To keep one as a property: properties = ["Customer tier"] under [zendesk] in sources.toml' in one.reasons


def test_properties_is_a_list_of_headers(intake):
    intake.declare("sources.toml", '[zendesk]\nproperties = "Customer tier"\n')
    with pytest.raises(DeclarationErrors, match="a list of texts"):
        intake.take({})
