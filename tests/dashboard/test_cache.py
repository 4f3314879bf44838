"""One store for all workers: made once, kept private."""

import stat
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from flask import Flask

from dashboard.cache import SharedCache


def make_slowly(folder: str) -> int:
    """Asks one cache for one value from a process of its own; every making leaves a line."""
    cache = SharedCache(Flask("test"), Path(folder), 60)

    def make() -> int:
        with open(f"{folder}/made", "a") as made:
            made.write("x")
        time.sleep(0.3)
        return 7

    return cache.once(("a", "b"), make)


def test_what_many_processes_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert set(pool.map(make_slowly, [str(tmp_path)] * 6)) == {7}
    assert (tmp_path / "made").read_text() == "x"


def test_what_many_threads_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    cache = SharedCache(Flask("test"), tmp_path, 60)
    made = []
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cache.once(("k",), lambda: made.append(1) or len(made)), range(20)))
    assert answers == [1] * 20


def test_nothing_is_a_value_too(tmp_path: Path) -> None:
    cache = SharedCache(Flask("test"), tmp_path, 60)
    made: list[int] = []
    for _ in range(2):
        assert cache.once(("none",), lambda: made.append(1)) is None
    assert made == [1]


def test_parts_do_not_run_into_each_other(tmp_path: Path) -> None:
    cache = SharedCache(Flask("test"), tmp_path, 60)
    assert cache.once(("ab", "c"), lambda: 1) == 1
    assert cache.once(("a", "bc"), lambda: 2) == 2


def test_only_the_owner_may_look_in(tmp_path: Path) -> None:
    cache = SharedCache(Flask("test"), tmp_path / "cache", 60)
    cache.once(("a",), lambda: "a name")
    for path in (tmp_path / "cache").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_without_a_folder_one_is_made_for_this_start() -> None:
    assert SharedCache(Flask("test"), None, 60).folder.is_dir()


def test_what_was_drawn_is_dropped_once_somebody_was_forgotten(tmp_path: Path) -> None:
    note = tmp_path / "forgotten.json"
    cache = SharedCache(Flask("test"), tmp_path / "cache", 60, note)
    assert cache.once(("a",), lambda: "Canary Quillfeather") == "Canary Quillfeather"
    note.write_text("{}")
    assert cache.once(("b",), lambda: "nobody") == "nobody"
    assert all(b"Quillfeather" not in path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert cache.once(("a",), lambda: "nobody") == "nobody"


def test_what_was_begun_before_somebody_was_forgotten_is_not_kept_afterwards(tmp_path: Path) -> None:
    note = tmp_path / "forgotten.json"
    slow, other = (SharedCache(Flask("test"), tmp_path / "cache", 60, note) for _ in range(2))

    def make() -> str:
        note.write_text("{}")
        assert other.once(("b",), lambda: "nobody") == "nobody"  # another worker drops what was kept meanwhile
        return "Canary Quillfeather"

    assert slow.once(("a",), make) == "Canary Quillfeather"
    assert all(b"Quillfeather" not in path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert slow.once(("a",), lambda: "nobody") == "nobody"
