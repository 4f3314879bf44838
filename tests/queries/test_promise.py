"""Promises: ordered policies, how they become rows, and what is told of mistakes."""

from datetime import datetime
from pathlib import Path

import pytest

from queries.calendar import load_calendars
from queries.errors import DeclarationErrors
from queries.promise import load_promises, policy_rows

CALENDARS = {
    "hours": 'title = "Hours"\nzone = "Europe/Berlin"\n[hours]\nmonday = ["08:00-18:00"]\n',
    "always": 'title = "A"\nalways = true\n',
}
DESK = """
title    = "Desk"
calendar = "hours"

[[policies]]
id       = "small"
when     = { segment = ["Small"], channel = ["phone", "email"] }
calendar = "always"
from     = 2026-01-01
targets  = { first_reply = { urgent = "30m", default = "4h" } }

[[policies]]
id      = "urgent or high"
when    = { priority = ["urgent", "high"] }
targets = { first_reply = { urgent = "1 hour" } }

[[policies]]
id      = "everyone"
default = true
targets = { first_reply = "1 day" }
"""


def rows_of(folder: Path, **files: str) -> list[tuple[object, ...]]:
    calendars = load_calendars([written(folder / "calendars", CALENDARS)], "UTC")
    return policy_rows(load_promises([written(folder / "promises", files)], calendars, ["Small", "Large"]), calendars)


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path, **files: str) -> str:
    with pytest.raises(DeclarationErrors) as told:
        rows_of(folder, **files)
    return str(told.value)


def test_each_row_is_one_way_to_fit_in_the_order_in_which_they_are_tried(tmp_path: Path) -> None:
    from_at = datetime(2026, 1, 1)
    small = ("first_reply", "small")
    assert rows_of(tmp_path, desk=DESK) == [
        (*small, 1, "case", None, "phone", "urgent", None, "Small", "always", 1800, from_at, None),
        (*small, 2, "case", None, "email", "urgent", None, "Small", "always", 1800, from_at, None),
        (*small, 3, "case", None, "phone", None, None, "Small", "always", 14400, from_at, None),
        (*small, 4, "case", None, "email", None, None, "Small", "always", 14400, from_at, None),
        ("first_reply", "urgent or high", 5, "case", None, None, "urgent", None, None, "hours", 3600, None, None),
        ("first_reply", "urgent or high", 6, "case", None, None, "high", None, None, "hours", None, None, None),
        ("first_reply", "everyone", 7, "case", None, None, None, None, None, "hours", 86400, None, None),
    ]


def test_days_of_a_policy_begin_at_midnight_of_its_calendar(tmp_path: Path) -> None:
    text = DESK.replace('calendar = "always"\n', "").replace("from     = 2026-01-01", "from = 2026-07-01\nuntil = 2026-12-01")
    assert rows_of(tmp_path, desk=text)[0][-2:] == (datetime(2026, 6, 30, 22), datetime(2026, 11, 30, 23))


def test_without_a_target_nothing_is_promised(tmp_path: Path) -> None:
    assert rows_of(tmp_path, desk='title = "D"\ncalendar = "hours"\n[[policies]]\nid = "all"\ndefault = true\n') == []


def test_a_policy_without_conditions_that_is_not_the_default_is_a_mistake(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path, desk='title = "D"\ncalendar = "hours"\n[[policies]]\nid = "all"\ntargets = { first_reply = "4h" }\n'
    )
    assert "desk.toml, policies 1: it has no conditions, so it would fit everything" in told


def test_the_same_promise_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    assert "first_reply is promised in desk.toml and other.toml. Keep one." in mistakes(tmp_path, desk=DESK, other=DESK)


def test_every_mistake_is_told_with_the_nearest_right_word(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        desk="""
            title = "Desk"
            [[policies]]
            id = "first"
            default = true
            calendar = "hour"
            targets = { first_repl = "4h", offer = "2 days" }
            [[policies]]
            id = "first"
            when = { chanel = ["phone"], priority = ["urgnt", "low"], segment = ["Smal"] }
            from = "2026-01-01"
            targets = { first_reply = { high = "4h", low = "0h", normal = "soon" } }
            [[policies]]
            id = "late"
            when = { kind = ["complaint"] }
            calendar = "always"
            from = 2026-02-01
            until = 2026-01-01
        """,
        empty='title = "Empty"\n',
    )
    for part in (
        'calendar = "hour" is not one. Did you mean "hours"?',
        '"first_repl" is not known here. Did you mean "first_reply"?',
        "offer needs no target. Each such commitment is judged by its own due time",
        "the default is not the last policy",
        'two policies are called "first"',
        '"chanel" is not known here. Did you mean "channel"?',
        'priority = "urgnt" is not one. Did you mean "urgent"?',
        'segment = "Smal" is not one. Did you mean "Small"?',
        "from = '2026-01-01' is not a day",
        "a target is zero",
        'normal = "soon" is not a duration',
        "it names no calendar",
        "until = 2026-01-01 is not after from = 2026-02-01",
        "promises/empty.toml: it has no policies",
    ):
        assert part in told
