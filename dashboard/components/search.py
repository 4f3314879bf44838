"""Search: find customers by name, e-mail, phone or id; without a search, the segments they fall into."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View

MOST = 50


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
    about = [row.get("segment"), row.get("region"), row.get("lifecycle")]
    return {
        "id": row["customer_id"],
        "name": row.get("name") or row["customer_id"],
        "href": look.story(str(row["customer_id"])),
        "kind": row.get("kind") or "",
        "about": " · ".join(str(each) for each in about if each and each != "unknown"),
        "reach": " · ".join(str(row[each]) for each in ("email", "phone") if row.get(each)),
    }
