"""Has files parsed by a child process; one that crashes, or takes too long, costs its own file only."""

import json
import os
import pickle
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from queries import errors
from queries.errors import IntakeError, Unreadable
from queries.intake import limits
from queries.intake.reading import Job, Reading

Outcome = Reading | IntakeError


def parse(jobs: Sequence[Job]) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job with what the child read, or why it could not."""
    waiting = list(jobs)
    while waiting:
        child = _start(waiting)
        try:
            while waiting:
                told = _line(child.stdout, _seconds(waiting[0]))
                job = waiting.pop(0)
                yield job, _outcome(job, told)
                if told is None:
                    break
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()


def _start(jobs: Sequence[Job]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    child = subprocess.Popen(
        [sys.executable, "-m", "queries.intake.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        if child.stdin:
            child.stdin.write(pickle.dumps(list(jobs)))
            child.stdin.close()
    except BrokenPipeError:
        pass
    return child


def _line(pipe: IO[bytes] | None, seconds: float) -> Mapping[str, Any] | None:
    """Return the child's next answer; None when it died or when the time is over."""
    if pipe is None:
        return None
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        if not selector.select(seconds):
            return None
    line = pipe.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def _seconds(job: Job) -> float:
    return limits.CHILD_SECONDS + job.path.stat().st_size / limits.CHILD_BYTES_A_SECOND


def _outcome(job: Job, told: Mapping[str, Any] | None) -> Outcome:
    if told is None:
        return Unreadable("could not be parsed: the parser was stopped", where=job.name, instead="Export it again, or in parts")
    if "reading" in told:
        return Reading(**{**told["reading"], "headers": tuple(told["reading"]["headers"])})
    error: errors.QueriesError = getattr(errors, told["error"])(told["what"], where=told["where"], instead=told["instead"])
    if isinstance(error, IntakeError):
        return error
    raise error  # the machine is to blame, not the file
