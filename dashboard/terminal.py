"""Answers, lists and tables on a terminal: text in columns, nothing worked out here."""

import csv
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

import orjson
from rich.console import Console
from rich.table import Table

from metrics.answer import Answer, Comparison, Explanation, People, Row, Value, json_ready
from metrics.captions import percent_text, seconds_text

EQUATION = ("opening", "gained", "returned", "ended", "fell_silent", "grown", "shrunk", "moved_in", "moved_out", "closing")
MONTHS = (1, 2, 3, 4, 5, 6, 9, 12, 18, 24)
PEOPLE_SHOWN = ("customer_id", "name", "value", "at", "subject", "because")


def console(stream: TextIO | None = None) -> Console:
    """Returns where tables are drawn; a pipe gets full width and no colours."""
    out = stream or sys.stdout
    return Console(file=out, width=None if out.isatty() else 200, highlight=False, markup=False)


def say_json(thing: Any) -> None:
    """Prints plain JSON, keys in their order."""
    sys.stdout.write(orjson.dumps(json_ready(thing), option=orjson.OPT_INDENT_2).decode() + "\n")


def say_answer(answer: Answer, currency: str) -> None:
    """Prints the caption, the rows, the comparison and the notices."""
    out = console()
    out.print(answer.caption)
    if answer.rows:
        out.print(answer_table(answer, currency))
    if answer.comparison:
        out.print(comparison_words(answer.comparison, answer.unit, currency))
    for notice in answer.notices:
        out.print(f"· {notice}")
    out.print(f"as of {moment_words(answer.as_of)} UTC · snapshot {answer.snapshot}", style="dim")


def answer_table(answer: Answer, currency: str) -> Table:
    """Returns an answer as a table, in the form of its figure."""
    for name, made in _FORMS.items():
        if name in answer.rows[0].extra:
            return made(answer, currency)
    groups, dated = _places(answer)
    table = plain_table([*groups, *dated, "value", "n", "customers"])
    for row in answer.rows:
        table.add_row(*_place(row, groups, dated), *_value_cells(row.value, answer.unit, currency))
    return table


def _equation_table(answer: Answer, currency: str) -> Table:
    """Customers in the first line of a row, their value a year in the second."""
    groups, dated = _places(answer)
    parts = [part for part in EQUATION if part in ("opening", "closing") or any(row.extra[part]["n"] for row in answer.rows)]
    table = plain_table([*groups, *dated, *parts, "net"])
    for row in answer.rows:
        told = [row.extra[part] for part in parts]
        net = row.extra["closing"]["value"] - row.extra["opening"]["value"]
        table.add_row(*_place(row, groups, dated), *(f"{part['customers']:,}" for part in told), f"{row.value.value:+,.0f}")
        table.add_row(
            *[""] * len([*groups, *dated]), *(f"{part['value']:,.0f} {currency}" for part in told), f"{net:+,.0f} {currency}"
        )
    return table


def _strip_table(answer: Answer, currency: str) -> Table:
    names = ("says", "here_now", "entered", "moved_on", "turned_away", "share", "previous", "not_yet_known")
    table = plain_table([*names, "of"])
    for row in answer.rows:
        share = row.extra["share"]
        table.add_row(*(cell_words(row.extra[name]) for name in names), f"{share.n:,}" if share else "–")
    return table


def _funnel_table(answer: Answer, currency: str) -> Table:
    groups, _ = _places(answer)
    names = ("says", "reached", "skipped", "share_of_first", "share_of_previous", "turned_away")
    table = plain_table([*groups, *names, "not yet known", "median"])
    for row in answer.rows:
        for stage in row.extra["stages"]:
            waiting, median = stage["not_yet_known"]["reached"], number_words(stage["median_seconds"], "seconds", currency)
            table.add_row(*_place(row, groups, []), *(cell_words(stage[name]) for name in names), f"{waiting:,}", median)
    return table


def _grid_table(answer: Answer, currency: str) -> Table:
    """The share still with us by month since; what is provisional in brackets, what cannot be known yet blank."""
    groups, _ = _places(answer)
    months = [month for month in MONTHS if month < max(len(row.extra["cells"]) for row in answer.rows)]
    table = plain_table([*groups, "size", *map(str, months)])
    for row in answer.rows:
        table.add_row(
            *_place(row, groups, []), f"{row.extra['size']:,}", *(_grid_cell(row.extra["cells"][month]) for month in months)
        )
    return table


def _grid_cell(cell: Mapping[str, Any]) -> str:
    if cell["value"] is None:
        return ""
    words = percent_text(cell["value"].value)
    return f"({words})" if cell["provisional"] else words


def _places(answer: Answer) -> tuple[list[str], list[str]]:
    return list(answer.rows[0].by), ["at"] if any(row.at for row in answer.rows) else []


def _place(row: Row, groups: Sequence[str], dated: Sequence[str]) -> list[str]:
    return [*(row.by.get(name, "") for name in groups), *([row.at or ""] if dated else [])]


def _value_cells(value: Value, unit: str, currency: str) -> list[str]:
    return [value_words(value, unit, currency), f"{value.n:,}", f"{value.customers:,}"]


def say_people(people: People) -> None:
    """Prints a list of the customers behind a number."""
    out = console()
    out.print(people.sentence)
    if people.rows:
        table = plain_table(PEOPLE_SHOWN)
        for row in people.rows:
            table.add_row(*(cell_words(row.get(name)) for name in PEOPLE_SHOWN))
        out.print(table)
    if len(people.rows) < people.count:
        out.print(f"… {people.count - len(people.rows):,} more: use --limit and --offset, or --csv.")


def say_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints rows as CSV; a text that a spreadsheet would run as a formula is written with a quote before it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(row.get(name)) for name in names] for row in rows)


def harmless(value: Any) -> Any:
    """Returns a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = json_ready(value)
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def say_explanation(told: Explanation) -> None:
    """Prints how a metric is worked out."""
    out = console()
    out.print(told.title, style="bold")
    out.print(told.question)
    for name, words in (
        ("formula", told.formula),
        ("unit", f"{told.unit}, {told.better} is better"),
        ("aim", cell_words(told.target)),
        ("interval", told.interval),
        ("rows of", told.fact),
        ("judged by", f"{', '.join(told.judged_by) or 'the journey'}, known until {moment_words(told.as_of)} UTC"),
        ("split by", ", ".join(told.split_by)),
        ("coverage", told.coverage),
        ("owner", f"{told.owner}, reviewed {told.reviewed}"),
    ):
        out.print(f"{name:<10} {words}")
    out.print(f"\n{told.sql}")


def say_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Prints plain rows as a table."""
    names = list(columns or (rows[0] if rows else ()))
    table = plain_table(names)
    for row in rows:
        table.add_row(*(cell_words(row.get(name)) for name in names))
    console().print(table)


def plain_table(columns: Sequence[str]) -> Table:
    """Returns an empty table without boxes, numbers to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    return table


def value_words(value: Value, unit: str, currency: str) -> str:
    """Returns a value in its unit with its interval."""
    if value.value is None:
        return "–"
    between = f" ({number_words(value.low, unit, currency)} to {number_words(value.high, unit, currency)})"
    return number_words(value.value, unit, currency) + (between if value.low is not None else "")


def number_words(number: float | None, unit: str, currency: str) -> str:
    """Returns a number in its unit."""
    if number is None:
        return "–"
    if unit == "percent":
        return percent_text(number)
    if unit == "seconds":
        return seconds_text(number)
    if unit == "money":
        return f"{number:,.0f} {currency}"
    return f"{number:,.0f}" if unit in ("nps", "customers", "count") else f"{number:,.2f}"


def comparison_words(comparison: Comparison, unit: str, currency: str) -> str:
    """Returns the value of the other period and the change since, with its interval and whether it is clear."""
    part = ", the same part" if comparison.period.is_to_date else ""
    told = f"{comparison.period.label}{part}: {value_words(comparison.total, unit, currency)}"
    change = comparison.change
    if change.value is None or change.low is None:
        return told
    low, high = (number_words(bound, unit, currency) for bound in (change.low, change.high))
    clear = "" if change.clear else ", no clear change"
    return f"{told} · since then {number_words(change.value, unit, currency)} ({low} to {high}){clear}"


def cell_words(value: Any) -> str:
    """Returns anything that may stand in a cell as text."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, Value):
        return value_words(value, "percent", "")
    if isinstance(value, Mapping):
        return " ".join(f"{cell_words(part)}" for part in value.values())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def moment_words(moment: datetime) -> str:
    """Returns a UTC moment to the minute."""
    return f"{moment:%Y-%m-%d %H:%M}"


_FORMS = {"opening": _equation_table, "stage_id": _strip_table, "stages": _funnel_table, "cells": _grid_table}
