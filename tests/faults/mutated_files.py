"""Of every file that was damaged on its way each record is in the ledger, or the whole file lies in quarantine with a reason."""

import gzip
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from unittest import mock

from queries.intake.stage import sha256_of
from tests.faults.counting import records_of
from tests.faults.fault import Counts
from tests.faults.malformed_files import steps_of
from tests.faults.odd_containers import book, parquet, zipped
from tests.faults.odd_texts import objects, table
from tests.faults.service import Given, Service, judge, services

SHORT, LONG = 40, 2000
TOGETHER = 125
TINY = Path(__file__).parents[2] / "sample_data" / "tiny"
LINES = 40
TOKENS = (
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b",",
    b";",
    b"\t",
    b"\\",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"{",
    b"]",
    b'""',
    b"=1+1",
    b"\xe2\x80\xa8",
    b"9" * 30,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One good file: what it is called, what is in it, how many rows of its table are headers."""

    name: str
    content: bytes
    header_rows: int = 1


def run(count: int, seed: int) -> Counts:
    """Damage so many good files, each in some places, and put them before the service, many at a time."""
    counts, draw = Counts("mutated_files"), Random(seed)
    with services() as made:
        for first in steps_of(count, TOGETHER, "Damaged files"):
            service = made.new()
            judge(counts, service, [_put(service, n, draw) for n in range(first, min(first + TOGETHER, count))])
            made.done(service)
            if counts.is_lost:
                break
    return counts


@cache
def samples() -> tuple[Sample, ...]:
    """Return good files of every kind: the tiny sample's, cut to some lines, and one table in every wrapping."""
    tiny = [_sample(path) for path in sorted(TINY.iterdir()) if path.suffix in (".csv", ".jsonl", ".gz", ".parquet")]
    text = table("w", 30).encode()
    wrapped = {
        "a.csv.gz": gzip.compress(text),
        "a.zip": zipped([("a.csv", text), ("b.jsonl", b"".join(json.dumps(one).encode() + b"\n" for one in objects("v", 9)))]),
        "a.xlsx": book("x", 20),
        "a.parquet": parquet("p", 30),
        "a.json": json.dumps(objects("j", 20)).encode(),
        "wide.csv": table("u", 20).encode("utf-16"),
    }
    return (*tiny, *[Sample(name, content) for name, content in wrapped.items()])


def _sample(path: Path) -> Sample:
    content = path.read_bytes()
    if path.suffix in (".csv", ".jsonl"):
        content = b"".join(content.splitlines(keepends=True)[:LINES])
    return Sample(path.name, content, 3 if path.name.startswith("Fernhill") else 1)


def damaged(content: bytes, draw: Random) -> bytes:
    """Return a file with one to eight places flipped, swapped, left out, doubled, cut off, or spliced with another file."""
    told = bytearray(content)
    for _ in range(draw.choice([1, 1, 1, 2, 3, 8])):
        at, size = draw.randrange(len(told) + 1), draw.choice([1, 1, 2, 5, 50, 500])
        match draw.randrange(8):
            case 0 if at < len(told):
                told[at] ^= 1 << draw.randrange(8)
            case 1 if at < len(told):
                told[at] = draw.randrange(256)
            case 2:
                del told[at : at + size]
            case 3:
                told[at:at] = told[at : at + size]
            case 4:
                other = draw.randrange(len(told) + 1)
                told[at : at + size], told[other : other + size] = told[other : other + size], told[at : at + size]
            case 5:
                told[at:at] = draw.choice(TOKENS)
            case 6 if draw.random() < 0.3:
                del told[at:]
            case 7:
                spliced = draw.choice(samples()).content
                start = draw.randrange(len(spliced))
                told[at : at + size] = spliced[start : start + size]
    return bytes(told)


def _put(service: Service, number: int, draw: Random) -> Given:
    sample = draw.choice(samples())
    content = damaged(sample.content, draw)
    path = service.inbox / f"{number:05} {sample.name}"
    path.write_bytes(content)
    is_counted = sample.header_rows == 1 and not sample.name.endswith((".zip", ".xlsx"))
    records = records_of(content) if is_counted else None
    return Given(kind=f"a damaged {sample.name}", path=path, records=records, sha256=sha256_of(path))


def _crashing() -> AbstractContextManager[object]:
    """A service whose parser's death is its own."""

    def fatal(job: object, told: object) -> object:
        raise OSError("the parser died")

    return mock.patch("queries.intake.parse._outcome", fatal)


PLANTED = {"a parser's death ends the load": _crashing}
