"""What we decided: a form that writes a decision, and what came of each after 30 and 90 days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dashboard import table as tables
from dashboard.components import needs_a_decision
from dashboard.components.needs_a_decision import Needs
from dashboard.components.what_changed import of_effect
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.deciding import LONGEST, Outcome
from metrics.language import _
from metrics.named import owner_name, where_words

ABOUT = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decisions with what came of them, the newest first, and the figures that one may name.

    needs: what needs a decision, where one of it is to be answered.
    """

    outcomes: Sequence[Outcome]
    figures: Sequence[tuple[str, str]]
    needs: Needs | None = None


def fetch(center: Any, view: View) -> Decided:
    figures = [(metric.metric_id, metric.title) for metric in center.compared_metrics()]
    needs = needs_a_decision.fetch(center, view) if view.options.get(ABOUT) else None
    return Decided(outcomes=center.outcomes(), figures=sorted(figures, key=lambda one: one[1]), needs=needs)


def draw(found: Decided, look: Look) -> Markup:
    return render(
        "decided.html",
        language=look.view.language,
        title=look.title,
        question=look.question,
        longest=LONGEST,
        figures=found.figures,
        filled=_filled(found, look),
        today=_today(look),
        decisions=[_decision(one, look) for one in found.outcomes],
    )


def table(found: Decided, look: Look) -> Table:
    """Returns a row per decision."""
    rows = []
    for one in found.outcomes:
        verdicts = [_(effect.verdict) if effect else _("not yet known") for effect in one.after.values()] or ["", ""]
        decision = one.decision
        told = [
            one.decided_on.isoformat(), decision.what, owner_name(decision.owner), decision.due.isoformat(), decision.about,
            decision.expects, *verdicts,
        ]  # fmt: skip
        rows.append([tables.text(text) for text in told])
    heads = (
        _("decided"), _("what"), _("owner"), _("due"), _("answer to"), _("expected"), _("after 30 days"), _("after 90 days"),
    )  # fmt: skip
    return Table(heads, rows)


def _filled(found: Decided, look: Look) -> Mapping[str, str]:
    """What the form holds before anybody writes: of what needs a decision its words, whose it is, and its figure."""
    key = look.view.options.get(ABOUT, "")
    lines = needs_a_decision.ranked(found.needs, look) if found.needs else []
    where = {name: values for name, values in look.view.selection.where.items() if name != "list"}
    filled = {"about": "", "owner": "", "metric": "", "expects": "", "key": "", "where": urlencode(where, doseq=True)}
    line = next((line for line in lines if line["key"] == key), None)
    if line is None:
        return {**filled, "metric": key if key in dict(found.figures) else ""}
    about = f"{line['words']} ({line['small']})" if line["small"] else line["words"]
    metric = line["metric"] if line["metric"] in dict(found.figures) else ""
    return {**filled, "about": about, "owner": line["owner"], "metric": metric, "expects": line["expects"], "key": key}


def _today(look: Look) -> str:
    return look.reader.local(look.newest).date().isoformat() if look.newest else ""


def _decision(one: Outcome, look: Look) -> dict[str, Any]:
    decision = one.decision
    return {
        "key": decision.decision_id,
        "what": decision.what,
        "owner": owner_name(decision.owner),
        "day": look.reader.full_day(one.decided_on),
        "due": look.reader.full_day(decision.due),
        "is_over": look.newest is not None and decision.due < look.reader.local(look.newest).date(),
        "about": decision.about,
        "expects": decision.expects,
        "whom": "; ".join(where_words(decision.where or {})),
        "after": [_after(days, effect, one.known_on[days], look) for days, effect in one.after.items()],
        "problem": one.problem,
    }


def _after(days: int, effect: Any, known_on: Any, look: Look) -> dict[str, Any]:
    return {
        "days": days,
        "known_on": look.reader.full_day(known_on),
        "effect": of_effect(effect, look) if effect else None,
    }
