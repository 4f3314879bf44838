"""Search: find customers by name, e-mail, company, phone or id, and show in each row what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later
from metrics.named import group_name

MOST = 50
FOUND = {"company": later("company"), "id": later("id"), "e-mail": later("e-mail"), "phone": later("phone")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found; customers is None where nothing was searched."""

    customers: tuple[Mapping[str, Any], ...] | None


def fetch(center: Any, view: View) -> Found:
    return Found(customers=center.search(view.search, limit=MOST) if view.search else None)


def draw(found: Found, look: Look) -> Markup:
    rows = None if found.customers is None else [_row(row, look) for row in found.customers]
    return render("search.html", search=look.view.search, action="/customers", rows=rows, most=MOST)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    customer, matched = str(row["customer_id"]), row.get("matched", "")

    def told(column: str, words: str) -> Markup:
        return marked(str(row[column]), look.view.search if matched == words else "")

    about = [row.get("segment"), row.get("region"), row.get("lifecycle")]
    company = [told("company_name", "company")] if matched == "company" else []
    return {
        "id": customer,
        "shown_id": told("customer_id", "id"),
        "name": told("name", "name") if row.get("name") else customer,
        "href": look.story(customer),
        "kind": group_name(row.get("kind") or ""),
        "found_by": "" if matched in ("", "name") else _("found by {what}", what=_(FOUND.get(matched, matched))),
        "about": [*company, *(str(each) for each in about if each and each != "unknown")],
        "reach": [told(column, words) for column, words in (("email", "e-mail"), ("phone", "phone")) if row.get(column)],
    }


def marked(text: str, searched: str) -> Markup:
    """Returns a text in which what was searched for is marked; the whole of it where only its digits were."""
    words = searched.strip()
    if not words:
        return escape(text)
    at = text.lower().find(words.lower())
    start, end = (at, at + len(words)) if at >= 0 else (0, len(text))
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])
