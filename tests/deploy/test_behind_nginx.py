"""Our configuration of nginx before `cx serve`: who comes in, what is passed on, what is written down, what happens when workers change."""

import json
import os
import signal
import ssl
import time
from contextlib import suppress

import pytest

from tests.deploy.machine import ADA, NAME, VERA, Callers, Machine, until

pytestmark = pytest.mark.deploy
ADMINS_ALONE = "/api/loading"
CANARY = "Quillfeather"
HERE = {"Origin": f"https://{NAME}"}
SENT = {**HERE, "Content-Type": "application/json"}
CALL = "/_dash-update-component"


def drawing(query: str = "") -> bytes:
    """The call by which a page asks for one of its panels."""
    place = {"type": "drawn", "page": "/", "lane": 0, "panel": "why-they-left"}
    return json.dumps(
        {
            "output": '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data',
            "outputs": [{"id": place, "property": "data"}],
            "inputs": [{"id": "view", "property": "data", "value": query}, {"id": "version", "property": "data", "value": None}],
            "changedPropIds": ["view.data"],
            "state": [[{"id": place, "property": "id", "value": place}]],
        }
    ).encode()


def test_who_has_no_password_is_asked_for_one_and_who_has_is_somebody(here: Machine) -> None:
    assert here.ask("/", who=None)[0] == 401
    assert here.ask("/", who="nobody@example.com")[0] == 401
    assert here.ask("/", who=VERA)[0] == 200
    assert (here.ask(ADMINS_ALONE, who=ADA)[0], here.ask(ADMINS_ALONE, who=VERA)[0]) == (200, 403)


@pytest.mark.parametrize(
    "sent",
    [
        {"X-Forwarded-User": ADA},
        {"x-forwarded-user": ADA, "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
        {"X_Forwarded_User": ADA},
        {"Remote-User": ADA, "X-Remote-User": ADA, "X-Forwarded-Groups": "admins"},
        {"X-Forwarded-Host": "localhost", "X-Forwarded-User ": ADA},
        {"Connection": "close, X-Forwarded-User", "X-Forwarded-User": ADA},
    ],
)
def test_nobody_passes_for_somebody_else_by_a_header(here: Machine, sent: dict[str, str]) -> None:
    assert here.ask(ADMINS_ALONE, who=VERA, headers=sent)[0] in (400, 403)
    assert here.ask(ADMINS_ALONE, who=None, headers=sent)[0] in (400, 401)


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/embed/x", "/api/v1/../loading", "/embed/../api/loading", "/health/../"])
def test_where_nobody_logs_in_a_name_opens_nothing(here: Machine, path: str) -> None:
    """nginx reads a name off a header there, too, but has not looked at its password."""
    unverified = {"Authorization": "Basic YWRhQGV4YW1wbGUuY29tOndyb25n", "X-Forwarded-User": ADA}
    assert here.ask(path, who=None, headers=unverified)[0] in (401, 403, 410)


def test_the_metrics_are_told_to_prometheus_past_nginx_alone(here: Machine) -> None:
    for path in ("/metrics", "//metrics", "/metrics/", "/%6detrics", "/./metrics", "/metrics?a=1"):
        assert here.ask(path)[0] == 404, path
    assert here.ask_past_nginx("/metrics") == 200
    assert here.ask_past_nginx("/metrics", {"X-Forwarded-For": "127.0.0.1"}) == 403


def test_every_worker_that_is_scraped_tells_what_all_have_answered_also_after_a_reload(here: Machine) -> None:
    before = here.counted("/api/find", "4xx")
    for _ in range(20):
        here.ask_past_nginx("/api/find?q=nobody")  # by nobody: 403
    assert [here.counted("/api/find", "4xx") - before for _ in range(10)] == [20] * 10
    old = set(here.workers())
    here.server.send_signal(signal.SIGHUP)
    until(lambda: not old & set(here.workers()), "the old workers stay")
    assert here.counted("/api/find", "4xx") - before == 20


def test_what_is_personal_is_kept_nowhere_and_what_is_too_large_is_not_read(here: Machine) -> None:
    status, headers, _ = here.ask("/")
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert here.ask(CALL, method="POST", headers=HERE, body=b"x" * 300_000)[0] == 413
    assert here.ask("/exports?name=a.csv", method="POST", who=VERA, headers=HERE, body=b"x" * 300_000)[0] == 403
    assert [*(here.folder / "body").rglob("*")] == []
    assert all(path.is_dir() for path in (here.folder / "kept").rglob("*"))


def test_another_name_is_answered_nothing(here: Machine) -> None:
    with pytest.raises(ssl.SSLError):
        here.ask("/", name="elsewhere.example.com")


def test_no_token_search_customer_or_caller_is_written_down(here: Machine) -> None:
    told = (f"/embed/{CANARY}.eyJ.abc", f"/?q={CANARY}", f"/customers/{CANARY}", f"/v/{CANARY}", f"/{CANARY}", f"/a/{CANARY}")
    more = (
        f"/api/find?q={CANARY}",
        f"/embed//{CANARY}",
        f"/metrics/{CANARY}",
        f"/login/back?code={CANARY}",
        f"/{CANARY.lower()}%20x",
    )
    too_long = f"/embed/{CANARY}" + "x" * 70_000
    for path in (*told, *more):
        here.ask(path, headers={"Referer": f"https://{NAME}/?q={CANARY}", "User-Agent": CANARY})
    with suppress(OSError):  # nginx may hang up before all of it is sent
        here.ask(too_long)
    assert "/embed 4" in here.logs  # something was written down
    assert CANARY.lower() not in here.logs.lower()
    assert "127.0.0.1" not in (here.folder / "log" / "command-center.log").read_text()
    assert "@" not in here.logs


def test_a_reload_fails_no_call(here: Machine) -> None:
    before = here.workers()

    def call(which: int) -> int:
        time.sleep(0.03)  # so that one address stays within what it may ask for in a minute
        if which % 2:
            return here.ask(CALL, method="POST", headers=SENT, body=drawing())[0]
        return here.ask("/" if which % 4 else "/api/version")[0]

    with Callers(call).calling() as seen:
        for _ in range(2):
            old = here.workers()
            os.kill(here.server.pid, signal.SIGHUP)
            until(lambda old=old: here.workers() and not set(here.workers()) & set(old), "the workers are the old ones", 120)
        time.sleep(1)
    print(f"calls while workers were replaced twice: {dict(seen)}")
    assert not set(before) & set(here.workers())
    assert set(seen) == {200}
    assert seen[200] > 50


def test_a_killed_worker_fails_no_call_that_reads(here: Machine) -> None:
    def call(which: int) -> int:
        if which % 2:
            return here.ask(
                CALL, method="POST", headers={**HERE, "Content-Type": "application/json"}, body=drawing(f"lang=de&x{which}=1")
            )[0]
        return here.ask("/" if which % 4 else "/panel.csv?of_page=/&of_panel=why-they-left")[0]

    with Callers(call).calling() as seen:
        for _ in range(3):
            os.kill(here.workers()[0], signal.SIGKILL)
            until(lambda: len(here.workers()) == 2, "no new worker came")
            asked = sum(seen.values())
            until(lambda asked=asked: sum(seen.values()) > asked + 10, "nobody is answered any more")
    print(f"calls while three workers were killed: {dict(seen)}")
    assert set(seen) == {200}
    assert seen[200] > 30


def test_while_nothing_answers_behind_it_the_log_of_errors_tells_no_address(here: Machine) -> None:
    """The last one: it ends the server."""
    here.server.terminate()
    here.server.wait(60)
    assert here.ask(f"/embed/{CANARY}")[0] == 502
    assert here.ask(f"/?q={CANARY}")[0] == 502
    assert CANARY not in here.logs
