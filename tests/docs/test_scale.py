"""What is told of speed and of scale is what was measured and worked out, and the simulation tells what is known before it tells more."""

import json
import random
import re
import statistics
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import crowd, measured, report, scale
from benchmarks.crowd import Cost, Habits, Server, erlang_c, waits
from benchmarks.goals import GOALS
from benchmarks.laws import Unfitted, fit
from benchmarks.measured import INTERACTIONS, PEOPLE, Kept, Measured
from benchmarks.scale import CALLS, FEW, MANY, P50, P95, Assumed, NotMeasured, Off
from tools import docs

ROOT = docs.ROOT
GENERATED = re.compile(r"<!-- \[\[\[cog.*?\[\[\[end\]\]\] -->", flags=re.DOTALL)
SECONDS = 60.0
SHARE = "viewers: share of one caller's waiting in which the server works"


# ── laws ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("a", "k"), [(3e-6, 1.0), (0.2, 0.0), (1e-9, 1.37), (5.0, 0.5)])
def test_a_law_planted_in_three_points_is_found(a: float, k: float) -> None:
    law = fit([(size, a * size**k) for size in (1e6, 1e7, 5e7)])
    assert (law.a, law.k) == (pytest.approx(a, rel=1e-9), pytest.approx(k, abs=1e-9))
    assert law.off < 1e-9
    assert law.at(1e9) == pytest.approx(a * 1e9**k)
    assert k == 0 or law.reaches(law.at(3e8)) == pytest.approx(3e8)


def test_a_law_says_by_how_much_it_misses_the_point_that_it_misses_most() -> None:
    law = fit([(1e6, 1.0), (1e7, 20.0), (1e8, 100.0)])
    assert law.k == pytest.approx(1.0)
    assert law.off == pytest.approx(max(abs(law.at(size) / cost - 1) for size, cost in law.points))
    assert law.off > 0.2


def test_one_size_is_no_law() -> None:
    with pytest.raises(Unfitted):
        fit([(1e6, 1.0), (1e6, 1.2)])


def test_only_what_was_measured_at_two_sizes_of_interactions_has_a_law() -> None:
    kept = kept_of(
        entry("load: wall", 1_000_000, 10.0), entry("load: wall", 10_000_000, 100.0), entry("one size", 1_000_000, 1.0)
    )
    laws = scale.laws_of(kept)
    assert list(laws) == ["load: wall"]
    assert laws["load: wall"].at(1e9) == pytest.approx(10_000.0)


def test_the_smallest_sizes_bend_no_law_where_two_larger_ones_were_measured() -> None:
    sizes = {100_000: 6.0, 1_000_000: 10.0, 10_000_000: 100.0}
    kept = kept_of(*(entry("load: wall", size, seconds) for size, seconds in sizes.items()))
    assert scale.laws_of(kept)["load: wall"].k == pytest.approx(1.0)
    small = kept_of(entry("load: wall", 100_000, 6.0), entry("load: wall", 1_000_000, 10.0))
    assert scale.laws_of(small)["load: wall"].k < 0.5


@pytest.mark.parametrize(
    ("work", "seen", "figure", "is_told"),
    [
        (scale.P95, 0.100, 0.129, True), (scale.P95, 0.100, 0.131, False), (scale.P50, 0.003, 0.0049, True),
        (scale.P50, 0.003, 0.0051, False), (scale.CALLS, 0.003, 0.0049, False),
    ],
)  # fmt: skip
def test_a_simulation_has_to_tell_what_was_measured(work: str, seen: float, figure: float, is_told: bool) -> None:
    assert scale.agrees(work, seen, figure) is is_told


# ── the simulation ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (2, 1.2), (3, 2.4), (8, 6.0)])
def test_a_queue_waits_as_long_as_erlang_says(servers: int, load: float) -> None:
    server = Server(cores=servers, workers=1, threads=servers, at_once=servers, turn=1e9)
    waited = crowd.queue(server, load, lambda chance: chance.expovariate(1.0), calls=60_000)
    assert statistics.mean(waited) == pytest.approx(waits(servers, load, 1.0), rel=0.08)


def test_work_in_turns_on_one_core_is_shared_evenly() -> None:
    """In M/G/1 that shares its core a call of x seconds takes x ÷ (1 - load), whatever else comes (Kleinrock 1967)."""
    server = Server(cores=1, workers=1, threads=10_000, turn=0.05)
    lengths: list[float] = []

    def work(chance: random.Random) -> float:
        lengths.append(chance.choice((0.2, 1.8)))
        return lengths[-1]

    waited = crowd.queue(server, 0.5, work, calls=5_000)
    assert statistics.mean(waited) == pytest.approx(statistics.mean(lengths) / 0.5, rel=0.1)


def test_erlang_of_one_server_is_its_load() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert waits(1, 0.5, 1.0) == pytest.approx(2.0)


def test_a_worker_runs_one_thread_at_a_time_however_many_cores_there_are() -> None:
    one, two = (crowd.queue(Server(cores=4, workers=workers, threads=4), 1e9, lambda _: 1.0, calls=4) for workers in (1, 2))
    assert max(one) == pytest.approx(4.0, abs=0.1)
    assert max(two) == pytest.approx(2.0, abs=0.1)


def test_who_calls_from_the_machine_itself_takes_its_cores() -> None:
    habits = [Habits(pages=(("page",),), on_page=1.0, between=10.0, polled="version")] * 8
    costs = {"page": Cost(alone=(0.05, 0.05)), "version": Cost(alone=(0.0, 0.0))}
    server = Server(cores=1, workers=1, threads=4)
    alone, shared = (
        crowd.crowd(server, habits, costs, seconds=SECONDS, caller_work=work).shown("version") for work in (0.0, 0.05)
    )
    assert statistics.mean(shared) > 1.5 * statistics.mean(alone)


def test_the_same_seed_tells_the_same() -> None:
    assert simulated_points() == simulated_points()


def test_the_most_people_are_found_to_within_a_share() -> None:
    asked: list[int] = []

    def judged(people: int) -> float:
        asked.append(people)
        return people / 1000

    assert crowd.most_people(judged, 0.731, fewest=10, most=5000) == pytest.approx(731, rel=0.05)
    assert crowd.most_people(judged, 0.001, fewest=10, most=5000) == 0
    assert crowd.most_people(judged, 100.0, fewest=10, most=5000) == 5000
    assert len(asked) < 20


# ── it tells what was measured before it tells more ────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def own_points() -> Kept:
    """Measurements that the simulation made itself: it has to tell these."""
    return simulated_points()


def test_what_the_simulation_itself_would_have_measured_fits(own_points: Kept) -> None:
    rows = scale.compare(own_points)
    assert {(row["work"], row["people"]) for row in rows} == {
        (work, people) for work in (P50, P95, CALLS) for people in (FEW, MANY)
    }
    assert all(abs(row["off"]) < scale.WITHIN for row in rows)


@pytest.mark.parametrize(("work", "people"), [(P50, FEW), (P95, MANY), (CALLS, MANY)])
def test_a_measurement_that_the_simulation_does_not_tell_stops_it_and_says_by_how_much(
    own_points: Kept, work: str, people: int
) -> None:
    key = (work, people)
    other = {**own_points, key: replace(own_points[key], figure=2 * own_points[key].figure)}
    with pytest.raises(Off) as stopped:
        scale.compare(other)
    (line,) = stopped.value.lines
    assert line.startswith(f"{work}, {people} people: measured ")
    off = int(line.rpartition("off by ")[2].rstrip("%"))
    assert off == pytest.approx(-50, abs=12)


def test_nothing_is_told_of_more_people_where_the_simulation_is_off(own_points: Kept) -> None:
    key = (P95, MANY)
    told = scale.reckoned({**own_points, key: replace(own_points[key], figure=60.0)}, Assumed())
    assert "off by" in told["refused"]
    assert "sample" not in told
    assert not any("people" in each for each in told["companies"])


def test_nothing_is_told_of_people_where_nobody_measured_any() -> None:
    with pytest.raises(NotMeasured, match="python -m benchmarks viewers"):
        scale.compare({})
    assert "was not measured" in scale.reckoned({}, Assumed())["refused"]


# ── what companies need ────────────────────────────────────────────────────────────────────────────────────────────────


def test_needs_follow_from_planted_unit_costs() -> None:
    kept = kept_of(
        *[entry("load ÷ read_csv, CPU", size, 1e-5 * size) for size in (1_000_000, 10_000_000)],
        *[entry("load: wall", size, 0.5e-5 * size) for size in (1_000_000, 10_000_000)],
        *[entry("load: memory", size, 100.0 * size, "bytes") for size in (1_000_000, 10_000_000)],
        *[entry("company: snapshot", size, 50.0 * size, "bytes") for size in (1_000_000, 10_000_000)],
    )
    assumed = Assumed()
    first, second = (scale.needs(each, scale.laws_of(kept), kept, assumed) for each in scale.companies(assumed))
    assert first["held"] == 2e9
    assert second["held"] == pytest.approx(2.5e9)
    assert (first["cpu"], first["memory"], first["snapshot"]) == pytest.approx((2e4, 2e11, 1e11))
    assert first["busy"] == pytest.approx(2.0)
    assert first["night_of_one"] == pytest.approx(1e4)
    assert (first["parts"], first["part_memory"]) == (40, pytest.approx(5e9))
    assert first["cores_in_parts"] == pytest.approx(2e4 / assumed.night_seconds)
    assert first["copy"] == pytest.approx(80.0)
    assert first["engine"] == "Spark"
    assert (
        scale.needs(scale.companies(assumed)[0], scale.laws_of(kept), kept, replace(assumed, memory_bytes=3e11))["engine"]
        == "DuckDB"
    )


def test_what_breaks_first_is_told_first() -> None:
    kept = kept_of(
        *[entry("load: memory", size, 100.0 * size, "bytes") for size in (1_000_000, 10_000_000)],
        *[entry("load: wall", size, 1e-4 * size) for size in (1_000_000, 10_000_000)],
    )
    found = scale.breaks(scale.laws_of(kept), Assumed())
    assert [(each["work"], each["at"]) for each in found] == [
        ("load: wall", pytest.approx(2.88e8)),
        ("load: memory", pytest.approx(6.4e8)),
    ]


# ── the file of what was measured ──────────────────────────────────────────────────────────────────────────────────────


def test_a_later_measurement_takes_the_place_of_the_same_work_and_size(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    measured.keep(
        [entry("tiles, cached", 1_000_000, 900.0, "a second"), entry("tiles, cached", 10_000_000, 800.0, "a second")], file
    )
    measured.keep([entry("tiles, cached", 1_000_000, 1100.0, "a second")], file)
    kept = measured.read(file)
    assert {size: (each.figure, each.is_met) for (_, size), each in kept.items()} == {
        1_000_000: (1100.0, True),
        10_000_000: (800.0, False),
    }
    assert all(
        each.on and each.run and each.cores and each.memory_bytes and each.goal == "≥ 1,000 a second" for each in kept.values()
    )
    text = file.read_text(encoding="utf-8")
    measured.keep([], file)
    assert file.read_text(encoding="utf-8") == text


def test_a_goal_holds_at_its_sizes_only() -> None:
    memory = GOALS["load: memory"]
    assert [memory.limit(size) for size in (1_000_000, 10_000_000, 50_000_000)] == [None, 4e9, 8e9]
    assert [memory.is_met(5e9, size) for size in (1_000_000, 10_000_000, 50_000_000)] == [None, False, True]


def test_every_work_that_was_measured_has_a_section() -> None:
    assert {report.section_of(work) for work, _ in measured.read()} <= set(report.SECTIONS)
    assert {goal.section for goal in GOALS.values()} <= set(report.SECTIONS)


# ── the pages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_entry_is_judged_by_the_goals_of_today() -> None:
    for each in measured.read().values():
        goal = GOALS.get(each.work)
        assert each.is_met == (goal.is_met(each.judged, each.size) if goal else None), each.work


def test_every_measured_figure_and_every_goal_stands_in_the_report() -> None:
    page = (ROOT / "docs" / "SPEED.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    lines = {row.split(" | ")[0].removeprefix("| "): row for row in reversed(rows)}  # the first: how it grows is told below
    kept = measured.read()
    for (work, _), each in kept.items():
        assert report.told(each.figure, each.unit) in lines[work], work
    for work, goal in GOALS.items():
        assert goal.all_words in lines[work], work
        if any((work, size) not in kept for size in goal.sizes):
            assert report.NOT_MEASURED in lines[work], work


def test_where_a_goal_is_missed_the_page_says_why() -> None:
    page = (ROOT / "docs" / "SPEED.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    for section, works in report.missed(measured.read()).items():
        assert "**Why.**" in sections[report.SECTIONS[section]], works


def test_no_number_of_the_paper_on_scale_is_typed_by_hand() -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    by_hand = re.sub(r"`[^`]*`|\]\([^)]*\)", "", GENERATED.sub("", page))
    assert re.findall(r"\d+", by_hand) == []


def test_the_paper_on_scale_tells_what_was_worked_out_and_from_what() -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    told = scale.read()
    fresh = json.loads(json.dumps(scale._rounded({name: told_of(name) for name in ("assumed", "laws", "breaks")})))
    assert {name: told[name] for name in fresh} == fresh, "Run: python -m benchmarks scale"
    for heads, rows in (report.needs(told), report.breaking(told)):
        assert heads[-1] == "source"
        for row in rows:
            assert str(row[-1]).startswith(("computed: ", "measured"))
            assert f"| {row[0]} | {row[1]} |" in page
    for row in report.laws(measured.read(), told)[1]:
        assert str(row[-1]).startswith("measured: `python -m benchmarks")
    if "refused" in told:
        assert told["refused"] in page
        assert "Not told: see above." in page
    else:
        assert all(scale.agrees(each["work"], each["measured"], each["simulated"]) for each in told["compared"])


def told_of(part: str) -> Any:
    """What the reckoning tells of a part, from the measurements as they are kept, without the simulation."""
    kept, assumed = measured.read(), Assumed()
    laws = scale.laws_of(kept)
    return {"assumed": scale.asdict(assumed), "laws": scale.drawn(laws), "breaks": scale.breaks(laws, assumed)}[part]


# ── made up ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(work: str, size: int, figure: float, unit: str = "s", of: str = INTERACTIONS, **given: Any) -> Measured:
    return Measured(work=work, size=size, of=of, figure=figure, unit=unit, **given)


def kept_of(*entries: Measured) -> dict[tuple[str, int], Measured]:
    return {(each.work, each.size): each for each in entries}


def simulated_points() -> dict[tuple[str, int], Measured]:
    """What a server would be measured at whose calls cost so much, by the simulation with another seed."""
    alone: Mapping[str, tuple[float, ...]] = {
        "page": (0.004, 0.006), "panels": (0.01, 0.03), "version": (0.001, 0.002), "wall": (0.02, 0.04),
        "list of people": (0.05, 0.2), "search": (0.01, 0.02),
    }  # fmt: skip
    kept = kept_of(
        *[entry(f"viewers: {kind}, one caller alone", 1, spread[0], of=PEOPLE, spread=spread) for kind, spread in alone.items()],
        entry(SHARE, 1, 0.8, "share", PEOPLE),
        *[entry(CALLS, people, 1.0, "a second", PEOPLE, cores=2) for people in (FEW, MANY)],
        *[entry("viewers: cores that the callers kept busy", people, 0.0, "count", PEOPLE) for people in (FEW, MANY)],
        *[entry(f"viewers: calls, {kind}", people, rate, "a second", PEOPLE)
          for people in (FEW, MANY) for kind, rate in (("list of people", 0.5), ("page", 1.0))],
    )  # fmt: skip
    for people in (FEW, MANY):
        told = scale.simulated(kept, people, scale.own_server(kept), seconds=SECONDS, seed=7)
        shown = sorted(told.shown("version"))
        kept |= kept_of(
            entry(P50, people, shown[len(shown) // 2], of=PEOPLE),
            entry(P95, people, shown[int(0.95 * len(shown))], of=PEOPLE),
            entry(CALLS, people, told.calls_a_second, "a second", PEOPLE, cores=2),
        )
    return kept
