"""Has files parsed by a child process; one that crashes, or takes too long, costs its own file only."""

import json
import os
import pickle
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, TypeVar

from queries import errors
from queries.errors import IntakeError, NotRecognised, Unreadable
from queries.intake import limits
from queries.intake.containers import Opening, Part
from queries.intake.reading import Job, Reading

Outcome = Reading | list[Part] | IntakeError
T = TypeVar("T", Job, Opening)


def parse(jobs: Sequence[Job]) -> Iterator[tuple[Job, Reading | IntakeError]]:
    """Yield each job with what the child read, or why it could not."""
    for job, outcome in _answered(jobs):
        if not isinstance(outcome, list):
            yield job, outcome


def open_all(jobs: Sequence[Opening]) -> Iterator[tuple[Opening, list[Part] | IntakeError]]:
    """Yield each archive or workbook with the files that the child found in it, or why it could not be opened."""
    for job, outcome in _answered(jobs):
        if not isinstance(outcome, Reading):
            yield job, outcome


def _answered(jobs: Sequence[T]) -> Iterator[tuple[T, Outcome]]:
    waiting = list(jobs)
    while waiting:
        child, is_fresh = _start(waiting), True
        try:
            while waiting:
                told = _line(child.stdout, _seconds(waiting[0]))
                if (
                    told is None and not is_fresh
                ):  # what the files before it left in the child may be to blame: it gets one of its own
                    break
                job = waiting.pop(0)
                yield job, _outcome(job, told)
                if told is None:
                    break
                is_fresh = False
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()


def _start(jobs: Sequence[Job | Opening]) -> "subprocess.Popen[bytes]":
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
    """Return the child's next answer; None when it died, when the time is over, or when what it says is no answer."""
    if pipe is None:
        return None
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        if not selector.select(seconds):
            return None
    try:
        told = json.loads(pipe.readline())
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _seconds(job: Job | Opening) -> float:
    factor = limits.PACKED_FACTOR if isinstance(job, Opening) else 1
    return limits.CHILD_SECONDS + factor * job.path.stat().st_size / limits.CHILD_BYTES_A_SECOND


def _outcome(job: Job | Opening, told: Mapping[str, Any] | None) -> Outcome:
    if told is None:
        return Unreadable("could not be parsed: the parser was stopped", where=job.name, instead="Export it again, or in parts")
    if "reading" in told:
        return Reading.of(told["reading"])
    if "parts" in told:
        return [Part(**{**one, "notices": tuple(one["notices"])}) for one in told["parts"]]
    error: errors.QueriesError = getattr(errors, told["error"])(told["what"], where=told["where"], instead=told["instead"])
    if isinstance(error, NotRecognised):
        error.headers = tuple(told.get("headers", ()))
    if isinstance(error, IntakeError):
        return error
    raise error  # the machine is to blame, not the file
