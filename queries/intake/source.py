"""What one export format looks like: how it is recognised, and the rows of each entity that a record of it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MATCHED = "*"  # in an `each` block: the column whose header matched
ELEMENT = "@"  # in an `unnest` block: the element, or with ".name" what is inside it
FILE, RECORD = "@file", "@record"  # the file's name without its ending; the file's name and the record's number
OF_THE_WORKSPACE = "workspace"  # as a cell's zone: days that people tell, beside moments in another zone
WITHIN = " ~ "  # between a header and the pattern of what is taken from it
PATTERN = "~"  # before a header that is told as a pattern; its group `zone` is the zone of the times below it

Kind = Literal["table", "json", "any"]
Blank = Literal["numbered", "of the left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one column is told.

    `columns` are headers in order of preference: the first that is not missing wins; "Tags ~ \\b(spam)\\b" takes what
    the pattern finds in it. `first` are cells in order of preference, each told in its own way, for example a value
    with a `when`. `equals` tells true when two headers hold the same. `nth_of` is the record's place among those of the
    file that hold the same under a header. `by` and `over` are what a number is multiplied by and divided by. `after`
    is the moment that a number counts from. `same_day_as` is a column of the entity: a day without a time within which
    that moment lies is that moment. `map` reads a source's words as ours; an unknown word is read as `otherwise`, a
    missing one as `empty`. `absent` is told of every record of a file that has no such column. `decimal` is the sign
    before the decimals of a number; without it all texts of the column decide.
    """

    columns: tuple[str, ...] = ()
    first: "tuple[Cell, ...]" = ()
    join: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    nth_of: tuple[str, ...] = ()
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
    decimal: str = ""
    times: float = 1.0
    by: "tuple[Cell, ...]" = ()
    over: "tuple[Cell, ...]" = ()
    after: tuple[str, ...] = ()
    same_day_as: str = ""
    when: "tuple[Condition, ...]" = ()
    sensitive: bool = False

    @property
    def moments(self) -> tuple[str, ...]:
        """The headers that may name the zone of its times."""
        return self.after or (*self.columns, *(name for one in self.first for name in one.columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a record must be to become a row: one of some words, none of them, or merely present.

    Of what leaves a record out, `gone` says that it also takes away what was told of the same row before.
    """

    column: str
    is_one_of: tuple[str, ...] = ()
    is_none_of: tuple[str, ...] = ()
    is_present: bool | None = None
    reason: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rows of one entity that a record becomes: one, one for each matching header, or one for each element of a list.

    What `adds` says more of a row that is told elsewhere: it fills what that row leaves empty, and never takes its place. Where
    nobody tells that row it stands alone, if it tells all that the entity needs. What is said `of` a column holds for every row that
    has the same there: of a campaign, for all its messages.
    """

    entity: str
    name: str
    columns: Mapping[str, Cell]
    primary: bool = False
    adds: bool = False
    of: str = ""
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

    `closed` are all the headers that a file of this format may have, where it may have no others.
    `header_words` are what the header rows below the first hold: one that holds none of them is a record already.
    `id_pattern` is what is replaced by its group in every id, where a system writes one id in two ways. `blank_headers`
    says what a header without a name is called: by its number, or as the one on its left, which it belongs to.
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
    id_pattern: str = ""
    full: bool = False
    distinct: bool = False
    closed: tuple[str, ...] = ()
    told_in: str = ""

    @property
    def is_import_format(self) -> bool:
        """True for the documented format: headers are the columns of one entity, and no others."""
        return bool(self.closed) and self.source == "import"

    @property
    def counts_by_record(self) -> bool:
        """True when a record becomes a list of rows, so that the ledger counts the records and the rows apart."""
        return not any(block.primary for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What sources.toml says of one source: how its exports are made, whatever their format.

    `properties` are headers that no block of its formats uses, switched on as properties of what a record becomes.
    """

    source: str
    title: str = ""
    zone: str = ""
    known_until: str = ""
    interval_seconds: int | None = None
    finished: bool = False
    full: bool = False
    distinct: bool = False
    dates: str = ""
    decimal: str = ""
    properties: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
