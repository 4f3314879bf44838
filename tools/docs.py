"""The generated parts of README and docs: each function gives one part as Markdown; cog puts it between its marks.

`python -m tools.docs` writes them again, `python -m tools.docs --check` says which are out of date.
"""

import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlglot
import typer.main
from cogapp import Cog
from sqlglot import exp

from benchmarks import measured, report, scale
from dashboard.api.openapi import described
from dashboard.api.problems import KINDS
from dashboard.page import Pages
from queries.portable_sql.rules import FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent
MADE_BY_THE_INTAKE = frozenset({"row_id", "source_file", "source_line"})


def documents() -> list[Path]:
    """Every page that has a generated part."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in pages if "[[[cog" in page.read_text(encoding="utf-8"))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table. A bar inside a cell would end it, so it is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(words: Iterable[object]) -> str:
    """Words as code, with commas between."""
    return ", ".join(f"`{word}`" for word in words)


# ── metrics ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def metric_definitions() -> dict[str, dict[str, Any]]:
    """The shipped definitions by id, as their files say them."""
    return _declared(ROOT / "metrics" / "definitions")


def metric_table() -> str:
    """One line for each metric: its id, the customer's question, how it is worked out."""
    rows = [
        (f"[`{name}`](#{name})", metric["title"], metric["question"], metric.get("unit", ""), metric.get("owner", ""))
        for name, metric in metric_definitions().items()
    ]
    return table(["metric", "title", "the customer's question", "unit", "owner"], rows)


def page_table() -> str:
    """One line for each page of the menu, with what it is asked."""
    return table(["page", "asks"], [(f"**{page.title}**", page.question) for page in Pages.found().menu])


def metric_details() -> str:
    """A short section for each metric."""
    return "\n\n".join(_metric_section(name, metric) for name, metric in metric_definitions().items())


def metric_count() -> str:
    return f"{len(metric_definitions())} metrics are declared, one file each in `metrics/definitions/`."


def _metric_section(name: str, metric: dict[str, Any]) -> str:
    summed = f"`{metric.get('aggregate')}` of " + (f"`{metric['value']}`" if "value" in metric else "the rows")
    what = f"the figure `{metric['figure']}`" if "figure" in metric else summed
    counted = f" where `{metric['counts']}`" if "counts" in metric else ""
    rows = [
        ("asks", metric["question"]),
        ("worked out as", metric.get("formula", "")),
        ("made from", f"{what} over `{metric['fact']}`{counted}" if "fact" in metric else what),
        ("dated by", f"`{metric['dated_by']}`" if "dated_by" in metric else "the period asked for"),
        ("better", metric["better"]),
        ("can be split by", code(metric.get("split_by", [])) or "nothing"),
    ]
    return f"### {name}\n\n**{metric['title']}**\n\n" + table(["", name], rows)


# ── exports and the import format ──────────────────────────────────────────────────────────────────────────────────────


def export_table() -> str:
    """One line for each export format that is recognised by its headers."""
    rows = [
        (f"`{name}`", source.get("title", ""), code(sorted(_entities_of(source))), code(_headers_of(source)))
        for name, source in _declared(ROOT / "queries" / "sources").items()
    ]
    return table(["format", "what it is", "becomes", "recognised by"], rows)


def _entities_of(source: dict[str, Any]) -> set[str]:
    return {str(block["entity"]) for block in source.get("rows", []) if "entity" in block}


def _headers_of(source: dict[str, Any]) -> list[str]:
    told = source.get("recognise", {})
    return [name for part in ("columns", "keys") for name in told.get(part, [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An entity as its CREATE TABLE says it."""

    name: str
    says: str
    key: str
    version: str
    columns: tuple[tuple[str, str, str], ...]


def entities() -> list[Entity]:
    """Every entity, in the order of their names."""
    return [_entity(path) for path in sorted((ROOT / "queries" / "entities").glob("*.sql"))]


def entity_table() -> str:
    rows = [(f"[`{each.name}`](#{each.name})", each.says, f"`{each.key}`") for each in entities()]
    return table(["entity", "what it holds", "key"], rows)


def import_format() -> str:
    """The columns of every entity, as the comments of its CREATE TABLE explain them."""
    return "\n\n".join(_entity_section(each) for each in entities())


def _entity_section(entity: Entity) -> str:
    rows = [(f"`{name}`", kind, says) for name, kind, says in entity.columns if name not in MADE_BY_THE_INTAKE]
    told = f"{entity.says} Key: `{entity.key}`; of two rows with one key the one with the later `{entity.version}` counts."
    return f"### {entity.name}\n\n{told}\n\n" + table(["column", "type", "meaning"], rows)


def _entity(path: Path) -> Entity:
    text = path.read_text(encoding="utf-8")
    trees = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    created = next(tree for tree in trees if isinstance(tree, exp.Create))
    says = {tree.this.name: tree.expression.this for tree in trees if isinstance(tree, exp.Comment)}
    columns = tuple(
        (column.name, column.kind.sql("duckdb").lower(), says.get(column.name, ""))
        for column in created.this.expressions
        if isinstance(column, exp.ColumnDef)
    )
    head = [line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--")]
    facts = dict(line.split(":", 1) for line in head if ":" in line)
    return Entity(
        name=path.stem,
        says=head[0],
        key=facts.get("key", "").strip(),
        version=facts.get("version", "").strip(),
        columns=columns,
    )


def portable_functions() -> str:
    """The functions that a model may call."""
    return code(sorted(FUNCTIONS))


# ── declarations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def file_of(path: str) -> str:
    """A text file of ours, word for word."""
    return f"```toml\n{(ROOT / path).read_text(encoding='utf-8').strip()}\n```"


def dimension_table() -> str:
    """What answers may be split and filtered by, in the order in which they are offered."""
    declared = sorted(_declared(ROOT / "queries" / "dimensions").items(), key=lambda pair: pair[1].get("order", 0))
    rows = [(f"`{name}`", each["label"], "the customer" if each["kind"] == "customer" else "the row") for name, each in declared]
    return table(["dimension", "label", "belongs to"], rows)


# ── commands and settings ──────────────────────────────────────────────────────────────────────────────────────────────


def command_table() -> str:
    """One line for each `cx` command."""
    rows = [(f"`cx {path}`", _first_sentence(command.help)) for path, command in _commands()]
    return table(["command", "what it does"], rows)


def command_details() -> str:
    """Every command with its arguments and options."""
    return "\n\n".join(_command_section(path, command) for path, command in _commands())


def _commands() -> list[tuple[str, Any]]:
    from dashboard.cli import app

    return list(_leaves(typer.main.get_command(app), ""))


def _leaves(command: Any, path: str) -> Iterable[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if not inner:
        yield path.strip(), command
        return
    for name, child in inner.items():
        yield from _leaves(child, f"{path} {name}")


def _command_section(path: str, command: Any) -> str:
    rows = [(f"`{_spelt(item)}`", _meaning(item)) for item in command.params if not getattr(item, "hidden", False)]
    told = " ".join((command.help or "").split())
    return f"### cx {path}\n\n{told}\n\n" + table(["argument or option", "meaning"], rows)


def _spelt(item: Any) -> str:
    if item.param_type_name == "argument":
        many = "…" if item.nargs == -1 else ""
        return f"{item.metavar or item.name.upper()}{many}"
    return ", ".join([*item.opts, *item.secondary_opts])


def _meaning(item: Any) -> str:
    default = item.default
    if isinstance(default, Path) and default.is_absolute():
        default = default.relative_to(ROOT)
    is_said = default is not None and default not in ((), [], False, "") and not callable(default)
    return f"{item.help or ''}{f' Default: `{default}`.' if is_said else ''}"


def _first_sentence(text: str | None) -> str:
    words = " ".join((text or "").split())
    return words.split(". ")[0].rstrip(".") + "." if words else ""


def server_settings() -> str:
    """What can be set about serving, from the environment."""
    from dashboard.settings import Settings

    rows = [
        (f"`CX_{name.upper()}`", "" if field.default is None else f"`{field.default}`", field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return table(["variable", "default", "meaning"], rows)


def workspace_settings() -> str:
    """What workspace.toml may say."""
    from queries.workspace import KEYS, Settings

    return table(["key", "default"], [(f"`{key}`", f"`{getattr(Settings(), key)}`") for key in KEYS])


# ── the API ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def api_addresses() -> str:
    """One line for each address of the API that is no metric's, and one for all that are."""
    asked = "`/api/v1/ask/METRIC`", "A metric's answer.", "read"
    listed = "`/api/v1/customers/METRIC`", "The customers behind a metric's number; needs the role manager.", "customers"
    paths = described((), (), "")["paths"]
    plain = [(f"`/api/v1{path}`", one["get"]["summary"], "read") for path, one in paths.items()]
    return table(["address", "what it tells", "scope"], [asked, listed, *plain])


def api_problems() -> str:
    """One line for each kind of problem that the API answers with."""
    rows = [(kind.status, f"`{name}`", kind.title, kind.means) for name, kind in KINDS.items()]
    return table(["status", "kind", "title", "what it means"], rows)


# ── speed and scale ────────────────────────────────────────────────────────────────────────────────────────────────────


def speed_summary() -> str:
    """Of each section of goals how many were met, missed, not measured."""
    return table(*report.summary(measured.read()))


def speed_table(section: str) -> str:
    """The goals of a section beside what was measured at each size, and by which commands."""
    kept = measured.read()
    heads, rows = report.speed(kept, section)
    told = "\n".join(f"- {line}" for line in report.runs(kept, section))
    return (
        f"{table(heads, rows)}\n\n{told}"
        if rows and told
        else table(heads, rows)
        if rows
        else report.NOT_MEASURED.capitalize() + "."
    )


def growth_table() -> str:
    """How costs grow with the size."""
    heads, rows = report.growth(measured.read())
    return table(heads, rows) if rows else "Not measured: it takes two sizes."


def scale_assumed() -> str:
    """What is taken for granted about the companies."""
    return table(*report.assumed(scale.read()))


def scale_laws() -> str:
    """The laws that needs are worked out by."""
    return table(*report.laws(measured.read(), scale.read()))


def scale_needs() -> str:
    """What each company needs."""
    return table(*report.needs(scale.read()))


def scale_breaks() -> str:
    """What breaks first on one machine."""
    return table(*report.breaking(scale.read()))


def scale_compared() -> str:
    """What was measured of people before a server beside what the simulation tells; why not, where it does not tell it."""
    told = scale.read()
    refused = report.refused(told)
    return f"**Nothing is told of more people than were measured.** {refused}" if refused else table(*report.compared(told))


def scale_people() -> str:
    """How many people one server answers."""
    told = scale.read()
    return "Not told: see above." if report.refused(told) else table(*report.people(told))


# ── cog ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _declared(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def main(words: Sequence[str]) -> int:
    """Write the generated parts, or with --check only compare them."""
    mode = ["--check"] if "--check" in words else ["-r"]
    pages = [str(page.relative_to(ROOT)) for page in documents()]
    failed = Cog().main(["cog", "-P", "-p", "from tools import docs", "-I", str(ROOT), "--verbosity=1", *mode, *pages])
    if failed:
        print("Generated docs are out of date. `make docs` writes them again.")
    return int(failed or 0)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
