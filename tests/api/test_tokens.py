"""Tokens: what each opens, and that nothing else does."""

import json
import random
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.doors import Doors, local_person
from dashboard.access.given import Givers
from dashboard.access.pace import GUESSES_A_MINUTE
from dashboard.access.who import Role
from dashboard.api.door import door_of
from dashboard.api.tokens import CUSTOMERS, READ, Tokens, Wish
from dashboard.app import create_app
from dashboard.cli import main
from dashboard.errors import NotAllowed
from dashboard.settings import Settings
from metrics.errors import QuestionError
from queries.errors import WorkspaceError
from queries.workspace import Workspace
from tests.api.conftest import HERE, Caller

NOW = datetime(2026, 11, 22, 12)
LISTS = Wish(name="sync", role="manager", scopes=[READ, CUSTOMERS], purpose="sync into the campaign tool")


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens.of(Workspace(tmp_path))


@pytest.fixture
def caller(own_workspace: Path, tmp_path: Path) -> Caller:
    return Caller(create_app(Settings(workspace=own_workspace, cache_dir=tmp_path / "panels")).server.test_client(), {})


def token(workspace: Path, wish: Wish) -> str:
    return Tokens.of(Workspace(workspace)).add(wish)[1]


def test_a_token_says_who_asks_and_the_file_does_not_say_the_token(tokens: Tokens) -> None:
    _, text = tokens.add(Wish(name="desk", regions=["North"]))
    who = tokens.who_has(text)
    assert who is not None
    assert (who.name, who.role, who.scopes) == ("token desk", Role.VIEWER, {READ})
    assert (who.policy.regions, who.policy.teams, who.policy.names, who.policy.least) == ({"North"}, None, False, 5)
    assert text.split("_", 2)[2] not in tokens.path.read_text(encoding="utf-8")
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600


def test_a_manager_s_token_knows_names_within_its_rows(tokens: Tokens) -> None:
    who = tokens.who_has(tokens.add(LISTS)[1])
    assert who is not None
    assert (who.policy.names, who.policy.least, who.role) == (True, 1, Role.MANAGER)


def test_a_token_is_good_until_it_expires_or_is_revoked(tokens: Tokens) -> None:
    made, text = tokens.add(Wish(name="desk", days=30), now=NOW)
    assert tokens.who_has(text, now=NOW + timedelta(days=30, seconds=-1))
    assert tokens.who_has(text, now=NOW + timedelta(days=30)) is None
    other = Tokens(tokens.path)  # another process
    other.revoke(made.token_id)
    assert tokens.who_has(text, now=NOW) is None
    with pytest.raises(QuestionError):
        other.revoke(made.token_id)


def test_no_changed_token_opens_anything(tokens: Tokens) -> None:
    letters, chance = "abcXYZ019_-. \x00é", random.Random(7)
    texts = [tokens.add(Wish(name=name))[1] for name in ("one", "two")]
    swapped = "_".join([*texts[0].split("_", 2)[:2], texts[1].split("_", 2)[2]])
    changed = {swapped, "", "cx", "cx__", texts[0][:-1], texts[0] + "A", texts[0].upper(), texts[0].removeprefix("cx_")}
    while len(changed) < 10_000:
        text, place = chance.choice(texts), chance.randrange(len(texts[0]))
        piece = "".join(chance.choices(letters, k=chance.randrange(3)))
        changed.add(text[:place] + piece + text[place + chance.randrange(2) :])
    assert [text for text in changed - set(texts) if tokens.who_has(text) is not None] == []
    assert all(tokens.who_has(text) for text in texts)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish(name=" "), "has a name"),
        (Wish(name="a", scopes=[]), "is for something"),
        (Wish(name="a", scopes=["write"]), "no scope"),
        (Wish(name="a", role="admin"), "no role"),
        (Wish(name="a", days=0), "1 to 730 days"),
        (Wish(name="a", days=731), "1 to 730 days"),
        (Wish(name="a", scopes=[CUSTOMERS], purpose="calls"), "role manager"),
        (Wish(name="a", scopes=[CUSTOMERS], role="manager"), "listed for"),
    ],
)
def test_what_no_token_can_be_is_refused(tokens: Tokens, wish: Wish, says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        tokens.add(wish)
    assert not tokens.path.exists()


def test_a_file_that_cannot_be_read_lets_nobody_in(tokens: Tokens) -> None:
    _, text = tokens.add(Wish(name="desk"))
    listed = json.loads(tokens.path.read_text(encoding="utf-8"))
    for broken in (
        "{",
        "[1]",
        '[{"name": "x"}]',
        json.dumps([{**listed[0], "scopes": []}]),
        json.dumps([{**listed[0], "role": "admin"}]),
    ):
        tokens.path.write_text(broken, encoding="utf-8")
        with pytest.raises(WorkspaceError, match="cannot be read"):
            Tokens(tokens.path).who_has(text)


def test_where_people_log_in_no_program_asks_without_a_token(caller: Caller, own_workspace: Path) -> None:
    door = door_of(
        Doors(people=lambda: pytest.fail("asked for people")), Tokens.of(Workspace(own_workspace)), Settings(), Givers()
    )
    with caller.client.application.test_request_context("/api/v1/metrics", headers={"Cookie": "session=anything"}):
        assert getattr(door(), "status_code", None) == 401
    alone = door_of(Doors(people=local_person), Tokens.of(Workspace(own_workspace)), Settings(), Givers())
    with caller.client.application.test_request_context("/api/v1/metrics"):
        assert getattr(alone(), "role", None) == Role.ADMIN


def test_another_site_s_page_asks_nothing_of_this_machine(caller: Caller, own_workspace: Path) -> None:
    assert caller.get("metrics", {"Sec-Fetch-Site": "same-origin"}).status_code == 200
    for site in ("cross-site", "same-site"):
        assert caller.get("metrics", {"Sec-Fetch-Site": site}).status_code == 401


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer cx_00000000_x", "Basic YTpi", "cx_1_2", "bearer  "])
def test_a_token_that_is_none_is_told_so(caller: Caller, shown: str) -> None:
    answer = caller.get("metrics", {"Authorization": shown})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.get_json()["type"] == "/api/v1/problems/no-token"


def test_a_token_opens_what_it_is_for(caller: Caller, own_workspace: Path) -> None:
    reads, lists = caller.with_token(token(own_workspace, Wish(name="desk"))), caller.with_token(token(own_workspace, LISTS))
    assert reads.get("ask/cases_opened", period="2026").status_code == 200
    refused = reads.get("customers/customers_lost", period="2026")
    assert (refused.status_code, refused.get_json()["type"]) == (403, "/api/v1/problems/not-allowed")
    assert lists.told("customers/customers_lost", period="2026")["count"] > 0
    only = caller.with_token(token(own_workspace, Wish(name="calls", role="manager", scopes=[CUSTOMERS], purpose="calls")))
    assert only.get("customers/customers_lost", period="2026").status_code == 200
    assert only.get("ask/cases_opened").status_code == 403


def test_a_token_opens_no_page(caller: Caller, own_workspace: Path) -> None:
    with create_app(Settings(workspace=own_workspace), None).server.test_client() as client:
        shown = {**HERE, "Authorization": f"Bearer {token(own_workspace, LISTS)}"}
        server = client.application
        doors = Doors(people=lambda: (_ for _ in ()).throw(NotAllowed("Log in.")))
        doors.open_at("/api/v1/", door_of(doors, Tokens.of(Workspace(own_workspace)), Settings(), Givers()))
        for path in ("/", "/customers.csv", "/panel.csv", "/api/views", "/api/v1", "/api/version", "/_dash-layout"):
            with server.test_request_context(path, headers=shown), pytest.raises(NotAllowed):
                doors.enter(path)


def test_who_takes_a_list_of_people_out_is_written_down(caller: Caller, own_workspace: Path) -> None:
    log = own_workspace / "registry" / "audit.jsonl"
    assert not log.exists()
    lists = caller.with_token(token(own_workspace, LISTS))
    told = lists.told("customers/customers_lost", period="2026", limit=2)
    lists.get("ask/customers_lost", period="2026")
    lists.get("customers/customers_lost", period="2031")
    (line,) = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert line.pop("at")
    assert len(line.pop("whom")) == line.pop("people") == len({row["customer_id"] for row in told["rows"]})
    assert line == {"by": "token sync", "what": "export of people", "of": "customers_lost", "purpose": LISTS.purpose}
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_who_asks_too_often_is_told_when_to_ask_again(own_workspace: Path, tmp_path: Path) -> None:
    settings = Settings(workspace=own_workspace, cache_dir=tmp_path / "panels", token_requests_a_minute=10)
    alone = Caller(create_app(settings).server.test_client(), {})
    quick, other = (alone.with_token(token(own_workspace, Wish(name=name))) for name in ("quick", "other"))
    answers = [quick.get("problems/failed") for _ in range(25)]  # a minute may end among them: then as many more are heard
    refused = next(answer for answer in answers if answer.status_code != 200)
    assert [answer.status_code for answer in answers].count(200) in (10, 20)
    assert (refused.status_code, refused.get_json()["type"]) == (429, "/api/v1/problems/too-many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert other.get("problems/failed").status_code == 200
    assert {alone.get("problems/failed").status_code for _ in range(25)} == {200}


def test_who_guesses_tokens_waits_and_a_right_one_is_heard(own_workspace: Path, tmp_path: Path) -> None:
    alone = Caller(create_app(Settings(workspace=own_workspace, cache_dir=tmp_path / "panels")).server.test_client(), {})
    told = {alone.with_token(f"cx_00000000_{n}").get("metrics").status_code for n in range(2 * GUESSES_A_MINUTE + 1)}
    assert told == {401, 429}
    assert alone.with_token(token(own_workspace, Wish(name="desk"))).get("problems/failed").status_code == 200


def test_a_token_sees_the_rows_of_its_policy(caller: Caller, own_workspace: Path) -> None:
    whole = caller.told("ask/customers_lost", period="2026", by="region")
    groups = {row["by"]["region"]: row["n"] for row in whole["rows"]}
    region = max(groups, key=lambda name: groups[name])
    wish = Wish(name="one", role="manager", scopes=[READ, CUSTOMERS], purpose="calls", regions=[region])
    mine = caller.with_token(token(own_workspace, wish))
    told = mine.told("ask/customers_lost", period="2026")
    assert told["total"]["n"] == groups[region] < whole["total"]["n"]
    listed = mine.told("customers/customers_lost", period="2026")["rows"]
    assert {row["region"] for row in listed} == {region}
    other = caller.get("ask/customers_lost", period="2026").headers["ETag"]
    assert mine.get("ask/customers_lost", {"If-None-Match": other}, period="2026").status_code == 200


def test_a_viewer_s_token_is_not_told_of_a_group_of_few(caller: Caller, own_workspace: Path) -> None:
    few = caller.told("ask/customer_equation", period="2026-10")["total"]
    assert 0 < few["customers"] < 5
    answer = caller.with_token(token(own_workspace, Wish(name="desk"))).get("ask/customer_equation", period="2026-10")
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/api/v1/problems/no-answer")
    assert "fewer than 5 customers" in answer.get_json()["detail"]


def test_the_commands_make_list_and_revoke(own_workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["token", *words, "--workspace", str(own_workspace)])
        assert not ended.value.code
        return capsys.readouterr().out

    text = run("add", "desk", "--region", "North", "--days", "30").strip()
    tokens = Tokens.of(Workspace(own_workspace))
    who = tokens.who_has(text)
    assert who is not None
    assert who.policy.regions == {"North"}
    listed = run("list")
    assert "desk" in listed
    assert "regions North" in listed
    assert text.split("_", 2)[2] not in listed
    assert tokens.all()[0].digest not in run("list", "--json")
    run("revoke", tokens.all()[0].token_id)
    assert tokens.who_has(text) is None
    assert "There is no token" in run("list")
