"""The write steps of a load, one after the other: each can be made to fail, or be the moment at which the process is killed.

A step is what the program asks of the disk itself, below one folder: to open a file for writing, to write into it, to make it
durable, to rename, to remove, to make a folder. What the database writes by itself is broken by a disk that is really full.
"""

import builtins
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

FULL = "/dev/full"
Act = Callable[["Step"], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing asked of the disk: which, what, of which file below the folder."""

    number: int
    what: str
    name: str

    @property
    def kind(self) -> str:
        """What is done to which sort of file: the same in every load, whatever names are drawn and leftovers swept."""
        return f"{self.what} {re.sub('[0-9a-f]{8,}', '#', re.sub(r'[0-9]{8}T[0-9]{6}', '#', self.name))}"


@dataclass(slots=True)
class Disk:
    """Counts the steps below a folder and acts at one of them; that may raise, or end the process."""

    root: Path
    act: Act
    steps: list[Step] = field(default_factory=list)

    def step(self, what: str, path: object) -> None:
        """Count one step, and act."""
        name = os.fsdecode(os.fspath(path)) if isinstance(path, str | bytes | os.PathLike) else _name_of(path)
        if f"{name}/".startswith(f"{self.root}/"):
            self.steps.append(Step(len(self.steps) + 1, what, os.path.relpath(name, self.root)))
            self.act(self.steps[-1])


@contextmanager
def watched(root: Path, act: Act = lambda _: None) -> Iterator[Disk]:
    """Count every write step below a folder, and act at each, until the block ends."""
    disk = Disk(root, act)
    with ExitStack() as patched:
        for name, what in (
            ("fsync", "sync"),
            ("rename", "rename"),
            ("replace", "rename"),
            ("unlink", "remove"),
            ("mkdir", "make"),
        ):
            patched.enter_context(mock.patch.object(os, name, _before(disk, what, getattr(os, name))))
        real = builtins.open
        for module in (builtins, io):
            patched.enter_context(mock.patch.object(module, "open", _opening(disk, real)))
        yield disk


def _before(disk: Disk, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def called(path: Any, *rest: Any, **named: Any) -> Any:
        disk.step(what, path)
        return real(path, *rest, **named)

    return called


def _opening(disk: Disk, real: Callable[..., Any]) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if not isinstance(mode, str) or not set(mode) & set("wax+"):
            return real(file, mode, *rest, **named)
        disk.step("open", file)
        made = real(file, mode, *rest, **named)
        try:
            disk.step("write", file)
        except OSError:
            made.close()
            return real(FULL, mode.replace("x", "w"), *rest, **named)
        return made

    return opened


def _name_of(handle: object) -> str:
    return os.readlink(f"/proc/self/fd/{handle}") if isinstance(handle, int) else str(handle)
