"""One question, one number: whoever asks and by whichever way, of every metric there is.

A way is a function that asks a metric and returns what it was told; another one joins by a line in WAYS.
"""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from pptx import Presentation
from python_calamine import CalamineWorkbook

from dashboard.access.who import Who, acting
from dashboard.app import create_app
from dashboard.cli import main
from dashboard.embed.chart import Charts
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.packs.contents import Contents, Gathering
from dashboard.packs.deck import deck
from dashboard.packs.sheet import sheet
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.view import View
from metrics import CommandCenter
from metrics.answer import Answer
from metrics.catalog import SHIPPED, load_catalog
from metrics.errors import QuestionError
from metrics.metric import Metric
from metrics.selection import Selection
from queries.pack import Pack, Part
from queries.workspace import Workspace

METRICS = load_catalog([SHIPPED]).all()
HERE = {"Host": "localhost"}
WIKI = "https://wiki.example.com"


@dataclass(frozen=True)
class Told:
    """What a way tells of a question: the value as exactly as it tells it, and how many rows and customers it stands on."""

    value: Any
    n: int
    customers: int


@dataclass(frozen=True)
class Place:
    """Where the ways lead from: the app over the tiny sample, its workspace, and its words for numbers."""

    app: Dash
    workspace: Path
    center: CommandCenter

    @property
    def reader(self) -> Reader:
        return Reader.of(self.center.settings())


Words = Mapping[str, str]
Capture = pytest.CaptureFixture[str]
Way = Callable[[Place, Metric, Words, Capture], Told]


@pytest.fixture(scope="module")
def place(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    workspace = shutil.copytree(tiny_workspace, tmp_path_factory.mktemp("asked") / "workspace")
    app = create_app(Settings(workspace=workspace, cache_dir=tmp_path_factory.mktemp("panels")))
    return Place(app, workspace, CommandCenter.open(workspace))


def words_of(metric: Metric) -> dict[str, str]:
    """A year, where a metric takes a period and a page asks it of one."""
    return {} if metric.is_now or metric.figure == "cohort_grid" else {"period": "2026"}


def by_command(place: Place, metric: Metric, words: Words, capsys: Capture) -> Told:
    """`cx ask METRIC --period … --json`."""
    flags = [part for name, value in words.items() for part in (f"--{name}", value)]
    with pytest.raises(SystemExit) as ended:
        main(["ask", metric.metric_id, *flags, "--json", "--workspace", str(place.workspace)])
    assert not ended.value.code
    return _of_total(json.loads(capsys.readouterr().out)["total"])


def by_api(place: Place, metric: Metric, words: Words, capsys: Capture) -> Told:
    """/api/v1/ask/METRIC."""
    return _of_total(json.loads(_asked(place, metric, words))["total"])


def by_api_table(place: Place, metric: Metric, words: Words, capsys: Capture) -> Told:
    """The same as CSV: the row of the total."""
    row = next(csv.DictReader(io.StringIO(_asked(place, metric, {**words, "format": "csv"}))))
    assert row["part"] == "total"
    return Told(float(row["value"]) if row["value"] else None, int(row["n"]), int(row["customers"]))


def by_workbook(place: Place, metric: Metric, words: Words, capsys: Capture) -> Told:
    """The same as a workbook, read by what did not write it."""
    asked = {**words, "format": "xlsx"}
    answer = place.app.server.test_client().get(f"/api/v1/ask/{metric.metric_id}", query_string=asked, headers=HERE)
    heads, total, *_rest = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    row = dict(zip(heads, total, strict=True))
    assert row["part"] == "total"
    return Told(None if row["value"] == "" else row["value"], int(row["n"]), int(row["customers"]))


def by_page(place: Place, metric: Metric, words: Words, capsys: Capture) -> Told:
    """The page's own words below an opened number: "2026 to date: 88.9 %, of 999 first replies, 843 customers."."""
    query = "&".join(f"{name}={value}" for name, value in {**words, "open": metric.metric_id, "show": "how"}.items())
    with acting(place.app.server, Who.local()):
        drawn = place.app.panels.draw_drawer(View.read("/", query))
    counts = re.search(r"<dt>counts</dt><dd>(.*?)</dd>", str(drawn), re.DOTALL)
    return Told(counts[1] if counts else "", -1, -1)


def _asked(place: Place, metric: Metric, words: Words) -> str:
    answer = place.app.server.test_client().get(f"/api/v1/ask/{metric.metric_id}", query_string=dict(words), headers=HERE)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def _of_total(total: Mapping[str, Any]) -> Told:
    return Told(total["value"], total["n"], total["customers"])


WAYS: dict[str, Way] = {"cx ask": by_command, "api": by_api, "api as csv": by_api_table}
"""The ways that tell numbers; each is held against what is asked in Python."""

ROUNDED: dict[str, Way] = {"workbook": by_workbook}
"""The ways that keep fifteen digits of a number, as spreadsheets do."""

NEVER_SPLIT = frozenset(
    ("after_broken_promise", "comments", "cost_to_acquire", "cost_to_keep", "cost_to_serve", "journey_drivers", "journey_paths",
     "journey_strip", "nps_themes", "pipeline", "promise_bridge", "reasons_lost", "value_movement", "voice_by_stage")
)  # fmt: skip
"""What shows parts of its own, and no others."""

NOT_GIVEN_AWAY = frozenset(("comments", "likely_to_buy_again", "likely_to_leave"))
"""What tells of single people, or foretells what they will do, and is no chart for others' pages."""
REFUSED = ("fewer than 5 customers", "single people", "foretells what customers will do", "compares two periods")
"""Why a chart may be refused; no other reason is one."""

SAID: dict[str, Way] = {"page": by_page}
"""The ways that say a sentence to a person; the numbers have to be in it as a person reads them."""


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_every_way_tells_the_same_number(place: Place, capsys: Capture, metric: Metric) -> None:
    words = words_of(metric)
    asked = place.center.ask(metric.metric_id, **words)
    told = {name: way(place, metric, words, capsys) for name, way in WAYS.items()}
    assert told == dict.fromkeys(WAYS, Told(asked.total.value, asked.total.n, asked.total.customers))
    for name, way in ROUNDED.items():
        read = way(place, metric, words, capsys)
        assert (read.n, read.customers) == (asked.total.n, asked.total.customers), name
        assert read.value == (asked.total.value if asked.total.value is None else pytest.approx(asked.total.value, rel=1e-14)), (
            name
        )
    for name, way in SAID.items():
        said = way(place, metric, words, capsys).value
        assert [each for each in _in_words(asked, place.reader) if each not in said] == [], f"{name}: {said}"


def _in_words(asked: Answer, reader: Reader) -> list[str]:
    """Returns what a person has to read: the value, rows and customers; nothing where two periods are compared and none is known."""
    total = asked.total
    if total.value is None and not total.n:
        return []
    value = [] if asked.unit in ("count", "customers") and total.value == total.n else [reader.value(total.value, asked.unit)]
    return [f"{reader.count(total.n)} ", f"{reader.count(total.customers)} customer", *value]


def test_narrowed_and_split_every_way_tells_the_same_numbers(place: Place) -> None:
    """The north by how customers were found: the rows of the API and those of a chart given away, where it may tell them."""
    narrowed, client, told = {"where": {"region": "north"}, "split_by": "acquired_through"}, place.app.server.test_client(), 0
    charts, unsplit = GivenAway(place), set()
    for metric in METRICS:
        words = words_of(metric)
        answer = client.get(
            f"/api/v1/ask/{metric.metric_id}",
            query_string={**words, "where": "region=north", "by": "acquired_through"},
            headers=HERE,
        )
        if answer.status_code != 200:
            assert "cannot be split by acquired_through" in answer.text
            with pytest.raises(QuestionError, match="cannot be split by acquired_through"):
                place.center.ask(metric.metric_id, **words, **narrowed)
            unsplit.add(metric.metric_id)
            continue
        asked = place.center.ask(metric.metric_id, **words, **narrowed)
        assert numbers(answer.get_json()) == numbers(asked.to_json()), metric.metric_id
        given = charts.answer(metric, {**words, "where.region": "north", "by": "acquired_through"})
        if given:
            assert numbers(given) == numbers(charts.center.ask(metric.metric_id, **words, **narrowed).to_json()), metric.metric_id
            told += 1
    assert unsplit == NEVER_SPLIT
    assert told > len(METRICS) / 3  # in the north there are few of many kinds


def numbers(answer: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What an answer tells of everybody and of each group, as JSON has it: whose, value, rows, customers."""
    of_all = answer["total"]
    rows = [({"everybody": ""}, None, of_all), *((row["by"], row["at"], row) for row in answer["rows"])]
    return [(*of, row["value"], row["n"], row["customers"]) for *of, row in rows]


@dataclass(frozen=True)
class GivenAway:
    """Charts on another page, under the policy of a token: it tells neither names nor groups of few."""

    place: Place

    @property
    def center(self) -> CommandCenter:
        return self.place.center.under(Grant(query="", begun=0, ends=1).policy)

    def answer(self, metric: Metric, words: Words) -> Any:
        """Returns what the token of a metric's chart answers, None where few stand behind it; what is never given away is told apart."""
        ring = Keyring(Workspace(self.place.workspace))
        ring.add_host(WIKI, "now")
        query = "&".join(f"{name}={value}" for name, value in words.items())
        grant = Grant(metric=metric.metric_id, query=query, audience=WIKI, begun=0, ends=2**40)
        answer = self.place.app.server.test_client().get(f"/embed/{signed(grant, ring.signing('now'))}.json", headers=HERE)
        if answer.status_code == 200:
            return answer.get_json()["answers"][0]
        assert answer.status_code == 400, answer.text
        assert any(reason in answer.text for reason in REFUSED), answer.text
        return None


def test_a_chart_that_was_given_away_tells_the_same_number(place: Place) -> None:
    """Under its own policy; what may not be given away is refused, and nothing else."""
    charts = GivenAway(place)
    told = {metric.metric_id: charts.answer(metric, words_of(metric)) for metric in METRICS}
    for metric in METRICS:
        if told[metric.metric_id]:
            asked = charts.center.ask(metric.metric_id, **words_of(metric)).total
            assert _of_total(told[metric.metric_id]["total"]) == Told(asked.value, asked.n, asked.customers), metric.metric_id
    assert not any(told[name] for name in NOT_GIVEN_AWAY)
    assert sum(answer is not None for answer in told.values()) > len(METRICS) * 3 / 4


def packed(place: Place) -> Contents:
    """Every metric that a pack may hold, as a section each. How each is worked out is left out: it is not of the number."""
    charts = Charts(Panels(place.center, Pages.found()))
    parts = tuple(Part(metric=metric.metric_id) for metric in METRICS if not metric.is_personal_score)
    return Gathering(charts, Pack(name="every", title="Every figure", parts=parts), "2026").contents()


def test_a_pack_tells_the_same_number(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its file: the sentence is the slide's title, the exact number stands in the notes, what is drawn is on the page."""
    explained = place.center.explain("replied_in_time", Selection.of(period="2026"))
    monkeypatch.setattr(CommandCenter, "explain", lambda *_: explained)
    monkeypatch.setattr("dashboard.packs.contents.SERIES", {})  # how a figure came to be is another question
    made = packed(place)
    slides = [*Presentation(io.BytesIO(deck(made))).slides][1:]
    page = unescape(re.sub(r"<[^>]+>", "", sheet(made)))
    told: dict[str, tuple[str, Told]] = {}
    for slide in slides:
        notes = slide.notes_slide.notes_text_frame.text
        exact = re.search(r"Exact: (\S+|no value,) of (\d+) rows, (\d+) customers\.", notes)
        command = re.search(r"Asked by: cx ask (\w+)", notes)
        if exact and command:
            value = None if exact[1] == "no value," else float(exact[1])
            told[command[1]] = (slide.shapes.title.text_frame.text, Told(value, int(exact[2]), int(exact[3])))
    for metric in (metric for metric in METRICS if metric.metric_id in told):
        asked = place.center.ask(metric.metric_id, **words_of(metric))
        assert told[metric.metric_id] == (asked.caption, Told(asked.total.value, asked.total.n, asked.total.customers))
        assert asked.caption in page
    refused = {section.title for section in made.sections if section.problem}
    assert refused == {"What customers wrote"}
    assert len(told) == len(METRICS) - len(refused) - sum(metric.is_personal_score for metric in METRICS)


def test_enough_metrics_tell_a_number_at_all(place: Place) -> None:
    told = [place.center.ask(metric.metric_id, **words_of(metric)).total.value for metric in METRICS]
    assert sum(value not in (None, 0) for value in told) > len(METRICS) / 2
