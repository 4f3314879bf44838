"""`cx template`: the header and an example record of the import format of an entity, as CSV or as a workbook that explains it."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, InWorkspace
from dashboard.workbook import workbook
from metrics.errors import QuestionError
from queries.intake.template import TemplateColumn, template
from queries.workspace import Workspace, said_plainly

HEADS = ("column", "type", "required", "example", "meaning")


def write_template(
    entity: Annotated[str, typer.Argument(help="cases, orders, customer_records …", show_default=False)],
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook, with a sheet that explains every column.")] = False,
    into: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path(),
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write a file in the import format of an entity, with one example record, and explain its columns.

    Put your own records in the example's place, leave out the columns that are not required and you do not have, and load it.
    """
    columns = template(entity, currency=Workspace(workspace.resolve()).settings.currency)
    path = into / f"{entity}.{'xlsx' if xlsx else 'csv'}"
    if path.exists():
        raise QuestionError("there is such a file already", where=str(path), instead="Name another folder: --into FOLDER")
    table = [[column.name for column in columns], [column.example for column in columns]]
    content = workbook({entity: table, "columns": [HEADS, *map(_told, columns)]}) if xlsx else _as_csv(table).encode()
    with said_plainly(path, "Nothing was written: see that the folder can be written to"):
        into.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    terminal.say_line(f"Wrote {path}")
    terminal.say_rows([dict(zip(HEADS, _told(column), strict=True)) for column in columns], HEADS)


def _told(column: TemplateColumn) -> list[str]:
    return [column.name, column.type, "yes" if column.required else "", column.example, column.meaning]


def _as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
