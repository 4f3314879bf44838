"""The log of decisions: only ever added to, one writer at a time, and whole after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from queries.decisions import Decision, append_decision, read_decisions
from queries.workspace import Workspace


def a_decision(number: int) -> Decision:
    return Decision(
        decision_id=f"D{number}", decided_at="2026-10-30T13:05:00Z", owner="Ada", what=f"Thing {number}", due=date(2026, 12, 1),
        expects="Fewer wait", metric="replied_in_time", where={"team": ("Phone desk",)},
    )  # fmt: skip


def test_what_was_decided_is_read_as_it_was_written_the_newest_first(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert read_decisions(workspace) == ()
    for number in (1, 2):
        append_decision(workspace, a_decision(number))
    assert read_decisions(workspace) == (a_decision(2), a_decision(1))


def test_many_who_write_at_once_each_leave_a_whole_line(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append_decision(workspace, a_decision(number)), range(40)))
    assert {one.decision_id for one in read_decisions(workspace)} == {f"D{number}" for number in range(40)}


def test_a_line_that_a_crash_left_half_written_harms_no_other(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    append_decision(workspace, a_decision(1))
    with workspace.decisions.open("ab") as file:
        file.write(b'{"decision_id": "D2", "wh')
    append_decision(workspace, a_decision(3))
    assert [one.decision_id for one in read_decisions(workspace)] == ["D3", "D1"]
