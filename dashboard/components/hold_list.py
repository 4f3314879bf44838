"""The hold list: who must not be contacted now and why, with the file that each campaign tool takes in and the command that writes it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Answer
from metrics.language import _, later
from metrics.selection import Selection

METRIC = "must_not_be_contacted"
TOOLS = (("hubspot", "HubSpot"), ("mailchimp", "Mailchimp"), ("csv", later("any other tool")))
REASONS = {
    "open complaint": later("a complaint is open"),
    "complaint just solved": later("a complaint was just solved"),
    "broken promise": later("a promise to them is broken"),
    "awaiting call-back": later("they await a call-back"),
    "cap reached": later("the cap is reached"),
    "no consent": later("they took their permission back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who is held, by reason, and of each tool how many it knows by an id."""

    answer: Answer
    listed: dict[str, tuple[int, int]]


def fetch(center: Any, view: View) -> Held:
    asked: Answer = center.ask(METRIC, Selection.of(where=view.selection.where, by="reason", compare="none"))
    found = {tool: center.hold_list(tool) for tool, _ in TOOLS}
    return Held(answer=asked, listed={tool: (held.listed, held.customers) for tool, held in found.items()})


def draw(held: Held, look: Look) -> Markup:
    answer, reader = held.answer, look.reader
    rows = sorted((row for row in answer.rows if row.value.n), key=lambda row: -row.value.n)
    most = max((row.value.n for row in rows), default=0) or 1
    return render(
        "hold_list.html",
        title=look.title,
        question=look.question,
        count=reader.count(answer.total.n),
        href=look.behind(answer),
        customers=answer.total.n,
        caption=answer.caption,
        when=reader.full_moment(answer.as_of),
        rows=[
            {
                "key": row.by["reason"],
                "name": _(REASONS.get(row.by["reason"], row.by["reason"])),
                "count": reader.count(row.value.n),
                "width": round(100 * row.value.n / most, 2),
                "worth": reader.money(row.extra.get("value_a_year")),
                "href": look.behind(answer, {"reason": row.by["reason"]}),
            }
            for row in rows
        ],
        tools=[_tool(tool, name, *held.listed[tool], look) for tool, name in TOOLS],
        is_narrowed=bool(look.view.selection.where),
        notices=answer.notices,
    )


def table(held: Held, look: Look) -> Table:
    """Returns a row per reason, the most frequent first."""
    rows = [
        [
            tables.text(_(REASONS.get(row.by["reason"], row.by["reason"]))),
            tables.count(row.value.n, look, look.behind(held.answer, {"reason": row.by["reason"]})),
            tables.number(row.extra.get("value_a_year"), "money", look),
        ]
        for row in sorted(held.answer.rows, key=lambda row: -row.value.n)
        if row.value.n
    ]
    return Table((_("why"), _("customers"), _("value a year")), rows)


def _tool(tool: str, name: str, listed: int, customers: int, look: Look) -> dict[str, str]:
    missing = customers - listed
    without = _(", {n} without an id of theirs", n=look.reader.count(missing)) if missing else ""
    return {
        "key": tool,
        "name": _(name),
        **{form: f"/hold-list.{form}?{urlencode({'for': tool})}" for form in ("csv", "xlsx")},
        "of": f"{look.reader.counted(listed, 'customer', 'customers')}{without}",
        "command": f"cx hold-list --for {tool} --out hold-list.csv",
    }
