"""A service that files are put before, as strangers would, and what must be true of it afterwards.

The files go into the inbox of a workspace that holds some orders already; the watcher takes them, as it does every second.
Of each file it is then asked: is it in the ledger with every record, or in quarantine, whole, with a sentence that helps?
"""

import atexit
import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from queries import snapshots
from queries.errors import QueriesError
from queries.intake.stage import readable, sha256_of
from queries.load import LoadReport, load
from queries.watch import Inbox, look, status
from queries.workspace import Workspace
from tests.faults.fault import Counts

HEADER = "order_id,email,ordered_at,amount,currency,status\n"
BASE = 40
LONGEST_REASON = 1500
SENTENCE = re.compile(r".+: .+[.?!] .+[.?!]", re.DOTALL)
UNSAID = re.compile(
    r"Traceback|\b[0-9a-f]{32,}\b|\.staged|object at 0x|Error\("
)  # ids as whole words: a header may hold a row of nines


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One file put before the service: its records as plain Python counts them (None where that cannot be), and what must come.

    `must` is "refused", "loaded" or, where either is right as long as it adds up, empty. `sha256` is empty for what is no file.
    """

    kind: str
    path: Path
    records: int | None = None
    must: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """The name by which the service calls it."""
        return readable(self.path.name)


@dataclass(frozen=True, slots=True)
class Told:
    """What the snapshot says of one file: records, footer lines, and the ledger's sums of its primary block."""

    file_id: str
    name: str
    records: int
    footer: int
    new: int
    updated: int
    rejected: int
    duplicates: int
    refused_rows: int

    @property
    def adds_up(self) -> bool:
        """Whether every record was loaded, rejected or a duplicate, and every rejected one is listed."""
        parts = self.new + self.updated + self.rejected + self.duplicates
        return self.records == parts and self.rejected == self.refused_rows


@dataclass(slots=True)
class Service:
    """A workspace under a watcher."""

    workspace: Workspace
    watcher: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.watcher = Inbox(workspace=self.workspace)

    @property
    def inbox(self) -> Path:
        """Where files are put."""
        return self.workspace.inbox

    def look(self) -> LoadReport | None:
        """Look into the inbox once, as the watcher does every second."""
        return look(self.watcher)

    def take(self) -> LoadReport | None:
        """Look until what lies there holds still and was taken; raise AssertionError telling why when it could not be."""
        self.look()
        report = self.look()
        if report is None and any(self.inbox.rglob("*")):
            raise AssertionError(f"the load failed: {status(self.workspace).get('last_error')}")
        return report

    def told(self) -> list[Told]:
        """Return what the snapshot says of every file in use."""
        with self.opened() as connection:
            return [Told(*row) for row in connection.execute(_TOLD).fetchall()]

    def base(self) -> tuple[object, ...]:
        """Return what identifies the orders that were there before: they must never change."""
        with self.opened() as connection:
            return connection.execute(_BASE).fetchall()[0]

    @contextlib.contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the snapshot that is served."""
        snapshot = snapshots.current(self.workspace)
        assert snapshot is not None, "no snapshot is served"
        with duckdb.connect(str(snapshot.path), read_only=True) as connection:
            yield connection

    def reasons(self) -> Mapping[str, str]:
        """Return the sentences in quarantine by the names they lie under."""
        told = self.workspace.quarantine.glob("*.reason.txt")
        return {path.name.removesuffix(".reason.txt"): path.read_text(encoding="utf-8") for path in sorted(told)}


_TOLD = """
with kept as (
    select file_id, sum(loaded_new) as n, sum(loaded_updated) as u, sum(rejected) as r, sum(duplicates) as d
    from ledger where is_primary group by file_id
),
refused as (
    select r.file_id, count(distinct r.source_line) as lines
    from rejected_rows as r join files as f on f.file_id = r.file_id
        and (f.counts_by_record or r.block in (select l.block from ledger as l where l.file_id = r.file_id and l.is_primary))
    where r.reason <> '' and r.source_line between 1 and f.records
    group by r.file_id
)
select f.file_id, f.file_name, f.records, f.footer_lines, k.n::bigint, k.u::bigint, k.r::bigint, k.d::bigint, coalesce(x.lines, 0)
from files as f left join kept as k on k.file_id = f.file_id left join refused as x on x.file_id = f.file_id
"""
_BASE = "select count(*), sum(hash(order_id, email, ordered_at, amount)) from orders where order_id like 'base-%'"


@cache
def first_service() -> Path:
    """Return a workspace with some orders, made once for all scenarios of a process."""
    folder = Path(tempfile.mkdtemp(prefix="faults-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rows = (f"base-{n},ann{n}@example.com,2026-10-01 10:00,{n},EUR,placed\n" for n in range(BASE))
    (folder / "base.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    load(Workspace.create(folder / "workspace"), [folder / "base.csv"])
    return folder / "workspace"


@dataclass(slots=True)
class Services:
    """Makes services that all begin with the same orders: one load, then copies."""

    folder: Path
    made: int = 0

    def new(self) -> Service:
        """Return a service of its own."""
        self.made += 1
        copy = self.folder / f"workspace {self.made}"
        return Service(Workspace.create(shutil.copytree(first_service(), copy)))

    def done(self, service: Service) -> None:
        """Remove a service."""
        shutil.rmtree(service.workspace.root)


@contextlib.contextmanager
def services() -> Iterator[Services]:
    """Make services in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        yield Services(Path(folder).resolve())


def judge(counts: Counts, service: Service, given: Sequence[Given]) -> None:
    """Put some files, which lie in the inbox, before the service; count what became of them, and note every miss."""
    before, earlier, told_before = service.base(), service.reasons().items(), {file.file_id for file in service.told()}
    try:
        report = service.take()
    except (QueriesError, OSError, AssertionError, duckdb.Error) as error:
        counts.miss(f"the service failed on {len(given)} files ({_named(given)}): {type(error).__name__}: {error}")
        return
    counts.expect(service.base() == before, f"the data from before changed ({_named(given)})")
    told = [file for file in service.told() if file.file_id not in told_before]
    reasons = dict(service.reasons().items() - earlier)
    seen = {one.origin.name for one in report.seen_before} if report else set()
    for one in given:
        _judge_one(counts, service, one, told, reasons, is_seen=one.path.name in seen)
    left = [path.name for path in service.inbox.rglob("*") if not path.is_dir() and not path.name.startswith(".")]
    counts.expect(not left, f"left in the inbox: {left[:5]}")
    staged = [path.name for path in service.workspace.staging.rglob("*")]
    counts.expect(not staged, f"left in staging: {staged[:5]}")


def _judge_one(
    counts: Counts, service: Service, one: Given, told: Sequence[Told], reasons: Mapping[str, str], *, is_seen: bool
) -> None:
    loaded = [file for file in told if file.name == one.name or file.name.startswith(f"{one.name}: ")]
    refused = {kept: reason for kept, reason in reasons.items() if reason.startswith((f"{one.name}: ", one.name.strip()))}
    where = f"{one.kind}: {one.name[:80]!r}"
    counts.count("files")
    if is_seen:
        counts.count("of a content seen before")
    elif not loaded and not refused:
        counts.miss(f"{where} is neither in the ledger nor in quarantine")
        return
    _judge_loaded(counts, one, loaded, where, is_alone=not refused)
    for kept, reason in refused.items():
        if "parser was stopped" in reason:
            counts.count(f"parsers stopped ({one.kind})")
        _judge_reason(counts, reason, where)
        counts.expect(_is_kept(service, one, kept), f"{where} is refused, but does not lie whole in quarantine")
    counts.count("loaded", int(bool(loaded)))
    counts.count("refused", int(bool(refused) and not loaded))
    if one.must and not is_seen:
        became = "loaded" if loaded else "refused"
        counts.expect(became == one.must, f"{where} must be {one.must}, is {became}: {' '.join(refused.values())[:300]}")


def _judge_loaded(counts: Counts, one: Given, loaded: Sequence[Told], where: str, *, is_alone: bool) -> None:
    for file in loaded:
        counts.count("records", file.records)
        counts.count("rejected", file.rejected)
        counts.expect(file.adds_up, f"{where}: the ledger does not add up: {file}")
    if loaded and is_alone and one.records is not None:
        found = sum(file.records + file.footer for file in loaded)
        counts.count("files counted by plain Python, too")
        counts.expect(found == one.records, f"{where}: plain Python counts {one.records:,} records, the ledger {found:,}")


def _judge_reason(counts: Counts, reason: str, where: str) -> None:
    counts.expect(
        bool(SENTENCE.fullmatch(reason.strip())), f"{where}: no sentence that says what, where, what instead: {reason!r}"
    )
    counts.expect(len(reason) <= LONGEST_REASON, f"{where}: a reason of {len(reason):,} characters")
    counts.expect(not UNSAID.search(reason), f"{where}: the reason tells what nobody can use: {reason!r}")


def _is_kept(service: Service, one: Given, kept: str) -> bool:
    path = service.workspace.quarantine / kept
    if not one.sha256 or ": " in kept.removeprefix(one.name):
        return True
    return path.is_file() and sha256_of(path) == one.sha256


def _named(given: Sequence[Given]) -> str:
    return ", ".join(dict.fromkeys(one.kind for one in given))[:200]
