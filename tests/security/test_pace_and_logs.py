"""Who asks too often waits; and what is logged of anybody holds nothing of a customer."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from dashboard.access.opened import doors_of
from dashboard.app import create_app
from dashboard.logs import as_json
from dashboard.settings import Settings
from tests.dashboard.fake_center import SECRET, FakeCenter
from tests.security.people import FakePeople

PROXY = {"REMOTE_ADDR": "10.1.2.3"}
BEHIND: dict[str, Any] = {"access": "proxy", "public_url": "https://cx.example.com", "trusted_peer": "10.1.2.3", "log": "json"}


def client_of(tmp_path: Path, center: FakeCenter | None = None, **said: Any) -> FlaskClient:
    settings = Settings(workspace=tmp_path / "workspace", cache_dir=tmp_path / "cache", **{**BEHIND, **said})
    return create_app(settings, center or FakeCenter(), doors=doors_of(settings, FakePeople())).server.test_client()


def ask(client: FlaskClient, path: str, who: str = "max@example.com", **more: Any) -> Any:
    return client.get(path, headers={"Host": "cx.example.com", "X-Forwarded-User": who, **more}, environ_base=PROXY)


def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    client = client_of(tmp_path, requests_a_minute=10)
    codes = [ask(client, "/api/version").status_code for _ in range(25)]
    assert codes.count(200) in (10, 20)  # 20 where a minute began meanwhile
    assert set(codes) == {200, 429}
    answer = ask(client, "/api/version")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert ask(client, "/api/version", "vera@example.com").status_code == 200
    assert ask(client, "/health").status_code == 200


def test_a_login_is_begun_only_so_often_from_one_address(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert 429 in [client.get("/login/", headers={"Host": "cx.example.com"}, environ_base=PROXY).status_code for _ in range(61)]
    other = client.get("/login/", headers={"Host": "cx.example.com"}, environ_base={"REMOTE_ADDR": "10.1.2.9"})
    assert other.status_code != 429


STRANGERS: Final = (
    ("/login/", {}, 403),
    ("/api/v1/metrics", {"Authorization": "Bearer cx_00000000_x"}, 401),
    ("/embed/v1.00000000.eJw.AAAA", {}, 403),
    ("/embed/renew", {"Authorization": "Bearer guessed"}, 403),
)
"""What somebody tries who is not known, and what they are told."""


@pytest.mark.parametrize(("path", "shown", "code"), STRANGERS)
def test_a_stranger_behind_the_proxy_is_counted_alone(tmp_path: Path, path: str, shown: dict[str, str], code: int) -> None:
    client = client_of(tmp_path)

    def tried(number: int, told: str, peer: str = "10.1.2.3") -> set[int]:
        headers = [{"Host": "cx.example.com", **shown, "X-Forwarded-For": told.format(n=n)} for n in range(number)]
        return {client.get(path, headers=one, environ_base={"REMOTE_ADDR": peer}).status_code for one in headers}

    assert tried(61, "198.51.100.{n}, 203.0.113.5") == {code, 429}  # what they say themselves stands before it
    assert tried(1, "203.0.113.6") == {code}
    assert tried(61, "203.0.113.{n}", peer="10.9.9.9") == {code, 429}  # who is not the proxy is believed nothing
    assert tried(61, "2001:db8:1:2::{n}") == {code, 429}  # one network of IPv6 is one stranger
    assert tried(1, "2001:db8:1:3::1") == {code}
    assert tried(61, "no address") == {code, 429}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON while a test lasts."""
    before, written = logging.root.handlers, io.StringIO()
    as_json(written)
    yield written
    logging.root.handlers = before


def test_each_request_is_one_line_that_names_nobody(tmp_path: Path, lines: io.StringIO) -> None:
    client = client_of(tmp_path)
    for path in ("/customers/C-00000000002a", "/api/find?q=Ada+Example", "/v/ada-example", "/customers.csv?open=customers_lost"):
        ask(client, path)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["route"] for one in told] == ["/<path:path>", "/api/find", "/v/<name>", "/customers.csv"]
    assert {one["role"] for one in told} == {"manager"}
    assert all(
        set(one) == {"at", "level", "logger", "message", "method", "route", "status", "ms", "role", "request"} for one in told
    )
    written = json.dumps([{**one, "request": ""} for one in told])  # of sixteen bytes at random some spell a name
    for canary in ("Ada", "ada", "C-0000", "max@", "10.1.2.3", "?"):
        assert canary not in written


def test_a_failure_is_told_without_what_it_says(tmp_path: Path, lines: io.StringIO) -> None:
    class Failing(FakeCenter):
        def list_titles(self) -> dict[str, str]:
            raise RuntimeError(SECRET)

    answer = ask(client_of(tmp_path, Failing()), "/api/palette")
    assert answer.status_code == 500
    failure = re.search(r"id (\w+)", answer.get_data(as_text=True))
    assert failure is not None
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["request"] for one in told] == [answer.headers["X-Request-Id"]] * 2
    assert failure[1] in told[0]["message"]
    assert SECRET not in lines.getvalue()


def test_an_id_is_taken_from_the_proxy_alone_and_only_one_that_is_plain(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert ask(client, "/health", **{"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    assert ask(client, "/health", **{"X-Request-Id": 'a"b c{}'}).headers["X-Request-Id"] != 'a"b c{}'
    stranger = client.get("/health", headers={"Host": "cx.example.com", "X-Request-Id": "abc-12345"})
    assert stranger.headers["X-Request-Id"] != "abc-12345"
