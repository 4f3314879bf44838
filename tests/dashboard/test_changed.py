"""What was changed is drawn on every trend, in its period alone, and told in the trend's table."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest

from dashboard import table as tables
from dashboard.charts import equation
from dashboard.charts._changed import changes_on, columns_left, with_changes
from dashboard.page import Pages, Section
from dashboard.panels import Panels
from dashboard.table import Table
from dashboard.view import View
from metrics import CommandCenter
from metrics.interventions import marked
from metrics.selection import Selection
from queries.intervention import Intervention

NAMES = {
    "comings": ("customer_equation", {"series": 6}),
    "lifecycle": ("lifecycle", {"series": 6}),
    "ages": ("backlog", {"series": 6}),
    "waves": ("nps_relational", {"series": 6}),
    "course": ("cases_opened", {"series": 6}),
    "cohorts": ("retention", {}),
}
ON = date(2026, 9, 9)


def change(on: date = ON) -> Intervention:
    return Intervention(name="Another installer", on=on, what="The partner was replaced.", owner="onboarding", metrics=())


def drawn(center: CommandCenter, kind: str, on: date = ON) -> tuple[str, Table]:
    """A chart of the tiny sample, and its table, as if that had been changed."""
    metric, options = NAMES[kind]
    answer = center.ask(metric, Selection.of(period=None if kind == "cohorts" else "2026-10", compare="none", options=options))
    answer = replace(answer, changes=marked([change(on)], answer.rows))
    look = Panels(center, Pages.found()).look(View(), Section("It", chart=kind))
    module: Any = import_module(f"dashboard.charts.{kind}")
    answers = {metric: answer}
    return str(module.draw(answers, look)), with_changes(module.table(answers, look), answers.values(), look)


@pytest.mark.parametrize("kind", NAMES)
def test_a_change_is_drawn_with_its_words_for_mouse_and_keyboard(tiny_center: CommandCenter, kind: str) -> None:
    html, table = drawn(tiny_center, kind)
    assert 'tabindex="0" role="note" aria-label="Changed on 9 Sept: Another installer. The partner was replaced."' in html
    assert table.heads[-1] == "what was changed"
    assert [row[0].plain for row in table.rows if row[-1].plain] == ["2026-09"]


@pytest.mark.parametrize("kind", NAMES)
def test_a_change_outside_of_what_is_shown_is_not_drawn(tiny_center: CommandCenter, kind: str) -> None:
    for on in (date(2020, 1, 1), date(2027, 1, 1)):
        html, table = drawn(tiny_center, kind, on)
        assert "Another installer" not in html
        assert "what was changed" not in table.heads


def test_a_mark_lies_where_its_day_does(tiny_center: CommandCenter) -> None:
    answer = tiny_center.ask("cases_opened", Selection.of(period="2026-10", compare="none", options={"series": 2}))
    look = Panels(tiny_center, Pages.found()).look(View())
    told = [marked([change(date(2026, 9, 1) + timedelta(days=days))], answer.rows) for days in (0, 15, 30)]
    places = [changes_on(replace(answer, changes=each), look, columns_left(2))[0]["at"] for each in told]
    assert places == [0.0, 25.0, 50.0]


def test_the_small_line_of_the_overview_has_a_tick_that_says_what_it_was(tiny_center: CommandCenter) -> None:
    answer = tiny_center.ask("customer_equation", Selection.of(period="2026-10", compare="year", options={"series": 13}))
    answer = replace(answer, changes=marked([change()], answer.rows))
    look = Panels(tiny_center, Pages.found()).look(View())
    html = str(equation.draw({"customer_equation": answer}, look))
    assert "<title>9 Sept: Another installer</title>" in html
    assert "Changed: 9 Sept: Another installer" in html


def test_a_table_of_no_time_stays_as_it_is(tiny_center: CommandCenter) -> None:
    table = Table(("what", "n"), [[tables.text("Email"), tables.text("3")]])
    look = Panels(tiny_center, Pages.found()).look(View())
    assert with_changes(table, [], look) is table
