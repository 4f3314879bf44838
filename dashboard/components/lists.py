"""Saved lists: people kept from a number, who every page can be narrowed to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import Target, View
from metrics.language import _
from metrics.selection import Selection

Rows = tuple[Mapping[str, Any], ...]


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.lists()
    return found


def draw(lists: Rows, look: Look) -> Markup:
    return render(
        "lists.html", title=look.title, question=look.question, rows=[_row(row, look) for row in lists], at=look.view.href()
    )


def table(lists: Rows, look: Look) -> Table:
    """Returns a row per list."""
    told = [(row, _row(row, look)) for row in lists]
    rows = [
        [tables.text(row["title"]), tables.count(row["customers"], look, words["href"]), tables.text(words["saved"])]
        for row, words in told
    ]
    return Table((_("list"), _("customers now"), _("saved")), rows)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    view, name = look.view, str(row["name"])
    asked = Selection.from_query(str(row["address"] or ""))
    target = Target(
        metric=str(row["metric"]),
        period=asked.period,
        by=asked.by,
        mark={key: str(value) for key, value in (row["mark"] or {}).items()},
        where=asked.where,
        options=asked.options,
    )
    is_chosen = view.selection.where.get("list") == (name,)
    others = {key: values for key, values in view.selection.where.items() if key != "list"}
    return {
        "key": name,
        "title": row["title"],
        "kind": _("lives: asked again of every load") if row["kind"] == "living" else _("frozen: as it was then"),
        "moved": moved(row, look),
        "count": look.reader.count(row["customers"]) if row["customers"] is not None else "",
        "problem": row.get("problem") or "",
        "href": view.opened(target).href(),
        "saved": _saved(str(row["saved_at"] or ""), look),
        "owner": row.get("owner") or "",
        "is_chosen": is_chosen,
        "narrow": view.selected(where=others if is_chosen else {**others, "list": name}).href(),
    }


def moved(row: Mapping[str, Any], look: Look) -> str:
    """Returns how a list moved since it was saved: "12 more than on 30 Oct"; nothing where that is not known."""
    now, then, day = row["customers"], row.get("customers_then"), _saved(str(row["saved_at"] or ""), look)
    if now is None or then is None:
        return ""
    if now == then:
        return _("as many as on {day}", day=day)
    number = look.reader.count(abs(now - then))
    return (
        _("{number} more than on {day}", number=number, day=day)
        if now > then
        else _("{number} fewer than on {day}", number=number, day=day)
    )


def _saved(text: str, look: Look) -> str:
    """Returns the day on which a list was saved; what somebody wrote by hand and is no moment stays as it is."""
    try:
        return look.day(datetime.fromisoformat(text))
    except ValueError:
        return text
