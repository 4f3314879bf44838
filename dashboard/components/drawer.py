"""The drawer: the customers behind a number, in exactly its own unit and count, and how the number is worked out."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.phrases import group_name
from dashboard.reader import Reader
from dashboard.templates import render
from dashboard.view import MOST_ROWS, PAGE_OF_ROWS, Target, View
from metrics.answer import Explanation, People
from metrics.question import size_words
from metrics.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the drawer is drawn from."""

    people: People
    explanation: Explanation
    stage: str = ""


def fetch(center: Any, view: View) -> Opened:
    assert view.target is not None
    return Opened(
        people=people(center, view, limit=view.rows),
        explanation=center.explain(view.target.metric),
        stage=_stage(center, view.target),
    )


def _stage(center: Any, target: Target) -> str:
    """Returns the stage that a mark names, in the customers' words."""
    if "stage" not in target.mark:
        return ""
    journey = target.options.get("journey") or center.settings()["default_journey"]
    named = target.mark["stage"]
    return next(
        (
            f"“{row['says']}”"
            for row in center.journeys()
            if row["journey_id"] == journey and named in (str(row["stage_no"]), row["stage_id"])
        ),
        "",
    )


def people(center: Any, view: View, limit: int) -> People:
    """Returns the list behind the view's opened number."""
    target = view.target
    assert target is not None
    chosen = chosen_for(center.metric(target.metric), view.selection)
    selection = Selection.of(
        period=target.period or chosen.period,
        compare=chosen.compare,
        where={**chosen.where, **target.where},
        options=target.options,
    )
    return center.customers_behind(target.metric, selection, mark=target.mark or None, limit=limit)


def chosen_for(metric: Any, selection: Selection) -> Selection:
    """Returns the selection that a metric takes: one that is judged now takes no period, and cohorts are of every month."""
    return replace(selection, period=None) if metric.is_now or metric.figure == "cohort_grid" else selection


def draw(opened: Opened, look: Look) -> Markup:
    listed, explained, reader, view = opened.people, opened.explanation, look.reader, look.view
    more = min(view.rows + 4 * PAGE_OF_ROWS, MOST_ROWS)
    has_more = len(listed.rows) < listed.count and view.rows < MOST_ROWS
    return render(
        "drawer.html",
        title=title(listed, look, opened.stage),
        sentence=listed.sentence,
        metric=explained.title,
        rows=[_row(row, listed, look) for row in listed.rows],
        shown=_shown(listed, reader),
        more_href=replace(view, rows=more).href() if has_more else "",
        close_href=view.opened(None).href(),
        csv_href=view.href("/customers.csv"),
        value_name=_value_name(look.specs[listed.metric]),
        explained=explained,
        target=reader.value(explained.target, explained.unit) if explained.target is not None else "",
        judged_by=", ".join(explained.judged_by),
        as_of=f"{reader.full_moment(listed.as_of)} {reader.zone}",
        reviewed=reader.full_day(explained.reviewed),
        notices=listed.notices,
        command=command(view) if listed.count else "",
    )


def command(view: View) -> str:
    """Returns what to type to keep the people of the opened number as a list."""
    target, chosen = view.target, view.selection
    assert target is not None
    period = target.period or chosen.period
    where = {**chosen.where, **target.where}
    parts = [
        *(["--period", period] if period else []),
        *(word for name, values in where.items() for value in values for word in ("--where", f"{name}={value}")),
        *(word for name in target.by for word in ("--by", name)),
        *(word for name, value in target.options.items() if value for word in (f"--{name.replace('_', '-')}", value)),
        *(word for name, value in target.mark.items() for word in ("--mark", f"{name}={value}")),
    ]
    return shlex.join(["cx", "save", "NAME", target.metric, *parts])


def refused(text: str, view: View) -> Markup:
    """The drawer of a number that cannot be opened."""
    return render("drawer_refused.html", text=text, close_href=view.opened(None).href())


def title(listed: People, look: Look, stage: str = "") -> str:
    """Returns the list's size in the number's own unit, and of whom: "1,204 requests by 1,131 customers · email"."""
    spec = look.specs.get(listed.metric)
    unit = spec.one if spec and listed.count == 1 and listed.unit == spec.noun else listed.unit
    counted = size_words(look.reader, listed.count, listed.customers, unit)
    chosen = [value for name, value in listed.mark.items() if name not in ("part", "stage")]
    return " · ".join([counted, *([stage] if stage else []), *(group_name(value) for value in chosen)])


def _shown(listed: People, reader: Reader) -> str:
    if len(listed.rows) >= listed.count:
        return ""
    return f"the first {reader.count(len(listed.rows))} of {reader.count(listed.count)}"


def _row(row: Mapping[str, Any], listed: People, look: Look) -> dict[str, Any]:
    customer = str(row["customer_id"])
    return {
        "id": customer,
        "name": row.get("name") or customer,
        "href": look.story(customer),
        "segment": row.get("segment") or "",
        "value": _value(row.get("value"), look.specs.get(listed.metric), look.reader),
        "at": _at(row.get("at"), look.reader),
        "subject": " · ".join(str(row[name]) for name in ("reason", "subject") if row.get(name) not in (None, "", "unknown")),
        "because": row.get("because") or "",
    }


def _value(value: Any, spec: Any, reader: Reader) -> str:
    """A share's rows are yes or no, money is money, a score a score; where each row only counts, nothing is said."""
    if value is None or spec is None:
        return ""
    if spec.figure == "equation":
        return reader.exact_money(abs(value))
    if not _has_value(spec):
        return ""
    match spec.unit:
        case "percent":
            return "yes" if value else "no"
        case "money":
            return reader.exact_money(value)
        case "nps":
            return {100: "promoter", 0: "passive", -100: "detractor"}.get(round(value), reader.number(value, 0))
        case "seconds":
            return reader.value(value, "seconds")
        case "score":
            return reader.number(value)
    return ""


def _has_value(spec: Any) -> bool:
    """Tells whether a row of the list is worth something of its own; where people are put in groups, the reason says it all."""
    return spec.figure in ("summary", "attainment", "wait", "scores", "themes", "equation", "cohort_grid", "clocks")


def _value_name(spec: Any) -> str:
    if spec.figure == "equation":
        return "a year"
    if not _has_value(spec):
        return ""
    if spec.unit == "percent":
        return str(spec.verb or "yes or no")
    return {"money": "a year", "nps": "answer", "seconds": "took", "score": "score"}.get(spec.unit, "")


def _at(moment: Any, reader: Reader) -> str:
    return reader.plain_moment(moment) if isinstance(moment, datetime) else ""
