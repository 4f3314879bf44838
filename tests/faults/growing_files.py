"""No file is published as whole while it grows or after it was cut off; once it is whole every record is in the ledger.

While a file changes between two looks it is not touched. One that lies still though its writer died cannot be told by the looks:
gzip, zip, workbooks, Parquet and JSON arrays have an end, and without it they are refused whole. Tables and JSON lines have none:
one cut within a line loses that line to the rejected ones, or keeps a shorter last cell; one cut exactly at a line's end is a
shorter table, and nothing in it says otherwise. Whatever was taken so, the whole file that comes later replaces row by row.
"""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from unittest import mock

from queries.intake.stage import sha256_of
from queries.watch import Inbox
from tests.faults.counting import records_of
from tests.faults.fault import Counts
from tests.faults.malformed_files import steps_of
from tests.faults.odd_containers import book, parquet, zipped
from tests.faults.odd_texts import objects, table
from tests.faults.service import Given, Service, judge, services

SHORT, LONG = 20, 1000
TOGETHER = 100
GROWING = 14
RECORDS = 12

WRAPPINGS: Mapping[str, tuple[Callable[[str], bytes], bool]] = {
    "csv": (lambda own: table(own, RECORDS).encode(), False),
    "jsonl": (lambda own: "".join(json.dumps(one) + "\n" for one in objects(own, RECORDS)).encode(), False),
    "csv.gz": (lambda own: gzip.compress(table(own, RECORDS).encode()), True),
    "zip": (lambda own: zipped([("orders.csv", table(own, RECORDS).encode())]), True),
    "xlsx": (lambda own: book(own, RECORDS), True),
    "parquet": (lambda own: parquet(own, RECORDS), True),
    "json": (lambda own: json.dumps(objects(own, RECORDS)).encode(), True),
}
"""By the end of the name: what is written, and whether a file of this kind has an end that tells that it is whole."""


@dataclass(slots=True)
class Growing:
    """One file that somebody is writing."""

    path: Path
    whole: bytes
    records: int = RECORDS
    there: bytes = field(default=b"")

    def change(self, counts: Counts, draw: Random) -> bool:
        """Write some more of it, or cut some off; never the whole of it, and never nothing. Return whether it was cut."""
        size, is_cut = len(self.there), len(self.there) > 1 and draw.random() < 0.6
        if not is_cut and size >= len(self.whole) - 1:
            is_cut = True
        until = draw.randrange(size) if is_cut else draw.randrange(size + 1, len(self.whole))
        self.there = self.whole[:until]
        self.path.write_bytes(self.there)
        counts.count("cuts while it grows" if is_cut else "pieces written")
        return is_cut

    def finish(self) -> Given:
        """Write all of it."""
        self.path.write_bytes(self.whole)
        digest = sha256_of(self.path)
        return Given(kind="a file that is whole at last", path=self.path, records=self.records, must="loaded", sha256=digest)


def run(count: int, seed: int) -> Counts:
    """Cut so many growing files, and so many that then lie still, at random bytes."""
    counts, draw = Counts("growing_files"), Random(seed)
    with services() as made:
        service = made.new()
        finished = _grow(counts, service, count, draw)
        if counts.misses:
            return counts
        for first in steps_of(count, TOGETHER, "Files cut off"):
            cut = [_growing(service, n, draw) for n in range(first, min(first + TOGETHER, count))]
            still = [_cut(one, draw) for one in cut]
            judge(counts, service, [*finished, *still])
            finished = []
            judge(counts, service, [one.finish() for one in cut])
            _check_amounts(counts, service, cut)
            made.done(service)
            if counts.is_lost:
                break
            service = made.new()
    return counts


def _growing(service: Service, number: int, draw: Random) -> Growing:
    end = draw.choice(list(WRAPPINGS))
    return Growing(service.inbox / f"{number:05} orders.{end}", WRAPPINGS[end][0](f"c{number}"))


def _grow(counts: Counts, service: Service, count: int, draw: Random) -> list[Given]:
    """Let files grow, and be cut, while the watcher looks; return them whole."""
    growing = [Growing(service.inbox / f"grows {n} orders.{end}", make(f"g{n}")) for n, (end, (make, _)) in
               enumerate(list(WRAPPINGS.items()) * (GROWING // len(WRAPPINGS)))]  # fmt: skip
    cuts = 0
    while cuts < count:
        cuts += sum([one.change(counts, draw) for one in growing])
        report = service.look()
        counts.count("looks")
        if report is not None and (report.loaded or report.refused):
            counts.miss(f"a file was taken while it grew: {[path.name for path in report.loaded]}, refused {len(report.refused)}")
            return []
    return [one.finish() for one in growing]


def _cut(one: Growing, draw: Random) -> Given:
    """Cut a file at a random byte and let it lie."""
    end = one.path.name.split(".", 1)[1]
    has_end = WRAPPINGS[end][1]
    content = one.whole[: draw.randrange(1, len(one.whole))]
    one.path.write_bytes(content)
    records = None if has_end else records_of(content)
    given = Given(kind=f"{end} that was cut off", path=one.path, records=records, sha256=sha256_of(one.path))
    return replace(given, must="refused") if has_end else given


def _check_amounts(counts: Counts, service: Service, whole: Sequence[Growing]) -> None:
    """Note a miss for every file of which not each record is there as it was written, whatever its cut form had told."""
    with service.opened() as connection:
        found = dict(connection.execute(
            "select split_part(order_id, '-', 1), (count(*), sum(amount)::double, count_if(status = 'placed')) from orders group by 1"
        ).fetchall())  # fmt: skip
    wanted = (RECORDS, sum(n + 0.5 for n in range(RECORDS)), RECORDS)
    for one in whole:
        own = f"c{int(one.path.name.split()[0])}"
        counts.count("files whole at last, with every amount")
        counts.expect(found.get(own) == wanted, f"{one.path.name} is whole, but its rows are {found.get(own)}, not {wanted}")


def _at_first_sight() -> AbstractContextManager[object]:
    """A watcher that takes what it sees at once."""

    def ready(inbox: Inbox) -> list[Path]:
        inbox.seen = dict(inbox.files())
        return sorted(inbox.seen)

    return mock.patch.object(Inbox, "ready", ready)


PLANTED = {"a file is taken at first sight": _at_first_sight}
