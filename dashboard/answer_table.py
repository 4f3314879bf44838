"""How an answer stands as a table on a terminal: a form for each figure that needs one of its own, a plain one for all others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.table import Table

from dashboard.reader import Reader
from metrics.answer import Answer, Row, Value

TERMS = (
    ("gained", "+", "joined"),
    ("returned", "+", "returned"),
    ("moved_in", "+", "moved in"),
    ("ended", "−", "ended"),
    ("fell_silent", "−", "fell silent"),
    ("moved_out", "−", "moved out"),
    ("grown", "+", "of those who stayed grew"),
    ("shrunk", "−", "of those who stayed shrank"),
)
MONTHS = (1, 2, 3, 4, 5, 6, 9, 12, 18, 24)


def answer_table(answer: Answer, reader: Reader) -> Table:
    """Returns an answer as a table, in the form of its figure."""
    for name, made in _FORMS.items():
        if name in answer.rows[0].extra:
            return made(answer, reader)
    groups, dated = _places(answer)
    table = plain_table([*groups, *dated], ["value", "n", "customers"])
    for row in answer.rows:
        counts = reader.count(row.value.n), reader.count(row.value.customers)
        table.add_row(*_place(row, groups, dated), value_words(row.value, answer.unit, reader), *counts)
    return table


def plain_table(texts: Sequence[str], numbers: Sequence[str], more: Sequence[str] = ()) -> Table:
    """Returns an empty table without boxes: texts, numbers to the right, and more texts."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for names, justify in ((texts, "left"), (numbers, "right"), (more, "left")):
        for name in names:
            table.add_column(name.replace("_", " "), overflow="fold", justify=justify)
    return table


def value_words(value: Value, unit: str, reader: Reader) -> str:
    """Returns a value in its unit with its interval: "41.5 % (37.2–45.8)"."""
    if value.value is None:
        return "–"
    if value.low is None or value.high is None:
        return number_words(value.value, unit, reader)
    if unit == "percent":
        return f"{reader.percent(value.value)} ({reader.points(value.low, 1)}–{reader.points(value.high, 1)})"
    low, high = number_words(value.low, unit, reader), number_words(value.high, unit, reader)
    return f"{number_words(value.value, unit, reader)} ({low} to {high})"


def number_words(number: float | None, unit: str, reader: Reader) -> str:
    """Returns a number in its unit, money to the whole."""
    return reader.whole_money(number) if unit == "money" else reader.value(number, unit)


def _equation(answer: Answer, reader: Reader) -> Table:
    """One equation stands as lines to be added up, several as a row each; moves only where they do not cancel out."""
    with_moves = answer.rows[0].extra["with_moves"]
    terms = [term for term in TERMS if with_moves or not term[0].startswith("moved")]
    return _equation_lines(answer.rows[0], terms, reader) if len(answer.rows) == 1 else _equation_rows(answer, terms, reader)


def _equation_lines(row: Row, terms: Sequence[tuple[str, str, str]], reader: Reader) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for justify in ("left", "right", "left", "right"):
        table.add_column(justify=justify)
    told, opens_on = row.extra, row.extra["opens_on"]
    table.add_row("", *_term(told["opening"], f"on {reader.day(opens_on)}" if opens_on else "at the start", reader), "a year")
    for part, sign, words in terms:
        if told[part]["n"]:
            table.add_row(sign, *_term(told[part], words, reader))
    table.add_row("=", *_term(told["closing"], f"on {reader.day(told['closes_on'])}", reader), "a year")
    return table


def _term(amount: Mapping[str, Any], words: str, reader: Reader) -> tuple[str, str, str]:
    return reader.count(amount["customers"]), words, reader.whole_money(amount["value"])


def _equation_rows(answer: Answer, terms: Sequence[tuple[str, str, str]], reader: Reader) -> Table:
    """Customers by term, and the value a year in a short form at the end of each row."""
    groups, dated = _places(answer)
    flows = [part for part, _, _ in terms if part not in ("grown", "shrunk")]
    parts = [part for part in flows if any(row.extra[part]["n"] for row in answer.rows)]
    table = plain_table([*groups, *dated], ["opening", *parts, "closing", "net", "value a year", "net value"])
    for row in answer.rows:
        told = row.extra
        table.add_row(
            *_place(row, groups, dated), reader.count(told["opening"]["customers"]), *(reader.count(told[part]["n"]) for part in parts),
            reader.count(told["closing"]["customers"]),
            reader.signed(told["net"]["customers"]), reader.money(told["closing"]["value"]), reader.signed_money(told["net"]["value"]),
        )  # fmt: skip
    return table


def _strip_table(answer: Answer, reader: Reader) -> Table:
    table = plain_table(["says"], ["here now", "entered", "moved on", "turned away", "share", "of", "before"])
    for row in answer.rows:
        told, share = row.extra, row.extra["share"]
        counts = (reader.count(told[name]) for name in ("here_now", "entered", "moved_on", "turned_away"))
        of = reader.count(share.n) if share else ""
        table.add_row(told["says"], *counts, value_words(share, "percent", reader) if share else "", of, _before(told, reader))
    return table


def _before(stage: Mapping[str, Any], reader: Reader) -> str:
    previous, change = stage["previous"], stage["change"]
    if previous is None or previous.value is None:
        return ""
    clear = "" if change is None or change.clear else ", no clear change"
    return f"{reader.percent(previous.value)}{clear}"


def _stock_table(answer: Answer, reader: Reader) -> Table:
    """The people of each stage, and how long half of them, and nine of ten, have been there."""
    groups, dated = _places(answer)
    table = plain_table(["says", *groups[1:], *dated], ["here", "anew", "half of them for", "nine of ten for"])
    for row in answer.rows:
        told = row.extra
        counts = (reader.count(count) for count in (row.value.n, told["re_entered"]))
        times = (_lasted(told[name], reader) for name in ("median_seconds_here", "p90_seconds_here"))
        table.add_row(told["says"], *_place(row, groups[1:], dated), *counts, *times)
    return table


def _flow_table(answer: Answer, reader: Reader) -> Table:
    """The visits of each stage, as lines that add up from left to right; what does not belong to the sum behind it."""
    groups, dated = _places(answer)
    table = plain_table(
        ["says", *groups[1:], *dated],
        ["at first", "+ entered", "− moved on", "− left", "= at last", "anew", "steps back", "time here"],
    )
    for row in answer.rows:
        told = row.extra
        parts = ("opening", "entered", "moved_on", "left", "closing", "re_entered", "rework")
        visits = (reader.count(told[part]["visits"]) if told[part] else "" for part in parts)
        lasted = _lasted(told["time_in_stage"]["median_seconds"], reader)
        table.add_row(told["says"], *_place(row, groups[1:], dated), *visits, lasted)
    return table


def _lasted(seconds: float | None, reader: Reader) -> str:
    return "" if seconds is None else reader.duration(seconds)


def _drivers_table(answer: Answer, reader: Reader) -> Table:
    """What was tried, the share with and without it, and the difference; unclear where it may be chance."""
    table = plain_table(["thing"], ["people", "with it", "without it", "points of difference"], [""])
    for row in answer.rows:
        shares = [value_words(row.extra[part], "percent", reader) for part in ("with", "without")]
        people = reader.count(row.extra["with"].n)
        table.add_row(
            row.by["thing"], people, *shares, _points(row.value, reader), "" if row.extra["clear"] else "no clear difference"
        )
    return table


def _points(value: Value, reader: Reader) -> str:
    """A difference of shares in points with its interval: "+4.2 (1.1 to 7.3)"."""
    if value.value is None:
        return "–"
    told = f"{'+' if value.value > 0 else ''}{reader.points(value.value, 1)}"
    if value.low is None or value.high is None:
        return told
    return f"{told} ({reader.points(value.low, 1)} to {reader.points(value.high, 1)})"


def _rehearsal_table(answer: Answer, reader: Reader) -> Table:
    """The share kept as it was promised and as it is rehearsed, and how many promises end otherwise."""
    groups, dated = _places(answer)
    table = plain_table(
        [*groups, *dated], ["as promised", "rehearsed", "of", "would be kept", "would be broken", "not yet known"]
    )
    for row in answer.rows:
        shares = [value_words(value, answer.unit, reader) for value in (row.extra["promised"], row.value)]
        counts = [row.value.n, *(row.extra[part] for part in ("mended", "worsened", "not_yet_known"))]
        table.add_row(*_place(row, groups, dated), *shares, *map(reader.count, counts))
    return table


def _funnel_table(answer: Answer, reader: Reader) -> Table:
    groups, dated = _places(answer)
    names = ["reached", "skipped", "of all", "of the stage before", "turned away", "not yet known", "median"]
    table = plain_table([*groups, *dated, "says"], names)
    for row in answer.rows:
        for stage in row.extra["stages"]:
            counts = (reader.count(count) for count in (stage["turned_away"], stage["not_yet_known"]["reached"]))
            first, before = stage["share_of_first"], stage["share_of_previous"]
            table.add_row(
                *_place(row, groups, dated), stage["says"], reader.count(stage["reached"]), reader.count(stage["skipped"]),
                reader.percent(first.value) if first else "", value_words(before, "percent", reader) if before else "",
                *counts, reader.duration(stage["median_seconds"]) if stage["median_seconds"] is not None else "",
            )  # fmt: skip
    return table


def _grid_table(answer: Answer, reader: Reader) -> Table:
    """The share still with us by month since; what is provisional in brackets, what cannot be known yet blank."""
    groups, _ = _places(answer)
    months = [month for month in MONTHS if month < max(len(row.extra["cells"]) for row in answer.rows)]
    table = plain_table(groups, ["size", *map(str, months)])
    for row in answer.rows:
        cells = (_grid_cell(row.extra["cells"][month], reader) for month in months)
        table.add_row(*_place(row, groups, []), reader.count(row.extra["size"]), *cells)
    return table


def _grid_cell(cell: Mapping[str, Any], reader: Reader) -> str:
    if cell["value"] is None:
        return ""
    words = reader.percent(cell["value"].value)
    return f"({words})" if cell["provisional"] else words


def _columns_table(*told: tuple[str, str, str]) -> Callable[[Answer, Reader], Table]:
    """Returns a form: the value with its count, and behind it some of what each row tells: title, name and unit of each column."""

    def table_of(answer: Answer, reader: Reader) -> Table:
        groups, dated = _places(answer)
        table = plain_table([*groups, *dated], ["value", "n", *(title for title, _, _ in told)])
        for row in answer.rows:
            shown = [reader.value({"n": row.value.n, **row.extra}[name], unit) for _, name, unit in told]
            value = value_words(row.value, answer.unit, reader)
            table.add_row(*_place(row, groups, dated), value, reader.count(row.value.n), *shown)
        return table

    return table_of


def _backlog_table(answer: Answer, reader: Reader) -> Table:
    """Requests not solved by age, and what moved them since the start."""
    groups, dated = _places(answer)
    flows = ("opening", "opened", "reopened", "solved")
    table = plain_table([*groups, *dated], ["not solved", *answer.rows[0].extra["ages"], *flows])
    for row in answer.rows:
        counts = (row.value.n, *row.extra["ages"].values(), *(row.extra[flow] for flow in flows))
        table.add_row(*_place(row, groups, dated), *map(reader.count, counts))
    return table


def _bridge_table(answer: Answer, reader: Reader) -> Table:
    """A line per rule: the share after it, what it changes, and how many it touches."""
    table = plain_table(["rule"], ["after it", "change", "n", "touched"])
    for row in answer.rows:
        change = row.extra["change"]
        points = "" if change is None else f"{reader.points(change, 2)} points"
        share = value_words(row.value, answer.unit, reader)
        table.add_row(row.extra["says"], share, points, reader.count(row.value.n), reader.count(row.extra["touched"]))
    return table


def _comments_table(answer: Answer, reader: Reader) -> Table:
    """What customers wrote, with what they scored and what it speaks of."""
    table = plain_table(["at"], ["score"], ["what they wrote", "themes"])
    for row in answer.rows:
        told = row.extra
        at = reader.plain_moment(told["answered_at"]) if told["answered_at"] else ""
        score = "" if told["score"] is None else f"{told['score']:g}"
        table.add_row(at, score, told["comment"], ", ".join(theme["theme"] for theme in told["themes"]))
    return table


def _places(answer: Answer) -> tuple[list[str], list[str]]:
    return list(answer.rows[0].by), ["at"] if any(row.at for row in answer.rows) else []


def _place(row: Row, groups: Sequence[str], dated: Sequence[str]) -> list[str]:
    return [*(row.by.get(name, "").replace("_", " ") for name in groups), *([row.at or ""] if dated else [])]


_FORMS = {
    "without": _drivers_table,
    "mended": _rehearsal_table,
    "rework": _flow_table,
    "p90_seconds_here": _stock_table,
    "within_days": _strip_table,
    "with_moves": _equation,
    "ages": _backlog_table,
    "finished_mean_seconds": _columns_table(
        ("90 %", "p90_seconds", "seconds"),
        ("mean of those done", "finished_mean_seconds", "seconds"),
        ("done", "finished", "count"),
        ("open", "open", "count"),
        ("ended otherwise", "left", "count"),
    ),
    "closed_unanswered": _columns_table(
        ("kept", "kept", "count"),
        ("broken", "broken", "count"),
        ("undecided", "undecided", "count"),
        ("paused", "paused", "count"),
        ("called off", "void", "count"),
        ("replaced", "superseded", "count"),
    ),
    "too_few": _columns_table(
        ("running", "n", "count"),
        ("at risk", "at_risk", "count"),
        ("paused", "paused", "count"),
        ("too few alike", "too_few", "count"),
    ),
    "accounts_with_value": _columns_table(("promises", "promises", "count"), ("value a year", "value_a_year", "money")),
    "touched": _bridge_table,
    "is_confidential": _comments_table,
    "stages": _funnel_table,
    "cells": _grid_table,
}
