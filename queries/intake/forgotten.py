"""Who asked to be forgotten: a keyed hash of all they were known by, so that no later export brings them back.

One file beside the registry holds the hashes, what is kept of their figures, and, until it is done, whom to look for in plain text.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

from queries.errors import WorkspaceError
from queries.intake.manifest import sync_folder
from queries.workspace import Workspace

BLOCK = 64
KEY_BYTES = 32
MOST_WORDS = 4
NAME = r"[A-Z\u00c0-\u00de][\w'-]{0,63}"
CAPITALS = re.compile(rf"\b{NAME}(?:[ \t]{{1,8}}{NAME})+")  # bounded: a word as long as a file costs no more than it is long
AGAIN = "Restore it from a copy of the workspace: without it a forgotten person would come back with the next export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the figures of one entity, source and month had of people who are gone: rows, and their value in a currency."""

    entity: str
    source: str
    month: str
    currency: str
    rows: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person being forgotten, in plain text until that is done.

    keys: SOURCE:ID, email=…, phone=… and external=… that lead to nobody else.   things: their cases, orders …, as "cases
    SOURCE:ID", by which what hangs on them is found.   words: texts that name the person wherever they
    stand.   names: full names, which others may bear, too.   kept: what their rows counted.   removed_before: how many records of
    others were removed before it was asked for.
    """

    customer_ids: tuple[str, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    kept: tuple[Kept, ...]
    things: tuple[str, ...] = ()
    removed_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Everybody who was forgotten: the hashes of their keys, those of whom it is not done yet, and what was kept of the others."""

    secret: bytes = b""
    hashes: frozenset[str] = frozenset()
    pending: tuple[Person, ...] = ()
    kept: tuple[Kept, ...] = ()

    @classmethod
    def of(cls, workspace: Workspace) -> "Forgotten":
        """Return what a workspace remembers of them; raise WorkspaceError where that is damaged."""
        path = workspace.registry / "forgotten.json"
        if not path.exists():
            return cls()
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                secret=key_file(workspace).read_bytes(),
                hashes=frozenset(told["hashes"]),
                pending=tuple(map(_person, told["pending"])),
                kept=tuple(Kept(**one) for one in told["kept"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            where = f"{path.parent.name}/{path.name}"
            raise WorkspaceError("is damaged, or its key is missing", where=where, instead=AGAIN) from error

    def hash_of(self, key: str) -> str:
        """Return the keyed hash of a key."""
        return hmac.new(self.secret, key.encode(), hashlib.sha256).hexdigest()

    def pads(self) -> tuple[str, str]:
        """Return the inner and outer pad of the key in hexadecimal digits, from which a database reckons the same hash."""
        padded = self.secret.ljust(BLOCK, b"\0")
        return bytes(one ^ 0x36 for one in padded).hex(), bytes(one ^ 0x5C for one in padded).hex()

    def asked(self, workspace: Workspace, person: Person) -> "Forgotten":
        """Return it with one person more, kept durably: from here on it is finished by this load or the next."""
        made = replace(self, secret=self.secret or made_key(workspace), pending=(*self.pending, person))
        named = (name_key(name) for name in person.names)
        return made.knowing(workspace, map(made.hash_of, (*person.keys, *person.things, *named)))

    def names_in(self, text: str) -> set[str]:
        """Return the full names in a text that were those of forgotten people: two to four words with capitals, one after the other."""
        found = set()
        for run in CAPITALS.findall(normalize("NFC", text)):
            words = [word.removesuffix("'s").strip("'-") for word in run.split()]
            spans = (
                (start, end)
                for start in range(len(words) - 1)
                for end in range(start + 2, min(start + MOST_WORDS, len(words)) + 1)
            )
            told = (" ".join(words[start:end]) for start, end in spans)
            found |= {name for name in told if self.hash_of(name_key(name)) in self.hashes}
        return found

    def knowing(self, workspace: Workspace, hashes: Iterable[str]) -> "Forgotten":
        """Return it with further hashes, kept durably."""
        made = replace(self, hashes=self.hashes | frozenset(hashes))
        _write(workspace, made)
        return made

    def done(self, workspace: Workspace) -> "Forgotten":
        """Return it with nobody left to forget: what they counted is added to what is kept, their plain texts are gone."""
        counted = added([*self.kept, *(one for person in self.pending for one in person.kept)])
        made = replace(self, pending=(), kept=counted)
        _write(workspace, made)
        return made


def name_key(name: str) -> str:
    """Return a full name in the form in which it is remembered."""
    return f"name={' '.join(normalize('NFC', name).lower().split())}"


def pattern_of(text: str) -> str:
    """Return the regular expression of a text, however wide its spaces are written, and its accents: in the letter, or after it."""
    forms = dict.fromkeys((text, normalize("NFC", text), normalize("NFD", text)))
    return f"(?:{'|'.join(re.escape(one) for one in forms)})".replace("\\ ", "\\s+")


def added(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """Return what was kept, one row for each entity, source, month and currency."""
    sums: dict[tuple[str, str, str, str], tuple[int, float]] = {}
    for one in kept:
        place = (one.entity, one.source, one.month, one.currency)
        rows, value = sums.get(place, (0, 0.0))
        sums[place] = (rows + one.rows, round(value + one.value, 2))
    return tuple(
        Kept(entity=entity, source=source, month=month, currency=currency, rows=rows, value=value)
        for (entity, source, month, currency), (rows, value) in sorted(sums.items())
    )


def key_file(workspace: Workspace) -> Path:
    """Return where the key of the hashes lies."""
    return workspace.registry / "forgotten.key"


def write_secretly(path: Path, content: bytes) -> None:
    """Replace a file that nobody but its owner may read, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def made_key(workspace: Workspace) -> bytes:
    """Return the workspace's key, made on first use."""
    path = key_file(workspace)
    if not path.exists():
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        write_secretly(made, secrets.token_bytes(KEY_BYTES))
        try:
            os.link(made, path)  # the first of several processes makes the key that all of them use
        except FileExistsError:
            pass
        finally:
            made.unlink(missing_ok=True)
    return path.read_bytes()


def _write(workspace: Workspace, told: Forgotten) -> None:
    plain = {
        "hashes": sorted(told.hashes),
        "kept": [asdict(one) for one in told.kept],
        "pending": [asdict(one) for one in told.pending],
    }
    write_secretly(workspace.registry / "forgotten.json", json.dumps(plain, indent=1).encode())


def _person(told: dict[str, Any]) -> Person:
    texts = {name: tuple(told[name]) for name in ("customer_ids", "keys", "words", "names", "things")}
    return Person(**texts, kept=tuple(Kept(**one) for one in told["kept"]), removed_before=told["removed_before"])
