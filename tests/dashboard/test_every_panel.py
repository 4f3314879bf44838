"""Every panel of every page says something useful where there is nothing, where there is hardly anything, and where its questions fail."""

import logging
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dashboard.first_run import Shown
from dashboard.late_sources import late_sources
from dashboard.page import Pages, Section
from dashboard.panels import FRAME, Panels
from dashboard.reader import Reader as Writer
from dashboard.view import View
from metrics import CommandCenter
from queries.errors import QuestionError
from queries.load import load
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

PAGES = Pages.found()
EVERY = [(page.path, section.id) for page in PAGES.pages for section in page.sections]
IDS = [f"{path} {name}" for path, name in EVERY]
SECRET = "the name of a customer"
FRAMES = ("settings", "metrics", "snapshot", "definitions", "dimension_values")
MOST_OF_A_WORKSPACE = {
    "contracts.csv": "contract_id,external_id,product,starts_on,ends_on,amount_per_month,currency\nK1,A1,gas,2026-03-01,,20,EUR\n",
    "cases.csv": "case_id,external_id,opened_at,opened_by,kind,channel,status\nT1,A1,2026-10-01T09:00:00Z,customer,question,email,open\n",
}


class Reader(HTMLParser):
    """Reads what a panel says: not its menu, nor its table."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag == "details" and (self.unread or {"panel-menu", "as-table"} & {*classes}):
            self.unread += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self.unread:
            self.unread -= 1

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.said += data.split()


def words_of(html: Any) -> str:
    """What a person reads of a panel."""
    reader = Reader()
    reader.feed(str(html))
    return " ".join(reader.said)


def drawn(panels: Panels, path: str, name: str, query: str = "") -> str:
    path = re.sub(r"<[a-z_]+>", "C-000000000001", path)
    return str(panels.draw(path, name, View.read("/" if path == "*" else path, query)))


def section_of(path: str, name: str) -> Section:
    page = PAGES.at(path)
    found = page.section(name) if page else None
    assert found is not None
    return found


def says(words: str, section: Section) -> str:
    """What a panel says beside its title and its question."""
    for known in (section.title, section.question):
        words = words.replace(known, " ") if known else words
    return " ".join(words.split())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Panels:
    workspace = Workspace.create(tmp_path_factory.mktemp("empty") / "mine")
    return Panels(Shown(CommandCenter.open(workspace.root), workspace.root), PAGES)


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with one customer, who has one contract and once asked for help."""
    folder = tmp_path_factory.mktemp("lonely")
    for name, text in MOST_OF_A_WORKSPACE.items():
        (folder / name).write_text(text, encoding="utf-8")
    workspace = Workspace.create(folder / "mine")
    report = load(workspace, [folder / name for name in MOST_OF_A_WORKSPACE])
    assert not report.refused, report.refused
    assert not report.rejections, report.rejections
    return workspace.root


@pytest.fixture(scope="module")
def one_customer(lonely: Path) -> Panels:
    return Panels(Shown(CommandCenter.open(lonely), lonely), PAGES)


@pytest.mark.parametrize(("path", "name"), EVERY, ids=IDS)
def test_before_the_first_load_it_says_so_and_leads_to_the_guide(empty: Panels, path: str, name: str) -> None:
    html, section = drawn(empty, path, name), section_of(path, name)
    if section.before_data:
        assert len(says(words_of(html), section).split()) > 4
    else:
        assert "Nothing has been loaded yet" in html
        assert 'href="/start"' in html


@pytest.mark.parametrize(("path", "name"), EVERY, ids=IDS)
def test_of_one_customer_it_says_what_there_is(
    one_customer: Panels, path: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    html, section = drawn(one_customer, path, name), section_of(path, name)
    assert "This panel failed" not in html, caplog.text
    told = says(words_of(html), section)
    assert section.component in UNTOLD or len(told.split()) >= 3, told


@pytest.mark.parametrize(("path", "name"), EVERY, ids=IDS)
def test_in_a_year_without_anything_it_says_so(
    one_customer: Panels, path: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    html, section = drawn(one_customer, path, name, "period=2019"), section_of(path, name)
    assert "This panel failed" not in html, caplog.text
    told = says(words_of(html), section)
    assert section.component in UNTOLD or len(told.split()) >= 3, told


class Failing:
    """A center whose questions fail; what the frame of a page needs is still there."""

    def __init__(self, center: Any, error: Exception) -> None:
        self.center, self.error = center, error

    def __getattr__(self, name: str) -> Any:
        if name in (*FRAMES, "sources", "is_empty", "is_sample"):
            return getattr(self.center, name)

        def fails(*_: Any, **__: Any) -> Any:
            raise self.error

        return fails


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    logging.getLogger("dashboard").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("dashboard").setLevel(logging.NOTSET)


ASKING = [(path, name) for path, name in EVERY if not section_of(path, name).before_data]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("path", "name"), ASKING, ids=[f"{path} {name}" for path, name in ASKING])
def test_where_its_questions_fail_it_names_an_id_and_the_way_to_try_again(one_customer: Panels, path: str, name: str) -> None:
    html = drawn(Panels(Failing(one_customer.center, RuntimeError(SECRET)), PAGES), path, name)
    assert SECRET not in html
    if section_of(path, name).component in WITHOUT_QUESTIONS:
        return
    assert "This panel failed" in html or "failed" in html
    assert "data-retry" in html
    assert re.search(r"\b[0-9a-f]{8}\b", html)


@pytest.mark.parametrize(("path", "name"), ASKING, ids=[f"{path} {name}" for path, name in ASKING])
def test_where_its_questions_cannot_be_answered_it_says_why(one_customer: Panels, path: str, name: str) -> None:
    sentence = "the snapshot is being replaced. Look again in a moment."
    failing = Failing(one_customer.center, QuestionError("the snapshot is being replaced", instead="Look again in a moment"))
    html = drawn(Panels(failing, PAGES), path, name)
    assert "This panel failed" not in html
    assert section_of(path, name).component in WITHOUT_QUESTIONS or sentence in unescape(html)


@pytest.mark.parametrize("name", FRAME)
def test_the_frame_of_every_page_stands_without_data(empty: Panels, name: str) -> None:
    html = drawn(empty, "*", name)
    assert "failed" not in html
    assert name == "sample" or len(words_of(html).split()) > 3


UNTOLD = ("chooser", "search")
"""Panels that are the head of a page, or a field to write in, and tell nothing by themselves."""

WITHOUT_QUESTIONS = ("chooser", "search", "health_sources")
"""Panels that ask nothing of the data but what the frame of every page does."""


@pytest.mark.parametrize(
    ("days", "words"), [(1, ""), (3, "Late: Help desk, 3.0 days older"), (5, "Very late: Help desk, 5.0 days older")]
)
def test_a_panel_whose_source_is_late_says_so_in_words(days: int, words: str) -> None:
    center = FakeCenter()
    answer = center.ask("reasons_lost")
    day = 86_400
    source = {
        "source": "desk",
        "title": "Help desk",
        "known_until": answer.as_of,
        "is_finished": False,
        "interval_seconds": day,
        "age_seconds": days * day,
    }
    reader = Writer.of(center.settings())
    told = words_of(late_sources({"reasons_lost": answer}, [source], reader))
    assert (words in told) if words else told == ""
    assert words_of(late_sources({"reasons_lost": answer}, [{**source, "is_finished": True}], reader)) == ""
    assert words_of(late_sources({"reasons_lost": answer}, [{**source, "known_until": None}], reader)) == ""
