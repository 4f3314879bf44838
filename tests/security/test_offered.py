"""Who is shown in the header, and that nobody is offered what they may not do."""

from pathlib import Path

import pytest
from flask import Flask

from dashboard.access.who import Role, Who, acting
from dashboard.components import _who
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics.language import speaking
from queries.policy import Policy
from tests.dashboard.fake_center import FakeCenter

EVIL = '<img src=x onerror="alert(1)">'


def someone(role: Role, name: str = "", **more: bool) -> Who:
    return Who(name=name or f"{role}@example.com", role=role, policy=Policy(), **more)


def header(who: Who) -> str:
    panels = Panels(FakeCenter(), Pages.found())
    with acting(Flask("test"), who):
        return _who.put_into(str(panels.draw("*", "header", View.read("/", ""))), who)


def test_the_header_says_who_is_here_and_what_they_may() -> None:
    told = header(someone(Role.MANAGER))
    assert "manager@example.com" in told
    assert "You are manager@example.com, manager" in told
    assert "Log out" not in told  # behind a proxy that is the proxy's


def test_who_logged_in_can_log_out() -> None:
    assert '<form method="post" action="/login/out">' in header(someone(Role.VIEWER, logs_out=True))


def test_on_this_machine_alone_there_is_nobody_to_show() -> None:
    told = header(Who.local())
    assert _who.PLACE not in told
    assert 'class="chooser chip who"' not in told


def test_a_name_is_told_as_it_is_and_runs_nothing() -> None:
    told = header(someone(Role.VIEWER, EVIL))
    assert EVIL not in told
    assert "&lt;img src=x" in told


def test_it_is_told_in_german() -> None:
    with speaking("de"):
        told = str(_who.drawn(someone(Role.ADMIN, logs_out=True)))
    assert "Administration" in told
    assert "Abmelden" in told


def test_a_header_that_is_kept_for_all_names_nobody(tmp_path: Path) -> None:
    with acting(Flask("test"), someone(Role.VIEWER)):
        kept = str(Panels(FakeCenter(), Pages.found()).draw("*", "header", View.read("/", "")))
    assert "viewer@example.com" not in kept
    assert kept.count(_who.PLACE) == 1


@pytest.mark.parametrize(("role", "is_there"), [(Role.VIEWER, False), (Role.MANAGER, True), (Role.ADMIN, True)])
def test_nobody_is_offered_what_a_manager_does(role: Role, is_there: bool) -> None:
    panels = Panels(FakeCenter(), Pages.found())
    with acting(Flask("test"), someone(role)):
        drawer = str(panels.draw_drawer(View.read("/", "open=customers_lost")))
        lists = str(panels.draw("/customers", "lists-of-people", View.read("/customers", "")))
        decided = str(panels.draw("/improve", "decisions", View.read("/improve", "")))
        menu = str(panels.draw("/customers", "who-left", View.read("/customers", "")))
    assert "customers lost" in drawer
    assert ("/customers.xlsx" in drawer, "/panel.xlsx" in menu) == (is_there, is_there)
    assert ("/customers.csv" in drawer, 'data-sends="list"' in drawer) == (is_there, is_there)
    assert ('data-sends="list"' in lists) is is_there
    assert ('action="/decisions"' in decided) is is_there
    assert ("/panel.csv" in menu) is is_there
