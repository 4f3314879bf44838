"""Many people at once, each with rows of their own: everybody is answered, nobody is sent another's row, and a planted one is noticed."""

import shutil
from pathlib import Path

import pytest

from benchmarks import viewers
from benchmarks.viewers import Caller, Person, Seen, judged

OTHER = b"C-0123456789ab"
ADA = Person(name="ada", role="viewer", regions=frozenset(), segments=frozenset(), never=frozenset({OTHER}))


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [(200, b"C-aaaaaaaaaaaa", 0), (200, b'["' + OTHER + b'"]', 1), (502, b"C-aaaaaaaaaaaa", 1), (200, b"nobody at all", 1)],
)
def test_a_call_that_fails_another_s_row_and_an_empty_run_are_misses(status: int, told: bytes, code: int) -> None:
    seen = Seen()
    Caller(person=ADA, port=1, seen=seen)._note("page", "/", 0.1, status, told)
    assert judged(seen, plant=False) == code
    assert judged(seen, plant=True) == (0 if OTHER in told else 1)


@pytest.mark.deploy
@pytest.mark.parametrize("plant", [False, True])
def test_twenty_people_and_a_wall_for_some_seconds(
    tiny_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: bool
) -> None:
    monkeypatch.setattr(viewers, "SECONDS_ON_A_PAGE", 3.0)
    monkeypatch.setattr(viewers, "SECONDS_BETWEEN_VERSIONS", 1.0)
    monkeypatch.setattr(viewers, "PAGES", ("/",))
    shutil.copytree(tiny_workspace, tmp_path / "workspace")
    seen = viewers.run(0.2, viewers=20, walls=1, plant=plant, folder=tmp_path)
    assert judged(seen, plant=plant) == 0
    assert seen.failed == []
