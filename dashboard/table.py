"""A table: what a chart shows, as rows of cells; on the page in the reader's words, in a file as plain numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from dashboard.look import Look
from metrics.answer import Answer, People, Value
from metrics.language import _
from metrics.named import at_name, group_name
from metrics.sentences import in_words

STORIES: Final = "/customers/"
A_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the words on the page, the plain value in a file with its unit, and what it opens, or to which page it leads."""

    text: str
    plain: Any = None
    href: str = ""
    is_page: bool = False
    unit: str = ""

    @property
    def is_number(self) -> bool:
        return isinstance(self.plain, int | float) or self.text in ("–", "")


def story_of(cell: Cell) -> str:
    """Returns the id of the customer to whose story a cell leads, empty where it leads to none."""
    leads = cell.is_page and cell.href.startswith(STORIES)
    return unquote(urlsplit(cell.href).path.removeprefix(STORIES)) if leads else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of cells."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def people(self) -> frozenset[str]:
        """The ids of everybody to whose story one of its cells leads."""
        return frozenset(filter(None, (story_of(cell) for row in self.rows for cell in row)))

    @property
    def names_people(self) -> bool:
        """Whether one of its cells leads to somebody's story."""
        return bool(self.people)

    def plain(self) -> list[list[Any]]:
        """Returns the rows as a file holds them: a value per column, in the order of the heads."""
        return [[cell.plain for cell in row] for row in self.rows]


def text(words: Any, href: str = "") -> Cell:
    shown = "" if words is None else str(words)
    return Cell(shown, shown, href)


def at(period: str | None, href: str = "") -> Cell:
    """When a row is of: in words on the page, in a file as it is asked for, "2026-10"."""
    is_day = A_DAY.fullmatch(period or "") is not None
    return Cell(at_name(period or ""), period or "", href, unit="day" if is_day else "")


def count(number: float | None, look: Look, href: str = "") -> Cell:
    return Cell(look.reader.count(number), number, href, unit="count")


def number(value: float | None, unit: str, look: Look, href: str = "") -> Cell:
    return Cell(look.reader.value(value, unit), value, href, unit=unit)


def share(value: Value | None, look: Look, href: str = "") -> Cell:
    """A share, in words "too few" where it stands on too few; the file holds the number all the same."""
    if value is None:
        return Cell("", None)
    is_told = value.value is not None and not look.is_too_few_of(value, "percent")
    return Cell(look.reader.percent(value.value) if is_told else _("too few"), value.value, href, unit="percent")


def score(value: Value, unit: str, look: Look, href: str = "") -> Sequence[Cell]:
    """Returns a score, its interval and how many answers it stands on, which open; where they are too few it says so in words.

    A file holds the score all the same.
    """
    told, between, answers = number(value.value, unit, look), interval(value, look, unit), count(value.n, look, href)
    if value.value is None or not look.is_too_few_of(value, unit):
        return (told, between, answers)
    return (Cell(_("too few"), told.plain, unit=unit), Cell("", between.plain), answers)


def interval(value: Value | None, look: Look, unit: str = "percent") -> Cell:
    """The interval in words; in a file as "low..high"."""
    if value is None or value.low is None or value.high is None:
        return Cell("", None)
    if unit == "percent":
        return Cell(f"{look.reader.points(value.low, 1)}–{look.reader.points(value.high, 1)}", f"{value.low}..{value.high}")
    return Cell(f"{look.reader.value(value.low, unit)}–{look.reader.value(value.high, unit)}", f"{value.low}..{value.high}")


def of_answer(answer: Answer, look: Look) -> Table:
    """Returns any answer as a table: where each row stands, its value, what it stands on and its interval."""
    splits = list(dict.fromkeys(name for row in answer.rows for name in row.by))
    is_dated = any(row.at for row in answer.rows)
    heads = [
        *map(group_name, splits),
        *([_("when")] if is_dated else []),
        _("value"),
        _("rows"),
        _("customers"),
        _("interval"),
    ]
    rows = [
        [
            *(text(group_name(row.by.get(name, ""))) for name in splits),
            *([at(row.at)] if is_dated else []),
            number(row.value.value, answer.unit, look),
            count(row.value.n, look),
            count(row.value.customers, look),
            interval(row.value, look, answer.unit),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def of_people(listed: Sequence[People], look: Look) -> Table:
    """Returns lists of people as a table: who, when, and why they are listed."""
    rows = [
        [
            replace(text(row.get("name") or row["customer_id"], look.story(str(row["customer_id"]))), is_page=True),
            moment(row.get("at"), look),
            text(in_words(row.get("because"))),
        ]
        for people in listed
        for row in people.rows
    ]
    return Table((_("customer"), _("when"), _("why here")), rows)


def moment(at: Any, look: Look) -> Cell:
    """A moment; in a file as UTC."""
    return Cell(look.reader.plain_moment(at), at) if isinstance(at, datetime) else Cell("", None)
