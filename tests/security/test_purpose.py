"""A list of people is taken along for a purpose, and says of each what forbids contacting them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.may_contact import COLUMN, NOT_KNOWN
from dashboard.settings import Settings
from metrics import CommandCenter
from queries.policy import Policy
from tests.security.test_roles import AtTheDoor

MAX = Who(name="max@example.com", role=Role.MANAGER, policy=Policy())
LISTS = (
    "/customers.csv?open=customers_lost&period=2026",
    "/hold-list.csv",
    "/hold-list.csv?for=mailchimp",
    "/panel.csv?of_page=/customers&of_panel=who-left&period=2026",
)


@pytest.fixture(scope="module")
def door() -> AtTheDoor:
    return AtTheDoor()


@pytest.fixture(scope="module")
def server(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory, door: AtTheDoor) -> FlaskClient:
    settings = Settings(workspace=tiny_workspace, cache_dir=tmp_path_factory.mktemp("cache"))
    return create_app(settings, doors=Doors(people=door)).server.test_client()


@pytest.fixture
def client(server: FlaskClient, door: AtTheDoor) -> Iterator[FlaskClient]:
    door.who = MAX
    yield server
    door.who = None


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("said", ["", "why=", "why=%20%09"])
def test_nobody_takes_a_list_along_without_saying_what_for(client: FlaskClient, address: str, said: str) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}{said}")
    assert (answer.status_code, "Content-Disposition" in answer.headers) == (400, False)
    assert "Say what these people are needed for" in answer.get_data(as_text=True)


def test_whoever_sits_at_this_machine_is_not_asked_and_a_chart_of_figures_needs_none(
    client: FlaskClient, door: AtTheDoor
) -> None:
    assert client.get("/panel.csv?of_page=/&of_panel=why-they-left&period=2026").status_code == 200
    door.who = Who.local()
    assert client.get(LISTS[0]).status_code == 200
    door.who = Who(name="local", role=Role.ADMIN, policy=Policy())  # somebody whom a provider calls that
    assert client.get(LISTS[0]).status_code == 400


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(f"{address}&why=a+call")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [*csv.DictReader(io.StringIO(answer.get_data(as_text=True)))]


def test_a_list_says_who_must_not_be_contacted_and_why(client: FlaskClient, tiny_center: CommandCenter) -> None:
    held = {str(row["customer_id"]): str(row["Do not contact"]) for row in tiny_center.hold_list().rows}
    kept_away, gained = (
        rows(client, f"/customers.csv?open={name}") for name in ("must_not_be_contacted", "customers_gained&over=all")
    )
    assert {row["customer_id"] for row in kept_away} == set(held)
    assert len(gained) > len(held)
    assert all(row[COLUMN] == held.get(row["customer_id"], "") for row in (*kept_away, *gained))


def test_where_the_hold_list_is_not_told_a_list_says_so(client: FlaskClient, door: AtTheDoor) -> None:
    door.who = Who(name="max@example.com", role=Role.MANAGER, policy=Policy(names=False))
    assert {row[COLUMN] for row in rows(client, LISTS[0])} == {NOT_KNOWN}


def test_a_table_that_names_people_says_it_too(client: FlaskClient) -> None:
    assert list(rows(client, LISTS[3])[0])[-1] == "do not contact"
