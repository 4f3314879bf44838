"""The closed loop: who waits for our call, who got it in time, and who was won back, called or not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts import ratebar
from dashboard.charts._scores import between_words
from dashboard.charts.empty import nothing
from dashboard.charts.tiles import change
from dashboard.look import Look
from dashboard.states import BROKEN, is_too_few, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Value
from metrics.language import _, _n
from metrics.named import group_name
from queries.errors import QueriesError

WAITING, PAST, REACHED, RECOVERED = "detractors_waiting", "past", "detractors_called_back", "detractors_recovered"
SPLIT = "called_back"


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line for those who wait, and a share for each of the two that follow; the last one by whether we had called."""
    told = {name: answer for name, answer in answers.items() if isinstance(answer, Answer)}
    if not any(answer.total.n for answer in told.values()):
        return nothing(look, next(iter(told.values())))
    return render(
        "loop.html",
        title=look.title,
        question=look.question,
        waiting=_waiting(told, look),
        shares=[_share(told[name], look) for name in (REACHED, RECOVERED) if name in told],
        problems=[str(problem) for problem in answers.values() if isinstance(problem, QueriesError)],
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per step of the loop and group."""
    told = [
        (answer, group, value) for answer in answers.values() if isinstance(answer, Answer) for group, value in _groups(answer)
    ]
    rows = [
        [
            tables.text(look.specs[answer.metric].title),
            tables.text(group_name(group)),
            tables.share(value, look) if answer.unit == "percent" else tables.count(value.customers, look),
            tables.interval(value, look) if answer.unit == "percent" else tables.text(""),
            tables.count(value.n, look, look.behind(answer, {SPLIT: group} if group else None)),
        ]
        for answer, group, value in told
    ]
    return Table((_("step"), _("called back"), _("value"), _("95 % interval"), _("of")), rows)


def _groups(answer: Answer) -> list[tuple[str, Value]]:
    return [("", answer.total), *((row.by[SPLIT], row.value) for row in answer.rows if SPLIT in row.by)]


def _waiting(told: Mapping[str, Answer], look: Look) -> dict[str, Any] | None:
    answer, past = told.get(WAITING), told.get(PAST)
    if answer is None:
        return None
    count, late = answer.total.customers, past.total.customers if past else 0
    return {
        "count": look.reader.count(count),
        "words": _n("detractor to call back now", "detractors to call back now", count),
        "href": look.behind(answer),
        "late": _("{n} of them past our promise", n=look.reader.count(late)) if past and late else "",
        "late_state": BROKEN,
        "late_href": look.behind(past) if past else "",
    }


def _share(answer: Answer, look: Look) -> dict[str, Any]:
    spec, value = look.specs[answer.metric], answer.total
    before = answer.comparison.total if answer.comparison else None
    is_before_told = before is not None and not is_too_few(before, "percent")
    return {
        "key": answer.metric,
        "title": spec.title,
        **_told(value, spec.one, spec.noun, look),
        "state": None
        if is_too_few(value, "percent")
        else state_of(value, target=spec.target, better=spec.better, unit="percent"),
        "aim": ", " + _("aim {aim}", aim=look.reader.points(spec.target)) if spec.target is not None else "",
        "href": look.behind(answer),
        "bar": _bar(value, before.value if before and is_before_told else None, spec.target, spec.title, look),
        "change": change(answer.comparison, "percent", spec.better, look.reader) if is_before_told and value.n else None,
        "groups": [
            {
                "key": group,
                "name": group_name(group),
                "href": look.behind(answer, {SPLIT: group}),
                **_told(each, spec.one, spec.noun, look),
            }
            for group, each in _groups(answer)[1:]
            if each.n
        ],
    }


def _told(value: Value, one: str, many: str, look: Look) -> dict[str, str]:
    is_shown = value.value is not None and not is_too_few(value, "percent")
    return {
        "value": look.reader.percent(value.value, 0) if is_shown else "",
        "between": between_words(value, "percent", look) if is_shown else "",
        "of": look.reader.counted(value.n, one, many),
        "count": look.reader.count(value.n),
        "few": ""
        if is_shown
        else _("{counted}, too few to say", counted=look.reader.counted(value.n, one, many))
        if value.n
        else _("no {noun}", noun=many),
    }


def _bar(value: Value, before: float | None, aim: float | None, label: str, look: Look) -> Markup:
    shown = replace(value, value=None, low=None, high=None) if is_too_few(value, "percent") else value
    return ratebar.draw(shown, before=before, aim=aim, label=f"{label}: {look.reader.percent(shown.value)}")
