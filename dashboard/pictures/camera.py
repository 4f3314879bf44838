"""Photographs what we draw, on the server: one Chromium in a process of its own, started when it is first needed and kept alive.

A process and not a thread: what is late or stuck can be ended with all that belongs to it, the browser sees nothing of the server's
environment, and the library's loop never meets the server's threads. When the server is gone, however it went, so is the pipe, and
the process ends by itself.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, Final, Self

from dashboard.errors import NoPicture
from dashboard.pictures.wire import GOOD, receive, send
from queries.temporary import OwnFolder

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST: Final = 30.0
PATIENCE: Final = 60.0
WIDEST, TALLEST, SHARPEST = 4000, 20_000, 4
PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
"""What the browser is told of the server's environment, which may hold secrets."""


class Camera:
    """Takes pictures of HTML, one at a time, for all threads of a process; `closed` again when the process ends."""

    def __init__(self, program: Path | None = None, longest: float = LONGEST) -> None:
        """program: the browser, else the first found on the path.   longest: after so many seconds a picture is given up."""
        self._named, self._longest = program, longest
        self._lock = Lock()
        self._room: _Room | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def png(self, html: str, width: int = 1280, scale: float = 2, height: int | None = None) -> bytes:
        """Returns a picture of a document, width × scale pixels wide, as tall as the document unless a height is given."""
        return self._take({"what": "png", "html": html, "width": width, "scale": scale, "height": height})

    def svg(self, html: str, width: int = 900) -> str:
        """Returns the drawing of the first panel in a document that has a menu: shapes and words alone, see assets/picture.js."""
        return self._take({"what": "svg", "html": html, "width": width, "scale": 1, "height": 900}).decode()

    def pdf(self, html: str, paper: str = "A4", *, landscape: bool = False) -> bytes:
        """Returns a document as it is printed; what its style sheet says of the page (@page) comes first."""
        job = {"what": "pdf", "html": html, "width": 1280, "scale": 1, "height": 900, "paper": paper, "landscape": landscape}
        return self._take(job)

    def close(self) -> None:
        """Ends the browser; the next picture starts another one."""
        with self._lock:
            self._end()

    @property
    def process(self) -> int | None:
        """The id of the process that takes the pictures, None where none is there."""
        return self._room.process.pid if self._room else None

    def _take(self, job: dict[str, Any]) -> bytes:
        if not (0 < job["width"] <= WIDEST and 0 < job["scale"] <= SHARPEST and 0 < (job["height"] or 1) <= TALLEST):
            raise NoPicture(f"A picture is at most {WIDEST} points wide, {TALLEST} tall, and {SHARPEST} times as sharp.")
        program = program_of(self._named)
        if not self._lock.acquire(timeout=PATIENCE):
            raise NoPicture("Too many pictures are wanted at once. Try again in a moment.")
        try:
            message = json.dumps(job).encode()
            told = self._asked(program, message) or self._asked(program, message)  # it may have died since the last one
        finally:
            self._lock.release()
        if told is None:
            raise NoPicture(f"The picture was not done after {self._longest:g} seconds, or the browser ended.")
        if not told.startswith(GOOD):
            raise NoPicture(f"The picture could not be taken: {told[1:].decode()}")
        return told[1:]

    def _asked(self, program: str, message: bytes) -> bytes | None:
        """Returns the answer of the process, None where it gave none and is gone."""
        room = self._started(program)
        with room.in_time(self._longest) as is_late:
            with suppress(OSError):
                send(room.jobs, message)
            told = receive(room.answers)
        if told is None:
            self._end()
            if is_late:
                raise NoPicture(f"The picture was not done after {self._longest:g} seconds.")
        return told

    def _started(self, program: str) -> "_Room":
        if self._room and self._room.is_ours and self._room.process.poll() is None:
            return self._room
        self._end()
        room = self._room = _Room(program)
        atexit.register(self.close)
        with room.in_time(self._longest):
            told = receive(room.answers)
        if told != GOOD:
            self._end()
            said = told[1:].decode() if told else "it ended at once"
            raise NoPicture(f"{program} takes no pictures: {said}")
        return room

    def _end(self) -> None:
        if self._room and self._room.is_ours:
            self._room.end()
            atexit.unregister(self.close)
        self._room = None


class _Room:
    """The process that holds the browser, with the pipes to it and a folder that is all it may leave something in."""

    def __init__(self, program: str) -> None:
        self.folder = OwnFolder("camera")
        own = str(self.folder.path)
        told = {name: value for name, value in os.environ.items() if name in PASSED_ON}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.pictures.darkroom", program],
            cwd=ROOT,
            env={**told, "HOME": own, "TMPDIR": own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.owner = os.getpid()

    @property
    def is_ours(self) -> bool:
        """Whether this process started it: a forked child leaves its parent's alone."""
        return self.owner == os.getpid()

    @property
    def jobs(self) -> BinaryIO:
        return _pipe(self.process.stdin)

    @property
    def answers(self) -> BinaryIO:
        return _pipe(self.process.stdout)

    @contextmanager
    def in_time(self, seconds: float) -> Iterator[list[bool]]:
        """Ends the process when the block lasts longer, so that whoever reads from it reads its end; then the list is not empty."""
        is_late: list[bool] = []

        def end() -> None:
            is_late.append(True)
            self._kill()

        clock = Timer(seconds, end)
        clock.daemon = True
        clock.start()
        try:
            yield is_late
        finally:
            clock.cancel()

    def end(self) -> None:
        self._kill()
        for pipe in (self.jobs, self.answers):
            with suppress(OSError):
                pipe.close()
        self.process.wait()
        self.folder.remove()

    def _kill(self) -> None:
        for process in _family(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _family(process: int) -> list[int]:
    """Returns a process of ours and all that came from it: a browser has a process group of its own."""
    parents: dict[int, int] = {}
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parents[int(told.parent.name)] = int(told.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    found = [process]
    for each in found:  # grows as they are found
        found.extend(child for child, parent in parents.items() if parent == each)
    return found


def _pipe(pipe: Any) -> BinaryIO:
    found: BinaryIO = pipe
    return found


def program_of(named: Path | None = None) -> str:
    """Returns the browser that takes pictures. Raises NoPicture with what to install where there is none."""
    if find_spec("playwright") is None:
        raise NoPicture("Pictures need one more package. Run: pip install 'customer-command-center[pictures]'", is_absent=True)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found:
        return found
    if named:
        raise NoPicture(f"There is no program {named}, which CX_CHROMIUM names. Name an installed Chromium.", is_absent=True)
    raise NoPicture("Pictures need Chromium. Install the package chromium, or name its program in CX_CHROMIUM.", is_absent=True)
