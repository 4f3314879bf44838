"""Reads the declarations of export formats: one TOML file each, shipped or the workspace's own, every mistake told at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.intake.contract import Column, Entity, contract
from queries.intake.source import MATCHED, Block, Cell, Condition, Habits, Source
from queries.told import Told, read_each
from queries.workspace import Workspace, read_toml
from queries.zone import known_zones

SHIPPED = Path(__file__).parents[1] / "sources"
FORMATS = ("iso", "day first", "month first")
ANY_ORDER = FORMATS
FOOTERS = (
    r"^(exported|generated|created|printed) (by|on|at)\b",
    r"^(total|end of (file|export|report)|copyright|confidential)\b",
    r"^\d+ (rows|records|lines)\b",
)
SENTINELS = ("1900-01-01", "9999-12-31", "0001-01-01")


def sources_of(workspace: Workspace) -> Mapping[str, Source]:
    """Return every format that can be recognised: shipped, the workspace's own (the same id replaces), the import format."""
    declared = read_each([SHIPPED, workspace.declared("sources")], read_source)
    return {**declared, **{f"import_{entity.name}": import_format(entity) for entity in contract().values()}}


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
            columns=(column.name,), formats=ANY_ORDER if column.is_time else (), absent=entity.absent.get(column.name, "")
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
    recognise.done()
    blocks = tuple(_block(rows) for rows in told.tables("rows"))
    _check_blocks(told, blocks)
    return Source(
        source_id=source_id,
        title=told.text("title"),
        source=told.text("source"),
        signature=signature,
        blocks=blocks,
        kind=told.choice("kind", ("table", "json"), "table"),
        header_rows=told.whole("header_rows", 1),
        header_words=told.texts("header_words", ()),
        blank_headers=told.choice("blank_headers", ("numbered", "of the left"), "numbered"),
        missing=told.texts("missing", ()),
        sentinel_dates=told.texts("sentinel_dates", ()),
        footer=_patterns(told, "footer"),
        leave_out=tuple(_condition(one, with_reason=True) for one in told.tables("leave_out")),
        zone=_zone(told),
        full=told.flag("full", False),
        distinct=told.flag("distinct", False),
        told_in=f"sources/{source_id}.toml",
    )


def _block(told: Told) -> Block:
    entity = contract().get(told.choice("entity", contract()) or "")
    each, unless = _pattern(told, "each"), _pattern(told, "unless")
    block = Block(
        entity=entity.name if entity else "",
        name=told.text("name", entity.name if entity else ""),
        primary=told.flag("primary", False),
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
    for name in entity.required if entity else ():
        if name not in block.columns:
            told.wrong(
                f'{block.entity} needs "{name}"', f"Add it under [rows.columns]: {entity.column(name).comment if entity else ''}"
            )
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
    if not primaries and not any(block.unnest for block in blocks):
        told.wrong("no block is primary", "Mark the one that makes one row of every record: primary = true")
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
        yield Cell(columns=_names(told.text(name, "")))
    else:
        yield _cell_in_full(told.table(name), known.get(name))


def _cell_in_full(told: Told, column: Column | None) -> Cell:
    cell = Cell(
        columns=_names(told.text("column", "")),
        join=told.texts("join", ()),
        equals=told.texts("equals", ()),
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
        zone=_zone(told),
        decimal=told.choice("decimal", (".", ","), "."),
        times=float(told.number("times", 1.0)),
        after=_names(told.text("after", "")),
        when=tuple(_condition(one) for one in told.tables("when")),
        sensitive=told.flag("sensitive", False),
    )
    told.done()
    _check_cell(told, cell, column)
    return cell


def _check_cell(told: Told, cell: Cell, column: Column | None) -> None:
    ways = [bool(one) for one in (cell.columns, cell.join, cell.equals, cell.template, cell.value, cell.group, cell.file_time)]
    if sum(ways) != 1:
        told.wrong("is told in no way, or in several", "Use one of: column, join, equals, template, value, group, file_time")
    if cell.equals and len(cell.equals) != 2:
        told.wrong("equals compares two headers", 'Write equals = ["…", "…"]')
    for told_format in cell.formats:
        if told_format not in FORMATS and "%" not in told_format:
            told.wrong(
                f'formats: "{told_format}" is no format', 'Use "iso", "day first", "month first" or for example "%d.%m.%Y %H:%M"'
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
        dates=told.choice("dates", FORMATS[1:], ""),
        sensitive=told.texts("sensitive", ()),
        files=told.texts("files", ()),
    )
    told.asked.add("known_until")
    told.done()
    return habits


def _map(told: Told, key: str) -> Mapping[str, str]:
    table = told.table(key)
    return {word: str(table.text(word)) for word in table.values}


def _zone(told: Told) -> str:
    zone = str(told.text("zone", ""))
    if zone and zone not in known_zones():
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


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(" | ") if name.strip())
