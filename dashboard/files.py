"""A file that somebody takes along: the same cells as CSV or as a workbook, so that neither tells what the other does not."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response

from dashboard.errors import BadInput
from dashboard.look import Look
from dashboard.spreadsheet import FORMULA_STARTS, MIMETYPE, spreadsheet
from dashboard.table import Cell
from metrics.answer import Answer, People, json_ready
from metrics.language import _
from metrics.named import group_name

FORMS: Final = ("csv", "xlsx")
MOST_IN_A_WORKBOOK: Final = 100_000
About = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A table under its heads. about: what a workbook says of it beside."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    about: About = ()

    def as_answer(self, form: str) -> Response:
        """Returns it in one of FORMS, to be kept under its name."""
        if form == "xlsx":
            answer = Response(self.as_workbook(), mimetype=MIMETYPE)
        else:
            answer = Response(csv_of(self.heads, [[cell.plain for cell in row] for row in self.rows]), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.name}.{form}"'
        return answer

    def as_workbook(self) -> bytes:
        if len(self.rows) > MOST_IN_A_WORKBOOK:
            raise BadInput(f"A workbook holds at most {MOST_IN_A_WORKBOOK:,} rows here. Take the CSV, which holds them all.")
        return spreadsheet(self.heads, self.rows, self.about)


def file_of_rows(
    name: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[str] = (),
    units: Mapping[str, str] | None = None,
    about: About = (),
) -> File:
    """Returns plain rows as a file, these columns first; units says how numbers of some columns are written."""
    listed, told = [*rows], units or {}
    names = list(dict.fromkeys([*columns, *(name for row in listed for name in row)]))
    cells = [[Cell("", row.get(name), unit=told.get(name, "")) for name in names] for row in listed]
    return File(name=name, heads=names, rows=cells, about=about)


def about(title: str, sources: Iterable[Answer | People], look: Look, company: str) -> list[tuple[str, Any]]:
    """Returns what a file is about: its question, what each figure means, of when, of whom and from which data."""
    told = [*sources]
    metrics = [look.specs[name] for name in dict.fromkeys(one.metric for one in told) if name in look.specs]
    periods = dict.fromkeys(one.period.label if one.period else _("now") for one in told)
    filters = {
        f"{group_name(name)}: {', '.join(map(group_name, values))}": None
        for one in told
        for name, values in one.selection.where.items()
    }
    as_of = min((one.as_of for one in told), default=look.newest)
    return [
        (_("title"), title),
        *([(_("question"), look.question)] if look.question else []),
        *((metric.title, f"{metric.question} {metric.formula}") for metric in metrics),
        *([(_("period"), ", ".join(periods))] if told else []),
        *([(_("filters"), "; ".join(filters))] if filters else []),
        *([(_("data as of"), as_of)] if as_of else []),
        *([(_("snapshot"), look.snapshot)] if look.snapshot else []),
        (_("company"), company),
        (_("moments"), "UTC"),
        *([(_("currency"), look.reader.currency)]),
    ]


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> str:
    """Returns rows as CSV with a header, of these columns first; moments are UTC, cells that a spreadsheet would run are made text."""
    listed = [*rows]
    names = list(dict.fromkeys([*columns, *(name for row in listed for name in row)]))
    return csv_of(names, [[row.get(name) for name in names] for row in listed])


def csv_of(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Returns rows of cells as CSV under their heads, in their order; as as_csv."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([[safe_cell(json_ready(cell)) for cell in row] for row in rows])
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """Returns a cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
