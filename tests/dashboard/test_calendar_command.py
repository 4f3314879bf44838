"""`cx calendar`: open seconds between two instants, and the instant after so much open time, in a workspace without data."""

import json
import re
from pathlib import Path

import pytest

from dashboard.cli import main
from queries.calendar_file import load_calendars
from queries.promise_file import load_promises

HOURS = """
title = "Service hours"
zone  = "Europe/Berlin"
[hours]
friday   = ["08:00-18:00"]
saturday = ["09:00-13:00"]
monday   = ["08:00-18:00"]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "desk.toml").write_text(HOURS, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as end:
        main(["calendar", *words])
    assert end.value.code == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_open_seconds_between_two_times_on_the_calendars_clock(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    words = ("desk", "--from", "2026-10-23T16:30", "--to", "2026-10-26T09:00", "-w", str(desk))
    told = json.loads(said(capsys, *words, "--json"))
    assert told["open_seconds"] == (90 + 240 + 60) * 60
    assert told["calendar_seconds"] == 65 * 3600 + 1800  # the clocks went back in between
    assert told["from_local"] == "2026-10-23T16:30:00+02:00"
    assert told["to_utc"] == "2026-10-26T08:00:00+00:00"
    assert [window["open_seconds"] for window in told["windows"]] == [5400, 14400, 3600]
    text = said(capsys, *words)
    assert (
        "From Fri 2026-10-23 16:30:00 (2026-10-23 14:30:00 UTC) until Mon 2026-10-26 09:00:00 (2026-10-26 08:00:00 UTC):" in text
    )
    assert "23,400 seconds open (6 h 30 min) of 235,800 in desk, Europe/Berlin." in text
    assert "Sat 2026-10-24 09:00:00" in text


def test_the_instant_after_so_much_open_time(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    words = ("desk", "--from", "2026-10-23T14:30Z", "--add", "330m", "-w", str(desk))
    assert "have passed on Sat 2026-10-24 13:00:00 (2026-10-24 11:00:00 UTC)." in said(capsys, *words)
    assert json.loads(said(capsys, *words, "--json"))["to_local"] == "2026-10-24T13:00:00+02:00"


def test_the_calendars_there_are(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    rows = json.loads(said(capsys, "--json", "-w", str(desk)))
    assert [row["calendar"] for row in rows] == ["always", "desk", "office_hours"]
    assert "Service hours" in said(capsys, "-w", str(desk))


def test_many_times_open_are_not_all_printed(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    assert "… and 116 more; --json lists all." in said(capsys, *"desk --from 2025-01-01 --to 2026-01-01 -w".split(), str(desk))


def test_a_new_calendar_and_new_promises_are_read_and_show_every_field(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for kind in ("calendar", "promises"):
        with pytest.raises(SystemExit) as end:
            main(["new", kind, "night_desk", "-w", str(tmp_path)])
        assert end.value.code == 0
    assert "`cx calendar night_desk` counts its open time at once." in capsys.readouterr().out
    calendars = load_calendars([tmp_path / "calendars"])
    assert calendars["night_desk"].title == "Night desk"
    promises = load_promises([tmp_path / "promises"], {"office_hours": calendars["night_desk"]})
    assert [policy.policy for policy in promises["night_desk"].policies] == ["complaints", "everyone"]
    fields = "title zone always hours holidays country region except also days dates note versions from"
    for kind, told in (
        ("calendars", fields),
        ("promises", "title calendar final_after id when from until targets pauses default"),
    ):
        text = (tmp_path / kind / "night_desk.toml").read_text(encoding="utf-8")
        for field in told.split():
            assert re.search(rf"^(# )?\[*{field}\b", text, re.MULTILINE), field


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("dsk --from 2026-05-04 --add 4h", '"dsk" is not a calendar here. Did you mean "desk"?'),
        ("desk --from 2026-05-04", "it takes --from, and either --to or --add."),
        ("desk --from 2026-05-04 --add 4h --to 2026-05-05", "it takes --from, and either --to or --add."),
        ("desk --from yesterday --add 4h", "--from yesterday is not a time."),
        ("desk --from 2026-05-04 --add soon", "--add soon is not a duration"),
        ("desk --from 2026-05-04 --add 0h", "--add 0h adds nothing."),
        ("desk --from 2026-05-04 --add -4h", "--add -4h adds nothing."),
        ("desk --from 2026-05-04 --add 99999d", "--add 99999d is not a duration"),
        ("desk --from 0001-01-01 --add 4h", "--from 0001-01-01 is too far away."),
        ("desk --from 2026-05-04 --to 2026-05-03", "--to 2026-05-03 lies before --from 2026-05-04."),
    ],
)
def test_what_cannot_be_counted_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], desk: Path, words: str, sentence: str
) -> None:
    assert said(capsys, *words.split(), "-w", str(desk), code=2).startswith(sentence)
