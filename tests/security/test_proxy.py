"""Behind a proxy: its header is believed from its own address alone, and nobody is reached who is not set up to be."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access.opened import doors_of
from dashboard.access.who import Role, asking
from dashboard.app import create_app
from dashboard.settings import Access, Settings, weak_secret
from tests.dashboard.fake_center import FakeCenter
from tests.security.people import NORTH, FakePeople

PROXY = {"REMOTE_ADDR": "10.1.2.3"}
BEHIND: dict[str, Any] = {"access": "proxy", "public_url": "https://cx.example.com", "trusted_peer": "10.1.2.3"}
AT = {"Host": "cx.example.com"}
VERA = {**AT, "X-Forwarded-User": "vera@example.com"}
GOOD = "kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU"


@pytest.fixture(scope="module")
def people() -> FakePeople:
    return FakePeople()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, people: FakePeople) -> FlaskClient:
    settings = Settings(workspace=tmp_path_factory.mktemp("proxy"), cache_dir=tmp_path_factory.mktemp("cache"), **BEHIND)
    return create_app(settings, FakeCenter(), doors=doors_of(settings, people)).server.test_client()


def test_the_proxy_says_who_asks_and_the_file_what_they_may(client: FlaskClient) -> None:
    with client:
        assert client.get("/", headers=VERA, environ_base=PROXY).status_code == 200
        assert (asking().name, asking().role, asking().policy) == ("vera@example.com", Role.VIEWER, NORTH)


@pytest.mark.parametrize(("named", "groups"), [("X-Forwarded-Groups", {"sales", "board"}), ("", set())])
def test_groups_come_along_where_the_settings_name_their_header(
    people: FakePeople, tmp_path: Path, named: str, groups: set[str]
) -> None:
    settings = Settings(workspace=tmp_path, **BEHIND, groups_header=named)
    client = create_app(settings, FakeCenter(), doors=doors_of(settings, people)).server.test_client()
    headers = {**VERA, "X-Forwarded-Groups": "sales, board"}
    assert client.get("/api/version", headers=headers, environ_base=PROXY).status_code == 200
    assert people.asked[-1] == ("vera@example.com", frozenset(groups))


@pytest.mark.parametrize("peer", ["10.1.2.4", "127.0.0.1", "::1", "10.1.2.30", "", "unix"])
def test_nobody_else_is_believed(client: FlaskClient, peer: str) -> None:
    for headers in (VERA, {**VERA, "X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3", "Forwarded": "for=10.1.2.3"}):
        assert client.get("/api/version", headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code == 403


def test_an_address_of_four_numbers_may_come_written_as_one_of_six(client: FlaskClient) -> None:
    assert client.get("/api/version", headers=VERA, environ_base={"REMOTE_ADDR": "::ffff:10.1.2.3"}).status_code == 200


@pytest.mark.parametrize(
    "user",
    [
        "",
        " ",
        "nobody@example.com",
        "vera@example.com,ada@example.com",
        "vera@example.com\tada@example.com",
        "é" * 300,
        "ad\x00a",
    ],
)
def test_a_header_that_names_nobody_or_two_opens_nothing(client: FlaskClient, user: str) -> None:
    base = {**PROXY, "HTTP_X_FORWARDED_USER": user.encode().decode("latin-1")}
    assert client.get("/api/version", headers=AT, environ_base=base).status_code == 403


def test_without_the_header_nobody_comes_in_and_the_health_is_told(client: FlaskClient) -> None:
    assert client.get("/", headers=AT, environ_base=PROXY).status_code == 403
    assert client.get("/health", headers=AT, environ_base=PROXY).status_code == 200


@pytest.mark.parametrize(
    "name", ["Remote-User", "X-Remote-User", "X-Forwarded-Email", "X-Forwarded-Preferred-Username", "Authorization"]
)
def test_another_header_names_nobody(client: FlaskClient, name: str) -> None:
    assert client.get("/", headers={**AT, name: "ada@example.com"}, environ_base=PROXY).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "cx.example.com.evil.example", "10.9.9.9", ""])
def test_another_host_is_not_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/health", headers={**VERA, "Host": host}, environ_base=PROXY).status_code in (400, 403)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://cx.example.com"}, 200),
        ({"Origin": "https://cx.example.com", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://cx.example.com"}, 403),
        ({"Origin": "https://cx.example.com:444"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://cx.example.com", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
def test_what_changes_something_comes_from_our_own_pages(client: FlaskClient, headers: dict[str, str], code: int) -> None:
    who = {**AT, "X-Forwarded-User": "max@example.com"}
    answer = client.post("/api/views", data={"act": "no start", "at": "/"}, headers={**who, **headers}, environ_base=PROXY)
    assert answer.status_code == code


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
        ({}, 200),
    ],
)
def test_another_site_may_lead_here_and_take_nothing_in(client: FlaskClient, headers: dict[str, str], code: int) -> None:
    assert client.get("/api/palette", headers={**VERA, **headers}, environ_base=PROXY).status_code == code


# ---- what is refused before anything is served -------------------------------------------------------------------------

OIDC: dict[str, Any] = {
    "access": "oidc", "public_url": "https://cx.example.com", "oidc_issuer": "https://id.example.com", "oidc_client": "cx", "secret": GOOD,
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"host": "0.0.0.0"}, "nothing says who may come in"),
        ({"host": "192.168.1.7"}, "nothing says who may come in"),
        ({**BEHIND, "trusted_peer": ""}, "CX_TRUSTED_PEER"),
        ({**BEHIND, "trusted_peer": "10.0.0.0/8"}, "not one exact address"),
        ({**BEHIND, "trusted_peer": "proxy.example.com"}, "not one exact address"),
        ({**BEHIND, "public_url": ""}, "CX_PUBLIC_URL"),
        ({**BEHIND, "public_url": "http://cx.example.com"}, "begins with https://"),
        ({**BEHIND, "public_url": "https://cx.example.com/under"}, "has a path"),
        ({**BEHIND, "public_url": "https://ada:pw@cx.example.com"}, "no address to use"),
        ({**OIDC, "secret": None}, "CX_SECRET or CX_SECRET_FILE is needed"),
        ({**OIDC, "secret": GOOD[:31]}, "it needs 32"),
        ({**OIDC, "secret": "a" * 64}, "know or guess"),
        ({**OIDC, "secret": f"please-changeme-{GOOD}"}, "know or guess"),
        ({**OIDC, "oidc_issuer": ""}, "CX_OIDC_ISSUER"),
        ({**OIDC, "oidc_issuer": "http://id.example.com"}, "begins with https://"),
        ({**OIDC, "oidc_client": ""}, "CX_OIDC_CLIENT"),
    ],
)
def test_a_configuration_that_lets_others_in_does_not_start(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        Settings(**said)
    assert GOOD not in str(refused.value)


@pytest.mark.parametrize("said", [{}, BEHIND, {**BEHIND, "host": "0.0.0.0"}, OIDC])
def test_a_whole_one_does(said: dict[str, Any]) -> None:
    assert Settings(**said).access == said.get("access", Access.NONE)


def test_a_secret_comes_from_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{GOOD}\n", encoding="utf-8")
    file.chmod(0o600)
    from_file = {**OIDC, "secret": None, "secret_file": file}
    assert Settings(**from_file).signing_secret == GOOD
    file.chmod(0o644)
    with pytest.raises(ValueError, match="chmod 600"):
        Settings(**from_file)
    file.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        Settings(**from_file)


def test_a_secret_that_systemd_gives_may_look_as_if_its_group_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o440)
    from_file = {**OIDC, "secret": None, "secret_file": file}
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Settings(**from_file).signing_secret == GOOD
    for mode in (0o444, 0o460):
        file.chmod(mode)
        with pytest.raises(ValueError, match="chmod 600"):
            Settings(**from_file)
    file.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "elsewhere"))
    with pytest.raises(ValueError, match="chmod 600"):
        Settings(**from_file)


def test_a_secret_is_never_shown() -> None:
    assert GOOD not in repr(Settings(**OIDC))
    assert GOOD not in str(Settings(**OIDC))
    assert all(GOOD not in problem for problem in weak_secret(f"{GOOD[:20]}"))


# ---- a real server -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of one worker that believes 127.0.0.2, and is called from there and from elsewhere."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        workspace=tmp_path_factory.mktemp("workspace"), port=port, workers=1, cache_dir=tmp_path_factory.mktemp("cache"),
        access="proxy", public_url="https://cx.example.com", trusted_peer="127.0.0.2",
    )  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--config", "python:dashboard.worker", "dashboard.worker:application()"]
    server = subprocess.Popen(command, env=os.environ | settings.as_environment(), start_new_session=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and ask(port, "/health", b"", "127.0.0.2") != 200:
        time.sleep(0.3)
    yield port
    server.terminate()
    server.wait(10)


def ask(port: int, path: str, headers: bytes, source: str) -> int:
    """The status of a call whose headers are sent as they are written."""
    try:
        with socket.create_connection(("127.0.0.1", port), 10, source_address=(source, 0)) as line:
            line.sendall(b"GET %s HTTP/1.1\r\nHost: cx.example.com\r\nConnection: close\r\n%s\r\n" % (path.encode(), headers))
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return answer.status
    except OSError:
        return 0


SAID = b"X-Forwarded-User: ada@example.com\r\n"


@pytest.mark.parametrize(
    ("headers", "source", "codes"),
    [
        (SAID, "127.0.0.2", (403,)),  # believed, and named by no file: nobody is let in by being somebody
        (SAID, "127.0.0.1", (403,)),
        (b"X_Forwarded_User: ada@example.com\r\n", "127.0.0.2", (400, 403)),
        (SAID + SAID, "127.0.0.2", (403,)),
        (b"X-Forwarded-User: a\r\n b\r\n", "127.0.0.2", (400, 403)),
        (b"PATH_INFO: /health\r\n", "127.0.0.1", (400, 403)),
        (b"PATH-INFO: /health\r\n", "127.0.0.1", (403,)),
        (b"SCRIPT_NAME: /api\r\n", "127.0.0.1", (400, 403)),
    ],
)
def test_no_header_gets_round_the_door_of_a_real_server(served: int, headers: bytes, source: str, codes: tuple[int, ...]) -> None:
    assert ask(served, "/api/version", headers, source) in codes
