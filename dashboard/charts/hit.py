"""Whom it hit: how often, how many customers and what they are worth a year, in all and by group."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import told, worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.page import Ask
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later
from metrics.named import group_name

MOST = 8
HEADS = {"grade": later("what had happened")}
NAMES = {
    "open": later("a complaint was open"),
    "open and promise broken": later("open, and a promise broken"),
    "detractor awaiting call-back": later("a call-back was awaited"),
    "just solved": later("a complaint was just solved"),
}


def asks(metric: str, crossed_by: Mapping[str, str] | None = None, split_by: tuple[str, ...] = (), **asked: Any) -> list[Ask]:
    """Returns what it asks of a metric: of everyone, compared, and by group; asked: what else both are asked with."""
    groups = Ask(metric=metric, key="groups", compare="none", crossed_by=crossed_by or {}, split_by=split_by, **asked)
    return [Ask(metric=metric, key="all", **asked), groups]


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the answer "groups" as bars of what hit somebody; "all" is the same metric of everyone."""
    everyone, groups = told(answers, "all"), told(answers, "groups")
    if not everyone.total.n:
        return nothing(look, everyone)
    rows = _shown(groups)
    most = max((row.extra["affected"] for row in rows), default=0) or 1
    return render(
        "hit.html",
        title=look.title,
        question=look.question,
        caption=everyone.caption,
        by=_head(groups.selection.by[0]),
        noun=look.specs[groups.metric].noun if everyone.unit in ("count", "percent") else "",
        has_share=everyone.unit == "percent",
        rows=[_row(row, most, groups, look) for row in rows],
        notices=worth_saying(everyone),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    groups = told(answers, "groups")
    by = groups.selection.by[0]
    is_share = groups.unit == "percent"
    rows = [
        [
            tables.text(_name(row.by[by])),
            tables.count(row.extra["affected"], look, _href(row, groups, look)),
            *([tables.count(row.value.n, look, look.behind(groups, dict(row.by)))] if is_share else []),
            *([tables.share(row.value, look)] if is_share else []),
            tables.count(row.extra["customers_affected"], look),
            tables.number(row.extra["value_a_year"], "money", look),
        ]
        for row in sorted(groups.rows, key=lambda row: -row.extra["affected"])
    ]
    of = (_("of"), _("share")) if is_share else ()
    return Table((group_name(by), _("how often"), *of, _("customers"), _("value a year")), rows)


def _head(by: str) -> str:
    return _(HEADS[by]) if by in HEADS else group_name(by)


def _name(group: str) -> str:
    return _(NAMES[group]) if group in NAMES else group_name(group)


def _shown(groups: Answer) -> list[Row]:
    by = groups.selection.by[0]
    hit = [row for row in groups.rows if row.extra["affected"]]
    return sorted(hit, key=lambda row: (row.by[by] in LAST, -row.extra["affected"], row.by[by]))[:MOST]


def _href(row: Row, groups: Answer, look: Look) -> str:
    return look.behind(groups, {**row.by, "part": "affected"})


def _row(row: Row, most: float, groups: Answer, look: Look) -> dict[str, Any]:
    by = groups.selection.by[0]
    reader, name = look.reader, _name(row.by[by])
    is_few = look.is_too_few_of(row.value, groups.unit)
    return {
        "key": row.by[by],
        "name": name,
        "width": round(100 * row.extra["affected"] / most, 2),
        "count": reader.count(row.extra["affected"]),
        "href": _href(row, groups, look),
        "share": "" if groups.unit != "percent" else _("too few") if is_few else reader.percent(row.value.value),
        "of": reader.count(row.value.n),
        "customers": reader.count(row.extra["customers_affected"]),
        "worth": reader.money(row.extra["value_a_year"]) if row.extra["known_accounts"] else _("not known"),
    }
