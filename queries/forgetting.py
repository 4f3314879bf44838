"""What a load does for those who asked to be forgotten: their records leave the raw files, and nothing else goes on naming them.

It is asked for by `queries.forget`, kept durably, and done by the load that follows, which takes in what waits in the inbox, too; one
that is killed is ended by the next. The order is raw files, registry, other files, the new snapshot, the old snapshots and the inbox,
and only then the note of whom to look for.
"""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath

from sqlglot import exp

from queries import snapshots
from queries.audit import audit, packs_of
from queries.intake import manifest
from queries.intake.database import connect, exactly
from queries.intake.expire import PEOPLE, Ageing, expire
from queries.intake.expressions import any_of, is_one_of, named, sql
from queries.intake.forgotten import Forgotten, Person, pattern_of
from queries.intake.manifest import TakenIn, write_durably
from queries.intake.stage import files_in, sha256_of
from queries.intake.strike import strike
from queries.intake.take_in import REASON, Declared, New
from queries.intake.target import statements
from queries.mentions import Unsearchable, is_named, is_packed, looked_for, remembered_in
from queries.registry import put_registry, registry_file
from queries.retention import load_retention
from queries.snapshots import Snapshot
from queries.workspace import Workspace

PLACEHOLDER = "removed-on-request"
TABLES = (".csv", ".tsv")
SHOWN_OF_A_NAME = 80  # letters at its end, at least, of an export's name in that of its copy
HELD = "It held somebody who asked to be forgotten, and was removed. Export it again without them.\n"
CLOSED = "It could not be searched for somebody who asked to be forgotten, and was removed. Export it again.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The files of a workspace that name somebody, beside what loads have made of the exports.

    edited: lists, declarations, proposals, reasons: they lose the name.   deleted: copies of exports, and what is packed.
    packs: written packs that tell of them, in all their forms: deleted, as a pack is never changed.
    closed: copies in quarantine and of the inbox that cannot be searched; deleted, too.   unsearched: others that cannot be; they stay.
    waiting: files of the inbox.
    """

    edited: tuple[Path, ...] = ()
    deleted: tuple[Path, ...] = ()
    closed: tuple[Path, ...] = ()
    unsearched: tuple[Path, ...] = ()
    waiting: tuple[Path, ...] = ()
    packs: tuple[Path, ...] = ()

    @property
    def named(self) -> tuple[Path, ...]:
        """Every file that names them."""
        return (*self.edited, *self.deleted, *self.waiting)


def settle(workspace: Workspace, declared: Declared, forgotten: Forgotten, new: Sequence[New]) -> tuple[Forgotten, list[New]]:
    """Take everybody who is forgotten out of the new files, and out of all where somebody is to be forgotten now.

    Returns what is known of them, and the new files as they are now.
    """
    if not forgotten.hashes:
        return forgotten, list(new)
    fresh = [one.file for one in new]
    every = [*manifest.listed(workspace), *fresh]
    todo = every if forgotten.pending else fresh
    while todo:
        known = forgotten.hashes
        for file in todo:
            file = _named_anew(workspace, manifest.again(workspace, file), forgotten.pending)
            _, forgotten = strike(workspace, file, declared.raw_file(file, file.raw_path(workspace)), forgotten)
        todo = every if forgotten.hashes - known else []
    return forgotten, [New(origin=one.origin, file=manifest.again(workspace, one.file)) for one in new]


def expire_old(workspace: Workspace, declared: Declared, new: Sequence[New], now: datetime) -> tuple[list[New], list[str]]:
    """Take the person out of all rows that are older than retention.toml keeps people.

    Records of customers are looked at by a load without new files alone: then the snapshot tells all that is known of them.
    Returns the new files as they are now, and what a person should know.
    """
    rule = load_retention(workspace.retention_rules)
    if not rule.entities:
        return list(new), []
    current = snapshots.current(workspace)
    ageing = Ageing(
        entities=rule.entities,
        until=lambda entity, source: rule.until(entity, source, now),
        lasting=partial(lasting_records, current.path) if current and not new else None,
        stamp=rule.stamp(now),
        forget=partial(_forget_aged, workspace),
    )
    told: list[str] = []
    for file in (*manifest.listed(workspace), *(one.file for one in new)):
        _, rows = expire(workspace, file, declared.raw_file(file, file.raw_path(workspace)), ageing)
        if rows:
            told.append(f"{file.file_name}: {rows:,} {'record is' if rows == 1 else 'records are'} older than people are kept")
    return [New(origin=one.origin, file=manifest.again(workspace, one.file)) for one in new], told


def _forget_aged(workspace: Workspace, file: TakenIn, keys: Collection[str]) -> None:
    """Take keys out of the registry, and remove the copies of an export whose rows lose their person."""
    _tidy_registry(workspace, (), keys)
    export = PurePath(file.file_name.partition(": ")[0]).stem[-SHOWN_OF_A_NAME:]
    for path in _files(workspace.raw / "taken"):
        if export in path.name and sha256_of(path) == (file.whole_sha256 or file.sha256):
            path.unlink()


def is_due(workspace: Workspace, now: datetime) -> bool:
    """Return whether files that were looked through for people who are kept no longer were so on an earlier day than `now`'s."""
    rule = load_retention(workspace.retention_rules)
    looked = {file.expired for file in manifest.listed(workspace)} if rule.entities else set()
    return bool(looked - {"", rule.stamp(now)})


def ages_people(workspace: Workspace) -> bool:
    """Return whether records of customers lose their person, too."""
    return PEOPLE in load_retention(workspace.retention_rules).entities


def lasting_records(snapshot: Path, since: datetime) -> list[str]:
    """Return the records of customers of whom something is told since a moment."""
    with connect(snapshot, read_only=True) as connection:
        return [row for (row,) in connection.execute(statements("lasting_records.sql"), {"since": str(since)}).fetchall()]


def tidy(workspace: Workspace, forgotten: Forgotten) -> Forgotten:
    """Take those who are to be forgotten out of the registry and out of every file that people or the watch keep.

    Returns what is remembered of them, the deleted copies of exports among it.
    """
    if not forgotten.pending:
        tidy_quarantine(workspace, forgotten)
        return forgotten
    _tidy_registry(workspace, forgotten.pending)
    found = mentions(workspace, forgotten)
    for path in found.edited:
        _without_person(path, forgotten.pending)
    gone = (*found.deleted, *found.closed, *found.packs)
    forgotten = forgotten.knowing(workspace, [forgotten.hash_of(_copy_key(path)) for path in gone])
    for path in gone:
        _remove(path, CLOSED if path in found.closed else HELD)
    return forgotten


def tidy_quarantine(workspace: Workspace, forgotten: Forgotten) -> None:
    """Remove from quarantine what holds somebody who was forgotten earlier; what cannot be searched stays.

    What was searched once is not searched again until somebody else is forgotten.
    """
    if not forgotten.hashes:
        return
    searched, kept = _searched(workspace, forgotten), set[str]()
    for path in _files(workspace.quarantine):
        if path.name.endswith(REASON):
            continue
        key = _copy_key(path)
        mark = forgotten.hash_of(f"{key} {path.name}")
        if mark not in searched and (forgotten.hash_of(key) in forgotten.hashes or _names(workspace, path, forgotten)):
            _remove(path, HELD)
        else:
            kept.add(mark)
    if kept != searched:
        told = {"for": _everybody(forgotten), "files": sorted(kept)}
        write_durably(_searched_file(workspace), json.dumps(told, indent=1))


def _searched(workspace: Workspace, forgotten: Forgotten) -> set[str]:
    """Return the marks of the files in quarantine that were searched for everybody who is forgotten."""
    try:
        told = json.loads(_searched_file(workspace).read_text(encoding="utf-8"))
        return set(told["files"]) if told["for"] == _everybody(forgotten) else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _searched_file(workspace: Workspace) -> Path:
    return workspace.registry / "searched.json"


def _everybody(forgotten: Forgotten) -> str:
    return forgotten.hash_of("\n".join(sorted(forgotten.hashes)))


def _copy_key(path: Path) -> str:
    return f"file={sha256_of(path)}"


def tidy_inbox(workspace: Workspace, forgotten: Forgotten) -> None:
    """Remove from the inbox what holds those who are to be forgotten: all that waited there was taken in, or refused."""
    for path in _files(workspace.inbox):
        if _names(workspace, path, forgotten) is not False:
            path.unlink(missing_ok=True)


def waiting(workspace: Workspace, origins: Sequence[Path]) -> list[Path]:
    """Return the files in the inbox that are not among those to be loaded."""
    known = {path.resolve() for path in origins}
    found = files_in([workspace.inbox]) if workspace.inbox.is_dir() and any(workspace.inbox.iterdir()) else []
    return [path for path in found if path.resolve() not in known]


def mentions(workspace: Workspace, forgotten: Forgotten) -> Mentions:
    """Return the files of a workspace that name those who are to be forgotten."""
    found: dict[str, list[Path]] = {name: [] for name in ("edited", "deleted", "closed", "unsearched", "waiting")}
    packs = _packs(workspace, forgotten)
    copies = {path for folder in (workspace.quarantine, workspace.raw / "taken") for path in _files(folder)}
    waiting = set(_files(workspace.inbox))
    for path in sorted({*_own_files(workspace), *copies, *waiting} - packs):
        is_copy = path in copies and not path.name.endswith(REASON)
        named = _names(workspace, path, forgotten)
        if path in waiting:
            kind = "" if named is False else "waiting"
        elif named is None:
            kind = "closed" if is_copy else "unsearched"
        else:
            kind = ("deleted" if is_copy or is_packed(path) else "edited") if named else ""
        found.get(kind, []).append(path)
    return Mentions(**{name: tuple(paths) for name, paths in found.items()}, packs=tuple(sorted(packs)))


def _packs(workspace: Workspace, forgotten: Forgotten) -> set[Path]:
    """Return the written packs that tell of those who are to be forgotten: by the audit log, where no name is in it, or by name."""
    every = _files(workspace.written_packs)
    noted = packs_of(workspace, [one for person in forgotten.pending for one in person.customer_ids])
    stems = {path.stem for path in every if path in noted or _names(workspace, path, forgotten)}
    return {path for path in every if path.stem in stems}


def finish(workspace: Workspace, forgotten: Forgotten, snapshot: Snapshot | None) -> None:
    """End what was asked for once the new snapshot is served; nobody is left to forget then."""
    if not forgotten.pending:
        return
    drop_others(workspace, snapshot)
    tidy_inbox(workspace, forgotten)
    removed = removed_in(workspace)
    for one in forgotten.pending:
        counts = {"records": removed - one.removed_before, "rows": sum(kept.rows for kept in one.kept)}
        audit(workspace, "forget", one, counts)
    forgotten.done(workspace)


def removed_in(workspace: Workspace) -> int:
    """Return how many records of the files in use are gone on request."""
    return sum(file.removed for file in manifest.listed(workspace))


def drop_others(workspace: Workspace, but: Snapshot | None) -> None:
    """Remove every snapshot but one: the others were made while the raw files still held who is gone."""
    for path in workspace.snapshots.glob("*.duckdb"):
        if but is None or path != but.path:
            snapshots.remove(path)


def _own_files(workspace: Workspace) -> Iterator[Path]:
    """Yield the files that people keep in the workspace, and those in which the program notes what it does; not what is hidden."""
    made = {*workspace.made_folders}
    for path in workspace.root.iterdir():
        if path.name.startswith(".") or path in made or path.is_symlink():
            continue
        yield from _files(path) if path.is_dir() else [path]
    noted = (workspace.status, workspace.rolled_back, workspace.readings)
    yield from (path for path in noted if path.exists())


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _names(workspace: Workspace, path: Path, forgotten: Forgotten) -> bool | None:
    """Return whether a file names somebody who is to be forgotten, or was; None when nobody can say."""
    try:
        return is_named(path, (looked_for(forgotten.pending), remembered_in(forgotten)), workspace.staging)
    except Unsearchable:
        return None


def _remove(path: Path, why: str) -> None:
    path.unlink(missing_ok=True)
    told = path.with_name(f"{path.name}{REASON}")
    if told.exists():
        write_durably(told, why)


def _named_anew(workspace: Workspace, file: TakenIn, people: Sequence[Person]) -> TakenIn:
    """Return a file under another name where its own names somebody who is to be forgotten."""
    if not people or not looked_for(people)(file.file_name):
        return file
    named = replace(file, file_name=_text_without(file.file_name, people))
    manifest.write(workspace, named)
    return named


def _tidy_registry(workspace: Workspace, people: Sequence[Person], more: Collection[str] = ()) -> None:
    path = registry_file(workspace)
    if not path.exists():
        return
    ids = [one for person in people for one in person.customer_ids]
    keys = [*(one for person in people for one in person.keys), *(f"customer={one}" for one in ids), *more]
    written = path.with_suffix(".new")
    rows = connect(threads=1).read_parquet(exactly(path))
    theirs = any_of([is_one_of(named(name), texts) for name, texts in (("customer_id", ids), ("node_key", keys)) if texts])
    rows.filter(sql(exp.not_(exp.paren(theirs)))).write_parquet(str(written))
    put_registry(workspace, written)


def _without_person(path: Path, people: Sequence[Person]) -> None:
    """Take people out of a file of ours: lines out of a table, ids out of a list, a word in place of every other text that names them."""
    before = path.read_bytes().decode("utf-8", "surrogateescape")
    text = _rows_without(before, people, path.suffix) if path.suffix in TABLES else _text_without(before, people)
    if looked_for(people)(path.name):
        path.unlink()
        path = path.with_name(_text_without(path.name, people))
    elif text == before:
        return
    write_durably(path, text)


def _rows_without(text: str, people: Sequence[Person], kind: str) -> str:
    """Return a table without the rows that name somebody."""
    stream, look = io.StringIO(), looked_for(people)
    sign = "\t" if kind == ".tsv" or text.partition("\n")[0].count("\t") else max(",;|", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    csv.writer(stream, delimiter=sign, lineterminator="\n").writerows(row for row in rows if not look("\n".join(row)))
    return stream.getvalue()


def _text_without(text: str, people: Sequence[Person]) -> str:
    for number, person in enumerate(people, start=1):
        for one in person.customer_ids:
            text = re.sub(rf'"{re.escape(one)}"\s*,\s*|,\s*"{re.escape(one)}"|(?<=\[)\s*"{re.escape(one)}"\s*(?=\])', "", text)
        for place, key in enumerate(sorted(person.keys, key=len, reverse=True), start=1):
            kind, sign, value = key.partition("=")
            blank = f"{kind}={PLACEHOLDER}-{number}-{place}" if sign else f"{PLACEHOLDER}:{number}-{place}"
            text = _replaced(text, key, blank)
            text = _replaced(text, value, PLACEHOLDER) if sign else text
        for word in sorted((*person.words, *person.names, *person.customer_ids), key=len, reverse=True):
            text = _replaced(text, word, PLACEHOLDER)
    return text


def _replaced(text: str, word: str, by: str) -> str:
    return re.sub(rf"(?<![A-Za-z0-9]){pattern_of(word)}(?![A-Za-z0-9])", by, text, flags=re.IGNORECASE) if word else text
