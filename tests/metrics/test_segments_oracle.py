"""Scores, segments and what a fact carries of them, held against a second calculation on invented histories."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.build import run_model
from queries.carried import Carried, carried_by
from queries.engines.duckdb import insert_rows
from queries.model import Model, read_models
from tests.metrics.oracles.assets_oracle import DAY, Life
from tests.metrics.oracles.built import EXAMPLES, built
from tests.metrics.oracles.segments_oracle import Rule, judged, memberships, scores, segment_at
from tests.metrics.oracles.test_assets_oracle import (
    LAST_DAY,
    ZONES,
    Build,
    build,
    calendar,
    seeds,
    some_history,
    some_rules,
    to_utc,
)

__all__ = ["build"]  # a fixture

SEGMENTATION = "scored"
MODELS = {model.name: model for model in read_models()}


def some_scored_rules(draw: Random) -> list[Rule]:
    """Ordered rules that ask for some scores each."""
    made: list[Rule] = []
    for number in range(draw.randint(1, 5)):
        asked = draw.sample(("recency", "frequency", "monetary"), draw.randint(0, 3))
        made.append({"segment": f"S{number}", **{name: sorted(draw.sample(range(1, 6), draw.randint(1, 4))) for name in asked}})
    return made


@settings(max_examples=max(1, EXAMPLES // 2))  # of up to twenty-five accounts each
@given(rules_seed=seeds, account_seeds=st.lists(seeds, max_size=25, unique=True))
def test_scores_and_segments_are_those_that_comparing_everyone_with_everyone_gives(
    rules_seed: int, account_seeds: list[int], build: Build
) -> None:
    rules, scored = some_rules(rules_seed), some_scored_rules(Random(rules_seed + 1))
    lives = [Life(some_history(seed, rules), rules) for seed in account_seeds]
    database = build(rules, [life.history for life in lives])
    for number, rule in enumerate(scored, start=1):
        told = {name: "".join(map(str, allowed)) for name, allowed in rule.items() if isinstance(allowed, list)}
        put(database, "segment_rule", {"segmentation": SEGMENTATION, "segment": rule["segment"], "sort_no": number, **told})
    for model in ("rfm_score", "segment_judgement", "segment_membership"):
        run_model(database, MODELS[model])
    everyone = judged(lives)
    made = database.table("rfm_score").select("account_id, evaluated_on, recency, frequency, monetary").fetchall()
    assert {(account, day): tuple(map(whole, told)) for account, day, *told in made} == scores(everyone)
    runs: dict[str, list[tuple[date, str]]] = defaultdict(list)
    of_scores = database.table("segment_membership").filter(f"segmentation = '{SEGMENTATION}'")
    for account, from_day, segment in of_scores.select("customer_id, from_day, segment").order("all").fetchall():
        runs[account].append((from_day, segment))
    assert runs == memberships(everyone, scored)


def whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def put(database: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Adds a row to a table by the names of its columns; what NOT NULL asks for and the row does not name is its segment."""
    columns = database.table(table).columns
    insert_rows(database, table, [[row.get(name, row["segment"] if name == "label" else None) for name in columns]])


# ── the segment of a row is that of its local day ──────────────────────────────────────────────────────────────────────

FACT = Model(
    name="fct_thing",
    path=Path("fct_thing.sql"),
    sql="select row_id, customer_id, account_id, happened_at, asked_at from thing order by row_id",
    says="",
    grain=("row_id",),
    reads=frozenset({"thing"}),
    taken_at=("happened_at", "asked_at"),
)
SEGMENTATIONS = ("one", "two")


@settings(max_examples=EXAMPLES)
@given(zone=st.sampled_from(ZONES), seed=st.integers(0, 2**32))
def test_a_row_carries_the_segments_of_its_local_day_in_every_zone(zone: str, seed: int) -> None:
    draw = Random(seed)
    runs = {(name, account): some_runs(draw) for name in SEGMENTATIONS for account in ("A", "B", "C")}
    turns = [day for told in runs.values() for day, _ in told[1:]] or [LAST_DAY]
    rows = [some_row(draw, number, turns, zone) for number in range(draw.randint(0, 40))]
    connection = built(tables_of(runs, rows, zone), ["segmentation_at"])
    carried = [Carried(column=f"in_{name}", segmentation=name) for name in SEGMENTATIONS]
    run_model(connection, FACT, carried_by(FACT, carried))
    made = connection.table("fct_thing").select("row_id, in_one, in_two").fetchall()
    connection.close()
    wanted = [
        (row_id, *(segment_at(runs.get((name, account), []), happened_at or asked_at, zone) for name in SEGMENTATIONS))
        for row_id, _, account, happened_at, asked_at in rows
    ]
    assert made == wanted


def some_runs(draw: Random) -> list[tuple[date, str]]:
    """Runs of days in one segment, some the first without a beginning."""
    starts = sorted({LAST_DAY - draw.randint(0, 2000) * DAY for _ in range(draw.randint(0, 4))})
    return [(begun, f"S{number}") for number, begun in enumerate([*draw.choice(([date.min], [])), *starts])]


def some_row(draw: Random, number: int, turns: list[date], zone: str) -> tuple[int, str, str, datetime | None, datetime]:
    """A row on, or a second before, the turn of a day on which somebody moves; D is in no segmentation."""
    moment = to_utc(draw.choice(turns), draw.choice((time(0), time(0, 30), time(2, 30), time(23, 59, 59))), zone)
    moment -= draw.choice((timedelta(0), timedelta(seconds=1), timedelta(days=1)))
    account = draw.choice("ABCD")
    return number, f"{account}-person", account, draw.choice((moment, None)), moment


def tables_of(runs: dict[tuple[str, str], list[tuple[date, str]]], rows: list[Any], zone: str) -> dict[str, Any]:
    memberships = [
        (name, account, segment, begun, told[number + 1][0] if number + 1 < len(told) else date(9999, 12, 31))
        for (name, account), told in runs.items()
        for number, (begun, segment) in enumerate(told)
    ]
    days = [(row["day"], row["starts_at"]) for row in calendar(zone)]
    return {
        "segment_membership": (
            "segmentation varchar, customer_id varchar, segment varchar, from_day date, until_day date",
            memberships,
        ),
        "local_day": ("day date, starts_at timestamp", days),
        "thing": (
            "row_id integer, customer_id varchar, account_id varchar, happened_at timestamp, asked_at timestamp",
            rows,
        ),
    }
