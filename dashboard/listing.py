"""The first few customers of a number, the most valuable first, each leading to its story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import People
from metrics.named import group_name
from metrics.question import period_words
from metrics.selection import Selection

SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is listed: worth gives the rows and their value, counted is what the heading's number opens.

    one and many say the number: "283 left"; why says a row's reason in a few words.
    """

    worth: str
    counted: str
    one: str
    many: str
    why: Callable[[Mapping[str, Any]], str]


def fetch(kind: Kind, center: Any, view: View) -> People:
    chosen = view.selection
    selection = Selection.of(period=chosen.period, where=chosen.where)
    listed: People = center.customers_behind(kind.worth, selection, limit=SHOWN, order="value")
    return listed


def draw(kind: Kind, listed: People, look: Look) -> Markup:
    """Draws the list with its heading; the number in it opens all of them."""
    return render(
        "listing.html",
        title=look.title,
        count=look.reader.count(listed.count),
        href=look.opens(kind.counted),
        said=kind.one if listed.count == 1 else kind.many,
        when=period_words(listed.period) if listed.period else "",
        has_more=listed.count > len(listed.rows),
        rows=[_row(row, kind, look) for row in listed.rows],
    )


def _row(row: Mapping[str, Any], kind: Kind, look: Look) -> dict[str, str]:
    customer = str(row["customer_id"])
    return {
        "id": customer,
        "name": row.get("name") or customer,
        "href": look.story(customer),
        "segment": _known(row.get("segment")),
        "why": kind.why(row),
        "when": look.day(row["at"]),
        "value": look.reader.whole_money(row["value"]),
    }


def _known(text: Any) -> str:
    return "" if text in (None, "unknown") else group_name(str(text))
