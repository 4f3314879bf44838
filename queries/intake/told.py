"""What a source tells of each column, as text: one tree per column, made from the declaration and the headers of one file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from sqlglot import exp

from queries.errors import IntakeError
from queries.intake.expressions import (
    all_of,
    any_of,
    call,
    choose,
    first_of,
    is_null,
    is_object,
    is_one_of,
    is_told,
    named,
    nothing,
    word,
)
from queries.intake.reading import LINE, PROBLEM
from queries.intake.recognise import own_name, plain
from queries.intake.source import ELEMENT, FILE, MATCHED, PATTERN, RECORD, WITHIN, Block, Cell, Condition, Source
from queries.zone import known_zones

ELEMENT_COLUMN = "@element"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of one file, and how its empty cells are written; `matched` and `groups` are those of an `each` block.

    `names` are the headers by their plain spelling, `exact` all of them: two may differ by their quotes alone.
    """

    names: Mapping[str, str]
    exact: tuple[str, ...]
    missing: tuple[str, ...]
    file_time: str
    file_name: str = ""
    matched: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> exp.Expr | None:
        """Return the text of the column that goes under this name, or None when the file has no such column."""
        name, _, pattern = name.partition(WITHIN)
        if pattern:
            whole = self.column(name)
            return None if whole is None else _found(whole, pattern)
        if name == FILE:
            return word(PurePath(own_name(self.file_name)).stem)
        if name == RECORD:
            return call("concat", word(f"{self.file_name}:"), named(LINE))
        if name.startswith(PATTERN):
            like = self.like(name)
            return None if like is None else self._text(named(like.string))
        if name.startswith(ELEMENT):
            inside = word(f"${name.removeprefix(ELEMENT)}")
            return self._text(
                call("json_extract_string", named(ELEMENT_COLUMN), inside) if name != ELEMENT else named(ELEMENT_COLUMN)
            )
        wanted = self.matched if name == MATCHED else self._filled(name)
        if wanted in self.exact:
            return self._text(named(wanted))
        if plain(wanted) in self.names:
            return self._text(named(self.names[plain(wanted)]))
        outer, _, inner = wanted.partition(".")
        if inner and plain(outer) in self.names:
            whole = named(self.names[plain(outer)])
            return self._text(choose([(is_object(whole), call("json_extract_string", whole, word(f"$.{inner}")))]))
        return None

    def first(self, names: Sequence[str]) -> exp.Expr:
        """Return the first told of several columns; null when the file has none of them."""
        return first_of([column for name in names if (column := self.column(name)) is not None])

    def like(self, name: str) -> re.Match[str] | None:
        """Return the first header that fits a name told as a pattern, or None when there is none."""
        found = (re.search(name.removeprefix(PATTERN), header) for header in reversed(list(self.names.values())))
        return next((one for one in found if one), None)

    def zone(self, names: Sequence[str]) -> str:
        """Return the zone that the headers of these columns name, empty without one; raise IntakeError for no zone, or two."""
        likes = [like for name in names if name.startswith(PATTERN) and (like := self.like(name.partition(WITHIN)[0]))]
        told = dict.fromkeys(zone for like in likes if (zone := like.groupdict().get("zone")))
        known = {zone.casefold(): zone for zone in known_zones()} if told else {}
        zones = list(dict.fromkeys(known.get(zone.strip().casefold(), "") for zone in told))
        if "" in zones:
            wrong = next(zone for zone in told if zone.strip().casefold() not in known)
            what, instead = f'a header names the time zone "{wrong}", which there is not', "Write one such as Europe/Berlin there"
            raise IntakeError(what, where=self.file_name, instead=instead)
        if len(zones) > 1:
            raise IntakeError(
                f"headers of one column name two time zones, {zones[0]} and {zones[1]}",
                where=self.file_name,
                instead="Export it again",
            )
        return zones[0] if zones else ""

    def _filled(self, name: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.groups.get(found[1], found[0]), name) if self.groups else name

    def _text(self, told: exp.Expr) -> exp.Expr:
        trimmed = call("trim", told)
        if not self.missing:
            return call("nullif", trimmed, word(""))
        return choose([(exp.not_(is_one_of(trimmed, ("", *self.missing))), trimmed)])


def header_of(source: Source, names: Sequence[str], file_time: str, file_name: str) -> Header:
    """Return the header of a file read as this source."""
    return Header(
        names={plain(name): name for name in reversed(names)},
        exact=tuple(names),
        missing=source.missing,
        file_time=file_time,
        file_name=file_name,
    )


def expansions(block: Block, header: Header) -> Iterator[Header]:
    """Yield the header once, or once for every name that the block's `each` matches."""
    if not block.each:
        yield header
        return
    for name in header.exact:
        found = re.search(block.each, name)
        if found:
            groups = {group: text.strip() for group, text in found.groupdict().items() if text is not None}
            yield replace(header, matched=name, groups=groups)


def text_of(cell: Cell, header: Header) -> exp.Expr:
    """Return the text that a file tells for one cell."""
    told = _told(cell, header)
    for factor in (*cell.by, *cell.over):
        told = choose([(is_told(factor_of(factor, header)), told)])
    if cell.pattern:
        told = _found(told, cell.pattern)
    if cell.when:
        told = choose([(all_of([holds(condition, header) for condition in cell.when]), told)])
    return call("lower", told) if cell.lower else told


def factor_of(cell: Cell, header: Header) -> exp.Expr:
    """Return the text of what a number is multiplied by or divided by, with the source's words read as numbers."""
    told = text_of(cell, header)
    same = call("folded", told)
    words = [(exp.EQ(this=same, expression=call("folded", word(theirs))), word(ours)) for theirs, ours in cell.map.items()]
    missing = word(cell.empty) if cell.empty else nothing()
    return choose([(is_null(told), missing), *words], word(cell.otherwise) if cell.otherwise else told)


def can_be_told(block: Block, header: Header) -> bool:
    """Return whether a file with this header can hold any row of a block; a primary block always may."""
    if block.primary:
        return True
    if block.unnest and all(one.column(block.unnest) is None for one in expansions(block, header)):
        return False
    needed = [condition.column.split(" | ") for condition in block.when if condition.is_present or condition.is_one_of]
    return any(all(any(one.column(name) is not None for name in names) for names in needed) for one in expansions(block, header))


def without_absent(block: Block, header: Header) -> Block:
    """Return the block without the columns that this file cannot tell, none of their headers being in it, or with what then holds."""
    ways = list(expansions(block, header))
    told: dict[str, Cell] = {}
    for name, cell in block.columns.items():
        if not cell.columns or cell.empty or any(way.column(one) is not None for way in ways for one in cell.columns):
            told[name] = cell
        elif cell.absent:
            told[name] = Cell(value=cell.absent)
    return replace(block, columns=told)


def problem_of(source: Source, header: Header) -> exp.Expr:
    """Return why a record becomes no row at all: it cannot be read, or is left out; null for every other one."""
    left_out = [(holds(one, header), word(one.reason)) for one in source.leave_out]
    return first_of([named(PROBLEM), choose(left_out)])


def conditions_of(block: Block, header: Header) -> exp.Expr:
    """Return whether a record becomes a row of this block."""
    return all_of([*[holds(condition, header) for condition in block.when], *_not_told_elsewhere(block, header)])


def holds(condition: Condition, header: Header) -> exp.Expr:
    """Return whether one condition holds; a column that the file lacks is a missing one."""
    told = call("folded", header.first(condition.column.split(" | ")))
    if condition.is_present is not None:
        return is_told(told) if condition.is_present else is_null(told)
    words = [" ".join(re.split(r"[\s_-]+", one.lower())).strip() for one in condition.is_one_of or condition.is_none_of]
    is_listed = call("coalesce", is_one_of(told, words), exp.false())
    return is_listed if condition.is_one_of else exp.not_(is_listed)


def _told(cell: Cell, header: Header) -> exp.Expr:
    if cell.columns:
        return header.first(cell.columns)
    if cell.first:
        return first_of([text_of(one, header) for one in cell.first])
    if cell.equals:
        first, second = (header.first(name.split(" | ")) for name in cell.equals)
        return exp.cast(exp.paren(exp.EQ(this=first, expression=second)), "varchar")
    if cell.nth_of:
        return _place(header.first(cell.nth_of))
    if cell.join:
        each = [[column for one in name.split(" | ") if (column := header.column(one)) is not None] for name in cell.join]
        parts = [first_of(columns) for columns in each if columns]
        return call("nullif", call("concat_ws", word(" "), *parts), word("")) if parts else nothing()
    if cell.template:
        return _template(cell.template, header)
    if cell.group:
        return call("nullif", word(header.groups.get(cell.group, "")), word(""))
    return word(header.file_time if cell.file_time else cell.value)


def _place(told: exp.Expr) -> exp.Expr:
    """Return the number of a record among those that tell the same, in the order of the file."""
    line = exp.Ordered(this=named(LINE))
    place = exp.Window(this=call("row_number"), partition_by=[told], order=exp.Order(expressions=[line]))
    return choose([(is_told(told), exp.cast(place, "varchar"))])


def _found(told: exp.Expr, pattern: str) -> exp.Expr:
    return call("nullif", call("regexp_extract", told, word(pattern), exp.Literal.number(1)), word(""))


def _template(template: str, header: Header) -> exp.Expr:
    """Return the filled template; it is missing when one of its columns is."""
    parts = [part for part in re.split(r"(\{[^{}]+\})", template) if part]
    told = [header.first(part[1:-1].split(" | ")) if part.startswith("{") else word(part) for part in parts]
    whole = told[0]
    for part in told[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return exp.paren(whole)


def _not_told_elsewhere(block: Block, header: Header) -> list[exp.Expr]:
    """Return the conditions that no other header tells the same of this record."""
    if not block.unless:
        return []
    groups = {name: text.casefold() for name, text in header.groups.items()}
    others = [
        header.column(name)
        for name in header.exact
        if (found := re.search(block.unless, name))
        and {key: text.casefold() for key, text in found.groupdict().items()} == groups
    ]
    told = [is_told(other) for other in others if other is not None]
    return [exp.not_(any_of(told))] if told else []
