"""`python -m benchmarks scale`: what companies far larger than any that was measured need, worked out from what was measured.

Each cost is drawn out by its law (benchmarks/laws.py). How many people one server answers is simulated (benchmarks/crowd.py), once the
simulation tells what was measured of few and of many within 30 %; else the command ends with an error that says by how much it is off,
and no number of people is told. What comes of it is put into benchmarks/reckoned.json; docs/scale.md is written from there.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from benchmarks import crowd, measured
from benchmarks.crowd import Cost, Habits, Server, Waited, mixed
from benchmarks.goals import most_of
from benchmarks.laws import Law, Unfitted, fit
from benchmarks.measured import INTERACTIONS, Kept, Measured, of_work

LEAST_SIZE: Final = 1_000_000
FILE: Final = Path(__file__).parent / "reckoned.json"
WITHIN: Final = 0.30
NEAR: Final = 0.002  # seconds: two runs of the same benchmark differ by more
FEW, MANY = 10, 200
LISTS: Final = ("list of people", "search")
CORES: Final = (2, 4, 8, 16)
SECONDS_SIMULATED, SECONDS_COMPARED = 60.0, 300.0
GOAL_SECONDS: Final = most_of("viewers: p95 of what is shown")
P50, P95, CALLS = "viewers: p50 of what is shown", "viewers: p95 of what is shown", "viewers: calls"

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is taken for granted: nobody measured it, and every reader may put in their own.

    night_seconds: what a load may take.   memory_bytes, disk_bytes: of one large server.   network: bytes a second between servers.
    part: interactions of one part of a snapshot, the largest size measured.   teams: policies that differ.
    """

    years_kept: float = 2
    interactions_a_customer: float = 25
    night_seconds: float = 8 * 3600
    memory_bytes: float = 64e9
    disk_bytes: float = 2e12
    network: float = 1.25e9
    part: float = 50e6
    teams: float = 20
    cores: float = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One of those that are reckoned: the interactions of a year, and its customers."""

    title: str
    interactions_a_year: float
    customers: float

    def held(self, assumed: Assumed) -> float:
        """The interactions that are kept."""
        return self.interactions_a_year * assumed.years_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """The works whose laws are needed, by what they are called here."""

    cpu: str = "load ÷ read_csv, CPU"
    wall: str = "load: wall"
    memory: str = "load: memory"
    export: str = "load: the export"
    raw: str = "load: raw rows"
    typed: str = "load: typed rows"
    snapshot: str = "company: snapshot"
    built: str = "company: building, CPU"
    batch: str = "batch of 1 %: wall"
    fresh: str = "batch of 10,000 rows: until an open page has it"
    filtered: str = "funnel: p95 of 200 filter combinations"
    story: str = "one customer's story: p95 of 100"
    page: str = "first page: all panels, not cached"
    people: str = "list of people"
    search: str = "search"


WORKS: Final = Works()


class Off(Exception):
    """The simulation does not tell what was measured; lines say of which figure by how much."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(f"The simulation is off by more than {WITHIN:.0%}, and {1000 * NEAR:.0f} ms: {'; '.join(lines)}.")
        self.lines = tuple(lines)


class NotMeasured(Exception):
    """What a reckoning begins with was not measured."""


# ── laws ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def laws_of(kept: Kept) -> dict[str, Law]:
    """Returns the law of every work that was measured at two sizes of interactions or more.

    Sizes from LEAST_SIZE on where two of them were measured: below it the cost of a start, the same at any size, bends every law down.
    """
    laws = {}
    for work in sorted({each.work for each in kept.values() if each.of == INTERACTIONS}):
        points = [(each.size, each.figure) for each in of_work(kept, work)]
        large = [point for point in points if point[0] >= LEAST_SIZE]
        try:
            laws[work] = fit(large if len(large) > 1 else points)
        except Unfitted:
            continue
    return laws


def drawn(laws: Mapping[str, Law]) -> dict[str, Any]:
    """Returns laws as they are kept: a, k, by how much they miss, and through which sizes they were drawn."""
    return {
        work: {"a": law.a, "k": law.k, "off": law.off, "sizes": [size for size, _ in law.points]} for work, law in laws.items()
    }


# ── people before a server ─────────────────────────────────────────────────────────────────────────────────────────────


def compare(kept: Kept) -> list[dict[str, Any]]:
    """Returns what was measured of few and of many people beside what the simulation tells; raises Off, or NotMeasured."""
    rows, lines = [], []
    for people in (FEW, MANY):
        told = simulated(kept, people, own_server(kept), seconds=SECONDS_COMPARED, is_on_the_machine=True)
        shown = told.shown(_polled())
        for work, figure in ((P50, _quantile(shown, 0.5)), (P95, _quantile(shown, 0.95)), (CALLS, told.calls_a_second)):
            seen = _figure(kept, work, people)
            off = figure / seen - 1
            rows.append({"work": work, "people": people, "measured": seen, "simulated": figure, "off": off})
            if not agrees(work, seen, figure):
                lines.append(f"{work}, {people} people: measured {seen:.4g}, simulated {figure:.4g}, off by {off:+.0%}")
    if lines:
        raise Off(lines)
    return rows


def agrees(work: str, seen: float, figure: float) -> bool:
    """Returns whether the simulation tells what was measured: within WITHIN of it, or of seconds within NEAR."""
    return abs(figure / seen - 1) <= WITHIN or (work != CALLS and abs(figure - seen) <= NEAR)


def simulated(
    kept: Kept,
    people: int,
    server: Server,
    *,
    seconds: float = SECONDS_SIMULATED,
    is_on_the_machine: bool = False,
    costs: Mapping[str, Cost] | None = None,
    seed: int = 1,
) -> Waited:
    """Returns what so many people wait. is_on_the_machine: the callers work on the server's cores, as when it was measured."""
    measured_of = people if (CALLS, people) in kept else MANY
    caller_work = _figure(kept, "viewers: cores that the callers kept busy", measured_of) / _figure(kept, CALLS, measured_of)
    return crowd.crowd(
        server,
        list(_everybody(kept, people, measured_of)),
        costs or costs_of(kept),
        seconds=seconds,
        caller_work=caller_work if is_on_the_machine else 0.0,
        seed=seed,
    )


def costs_of(kept: Kept) -> dict[str, Cost]:
    """Returns what a call of each kind costs one caller alone."""
    share = min(1.0, _figure(kept, "viewers: share of one caller's waiting in which the server works", 1))
    ending = ", one caller alone"
    return {
        work.removeprefix("viewers: ").removesuffix(ending): Cost(alone=each.spread, share=share)
        for (work, size), each in kept.items()
        if work.endswith(ending) and size == 1
    }


def _everybody(kept: Kept, people: int, measured_of: int) -> Iterator[Habits]:
    """Yields what each person and wall does: as many list people as did when it was measured, and a wall for every twenty people."""
    from benchmarks import viewers  # needs the whole product

    pages = [("page", *("panels" for _ in viewers.lanes(path))) for path in viewers.PAGES]
    rates = [kept.get((f"viewers: calls, {kind}", measured_of)) for kind in (LISTS[0], "page")]
    share = rates[0].figure / rates[1].figure if rates[0] and rates[1] else 0.0
    own = {"on_page": viewers.SECONDS_ON_A_PAGE, "between": viewers.SECONDS_BETWEEN_VERSIONS, "polled": viewers.POLLED}
    plain = Habits(pages=tuple(pages), **own)
    lists = Habits(pages=tuple((*page, *LISTS) for page in pages), **own)
    yield from mixed([(share, lists), (1 - share, plain)], people)
    yield from [Habits(pages=(("wall",),), **own)] * viewers.walls_of(people)


def _polled() -> str:
    from benchmarks.seen import POLLED

    return POLLED


def own_server(kept: Kept) -> Server:
    """Returns the server as it was measured: its settings as they come, on the machine's cores, two at most."""
    from dashboard.settings import Settings

    workers, threads = (int(Settings.model_fields[name].default) for name in ("workers", "threads"))
    return Server(cores=min(2, _measured(kept, CALLS, MANY).cores), workers=workers, threads=threads)


def people_a_server(kept: Kept, costs: Mapping[str, Cost]) -> list[dict[str, float]]:
    """Returns, by cores of a server with a worker for each, how many people are answered within a second, 95 of 100 times."""
    rows = []
    for cores in CORES:
        server = Server(cores=cores, workers=cores, threads=own_server(kept).threads)

        def judged(people: int, server: Server = server) -> float:
            return _quantile(simulated(kept, people, server, costs=costs).shown(_polled()), 0.95)

        rows.append({"cores": cores, "people": crowd.most_people(judged, GOAL_SECONDS, fewest=10, most=400 * cores)})
    return rows


def costs_at(kept: Kept, laws: Mapping[str, Law], size: float) -> dict[str, Cost]:
    """Returns what calls cost at a size: what lies in the store as it was measured, lists and searches by their laws."""
    drawn = {kind: Cost(alone=(laws[kind].at(size), laws[kind].at(size))) for kind in LISTS if kind in laws}
    return {**costs_of(kept), **drawn}


# ── companies ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def companies(assumed: Assumed) -> tuple[Company, ...]:
    """Returns the two that are reckoned: the one told by its interactions, the other by its customers."""
    of_year = assumed.interactions_a_customer / assumed.years_kept
    return (
        Company(title="10⁹ interactions a year", interactions_a_year=1e9, customers=1e9 / of_year),
        Company(title="10⁸ customers", interactions_a_year=1e8 * of_year, customers=1e8),
    )


def needs(company: Company, laws: Mapping[str, Law], kept: Kept, assumed: Assumed) -> dict[str, Any]:
    """Returns what a company needs, each figure that its laws are known for: bytes, seconds, cores, parts."""
    held = company.held(assumed)
    used = {name: laws[work] for name, work in asdict(WORKS).items() if work in laws}
    found: dict[str, Any] = {name: law.at(held) for name, law in used.items() if name not in ("people", "search", "fresh")}
    parts = math.ceil(held / assumed.part)
    found |= {"held": held, "customers": company.customers, "a_day": company.interactions_a_year / 365, "parts": parts}
    found |= {
        f"part_{name}": law.at(assumed.part)
        for name, law in used.items()
        if name in ("cpu", "wall", "memory", "snapshot", "batch")
    }
    busy = _busy_cores(kept)
    if "cpu" in used and busy:
        found["busy"] = busy
        found["cores_in_parts"] = parts * found["part_cpu"] / assumed.night_seconds
        found["night_of_one"] = found["cpu"] / busy
        found["refresh_of_a_part"] = found["part_cpu"] / busy
    if "snapshot" in used:
        found["copy"] = found["snapshot"] / assumed.network
    if "page" in used:
        found["redrawn"] = assumed.teams * found["page"] / assumed.cores
    if {"cpu", "memory"} <= set(used):
        fits = found["memory"] <= assumed.memory_bytes and found["night_of_one"] <= assumed.night_seconds
        found["engine"] = "DuckDB" if fits else "Spark"
    return {"title": company.title, **found}


def _busy_cores(kept: Kept) -> float:
    """Returns how many cores a load keeps busy, at the largest size measured; 0 where none was."""
    loads = of_work(kept, WORKS.cpu)
    walls = {each.size: each.figure for each in of_work(kept, WORKS.wall)}
    return loads[-1].figure / walls[loads[-1].size] if loads and loads[-1].size in walls else 0.0


def breaks(laws: Mapping[str, Law], assumed: Assumed) -> list[dict[str, Any]]:
    """Returns each limit with the interactions at which one machine meets it, the first to break first."""
    file_bytes = _file_bytes()
    limits = (
        ("one export is larger than a file may be", WORKS.export, file_bytes, "bytes"),
        ("a load takes more memory than the machine has", WORKS.memory, assumed.memory_bytes, "bytes"),
        (
            "a load of everything takes more than a night, on as many cores as were measured",
            WORKS.wall,
            assumed.night_seconds,
            "s",
        ),
        ("one more day takes more than an hour until it is served", WORKS.batch, 3600.0, "s"),
        ("snapshot, raw and typed rows, three kept, fill the disk", WORKS.snapshot, assumed.disk_bytes / 5, "bytes"),
        ("one in twenty filtered funnels takes more than a second", WORKS.filtered, 1.0, "s"),
        ("a page drawn for the first time takes more than ten seconds", WORKS.page, 10.0, "s"),
        ("a customer's story takes more than a second", WORKS.story, 1.0, "s"),
        ("a list of people takes more than a second", WORKS.people, 1.0, "s"),
    )
    found = [
        {"what": what, "work": work, "limit": limit, "unit": unit, "at": laws[work].reaches(limit)}
        for what, work, limit, unit in limits
        if work in laws
    ]
    return sorted(found, key=lambda each: float(each["at"]))


def _file_bytes() -> float:
    from queries.intake.limits import FILE_BYTES

    return float(FILE_BYTES)


# ── all of it ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def reckoned(kept: Kept, assumed: Assumed) -> dict[str, Any]:
    """Returns all that can be worked out from what was measured; of people what the simulation tells, or why it may not."""
    laws = laws_of(kept)
    needed = [needs(company, laws, kept, assumed) for company in companies(assumed)]
    told: dict[str, Any] = {"assumed": asdict(assumed), "laws": drawn(laws), "companies": needed, "breaks": breaks(laws, assumed)}
    try:
        told["compared"] = compare(kept)
    except (Off, NotMeasured) as problem:
        return {**told, "refused": str(problem)}
    told["sample"] = people_a_server(kept, costs_of(kept))
    for each in needed:
        each["people"] = people_a_server(kept, costs_at(kept, laws, each["held"]))
    return told


def main() -> None:
    """Works it out and keeps it; ends with an error where the simulation is off."""
    told = reckoned(measured.read(), Assumed())
    FILE.write_text(json.dumps(_rounded(told), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"{len(told['laws'])} laws, {len(told['breaks'])} limits, {len(told['companies'])} companies are in {FILE.name}.")
    if "refused" in told:
        raise SystemExit(told["refused"])


def read(file: Path = FILE) -> dict[str, Any]:
    """Returns what was worked out; empty where nothing was."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _rounded(value: Any) -> Any:
    """Returns the same with numbers of four digits: no reckoning has more; and none that is infinite, which JSON has not."""
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value


def _figure(kept: Kept, work: str, size: int) -> float:
    return _measured(kept, work, size).figure


def _measured(kept: Kept, work: str, size: int) -> Measured:
    if (work, size) not in kept:
        raise NotMeasured(f"{work} was not measured at {size:,}. Run: python -m benchmarks viewers 10 --people {max(FEW, size)}")
    return kept[work, size]


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else math.inf
