"""Which declared format a file has: by the names in its header alone, whatever their case, spaces and punctuation.

How sure that is, in percent: 70 for all the headers that tell the format, up to 20 by the share of the file's headers that the
format uses, 10 where no other format fits. Of a format that lacks headers, 60 times the share that is there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from queries.errors import NotRecognised, nearest
from queries.intake.source import PATTERN, Source

LONGEST_SHOWN = 60
FAR = 0.4  # of so few of its headers nobody would say that a file looks like the format


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one format fits a header: what of its signature is there, what is missing, and what an import file has besides.

    `told` are the headers it is known by, each with the header of the file.
    """

    source: Source
    told: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    besides: tuple[str, ...]

    @property
    def found(self) -> int:
        """How many of the headers it is known by the file has."""
        return len(self.told)

    @property
    def is_complete(self) -> bool:
        """True when the file has this format."""
        return not self.missing and not self.besides

    @property
    def nearness(self) -> float:
        """How near the header is to this format, from 0 to 1."""
        return self.found / (self.found + len(self.missing) + len(self.besides))

    def confidence(self, *, used: float = 0.0, alone: bool = False) -> int:
        """Return how sure it is that the file has this format, in percent; `used` is the share of its headers that are used."""
        return round(70 + 20 * used + 10 * alone) if self.is_complete else round(60 * self.nearness)


def own_name(name: str) -> str:
    """Return the name that a file has inside its archive or workbook: what stands behind "archive.zip: "."""
    return name.rpartition(": ")[2]


def plain(header: str) -> str:
    """Return a header without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", header.casefold()) or header.casefold()


def recognise(headers: Sequence[str], sources: Iterable[Source], name: str) -> Source:
    """Return the one format that fits these headers; raise NotRecognised saying the nearest and what it lacks."""
    fits = [fit for source in sources if (fit := fit_of(headers, source)).found]
    best = _best([fit for fit in fits if fit.is_complete], name)
    if len(best) == 1:
        _check_twice(headers, best[0].source, name)
        return best[0].source
    if best:
        titles = " and ".join(f"{fit.source.title} ({fit.source.told_in})" for fit in best)
        refusal = NotRecognised(
            f"is equally {titles}", where=name, instead="Tell them apart: add a header to one's [recognise] columns"
        )
    else:
        refusal = _not_recognised(headers, fits, name)
    refusal.headers = tuple(headers)
    raise refusal


def ranked(headers: Sequence[str], sources: Iterable[Source]) -> list[Fit]:
    """Return the formats of which the file has any header, the nearest first."""
    fits = [fit for source in sources if (fit := fit_of(headers, source)).found]
    return sorted(fits, key=lambda fit: (fit.is_complete, not fit.missing, fit.nearness, fit.found), reverse=True)


def _check_twice(headers: Sequence[str], source: Source, name: str) -> None:
    """Raise NotRecognised when a file in the import format tells one column twice: nobody knows which of them counts."""
    told = [plain(header) for header in headers]
    twice = next((header for header in headers if told.count(plain(header)) > 1), None)
    if source.is_import_format and twice is not None:
        raise NotRecognised(f"has the column {_quoted([twice])} twice", where=name, instead="Leave one of them out")


def fit_of(headers: Sequence[str], source: Source) -> Fit:
    """Return how well one format fits these headers."""
    known = {plain(header): header for header in headers}
    there = [(names[0], next((header for name in names if (header := _header(name, known))), "")) for names in source.signature]
    missing = tuple(name for name, header in there if not header)
    allowed = {plain(name) for name in source.closed}
    besides = tuple(header for word, header in known.items() if allowed and word not in allowed)
    return Fit(source, tuple(one for one in there if one[1]), missing, besides)


def _header(name: str, known: Mapping[str, str]) -> str:
    """Return the file's header that goes under a name, empty without one."""
    if name.startswith(PATTERN):
        return next((header for header in known.values() if re.search(name[1:], header)), "")
    return known.get(plain(name), "")


def _best(fits: list[Fit], name: str) -> list[Fit]:
    """Return the formats that fit best: one of our own, all of whose headers are an entity's columns, else the best told of all."""
    fits = [fit for fit in fits if fit.source.is_import_format] or fits
    most = max((fit.found for fit in fits), default=0)
    best = [fit for fit in fits if fit.found == most]
    stem = plain(PurePath(own_name(name)).name.split(".")[0])
    named = [fit for fit in best if fit.source.is_import_format and plain(fit.source.blocks[0].entity) == stem]
    return named if len(best) > 1 and len(named) == 1 else best


def _not_recognised(headers: Sequence[str], fits: list[Fit], name: str) -> NotRecognised:
    near = max(fits, key=lambda fit: (not fit.missing, fit.nearness, fit.found), default=None)
    if near is None or (near.missing and near.nearness < FAR):
        listed = _quoted(headers[:8])
        closest = f"; the nearest is {near.source.title}, which needs {_quoted(near.missing)}" if near else ""
        return NotRecognised(
            f"no known format has the headers {listed}{closest}", where=name, instead="`cx new source FILE` drafts one"
        )
    if near.missing:
        return _lacking(headers, near, name)
    besides = near.besides[0]
    if not besides.strip():
        told, instead = "with a column that has no name", "Name it, or leave it out"
        return NotRecognised(f"looks like {near.source.title}, {told}", where=name, instead=instead)
    like = nearest(besides, near.source.closed)
    instead = f'Did you mean "{like}"?' if like else "Leave it out, or put it into a JSON object in a properties column"
    return NotRecognised(f"looks like {near.source.title}, which has no column {_quoted([besides])}", where=name, instead=instead)


def _lacking(headers: Sequence[str], near: Fit, name: str) -> NotRecognised:
    what = f"looks like {near.source.title} but has no {_quoted(near.missing)}"
    free = _unused(headers, near.source)
    found, lacking = next(((like, one) for one in near.missing if (like := nearest(one, free))), ("", ""))
    if near.source.is_import_format:
        besides = f", and {_quoted(near.besides[:1])} is no column of it" if near.besides and not found else ""
        rest = f' to "{lacking}" and add the others' if len(near.missing) > 1 else ""
        instead = f'Found "{_shown(found)}": rename it{rest}' if found else f"Add the column{'s' * (len(near.missing) > 1)}"
        return NotRecognised(what + besides, where=name, instead=instead)
    told_in = near.source.told_in
    instead = f'Found "{_shown(found)}": map it in {told_in}' if found else f"Add it, or map another column in {told_in}"
    return NotRecognised(what, where=name, instead=instead)


def _unused(headers: Sequence[str], source: Source) -> list[str]:
    """Return the headers that are not already columns of a format: only these can be another one misspelt."""
    taken = {plain(name) for names in (*source.signature, source.closed) for name in names}
    return [header for header in headers if plain(header) not in taken]


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{_shown(name.removeprefix(PATTERN))}"' for name in names)


def _shown(name: str) -> str:
    """Return a header on one line: a quote that is never closed can make it as long as its file."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
