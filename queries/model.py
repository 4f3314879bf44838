"""A model: one .sql file that makes one table, with the contract that its header declares."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp

from queries.errors import BuildError, did_you_mean

FOLDERS = (Path(__file__).parent / "identity", Path(__file__).parent / "facts")
HEADER_WORDS = (
    "grain",
    "reads",
    "dated by",
    "as of",
    "carries",
    "judged by",
    "starts as",
    "in parts",
    "worked out",
    "kept",
    "note",
    "severity",
    "sentence",
)

_HEADER_LINE = re.compile(r"--\s?([a-z ]+?):\s+(.*)")
_MORE = re.compile(r"--\s{3,}(\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One table worked out by one query; its name is the file's name.

    A model that reads itself is repeated until nothing changes, from the rows of the table `starts_as` on.
    One with `in_parts`, a column by which no row depends on a row of another value, may be made from some values at a time; a second
    such column parts the rows of one value of the first.
    taken_at: the columns of which the first that is known says when a row's segments are taken ("as of" in the header); by
    itself the one that dates it, none where segments make no sense.   carries: "stage" where the customer's stage just before
    the row is wanted beside them.   worked_out: the columns that are never written, since the others tell them: whoever reads
    one has it made of these.   is_kept: not if the header says "kept: no": only models read it, and it is gone once they did.
    """

    name: str
    path: Path
    sql: str
    says: str
    grain: tuple[str, ...]
    reads: frozenset[str]
    dated_by: str = ""
    taken_at: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()
    starts_as: str = ""
    in_parts: tuple[str, ...] = ()
    worked_out: tuple[str, ...] = ()
    is_kept: bool = True
    note: str = ""

    @property
    def repeats(self) -> bool:
        """Whether it is run again and again until nothing changes."""
        return self.name in self.reads

    @property
    def needs(self) -> frozenset[str]:
        """The tables that have to be there before it runs."""
        return (self.reads | ({self.starts_as} if self.starts_as else frozenset())) - {self.name}


def read_models(folders: Iterable[Path] = FOLDERS) -> tuple[Model, ...]:
    """Return the models of these folders in the order of their names; raise BuildError on a header that does not hold."""
    return tuple(read_model(path) for folder in folders for path in sorted(folder.glob("*.sql")))


def read_model(path: Path) -> Model:
    """Return the model in this file; raise BuildError when its header disagrees with its SQL."""
    return _read_model(path, path.stat().st_mtime_ns)


@cache
def _read_model(path: Path, changed: int) -> Model:
    sql = path.read_text(encoding="utf-8")
    where = f"{path.parent.name}/{path.name}"
    header = read_header(sql, where)
    reads = tables_read(sql, where)
    told = frozenset(_words(header.get("reads", "")))
    if told != reads:
        raise BuildError(_disagreement(told, reads), where=where, instead=f"Write: reads: {', '.join(sorted(reads))}")
    model = Model(
        name=path.stem,
        path=path,
        sql=sql,
        says=sql.splitlines()[0].removeprefix("--").strip(),
        grain=tuple(_words(header.get("grain", ""))),
        reads=reads,
        dated_by=header.get("dated by", ""),
        taken_at=tuple(word for word in _words(header.get("as of", header.get("dated by", "none"))) if word != "none"),
        carries=tuple(_words(header.get("carries", ""))),
        judged_by=tuple(_words(header.get("judged by", ""))),
        starts_as=header.get("starts as", ""),
        in_parts=tuple(_words(header.get("in parts", ""))),
        worked_out=tuple(_words(header.get("worked out", ""))),
        is_kept="kept" not in header,
        note=header.get("note", ""),
    )
    if model.repeats != bool(model.starts_as):
        raise BuildError('a model that reads itself needs "starts as", and only such a one', where=where)
    if header.get("kept", "no") != "no":
        raise BuildError(f'kept "{header["kept"]}" says nothing', where=where, instead='Write "kept: no", or leave it out')
    if not model.is_kept and (model.repeats or model.in_parts or model.name.startswith("fct_")):
        raise BuildError("a fact, and what is repeated or made in parts, is always kept", where=where)
    if model.worked_out and (model.repeats or model.in_parts or not model.is_kept):
        raise BuildError("only a table that is made at once and kept has columns that are worked out", where=where)
    for column in sorted(set(model.worked_out) - set(ways_of(model))):
        raise BuildError(
            f'"{column}" cannot be worked out',
            where=where,
            instead="Make it of what other columns of the query are by themselves",
        )
    return model


def read_header(sql: str, where: str, words: Sequence[str] = HEADER_WORDS) -> Mapping[str, str]:
    """Return what the comment at the top of an .sql file declares, by word; longer entries go on, indented, on the next line."""
    told: dict[str, str] = {}
    word = ""
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        if (found := _HEADER_LINE.fullmatch(line)) and found[1] in words:
            word = found[1]
            told[word] = found[2].strip()
        elif word and (more := _MORE.fullmatch(line)):
            told[word] += " " + more[1].strip()
        elif found:
            raise BuildError(f'"{found[1]}" is not a word of a header', where=where, instead=did_you_mean(found[1], words))
    return told


@cache
def columns_of(model: Model) -> tuple[str, ...]:
    """Return the columns that a model's query returns, none where it is no query."""
    tree = _tree(model.sql)
    return tuple(tree.named_selects) if isinstance(tree, exp.Query) else ()


@cache
def ways_of(model: Model) -> Mapping[str, str]:
    """Return, by the name of a column that is worked out, the expression that makes it of columns that are written.

    A column is missing that the model does not return, or that reads what no written column is by itself.
    """
    tree = _tree(model.sql)
    told = {one.alias_or_name: one.unalias() for one in tree.selects} if isinstance(tree, exp.Select) else {}
    written = {one.sql(): name for name, one in told.items() if isinstance(one, exp.Column) and name not in model.worked_out}
    found: dict[str, str] = {}
    for name in model.worked_out:
        read = {column.sql() for column in told[name].find_all(exp.Column)} if name in told else set()
        if read and read <= written.keys():
            found[name] = told[name].transform(lambda one: _written(one, written)).sql("duckdb")
    return found


def _written(node: exp.Expr, written: Mapping[str, str]) -> exp.Expr:
    return exp.column(written[node.sql()], quoted=True) if isinstance(node, exp.Column) else node


@cache
def order_of(model: Model) -> tuple[str, ...]:
    """Return the columns in whose order a model's rows lie in its table, none where it says no order."""
    order = _tree(model.sql).args.get("order")
    return tuple(key.name for key in order.expressions) if order else ()


def unordered(model: Model) -> str:
    """Return a model's query without the order of its rows, for whoever puts them in order later."""
    return re.split(r"\s+order\s+by\s(?!.*\border\s+by\s)", model.sql, flags=re.S | re.I)[0] if order_of(model) else model.sql


def tables_read(sql: str, where: str) -> frozenset[str]:
    """Return the tables that a query reads, without its own common table expressions."""
    try:
        tree = _tree(sql)
    except sqlglot.errors.SqlglotError as error:
        raise BuildError(f"is not SQL that can be read: {str(error).splitlines()[0]}", where=where) from error
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table) if table.name not in own)


@cache
def _tree(sql: str) -> exp.Expr:
    """Return the tree of a query, read once per process; nobody changes it."""
    return sqlglot.parse_one(sql, read="duckdb")


def in_order(models: Sequence[Model], known: frozenset[str]) -> tuple[Model, ...]:
    """Return the models so that each comes after those it reads.

    `known` are the tables that are there already. Raises BuildError on a table that nobody makes, and on a circle.
    """
    by_name = {model.name: model for model in models}
    for model in models:
        for table in sorted(model.needs - known - by_name.keys()):
            instead = did_you_mean(table, known | by_name.keys())
            raise BuildError(f'reads "{table}", which nobody makes', where=str(model.path.name), instead=instead)
    graph = {model.name: sorted(model.needs & by_name.keys()) for model in models}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise BuildError(f"models read each other in a circle: {' → '.join(error.args[1])}") from error


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _disagreement(told: frozenset[str], reads: frozenset[str]) -> str:
    missing, extra = sorted(reads - told), sorted(told - reads)
    parts = [f"the SQL reads {', '.join(missing)} unannounced"] if missing else []
    parts += [f"the header names {', '.join(extra)}, which the SQL does not read"] if extra else []
    return " and ".join(parts)
