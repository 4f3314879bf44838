"""The page that tells whether the numbers can be trusted: what it shows, what it says where there is nothing, what it escapes."""

import re
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from dashboard.components.health_alarms import KINDS
from dashboard.components.health_sources import FINISHED, LATE, NO_INTERVAL, ON_TIME, VERY_LATE, lateness
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.templates import parted
from dashboard.view import View
from metrics import CommandCenter
from metrics.changed import ChangedMonth, Changes
from queries.quarantine import Quarantined
from tests.dashboard.fake_center import HOSTILE
from tests.dashboard.healthy_center import Healthy
from tests.metrics.factory import number

PATH = "/data-health"
PAGE = next(page for page in Pages.found().pages if page.path == PATH)
SECTIONS = [section.id for section in PAGE.sections if section.component.startswith("health")]
NOON = datetime(2026, 10, 30, 12)


def drawn(center: Any, panel: str, query: str = "") -> str:
    return str(Panels(center, Pages.found()).draw(PATH, panel, View.read(PATH, query)))


@pytest.mark.parametrize("panel", SECTIONS)
def test_every_panel_says_something_of_nothing(panel: str) -> None:
    html = drawn(Healthy(sources=()), panel)
    assert html.strip()
    assert "failed" not in html


@pytest.mark.parametrize("panel", SECTIONS)
def test_every_panel_of_the_sample_is_drawn_and_comes_as_a_file(tiny_center: CommandCenter, panel: str) -> None:
    html = drawn(tiny_center, panel)
    assert "failed" not in html
    if panel != "can-we":
        table = Panels(tiny_center, Pages.found()).table(PATH, panel, View.read(PATH, ""))
        assert table is not None
        assert all(len(row) == len(table.heads) for row in table.rows)


def test_every_planted_refusal_is_there_with_its_reason(tiny_center: CommandCenter) -> None:
    table = Panels(tiny_center, Pages.found()).table(PATH, "what-was-refused-and-why", View.read(PATH, ""))
    assert table is not None
    rows = [dict(zip(table.heads, row, strict=True)) for row in table.plain()]
    assert sum(row["rows"] for row in rows) == tiny_center.ledger_summary()["rejected"]
    assert all(row["reason"] for row in rows)


def test_what_a_refused_row_told_is_escaped() -> None:
    row = {"file_name": HOSTILE, "entity": "orders", "column_name": "amount", "reason": "What was paid.", "rows": 2, "first_line": 5,
           "value": HOSTILE, "file_id": "f", "is_empty": False, "source_line": 5, "loaded_at": NOON}  # fmt: skip
    for panel in ("what-was-refused-and-why", "which-records"):
        html = drawn(Healthy(rejections=[row], rejected=[row]), panel)
        assert "<img" not in html
        assert "&lt;img" in html


def test_a_file_in_quarantine_is_no_yes() -> None:
    waiting = Quarantined(file_name="orders.csv", size=9, since=NOON, reason="orders.csv: was cut off.")
    html = drawn(Healthy(quarantine=[waiting]), "can-we")
    assert "Not all of them" in html
    assert "1 file waits in quarantine" in html
    assert "Every record is accounted for" not in html
    assert "waits in quarantine: was cut off." in drawn(Healthy(quarantine=[waiting]), "what-was-refused-and-why")
    assert "cx retry" in drawn(Healthy(quarantine=[waiting]), "what-was-refused-and-why")


@pytest.mark.parametrize(
    ("age", "interval", "is_finished", "told"),
    [(7200, 3600, False, ON_TIME), (7201, 3600, False, LATE), (14401, 3600, False, VERY_LATE), (9e9, 3600, True, FINISHED),
     (9e9, None, False, NO_INTERVAL)],
)  # fmt: skip
def test_a_source_is_late_past_twice_its_interval(age: float, interval: int | None, is_finished: bool, told: str) -> None:
    assert lateness({"age_seconds": age, "interval_seconds": interval, "is_finished": is_finished}) == told


def test_the_gravest_check_stands_first_and_its_count_is_a_link() -> None:
    checks = [
        {"check_id": "one_note", "severity": "note", "sentence": "A note.", "rows": 9},
        {"check_id": "an_error", "severity": "error", "sentence": "An error.", "rows": 1},
        {"check_id": "it_holds", "severity": "error", "sentence": "It holds.", "rows": 0},
    ]
    html = drawn(Healthy(checks=checks), "do-the-checks-hold", "check=one_note")
    assert html.index("An error") < html.index("One note")
    assert 'href="/data-health?check=an_error"' in html
    assert "1 check holds" in html


def test_the_ledger_adds_up_by_file_source_and_day() -> None:
    line = {"source": "shop", "entity": "orders", "is_primary": True, "loaded_at": datetime(2026, 10, 30, 12), "records": 10,
            "loaded_new": 5, "loaded_updated": 3, "rejected": 1, "duplicates": 1, "removed": 0}  # fmt: skip
    lines = [{**line, "file_id": name, "file_name": f"{name}.csv"} for name in ("a", "b")]
    for by, groups in (("file", 2), ("source", 1), ("day", 1)):
        table = Panels(Healthy(ledger=lines), Pages.found()).table(
            PATH, "what-became-of-every-record", View.read(PATH, f"ledger={by}")
        )
        assert table is not None
        rows = [dict(zip(table.heads, row, strict=True)) for row in table.plain()]
        assert len(rows) == groups
        assert sum(row["records"] for row in rows) == 20
        assert all(row["records"] == row["new"] + row["updated"] + row["refused"] + row["told before"] for row in rows)


REASON = {"file_id": "f", "file_name": "orders.csv", "entity": "orders", "column_name": "amount", "reason": "What was paid.",
          "is_empty": False, "first_line": 1, "value": "t•••••", "rows": 30}  # fmt: skip


def refused(count: int) -> list[dict[str, Any]]:
    return [{**REASON, "source_line": place, "value": f"v{place}", "loaded_at": NOON} for place in range(count)]


def test_every_refused_record_is_reached_page_by_page_and_the_count_is_that_of_all() -> None:
    center = Healthy(rejections=[REASON], rejected=refused(30))
    seen, query = [], ""
    while True:
        html = drawn(center, "which-records", query)
        assert "of 30" in html
        seen += re.findall("“(v\\d+)”", html.split("as-table")[0])
        following = re.search(r'href="/data-health\?(from=\d+)" data-nav="true" rel="next"', html)
        if following is None:
            break
        query = following[1]
    assert seen == [f"v{place}" for place in range(30)]


@pytest.mark.parametrize("place", ["-1", "x", "999999999", "٣", ""])
def test_a_place_that_no_list_has_shows_the_list_all_the_same(place: str) -> None:
    assert "of 30" in drawn(Healthy(rejections=[REASON], rejected=refused(30)), "which-records", f"from={quote(place)}")


def test_what_the_page_does_not_hold_is_told_with_the_way_to_it() -> None:
    center = Healthy(rejections=[{**REASON, "rows": 10_004}], rejected=refused(10_000))
    assert "4 more by <code>cx ledger --rejected --offset 10000</code>" in drawn(center, "which-records")


def alarm(kind: str, sentence: str, *, is_newest: bool = True) -> dict[str, Any]:
    return {"alarm": kind, "sentence": sentence, "source": "shop", "loaded_at": NOON, "is_newest": is_newest}


def test_alarms_of_the_newest_exports_stand_first_the_gravest_before_all_and_earlier_ones_are_folded_away() -> None:
    told = [
        alarm("late", "Shop: late."),
        alarm("fewer rows", "a.csv: fewer."),
        alarm("no rows", "old.csv: none.", is_newest=False),
    ]
    html = drawn(Healthy(alarms=told), "what-should-somebody-look-at")
    assert html.index("a.csv: fewer.") < html.index("Shop: late.") < html.index("1 of earlier loads") < html.index("old.csv")
    verdict = drawn(Healthy(alarms=told), "can-we")
    assert "2 alarms" in verdict
    assert "fewer rows, no export came" in verdict
    assert "No alarm" in drawn(Healthy(), "can-we")


def test_every_kind_of_alarm_is_drawn() -> None:
    html = drawn(Healthy(alarms=[alarm(kind, f"About {kind}.") for kind in KINDS]), "what-should-somebody-look-at")
    assert all(f"About {kind}." in html for kind in KINDS)


def month(text: str, was: float, now: float, causes: dict[str, int]) -> ChangedMonth:
    return ChangedMonth(
        metric="open_cases",
        title="Cases",
        month=text,
        was=number(was, 9),
        now=number(now, 9),
        causes=causes,
        is_same=was == now,
        sentence=f"{text} changed.",
    )


def changes(*months: ChangedMonth) -> Changes:
    return Changes(from_snapshot="one", to_snapshot="two", from_made_at=NOON, to_made_at=NOON, files=("a.csv", "b.csv"),
                   merged_customers=1, definitions_changed=False, months=months, not_told={})  # fmt: skip


EARLIER = [SimpleNamespace(snapshot_id="one", made_at=NOON), SimpleNamespace(snapshot_id="none", made_at=None)]


def test_what_changed_tells_was_is_and_why_the_newest_month_first() -> None:
    told = changes(
        month("2026-08", 412, 405, {"late rows": 3, "merges": 4}),
        month("2026-09", 400, 401, {"definitions": 1}),
        month("2026-07", 300, 300, {"late rows": 1}),
    )
    html = drawn(Healthy(earlier=EARLIER, changes=told), "what-changed").split("as-table")[0]
    assert "2 files loaded since" in html
    assert "1 customer merged into others" in html
    assert html.index("September 2026") < html.index("August 2026")
    assert re.search(r"412</td><td[^>]*><b>405</b></td><td>3 late rows, 4 merges</td>", html)
    assert "1 more holds other rows and tells the same figure" in html
    assert "July 2026" not in html
    assert "since=none" in html


def test_without_an_earlier_load_and_without_a_change_the_panel_says_so() -> None:
    assert "There is one load only" in drawn(Healthy(), "what-changed")
    assert "Each of the last 13 closed months" in drawn(Healthy(earlier=EARLIER, changes=changes()), "what-changed")


def test_what_changed_is_drawn_once_whatever_else_the_page_shows() -> None:
    section = PAGE.section("what-changed")
    assert section is not None
    looked_at = section.looked_at(View.read(PATH, "check=one&refused=two&since=three&period=2026-09"))
    assert looked_at == View.read(PATH, "since=three&period=2026-09")


def test_a_long_file_name_breaks_between_its_words_and_is_escaped() -> None:
    assert parted("web_interactions.csv.gz") == "web_<wbr>interactions.<wbr>csv.<wbr>gz"
    assert parted("<b>a_b") == "&lt;b&gt;a_<wbr>b"


def test_what_breaks_the_checks_is_read_before_what_joins_records() -> None:
    assert SECTIONS.index("do-the-checks-hold") < SECTIONS.index("what-changed") < SECTIONS.index("who-is-who")


def test_a_figure_that_nothing_counts_for_is_told_in_words(tiny_center: CommandCenter) -> None:
    html = drawn(tiny_center, "what-could-be-told")
    assert "rows that count here: none of those loaded does" in html
    assert "is not null" not in html
