"""Every error of this layer: one sentence that says what, where, and what instead.

QueriesError
├── WorkspaceError            the workspace or its settings cannot be used
│   └── WorkspaceBusy         another load holds the workspace's lock
├── DeclarationError          one mistake in one declaration
├── DeclarationErrors         all the mistakes of all declarations, told together
├── IntakeError               a file, or what is in it, cannot be taken in
│   ├── NotRecognised         no declared format fits the file, or two fit equally well
│   ├── Unreadable            the file is not what its name or its format says
│   └── LedgerMismatch        the records read are not the records counted
├── BuildError                the models cannot be built
├── SnapshotError             a snapshot cannot be written, verified or found
└── QuestionError             a question that cannot be answered as it was asked
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

LONGEST_VALUE = 120
MOST_NAMES = 150
SOME_NAMES = 10
_VALUE = re.compile(r'"[^"\n]*"|\S+')


class QueriesError(Exception):
    """A sentence made of what is wrong, where, and what to do instead."""

    def __init__(self, what: str, *, where: str = "", instead: str = "") -> None:
        self.what = readable(what)
        self.where = where
        self.instead = instead
        super().__init__(self.what, where, instead)

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{_sentence(head)} {_sentence(self.instead)}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuilt, (type(self), self.what, self.where, self.instead))


class WorkspaceError(QueriesError):
    """The workspace or its settings cannot be used."""


class WorkspaceBusy(WorkspaceError):
    """Another load holds the workspace's lock."""


class DeclarationError(QueriesError):
    """One mistake in one declaration."""


class DeclarationErrors(QueriesError):
    """All the mistakes of all declarations, told together."""

    def __init__(self, problems: Iterable[QueriesError]) -> None:
        self.problems: Sequence[QueriesError] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        return self.what

    def __reduce__(self) -> tuple[object, ...]:
        return (DeclarationErrors, (self.problems,))


class IntakeError(QueriesError):
    """A file, or what is in it, cannot be taken in."""


class NotRecognised(IntakeError):
    """No declared format fits the file, or two fit equally well; `headers` are those that the file has."""

    headers: tuple[str, ...] = ()


class Unreadable(IntakeError):
    """The file is not what its name or its format says."""


class LedgerMismatch(IntakeError):
    """The records read are not the records counted."""


class BuildError(QueriesError):
    """The models cannot be built."""


class SnapshotError(QueriesError):
    """A snapshot cannot be written, verified or found."""


class QuestionError(QueriesError):
    """A question that cannot be answered as it was asked."""


def readable(text: str) -> str:
    """Return a sentence, what it quotes and every word of it cut to a length that can be read."""
    return _VALUE.sub(lambda found: _cut(found[0]), text)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like this one, or an empty text when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return what to use instead of an unknown word: the nearest known one, else all of them, or some of very many."""
    names = sorted(known)
    if not names:
        return "Leave it out."
    near = nearest(word, names)
    if near:
        return f'Did you mean "{near}"?'
    if len(names) > MOST_NAMES:
        return f"Use one of {len(names):,} that are known, such as {', '.join(names[:SOME_NAMES])}."
    return f"Use one of: {', '.join(names)}."


def _cut(value: str) -> str:
    end = value[-1] if value[-1] in "\"'" else ""
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 2]}…{end}"


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _rebuilt(kind: type[QueriesError], what: str, where: str, instead: str) -> QueriesError:
    return kind(what, where=where, instead=instead)
