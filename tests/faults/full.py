"""A disk that refuses: whatever step of a load it is, one sentence says so, the last snapshot stays, and the next load goes through.

Three ways by turns: a step of writing fails (disk full, quota, broken device), a file may not grow beyond a size, and where a
small disk can be mounted it is really filled up at a random moment.
"""

import errno
import itertools
import os
import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from unittest import mock

from queries.intake import manifest
from tests.faults.child import Child, finished
from tests.faults.disk import Step, watched
from tests.faults.fault import Counts, steps
from tests.faults.trial import Trial

SHORT, LONG = 8, 240
COMPLETED = 3
ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
SMALL_DISK = 700 << 20


def run(count: int, seed: int) -> Counts:
    """Let the disk refuse so many times."""
    counts, draw = Counts("full"), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as place, _small_disk() as small:
        trial = Trial.at(Path(place), counts)
        on_small = Trial.at(small, counts) if small else None
        kinds = _kinds(trial)
        struck = itertools.cycle(draw.sample([(kind, code) for kind in kinds for code in ERRORS], len(kinds) * len(ERRORS)))
        for number in steps(count, "refusing to write"):
            if counts.is_lost:
                break
            turn = number % 4
            if turn == 3 and on_small:
                _filled_up(on_small, draw)
            elif turn == 2:
                _too_large(trial, int(2 ** draw.uniform(0, 26)))
            else:
                _refused(trial, *next(struck))
            if number % COMPLETED == COMPLETED - 1:
                trial.complete("what the disk refused")
        if on_small:
            on_small.complete("a full disk")
    return counts


def _kinds(trial: Trial) -> list[str]:
    """Return every kind of step that a load takes, and check that what is renamed was made durable before."""
    with watched(trial.workspace.root) as disk:
        trial.loaded()
    trial.reset()
    done = [one.kind for one in disk.steps]
    trial.counts.count("steps of a load", len(done))
    for place, kind in enumerate(done):
        what, _, name = kind.partition(" ")
        may_be_lost = name.startswith("raw/typed/")  # made again from the raw rows
        if what == "rename" and not may_be_lost and f"sync {name}" not in done[:place]:
            trial.counts.miss(f"{name} is renamed before it is durable")
    return list(dict.fromkeys(done))


def _refused(trial: Trial, kind: str, code: int) -> None:
    """Let every step of a kind fail."""
    if trial.is_published:
        trial.reset()

    def act(step: Step) -> None:
        if step.kind == kind:
            raise OSError(code, os.strerror(code), str(trial.workspace.root / step.name))

    def work() -> object:
        with watched(trial.workspace.root, act):
            return trial.loaded()

    trial.counts.count("steps refused")
    trial.judge(finished(work), f"{kind} ({errno.errorcode[code]})")


def _too_large(trial: Trial, most: int) -> None:
    """Let no file grow beyond so many bytes."""
    if trial.is_published:
        trial.reset()

    def work() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return trial.loaded()

    trial.counts.count("sizes refused")
    trial.judge(finished(work), f"files of at most {most:,} bytes")


def _filled_up(trial: Trial, draw: random.Random) -> None:
    """Fill the disk at a random moment of a load, but for a few bytes; make room again when the load has ended."""
    if trial.is_published:
        trial.reset()
    filler, left = trial.workspace.root.parent / "filler", int(2 ** draw.uniform(0, 24))
    child = Child(trial.loaded)
    ended = child.wait(draw.uniform(0, 1.5))
    try:
        with suppress(OSError), filler.open("wb") as file:
            free = shutil.disk_usage(filler.parent).free
            os.posix_fallocate(file.fileno(), 0, max(1, free - left))
        ended = ended or child.wait()
    finally:
        filler.unlink(missing_ok=True)
    trial.counts.count("disks filled up")
    if ended:
        trial.judge(ended, f"a disk with {left:,} bytes left")


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """Give a small disk, or None where none may be mounted."""
    with tempfile.TemporaryDirectory(prefix="faults-disk-") as place:
        mounted = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", place]
        with suppress(FileNotFoundError):
            if subprocess.run(mounted, capture_output=True, check=False).returncode == 0:
                try:
                    yield Path(place)
                finally:
                    subprocess.run(["umount", "--lazy", place], check=True)
                return
        yield None


@contextmanager
def _raw_errors() -> Iterator[None]:
    """Let what the disk says through as it is."""
    with mock.patch("queries.load.said_plainly", return_value=nullcontext()):
        yield


@contextmanager
def _unnoticed() -> Iterator[None]:
    """Go on as if what could not be written was."""
    real = manifest.write_durably

    def careless(path: Path, text: str) -> None:
        with suppress(OSError):
            real(path, text)

    with ExitStack() as patched:
        for module in ("queries.snapshots", "queries.intake.manifest"):
            patched.enter_context(mock.patch(f"{module}.write_durably", careless))
        yield


PLANTED = {"the disk's own words": _raw_errors, "failures go unnoticed": _unnoticed}
