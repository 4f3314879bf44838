"""The template of every entity is a file that loads, as CSV and as a workbook, and its one record is a row."""

import csv
import io

import pytest

from dashboard.cli import main
from dashboard.workbook import workbook
from queries.errors import QuestionError
from queries.intake.contract import contract
from queries.intake.template import template


def as_csv(name):
    columns = template(name)
    text = io.StringIO()
    csv.writer(text).writerows([[column.name for column in columns], [column.example for column in columns]])
    return text.getvalue()


@pytest.mark.parametrize("name", sorted(contract()))
def test_the_template_of_an_entity_loads_and_its_ledger_adds_up(name, take):
    columns = template(name)
    table = [[column.name for column in columns], [column.example for column in columns]]
    # the second record is another one by its key alone, or a duplicate where the content is the key
    taken = take(
        {f"{name}.csv": as_csv(name), f"{name}.xlsx": workbook({name: table, "columns": [["column", "type"], ["a", "b"]]})}
    )
    assert taken.refused == []
    assert taken.rejections() == []
    ledger = taken.ledger()
    assert ledger[f"{name}.csv/{name}"] == (1, 1, 0, 0, 0)
    (of_workbook,) = [counts for line, counts in ledger.items() if line.startswith(f"{name}.xlsx") and line.endswith(f"/{name}")]
    assert of_workbook == (1, 0, 0, 0, 1), "a workbook holds the same record, so it is a duplicate"
    assert len(taken.rows(name, "source")) >= 1


@pytest.mark.parametrize("name", sorted(contract()))
def test_the_template_with_the_required_columns_alone_loads_too(name, take):
    needed = [column for column in template(name) if column.required]
    text = ",".join(column.name for column in needed) + "\n" + ",".join(column.example for column in needed) + "\n"
    taken = take({f"{name}.csv": text})
    assert taken.refused == []
    assert taken.ledger()[f"{name}.csv/{name}"] == (1, 1, 0, 0, 0)


def test_an_entity_that_there_is_not_is_named_with_its_nearest():
    with pytest.raises(QuestionError, match='"case" is no entity'):
        template("case")


def test_the_folder_to_write_it_into_is_made(tmp_path):
    with pytest.raises(SystemExit, match="0"):
        main(["template", "orders", "--into", str(tmp_path / "ours" / "to fill in")])
    assert (tmp_path / "ours" / "to fill in" / "orders.csv").read_text(encoding="utf-8").startswith("order_id,")
