"""What changed: the closed months that tell another figure than an earlier load told, by how many rows of which cause."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.asking import headline_metrics
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.changed import DEFINED, LATE, MERGED, ONE, REMOVED, ChangedMonth, Changes, is_counted
from metrics.language import _, _n

CAUSES: Final = (LATE, MERGED, DEFINED, REMOVED)
SHOWN: Final = 10
MONTHS: Final = 13
OPTION: Final = "since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed since an earlier load, and the loads that can be looked back to, the newest first; None before a second one."""

    changes: Changes | None
    earlier: tuple[Any, ...]


def fetch(center: Any, view: View) -> Changed:
    earlier = tuple(center.earlier_snapshots())
    if not earlier:
        return Changed(changes=None, earlier=())
    known = {one.snapshot_id for one in earlier}
    chosen = view.options.get(OPTION, "")
    changes = center.changed(headline_metrics(center), from_snapshot=chosen if chosen in known else "", months=MONTHS)
    return Changed(changes=changes, earlier=earlier)


def draw(told: Changed, look: Look) -> Markup:
    changes = told.changes
    if changes is None:
        return render("health_changed.html", look=look, title=look.title, question=look.question, since=None)
    files, merged = len(changes.files), changes.merged_customers
    found = newest_first(changes)
    others = [month for month in found if not month.is_same]
    return render(
        "health_changed.html",
        title=look.title,
        question=look.question,
        since=_moment(changes.from_made_at, look),
        came=[
            _("{files} loaded since", files=look.reader.counted(files, "file", "files")),
            _("{customers} merged into others", customers=look.reader.counted(merged, "customer", "customers")),
            _("other definitions, or another version of the program")
            if changes.definitions_changed
            else _("the same definitions"),
        ],
        last=MONTHS,
        told=look.reader.counted(len(others), "figure of a month", "figures of months"),
        others=len(others),
        rows=[_row(month, look) for month in others[:SHOWN]],
        more=max(0, len(others) - SHOWN),
        same=_same(len(found) - len(others), look),
        loads=[
            {"words": _moment(one.made_at, look), "href": look.view.chosen(**{OPTION: one.snapshot_id}).href()}
            for one in told.earlier
            if one.snapshot_id != changes.from_snapshot
        ],
    )


def _same(count: int, look: Look) -> str:
    if not count:
        return ""
    return _n(
        "{n} more holds other rows and tells the same figure.",
        "{n} more hold other rows and tell the same figure.",
        count,
        n=look.reader.count(count),
    )


def newest_first(changes: Changes) -> list[ChangedMonth]:
    """Returns the changed months, the newest first, those of one month in the order they were asked in."""
    return sorted(changes.months, key=lambda month: month.month, reverse=True)


def table(told: Changed, look: Look) -> Table:
    months = newest_first(told.changes) if told.changes else []
    rows = [
        [
            tables.text(month.title),
            tables.text(month.month),
            tables.Cell(_was(month, look), month.was.value, unit=_unit(month, look)),
            tables.Cell(_is(month, look), month.now.value, unit=_unit(month, look)),
            *(tables.count(month.causes.get(cause, 0), look) for cause in CAUSES),
            tables.text(month.sentence),
        ]
        for month in months
    ]
    return Table((_("figure"), _("month"), _("was"), _("is"), *map(_, CAUSES), _("in words")), rows)


def _unit(month: ChangedMonth, look: Look) -> str:
    return look.specs[month.metric].unit if month.metric in look.specs else ""


def _row(month: ChangedMonth, look: Look) -> dict[str, Any]:
    return {
        "title": month.title,
        "month": look.reader.month(date.fromisoformat(f"{month.month}-01")),
        "was": _was(month, look),
        "now": _is(month, look),
        "why": ", ".join(
            look.reader.counted(month.causes[cause], ONE[cause], cause) for cause in CAUSES if month.causes.get(cause)
        ),
    }


def _was(month: ChangedMonth, look: Look) -> str:
    return _figure(month, month.was, look)


def _is(month: ChangedMonth, look: Look) -> str:
    return _figure(month, month.now, look)


def _figure(month: ChangedMonth, value: Any, look: Look) -> str:
    unit = look.specs[month.metric].unit
    if is_counted(unit, value):
        return _("{n} of {whole}", n=look.reader.count(value.numerator), whole=look.reader.count(value.denominator))
    return look.reader.value(value.value, unit)


def _moment(moment: Any, look: Look) -> str:
    return look.reader.full_moment(moment) if moment else _("an unknown time")
