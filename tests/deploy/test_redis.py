"""What is drawn, in a real Redis: made once, signed, dropped once somebody was forgotten, and not missed while it is away."""

import logging
import pickle
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from dashboard import redis_store
from dashboard.cache import SharedCache
from dashboard.redis_store import RedisStore
from tests.deploy.machine import program, until

pytestmark = pytest.mark.deploy
KEY = "a key of the trial"


@contextmanager
def redis_at(folder: Path) -> Iterator[str]:
    """A Redis that is reached by a socket in a folder, and keeps nothing on the disk."""
    words = [
        "--port",
        "0",
        "--unixsocket",
        str(folder / "redis.sock"),
        "--unixsocketperm",
        "700",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with subprocess.Popen([program("redis-server"), *words], stdout=subprocess.DEVNULL) as server:
        try:
            until(lambda: (folder / "redis.sock").exists(), "Redis did not start", 20)
            yield f"unix://{folder}/redis.sock"
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with redis_at(tmp_path) as told:
        yield told


def cache(address: str, folder: Path, forgotten: Path | None = None, key: str = KEY, prefix: str = "cx:one:") -> SharedCache:
    """The cache of one worker; those of one server share the folder of locks."""
    return SharedCache(Flask("trial"), folder, 60, forgotten, store=RedisStore(address, key, prefix, 60))


def test_what_many_workers_ask_for_at_once_is_made_once(address: str, tmp_path: Path) -> None:
    made = []

    def make() -> int:
        made.append(1)
        threading.Event().wait(0.2)
        return 7

    workers = [cache(address, tmp_path / "shared") for _ in range(4)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda which: workers[which % 4].once(("a", "b"), make), range(12)))
    assert (answers, made) == ([7] * 12, [1])
    assert Redis.from_url(address).ttl(Redis.from_url(address).keys("*")[0]) <= 60


def test_what_somebody_else_put_there_is_not_unpickled(address: str, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "harm",)  # type: ignore[return-value]

    ours, there = cache(address, tmp_path / "shared"), Redis.from_url(address)
    assert ours.once(("a",), lambda: "drawn") == "drawn"
    (name,) = there.keys("*")
    signed = there.get(name)
    forms = [pickle.dumps((Harm(),)), b"x" * 32 + pickle.dumps((Harm(),)), signed[:32] + pickle.dumps((Harm(),)), b"", b"short"]
    for form in forms:
        there.set(name, form)
        assert ours.once(("a",), lambda: "drawn anew") == "drawn anew"
    assert not (tmp_path / "harm").exists()
    ours.once(("b",), lambda: "another's")
    other = next(found for found in there.keys("*") if found != name)
    there.set(name, there.get(other))  # whole and signed, but under another key
    assert ours.once(("a",), lambda: "drawn anew") == "drawn anew"
    assert cache(address, tmp_path / "shared", key="another start").once(("a",), lambda: "of another start") == "of another start"


def test_what_was_drawn_is_dropped_there_too_once_somebody_was_forgotten(address: str, tmp_path: Path) -> None:
    note, there = tmp_path / "forgotten.json", Redis.from_url(address)
    ours = cache(address, tmp_path / "shared", note)
    other = cache(address, tmp_path / "other", prefix="cx:two:")
    ours.once(("a",), lambda: "Canary Quillfeather")
    other.once(("a",), lambda: "of another workspace")
    note.write_text("{}")
    assert ours.once(("b",), lambda: "nobody") == "nobody"
    assert all(b"Quillfeather" not in there.get(name) for name in there.keys("*"))
    assert other.once(("a",), lambda: "made again") == "of another workspace"


def test_while_it_is_away_figures_are_worked_out_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(redis_store, "SECONDS_LEFT_ALONE", 0.3)
    note = tmp_path / "forgotten.json"
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    with redis_at(tmp_path) as address:
        ours = cache(address, tmp_path / "shared", note)
        assert [ours.once(("a",), make) for _ in range(2)] == [1, 1]
    with caplog.at_level(logging.WARNING, logger="dashboard"):
        assert [ours.once(("a",), make) for _ in range(3)] == [2, 3, 4]
        note.write_text("{}")  # somebody is forgotten meanwhile
        assert ours.once(("a",), make) == 5
    assert [record.getMessage() for record in caplog.records] == [
        "The cache does not answer (ConnectionError): what is drawn is worked out each time."
    ]
    with redis_at(tmp_path):
        threading.Event().wait(0.4)
        assert [ours.once(("a",), make) for _ in range(2)] == [6, 6]
