"""What needs a decision: what we aim at, figures off their aim or worse two months in a row, and whom we owe something now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.asking import selection_of
from dashboard.charts._scale import short
from dashboard.charts.owed import Owed, owed_of
from dashboard.look import Look
from dashboard.page import Ask
from dashboard.states import BROKEN, MISSED, state_of
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import Target, View
from metrics.answer import Answer
from metrics.language import _
from metrics.named import group_name, owner_name
from metrics.needs import OFF_AIM, Finding
from queries.errors import QueriesError

SHOWN = 5
OWED: Sequence[Ask] = (
    Ask(metric="past_promise_now", compare="none"),
    Ask(metric="past_promise_now", key="call_back", where={"promise": ("call_back",)}, compare="none"),
    Ask(metric="outreach_during_complaint", compare="none"),
    Ask(metric="silence", compare="none"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The aims with their answers, the findings, of how many tests, and what is owed now."""

    aims: Sequence[tuple[Any, Answer]]
    found: Sequence[Finding]
    tried: int
    owed: Sequence[Owed]
    problem: str = ""


def fetch(center: Any, view: View) -> Needs:
    try:
        aims, problem = center.purpose(view.selection.period, view.selection.where), ""
    except QueriesError as error:
        aims, problem = (), str(error)
    found, tried = center.needs_a_decision(view.selection.where)
    return Needs(aims=aims, found=found, tried=tried, owed=_owed(center, view), problem=problem)


def _owed(center: Any, view: View) -> list[Owed]:
    answers: dict[str, Any] = {}
    for ask in OWED:
        try:
            answers[ask.name] = center.ask(ask.metric, selection_of(ask, center, view))
        except QueriesError:
            continue
    return [one for one in owed_of(answers) if one.customers]


def draw(needs: Needs, look: Look) -> Markup:
    lines = ranked(needs, look)
    is_whole = look.view.path != "/"
    shown = lines if is_whole else lines[:SHOWN]
    return render(
        "needs.html",
        title=look.title,
        question=look.question,
        aims=[_aim(aim, answer, look) for aim, answer in needs.aims],
        lines=shown,
        more=len(lines) - len(shown),
        more_href=look.view.elsewhere("/improve"),
        tried=look.reader.counted(needs.tried, "comparison", "comparisons"),
        is_whole=is_whole,
        problem=needs.problem,
    )


def table(needs: Needs, look: Look) -> Table:
    """Returns a row per finding, and per thing owed."""
    rows = [
        [tables.text(line["words"]), tables.text(line["count"]), tables.text(line["value"]), tables.text(line["owner"])]
        for line in ranked(needs, look)
    ]
    return Table((_("what"), _("customers"), _("value a year"), _("owner")), rows)


def ranked(needs: Needs, look: Look) -> list[dict[str, Any]]:
    """Returns the lines: the more valuable those whom it touches, the earlier; then the more they are."""
    lines = [_finding(one, look) for one in needs.found] + [_of_owed(one, look) for one in needs.owed]
    return sorted(lines, key=lambda line: (line["worth"] is None, -(line["worth"] or 0), -line["customers"], line["key"]))


def _finding(one: Finding, look: Look) -> dict[str, Any]:
    said = look.reader.value(one.value.value, one.unit)
    target = Target(metric=one.metric, period=one.month, mark=one.mark)
    beside = _("worse two months in a row")
    if one.why == OFF_AIM and one.target is not None:
        beside = _("aim {aim}", aim=short(one.target, one.unit, look))
    people = look.reader.counted(one.customers, "let down", "let down") if one.mark else ""
    told = [people or look.reader.counted(one.customers, "customer", "customers"), _month(one.month, look), beside]
    if look.view.path != "/":
        told.append(_("before {value}", value=look.reader.value(one.before.value, one.unit)))
    return {
        "key": one.metric,
        "state": MISSED,
        "count": look.reader.count(one.customers),
        "words": f"{one.title}: {said}",
        "small": " · ".join(told),
        "worth": one.value_a_year,
        "customers": one.customers,
        "value": look.reader.money(one.value_a_year) if one.value_a_year else "",
        "owner": owner_name(one.owner),
        "href": look.view.opened(target).href(),
        "metric": one.metric,
        "expects": short(one.target, one.unit, look) if one.target is not None else "",
        "decide": decide_href(one.metric, look),
    }


def _month(at: str, look: Look) -> str:
    return look.reader.month_name(date.fromisoformat(f"{at}-01"))


def decide_href(key: str, look: Look) -> str:
    """Returns the link to the form of a decision, filled in with what it answers."""
    return (
        View(path="/improve", selection=look.view.selection.changed(by=()), language=look.view.language).chosen(about=key).href()
    )


def _of_owed(one: Owed, look: Look) -> dict[str, Any]:
    return {
        "key": f"owed {one.key}",
        "state": BROKEN,
        "count": look.reader.count(one.customers),
        "words": f"{look.reader.count(one.customers)} {_(one.words.one if one.customers == 1 else one.words.many)}",
        "small": one.answer.period.label if one.answer.period else _("now"),
        "worth": one.value,
        "customers": one.customers,
        "value": look.reader.money(one.value) if one.value else "",
        "owner": owner_name(str(look.specs[one.answer.metric].owner)),
        "href": look.behind(one.answer, one.mark),
        "metric": "",
        "expects": "",
        "decide": decide_href(f"owed {one.key}", look),
    }


def _aim(aim: Any, answer: Answer, look: Look) -> dict[str, Any]:
    spec = look.specs[aim.metric]
    state = state_of(answer.total, target=aim.target, better=spec.better, unit=spec.unit)
    where: Mapping[str, tuple[str, ...]] = aim.where
    return {
        "key": aim.metric,
        "state": state,
        "title": ": ".join([spec.title, *(_(" or ").join(map(group_name, values)) for values in where.values())]),
        "value": look.reader.value(answer.total.value, spec.unit),
        "target": short(aim.target, spec.unit, look),
        "by": look.reader.short_month(aim.by),
        "owner": owner_name(aim.owner),
        "href": look.behind(answer),
    }
