"""Alerts as people get them: a real webhook and a real mail server are told, once, with a link that opens the very view."""

import hmac
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller

from dashboard.alerting import watched
from dashboard.alerting.message import link_of
from dashboard.alerting.rounds import Round, Told
from dashboard.alerting.sending import Address, NotSent, address_of, problem_of, send, signature
from dashboard.alerting.watched import Rounds, make_round
from dashboard.cli import main
from dashboard.page import Pages
from dashboard.view import View
from metrics import CommandCenter
from metrics.alerts import look_at
from metrics.errors import UnknownName
from queries.alert import CONDITIONS, Alert, load_alerts
from queries.alert_state import read_standing
from queries.workspace import Workspace
from tests.metrics.made import made_center, person

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # apprise imports it where Python still has it
NOW = datetime(2026, 10, 30, 13)  # a Friday afternoon
SECRET = "Zk3-1mQ8v_Wn5yTb7RcX2pLs9DgHf4Ja6"
BASE = "https://cx.example.com"
OFF = """
title = "Installations come late"
condition = "off target"
metric = "commitments_kept"
where = { region = ["North"] }
target = 0.9
owner = "operations"
to = ["desk"]
"""
Kept = Mapping[int, int]


@dataclass
class Hook:
    """A receiver of webhooks: what came, and with which status it answers."""

    status: int = 204
    came: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def told(self) -> list[str]:
        return [f"{one['alert']}: {one['state']}" for one in (json.loads(body) for _, body in self.came)]


@contextmanager
def hook_at_work() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.came.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.status)
            if hook.status == 302:
                self.send_header("Location", f"{hook.url}elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.url = f"http://127.0.0.1:{server.server_port}/hook/"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """The recipient "desk" is reached by a webhook."""
    with hook_at_work() as found:
        monkeypatch.setenv("CX_ALERT_DESK", found.url)
        monkeypatch.setenv("CX_ALERT_DESK_SECRET", SECRET)
        yield found


def center_of(folder: Path, kept: Kept, *, declared: str = OFF, name: str = "late") -> CommandCenter:
    """A workspace with an alert, in which so many of a hundred installations in the north were kept in each month."""
    rows = [
        person(
            f"C{1000 * month + i}", clock_id=f"K{month}-{i}", decided_at=datetime(2026, month, 10), was_kept=i < kept[month],
            promise="installation", subject_kind="commitment", is_decided=True, region="North",
        )
        for month in kept for i in range(100)
    ]  # fmt: skip
    number = len(list((folder / "snapshots").glob("*.duckdb")))
    center = made_center(folder, {"fct_promise": rows}, name=f"made-{number:04}")
    alerts = folder / "alerts"
    alerts.mkdir(exist_ok=True)
    (alerts / f"{name}.toml").write_text(declared, encoding="utf-8")
    return center


def a_round(center: CommandCenter, workspace: Path, now: datetime = NOW) -> list[Told]:
    return Round(center=center, base=BASE, now=now).run(Workspace.create(workspace))


def test_an_alert_is_told_when_it_opens_and_when_it_is_over_and_not_in_between(tmp_path: Path, hook: Hook) -> None:
    bad = center_of(tmp_path, {8: 95, 9: 60})
    assert a_round(bad, tmp_path)[0].sent == ("desk: opened",)
    assert a_round(bad, tmp_path, NOW + timedelta(hours=1))[0].sent == ()
    bad.close()
    good = center_of(tmp_path, {8: 95, 9: 95})
    assert a_round(good, tmp_path, NOW + timedelta(days=1))[0].sent == ("desk: recovered",)
    assert a_round(good, tmp_path, NOW + timedelta(days=2))[0].sent == ()
    assert hook.told == ["late: opened", "late: recovered"]


def test_a_webhook_is_signed_over_its_time_and_its_body_and_says_what_was_seen(tmp_path: Path, hook: Hook) -> None:
    a_round(center_of(tmp_path, {8: 95, 9: 60}), tmp_path)
    ((headers, body),) = hook.came
    at = headers["X-Alert-Time"]
    assert headers["X-Alert-Signature"] == "sha256=" + hmac.new(SECRET.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    told = json.loads(body)
    assert (told["alert"], told["state"], told["title"], told["owner"]) == (
        "late",
        "opened",
        "New: Installations come late",
        "operations",
    )
    assert told["sentence"].endswith("60.0 % of 100 in September 2026, between 50.2 % and 69.1 %. The aim is 90.0 %.")
    assert told["link"].startswith(f"{BASE}/")
    assert told["since"] == "2026-10-30T13:00:00"


def test_a_receiver_checks_a_webhook_as_the_docs_say(tmp_path: Path, hook: Hook) -> None:
    text = (Path(__file__).parents[2] / "docs" / "DECLARATIONS.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(import hashlib.*?)```", text, flags=re.DOTALL)
    told: dict[str, Any] = {}
    exec(snippet, told)
    a_round(center_of(tmp_path, {8: 95, 9: 60}), tmp_path)
    ((headers, body),) = hook.came
    assert told["is_ours"](headers, body, SECRET)
    assert not told["is_ours"](headers, body.replace(b"60", b"61"), SECRET)
    assert not told["is_ours"](headers, body, SECRET[:-1] + "x")
    earlier = str(int(headers["X-Alert-Time"]) - 1)  # an old body under a new time, and an old message altogether
    assert not told["is_ours"]({**headers, "X-Alert-Time": earlier}, body, SECRET)
    past = str(int(headers["X-Alert-Time"]) - 600)
    assert not told["is_ours"]({"X-Alert-Time": past, "X-Alert-Signature": signature(body, past, SECRET.encode())}, body, SECRET)


def test_the_link_opens_the_very_view_with_those_who_were_let_down(tmp_path: Path) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    alert = center.alerts()["late"]
    path, _, query = link_of(alert, look_at(alert, center, now=NOW)).partition("?")
    view = View.read(path, query)
    assert Pages.found().at(path) is not None
    assert (view.problem, view.selection.period, dict(view.selection.where)) == (None, "2026-09", {"region": ("North",)})
    assert view.target is not None
    people = center.customers_behind(view.target.metric, view.selection, mark=view.target.mark)
    assert (view.target.metric, people.count) == ("commitments_kept", 40)


def test_what_did_not_go_out_is_tried_again_until_it_does(tmp_path: Path, hook: Hook) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    hook.status = 500
    assert a_round(center, tmp_path)[0].failed == ("the webhook of desk answered 500.",)
    hook.status = 302  # what was addressed to one place is not carried on to another
    assert a_round(center, tmp_path, NOW + timedelta(hours=1))[0].failed == ("the webhook of desk answered 302.",)
    hook.status = 204
    assert a_round(center, tmp_path, NOW + timedelta(hours=2))[0].sent == ("desk: opened",)
    ids = {json.loads(body)["message_id"] for _, body in hook.came}
    assert (len(hook.came), len(ids)) == (3, 1)  # a receiver knows the same message again


def test_in_quiet_hours_nobody_is_told_and_afterwards_only_what_is_still_so(tmp_path: Path, hook: Hook) -> None:
    quiet = OFF + 'quiet_hours = ["12:00-16:00"]\n'  # in Berlin: 13:00 UTC is 14:00 there
    center = center_of(tmp_path, {8: 95, 9: 60}, declared=quiet)
    (told,) = a_round(center, tmp_path)
    assert (told.sent, told.waits, told.state) == ((), True, "open")
    assert a_round(center, tmp_path, NOW + timedelta(hours=2))[0].sent == ("desk: opened",)
    again = tmp_path / "again"
    a_round(center_of(again, {8: 95, 9: 60}, declared=quiet), again)
    assert a_round(center_of(again, {8: 95, 9: 95}, declared=quiet), again, NOW + timedelta(hours=2))[0].sent == ()
    assert hook.told == ["late: opened"]


def test_of_too_few_rows_an_alert_stays_as_it_was(tmp_path: Path, hook: Hook) -> None:
    a_round(center_of(tmp_path, {8: 95, 9: 60}), tmp_path)
    few = center_of(tmp_path, {})
    (told,) = a_round(few, tmp_path, NOW + timedelta(hours=1))
    assert (told.state, told.sent) == ("open", ())
    assert hook.told == ["late: opened"]


def test_who_cannot_be_reached_keeps_nobody_else_from_being_told(tmp_path: Path, hook: Hook) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60}, declared=OFF.replace('["desk"]', '["nobody", "desk"]'))
    (told,) = a_round(center, tmp_path)
    assert told.sent == ("desk: opened",)
    assert told.failed[0].startswith("nothing says where nobody is reached. Set CX_ALERT_NOBODY,")
    assert set(read_standing(Workspace.at(tmp_path))["late"].told) == {"desk"}


def test_an_alert_that_is_gone_is_forgotten(tmp_path: Path, hook: Hook) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    a_round(center, tmp_path)
    (tmp_path / "alerts" / "late.toml").rename(tmp_path / "alerts" / "other.toml")
    a_round(center, tmp_path)
    assert set(read_standing(Workspace.at(tmp_path))) == {"other"}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (the mail server's own name)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


def test_a_mail_goes_out_by_apprise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        where = f"mailto://127.0.0.1:{port}?smtp=127.0.0.1&mode=insecure&from=cx@example.com&to=desk@example.com"
        monkeypatch.setenv("CX_ALERT_DESK", where)
        (told,) = a_round(center_of(tmp_path, {8: 95, 9: 60}), tmp_path)
    finally:
        controller.stop()
    assert (told.sent, told.failed) == (("desk: opened",), ())
    ((to, mail),) = box.mails
    body = mail.get_body(("plain", "html")).get_content()
    assert (to, mail["Subject"]) == (["desk@example.com"], "New: Installations come late")
    assert "60.0 % of 100 in September 2026" in body
    assert f"{BASE}/" in body


def test_a_chat_is_told_what_opened_what_is_still_open_and_what_is_over(
    tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.status = 200
    port = urlsplit(hook.url).port
    monkeypatch.setenv("CX_ALERT_DESK", f"mmost://127.0.0.1:{port}/a1b2c3d4e5f6g7h8i9j0k1l2?image=no")
    bad = center_of(tmp_path, {8: 95, 9: 60}, declared=OFF + 'again = "1 hour"\n')
    for hours in (0, 1):
        (told,) = a_round(bad, tmp_path, NOW + timedelta(hours=hours))
        assert (told.sent[0].partition(": ")[0], told.failed) == ("desk", ())
    bad.close()
    a_round(center_of(tmp_path, {8: 95, 9: 95}, declared=OFF), tmp_path, NOW + timedelta(days=1))
    texts = [json.loads(body)["text"] for _, body in hook.came]
    heads = [f"{how}: Installations come late" for how in ("New", "Still", "Over")]
    assert [head in text for head, text in zip(heads, texts, strict=True)] == [True] * 3
    assert "60.0 % of 100 in September 2026" in texts[0]
    assert all(f"{BASE}/" in text and "operations" in text for text in texts)
    assert all(re.search(r"@|\bC\d{4}", text) is None for text in texts)  # nobody's address and nobody's id


def test_a_mail_server_that_is_not_there_is_told_without_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setenv("CX_ALERT_DESK", "mailto://ada:sesame@127.0.0.1:1?smtp=127.0.0.1&mode=insecure&from=cx@example.com")
    (told,) = a_round(center_of(tmp_path, {8: 95, 9: 60}), tmp_path)
    assert told.failed == ("the message to desk was not taken. Try it: cx alerts test.",)
    assert "sesame" not in caplog.text + repr(told) + repr(address_of("desk"))


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "nothing says where desk is reached. Set CX_ALERT_DESK"),
        ({"CX_ALERT_DESK": "http://hooks.example.com/x"}, "is not encrypted"),
        ({"CX_ALERT_DESK": "https://hooks.example.com/x"}, "CX_ALERT_DESK_SECRET: a webhook needs a secret of 32 random letters"),
        ({"CX_ALERT_DESK": "https://hooks.example.com/x", "CX_ALERT_DESK_SECRET": "a" * 64}, "a webhook needs a secret"),
        ({"CX_ALERT_DESK_FILE": "/nowhere/desk"}, "/nowhere/desk: cannot be read"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(environment: dict[str, str], told: str) -> None:
    with pytest.raises(NotSent) as caught:
        address_of("desk", environment)
    assert told in str(caught.value)


def test_an_address_may_stand_in_a_file_that_only_its_owner_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "desk"
    kept.write_text("https://hooks.example.com/x\n", encoding="utf-8")
    kept.chmod(0o644)
    monkeypatch.setenv("CX_ALERT_DESK_FILE", str(kept))
    monkeypatch.setenv("CX_ALERT_DESK_SECRET", SECRET)
    assert f"chmod 600 {kept}" in problem_of("desk")
    kept.chmod(0o600)
    assert address_of("desk") == Address(name="desk", url="https://hooks.example.com/x", secret=SECRET.encode())


def test_what_apprise_does_not_know_is_refused(tmp_path: Path) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    made: list[Any] = []
    Round(center=center, base=BASE, now=NOW, sender=lambda message, _: made.append(message)).try_out()
    assert made == []  # nobody is reached without an address
    with pytest.raises(NotSent, match="no address that apprise knows"):
        send(None, Address(name="desk", url="pigeon://loft"))  # type: ignore[arg-type]


def run(capsys: pytest.CaptureFixture[str], *words: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_the_commands_tell_look_and_try_out(tmp_path: Path, hook: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    center_of(tmp_path, {month: 60 if month in (4, 9) else 95 for month in range(1, 10)}).close()
    there = ("--workspace", tmp_path)
    assert "never looked at" in run(capsys, "alerts", *there)[1]
    code, out, err = run(capsys, "alerts", "test", "late", *there)
    assert (code, err, hook.told) == (0, "", ["late: test"])
    assert "told desk: test" in out
    assert "never looked at" in run(capsys, "alerts", "list", *there)[1]
    assert "told desk: opened" in run(capsys, "alerts", "run", *there)[1]
    assert "Alert late: open." in run(capsys, "alerts", "run", *there)[1]
    assert hook.told == ["late: test", "late: opened"]
    (row,) = json.loads(run(capsys, "alerts", "list", "--json", *there)[1])
    assert (row["state"], row["problems"], list(row["told"])) == ("open", [], ["desk"])
    code, out, _ = run(capsys, "alerts", "dry-run", *there)
    assert (code, out.splitlines()[0]) == (0, "late: 12 looks, would have opened 2 times; 3 could not tell.")
    assert [line.split(":")[0] for line in out.splitlines()[1:]] == [
        "· 2026-04 opened",
        "· 2026-05 recovered",
        "· 2026-09 opened",
    ]
    assert len(hook.came) == 2
    hook.status = 503
    assert run(capsys, "alerts", "test", *there)[0] == 1
    code, _, err = run(capsys, "alerts", "test", "lat", *there)
    assert (code, 'Did you mean "late"?' in err) == (2, True)


def test_the_watch_makes_a_round_at_once_after_each_publish_and_every_hour(
    tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    center_of(tmp_path, {8: 95, 9: 60}).close()
    workspace, made = Workspace.create(tmp_path), []

    def counted(*given: Any) -> None:
        made.append(given)
        make_round(*given)

    monkeypatch.setattr(watched, "make_round", counted)
    rounds = Rounds(workspace)
    for _ in range(3):
        rounds.looked()
        rounds.finish()
    assert (len(made), hook.told) == (1, ["late: opened"])
    rounds.published()
    rounds.looked()
    rounds.finish()
    assert len(made) == 2
    monkeypatch.setattr(watched, "SECONDS_BETWEEN", 0.0)  # an hour later
    rounds.looked()
    rounds.finish()
    assert (len(made), hook.told) == (3, ["late: opened"])
    assert "Alert late: told desk: opened." in capsys.readouterr().out


def test_the_watch_says_once_what_it_cannot_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    center_of(tmp_path, {8: 95, 9: 60}).close()
    rounds = Rounds(Workspace.create(tmp_path))
    for _ in range(3):
        rounds.published()
        rounds.looked()
        rounds.finish()
    assert capsys.readouterr().err.count("nothing says where desk is reached") == 1
    (tmp_path / "alerts" / "late.toml").write_text("title = 1\n", encoding="utf-8")
    rounds.published()
    rounds.looked()
    rounds.finish()
    assert capsys.readouterr().err.startswith("No alert was looked at: alerts/late.toml")


def test_cx_watch_tells_of_what_it_loads(own_workspace: Path, hook: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    declared = 'title = "Odd files"\ncondition = "stale"\nafter = "1 second"\nowner = "data"\nto = ["desk"]\n'
    for old in (own_workspace / "alerts").glob("*.toml"):
        old.unlink()
    (own_workspace / "alerts" / "odd.toml").write_text(declared, encoding="utf-8")
    code, out, _ = run(capsys, "watch", "--once", "--workspace", own_workspace)
    assert (code, hook.told) == (0, ["odd: opened"])
    assert "No new export came in time" in out


def test_an_alert_that_cannot_be_asked_says_why_and_the_others_go_on(tmp_path: Path, hook: Hook) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    (tmp_path / "alerts" / "a.toml").write_text(OFF.replace("region", "colour"), encoding="utf-8")
    first, second = a_round(center, tmp_path)
    assert (first.state, '"colour" is not a dimension' in first.failed[0]) == ("not known", True)
    assert second.sent == ("desk: opened",)


def test_the_dry_run_says_what_it_cannot_tell_of_the_past_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    center_of(tmp_path, {8: 95, 9: 60}).close()
    near = 'title = "Soon"\ncondition = "about to break"\nowner = "service"\nto = ["desk"]\n'
    (tmp_path / "alerts" / "soon.toml").write_text(near, encoding="utf-8")
    code, out, _ = run(capsys, "alerts", "dry-run", "--workspace", tmp_path)
    late, soon = out.split("soon: ")
    assert (code, late.startswith("late: 12 looks")) == (0, True)
    assert "what was about to break in the last year cannot be told: kept is how each promise ended" in soon
    assert "Run cx alerts for now" in soon


def test_an_unknown_alert_is_refused(tmp_path: Path) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    with pytest.raises(UnknownName):
        Round(center=center, base=BASE, now=NOW).replay(["latte"])


def test_a_message_is_in_the_language_of_the_workspace(tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    center = center_of(tmp_path, {8: 95, 9: 60})
    monkeypatch.setattr(CommandCenter, "settings", lambda _: {"locale": "de_DE", "zone": "Europe/Berlin", "currency": "EUR"})
    a_round(center, tmp_path)
    told = json.loads(hook.came[0][1])
    assert "Das Ziel ist 90,0 %." in told["sentence"].replace("\xa0", " ")
    assert date.fromisoformat(told["at"][:10]) == NOW.date()


def test_a_new_alert_is_read_as_it_is_written_and_shows_every_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "new", "alert", "mine", "-w", tmp_path)[0] == 0
    made = load_alerts(tmp_path / "alerts")["mine"]
    assert (made.condition, made.metric, made.to) == ("off target", "replied_in_time", ("service_desk",))
    text = (tmp_path / "alerts" / "mine.toml").read_text(encoding="utf-8")
    names = {one.name for one in fields(Alert)} - {"name", "quiet"} | {"quiet_hours", "quiet_days"}
    assert names == {found[1] for found in re.finditer(r"^(?:# )?(\w+) +=", text, flags=re.MULTILINE)}
    assert all(found in text for found in CONDITIONS)
