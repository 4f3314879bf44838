"""What a link is told to lack, what the palette finds, and how people are kept from the drawer."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard import palette
from dashboard.app import create_app
from dashboard.link_told import of_link
from dashboard.page import Pages
from dashboard.saved_views import SavedViews
from dashboard.settings import Settings
from metrics import CommandCenter
from metrics.errors import UnknownName
from metrics.language import speaking
from metrics.selection import Selection
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

HERE = {"Origin": "http://localhost"}
PAGES = Pages.found()


def told(path: str, query: str, folder: Path) -> tuple[str, ...]:
    found = of_link(path, query, PAGES.at(path), SavedViews(Workspace(folder), PAGES), FakeCenter())
    return found.sentences if found else ()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", ""),
        ("/", "v=1"),
        (
            "/service",
            "period=2026-09&compare=year&where.segment=Homes&lang=de&open=a&mark.part=b&with.team=c&opt.mode=d&over=2026&rows=99",
        ),
        ("/journey", "journey=a&mode=any&window=30+days&step=choose&report=stock&by=channel"),
        ("/data-health", "check=a&refused=b&from=3&ledger=day&fields=all&since=x"),
        ("/improve", "about=nps"),
        ("/service", "utm_source=mail&utm_campaign=x&gclid=1&fbclid=2"),
    ],
)
def test_nothing_is_said_of_a_link_that_is_understood(path: str, query: str, tmp_path: Path) -> None:
    assert told(path, query, tmp_path) == ()


def test_what_a_page_does_not_know_is_named_and_left_out(tmp_path: Path) -> None:
    query = "period=2026-09&colour=red&shape=round"
    found = of_link("/service", query, PAGES.at("/service"), SavedViews(Workspace(tmp_path), PAGES), FakeCenter())
    assert found is not None
    assert found.sentences == ("This page does not know colour, shape, which this link asks for: it is shown without.",)
    assert found.plain == "/service?period=2026-09"


def test_a_value_that_nothing_has_is_named_and_left_out_of_the_plain_link(tmp_path: Path) -> None:
    query = "where.segment=Homes&where.segment=nobody%27s&where.channel=nobody%27s"
    found = of_link("/service", query, PAGES.at("/service"), SavedViews(Workspace(tmp_path), PAGES), FakeCenter())
    assert found is not None
    assert [sentence.partition(":")[0] for sentence in found.sentences] == [
        "Nothing that is loaded is “nobody's” in channel",
        "Nothing that is loaded is “nobody's” in segment",
    ]
    assert found.plain == "/service?where.segment=Homes"


def test_a_link_of_another_version_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (sentence,) = told("/service", "v=2&period=2026-09", tmp_path)
    assert "version 2" in sentence
    assert "version 1" in sentence


def test_a_start_view_that_cannot_be_opened_is_told_on_the_overview(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "start").write_text("monday\n")
    (sentence,) = told("/", "", tmp_path)
    assert sentence == "The view that should open first, “monday”, cannot be opened: there is no such view any more."
    assert told("/", "v=1", tmp_path) == ()


@pytest.fixture
def client(tmp_path: Path) -> Any:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "ada.toml").write_text('title = "Ada"\naddress = "/customers/C-1"\n')
    return create_app(Settings(workspace=tmp_path), FakeCenter(name="Ada Lovelace")).server.test_client()


def entries(answer: Any) -> Mapping[str, Any]:
    return {f"{one['kind']} {one['title']}": one for one in answer.get_json()["entries"]}


def test_the_palette_knows_every_page_number_segment_list_view_and_what_can_be_done(client: Any) -> None:
    found = entries(client.get("/api/palette"))
    assert {f"page {page.title}" for page in PAGES.menu} <= set(found)
    assert found["section Why they left"]["at"] == "why-they-left"
    assert found["metric nps relational"]["path"] == "/"
    assert found["list Gone"]["change"] == {"where.list": "gone"}
    assert found["view Ada"]["address"] == "/customers/C-1"
    assert found["action Compare with the year before"]["change"] == {"compare": "year"}
    assert all({"path", "change", "act", "address"} & set(one) for one in found.values())


def test_what_is_kept_for_everybody_holds_nothing_that_people_wrote() -> None:
    with speaking("en"):
        kept = json.dumps(palette.fixed(FakeCenter(name="Ada Lovelace"), PAGES))
    assert "Ada" not in kept
    assert "customers/" not in kept


def test_customers_are_found_one_search_at_a_time(client: Any) -> None:
    found = client.get("/api/find?q=ada").get_json()["entries"]
    assert found
    assert all(one["kind"] == "customer" and one["path"].startswith("/customers/") for one in found)
    assert client.get("/api/find?q=a").get_json()["entries"] == []
    assert "no-store" in client.get("/api/find?q=ada").headers["Cache-Control"]


class Keeping(FakeCenter):
    """A center that keeps lists."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[str, str, Selection, Any]] = []
        self.deleted: list[str] = []

    def delete_list(self, name: str) -> None:
        if name not in self.list_titles():
            raise UnknownName(f'there is no list "{name}"', name=name, known=self.list_titles())
        self.deleted.append(name)

    def owner_of_list(self, name: str) -> str:
        return ""

    def save_list(self, name: str, metric: str, selection: Selection, *, mark: Any, title: str, owner: str) -> Any:
        self.kept.append((name, metric, selection, mark))
        return SimpleNamespace(name=name, title=title, customers_then=12)


def kept(tmp_path: Path, headers: Mapping[str, str] = HERE, **fields: str) -> tuple[Any, Keeping]:
    center = Keeping()
    client = create_app(Settings(workspace=tmp_path), center).server.test_client()
    at = "/staying?period=2026-09&where.region=North&open=customers_lost&mark.reason=Price"
    return client.post(
        "/api/lists", data={"act": "keep", "at": at, "title": "Too dear in the north", **fields}, headers=headers
    ), center


def test_the_people_of_a_mark_are_kept_as_the_question_with_its_selection(tmp_path: Path) -> None:
    answer, center = kept(tmp_path)
    assert answer.status_code == 200
    assert "12 customers now" in answer.text
    assert 'href="/staying?period=2026-09&amp;where.list=too_dear_in_the_north&amp;where.region=North"' in answer.text
    ((name, metric, selection, mark),) = center.kept
    assert (name, metric, selection.to_query(), mark) == (
        "too_dear_in_the_north", "customers_lost", "period=2026-09&where.region=North", {"reason": "Price"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"title": " "}, 200, "needs a name"),
        ({"title": "Movers"}, 200, "already"),
        ({"title": "x" * 200}, 200, "one line"),
        ({"at": "/staying"}, 400, "Open a number first"),
        ({"at": "/staying?period=2026-13&open=customers_lost"}, 200, "2026-13"),
        ({"more": "1"}, 400, "once each"),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence(tmp_path: Path, fields: dict[str, str], status: int, says: str) -> None:
    answer, center = kept(tmp_path, **fields)
    assert (answer.status_code, says in answer.text, center.kept) == (status, True, [])


def test_a_list_is_deleted_where_it_stands(tmp_path: Path) -> None:
    answer, center = kept(tmp_path, act="delete", name="movers", at="/customers")
    assert (answer.status_code, "deleted" in answer.text, center.deleted, center.kept) == (200, True, ["movers"], [])
    answer, center = kept(tmp_path, act="delete", name="../CURRENT", at="/customers")
    assert ("there is no list" in answer.text, center.deleted) == (True, [])
    assert kept(tmp_path, act="burn")[0].status_code == 400


def test_another_page_may_not_keep_people(tmp_path: Path) -> None:
    assert kept(tmp_path, {})[0].status_code == 403
    assert kept(tmp_path, {"Origin": "https://elsewhere.example.com"})[0].status_code == 403


def test_a_list_tells_how_many_there_are_now_and_how_it_moved(tiny_center: CommandCenter, own_workspace: Path) -> None:
    center = CommandCenter.open(own_workspace)
    saved = center.save_list("everybody", "open_cases", title="Everybody who waits")
    assert saved.customers_then == center.customers_behind("open_cases").customers
    (row,) = center.lists()
    assert (row["customers"], row["customers_then"]) == (saved.customers_then, saved.customers_then)
    path = own_workspace / "lists" / "everybody.toml"
    path.write_text(path.read_text().replace(f"customers_then = {saved.customers_then}", "customers_then = 1"))
    (row,) = center.lists()
    assert row["customers"] - row["customers_then"] == saved.customers_then - 1 > 0
    with pytest.raises(UnknownName):
        center.delete_list("../../CURRENT")
    center.delete_list("everybody")
    assert center.lists() == ()
    center.close()
