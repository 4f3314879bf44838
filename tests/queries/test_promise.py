"""Promises: ordered policies, how they become rows, and what is told of mistakes."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from queries.calendar_file import load_calendars
from queries.errors import DeclarationErrors
from queries.promise import OWN_DUE_TIME, PROMISES, Promises, pause_rows, policy_rows, setting_row
from queries.promise_file import load_promises

TWO_SHIFTS = """
title = "Shifts"
zone  = "Europe/Berlin"
[hours]
monday = ["08:00-18:00"]
[[versions]]
from = 2026-03-01
[versions.hours]
saturday = ["09:00-13:00"]
"""
CALENDARS = {
    "shifts": TWO_SHIFTS,
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
    return policy_rows(declared(folder, **files), calendars)


def declared(folder: Path, **files: str) -> dict[str, Promises]:
    calendars = load_calendars([written(folder / "calendars", CALENDARS)], "UTC")
    return load_promises([written(folder / "promises", files)], calendars, ["Small", "Large"])


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


def test_a_condition_written_wrongly_is_one_mistake_not_two(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        desk='title = "D"\ncalendar = "hours"\n[[policies]]\nid = "all"\nwhen = { priority = "high" }\ntargets = { first_reply = "4h" }\n',
    )
    assert "when: priority = 'high' is not a list of texts" in told
    assert "no conditions" not in told


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
        "from = '2026-01-01' is not a day or a time",
        "a target is zero",
        'normal = "soon" is not a duration',
        "it names no calendar",
        "until = 2026-01-01 is not after from = 2026-02-01",
        "promises/empty.toml: it has no policies",
    ):
        assert part in told


def in_desk(*policies: str) -> str:
    return 'title = "Desk"\ncalendar = "hours"\n' + "".join(f"[[policies]]\n{policy}\n" for policy in policies)


EVERYONE = 'id = "everyone"\ndefault = true\ntargets = { first_reply = "4h" }'


def test_a_policy_has_a_row_for_each_version_of_its_calendar_while_both_are_in_force(tmp_path: Path) -> None:
    text = EVERYONE + '\ncalendar = "shifts"\nfrom = 2026-02-01'
    rows = rows_of(tmp_path, desk=in_desk(text))
    assert [(row[2], row[9], *row[-2:]) for row in rows] == [
        (1, "shifts", datetime(2026, 1, 31, 23), datetime(2026, 2, 28, 23)),
        (2, "shifts@2026-03-01", datetime(2026, 2, 28, 23), None),
    ]
    rows = rows_of(tmp_path, desk=in_desk(text.replace("02-01", "04-01")))
    assert [(row[9], *row[-2:]) for row in rows] == [("shifts@2026-03-01", datetime(2026, 3, 31, 22), None)]


def test_a_policy_may_be_in_force_from_one_instant_until_another(tmp_path: Path) -> None:
    text = EVERYONE + "\nfrom = 2026-07-01T08:00:00\nuntil = 2026-07-01T10:00:00Z"
    assert rows_of(tmp_path, desk=in_desk(text))[0][-2:] == (datetime(2026, 7, 1, 6), datetime(2026, 7, 1, 10))


def test_every_promise_of_a_request_may_have_a_target(tmp_path: Path) -> None:
    targets = "targets = { next_reply = '4h', first_resolution = '1d', full_resolution = '2d', customer_wait = '8h', agent_work = '6h' }"
    made = declared(
        tmp_path, desk=in_desk('id = "everyone"\ndefault = true\n' + targets + '\npauses = { next_reply = ["pending"] }')
    )
    assert made["desk"].made == ("next_reply", "first_resolution", "full_resolution", "customer_wait", "agent_work")
    assert sorted(pause_rows(made)) == [
        ("agent_work", "everyone", "on_hold"),
        ("agent_work", "everyone", "pending"),
        ("customer_wait", "everyone", "pending"),
        ("next_reply", "everyone", "pending"),
    ]


def test_a_solution_is_final_after_seven_days_unless_a_file_says_otherwise(tmp_path: Path) -> None:
    assert setting_row(declared(tmp_path, desk=in_desk(EVERYONE))) == (7 * 86_400,)
    later = 'final_after = "3 days"\n'
    assert setting_row(declared(tmp_path, desk=later + in_desk(EVERYONE))) == (3 * 86_400,)
    other = later + in_desk('id = "all"\ndefault = true')
    assert "final_after is told in desk.toml and other.toml. Keep one." in mistakes(
        tmp_path, desk=later + in_desk(EVERYONE), other=other
    )


def test_detractors_are_told_apart_by_segment_only(tmp_path: Path) -> None:
    small = 'id = "small"\nwhen = { segment = ["Small"] }\ntargets = { call_back = "1d" }'
    urgent = 'id = "urgent"\nwhen = { priority = ["urgent"] }\ntargets = { first_reply = "1h" }'
    all_of_them = 'id = "everyone"\ndefault = true\ntargets = { call_back = "48h", first_reply = "4h" }'
    rows = [row for row in rows_of(tmp_path, desk=in_desk(small, urgent, all_of_them)) if row[0] == "call_back"]
    assert [(row[1], row[3], row[8], row[10]) for row in rows] == [
        ("small", "detractor", "Small", 86_400),
        ("everyone", "detractor", None, 172_800),
    ]
    urgent_ones = 'id = "urgent"\nwhen = { priority = ["urgent"] }\ntargets = { call_back = { urgent = "1h" } }'
    wrong = urgent_ones + '\npauses = { call_back = ["pending"] }'
    told = mistakes(tmp_path, desk=in_desk(wrong, EVERYONE))
    assert "call_back is promised to whoever answered a survey, which has no kind, channel, priority or category" in told
    assert "call_back has targets by priority, which only requests have" in told
    assert "call_back never pauses: it has no status" in told


def test_a_policy_that_can_never_fit_names_the_one_that_takes_its_requests(tmp_path: Path) -> None:
    phone = 'id = "phone"\nwhen = { channel = ["phone", "email"] }\ntargets = { first_reply = "1h" }'
    urgent_phone = 'id = "urgent phone"\nwhen = { channel = ["phone"], priority = ["urgent"] }\ntargets = { first_reply = "30m" }'
    told = mistakes(tmp_path, desk=in_desk(phone, urgent_phone, EVERYONE))
    assert 'desk.toml, policies 2: "urgent phone" can never fit: "phone" above it takes everything it asks for' in told
    assert rows_of(tmp_path, desk=in_desk(urgent_phone, phone, EVERYONE))


def test_several_policies_above_may_together_leave_nothing(tmp_path: Path) -> None:
    phone = 'id = "phone"\nwhen = { channel = ["phone"] }\nuntil = 2026-03-01\ntargets = { first_reply = "1h" }'
    later = 'id = "phone later"\nwhen = { channel = ["phone"] }\nfrom = 2026-03-01\ntargets = { first_reply = "2h" }'
    mail = 'id = "mail"\nwhen = { channel = ["email"] }\ntargets = { first_reply = "1h" }'
    both = 'id = "both"\nwhen = { channel = ["phone", "email"] }\ntargets = { first_reply = "3h" }'
    told = mistakes(tmp_path, desk=in_desk(phone, later, mail, both, EVERYONE))
    assert '"both" can never fit: "phone" and "phone later" and "mail" above it together take everything' in told
    gap = later.replace("2026-03-01", "2026-03-02")
    assert rows_of(tmp_path, desk=in_desk(phone, gap, mail, both, EVERYONE))


def test_a_default_may_give_way_to_another_one(tmp_path: Path) -> None:
    first = 'id = "2025"\ndefault = true\nuntil = 2026-01-01\ntargets = { first_reply = "8h" }'
    assert len(rows_of(tmp_path, desk=in_desk(first, EVERYONE))) == 2
    assert '"2025" can never fit: "everyone" above it takes everything' in mistakes(tmp_path, desk=in_desk(EVERYONE, first))


def test_pauses_and_targets_that_mean_nothing_are_told(tmp_path: Path) -> None:
    policy = """
        id = "urgent"
        when = { priority = ["urgent"] }
        targets = { first_reply = { urgent = "1h", default = "4h" }, full_resolution = "2d" }
        pauses = { full_resolution = ["pending", "on_hold"], next_reply = ["pending"], agent_work = ["open"], customer_wai = [] }
    """
    told = mistakes(tmp_path, desk=in_desk(policy, EVERYONE))
    for part in (
        '"default" is for no priority: all that this policy fits have their own',
        'full_resolution = "on_hold": a promise pauses only while the customer is awaited',
        "to leave out the time at a third party as well, promise agent_work",
        "next_reply pauses and has no target here",
        "agent_work pauses in pending and on_hold by what it means",
        '"customer_wai" is not known here. Did you mean "customer_wait"?',
    ):
        assert part in told


def test_a_time_at_the_edge_of_what_a_date_can_be_is_told(tmp_path: Path) -> None:
    edges = "from = 0001-01-01T00:00:00+14:00\nuntil = 9999-12-31T23:59:59-12:00\n"
    told = mistakes(tmp_path, desk=DESK.replace("from     = 2026-01-01\n", edges))
    assert "from = 0001-01-01 00:00:00+14:00 is too far away. Choose a year from 1900 to 2200, or leave it out." in told
    assert "until = 9999-12-31 23:59:59-12:00 is too far away" in told


def test_every_promise_there_can_be_has_its_words() -> None:
    (told,) = Path(__file__).parent.glob("promise_word/*/expect.csv")
    with told.open(encoding="utf-8", newline="") as lines:
        assert {row["promise"] for row in csv.DictReader(lines)} == {*PROMISES, *OWN_DUE_TIME}
