"""Nothing outside the inbox is read, moved or removed through it: not by links, nor by what is swapped between look and open."""

import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from unittest import mock

import pyarrow.parquet as pq

from queries.errors import IntakeError
from queries.intake import take_in
from queries.intake.stage import Staged, stage
from tests.faults.fault import Counts, steps
from tests.faults.odd_texts import table
from tests.faults.service import Given, Service, judge, services

SHORT, LONG = 200, 20_000
SECRET = "canary"
LONG_AGO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Outside:
    """A folder beside the workspace, with exports that nobody put into the inbox."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Outside":
        """Make it; its files were last read long ago."""
        folder.mkdir()
        made = cls(folder)
        for name in ("orders.csv", "linked.csv", "swapped.csv", "after.csv"):
            (folder / name).write_text(table(f"{SECRET}{name}", 3))
            os.utime(folder / name, (LONG_AGO, LONG_AGO))
        return made

    def state(self) -> Mapping[str, tuple[int, int, int]]:
        """Return what tells whether any of its files was read, changed or moved."""
        told = {path.name: path.lstat() for path in sorted(self.folder.iterdir())}
        return {name: (one.st_ino, one.st_mtime_ns, one.st_atime_ns) for name, one in told.items()}


def run(count: int, seed: int) -> Counts:
    """Put links of every sort into an inbox, swap files for links at every moment, and race so many times for one opening."""
    counts, draw = Counts("links"), Random(seed)
    with services() as made:
        outside, service = Outside.at(made.folder / "outside"), made.new()
        before = outside.state()
        judge(counts, service, _links(service, outside))
        _swapped(service, outside)
        with _swapping(service, outside):
            service.take()
        counts.count("swaps between look and open or move", 4)
        service.take()
        _check(counts, service, outside, before)
        _race(counts, made.folder, outside, count, draw)
        counts.expect(outside.state() == before, "a file outside was read, changed or moved in the race")
    return counts


def _links(service: Service, outside: Outside) -> list[Given]:
    """Put links of every sort into the inbox."""
    inside, target = service.inbox, outside.folder / "orders.csv"
    to: Mapping[str, str | Path] = {
        "a link.csv": target,
        "a short link.csv": os.path.relpath(target, inside),
        "the environment.csv": "/proc/self/environ",
        "an open file.csv": "/proc/self/fd/0",
        "through proc.csv": f"/proc/self/root{target}",
        "a linked folder": outside.folder,
        "a folder of proc": "/proc/self/cwd",
    }
    for name, leads_to in to.items():
        (inside / name).symlink_to(leads_to)
    (inside / "deep" / "er").mkdir(parents=True)
    (inside / "deep" / "er" / "a deep link").symlink_to(outside.folder)
    (inside / "a hard link.csv").hardlink_to(outside.folder / "linked.csv")
    paths = [*(inside / name for name in to), inside / "deep" / "er" / "a deep link", inside / "a hard link.csv"]
    return [Given(kind="a link", path=path, must="refused") for path in paths]


def _swapped(service: Service, outside: Outside) -> None:
    """Put good files into the inbox that are swapped for links once they were seen to be good."""
    for folder in ("", "folder", "a/b"):
        (service.inbox / folder).mkdir(parents=True, exist_ok=True)
        path = service.inbox / folder / ("swapped.csv" if folder else "swapped itself.csv")
        path.write_text(table(f"s{len(folder)}", 3))
    (service.inbox / "after").mkdir()
    later = service.inbox / "after" / "after.csv"
    shutil.copy2(outside.folder / "after.csv", later)
    later.write_text(later.read_text().replace(SECRET, "c" * len(SECRET)))
    os.utime(later, (LONG_AGO, LONG_AGO))
    os.utime(outside.folder / "after.csv", (LONG_AGO, LONG_AGO))


def _swapping(service: Service, outside: Outside) -> AbstractContextManager[object]:
    """Swap files, and the folders they are in, for links just before the service opens them, and just before it moves them."""

    def swap(path: Path, target: Path) -> None:
        path.rename(path.with_name(f".{path.name}"))
        path.symlink_to(target)

    def staged(origin: Path, folder: Path, now: datetime, *, below: Path | None = None) -> Staged:
        if origin.name == "swapped itself.csv":
            swap(origin, outside.folder / "swapped.csv")
        elif origin.name == "swapped.csv":
            swap(service.inbox / origin.relative_to(service.inbox).parts[0], _above(outside, origin, service))
        done = stage(origin, folder, now, below=below)
        if origin.name == "after.csv":
            swap(origin.parent, outside.folder)
        return done

    return mock.patch.object(take_in, "stage", staged)


def _above(outside: Outside, origin: Path, service: Service) -> Path:
    """Return where a link in the place of the inbox's own folder must lead to, so that the path leads to a file outside."""
    below = origin.relative_to(service.inbox).parent.parts[1:]
    target = outside.folder.parent / "above"
    if below:
        target.joinpath(*below[:-1]).mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            target.joinpath(*below).symlink_to(outside.folder)
    return target if below else outside.folder


def _check(counts: Counts, service: Service, outside: Outside, before: Mapping[str, tuple[int, int, int]]) -> None:
    """Note a miss when anything of the outside was read, moved, changed, or is found in the workspace."""
    after = outside.state()
    for name, told in before.items():
        counts.expect(after.get(name) == told, f"outside/{name} was read, changed or moved: {told} is now {after.get(name)}")
    with service.opened() as connection:
        taken = connection.execute(f"select count(*) from orders where contains(order_id, '{SECRET}')").fetchall()[0][0]
    counts.expect(not taken, f"{taken} orders of outside are in the snapshot")
    for path in service.workspace.root.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.lstat().st_nlink == 1:
            counts.count("files of the workspace searched")
            counts.expect(not _tells(path), f"{path.relative_to(service.workspace.root)} holds what lies outside")


def _tells(path: Path) -> bool:
    if path.suffix == ".parquet":
        return SECRET in str(pq.read_table(path).to_pydict())
    return SECRET.encode() in path.read_bytes()


def _race(counts: Counts, folder: Path, outside: Outside, count: int, draw: Random) -> None:
    """Open a file so many times while somebody swaps it, or its folder, for a link without pause."""
    inbox, staging, stop = folder / "raced", folder / "staging", threading.Event()
    (inbox / "sub").mkdir(parents=True)
    staging.mkdir()
    good = table("good", 3)
    (inbox / "sub" / "orders.csv").write_text(good)
    for swaps in (_file_swaps(inbox / "sub", outside), _folder_swaps(inbox, outside)):
        stop.clear()
        thread = threading.Thread(target=_repeat, args=(swaps, stop))
        thread.start()
        try:
            for _ in steps(count // 2, "Races for one opening"):
                _open_once(counts, inbox, staging, good)
        finally:
            stop.set()
            thread.join()


def _open_once(counts: Counts, inbox: Path, staging: Path, good: str) -> None:
    try:
        staged = stage(inbox / "sub" / "orders.csv", staging, _now(), below=inbox)
    except IntakeError:
        counts.count("races: refused")
        return
    counts.count("races: the good file opened")
    counts.expect(staged.path.read_text() == good, "a race was lost: what lies outside was read")
    staged.path.unlink()


def _repeat(swaps: Sequence[Callable[[], None]], stop: threading.Event) -> None:
    while not stop.is_set():
        for swap in swaps:
            swap()
            stop.wait(0.0005)


def _file_swaps(folder: Path, outside: Outside) -> Sequence[Callable[[], None]]:
    path, good, new = folder / "orders.csv", folder / "good", folder / "new"
    shutil.copy(path, good)

    def to_link() -> None:
        new.symlink_to(outside.folder / "orders.csv")
        new.replace(path)

    def back() -> None:
        shutil.copy(good, new)
        new.replace(path)

    return (to_link, back)


def _folder_swaps(inbox: Path, outside: Outside) -> Sequence[Callable[[], None]]:
    def to_link() -> None:
        (inbox / "sub").rename(inbox / "kept")
        (inbox / "sub").symlink_to(outside.folder)

    def back() -> None:
        (inbox / "sub").unlink()
        (inbox / "kept").rename(inbox / "sub")

    return (to_link, back)


def _now() -> datetime:
    return datetime(2026, 11, 1, 12, 0)


def _followed() -> AbstractContextManager[object]:
    """A service that follows links."""
    return mock.patch.object(os, "O_NOFOLLOW", 0)


def _way_unseen() -> AbstractContextManager[object]:
    """A service that looks at the file alone, not at the way to it."""
    return mock.patch.object(take_in, "_folder_of_others", return_value=None)


PLANTED = {"links are followed": _followed, "only the file itself may be no link": _way_unseen}
