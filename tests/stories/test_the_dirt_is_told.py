"""Data health shows the planted dirt completely: every bad row with its reason, every twin, every odd word, and nobody's name."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.components.health_refused import OPTION, key_of
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from queries.intake.masking import masked
from tests.conftest import TINY

PATH = "/data-health"
REFUSED, RECORDS = "what-was-refused-and-why", "which-records"
OURS = {"Created at": "opened_at", "Status": None}
"""The columns of vendors' exports by our names; a record that is left out as a whole is of none."""

Sample = tuple[CommandCenter, dict[str, Any], Path]


@pytest.fixture(scope="module", params=["tiny", "full"])
def sample(request: pytest.FixtureRequest) -> Sample:
    """A sample as it is loaded, what was planted in its exports, and the exports."""
    exports: Path = TINY if request.param == "tiny" else request.getfixturevalue("sample_exports")
    center: CommandCenter = request.getfixturevalue("tiny_center" if request.param == "tiny" else "sample_center")
    return center, json.loads((exports / ".truth" / "manifest.json").read_text(encoding="utf-8")), exports


def planted(manifest: dict[str, Any]) -> dict[tuple[str, int], str | None]:
    """The planted bad rows, each with the column that makes it bad."""
    return {
        (file, bad["record"]): OURS.get(bad["column"], bad["column"])
        for file, told in manifest.items()
        for bad in told["rejected"]
    }


def panel(center: CommandCenter, name: str, query: str = "") -> str:
    return str(Panels(center, Pages.found()).draw(PATH, name, View.read(PATH, query)))


def told(center: CommandCenter, name: str, query: str = "") -> list[dict[str, Any]]:
    table = Panels(center, Pages.found()).table(PATH, name, View.read(PATH, query))
    assert table is not None
    return [dict(zip(table.heads, row, strict=True)) for row in table.plain()]


def pages_of(center: CommandCenter) -> Iterator[str]:
    """Every page of the list of refused records, as it is turned on the page, without the table that holds all at once."""
    query = ""
    while True:
        html = panel(center, RECORDS, query)
        yield html[: html.index("as-table")]
        following = re.search(r'href="/data-health\?(from=\d+)"[^>]*rel="next"', html)
        if following is None:
            return
        query = following[1]


def test_every_planted_bad_row_is_in_the_full_list_with_its_column_and_a_reason(sample: Sample) -> None:
    center, manifest, _ = sample
    rows = told(center, RECORDS)
    found = {(row["file"], row["record"]): row["column"] or None for row in rows}
    assert found == planted(manifest)
    assert len(rows) == len(found)
    assert all(row["reason"] for row in rows)


def test_every_planted_bad_row_is_seen_on_the_page_that_says_how_many_there_are(sample: Sample) -> None:
    center, manifest, _ = sample
    wanted, seen = planted(manifest), Counter[tuple[str, int]]()
    for html in pages_of(center):
        assert f"of {len(wanted)}" in html
        for file, record in re.findall(r'<th scope="row">([^<]+)<small>record ([\d,]+)</small>', html.replace("<wbr>", "")):
            seen[(file, int(record.replace(",", "")))] += 1
    assert seen == Counter(wanted.keys())


def test_every_count_of_a_reason_opens_exactly_its_rows(sample: Sample) -> None:
    center, manifest, _ = sample
    reasons = center.rejections()
    opened = Counter[tuple[str, int]]()
    for reason in reasons:
        rows = told(center, RECORDS, f"{OPTION}={key_of(reason)}")
        assert len(rows) == reason["rows"]
        assert {(row["file"], row["reason"]) for row in rows} == {(reason["file_name"], reason["reason"])}
        opened.update((row["file"], row["record"]) for row in rows)
    assert opened == Counter(planted(manifest).keys())
    assert f"<b>{len(opened)} records</b> refused" in panel(center, REFUSED)


def test_rows_that_tell_nothing_are_told_apart_from_those_that_tell_nonsense(sample: Sample) -> None:
    center, manifest, _ = sample
    empty = {
        (file, bad["column"]) for file, one in manifest.items() for bad in one["rejected"] if bad["why"] in ("no time", "no id")
    }
    found = {(row["file_name"], row["column_name"]) for row in center.rejections() if row["is_empty"] and row["column_name"]}
    assert found == {(file, OURS.get(column, column)) for file, column in empty}


def test_what_was_told_before_is_counted_by_file(sample: Sample) -> None:
    center, manifest, _ = sample
    lines = told(center, "what-became-of-every-record")
    assert {row["file"]: (row["records"], row["refused"], row["told before"]) for row in lines} == {
        file: (one["records"], len(one["rejected"]), one["duplicates"]) for file, one in manifest.items()
    }


def test_every_planted_odd_word_and_every_row_of_the_future_is_told(sample: Sample) -> None:
    center, manifest, _ = sample
    words = {row["word"]: row["rows"] for row in told(center, "which-words-do-we-not-know")}
    alarms = {(row["alarm"], row["what it says"]) for row in told(center, "what-should-somebody-look-at")}
    for file, one in manifest.items():
        for word, rows in {**one.get("unknown_status", {}), **one.get("unknown_channel", {})}.items():
            assert words[word] == rows
            assert any(kind == "unknown words" and file in says and word in says for kind, says in alarms)
        if ahead := one.get("future_rows"):
            are = "1 row of interactions lies" if ahead == 1 else f"{ahead} interactions lie"
            assert ("dated ahead", f"{file}: {are} after the load") in alarms


def test_nothing_that_a_refused_record_told_is_shown_as_it_stood(sample: Sample) -> None:
    center, _, _ = sample
    values = [row["what it told, masked"] for row in told(center, RECORDS)]
    assert all(value == masked(value, is_counted=True) for value in values)
    assert [name for name in (REFUSED, RECORDS) if re.search(r"\w@\w", panel(center, name))] == []
