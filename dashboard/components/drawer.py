"""The drawer: the customers behind a number, in exactly its own unit and count, and how the number is worked out."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboard import defined, five, keep
from dashboard.five import Drawn
from dashboard.look import Look
from dashboard.reader import Reader
from dashboard.templates import render
from dashboard.view import MOST_DRAWS, MOST_ROWS, PAGE_OF_ROWS, Target, View
from metrics.answer import Explanation, People
from metrics.language import _
from metrics.named import NAMES, entity_name, group_name, mark_name
from metrics.question import size_words
from metrics.selection import Selection
from metrics.sentences import in_words
from metrics.words import event_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the drawer is drawn from."""

    people: People
    explanation: Explanation | None = None
    stories: tuple[Drawn, ...] = ()
    stage: str = ""


def fetch(center: Any, view: View) -> Opened:
    assert view.target is not None
    listed = people(center, view, limit=0 if view.show else view.rows)
    return Opened(
        people=listed,
        explanation=center.explain(view.target.metric, selection(center, view)) if view.show == "how" else None,
        stories=_five(center, view, listed.count) if view.show == "five" else (),
        stage=_stage(center, view.target),
    )


def _five(center: Any, view: View, count: int) -> tuple[Drawn, ...]:
    return five.fetch(center, view, count, lambda limit, offset: people(center, view, limit, offset).rows)


def _stage(center: Any, target: Target) -> str:
    """Returns the stage that a mark names, in the customers' words."""
    if "stage" not in target.mark:
        return ""
    journey = target.options.get("journey") or center.settings()["default_journey"]
    named = target.mark["stage"]
    return next(
        (
            _("“{words}”", words=row["says"])
            for row in center.journeys()
            if row["journey_id"] == journey and named in (str(row["stage_no"]), row["stage_id"])
        ),
        "",
    )


def people(center: Any, view: View, limit: int, offset: int = 0) -> People:
    """Returns the list behind the view's opened number, or a page of it."""
    target = view.target
    assert target is not None
    chosen, mark = selection(center, view), target.mark or None
    return center.customers_behind(target.metric, chosen, mark=mark, limit=limit, **({"offset": offset} if offset else {}))


def selection(center: Any, view: View) -> Selection:
    """Returns what the view's opened number was asked with."""
    target = view.target
    assert target is not None
    chosen = chosen_for(center.metric(target.metric), view.selection)
    return Selection.of(
        period=target.period or chosen.period,
        compare=chosen.compare,
        where={**chosen.where, **target.where},
        options=target.options,
    )


def chosen_for(metric: Any, selection: Selection) -> Selection:
    """Returns the selection that a metric takes: one that is judged now takes no period, and cohorts are of every month."""
    return replace(selection, period=None) if metric.is_now or metric.figure == "cohort_grid" else selection


def draw(opened: Opened, look: Look) -> Markup:
    listed, reader, view, spec = opened.people, look.reader, look.view, look.specs[opened.people.metric]
    more = min(view.rows + 4 * PAGE_OF_ROWS, MOST_ROWS)
    has_more = len(listed.rows) < listed.count and view.rows < MOST_ROWS
    return render(
        "drawer.html",
        title=title(listed, look, opened.stage),
        sentence=listed.sentence,
        metric=spec.title,
        ways=_ways(view, listed),
        show=view.show,
        rows=[_row(row, listed, look) for row in listed.rows],
        shown=_shown(listed, reader),
        more_href=replace(view, rows=more).href() if has_more else "",
        close_href=view.opened(None).href(),
        files={_("csv"): view.href("/customers.csv"), _("excel"): view.href("/customers.xlsx")},
        value_name=_value_name(spec),
        notices=listed.notices,
        command=command(view) if listed.count else "",
        keep=keep.form(listed, spec.title, look) if listed.count else None,
        another_href=replace(view, draw=view.draw % MOST_DRAWS + 1).href(),
        stories=[five.told(number, drawn, look) for number, drawn in enumerate(opened.stories, start=1)],
        **(_how(opened.explanation, listed, look) if opened.explanation else {}),
    )


def _ways(view: View, listed: People) -> list[dict[str, Any]]:
    """Returns what else may be shown of the number: who they are, how it is worked out, five of their stories."""
    named = [
        ("", _("Who they are")),
        ("how", _("How is this worked out?")),
        *([("five", _("Read five"))] if listed.count else []),
    ]
    return [{"name": name, "href": replace(view, show=show, draw=1).href(), "is_here": view.show == show} for show, name in named]


def _how(explained: Explanation, listed: People, look: Look) -> dict[str, Any]:
    reader = look.reader
    return {
        "explained": explained,
        "target": reader.value(explained.target, explained.unit) if explained.target is not None else "",
        "judged_by": ", ".join(map(entity_name, explained.judged_by)),
        "as_of": f"{reader.full_moment(listed.as_of)} {reader.zone}",
        "reviewed": reader.full_day(explained.reviewed),
        "since": defined.since(explained, reader),
        "history": defined.history(explained, reader),
    }


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
    unit = listed.one if listed.one and listed.count == 1 else listed.unit
    counted = size_words(look.reader, listed.count, listed.customers, unit, is_of_customers=listed.is_of_customers)
    chosen = [
        mark_name(name, value) for name, value in listed.mark.items() if name not in ("part", "stage", "age", "when", "step")
    ]
    return " · ".join([counted, *([stage] if stage else []), *chosen])


def _shown(listed: People, reader: Reader) -> str:
    if len(listed.rows) >= listed.count:
        return ""
    return _("the first {shown} of {count}", shown=reader.count(len(listed.rows)), count=reader.count(listed.count))


def _row(row: Mapping[str, Any], listed: People, look: Look) -> dict[str, Any]:
    customer = str(row["customer_id"])
    return {
        "id": customer,
        "name": row.get("name") or customer,
        "href": look.story(customer),
        "segment": group_name(row.get("segment") or ""),
        "value": _value(row.get("value"), look.specs.get(listed.metric), look.reader),
        "at": _at(row.get("at"), look.reader),
        "subject": " · ".join(_told(row[name]) for name in ("reason", "subject") if row.get(name) not in (None, "", "unknown")),
        "because": in_words(row.get("because")),
    }


def _told(text: Any) -> str:
    return _(NAMES[text]) if text in NAMES else event_words(str(text))


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
            return _("yes") if value else _("no")
        case "money":
            return reader.exact_money(value)
        case "nps":
            scale = {100: _("promoter"), 0: _("passive"), -100: _("detractor")}
            return scale.get(round(value), reader.number(value, 0))
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
        return _("a year")
    if not _has_value(spec):
        return ""
    if spec.unit == "percent":
        return str(spec.verb or _("yes or no"))
    names = {"money": _("a year"), "nps": _("answer"), "seconds": _("took"), "score": _("score")}
    return names.get(spec.unit, "")


def _at(moment: Any, reader: Reader) -> str:
    return reader.plain_moment(moment) if isinstance(moment, datetime) else ""
