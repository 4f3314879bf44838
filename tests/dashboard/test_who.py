"""Who asks: somebody or nobody, with one role and one policy, decided once at the gate."""

from pathlib import Path

import pytest
from flask import Flask, Response

from dashboard.access.doors import Doors, closed
from dashboard.access.who import Role, Who, acting, asking, needs, policy_asking
from dashboard.app import create_app
from dashboard.errors import NotAllowed
from dashboard.settings import Settings
from queries.policy import Policy
from tests.dashboard.fake_center import FakeCenter

NORTH = Who(name="ada@example.com", role=Role.VIEWER, policy=Policy(regions=frozenset({"North"})))


def test_nothing_is_told_to_nobody() -> None:
    with pytest.raises(NotAllowed):
        policy_asking()


def test_who_acts_is_who_asks_until_the_block_ends() -> None:
    server = Flask("test")
    with acting(server, NORTH):
        assert policy_asking().regions == {"North"}
    with pytest.raises(NotAllowed):
        asking()


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.CHART, False), (Role.VIEWER, False), (Role.MANAGER, True), (Role.ADMIN, True)]
)
def test_a_view_is_called_by_its_role_and_those_above(role: Role, allowed: bool) -> None:
    view = needs(Role.MANAGER)(lambda: "done")
    with acting(Flask("test"), Who(name="", role=role, policy=Policy())):
        if allowed:
            assert view() == "done"
        else:
            with pytest.raises(NotAllowed):
                view()


def test_a_path_is_behind_the_door_that_it_begins_with() -> None:
    doors = Doors(people=lambda: NORTH)
    doors.open_at("/embed/", closed)
    assert doors.enter("/") is NORTH
    assert doors.enter("/embedded") is NORTH
    assert doors.enter("/assets/a.js") is None
    with pytest.raises(NotAllowed):
        doors.enter("/embed/x")
    with pytest.raises(ValueError, match="cannot be a door"):
        doors.open_at("/embed", closed)


def test_a_door_may_answer_by_itself(tmp_path: Path) -> None:
    doors = Doors(people=lambda: Response("log in", 302))
    answer = doors.enter("/")
    assert isinstance(answer, Response)
    assert answer.status_code == 302


def test_on_this_machine_alone_whoever_asks_may_do_everything(tmp_path: Path) -> None:
    app = create_app(Settings(workspace=tmp_path), FakeCenter())
    with app.server.test_client() as client:
        assert client.get("/", headers={"Host": "localhost"}).status_code == 200
        assert asking() == Who.local()


def test_what_a_proxy_brings_is_not_taken_for_the_person_at_this_machine(tmp_path: Path) -> None:
    client = create_app(Settings(workspace=tmp_path), FakeCenter()).server.test_client()
    for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"):
        assert client.get("/", headers={"Host": "localhost", name: "192.0.2.7"}).status_code == 403
