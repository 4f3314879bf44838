"""Packs as people get them: the pages' figures on slides and in a page that stands alone, for each reader what they may see."""

import io
import os
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pptx import Presentation

from dashboard.cli import main
from dashboard.embed.chart import Charts
from dashboard.errors import NoPicture
from dashboard.packs.contents import Contents, Finding, Gathering
from dashboard.packs.deck import deck
from dashboard.packs.house import BODIES, TITLES, cell, fitting, height
from dashboard.packs.shapes import Shape
from dashboard.packs.sheet import sheet
from dashboard.packs.watched import make_round, write_due
from dashboard.packs.writing import Writing, refuse_unknown_panels
from dashboard.page import Pages
from dashboard.panels import Panels
from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.packs import due_period
from queries.access_file import policy_of_role
from queries.audit import PACK, taken_along
from queries.errors import DeclarationErrors
from queries.pack import Pack, Part, Recipient, Stories, load_packs
from queries.pack_state import read_written
from queries.policy import Policy
from queries.workspace import Workspace
from tests.metrics.made import made_center, person

BASE = "https://cx.example.com"
YEAR = "2026"
PARTS = (
    Part(metric="customer_equation"),
    Part(metric="promises_kept", title="Our promises"),
    Part(metric="promises_kept", split_by="promise"),
    Part(metric="journey_funnel", options={"period_of": "window_end", "window": "90 days"}),
    Part(metric="time_to_first_reply"),
    Part(metric="reasons_lost"),
    Part(metric="past_promise_now"),
    Part(page="/service", panel="who-waits-for-a-solution"),
)
PACK_OF_ALL = Pack(
    name="review", title="How our customers fared", parts=PARTS, decisions=True, is_live=True,
    stories=Stories(metric="promises_kept", mark={"part": "broken"}),
)  # fmt: skip


def gathered(center: CommandCenter, pack: Pack = PACK_OF_ALL, policy: Policy | None = None, period: str = YEAR) -> Contents:
    charts = Charts(Panels(center, Pages.found())).under(policy or Policy.everything())
    return Gathering(charts, pack, period, BASE, "ada@example.com").contents()


@pytest.fixture(scope="module")
def told(tiny_center: CommandCenter) -> Contents:
    return gathered(tiny_center)


@pytest.fixture(scope="module")
def slides(told: Contents) -> Sequence[Any]:
    return list(Presentation(io.BytesIO(deck(told))).slides)


def title_of(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def words_of(slide: Any) -> str:
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [held.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for held in row.cells]
    return "\n".join([*texts, *cells])


def read_of(page: str) -> str:
    """What somebody reads of a page."""
    return unescape(re.sub(r"<[^>]+>", "", page))


def chart_of(slide: Any) -> dict[str, list[float | None]]:
    """Each series of a slide's chart, by its name, as its file holds it."""
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    return {series.name: list(series.values) for chart in charts for series in chart.plots[0].series}


def findings(told: Contents) -> Iterator[Finding]:
    for section in told.sections:
        yield from section.findings


def asked(center: CommandCenter, metric: str, **named: Any) -> Any:
    return center.ask(metric, **({} if center.metric(metric).is_now else {"period": YEAR}), **named)


def test_a_chart_holds_the_very_numbers_of_the_answer(tiny_center: CommandCenter, slides: Sequence[Any]) -> None:
    by_title = {title_of(slide): chart_of(slide) for slide in slides}
    equation = asked(tiny_center, "customer_equation")
    counts = equation.rows[0].extra
    flows = [counts["gained"]["n"], counts["returned"]["n"], -counts["ended"]["n"], -counts["fell_silent"]["n"]]
    assert by_title[equation.caption] == {"customers": flows}
    funnel = asked(tiny_center, "journey_funnel", period_of="window_end", window="90 days")
    assert by_title[funnel.caption] == {"reached": [stage["reached"] for stage in funnel.rows[0].extra["stages"]]}
    reasons = asked(tiny_center, "reasons_lost")
    assert list(by_title[reasons.caption].values()) == [[row.value.value for row in reasons.rows]]
    waits = asked(tiny_center, "time_to_first_reply")
    shares = [step.share for step in waits.rows[0].extra["curve"]]
    assert next(iter(by_title[waits.caption].values()))[2::2] == pytest.approx(shares, abs=1e-12)
    backlog = asked(tiny_center, "backlog")
    assert list(by_title[backlog.caption].values()) == [list(backlog.rows[0].extra["ages"].values())]


def test_groups_and_a_course_are_the_answer_s_and_too_few_have_no_bar(tiny_center: CommandCenter, slides: Sequence[Any]) -> None:
    kept = asked(tiny_center, "promises_kept", split_by="promise")
    course = asked(tiny_center, "promises_kept", series=5, compare="none")
    both = [chart_of(slide) for slide in slides if title_of(slide) == kept.caption]
    groups = [row.value.value if row.value.n >= 20 else None for row in kept.rows]
    assert None in groups
    assert groups in [series for chart in both for series in chart.values()]
    told = [row.value.value if row.value.n >= 20 else None for row in course.rows]
    first = next(place for place, row in enumerate(course.rows) if row.value.n)
    assert sum(value is not None for value in told) < 2 or told[first:] in [series for chart in both for series in chart.values()]


def test_the_page_and_the_slides_tell_the_same(told: Contents, slides: Sequence[Any]) -> None:
    text = read_of(sheet(told))
    titles = [title_of(slide) for slide in slides]
    for finding in findings(told):
        assert finding.sentence in titles
        assert finding.value in text
        assert any(finding.value in words_of(slide) for slide in slides if title_of(slide) == finding.sentence)


def test_each_slide_says_of_when_it_is_and_that_it_is_frozen(told: Contents, slides: Sequence[Any]) -> None:
    for slide in slides[1:]:
        words = words_of(slide)
        assert told.snapshot in words
        assert "2026" in words
        assert "frozen as presented" in words
    assert "frozen as presented, with links to the live pages" in words_of(slides[0])
    links = [run.hyperlink.address for slide in slides for shape in slide.shapes if shape.has_text_frame
             for paragraph in shape.text_frame.paragraphs for run in paragraph.runs if run.hyperlink.address]  # fmt: skip
    assert len(links) > len(PARTS)
    assert all(link.startswith(BASE + "/") for link in links)


def test_each_finding_says_of_when_and_of_which_snapshot_it_is(told: Contents, slides: Sequence[Any]) -> None:
    parts = [unescape(part) for part in sheet(told).split('<section class="panel-of-pack">')[1:]]
    for part, section in zip(parts, told.sections, strict=True):
        foot = part.rpartition("<footer>")[2]
        for one in section.findings:
            moment = f"data as of {one.answer.as_of:%-d %b %Y}"[:20]
            (slide,) = (each for each in slides if title_of(each) == one.sentence and one.title in words_of(each))
            for words in (" · ".join(one.standing), words_of(slide), foot):
                assert one.answer.snapshot in words
                assert moment in words
            assert "frozen as presented" in words_of(slide)
            assert "frozen as presented, with links to the live pages" in foot


def test_it_says_what_frozen_and_live_mean(told: Contents, slides: Sequence[Any]) -> None:
    live = "No figure in this file changes any more. A live page tells it as it is when the page is opened."
    assert live in words_of(slides[0])
    assert live in read_of(sheet(told))
    still = replace(told, link="", sections=())
    assert live not in sheet(still)
    for words in ("frozen as presented", "No figure in this file changes any more."):
        assert words in read_of(sheet(still))
        assert words in words_of(Presentation(io.BytesIO(deck(still))).slides[0])


def test_without_a_public_address_nothing_leads_anywhere(tiny_center: CommandCenter) -> None:
    charts = Charts(Panels(tiny_center, Pages.found()))
    told = Gathering(charts, replace(PACK_OF_ALL, parts=PARTS[:1], stories=None), YEAR, "").contents()
    assert told.frozen == "frozen as presented"
    assert BASE not in sheet(told)
    assert 'href="http' not in sheet(told)


def test_the_notes_say_how_it_is_worked_out(tiny_center: CommandCenter, told: Contents, slides: Sequence[Any]) -> None:
    kept = asked(tiny_center, "promises_kept")
    metric = tiny_center.metric("promises_kept")
    notes = next(slide.notes_slide.notes_text_frame.text for slide in slides if title_of(slide) == kept.caption)
    for words in (metric.question, metric.formula, kept.caption, f"Exact: {kept.total.value} of {kept.total.n} rows"):
        assert words in notes
    assert "cx ask promises_kept --period 2026" in notes


def test_five_stories_open_it_without_anybody_s_name(tiny_center: CommandCenter, told: Contents, slides: Sequence[Any]) -> None:
    assert told.stories is not None
    assert len(told.stories.stories) == 5
    assert told.stories.seed in slides[1].notes_slide.notes_text_frame.text
    page, words = sheet(told), "\n".join(map(words_of, slides))
    for customer in told.stories.whom:
        story = tiny_center.story(customer).customer
        for secret in (customer, story["name"], story.get("email"), story.get("phone")):
            assert not secret or (secret not in page and secret not in words)
    again = gathered(tiny_center, replace(PACK_OF_ALL, parts=PARTS[:1], decisions=False))
    assert again.stories == told.stories


def test_a_name_stands_above_a_story_only_where_both_allow_it(tiny_center: CommandCenter) -> None:
    named = replace(PACK_OF_ALL, parts=PARTS[:1], decisions=False, names=True)
    allowed = gathered(tiny_center, named).stories
    assert allowed is not None
    assert {one["title"] for one in allowed.stories} == {tiny_center.story(one).customer["name"] for one in allowed.whom}
    nameless = gathered(tiny_center, named, Policy(names=False)).stories
    assert nameless is not None
    assert [one["title"] for one in nameless.stories] == [f"Story {number}" for number in range(1, 6)]


def test_what_may_not_leave_says_so_in_its_place(tiny_center: CommandCenter) -> None:
    parts = (Part(metric="likely_to_leave"), Part(metric="comments"), Part(page="/service", panel="they-wait-past-our-promise"))
    told = gathered(tiny_center, Pack(name="no", title="No", parts=parts))
    assert all(section.problem and not section.findings for section in told.sections)
    assert all(section.problem in "\n".join(title_of(one) for one in Presentation(io.BytesIO(deck(told))).slides)
               for section in told.sections)  # fmt: skip


def test_the_title_of_a_slide_is_of_the_figure_where_its_sentence_may_not_be_told(tiny_center: CommandCenter) -> None:
    pack = replace(PACK_OF_ALL, parts=(Part(metric="promises_kept", split_by="promise"),), stories=None, decisions=False)
    (one,) = findings(gathered(tiny_center, pack, policy_of_role("viewer")))
    notice = "Counts are told in steps of 5: some parts are of fewer customers."
    assert one.answer.caption == notice, "the sample has a small group"
    assert one.sentence == f"Promises kept, by promise: {one.value}"
    assert notice in one.lines
    parts = (Part(metric="promises_kept"), Part(metric="customer_equation"), Part(metric="reasons_lost"))
    told = gathered(tiny_center, replace(pack, parts=parts), policy_of_role("viewer"))
    assert not [one.sentence for one in findings(told) if one.sentence.startswith(("Not told in words", "Counts are told"))]


HOSTILE = "<script>alert(1)</script>\"'>=cmd|A1\x07"


def test_what_people_wrote_stays_words(told: Contents) -> None:
    """In a title, a name, a comment, a chart's label: nothing runs in the page, and nothing in the chart's sheet."""
    assert told.stories is not None
    one = {**told.stories.stories[0], "because": HOSTILE, "title": HOSTILE}
    first = told.sections[1]
    shape = Shape(
        kind="bars", names=("=1+1", "https://evil.example.com", "@SUM(A1)", HOSTILE), series=(("=2+2", (1.0, 2.0, 3.0, None)),)
    )
    finding = replace(first.findings[0], sentence=HOSTILE, title=HOSTILE, shape=shape, lines=(HOSTILE,), notes=(HOSTILE,))
    bad = replace(
        told, company=HOSTILE, reader=HOSTILE, pack=replace(told.pack, title=HOSTILE),
        sections=(replace(first, title=HOSTILE, findings=(finding,)), replace(first, problem=HOSTILE)),
        stories=replace(told.stories, stories=(one,), seed=HOSTILE),
    )  # fmt: skip
    page = sheet(bad)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert re.search(r"(?:src|href)=\"(?!https://cx\.example\.com|data:)", page) is None
    made = list(Presentation(io.BytesIO(deck(bad))).slides)
    chart = next(shape.chart for slide in made for shape in slide.shapes if shape.has_chart)
    book = chart.part.chart_workbook.xlsx_part.blob
    parts = zipfile.ZipFile(io.BytesIO(book))
    assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert not [name for name in parts.namelist() if "rels" in name and b"hyperlink" in parts.read(name)]


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "https://a.example.com", "file://a", "MAILTO:a@example.com"])
def test_a_label_is_no_formula_and_no_link(words: str) -> None:
    assert cell(words) == f"'{words}"
    assert cell("Care desk") == "Care desk"


def test_words_take_the_size_at_which_they_fit(told: Contents) -> None:
    for finding in findings(told):
        words, size = fitting(finding.sentence, (12.1, 1.42), TITLES, bold=True)
        assert words == finding.sentence
        assert height(words, size, 12.1, bold=True) <= 1.42
    cut, size = fitting("Kundenzufriedenheitsuntersuchung " * 60, (4, 1), BODIES)
    assert (size, cut[-1]) == (BODIES[-1], "…")
    assert height(cut, size, 4) <= 1


def test_nothing_lies_beside_a_slide_and_no_chart_over_words(slides: Sequence[Any]) -> None:
    wide, high = 13.333 * 914_400, 7.5 * 914_400
    for slide in slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= wide + 1
            assert shape.top + shape.height <= high + 1
        for chart in (shape for shape in slide.shapes if shape.has_chart):
            others = [shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]
            assert [one.text_frame.text for one in others if _overlap(one, chart)] == []


def _overlap(one: Any, other: Any) -> bool:
    beside = one.left + one.width <= other.left or other.left + other.width <= one.left
    return not (beside or one.top + one.height <= other.top or other.top + other.height <= one.top)


def test_bars_begin_at_nothing(slides: Sequence[Any]) -> None:
    """Cut off below, their lengths would tell another story."""
    bars = [
        shape.chart
        for slide in slides
        for shape in slide.shapes
        if shape.has_chart and "Bar" in shape.chart.plots[0].__class__.__name__
    ]
    begin = [
        chart.value_axis.minimum_scale for chart in bars if min(filter(None, chart.plots[0].series[0].values), default=0) >= 0
    ]
    assert len(begin) >= 3
    assert set(begin) == {0}


def test_it_speaks_the_pack_s_language(tiny_center: CommandCenter) -> None:
    told = gathered(tiny_center, replace(PACK_OF_ALL, parts=PARTS[:2], stories=None, language="de"))
    page = sheet(told)
    assert 'lang="de"' in page
    assert "festgehalten wie vorgestellt" in page
    words = "\n".join(map(words_of, Presentation(io.BytesIO(deck(told))).slides))
    assert "Was eine Entscheidung verlangt" in words
    assert "frozen" not in words


@pytest.fixture
def workspace(own_workspace: Path) -> Path:
    (own_workspace / "packs").mkdir(exist_ok=True)
    (own_workspace / "packs" / "monthly.toml").write_text(
        'title = "Review"\nevery = "month"\nday = 3\n[stories]\nmetric = "promises_kept"\nmark = { part = "broken" }\n'
        '[[sections]]\nmetric = "promises_kept"\n[[for]]\nwho = "ada@example.com"\n[[for]]\nwho = "bo@example.com"\n',
        encoding="utf-8",
    )
    return own_workspace


def writing(workspace: Path, **named: Any) -> Writing:
    return Writing(center=CommandCenter.open(workspace), by="test", forms=("pptx", "html"), **named)


def test_each_reader_gets_what_they_may_see(workspace: Path) -> None:
    made = writing(workspace).write(load_packs(workspace / "packs")["monthly"], YEAR)
    assert [one.reader for one in made] == ["ada@example.com", "bo@example.com"]
    pages = [read_of(next(path for path in one.files if path.suffix == ".html").read_text()) for one in made]
    every, north = (CommandCenter.open(workspace, policy=policy).ask("promises_kept", period=YEAR)
                    for policy in (Policy.everything(), Policy(regions=frozenset({"north"}), names=False)))  # fmt: skip
    assert every.total.n > north.total.n
    assert (every.caption in pages[0], north.caption in pages[0]) == (True, False)
    assert (every.caption in pages[1], north.caption in pages[1]) == (False, True)
    assert all(path.stat().st_mode & 0o077 == 0 for one in made for path in one.files)


def test_a_pack_for_nobody_by_name_is_what_a_viewer_sees(workspace: Path) -> None:
    pack = Pack(name="open", title="Open", parts=(Part(metric="promises_kept", split_by="region"),), names=True,
                stories=Stories(metric="promises_kept"))  # fmt: skip
    (made,) = writing(workspace).write(pack, YEAR)
    page = next(path for path in made.files if path.suffix == ".html").read_text()
    names = [row["name"] for row in CommandCenter.open(workspace).search("a", limit=50)]
    assert [name for name in names if name and name in page] == []
    (workspace / "access.toml").unlink()
    with pytest.raises(QuestionError, match=r"has no entry in access\.toml"):
        writing(workspace).write(replace(pack, recipients=(Recipient(who="cy@example.com"),)), YEAR)


def test_who_is_in_a_pack_is_found_again(workspace: Path) -> None:
    found = Workspace.at(workspace)
    writing(workspace).write(load_packs(workspace / "packs")["monthly"], YEAR, "ada@example.com")
    told = gathered(CommandCenter.open(workspace), replace(PACK_OF_ALL, parts=PARTS[:1], decisions=False))
    assert told.stories is not None
    for customer in told.stories.whom:
        held = taken_along(found, [customer])
        assert [(one.what, one.of, one.by) for one in held] == [(PACK, "monthly 2026 for ada@example.com", "test")]
    assert taken_along(found, ["nobody"]) == ()


def installations(folder: Path, kept: int) -> CommandCenter:
    """A workspace in which so many of a hundred installations of September were kept."""
    rows = [
        person(
            f"C{i}", clock_id=f"K{i}", decided_at=datetime(2026, 9, 10), was_kept=i < kept, promise="installation",
            subject_kind="commitment", is_decided=True, region="North",
        )
        for i in range(100)
    ]  # fmt: skip
    return made_center(folder, {"fct_promise": rows}, name=f"made-{kept:04}")


def test_a_written_pack_never_changes(tmp_path: Path) -> None:
    pack = Pack(name="review", title="Review", parts=(Part(metric="commitments_kept"),))
    Workspace.create(tmp_path)
    (tmp_path / "access.toml").write_text('[[people]]\nwho = "ada@example.com"\nrole = "admin"\n')
    written_before: dict[Path, bytes] = {}
    for kept, told in ((60, "60 were kept"), (95, "95 were kept")):
        center = installations(tmp_path, kept)
        (made,) = Writing(center=center, forms=("pptx", "html"), folder=tmp_path / "out").write(
            pack, "2026-09", "ada@example.com"
        )
        center.close()
        assert told in read_of(next(path for path in made.files if path.suffix == ".html").read_text())
        assert set(made.files).isdisjoint(written_before)
        assert {path: path.read_bytes() for path in written_before} == written_before
        written_before |= {path: path.read_bytes() for path in made.files}
    assert len(written_before) == 4


def test_it_is_written_once_when_it_is_due(workspace: Path) -> None:
    found, pens = Workspace.at(workspace), writing(workspace)
    early = datetime(2026, 10, 3, 4, 59)  # 06:59 in Berlin: September's is not due, and August's is
    assert [one.period for one in write_due(found, early, pens)[0]] == ["2026-08", "2026-08"]
    assert write_due(found, early, pens) == ([], [])
    made, problems = write_due(found, datetime(2026, 10, 3, 5), pens)
    assert ([one.period for one in made], problems) == (["2026-09", "2026-09"], [])
    assert read_written(found) == {"monthly": "2026-09"}
    made, problems = write_due(found, datetime(2026, 11, 3, 7), pens)  # the data ends on 30 October
    assert (made, len(problems)) == ([], 1)
    assert "the data does not reach its end yet" in problems[0]


def test_the_watch_writes_what_is_due_and_says_once_what_it_cannot(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, said = Workspace.at(workspace), set[str]()
    monkeypatch.setattr("dashboard.packs.watched.utc_now", lambda: datetime(2026, 11, 3, 7))
    make_round(found, said)
    assert "Pack monthly: 2026-10 is over, and the data does not reach its end yet." in capsys.readouterr().err
    make_round(found, said)
    assert capsys.readouterr().err == ""
    moments = iter([datetime(2026, 11, 3, 7)])
    monkeypatch.setattr("dashboard.packs.watched.utc_now", lambda: next(moments, datetime(2026, 10, 4)))
    monkeypatch.setattr("dashboard.packs.writing._printed", lambda page: b"%PDF")
    monkeypatch.setattr("dashboard.alerting.watched.SECONDS_BETWEEN", 0.1)
    monkeypatch.setattr("queries.watch.SECONDS", 0.05)
    monkeypatch.setattr("dashboard.cli.be_gentle", lambda: None)  # the tests after it are in no less a hurry
    done = workspace / "packs" / "out"
    watch_until(lambda: len(list(done.glob("*.pdf"))) == 2, workspace)
    assert [path.name[:15] for path in sorted(done.glob("*.html"))] == ["monthly-2026-09"] * 2
    said_at_last = capsys.readouterr()
    assert "Wrote" in said_at_last.out
    assert said_at_last.err.count("the data does not reach its end yet") == 1, "the first round came before it was due"


def watch_until(is_done: Callable[[], bool], workspace: Path, seconds: float = 60) -> None:
    """Runs `cx watch` itself until something is so, or too late, and stops it as a person does."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}

    def stop() -> None:
        late = time.monotonic() + seconds
        while not is_done() and time.monotonic() < late:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = Thread(target=stop)
    try:
        stopper.start()
        assert run("watch", "--workspace", str(workspace)) == 0
    finally:
        stopper.join()
        for one, held in before.items():
            signal.signal(one, held)


@pytest.mark.parametrize(
    ("period", "now", "due"),
    [
        ("month", datetime(2026, 3, 1, 6, 59), "2026-01"),
        ("month", datetime(2026, 3, 1, 7), "2026-02"),
        ("week", datetime(2026, 1, 5, 7), "2026-W01"),
        ("quarter", datetime(2027, 1, 1, 8), "2026-Q4"),
    ],
)
def test_due_is_the_newest_whole_period(period: str, now: datetime, due: str) -> None:
    assert due_period(Pack(name="a", title="A", parts=(), period=period), now) == due


def test_a_pdf_that_cannot_be_made_keeps_nothing_else_back(workspace: Path, tmp_path: Path) -> None:
    def broken(page: str) -> bytes:
        raise NoPicture("There is no Chromium on this machine.")

    center, out = CommandCenter.open(workspace), tmp_path / "out"
    pack = Pack(name="small", title="Small", parts=PARTS[1:2])
    (made,) = Writing(center=center, folder=out, printer=broken).write(pack, YEAR)
    assert [path.suffix for path in made.files] == [".pptx", ".html"]
    assert made.missing == ("pdf: There is no Chromium on this machine.",)
    (made,) = Writing(center=center, folder=out, printer=lambda page: page[:9].encode(), forms=("pdf",)).write(pack, YEAR)
    assert made.files[0].read_bytes() == b"<!DOCTYPE"


def test_a_page_or_a_panel_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for part, told in (
        (Part(page="/servise", panel="a"), 'there is no page "/servise"'),
        (Part(page="/service", panel="a"), '"/service" has no panel "a". There is: service, about-to-break'),
    ):
        with pytest.raises(DeclarationErrors, match=re.escape(told)):
            refuse_unknown_panels([Pack(name="a", title="A", parts=(part,))], Pages.found())


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def test_the_command_lists_writes_and_refuses(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--workspace", str(workspace))
    assert run("pack", *at) == 0
    assert "every month" in capsys.readouterr().out
    words = ("pack", "monthly", "--period", "2026", "--as", "bo@example.com", "--form", "html", "--out", str(tmp_path / "o"))
    assert run(*words, *at) == 0
    assert [path.name.partition("-2026-")[0] for path in (tmp_path / "o").iterdir()] == ["monthly"]
    capsys.readouterr()
    for words, told in (
        (("pack", "montly"), 'Did you mean "monthly"?'),
        (("pack", "monthly", "--form", "doc"), "There is: pptx, html, pdf"),
        (("pack", "monthly", "--period", "soon"), '"SOON" is not a period'),
    ):
        assert run(*words, *at) == 2
        assert told in capsys.readouterr().err
    assert run("new", "pack", "weekly", *at) == 0
    assert "weekly" in load_packs(workspace / "packs")


def test_what_a_pack_names_and_nothing_is_is_told_by_the_check(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, told in (
        ('metric = "replied_in_tyme"', 'Did you mean "replied_in_time"?'),
        ('metric = "likely_to_leave"', "foretells what single customers will do"),
        ('metric = "replied_in_time"\nsplit_by = "colour"', "packs/bad.toml, replied_in_time"),
        ('panel = "/service#nothing"', 'has no panel "nothing"'),
    ):
        (workspace / "packs" / "bad.toml").write_text(f'title = "Bad"\n[[sections]]\n{text}\n', encoding="utf-8")
        assert run("check", "--workspace", str(workspace)) == 2
        assert told in capsys.readouterr().err
