"""Of every malformed file each record is in the ledger, or the whole file lies in quarantine with a sentence that helps."""

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest import mock

from queries.intake import parse
from queries.intake.reading import Reading
from queries.intake.stage import sha256_of
from tests.faults import odd_containers, odd_places
from tests.faults.fault import Counts, steps
from tests.faults.odd_texts import Odd
from tests.faults.service import Given, Service, judge, services

KINDS = odd_containers.KINDS | odd_places.KINDS
SHORT, LONG = 40, 500
TOGETHER = 115


def run(count: int, seed: int) -> Counts:
    """Put so many malformed files, every kind in its turn, before the service, many at a time."""
    counts, draw = Counts("malformed_files"), Random(seed)
    names = draw.sample(list(KINDS), len(KINDS))
    counts.count("kinds", min(count, len(names)))
    with services() as made:
        for first in steps_of(count, TOGETHER, "Malformed files"):
            service = made.new()
            given = [_put(service, names[n % len(names)], n, draw) for n in range(first, min(first + TOGETHER, count))]
            judge(counts, service, given)
            made.done(service)
            if counts.is_lost:
                break
    return counts


def steps_of(count: int, together: int, doing: str) -> Iterator[int]:
    """Yield the first number of every handful of so many, behind a progress line."""
    yield from (together * number for number in steps(-(-count // together), doing))


def _put(service: Service, kind: str, number: int, draw: Random) -> Given:
    odd = KINDS[kind](draw, f"n{number}")
    path = service.inbox / f"{number:05} {odd.name}"
    write(odd, path)
    if odd.must == "folder":
        return Given(kind=kind, path=next(path.iterdir()), records=3, must="loaded")
    digest = sha256_of(path) if isinstance(odd.content, bytes) else ""
    return Given(kind=kind, path=path, records=odd.records, must=odd.must, sha256=digest)


def write(odd: Odd, path: Path) -> None:
    """Make an odd file at a path."""
    if isinstance(odd.content, bytes):
        path.write_bytes(odd.content)
    else:
        odd.content(path)


def _vanishing() -> AbstractContextManager[object]:
    """A service that throws away what it cannot read."""
    return mock.patch("queries.watch.set_aside", lambda workspace, origin, reason: origin.unlink())


@contextlib.contextmanager
def losing() -> Iterator[None]:
    """Give a service that overlooks the last record of every file: its own sums still add up."""
    parsed = parse.parse

    def one_less(jobs: Sequence[object]) -> Iterator[tuple[object, object]]:
        for job, outcome in parsed(jobs):
            yield (
                job,
                replace(outcome, records=outcome.records - 1) if isinstance(outcome, Reading) and outcome.records else outcome,
            )

    with mock.patch("queries.intake.take_in.parse", one_less):
        yield


PLANTED = {
    "what cannot be read is thrown away": _vanishing,
    "the last record of every file is overlooked": losing,
}
