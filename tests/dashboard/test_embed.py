"""A chart on another page: what its link shows, says and carries, and that it says so where it opens nothing."""

import csv
import io
import json
import re
import time
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.access.who import Role, Who, acting
from dashboard.app import create_app
from dashboard.embed.chart import Charts, without_ways
from dashboard.embed.keyring import Keyring
from dashboard.embed.looks import LOOKS
from dashboard.embed.token import DAY, Grant, opened, signed
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from queries.errors import QueriesError
from queries.policy import Policy
from queries.workspace import Workspace
from tests.dashboard.fake_center import HOSTILE, SECRET, FakeCenter

WIKI = "https://wiki.example.com"
GRANT = Grant(path="/", panel="why-they-left", query="where.segment=Homes", audience=WIKI, begun=0, ends=2**40)
SCRIPTS = re.compile(r"<script[^>]*>")


HERE = {"Origin": "http://localhost"}


class Given:
    """A server over made answers, one host, and links to what is given."""

    def __init__(self, folder: Path, **how: Any) -> None:
        self.ring = Keyring(Workspace.create(folder))
        self.own_key = self.ring.add_host(WIKI, "now")
        self.center = FakeCenter(**how)
        self.client: FlaskClient = create_app(
            Settings(workspace=folder, cache_dir=folder / "cache"), self.center
        ).server.test_client()

    def token(self, grant: Grant = GRANT) -> str:
        return signed(grant, self.ring.signing("now"))

    def get(self, end: str = "", grant: Grant = GRANT, **headers: str) -> TestResponse:
        return self.client.get(
            f"/embed/{self.token(grant)}{end}", headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given(tmp_path)


def test_the_page_holds_the_chart_one_script_and_no_way_out(given: Given) -> None:
    answer = given.get()
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Why they left" in page
    assert len(SCRIPTS.findall(page)) == 1
    assert all("src=" in script for script in SCRIPTS.findall(page))
    body = page[page.index("<body") :]
    assert not re.search(r"\shref=|data-open=|data-nav=|<form", body)
    assert "panel-menu" not in body


def test_it_says_of_whom_of_when_and_from_which_data_it_is(given: Given) -> None:
    page = given.get().get_data(as_text=True)
    assert "Fernhill Energy · October 2026 to date" in page or "Fernhill Energy · Homes · October 2026 to date" in page
    assert "data as of 30 Oct 2026" in page
    assert f"snapshot {given.center.snapshot}" in page


def test_only_its_own_host_may_frame_it_and_its_address_goes_to_nobody(given: Given) -> None:
    for end in ("", "/panel", ".csv", ".json"):
        headers = given.get(end).headers
        assert f"frame-ancestors {WIKI}" in headers["Content-Security-Policy"].split("; ")
        assert "'unsafe-inline'" not in headers["Content-Security-Policy"].partition("style-src")[0]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
    alone = given.get(grant=replace(GRANT, audience="")).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in alone


def test_the_host_chooses_how_it_looks_and_not_what_it_shows(given: Given) -> None:
    page = given.get("?theme=dark&size=large&lang=de&where.segment=Shops&period=2020&wall=1").get_data(as_text=True)
    assert '<html lang="de"' in page
    assert 'data-bs-theme="dark"' in page
    assert 'data-size="large"' in page
    assert "Warum sie gingen" in page
    asked = [selection for _, selection in given.center.selections]
    assert asked
    assert all(selection.where == {"segment": ("Homes",)} and selection.period is None for selection in asked)
    odd = given.get('?theme="><script>&size=9&lang=xx').get_data(as_text=True)
    assert len(SCRIPTS.findall(odd)) == 1
    assert 'data-theme=""' in odd


def test_what_is_drawn_is_drawn_under_the_token_s_policy(tmp_path: Path) -> None:
    seen: list[Policy] = []

    class Watched(FakeCenter):
        def under(self, policy: Policy) -> FakeCenter:
            seen.append(policy)
            return self

    ring = Keyring(Workspace.create(tmp_path))
    client = create_app(Settings(workspace=tmp_path), Watched()).server.test_client()
    grant = replace(GRANT, audience="").limited_by(Policy(regions=frozenset({"North"})))
    assert client.get(f"/embed/{signed(grant, ring.signing('now'))}").status_code == 200
    assert set(seen) == {Policy(regions=frozenset({"North"}), names=False, least=5)}


def test_it_asks_again_and_is_told_nothing_until_something_is_published(given: Given) -> None:
    first = given.get("/panel").get_json()
    assert first["mark"] in given.get().get_data(as_text=True)
    assert given.get("/panel", If_None_Match=f'"{first["mark"]}"').status_code == 304
    given.center.version, given.center.lost = "20261101T000000", 339
    again = given.get("/panel", If_None_Match=f'"{first["mark"]}"')
    assert again.status_code == 200
    assert "20261101T000000" in " ".join(again.get_json()["lines"])


def test_the_same_link_gives_its_table_and_its_answers(given: Given) -> None:
    rows = list(csv.reader(io.StringIO(given.get(".csv").get_data(as_text=True))))
    page = unescape(re.sub(r"<[^>]+>", "", given.get().get_data(as_text=True)))
    (answer, *_) = given.get(".json").get_json()["answers"]
    assert answer["metric"] == "reasons_lost"
    assert answer["selection"]["where"] == {"segment": ["Homes"]}
    counted = {row["by"]["reason"]: row["value"] for row in answer["rows"]}
    assert len(rows) == len(counted) + 1
    for name, value, *_rest in rows[1:]:
        assert name in page
        assert int(float(value)) in counted.values()


@pytest.mark.parametrize("end", ["", "/panel", ".csv", ".json"])
def test_a_link_that_opens_nothing_says_so_in_words(given: Given, end: str) -> None:
    ended = given.get(end, replace(GRANT, ends=int(time.time()) - 1))
    assert (ended.status_code, "has ended" in ended.get_data(as_text=True)) == (410, True)
    assert f"frame-ancestors {WIKI}" in ended.headers["Content-Security-Policy"]
    token = given.token()
    other = token[:-1] + ("B" if token.endswith("A") else "A")
    changed = given.client.get(f"/embed/{other}{end}")
    assert changed.status_code == 403
    assert "opens nothing" in changed.get_data(as_text=True)
    assert "Why they left" not in changed.get_data(as_text=True) + ended.get_data(as_text=True)


def test_it_says_so_in_the_reader_s_language(given: Given) -> None:
    ended = replace(GRANT, ends=1)
    assert "abgelaufen" in given.get(grant=ended, Accept_Language="de-AT,de;q=0.9").get_data(as_text=True)
    assert "abgelaufen" in given.get("?lang=de", ended).get_data(as_text=True)


def test_a_host_renews_its_links_with_its_own_key_and_nobody_else_does(given: Given) -> None:
    ended, own = given.token(replace(GRANT, ends=5, begun=int(time.time()) - DAY)), {"Authorization": f"Bearer {given.own_key}"}
    fresh = given.client.post("/embed/renew", data={"token": ended}, headers=own)
    assert fresh.status_code == 200
    assert given.client.get(fresh.get_json()["address"]).status_code == 200
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {given.own_key}"},
        {"Authorization": "Bearer "},
    ):
        assert given.client.post("/embed/renew", data={"token": ended}, headers=headers).status_code == 403
    assert given.client.get("/embed/renew", headers=own).status_code == 403
    assert given.client.post("/embed/renew", data={"token": ended[:-1]}, headers=own).status_code == 403
    assert given.client.post("/embed/renew", data={"token": ended, "period": "all"}, headers=own).status_code == 400
    other = given.ring.add_host("https://elsewhere.example.com", "now")
    foreign = given.client.post("/embed/renew", data={"token": ended}, headers={"Authorization": f"Bearer {other}"})
    assert "another page" in foreign.get_json()["problem"]


def test_without_its_keys_it_says_so_and_tells_nothing(given: Given) -> None:
    token = given.token()
    given.ring.path.chmod(0o644)
    answer = given.client.get(f"/embed/{token}")
    assert answer.status_code == 403
    assert str(given.ring.path) not in answer.get_data(as_text=True)


def test_a_chart_that_fails_says_so_and_nothing_of_what_failed(tmp_path: Path) -> None:
    given = Given(tmp_path, failing=("reasons_lost",))
    answer = given.get()
    assert answer.status_code == 200
    assert "Tell your administrator the id" in answer.get_data(as_text=True)
    assert SECRET not in answer.get_data(as_text=True)
    assert given.get("/panel").get_json()["mark"] == ""


def test_hostile_names_are_words_there_too(tmp_path: Path) -> None:
    given = Given(tmp_path, name=HOSTILE)
    for panel in ("what-they-tell-us", "why-they-left", "customers-and-value", "attract-sell-grow"):
        page = given.get(grant=replace(GRANT, panel=panel)).get_data(as_text=True)
        assert "<img" not in page
        assert 'onerror="' not in page


def test_what_is_clicked_is_told_as_a_part_and_opens_only_where_it_may() -> None:
    html = (
        '<p><a class="num" data-open="/?open=reasons_lost&amp;mark.reason=Price&amp;where.segment=Homes" href="/?x=1">3</a></p>'
    )
    closed, opens = without_ways(html, opens=False), without_ways(html, opens=True)
    part = re.search(r'data-part="([^"]*)"', closed)
    assert part
    assert json.loads(unescape(part[1])) == {"metric": "reasons_lost", "part": {"reason": "Price"}}
    assert "data-behind" not in closed
    assert "Homes" not in closed
    assert "data-behind" in opens
    assert "href" not in opens


def test_what_tells_of_single_people_or_foretells_them_is_not_given(tiny_center: CommandCenter) -> None:
    charts = Charts(Panels(tiny_center, Pages.found()))

    def check(path: str, panel: str) -> None:
        charts.check(replace(GRANT, path=path, panel=panel, query=""))

    for path, panel in (("/customers", "who-left"), ("/voice", "in-their-own-words"), ("/service", "they-wait-past-our-promise"),
                        ("/respect", "whom-must-we-leave-alone-today"), ("/data-health", "who-is-who"), ("/start", "give-us-the-files"),
                        ("/improve", "decisions"), ("/customers", "find-a-customer"), ("/glossary", "glossary")):  # fmt: skip
        with pytest.raises(QuestionError, match="single people"):
            check(path, panel)
    with pytest.raises(QuestionError, match="foretells"):
        check("/staying", "who-is-likely-to-leave")
    with pytest.raises(QuestionError, match="foretells"):
        charts.check(Grant(metric="likely_to_leave", query="", begun=0, ends=1))
    for path, panel in (("/nowhere", "x"), ("/", "x"), ("/customers/C-1", "story")):
        with pytest.raises(QueriesError):
            check(path, panel)
    with pytest.raises(UnknownName):
        charts.check(Grant(metric="nps", query="", begun=0, ends=1))


def test_every_metric_can_be_given_and_shows_what_is_asked(tiny_center: CommandCenter) -> None:
    charts = Charts(Panels(tiny_center.under(Policy(names=False)), Pages.found()))
    shown = 0
    for metric in tiny_center.metrics():
        grant = Grant(metric=metric.metric_id, query="", begun=0, ends=1)
        if metric.is_personal_score or metric.figure == "comments":
            with pytest.raises(QuestionError):
                charts.check(grant)
            continue
        assert charts.check(grant) == metric.title
        (answer,) = charts.answers(grant)
        assert answer.metric == metric.metric_id
        shown += 1
    assert shown > 100


def menu(charts: Charts, role: Role, path: str = "/", panel: str = "why-they-left", query: str = "where.segment=Homes") -> str:
    with acting(Flask("test"), Who(name="", role=role, policy=Policy())):
        return str(charts.panels.draw(path, panel, charts.view(replace(GRANT, path=path, query=query))))


def test_each_chart_s_menu_offers_it_to_those_who_may_give_it() -> None:
    charts = Charts(Panels(FakeCenter(), Pages.found()))
    assert 'data-does="embed"' in menu(charts, Role.MANAGER)
    assert 'data-at="/?where.segment=Homes"' in menu(charts, Role.ADMIN)
    assert 'data-does="embed"' not in menu(charts, Role.VIEWER)
    assert 'data-does="embed"' not in menu(charts, Role.ADMIN, "/voice", "in-their-own-words")


def test_what_the_menus_offer_is_what_may_be_given(tiny_center: CommandCenter) -> None:
    charts = Charts(Panels(tiny_center, Pages.found()))
    for page in Pages.found().menu:
        for section in page.sections:
            if section.before_data:
                continue
            try:
                charts.check(replace(GRANT, path=page.path, panel=section.id, query=""))
                may = True
            except QueriesError:
                may = False
            assert ('data-does="embed"' in menu(charts, Role.ADMIN, page.path, section.id, "")) is may, (page.path, section.id)


def test_the_dialog_makes_a_link_that_opens_with_what_was_chosen(given: Given) -> None:
    dialog = given.client.get("/api/embeds?at=/%3Fwhere.segment%3DHomes&panel=why-they-left").get_data(as_text=True)
    assert f"<option>{WIKI}</option>" in dialog
    assert "90 days" not in dialog  # no host may have that
    sent = {"at": "/?where.segment=Homes", "panel": "why-they-left", "host": WIKI}
    made = given.client.post("/api/embeds", data=sent, headers=HERE).get_data(as_text=True)
    link = re.search(r'value="http://localhost(/embed/[^"]+)"', made)
    assert link
    assert "&lt;iframe" in made
    shown = given.client.get(link[1])
    assert "Homes" in shown.get_data(as_text=True)
    assert f"frame-ancestors {WIKI}" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"panel": "why-they-left", "host": "https://elsewhere.example.com"}, "not registered"),
        ({"panel": "why-they-left", "host": WIKI, "lasts": "30 days"}, "need a host"),
        ({"panel": "nothing", "host": ""}, "no panel"),
    ],
)
def test_the_dialog_refuses_in_a_sentence(given: Given, sent: dict[str, str], said: str) -> None:
    told = given.client.post("/api/embeds", data={"at": "/", **sent}, headers=HERE).get_data(as_text=True)
    assert said in told
    assert "/embed/" not in told


def test_the_dialog_fixes_how_long_and_how_it_looks(given: Given) -> None:
    dialog = given.client.get("/api/embeds?at=/&panel=why-they-left").get_data(as_text=True)
    offered = {name: re.findall(r'value="([^"]*)"', dialog.split(f'name="{name}">')[1].split("</select>")[0]) for name in LOOKS}
    assert offered == {name: ["", *values] for name, values in LOOKS.items()}
    sent = {"at": "/?lang=de", "panel": "why-they-left", "host": WIKI, "lasts": "60 minutes", "theme": "dark", "size": "large"}
    before = time.time()
    made = given.client.post("/api/embeds", data={**sent, "lang": "en"}, headers=HERE).get_data(as_text=True)
    link = unescape(re.search(r'value="http://localhost(/embed/[^"]+)"', made)[1])  # type: ignore[index]
    assert link.endswith("?theme=dark&lang=en&size=large")
    shown = given.client.get(link, headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert '<html lang="en"' in shown
    assert 'data-bs-theme="dark"' in shown
    grant = opened(link.split("/embed/")[1].split("?")[0], given.ring.read(), time.time())
    assert grant.ends - before == pytest.approx(3600, abs=60)
    assert ".png?theme=dark&amp;lang=en&amp;size=large" in made
    assert '.json"' in made


def test_a_chart_speaks_as_its_reader_s_browser_where_nobody_chose(given: Given) -> None:
    sent = {"at": "/?lang=de", "panel": "why-they-left", "host": WIKI}
    made = given.client.post("/api/embeds", data=sent, headers=HERE).get_data(as_text=True)
    link = unescape(re.search(r'value="http://localhost(/embed/[^"]+)"', made)[1])  # type: ignore[index]
    for told, spoken in (("de", "de"), ("en-GB,en", "en"), ("fr", "en")):
        assert f'<html lang="{spoken}"' in given.client.get(link, headers={"Accept-Language": told}).get_data(as_text=True)


def test_a_link_is_made_from_a_page_of_ours_alone(given: Given) -> None:
    sent = {"at": "/", "panel": "why-they-left"}
    assert given.client.post("/api/embeds", data=sent).status_code == 403
    assert given.client.post("/api/embeds", data=sent, headers={"Origin": WIKI}).status_code == 403
    assert given.client.post("/api/embeds", data={**sent, "lasts": "9999 days"}, headers=HERE).status_code == 400
    assert given.client.post("/api/embeds", data={**sent, "theme": "loud"}, headers=HERE).status_code == 400


def test_a_number_opens_its_customers_by_when_and_why_alone_where_the_token_says_so(tmp_path: Path) -> None:
    given = Given(tmp_path, name=SECRET)
    opens = replace(GRANT, opens=True)
    number = re.search(r'data-behind="([^"]*)"', given.get(grant=opens).get_data(as_text=True))
    assert number
    listed = given.get("/behind?" + urlencode({"number": unescape(number[1])}), opens)
    text = listed.get_data(as_text=True)
    assert listed.status_code == 200
    assert "contract ended on 3 October" in text
    assert SECRET not in text
    assert "C-0000" not in text
    assert given.get("/behind?" + urlencode({"number": unescape(number[1])})).status_code == 400  # this token does not say so
    for other in ("", "open=customers_lost", unescape(number[1]) + "&where.region=North", "open=likely_to_leave"):
        assert given.get("/behind?" + urlencode({"number": other}), opens).status_code == 400
