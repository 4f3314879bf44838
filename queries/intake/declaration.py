"""Reads the declarations of export formats: one TOML file each, shipped or the workspace's own, every mistake told at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from queries.errors import DeclarationErrors, QueriesError, did_you_mean, nearest
from queries.intake.contract import Column, Entity, contract
from queries.intake.source import MATCHED, OF_THE_WORKSPACE, PATTERN, WITHIN, Block, Cell, Condition, Habits, Source
from queries.told import Told, read_each
from queries.workspace import Workspace, read_toml
from queries.zone import known_zones

SHIPPED = Path(__file__).parents[1] / "sources"
ANY_ORDER = ("iso", "day first", "month first")
FORMATS = (*ANY_ORDER, "unix")
FOOTERS = (
    r"^(exported|generated|created|printed) (by|on|at)\b",
    r"^(total|end of (file|export|report)|copyright|confidential)\b",
    r"^\d+ (rows|records|lines)\b",
)
SENTINELS = ("1900-01-01", "9999-12-31", "0001-01-01")


def sources_of(workspace: Workspace) -> Mapping[str, Source]:
    """Return every format that can be recognised: shipped, the workspace's own (the same id replaces), the import format."""
    declared = {**shipped(), **read_each([workspace.declared("sources")], read_source)}
    return {
        **dict(sorted(declared.items())),
        **{f"import_{entity.name}": import_format(entity) for entity in contract().values()},
    }


@cache
def shipped() -> Mapping[str, Source]:
    """Return the formats that are part of the product, read once."""
    return read_each([SHIPPED], read_source)


def habits_of(workspace: Workspace) -> Mapping[str, Habits]:
    """Return what the workspace's sources.toml says of each source."""
    path = workspace.source_settings
    if not path.exists():
        return {}
    problems: list[QueriesError] = []
    told = Told(path.name, read_toml(path), problems)
    habits = {name: _habits(name, told.table(name)) for name in told.values}
    if problems:
        raise DeclarationErrors(problems)
    return habits


def import_format(entity: Entity) -> Source:
    """Return the documented format of one entity: its own column names, nothing else, in any order."""
    named = {
        column.name: Cell(
            columns=(column.name,),
            formats=ANY_ORDER if column.is_time else (),
            decimal=".",
            absent=entity.absent.get(column.name, ""),
        )
        for column in entity.told
    }
    block = Block(
        entity=entity.name,
        name=entity.name,
        primary=True,
        columns={**named, "source": Cell(columns=("source",))},
        unfold="" if entity.name == "properties" else "properties",
    )
    return Source(
        source_id=f"import_{entity.name}",
        title=f"{entity.name} in the import format",
        source="import",
        signature=tuple((name,) for name in entity.required if name not in entity.absent),
        blocks=(block,),
        footer=FOOTERS,
        sentinel_dates=SENTINELS,
        closed=tuple(sorted({*named, "source", "properties"})),
        told_in="the import format",
    )


def read_source(source_id: str, told: Told) -> Source:
    """Return one format; its mistakes are kept by `told`."""
    recognise = told.table("recognise")
    signature = tuple(_names(name) for name in recognise.texts("columns"))
    for name in (name.removeprefix(PATTERN) for names in signature for name in names if name.startswith(PATTERN)):
        _compiles(recognise, "columns", name)
    further = recognise.texts("only", ())
    recognise.done()
    blocks = tuple(_block(rows) for rows in told.tables("rows"))
    _check_blocks(told, blocks)
    return Source(
        source_id=source_id,
        title=told.text("title"),
        source=told.text("source"),
        signature=signature,
        closed=tuple(sorted({*further, *(name for names in signature for name in names)})) if further else (),
        blocks=blocks,
        kind=told.choice("kind", ("table", "json", "any"), "table"),
        header_rows=told.whole("header_rows", 1),
        header_words=told.texts("header_words", ()),
        blank_headers=told.choice("blank_headers", ("numbered", "of the left"), "numbered"),
        missing=told.texts("missing", ()),
        sentinel_dates=told.texts("sentinel_dates", ()),
        footer=_patterns(told, "footer"),
        leave_out=tuple(_condition(one, with_reason=True) for one in told.tables("leave_out")),
        zone=_zone(told),
        id_pattern=_pattern(told, "id_pattern"),
        full=told.flag("full", False),
        distinct=told.flag("distinct", False),
        told_in=f"sources/{source_id}.toml",
    )


def _block(told: Told) -> Block:
    told.choice("entity", contract())  # a misspelt one is told there, and the columns are judged by the nearest
    entity = contract().get(nearest(str(told.values.get("entity", "")), contract()))
    each, unless = _pattern(told, "each"), _pattern(told, "unless")
    block = Block(
        entity=entity.name if entity else "",
        name=told.text("name", entity.name if entity else ""),
        primary=told.flag("primary", False),
        adds=told.flag("adds", False),
        of=told.text("of", ""),
        columns=_cells(told.table("columns"), entity),
        when=tuple(_condition(one) for one in told.tables("when")),
        each=each,
        unless=unless,
        unnest=told.text("unnest", ""),
        split=told.text("split", ""),
        properties=_cells(told.table("properties"), None),
    )
    _check_block(told, block, entity)
    told.done()
    return block


def _check_block(told: Told, block: Block, entity: Entity | None) -> None:
    if block.primary and (block.when or block.unnest):
        told.wrong(
            "a primary block makes one row of every record, so it takes no when and no unnest", "Use leave_out, or no primary"
        )
    if block.of and (not block.adds or not entity or block.of not in {column.name for column in entity.told}):
        told.wrong(f'of = "{block.of}" is for what adds = true says of every row with the same in a column of {block.entity}')
        return
    for name in entity.needed(adds=block.adds, of=block.of) if entity else ():
        if name not in block.columns:
            told.wrong(
                f'{block.entity} needs "{name}"', f"Add it under [rows.columns]: {entity.column(name).comment if entity else ''}"
            )
    for name in sorted(block.columns.keys() & entity.bound) if entity and block.adds else ():
        told.wrong(f"{name} cannot be added: it is judged together with other columns", "Leave it out, or leave out adds = true")
    for name, cell in block.columns.items():
        other = entity.column(cell.same_day_as) if entity and cell.same_day_as in block.columns else None
        if cell.same_day_as and (other is None or not other.is_time or other.name == name):
            told.wrong(f'{name}: same_day_as = "{cell.same_day_as}" is no other time of this block')
    groups = set(re.compile(block.each).groupindex) if block.each else set()
    for name, cell in block.columns.items():
        if cell.group and cell.group not in groups:
            told.wrong(f'{name}: each has no group "{cell.group}"', f"Write (?P<{cell.group}>…) in each")
        if MATCHED in cell.columns and not block.each:
            told.wrong(f'{name}: column = "{MATCHED}" is the header that each matched, and there is no each')


def _check_blocks(told: Told, blocks: Sequence[Block]) -> None:
    primaries = [block for block in blocks if block.primary]
    if len(primaries) > 1:
        told.wrong("two blocks are primary", "Mark the one that makes one row of every record")
    if not primaries and not all(block.unnest or block.when for block in blocks):
        told.wrong("no block is primary", "Mark the one that makes one row of every record: primary = true; or give each a when")
    for name in sorted({block.name for block in blocks}):
        if sum(block.name == name for block in blocks) > 1:
            told.wrong(f'two blocks are called "{name}"', "Give one a name of its own: name = …")


def _cells(told: Told, entity: Entity | None) -> Mapping[str, Cell]:
    return {name: cell for name in told.values for cell in _cell(told, name, entity)}


def _cell(told: Told, name: str, entity: Entity | None) -> Iterator[Cell]:
    known = {column.name: column for column in entity.told} if entity else {}
    if entity and name not in known:
        told.asked.add(name)
        told.wrong(f'"{name}" is not a column of {entity.name}', did_you_mean(name, known))
    elif isinstance(told.values[name], str):
        yield Cell(columns=_columns(told, name))
    else:
        yield _cell_in_full(told.table(name), known.get(name))


def _cell_in_full(told: Told, column: Column | None) -> Cell:
    cell = Cell(
        columns=_columns(told, "column"),
        first=tuple(_cell_within(one, column) for one in told.tables("first")),
        join=told.texts("join", ()),
        equals=told.texts("equals", ()),
        nth_of=_columns(told, "nth_of"),
        template=told.text("template", ""),
        value=told.text("value", ""),
        group=told.text("group", ""),
        file_time=told.flag("file_time", False),
        pattern=_pattern(told, "pattern"),
        map=_map(told, "map"),
        otherwise=told.text("otherwise", ""),
        empty=told.text("empty", ""),
        lower=told.flag("lower", False),
        formats=told.texts("formats", ()),
        zone=_zone(told, OF_THE_WORKSPACE),
        decimal=told.choice("decimal", (".", ","), ""),
        times=float(told.number("times", 1.0)),
        by=tuple(_cell_in_full(one, None) for one in told.tables("by")),
        over=tuple(_cell_in_full(one, None) for one in told.tables("over")),
        after=_columns(told, "after"),
        same_day_as=told.text("same_day_as", ""),
        when=tuple(_condition(one) for one in told.tables("when")),
        sensitive=told.flag("sensitive", False),
    )
    told.done()
    _check_cell(told, cell, column)
    return cell


def _cell_within(told: Told, column: Column | None) -> Cell:
    """Return one of several ways of telling a cell: how its words are read is said once for all of them."""
    for key in (
        "map",
        "otherwise",
        "empty",
        "formats",
        "decimal",
        "times",
        "by",
        "over",
        "after",
        "zone",
        "first",
        "same_day_as",
    ):
        if key in told.values:
            told.wrong(f"{key} is said beside first, once for all that stands in it")
    return _cell_in_full(told, column)


def _check_cell(told: Told, cell: Cell, column: Column | None) -> None:
    told_by = (
        cell.columns, cell.first, cell.join, cell.equals, cell.nth_of, cell.template, cell.value, cell.group, cell.file_time,
    )  # fmt: skip
    if sum(bool(one) for one in told_by) != 1:
        told.wrong(
            "is told in no way, or in several",
            "Use one of: column, first, join, equals, nth_of, template, value, group, file_time",
        )
    if (cell.by or cell.over) and column and not column.is_number:
        told.wrong("by and over are for numbers")
    if cell.equals and len(cell.equals) != 2:
        told.wrong("equals compares two headers", 'Write equals = ["…", "…"]')
    for told_format in cell.formats:
        if told_format not in FORMATS and "%" not in told_format:
            told.wrong(
                f'formats: "{told_format}" is no format',
                'Use "iso", "day first", "month first", "unix" or for example "%d.%m.%Y %H:%M"',
            )
    for word in (*cell.map.values(), cell.otherwise, cell.empty, cell.value):
        if column and column.allowed and word and word not in column.allowed:
            told.wrong(f'"{word}" is not a word of {column.name}', did_you_mean(word, column.allowed))


def _condition(told: Told, *, with_reason: bool = False) -> Condition:
    condition = Condition(
        column=told.text("column"),
        is_one_of=told.texts("is_one_of", ()),
        is_none_of=told.texts("is_none_of", ()),
        is_present=told.flag("is_present", None),
        reason=told.text("reason") if with_reason else "",
        gone=told.flag("gone", False) if with_reason else False,
    )
    told.done()
    if sum([bool(condition.is_one_of), bool(condition.is_none_of), condition.is_present is not None]) != 1:
        told.wrong("asks nothing, or several things", "Use one of: is_one_of, is_none_of, is_present")
    return condition


def _habits(name: str, told: Told) -> Habits:
    habits = Habits(
        source=name,
        title=str(told.text("title", "")),
        zone=_zone(told),
        known_until=str(told.values.get("known_until", "")),
        interval_seconds=told.seconds("interval", None),
        finished=told.flag("finished", False),
        full=told.flag("full", False),
        distinct=told.flag("distinct", False),
        dates=told.choice("dates", ANY_ORDER[1:], ""),
        decimal=told.choice("decimal", (".", ","), ""),
        properties=told.texts("properties", ()),
        sensitive=told.texts("sensitive", ()),
        files=told.texts("files", ()),
    )
    told.asked.add("known_until")
    told.done()
    return habits


def _map(told: Told, key: str) -> Mapping[str, str]:
    table = told.table(key)
    return {word: str(table.text(word)) for word in table.values}


def _zone(told: Told, *also: str) -> str:
    zone = str(told.text("zone", ""))
    if zone and zone not in also and zone not in known_zones():
        told.wrong(f'zone = "{zone}" is not a time zone', 'Use a name such as "Europe/Berlin"')
    return zone


def _pattern(told: Told, key: str) -> str:
    pattern = str(told.text(key, ""))
    return pattern if _compiles(told, key, pattern) else ""


def _patterns(told: Told, key: str) -> tuple[str, ...]:
    return tuple(pattern for pattern in told.texts(key, ()) if _compiles(told, key, pattern))


def _compiles(told: Told, key: str, pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error as error:
        told.wrong(f'{key} = "{pattern}" is not a pattern: {error}')
        return False
    return True


def _columns(told: Told, key: str) -> tuple[str, ...]:
    """Return the headers that a key names; one told as a pattern must be one."""
    names = _names(told.text(key, ""))
    likes = [name.partition(WITHIN)[0].removeprefix(PATTERN) for name in names if name.startswith(PATTERN)]
    return names if all(_compiles(told, key, like) for like in likes) else ()


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(" | ") if name.strip())
