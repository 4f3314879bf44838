"""Has archives and workbooks opened by a child process: of each one comes a private copy of every file in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from queries.errors import IntakeError
from queries.intake.containers import Opening, Part, is_packed
from queries.intake.parse import open_all
from queries.intake.source import Source
from queries.intake.stage import Staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A file within an archive that could not be had, or a whole archive, and the sentence that says why."""

    origin: Path
    name: str
    reason: str
    error: IntakeError | None = None
    whole: Staged | None = None


def open_copies(
    copies: Sequence[Staged], sources: Mapping[str, Source], folder: Path
) -> Mapping[Path, Sequence[Staged | Closed]]:
    """Return, by the path of each copy, what is in it: itself, or the files of an archive or workbook, in their order."""
    packed = [copy for copy in copies if is_packed(copy.path)]
    found = {copy.path: [copy] for copy in copies}
    opened = dict(_opened(packed, sources, folder))
    inner = [one for parts in opened.values() for one in parts if isinstance(one, Staged) and is_packed(one.path)]
    books = dict(_opened(inner, sources, folder))
    return {path: [one for outer in opened.get(path, here) for one in _within(outer, books)] for path, here in found.items()}


def _within(one: Staged | Closed, books: Mapping[Path, Sequence[Staged | Closed]]) -> Sequence[Staged | Closed]:
    return books.get(one.path, [one]) if isinstance(one, Staged) else [one]


def _opened(
    packed: Sequence[Staged], sources: Mapping[str, Source], folder: Path
) -> Iterator[tuple[Path, Sequence[Staged | Closed]]]:
    by_path = {copy.path: copy for copy in packed}
    jobs = [Opening(path=copy.path, name=copy.name, sources=sources, folder=folder) for copy in packed]
    for job, outcome in open_all(jobs):
        copy = by_path[job.path]
        if isinstance(outcome, IntakeError):
            yield copy.path, [Closed(origin=copy.origin, name=copy.name, reason=str(outcome), error=outcome, whole=copy)]
        else:
            copy.path.unlink()
            yield copy.path, [_part(copy, part) for part in outcome]


def _part(copy: Staged, part: Part) -> Staged | Closed:
    if part.problem:
        return Closed(origin=copy.origin, name=part.name, reason=part.problem)
    return replace(
        copy,
        path=Path(part.path),
        name=part.name,
        sha256=part.sha256,
        size=part.size,
        is_typed=part.is_typed,
        notices=part.notices,
        whole_sha256=copy.whole_sha256 or copy.sha256,
    )
