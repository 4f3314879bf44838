"""What one export format looks like: how it is recognised, and the rows of each entity that a record of it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MATCHED = "*"  # in an `each` block: the column whose header matched
ELEMENT = "@"  # in an `unnest` block: the element, or with ".name" what is inside it
FILE, RECORD = "@file", "@record"  # the file's name without its ending; the file's name and the record's number
WITHIN = " ~ "  # between a header and the pattern of what is taken from it

Kind = Literal["table", "json"]
Blank = Literal["numbered", "of the left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one column is told.

    `columns` are headers in order of preference: the first that is not missing wins; "Tags ~ \\b(spam)\\b" takes what the
    pattern finds in it. `equals` tells true when two headers hold the same. `after` is the moment that a number counts
    from. `map` reads a source's words as ours; an unknown word is read as `otherwise`, a missing one as `empty`. `absent` is told
    of every record of a file that has no such column.
    """

    columns: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    template: str = ""
    value: str = ""
    group: str = ""
    file_time: bool = False
    pattern: str = ""
    map: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
    empty: str = ""
    absent: str = ""
    lower: bool = False
    formats: tuple[str, ...] = ()
    zone: str = ""
    decimal: str = "."
    times: float = 1.0
    after: tuple[str, ...] = ()
    when: "tuple[Condition, ...]" = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a record must be to become a row: one of some words, none of them, or merely present."""

    column: str
    is_one_of: tuple[str, ...] = ()
    is_none_of: tuple[str, ...] = ()
    is_present: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rows of one entity that a record becomes: one, one for each matching header, or one for each element of a list."""

    entity: str
    name: str
    columns: Mapping[str, Cell]
    primary: bool = False
    when: tuple[Condition, ...] = ()
    each: str = ""
    unless: str = ""
    unnest: str = ""
    split: str = ""
    properties: Mapping[str, Cell] = field(default_factory=dict)
    unfold: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One export format. `signature` are the headers it is known by, each with the other names it goes under.

    `header_words` are what the header rows below the first hold: one that holds none of them is a record already.
    `blank_headers` says what a header without a name is called: by its number, or as the one on its left, which it belongs to.
    """

    source_id: str
    title: str
    source: str
    signature: tuple[tuple[str, ...], ...]
    blocks: tuple[Block, ...]
    kind: Kind = "table"
    header_rows: int = 1
    header_words: tuple[str, ...] = ()
    blank_headers: Blank = "numbered"
    missing: tuple[str, ...] = ()
    sentinel_dates: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    leave_out: tuple[Condition, ...] = ()
    zone: str = ""
    full: bool = False
    distinct: bool = False
    closed: tuple[str, ...] = ()
    told_in: str = ""

    @property
    def is_import_format(self) -> bool:
        """True for the documented format: headers are the columns of one entity, and no others."""
        return bool(self.closed)

    @property
    def counts_by_record(self) -> bool:
        """True when a record becomes a list of rows, so that the ledger counts the records and the rows apart."""
        return not any(block.primary for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What sources.toml says of one source: how its exports are made, whatever their format."""

    source: str
    title: str = ""
    zone: str = ""
    known_until: str = ""
    interval_seconds: int | None = None
    finished: bool = False
    full: bool = False
    distinct: bool = False
    dates: str = ""
    sensitive: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
