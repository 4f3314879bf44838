"""What a command and all that it starts cost: seconds of the processor, seconds on the wall, and the most memory at one moment."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SAMPLED_SECONDS: Final = 0.05
TICKS: Final = os.sysconf("SC_CLK_TCK")
UTIME = 11  # of a process in /proc/PID/stat behind its name; then the system's, then both of the children that have ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took: seconds of the processor in all its processes, seconds on the wall, bytes in memory at most."""

    cpu: float
    wall: float
    peak_bytes: int


def run(command: Sequence[str]) -> tuple[str, Cost]:
    """Returns what a command printed and what it took; raises CalledProcessError when it fails."""
    begin = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        peak = _Peak(started.pid)
        peak.start()
        told, _ = started.communicate()
        wall = time.perf_counter() - begin
        peak.ended.set()
        peak.join()
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return told, Cost(cpu=cpu, wall=wall, peak_bytes=peak.bytes)


def cpu_seconds(of: int | None = None) -> float:
    """Returns what this process, or another, and all that it has started took of the processor up to now, running or ended."""
    return sum(sum(_ticks(pid)) for pid in _tree(of or os.getpid())) / TICKS


class _Peak(threading.Thread):
    """Looks again and again at how much memory a process and all below it hold together."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.bytes, self.ended = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(SAMPLED_SECONDS):
            self.bytes = max(self.bytes, sum(map(_resident, _tree(self.pid))))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        below = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in " ".join(below).split():
        yield from _tree(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _ticks(pid: int) -> tuple[int, ...]:
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ()
    return tuple(map(int, told[UTIME : UTIME + 4]))
