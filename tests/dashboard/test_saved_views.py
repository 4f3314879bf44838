"""Saved views: an address under a name, written whole, by one at a time; what is broken says so and breaks nothing else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.page import Pages
from dashboard.saved_views import MOST, SavedViews, named_after
from dashboard.settings import Settings
from metrics.errors import QuestionError, UnknownName
from queries.stamp import definitions_stamp
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

HERE = {"Origin": "http://localhost"}
THEN = "2026-11-22T18:00:00Z"


@pytest.fixture
def views(tmp_path: Path) -> SavedViews:
    return SavedViews(Workspace(tmp_path), Pages.found())


@pytest.fixture
def client(views: SavedViews) -> Any:
    return create_app(Settings(workspace=views.workspace.root), FakeCenter()).server.test_client()


def posted(client: Any, headers: dict[str, str] | None = None, **told: str) -> Any:
    return client.post("/api/views", data={"at": "/", **told}, headers=HERE if headers is None else headers)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Homes, this quarter", "homes_this_quarter"),
        ("Größe Ä", "grosse_a"),
        ("2026 at a glance", "view_2026_at_a_glance"),
        ("../../etc/passwd", "etc_passwd"),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_view_is_named_after_its_title(title: str, name: str) -> None:
    assert named_after(title, "view") == name


def test_a_title_without_latin_letters_has_a_name_all_the_same() -> None:
    assert named_after("顧客", "view").startswith("view_")


def test_a_view_keeps_the_selection_and_the_open_number_but_neither_search_nor_language(views: SavedViews) -> None:
    address = (
        "/service?period=2026-09&where.segment=Homes&open=customers_lost&mark.part=ended&lang=de&q=ada%40example.com&utm_id=7"
    )
    saved = views.save("Homes in September", address, THEN)
    assert saved.address == "/service?period=2026-09&where.segment=Homes&open=customers_lost&mark.part=ended"
    assert views.all() == (saved,)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "/nowhere",
        "/service?period=2026-13",
        "/?open=DROP%20TABLE",
        "javascript:1",
        "//[",
        "http://[",
    ],
)
def test_what_opens_nothing_is_not_saved(views: SavedViews, address: str) -> None:
    with pytest.raises(QuestionError):
        views.save("A view", address, THEN)
    assert views.all() == ()


def test_of_two_who_save_one_name_at_once_one_is_told_and_the_file_is_whole(views: SavedViews) -> None:
    def save(number: int) -> str:
        try:
            return views.save("Monday", f"/service?period=2026-0{number}", THEN).address
        except QuestionError as problem:
            return str(problem)

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(save, range(1, 9)))
    kept = [one for one in told if one.startswith("/service")]
    assert [one.address for one in views.all()] == kept
    assert len(kept) == 1
    assert all('there is a saved view "monday" already' in one for one in told if one not in kept)


def test_renaming_leaves_the_short_link_alone(views: SavedViews) -> None:
    views.save("Monday", "/voice", THEN)
    assert views.rename("monday", "The meeting on Monday").link == "/v/monday"
    assert [(one.name, one.title) for one in views.all()] == [("monday", "The meeting on Monday")]


def test_the_start_is_one_and_ends_with_its_view(views: SavedViews) -> None:
    views.save("Monday", "/voice", THEN)
    views.save("Friday", "/staying", THEN)
    views.begin_with("monday")
    views.begin_with("friday")
    assert [one.name for one in views.all() if one.is_start] == ["friday"]
    views.delete("friday")
    assert views.start == ""
    with pytest.raises(UnknownName):
        views.begin_with("friday")


@pytest.mark.parametrize(
    "broken",
    [
        "title = ",
        'title = "A"\n',
        "address = 7\n",
        'address = "/gone"\n',
        'address = "//evil.example.com"\n',
        'address = "//["\n',
        "\xff",
    ],
)
def test_a_broken_file_says_what_is_wrong_and_the_others_stand(views: SavedViews, broken: str) -> None:
    views.save("Monday", "/voice", THEN)
    (views.folder / "bad.toml").write_bytes(broken.encode("latin-1"))
    by_name = {one.name: one for one in views.all()}
    assert by_name["monday"].problem == ""
    assert by_name["bad"].problem
    assert by_name["bad"].address == ""
    with pytest.raises(QuestionError):
        views.begin_with("bad")


def test_saving_a_view_or_showing_the_sample_is_no_reason_to_build_anew(views: SavedViews) -> None:
    before = definitions_stamp(views.workspace)
    views.save("Monday", "/voice", THEN)
    for folder in ("sample", ".sample-half"):
        (views.workspace.root / folder / "journeys").mkdir(parents=True)
        (views.workspace.root / folder / "journeys" / "a.toml").touch()
    assert definitions_stamp(views.workspace) == before


def test_nobody_fills_the_disk_with_views(views: SavedViews) -> None:
    views.folder.mkdir()
    for number in range(MOST):
        (views.folder / f"v{number}.toml").write_text('address = "/voice"\n')
    with pytest.raises(QuestionError, match="Delete one first"):
        views.save("One more", "/voice", THEN)


def test_a_short_link_opens_its_view_in_the_language_of_whoever_follows_it(client: Any, views: SavedViews) -> None:
    views.save("Monday", "/service?period=2026-09", THEN)
    assert client.get("/v/monday").headers["Location"] == "/service?period=2026-09"
    assert client.get("/v/monday?lang=de").headers["Location"] == "/service?period=2026-09&lang=de"
    assert client.get("/v/monday?lang=xx").headers["Location"] == "/service?period=2026-09"
    assert client.get("/v/friday").headers["Location"] == "/?v=1&gone=friday"


def test_only_the_bare_address_opens_the_start_view(client: Any, views: SavedViews) -> None:
    assert client.get("/").status_code == 200
    views.save("Monday", "/service", THEN)
    views.begin_with("monday")
    assert (client.get("/").status_code, client.get("/").headers["Location"]) == (302, "/service")
    assert client.get("/?v=1").status_code == 200
    assert client.get("/?period=2026-09").status_code == 200
    assert b"data-start" in client.get("/?v=1").data


def test_a_start_view_that_is_the_overview_leads_to_no_circle(client: Any, views: SavedViews) -> None:
    views.save("All", "/", THEN)
    views.begin_with("all")
    assert client.get("/").headers["Location"] == "/?v=1"


def test_a_start_view_that_broke_leaves_the_overview(client: Any, views: SavedViews) -> None:
    views.save("Monday", "/service", THEN)
    views.begin_with("monday")
    (views.folder / "monday.toml").write_text("title = ")
    assert client.get("/").status_code == 200


def test_the_dialog_saves_tells_and_deletes(client: Any, views: SavedViews) -> None:
    saved = posted(
        client, act="save", title="<b>Monday</b>", address="/service?period=2026-09", start="yes", at="/service?period=2026-09"
    )
    assert saved.status_code == 200
    assert "&lt;b&gt;Monday&lt;/b&gt;" in saved.text
    assert "opens first" in saved.text
    assert "September 2026" in saved.text
    (name,) = (one.name for one in views.all())
    again = posted(client, act="save", title="<b>Monday</b>", address="/voice")
    assert (again.status_code, 'role="alert"' in again.text, "already" in again.text) == (200, True, True)
    assert posted(client, act="delete", name=name).status_code == 200
    assert views.all() == ()


def test_a_view_whose_number_or_list_is_gone_says_so_in_the_dialog(client: Any, views: SavedViews) -> None:
    views.save("Lost", "/service?where.list=nobody&open=no_such_metric", THEN)
    told = client.get("/api/views?at=/").text
    assert "There is no list “nobody” any more." in told
    assert "there is no metric &#34;no_such_metric&#34;" in told


def test_another_page_may_not_change_views(client: Any, views: SavedViews) -> None:
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://elsewhere.example.com"}):
        assert posted(client, headers, act="save", title="Mine", address="/").status_code == 403
    assert posted(client, act="save", title="x" * 9000, address="/").status_code == 413
    assert posted(client, act="burn").status_code == 400
    assert client.post("/api/views", data={"act": ["save", "save"]}, headers=HERE).status_code == 400
    assert views.all() == ()
