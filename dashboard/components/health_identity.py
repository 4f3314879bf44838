"""How records became customers: joins by rule, what records of one customer disagree about, addresses that join nobody."""

from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.data_health import Identity
from metrics.language import _
from metrics.named import group_name
from metrics.sentences import in_words

NAMES_PEOPLE = True


def fetch(center: Any, view: View) -> Identity:
    found: Identity = center.identity()
    return found


def draw(told: Identity, look: Look) -> Markup:
    count, most = look.reader.count, max((row["records"] for row in told.joins), default=0) or 1
    return render(
        "health_identity.html",
        title=look.title,
        question=look.question,
        sums={name: count(value) for name, value in told.sums.items()},
        unidentified=told.sums["unidentified"],
        joins=[
            {
                "rule": in_words(row["rule"]),
                "records": count(row["records"]),
                "customers": count(row["customers"]),
                "width": round(100 * row["records"] / most, 2),
            }
            for row in told.joins
        ],
        conflicts=[{"field": _fields(row["field"]), "customers": count(row["customers"])} for row in told.conflicts],
        conflicting=[
            {
                "name": row["name"] or row["customer_id"],
                "href": look.story(str(row["customer_id"])),
                "fields": _fields(row["fields"]),
            }
            for row in told.conflicting
        ],
        mailboxes=[{"why": in_words(row["why"]), "count": count(row["addresses"])} for row in told.mailboxes],
    )


def table(told: Identity, look: Look) -> Table:
    rows = [
        *([_("joined by {rule}", rule=in_words(row["rule"])), row["records"], row["customers"]] for row in told.joins),
        *([_("disagree about {field}", field=_fields(row["field"])), row["told"], row["customers"]] for row in told.conflicts),
        *([_("{address}: joins nobody", address=in_words(row["why"])), row["addresses"], None] for row in told.mailboxes),
    ]
    shown = [[tables.text(name), tables.count(number, look), tables.count(customers, look)] for name, number, customers in rows]
    return Table((_("what"), _("records, values or addresses"), _("customers")), shown)


def _fields(names: str) -> str:
    return ", ".join(map(group_name, names.split(", ")))
