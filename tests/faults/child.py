"""Child processes to be killed: forked from the prepared one, so that a trial costs its work and not the start of Python.

They are real processes in a process group of their own; what they start themselves belongs to it.
"""

import faulthandler
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO
from unittest import mock

from queries.errors import QueriesError
from queries.intake import child as parser
from queries.intake import parse
from queries.lifeline import end_with_parent

DONE, REFUSED, CRASHED = 0, 3, 4
TICK = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: DONE, REFUSED with a sentence, CRASHED with what it raised, or minus the signal that killed it."""

    code: int
    told: str

    @property
    def was_killed(self) -> bool:
        """Whether it was still at work."""
        return self.code == -signal.SIGKILL


class Child:
    """One forked process that does some work; what the work returns, or the error, comes back as a text."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._reads, writes = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            _work(work, writes)
        os.close(writes)
        with suppress(PermissionError, ProcessLookupError):  # it has done so itself, or ended
            os.setpgid(self.pid, self.pid)

    def wait(self, seconds: float = 600.0) -> Ended | None:
        """Return how it ended; None when it is still at work after so many seconds."""
        until = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return self._ended(os.waitstatus_to_exitcode(status))
            if time.monotonic() >= until:
                return None
            time.sleep(TICK)

    def kill(self, *, alone: bool = False) -> Ended:
        """Kill it with all it started, or alone; return how it ended."""
        os.kill(self.pid, signal.SIGKILL) if alone else os.killpg(self.pid, signal.SIGKILL)
        return self.wait() or Ended(code=CRASHED, told="it does not die")

    def _ended(self, code: int) -> Ended:
        with os.fdopen(self._reads, "rb", closefd=True) as pipe:
            os.set_blocking(pipe.fileno(), False)  # a child of the child may hold the other end
            return Ended(code=code, told=(pipe.read() or b"").decode())


def finished(work: Callable[[], object]) -> Ended:
    """Let a child do some work to its end."""
    ended = Child(work).wait()
    assert ended is not None, "it takes for ever"
    return ended


def kill_self() -> None:
    """End this process and all that it started, as from outside."""
    os.killpg(0, signal.SIGKILL)


def _work(work: Callable[[], object], writes: int) -> None:
    """Do the work and end: nothing of what the parent would still do at its own end is done here."""
    code = CRASHED
    try:
        faulthandler.disable()
        os.setpgid(0, 0)
        end_with_parent(signal.SIGKILL)
        told, code = str(work() or ""), DONE
    except QueriesError as error:
        told, code = str(error), REFUSED
    except BaseException as error:  # whatever it is: a fork must not go on as its parent
        told = f"{type(error).__name__}: {error}"
    os.write(writes, told.encode()[:60_000])
    os._exit(code)


class _Parser:
    """The intake's parser as a fork of its loader, with the pipes and the ways to end it of a `Popen`."""

    def __init__(self, jobs: bytes) -> None:
        stdin, self._jobs = os.pipe()
        answers, stdout = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._jobs)
            os.close(answers)
            _parse(stdin, stdout)
        os.close(stdin)
        os.close(stdout)
        self.stdin = None
        self.stdout: IO[bytes] = os.fdopen(answers, "rb")
        with suppress(BrokenPipeError), os.fdopen(self._jobs, "wb") as pipe:
            pipe.write(jobs)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


def _parse(stdin: int, stdout: int) -> None:
    code = CRASHED
    try:
        sys.stdin, sys.stdout = io.TextIOWrapper(os.fdopen(stdin, "rb")), os.fdopen(stdout, "w")
        parser.main()
        code = DONE
    finally:
        os._exit(code)


@contextmanager
def forked_parser() -> Iterator[None]:
    """Let the intake fork its parser where it would start Python anew: half of what a small load costs."""
    with mock.patch("queries.intake.parse._start", lambda jobs: _Parser(parse.pickle.dumps(list(jobs)))):
        yield
