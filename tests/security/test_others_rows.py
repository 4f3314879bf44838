"""Whoever is limited to a region is told of nobody outside of it, in whichever role, by each list, file and search.

Every route and callback, for every policy, is visited in test_every_route_and_policy.py.
"""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.page import Pages
from dashboard.settings import Settings
from dashboard.spreadsheet import MIMETYPE
from metrics import CommandCenter
from queries.policy import Policy
from tests.security.test_roles import AtTheDoor, drawn

REGION = "north"
WHY = "&why=a+call"
ID = re.compile(r"C-[0-9a-f]{12}")
PEOPLE_OF = ("customers_lost", "customer_equation", "open_cases", "nps_relational", "replied_in_time", "lifecycle")


@pytest.fixture(scope="module")
def people(tiny_center: CommandCenter) -> dict[str, dict[str, Any]]:
    """Every customer there is, by id, with their region."""
    parts = ("er", "an", "en", "in", "el", "ar", "le", "us", "ma", "example")
    return {str(one["customer_id"]): dict(one) for part in parts for one in tiny_center.search(part, limit=500)}


@pytest.fixture(scope="module")
def outside(people: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Who lives elsewhere: their names by id; the names of nobody inside."""
    inside = {one["name"] for one in people.values() if one["region"] == REGION}
    assert inside
    return {name: one["name"] for name, one in people.items() if one["region"] != REGION and one["name"] not in inside}


@pytest.fixture(scope="module")
def door() -> AtTheDoor:
    return AtTheDoor()


@pytest.fixture(scope="module")
def app(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory, door: AtTheDoor) -> Dash:
    doors = Doors(people=door)
    app = create_app(Settings(workspace=tiny_workspace, cache_dir=tmp_path_factory.mktemp("cache")), doors=doors)
    doors.others = dict.fromkeys(doors.others, door)
    return app


@pytest.fixture(params=[Role.VIEWER, Role.MANAGER, Role.ADMIN])
def client(request: pytest.FixtureRequest, app: Dash, door: AtTheDoor) -> Iterator[FlaskClient]:
    """Somebody of each role, all of one region; all names may be seen, so that only rows are hidden."""
    door.who = Who(name="ada@example.com", role=request.param, policy=Policy(regions=frozenset({REGION})))
    yield app.server.test_client()
    door.who = None


def told_by(client: FlaskClient, outside: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each opened number, file, list and search."""
    stranger, name = next(iter(outside.items()))
    for metric in PEOPLE_OF:
        yield f"{metric}.csv", text(client, f"/customers.csv?open={metric}&period=2026{WHY}")
        yield f"{metric}.xlsx", cells(client, f"/customers.xlsx?open={metric}&period=2026{WHY}")
        yield f"api {metric}", text(client, f"/api/v1/customers/{metric}?period=2026")
        yield f"ask {metric}", text(client, f"/api/v1/ask/{metric}?period=2026")
    for words in (stranger, name, name[:3], "er", "an"):
        yield f"find {words}", text(client, "/api/find", q=words)
    yield "hold list", text(client, f"/hold-list.csv?for=csv{WHY}")
    yield "hold list.xlsx", cells(client, f"/hold-list.xlsx?for=csv{WHY}")
    yield "palette", text(client, "/api/palette")


def cells(client: FlaskClient, address: str) -> str:
    """What a workbook tells, on all of its sheets; what is said instead of one."""
    answer = client.get(address)
    if answer.mimetype != MIMETYPE:
        assert answer.status_code in (400, 403), address
        return answer.get_data(as_text=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return " ".join(json.dumps(book.get_sheet_by_name(name).to_python(), default=str) for name in book.sheet_names)


def text(client: FlaskClient, address: str, **query: str) -> str:
    answer = client.get(address, query_string=query) if query else client.get(address)
    assert answer.status_code < 500, address
    return answer.get_data(as_text=True)


def test_nobody_is_told_another_s_row(client: FlaskClient, outside: dict[str, str], people: dict[str, dict[str, Any]]) -> None:
    leaks, seen = [], set()
    asked_for = next(iter(outside))
    for where, told in told_by(client, outside):
        seen |= {one for one in ID.findall(told) if one in people}
        of_others = {one for one in ID.findall(told) if one in outside and one != asked_for}
        named = {name for one, name in outside.items() if len(name) > 6 and json.dumps(name)[1:-1] in told and one != asked_for}
        leaks += [f"{where}: {len(of_others)} ids, {len(named)} names"] if of_others or named else []
    assert leaks == []
    assert any(people[one]["region"] == REGION for one in seen)  # something was told


def test_the_story_of_another_is_told_as_nobodys(client: FlaskClient, outside: dict[str, str]) -> None:
    stranger, name = next(iter(outside.items()))
    page = next(page for page in Pages.found().pages if page.path.startswith("/customers/<"))
    for section in page.sections:
        told = drawn(client, f"/customers/{stranger}", section.id).get_data(as_text=True)
        assert name not in told
        assert "there is no customer" in told.lower() or "Nothing to show" in told, told[:300]
