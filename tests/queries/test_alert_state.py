"""How an alert stands and who is told what: against a plain reading of the rules, on random courses of events."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.alert_state import OPENED, RECOVERED, STILL_OPEN, Standing, read_standing, standing
from queries.errors import WorkspaceError
from queries.workspace import Workspace

START = datetime(2026, 10, 1)
HOUR = timedelta(hours=1)


def course(looks: list[bool | None], *, reached: list[bool], again: int | None) -> list[str]:
    """What one recipient is told, look by look; reached: whether a message would go out at that look."""
    stands, told = Standing(), []
    for number, is_met in enumerate(looks):
        now = START + number * HOUR
        stands = stands.looked(is_met, "", now)
        state = stands.due("desk", again, now)
        if state and reached[number]:
            stands = stands.sent("desk", state if state == RECOVERED else OPENED, now)
            told.append(f"{number} {state}")
    return told


Y, N = True, False


@pytest.mark.parametrize(
    ("looks", "reached", "told"),
    [
        ([N, Y, Y, Y, N, N], [Y] * 6, ["1 opened", "4 recovered"]),
        ([Y, None, Y, None, N], [Y] * 5, ["0 opened", "4 recovered"]),  # what cannot be told is neither news nor the end
        ([Y, Y, N, N], [N, N, N, Y], []),  # over before anybody was told
        ([Y, Y, Y, N], [N, N, Y, Y], ["2 opened", "3 recovered"]),  # tried again until it went out
        ([Y, N, N, Y], [Y, N, N, Y], ["0 opened", "3 opened"]),  # another opening is news, whatever was not told between
        ([Y, N, Y, N], [Y] * 4, ["0 opened", "1 recovered", "2 opened", "3 recovered"]),
    ],
)
def test_an_opening_and_an_end_are_told_once_each(looks: list[bool | None], reached: list[bool], told: list[str]) -> None:
    assert course(looks, reached=reached, again=None) == told


def test_who_was_told_is_told_anew_after_so_long_while_it_is_open() -> None:
    assert course([True] * 6, reached=[True] * 6, again=2 * 3600) == ["0 opened", "2 still open", "4 still open"]


@settings(max_examples=300)
@given(seed=st.integers(0, 10**9))
def test_nobody_hears_of_an_end_without_an_opening_nor_of_one_opening_twice(seed: int) -> None:
    chance = Random(seed)
    looks: list[bool | None] = [chance.choice([True, True, False, None]) for _ in range(40)]
    again = chance.choice([None, 3 * 3600])
    told = [one.split(" ", 1) for one in course(looks, reached=[chance.random() < 0.6 for _ in looks], again=again)]
    knows_opening, heard_at, opening, number = None, 0, 0, -1
    for at, state in told:
        while number < int(at):  # the openings that the looks made, counted apart
            number += 1
            known = [one for one in looks[: number + 1] if one is not None]
            before = [one for one in looks[:number] if one is not None]
            opening += bool(known and known[-1] and not (before and before[-1]) and looks[number])
        is_open = bool([one for one in looks[: number + 1] if one is not None][-1:] == [True])
        if state == OPENED:
            assert is_open
            assert knows_opening != opening
            knows_opening = opening
        elif state == STILL_OPEN:
            assert is_open
            assert (knows_opening, again is not None and number - heard_at >= 3) == (opening, True)
        else:
            assert state == RECOVERED
            assert not is_open
            assert knows_opening is not None
            knows_opening = None
        heard_at = number


def test_it_is_kept_also_when_something_fails_meanwhile(tmp_path) -> None:
    workspace = Workspace.create(tmp_path)

    def is_sent_and_fails() -> None:
        with standing(workspace) as found:
            found["late"] = Standing().looked(True, "90 %", START).sent("desk", OPENED, START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        is_sent_and_fails()
    kept = read_standing(workspace)["late"]
    assert (kept.is_open, kept.opened_at, kept.told["desk"].state) == (True, "2026-10-01T00:00:00", "opened")
    assert kept.due("desk", None, START + HOUR) == ""


def test_a_damaged_file_is_told_and_not_taken_for_none(tmp_path) -> None:
    workspace = Workspace.create(tmp_path)
    (workspace.registry / "alerts.json").write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"registry/alerts\.json: is damaged"):
        read_standing(workspace)
