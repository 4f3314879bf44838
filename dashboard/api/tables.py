"""An answer as CSV: flat rows with one meaning each, so that a spreadsheet or a data frame reads them without unpacking.

`part` says what a row is: "total", "row", "compared total", "compared row", or the name of a list that a row holds ("stages",
"cells", "curve"), of which each entry is a row with the group it belongs to.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from metrics.answer import Answer, Row, Value, json_ready

Flat = dict[str, Any]


def rows_of(answer: Answer) -> list[Flat]:
    """Returns the rows of an answer, the total first; every row tells unit, as_of and snapshot."""
    parts = [{"part": "total", **answer.total.to_json()}, *(flat for row in answer.rows for flat in _flat("row", row))]
    if answer.comparison:
        period = {"period": answer.comparison.period.text}
        parts += [{"part": "compared total", **period, **answer.comparison.total.to_json()}]
        parts += [{**flat, **period} for row in answer.comparison.rows for flat in _flat("compared row", row)]
    own = {"period": answer.period.text if answer.period else ""}
    ends = {"unit": answer.unit, "as_of": answer.as_of, "snapshot": answer.snapshot}
    return [{**own, **part, **ends} for part in parts]


def columns_of(rows: list[Flat]) -> list[str]:
    """Returns the names of the columns: what a row is, its group and time, its value and counts, the figure's own, as of when."""
    every = list(dict.fromkeys(name for row in rows for name in row))
    first = ["part", "period", *(name for name in every if name.startswith("by.")), "at", *Value.__slots__]
    last = ["unit", "as_of", "snapshot"]
    return [*first, *(name for name in every if name not in (*first, *last)), *last]


def _flat(part: str, row: Row) -> Iterator[Flat]:
    """Yields a row, then each entry of the lists it holds as a row of its own."""
    group: Flat = {**{f"by.{name}": value for name, value in row.by.items()}, "at": row.at}
    lists = {name: told for name, told in json_ready(row.extra).items() if _is_list_of_rows(told)}
    plain = {name: told for name, told in json_ready(row.extra).items() if name not in lists}
    yield {"part": part, **group, **row.value.to_json(), **_cells(plain)}
    for name, entries in lists.items():
        for entry in entries:
            yield {"part": name if part == "row" else f"compared {name}", **group, **_cells(entry)}


def _is_list_of_rows(told: Any) -> bool:
    return isinstance(told, list) and bool(told) and all(isinstance(each, Mapping) for each in told)


def _cells(told: Mapping[str, Any], above: str = "") -> Flat:
    """Returns cells by name; what lies deeper has the names on the way to it, a list is its JSON."""
    cells: Flat = {}
    for name, value in told.items():
        if isinstance(value, Mapping):
            cells |= _cells(value, f"{above}{name}.")
        else:
            cells[f"{above}{name}"] = orjson.dumps(value).decode() if isinstance(value, list) else value
    return cells
