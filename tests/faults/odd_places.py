"""Things in an inbox that are no regular files, and files under names that nobody expects."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults.odd_texts import KINDS, Odd, kind, table


def _made(make: Callable[[Path, Random, str], None], must: str = "refused") -> Callable[[Random, str], Odd]:
    return lambda draw, own: Odd(content=lambda path: make(path, draw, own), must=must)


def _pipe(path: Path, draw: Random, own: str) -> None:
    os.mkfifo(path)


def _socket(path: Path, draw: Random, own: str) -> None:
    here = socket.socket(socket.AF_UNIX)
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's path may be a hundred letters long at most
    try:
        here.bind("socket")
    finally:
        os.chdir(before)
        here.close()
    path.with_name("socket").rename(path)


def _device(path: Path, draw: Random, own: str) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        path.symlink_to("/dev/zero")


def _dangling(path: Path, draw: Random, own: str) -> None:
    path.symlink_to(path.with_name("nothing here"))


def _loop(path: Path, draw: Random, own: str) -> None:
    path.symlink_to(path.name)


for _name, _make in (
    ("a pipe", _pipe),
    ("a socket", _socket),
    ("a device", _device),
    ("a link to nothing", _dangling),
    ("a link to itself", _loop),
):
    KINDS[_name] = _made(_make)


@kind("a folder that is called .csv")
def _folder(draw: Random, own: str) -> Odd:
    def make(path: Path) -> None:
        path.mkdir()
        (path / f"{own} inside.csv").write_text(table(own, 3))

    return Odd(content=make, must="folder")


NAMES = (
    "a\nb.csv", "a\r\nb.csv", "tab\there.csv", "it's.csv", 'say "x".csv', "semi;colon.csv", "$(id).csv", "`id`.csv",
    "%s%n.csv", "*.csv", "[a]?.csv", "{a,b}.csv", "a\\b.csv", "~.csv", "-rf.csv", "=1+1.csv", " .csv", "a .csv ", "CON.csv",
    "aux", "x" * 240 + ".csv", "ü" * 110 + ".csv", "\u202egpj.csv", "e\u0301.csv", "\u00e9.csv", "😀.csv", "a: b.csv",
    "x.reason.txt", "x.staged", "x.parquet", "x.csv.gz", "x.zip", "noend", "\x1b[31m.csv", "\x7f.csv", "..csv",
    "a/b.csv".replace("/", "\u2215"), "files.json", "CURRENT", "a.csv.",
)  # fmt: skip


def _under(name: str) -> Callable[[Random, str], Odd]:
    return lambda draw, own: Odd(content=table(own, 3).encode(), records=3, must="loaded", name=name)


for _name in NAMES:
    KINDS[f"a file called {_name[:40]!r}"] = _under(_name)


@kind("a name that is not UTF-8")
def _not_utf8(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 3).encode(), must="refused", name=os.fsdecode("Aufträge.csv".encode("latin-1")))
