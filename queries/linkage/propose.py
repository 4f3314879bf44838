"""Pairs of records that look like one person, proposed by splink for somebody to accept; nothing is joined by them.

splink (the extra `linkage`) learns from the records themselves how much each likeness tells. Records that are one customer already, and
those that identity.toml keeps apart, are not proposed.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from queries import snapshots
from queries.declarations import DECLARED_TABLES
from queries.engines.duckdb import Connection, beside, create_table, insert_rows, open_build, read_columns, run_script
from queries.errors import QuestionError, SnapshotError
from queries.identity_rule import identity_rows, load_identity_rule
from queries.workspace import Workspace

HERE = Path(__file__).parent
READS = {
    "customer_records": ("row_id", "name", "region"),
    "identity_member": ("node_key", "group_key"),
    "identity_node": ("node_key", "kind", "full_name", "family_name", "external_key", "email_key", "phone_key"),
    "properties": ("subject_kind", "subject_id", "name", "value", "sensitive"),
    "shared_mailbox": ("email_key",),
}
KEYS = ("external_id", "email", "phone")
NAMES = ("given_name", "family_name")
FEWEST_PEOPLE = 100
FEWEST_PAIRS = 20
FILLED_AT_LEAST = 0.1
PAIRS_PER_PERSON = 20
LONG_TEXT = 12
SAMPLED_PAIRS = 1_000_000
RULES_FIND = 0.8  # the share of a person's records that share an id: where learning begins, not where it ends

Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two records that look like one person, how probable it is (0 to 1), and what they have in common or not."""

    record: str
    other_record: str
    probability: float
    name: str
    other_name: str
    evidence: str


def propose_joins(workspace: Workspace, at_least: float = 0.9) -> list[Proposal]:
    """Return the pairs of the current snapshot that look like one person, but for those that identity.toml decides by now.

    Raises SnapshotError before anything is loaded, DeclarationErrors, and what `proposals` raises.
    """
    rule = load_identity_rule(workspace.identity_rules)
    snapshot = snapshots.current(workspace)
    if snapshot is None:
        raise SnapshotError("nothing has been loaded yet", where=str(workspace.root), instead="Load exports: cx load FOLDER")
    connection = open_build(":memory:", temporary=workspace.staging)
    try:
        run_script(connection, (DECLARED_TABLES / "identity_apart.sql").read_text(encoding="utf-8"))
        insert_rows(connection, "identity_apart", identity_rows(rule)["identity_apart"])
        with beside(connection, snapshot.path, {name: (name, "", columns) for name, columns in READS.items()}):
            found = proposals(connection, rule.compare, at_least)
    finally:
        connection.close()
    decided = [frozenset(records) for records in rule.together]
    return [one for one in found if not any({one.record, one.other_record} <= records for records in decided)]


def proposals(connection: Connection, compare: Sequence[str] = (), at_least: float = 0.9) -> list[Proposal]:
    """Return the pairs of at least this probability, the most probable first, at most one per two customers.

    The tables READS and identity_apart must be there; further ones are made. `compare` are properties, at most six. Raises
    QuestionError without splink, and when there are too few people, or too few alike, to learn from.
    """
    splink = _splink()
    run_script(connection, "drop table if exists compared_property")
    run_script(connection, (HERE / "compared_property.sql").read_text(encoding="utf-8"))
    insert_rows(connection, "compared_property", list(enumerate(compare, start=1)))
    people = create_table(connection, "person", (HERE / "person.sql").read_text(encoding="utf-8"))
    if people < FEWEST_PEOPLE:
        raise QuestionError(f"{people:,} records of people are too few to learn from", instead=f"Load at least {FEWEST_PEOPLE}")
    titles = {f"property_{slot}": name for slot, name in enumerate(compare, start=1)}
    columns = _usable(connection, (*NAMES, *KEYS, "region", *titles), people)
    pairs = {block: _pairs(connection, block) for block in _blocks(columns)}
    blocks = [block for block, count in pairs.items() if 0 < count <= PAIRS_PER_PERSON * people]
    learned = _learned_from({block: pairs[block] for block in blocks if pairs[block] >= FEWEST_PAIRS})
    if len(learned) < 2:
        raise QuestionError(
            "too few records are alike to learn from", instead="Name properties in identity.toml: [propose] compare"
        )
    found = _predicted(connection, splink, _comparisons(connection, splink, columns), blocks, learned, at_least)
    apart = {(str(one), str(other)) for one, other in read_columns(connection, "identity_apart", ("node_key", "other_key"))}
    groups: dict[str, str] = dict(read_columns(connection, "person", ("unique_id", "group_key")))
    return _best(found, columns, titles, {(groups.get(one), groups.get(other)) for one, other in apart})


def _splink() -> Any:
    try:
        import splink  # an extra: only this command needs it
        import splink.comparison_library
    except ImportError as error:
        raise QuestionError(
            "splink is not installed", instead='Install the extra: pip install "customer-command-center[linkage]"'
        ) from error
    return splink


def _usable(connection: Connection, columns: Iterable[str], people: int) -> list[str]:
    """Return the columns that enough people have, with more than one value."""
    told = connection.table("person")
    counted = {name: told.aggregate(f"count({name}), count(distinct {name})").fetchall()[0] for name in columns}
    return [name for name, (filled, values) in counted.items() if filled >= FILLED_AT_LEAST * people and values > 1]


def _blocks(columns: Sequence[str]) -> list[Columns]:
    """Return what two records may share to be compared at all: one thing, or two of them."""
    return [*((name,) for name in columns), *combinations(columns, 2)]


def _pairs(connection: Connection, block: Columns) -> int:
    """Return how many pairs of records share these values."""
    filled = " and ".join(f"{name} is not null" for name in block)
    sizes = connection.table("person").filter(filled).aggregate("count(*) as size", ", ".join(block))
    return int(sizes.aggregate("coalesce(sum(size * (size - 1) / 2), 0)").fetchall()[0][0])


def _learned_from(pairs: Mapping[Columns, int]) -> list[Columns]:
    """Return up to four blocks without a column in common: what is shared within one tells nothing about itself."""
    chosen: list[Columns] = []
    for block in sorted(pairs, key=lambda block: (len(block), pairs[block], block)):
        if len(chosen) < 4 and not any(set(block) & set(other) for other in chosen):
            chosen.append(block)
    return chosen


def _comparisons(connection: Connection, splink: Any, columns: Sequence[str]) -> list[Any]:
    """Return how each column is compared: names and long texts by how they sound alike, ids and dates by their letters."""
    library, told, made = splink.comparison_library, connection.table("person"), []
    for name in columns:
        (length,) = told.aggregate(f"coalesce(avg(length({name})), 0)").fetchall()[0]
        if name in NAMES:
            made.append(library.NameComparison(name))
        elif name == "region":
            made.append(library.ExactMatch(name))
        elif name == "email" or length > LONG_TEXT:
            made.append(library.JaroWinklerAtThresholds(name, [0.9, 0.7]))
        else:
            made.append(library.DamerauLevenshteinAtThresholds(name, [1, 2]))
    return made


def _predicted(
    connection: Connection,
    splink: Any,
    comparisons: Sequence[Any],
    blocks: Sequence[Columns],
    learned: Sequence[Columns],
    at_least: float,
) -> list[Mapping[str, Any]]:
    """Return the pairs of different customers that splink finds probable enough, with their values and likenesses."""
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=list(comparisons),
        blocking_rules_to_generate_predictions=[splink.block_on(*block) for block in blocks],
        additional_columns_to_retain=["group_key", "shown_name"],
    )
    linker = splink.Linker(splink.DuckDBAPI(connection).register("person"), settings, log_level=logging.ERROR)
    shared = [block for block in blocks if block[0] in KEYS and len(block) == 1] or learned[:1]
    linker.training.estimate_probability_two_random_records_match(
        [splink.block_on(*block) for block in shared], recall=RULES_FIND
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=1)
    for block in learned:
        linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*block))
    found = connection.table(linker.inference.predict(threshold_match_probability=at_least).physical_name)
    found = found.filter("group_key_l <> group_key_r").order("match_probability desc, unique_id_l, unique_id_r")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _best(
    found: Iterable[Mapping[str, Any]], columns: Sequence[str], titles: Mapping[str, str], apart: Set[tuple[Any, Any]]
) -> list[Proposal]:
    """Return the most probable pair of every two customers that nobody keeps apart."""
    best: dict[frozenset[str], Proposal] = {}
    for pair in found:
        groups = (pair["group_key_l"], pair["group_key_r"])
        if groups not in apart and frozenset(groups) not in best:
            best[frozenset(groups)] = Proposal(
                record=pair["unique_id_l"],
                other_record=pair["unique_id_r"],
                probability=float(pair["match_probability"]),
                name=pair["shown_name_l"] or "",
                other_name=pair["shown_name_r"] or "",
                evidence="; ".join(_evidence(pair, columns, titles)),
            )
    return list(best.values())


def _evidence(pair: Mapping[str, Any], columns: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield of every column that both tell whether it is the same, alike (~) or another (≠)."""
    for name in columns:
        one, other = pair[f"{name}_l"], pair[f"{name}_r"]
        title = titles.get(name, name.replace("_", " "))
        if one is not None and one == other:
            yield f"same {title} {one}"
        elif one is not None and other is not None:
            yield f"{title} {one} {'~' if pair[f'gamma_{name}'] > 0 else '≠'} {other}"
