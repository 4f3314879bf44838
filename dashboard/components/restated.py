"""What was told otherwise before: promises of the period that later rows, merges or removals changed, with old, new and cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Answer, People, kind_of
from metrics.language import _
from metrics.named import group_name
from metrics.notices import NOTHING
from metrics.selection import Selection

NAMES_PEOPLE = True
METRIC = "promises_restated"
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """How many, by cause, and the newest of them."""

    answer: Answer
    newest: People


def fetch(center: Any, view: View) -> Restated:
    chosen = view.selection
    selection = Selection.of(period=chosen.period, where=chosen.where, compare="none")
    return Restated(
        answer=center.ask(METRIC, selection.changed(by=("cause",))),
        newest=center.customers_behind(METRIC, selection, limit=SHOWN),
    )


def draw(restated: Restated, look: Look) -> Markup:
    answer, reader = restated.answer, look.reader
    return render(
        "restated.html",
        title=look.title,
        question=look.question,
        count=reader.count(answer.total.n),
        promises=answer.total.n,
        href=look.behind(answer),
        when=answer.period.label if answer.period else "",
        causes=[
            {
                "key": row.by["cause"],
                "name": group_name(row.by["cause"]),
                "count": reader.count(row.value.n),
                "href": look.behind(answer, dict(row.by)),
            }
            for row in answer.rows
            if row.value.n
        ],
        rows=[_row(row, look) for row in restated.newest.rows],
        has_more=restated.newest.count > len(restated.newest.rows),
        notices=[notice for notice in answer.notices if kind_of(notice) != NOTHING],
    )


def table(restated: Restated, look: Look) -> Table:
    """Returns a row per cause."""
    rows = [
        [tables.text(group_name(row.by["cause"])), tables.count(row.value.n, look, look.behind(restated.answer, dict(row.by)))]
        for row in restated.answer.rows
        if row.value.n
    ]
    return Table((_("because"), _("promises")), rows)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    moment = row.get("restated_at")
    return {
        "name": row.get("name") or row["customer_id"],
        "href": look.story(str(row["customer_id"])),
        "promise": group_name(str(row.get("promise") or "")),
        "was": group_name(str(row.get("was") or "")),
        "becomes": group_name(str(row.get("becomes") or "")),
        "cause": group_name(str(row.get("cause") or "")),
        "when": look.reader.moment(moment) if isinstance(moment, datetime) else "",
    }
