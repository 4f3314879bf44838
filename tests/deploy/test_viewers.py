"""Many people at once, each with rows of their own: everybody is answered, nobody is sent another's row, and a planted one is noticed."""

import os
import shutil
from pathlib import Path

import pytest

from benchmarks import viewers
from benchmarks.seen import MISSED, POLLED, UNNOTICED, Seen, judged
from benchmarks.viewers import Caller, Person, cores_of

OTHER = b"C-0123456789ab"
ADA = Person(name="ada", role="viewer", regions=frozenset(), segments=frozenset(), never=frozenset({OTHER}))


@pytest.mark.parametrize(
    ("status", "told", "seconds", "code"),
    [
        (200, b"C-aaaaaaaaaaaa", 0.1, 0),
        (200, b'["' + OTHER + b'"]', 0.1, MISSED),
        (502, b"C-aaaaaaaaaaaa", 0.1, MISSED),
        (200, b"nobody at all", 0.1, MISSED),
        (200, b"C-aaaaaaaaaaaa", 1.0, MISSED),
    ],
)
def test_each_goal_that_is_missed_fails_the_run(
    status: int, told: bytes, seconds: float, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Seen()
    caller = Caller(person=ADA, port=1, seen=seen)
    caller._note("page", "/", seconds, status, told)
    for _ in range(100):
        caller._note(POLLED, "/api/version", 0.001, 200, b"")  # which hide nothing
    assert judged(seen, plant=False) == code
    assert capsys.readouterr().out.count("missed") == (code == MISSED)
    assert judged(seen, plant=True) == (MISSED if OTHER in told else UNNOTICED)


def test_the_server_has_two_cores_and_the_callers_the_others_where_there_are_any() -> None:
    assert cores_of([0, 1, 2, 3]) == ({0, 1}, {2, 3})
    assert cores_of([0, 1]) == ({0, 1}, {1})
    assert cores_of([5]) == ({5}, {5})


@pytest.mark.deploy
@pytest.mark.parametrize("plant", [False, True])
def test_twenty_people_and_a_wall_for_some_seconds(
    tiny_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], plant: bool
) -> None:
    monkeypatch.setattr(viewers, "SECONDS_ON_A_PAGE", 3.0)
    monkeypatch.setattr(viewers, "SECONDS_BETWEEN_VERSIONS", 1.0)
    monkeypatch.setattr(viewers, "PAGES", ("/",))
    monkeypatch.setattr(viewers, "FOLDER", tmp_path)
    shutil.copytree(tiny_workspace, tmp_path / "workspace")
    before = os.sched_getaffinity(0)
    with pytest.raises(SystemExit) as ended:
        viewers.main([0.2], plant=plant, viewers=20, walls=1)
    told = capsys.readouterr().out
    assert (ended.value.code, "another's row" in told) == (MISSED if plant else 0, True)
    assert ("The planted rows were noticed." in told) == plant
    assert "The server was held on core" in told
    assert os.sched_getaffinity(0) == before
