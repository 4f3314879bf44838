"""What `cx recognise` does: says what a file is, how sure that is and why, and what would become of it. Nothing is loaded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlglot import exp

from queries.clock import utc_now
from queries.errors import IntakeError, NotRecognised
from queries.intake.cast import used_headers
from queries.intake.manifest import TakenIn
from queries.intake.opening import Closed, open_copies
from queries.intake.parse import parse
from queries.intake.reading import Reading
from queries.intake.recognise import Fit, fit_of, plain, ranked
from queries.intake.source import PATTERN, Source
from queries.intake.stage import Staged, files_in, stage
from queries.intake.take_in import Declared, cast_into, check_rows, job_of, taken_in, with_notices
from queries.intake.target import RawFile, Target, targets
from queries.intake.told import expansions, text_of
from queries.temporary import own_folder
from queries.workspace import Workspace

NEXT_BEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Another format that the file might have: how sure that would be, in percent, and the headers that it lacks."""

    source_id: str
    title: str
    confidence: int
    lacks: tuple[str, ...]
    besides: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Becomes:
    """What one block of the format makes of the file: rows, refused ones, and by column the headers that tell it."""

    entity: str
    block: str
    rows: int
    rejected: int
    columns: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What one file is, or is not.

    `confidence` is in percent. `signature` are the headers that tell the format, each with the file's own; `left` are the headers
    that nothing is made of. `problem` is the sentence with which a load would refuse the file, empty when it would not.
    """

    file_name: str
    source_id: str = ""
    title: str = ""
    confidence: int = 0
    signature: tuple[tuple[str, str], ...] = ()
    headers: int = 0
    used: int = 0
    left: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    zone: str = ""
    zone_told_by: str = ""
    records: int = 0
    becomes: tuple[Becomes, ...] = ()
    near: tuple[Near, ...] = ()
    notices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_recognised(self) -> bool:
        """True when the file has one of the formats, whether or not it can be loaded."""
        return bool(self.source_id)


def recognise_files(workspace: Workspace, paths: Sequence[Path], now: datetime | None = None) -> Iterator[Recognised]:
    """Yield what each file is, read and cast in a folder of its own: the workspace, which need not exist, stays as it is."""
    now = now or utc_now()
    declared = Declared.of(workspace)
    for origin in files_in(paths):
        with own_folder("look") as folder:
            yield from _recognised_in(origin, folder, declared, now)


def _recognised_in(origin: Path, folder: Path, declared: Declared, now: datetime) -> Iterator[Recognised]:
    try:
        copy = stage(origin, folder, now)
    except IntakeError as error:
        yield Recognised(file_name=origin.name, problem=str(error))
        return
    for one in open_copies([copy], declared.sources, folder)[copy.path]:
        if isinstance(one, Closed):
            yield _unknown(one.name, one.error, one.reason, declared)
            continue
        ((job, outcome),) = parse([job_of(one, declared.sources, folder)])
        if isinstance(outcome, IntakeError):
            yield _unknown(one.name, outcome, str(outcome), declared)
        else:
            yield _known(one, with_notices(outcome, one), job.target, declared)


def _unknown(name: str, error: IntakeError | None, problem: str, declared: Declared) -> Recognised:
    headers = error.headers if isinstance(error, NotRecognised) else ()
    near = [_near(fit) for fit in ranked(headers, declared.sources.values())[:NEXT_BEST]]
    return Recognised(file_name=name, headers=len(headers), near=tuple(near), problem=problem)


def _known(copy: Staged, reading: Reading, raw_path: Path, declared: Declared) -> Recognised:
    file = taken_in(copy, reading, 1, raw_sha256="")
    raw = declared.raw_file(file, raw_path, is_new=True)
    fits = ranked(reading.headers, _readable(declared, reading))
    others = [fit for fit in fits if fit.source is not raw.source]
    used, fit = used_headers(raw), fit_of(reading.headers, raw.source)
    left = tuple(header for header in reading.headers if header not in used)
    zone, zone_told_by = _zone(raw)
    becomes, problem = _become(raw, file)
    return Recognised(
        file_name=copy.name,
        source_id=raw.source.source_id,
        title=raw.source.title,
        confidence=fit.confidence(used=len(used) / len(reading.headers), alone=not _complete(others)),
        signature=fit.told,
        headers=len(reading.headers),
        used=len(used),
        left=left,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        zone=zone,
        zone_told_by=zone_told_by,
        records=reading.records,
        becomes=becomes,
        near=tuple(_near(one) for one in others[:NEXT_BEST]),
        notices=reading.notices,
        reasons=tuple(_reasons(fit, len(used), len(reading.headers), left, _complete(others))),
        problem=problem,
    )


def confidence_of(file: TakenIn, declared: Declared) -> int:
    """Return how sure it is, in percent, that a file in use has the format it was read as."""
    raw = declared.raw_file(file, Path())
    headers = file.reading.headers
    others = [fit for fit in ranked(headers, _readable(declared, file.reading)) if fit.source is not raw.source]
    fit = fit_of(headers, raw.source)
    return fit.confidence(used=len(used_headers(raw)) / len(headers), alone=not _complete(others))


def _complete(fits: Sequence[Fit]) -> list[Fit]:
    return [fit for fit in fits if fit.is_complete]


def _readable(declared: Declared, reading: Reading) -> list[Source]:
    """Return the formats that a file written like this one can have."""
    kind = "json" if reading.encoding and not reading.delimiter else "table"
    return [source for source in declared.sources.values() if source.kind in (kind, "any") or source.is_import_format]


def _reasons(fit: Fit, used: int, headers: int, left: Sequence[str], rivals: Sequence[Fit]) -> Iterator[str]:
    """Yield why a file is held for its format, and what speaks against it."""
    found = ", ".join(_as_written(asked, header) for asked, header in fit.told)
    yield f"It has all {len(fit.told)} headers that tell the format: {found}" if len(fit.told) > 1 else f"It has {found}"
    yield f"{used} of its {headers} headers are used" + (f"; nothing is made of {_listed(left)}" if left else "")
    if left and any(block.primary for block in fit.source.blocks):
        yield f'To keep one as a property: properties = ["{left[0]}"] under [{fit.source.source}] in sources.toml'
    if rivals:
        others = " and ".join(one.source.title for one in rivals)
        yield f"{others} would fit, too, by fewer headers"
    else:
        yield "No other format fits"


def _as_written(asked: str, header: str) -> str:
    return header if plain(asked) == plain(header) or asked.startswith(PATTERN) else f'{header} (for "{asked}")'


def _listed(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _near(fit: Fit) -> Near:
    return Near(
        source_id=fit.source.source_id,
        title=fit.source.title,
        confidence=fit.confidence(),
        lacks=tuple(name.removeprefix(PATTERN) for name in fit.missing),
        besides=fit.besides,
    )


def _zone(raw: RawFile) -> tuple[str, str]:
    """Return the zone of the file's times, and what tells it; none is told where all of them name their own."""
    named = [zone for target in targets(raw) for zone in _zones_of_headers(target)]
    habits = raw.habits.get(raw.default_source)
    told = [
        (next(iter(named), ""), "a header of the file"),
        (raw.source.zone, "the format"),
        (habits.zone if habits else "", "sources.toml"),
    ]
    return next(((zone, by) for zone, by in told if zone), (raw.zone, "the workspace, since no file tells it"))


def _zones_of_headers(target: Target) -> Iterator[str]:
    for column, cell in target.columns:
        if column.is_time and (zone := target.header.zone(cell.after or cell.columns)):
            yield zone


def _become(raw: RawFile, file: TakenIn) -> tuple[tuple[Becomes, ...], str]:
    """Return what the blocks make of a file, and why a load would refuse it, empty when it would not."""
    typed = raw.path.with_suffix(".typed")
    try:
        cast_into(raw, typed, raw.path.parent)
        check_rows(typed, file, raw.source)
    except IntakeError as error:
        if not typed.exists():
            return (), str(error)
        return tuple(_blocks(raw, typed)), str(error)
    return tuple(_blocks(raw, typed)), ""


def _blocks(raw: RawFile, typed: Path) -> Iterator[Becomes]:
    by_name = {target.block.name: target for target in targets(raw)}
    for made in json.loads((typed / "blocks.json").read_text(encoding="utf-8")):
        if "name" in made:
            yield Becomes(
                entity=made["entity"],
                block=made["name"],
                rows=made["rows"],
                rejected=made["rejected"],
                columns=_headers_by_column(by_name[made["name"]]),
            )


def _headers_by_column(target: Target) -> Mapping[str, Sequence[str]]:
    """Return, by column of the entity, the headers of the file that tell it; a column told by none is left out."""
    found: dict[str, list[str]] = {}
    for header in expansions(target.block, target.header):
        for column, cell in target.columns:
            tree = exp.Tuple(expressions=[text_of(cell, header), header.first(cell.after)])
            names = [one.name for one in tree.find_all(exp.Column) if one.name in header.exact]
            found[column.name] = list(dict.fromkeys([*found.get(column.name, ()), *names]))
    return {name: headers for name, headers in found.items() if headers}
