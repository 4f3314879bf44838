"""What the commands print: answers, lists, tables and times on a terminal, made for 120 columns; nothing is worked out here."""

import csv
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

import orjson
from rich.console import Console
from rich.table import Table

from dashboard import defined
from dashboard.answer_table import answer_table, number_words, plain_table, value_words
from dashboard.reader import Reader
from metrics.answer import Answer, Comparison, Explanation, People, json_ready

WIDTH = 120
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal, or turns the order of letters round: a file's name may hold it."""


def console(stream: TextIO | None = None) -> Console:
    """Returns where tables are drawn; a pipe gets no colours."""
    out = stream or sys.stdout
    return Console(file=out, width=None if out.isatty() else WIDTH, highlight=False, markup=False, emoji=False)


def say_json(thing: Any) -> None:
    """Prints plain JSON, keys in their order."""
    sys.stdout.write(orjson.dumps(json_ready(thing), option=orjson.OPT_INDENT_2).decode() + "\n")


def say_answer(answer: Answer, reader: Reader) -> None:
    """Prints the caption, the rows, the comparison and the notices."""
    out = console()
    say_line(answer.caption)
    if answer.rows:
        out.print(answer_table(answer, reader))
    if answer.comparison:
        say_line(comparison_words(answer.comparison, answer.unit, reader))
    for notice in answer.notices:
        say_line(f"· {notice}")
    out.print(f"as of {reader.full_moment(answer.as_of)} {reader.zone} · snapshot {answer.snapshot}", style="dim")


def say_line(text: str, stream: TextIO | None = None) -> None:
    """Prints a sentence and leaves its folding to the terminal, so that a pipe gets it whole."""
    console(stream).print(visible(text), soft_wrap=True)


def visible(text: str) -> str:
    """Returns a text of which a terminal shows every letter and obeys none."""
    return HIDDEN.sub("�", text)


def say_people(people: People, unit: str, reader: Reader) -> None:
    """Prints a list of the customers behind a number; their values only where they are more than a count."""
    out = console()
    say_line(people.sentence)
    worth = [] if all(row.get("value") in (None, 1.0) for row in people.rows) else ["value"]
    table = plain_table(["customer_id", "name"], [*worth, "at"], ["subject", "because"])
    for row in people.rows:
        values = [_person_value(row["value"], unit, reader)] if worth else []
        at = reader.plain_moment(row["at"]) if row["at"] else ""
        table.add_row(row["customer_id"], row["name"] or "", *values, at, row.get("subject") or "", row.get("because") or "")
    if people.rows:
        out.print(table)
    if len(people.rows) < people.count:
        say_line(f"… {reader.count(people.count - len(people.rows))} more: use --limit and --offset, or --csv.")


def _person_value(value: float | None, unit: str, reader: Reader) -> str:
    if unit == "percent":
        return {None: "", 1.0: "yes", 0.0: "no"}.get(value, reader.number(value))
    return reader.whole_money(value) if unit == "money" else reader.value(value, unit)


def say_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Prints these columns of rows as CSV, under a header; a text that a spreadsheet would run as a formula gets a quote before it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(row.get(name)) for name in columns] for row in rows)


def harmless(value: Any) -> Any:
    """Returns a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = json_ready(value)
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def say_explanation(told: Explanation, reader: Reader) -> None:
    """Prints how a metric is worked out."""
    out = console()
    out.print(told.title, style="bold")
    out.print(told.question)
    judged_by = ", ".join(told.judged_by) or "the journey"
    for name, words in (
        ("formula", told.formula),
        ("unit", f"{told.unit}, {told.better} is better"),
        ("aim", reader.value(told.target, told.unit)),
        ("interval", told.interval),
        ("rows of", told.fact),
        ("judged by", f"{judged_by}, known until {reader.full_moment(told.as_of)} {reader.zone}"),
        ("split by", ", ".join(told.split_by)),
        ("counts", told.counts),
        ("coverage", told.coverage),
        ("owner", f"{told.owner}, reviewed {told.reviewed}"),
    ):
        say_line(f"{name:<10} {words}")
    for sentence in (*defined.sentences(told, reader), *(told.restated or ())):
        say_line(f"· {sentence}")
    say_line(f"\n{told.sql}")


def say_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Prints plain rows as a table, numbers to the right."""
    names = list(columns or (rows[0] if rows else ()))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        is_number = bool(rows) and all(isinstance(row.get(name), int | float) for row in rows)
        head = name.replace("_", " ")
        table.add_column(
            head.replace(" ", "\n") if is_number else head, overflow="fold", justify="right" if is_number else "left"
        )
    for row in rows:
        table.add_row(*(cell_words(row.get(name)) for name in names))
    console().print(table)


def comparison_words(comparison: Comparison, unit: str, reader: Reader) -> str:
    """Returns the value of the other period and the change since, with its interval and whether it is clear."""
    part = ", the same part" if comparison.period.is_to_date else ""
    told = f"{comparison.period.label}{part}: {value_words(comparison.total, unit, reader)}"
    change = comparison.change
    if change.value is None or change.low is None:
        return told
    clear = "" if change.clear else ", no clear change"
    if unit == "percent":
        value, low, high = (reader.points(bound, 1) for bound in (change.value, change.low, change.high))
        return f"{told} · since then {value} points ({low} to {high}){clear}"
    value, low, high = (number_words(bound, unit, reader) for bound in (change.value, change.low, change.high))
    return f"{told} · since then {value} ({low} to {high}){clear}"


def cell_words(value: Any) -> str:
    """Returns anything that may stand in a plain row as text."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else visible(str(value).replace("\n", "↵"))


def clock(moment: datetime) -> str:
    """Returns a moment with its weekday, to the second."""
    return f"{moment:%a %Y-%m-%d %H:%M:%S}"


def moment(instant: datetime, reader: Reader) -> str:
    """Returns an instant on the clock of the workspace, with its weekday, to the second."""
    return clock(reader.local(instant))


def lasted(seconds: int) -> str:
    """Returns seconds as hours, minutes and seconds, never rounded."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 s"
