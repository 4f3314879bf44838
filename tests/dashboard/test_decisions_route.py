"""Writing a decision on the page: from here only, of a size, and in words that can be one."""

from datetime import date
from pathlib import Path
from typing import Any

from dashboard.app import create_app
from dashboard.components.decided import Decided, draw
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.view import View
from metrics import CommandCenter
from metrics.deciding import Outcome, Told
from metrics.errors import NoDecision
from metrics.language import speaking
from metrics.named import owner_code
from queries.decisions import Decision
from tests.dashboard.fake_center import FakeCenter

HERE = {"Origin": "http://localhost"}
AS_JSON = {**HERE, "Accept": "application/json"}
GOOD = {"owner": "Ada", "what": "Call before we come", "due": "2099-12-01", "expects": "", "metric": ""}


class Deciding(FakeCenter):
    """A center that keeps what is decided."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Told] = []

    def decide(self, told: Told) -> Any:
        if not told.what:
            raise NoDecision({"what": "Say what will be done."})
        self.kept.append(told)
        return Decision(decision_id="abc", decided_at="", owner="", what="", due=date(2099, 12, 1), expects="")


def posted(tmp_path: Path, told: Any, headers: dict[str, str]) -> tuple[Any, Deciding]:
    center = Deciding()
    client = create_app(Settings(workspace=tmp_path), center).server.test_client()
    return client.post("/decisions", data=told, headers=headers), center


def test_a_decision_is_written_and_leads_back_to_the_page(tmp_path: Path) -> None:
    answer, center = posted(tmp_path, GOOD, HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/improve")
    assert center.kept == [Told(owner="Ada", what="Call before we come", due="2099-12-01")]


def test_what_it_answers_and_of_whom_comes_along(tmp_path: Path) -> None:
    told = {**GOOD, "about": "Promises kept: 86 %", "where": "segment=Homes&segment=Firms&region=north", "token": "0123456789ab"}
    answer, center = posted(tmp_path, told, AS_JSON)
    assert (answer.status_code, answer.get_json()["id"]) == (200, "abc")
    (kept,) = center.kept
    assert (kept.about, kept.where, kept.token) == (
        "Promises kept: 86 %", {"segment": ("Homes", "Firms"), "region": ("north",)}, "0123456789ab",
    )  # fmt: skip


def test_whose_it_is_is_kept_in_no_language_and_shown_in_the_readers(tmp_path: Path, tiny_center: CommandCenter) -> None:
    _, center = posted(tmp_path, {**GOOD, "owner": "Service", "lang": "de"}, AS_JSON)
    assert center.kept[0].owner == "service"
    one = Decision(
        decision_id="abc", decided_at="", owner="finance", what="Call", due=date(2099, 12, 1), expects="90 %",
        where={"promise": ("first_reply", "offer")},
    )  # fmt: skip
    panels = Panels(tiny_center, Pages.found())
    told = Decided(outcomes=[Outcome(decision=one, decided_on=date(2026, 10, 1), after={}, known_on={})], figures=[])
    with speaking("de"):
        assert owner_code(" Finanzen ", ["service", "finance"]) == "finance"
        html = str(draw(told, panels.look(View.read("/improve", "lang=de"))))
    assert "<span>Finanzen</span>" in html
    assert "<span>Zusage erste Antwort oder Angebot</span>" in html


def test_filters_are_told_in_the_readers_words(tiny_center: CommandCenter) -> None:
    with speaking("de"):
        answer = tiny_center.ask("replied_in_time", period="all", where={"customer_kind": ["person"]})
    assert "customer_kind" not in answer.caption
    assert "person)" not in answer.caption


def test_what_is_wrong_is_told_field_by_field(tmp_path: Path) -> None:
    answer, center = posted(tmp_path, {**GOOD, "what": ""}, AS_JSON)
    assert (answer.status_code, answer.get_json(), center.kept) == (422, {"problems": {"what": "Say what will be done."}}, [])


def test_another_page_may_not_write_one(tmp_path: Path) -> None:
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://elsewhere.example.com"}):
        answer, center = posted(tmp_path, GOOD, headers)
        assert (answer.status_code, center.kept) == (403, [])


def test_what_is_too_long_or_told_twice_is_refused(tmp_path: Path) -> None:
    assert posted(tmp_path, {**GOOD, "what": "x" * 9000}, HERE)[0].status_code == 413
    assert posted(tmp_path, {**GOOD, "what": ["a", "b"]}, HERE)[0].status_code == 400
    assert posted(tmp_path, {**GOOD, "colour": "red"}, HERE)[0].status_code == 400
