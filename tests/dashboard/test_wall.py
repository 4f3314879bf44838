"""The wall's answers: one screen of panels, a mark while nothing changed, nobody's name, and a failure in its own place."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard import far, wall
from dashboard.app import create_app
from dashboard.page import Page, Pages, Section, page_problems
from dashboard.settings import Settings
from dashboard.wall import WallView
from tests.dashboard.fake_center import SECRET, FakeCenter

EVERY_PAGE = ",".join(wall.name_of(page) for page in Pages.found().menu)


def client_of(folder: Path, **how: Any) -> FlaskClient:
    return create_app(Settings(cache_dir=folder), FakeCenter(**how)).server.test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("cache"), name=SECRET)


def screens(client: FlaskClient, pages: str) -> list[dict[str, Any]]:
    """Every screen of a wall of some pages."""
    first = client.get(f"/api/wall?pages={pages}&screen=0").get_json()
    return [client.get(f"/api/wall?pages={pages}&screen={number}").get_json() for number in range(len(first["screens"]))]


def test_a_wall_takes_the_place_of_a_page_and_holds_no_inline_script(client: FlaskClient) -> None:
    page = client.get("/?wall=1&theme=light&dwell=20").get_data(as_text=True)
    assert 'data-bs-theme="light"' in page
    assert 'data-dwell="20"' in page
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))
    assert "wall.js" not in client.get("/").get_data(as_text=True)


def test_every_page_has_a_screen_of_three_panels_or_none(client: FlaskClient) -> None:
    for page in Pages.found().menu:
        assert all(len(screen.sections) == wall.AT_ONCE for screen in wall.screens_of(page)), page.title


def test_a_screen_holds_its_panels_and_what_stands_around_them(client: FlaskClient) -> None:
    shown = client.get("/api/wall?pages=overview&screen=0").get_json()
    assert [panel["title"] for panel in shown["panels"]] == ["Customers and value", "Why they left", "Needs a decision"]
    assert shown["as_of"]["epoch"]
    assert shown["range"]["name"]
    assert shown["zone"]
    assert not any(panel["failure"] for panel in shown["panels"])


def test_no_place_for_a_value_is_left_open(client: FlaskClient) -> None:
    for shown in screens(client, EVERY_PAGE):
        for panel in shown["panels"]:
            assert not re.search(r"[{}]", panel["html"]), panel["id"]


def test_while_nothing_changed_nothing_is_sent(client: FlaskClient) -> None:
    mark = client.get("/api/wall?screen=0").get_json()["mark"]
    again = client.get("/api/wall?screen=0", headers={"If-None-Match": f'"{mark}"'})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = client.get("/api/wall?screen=1", headers={"If-None-Match": f'"{mark}"'})
    assert other.status_code == 200


def test_a_wall_links_nothing_and_names_nobody(client: FlaskClient) -> None:
    for shown in screens(client, EVERY_PAGE):
        for panel in shown["panels"]:
            assert "<a" not in panel["html"], panel["id"]
            assert SECRET not in panel["html"], panel["id"]


def test_what_is_foretold_of_people_their_words_and_lists_of_them_are_never_told() -> None:
    assert not any(far.is_told(kind) for kind in ("calibration", "comments", "hold_list", "who_left", "who_joined", "who_waits"))


def test_a_panel_that_fails_leaves_the_others_and_is_asked_again(tmp_path: Path) -> None:
    shown = client_of(tmp_path, failing=("reasons_lost",)).get("/api/wall?screen=0").get_json()
    failures = {panel["title"]: bool(panel["failure"]) for panel in shown["panels"]}
    assert failures == {"Customers and value": False, "Why they left": True, "Needs a decision": False}
    assert shown["mark"] == ""


def test_without_a_snapshot_the_answer_says_that_nothing_can_be_read(tmp_path: Path) -> None:
    class Broken(FakeCenter):
        @property
        def snapshot(self) -> str:
            raise OSError("gone")

    client = create_app(Settings(cache_dir=tmp_path), Broken()).server.test_client()
    assert client.get("/api/wall?screen=0").status_code == 503
    assert client.get("/?wall=1").status_code == 200


def test_an_address_that_makes_no_sense_shows_the_usual_wall(client: FlaskClient) -> None:
    asked = WallView.read("pages=nowhere&dwell=never&theme=pink", Pages.found())
    assert (asked.dwell, asked.theme, asked.unknown) == (wall.DWELL, "", ("nowhere",))
    assert asked.screens[0].page.path == "/"
    assert client.get("/api/wall?screen=many").status_code == 400
    assert client.get("/?wall=1" + "&a=1" * 60).status_code == 400
    assert client.get("/?wall=1&pages=%3Cscript%3E").get_data(as_text=True).count("<script") == 1


@given(st.text(max_size=200))
def test_any_address_is_a_wall(query: str) -> None:
    asked = WallView.read(query, Pages.found())
    assert asked.screens
    assert 5 <= asked.dwell <= 3600


def test_a_wall_of_a_section_that_there_is_not_is_told() -> None:
    page = Page(path="/x", title="X", question="?", sections=[Section("Why", chart="tiles")], wall=[("wy",)])
    assert page_problems("x", page) == [
        'dashboard/pages/x.py: the wall shows "wy", which is no section of the page. There is: why.'
    ]
