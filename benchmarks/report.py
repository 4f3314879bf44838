"""`python -m benchmarks report`: writes what was measured and worked out into docs/SPEED.md and docs/scale.md, goals beside.

The generated parts are made here, from benchmarks/measured.json and benchmarks/reckoned.json; what is told of them, and why a
goal is missed, stands in the two pages themselves.
"""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console

from benchmarks import measured, scale
from benchmarks.goals import BYTES, COUNT, GOALS, GROWTH_GOAL, SECONDS, Goal, told
from benchmarks.laws import Law
from benchmarks.measured import CASES, INTERACTIONS, MINUTES, PEOPLE, Kept, Measured, of_work

SECTIONS: Final[Mapping[str, str]] = {
    "funnel": "Journey funnel", "retention": "Retention", "scores": "Scores", "promises": "Promises",
    "story": "One customer's story", "building": "Building", "loading": "Loading", "increment": "A batch", "tiles": "Tiles",
    "pages": "Pages in a browser", "wall": "The wall", "viewers": "Many people at once", "growth": "Growth with size", "spark": "Spark",
}  # fmt: skip
BEGINS: Final = (
    ("funnel", ("funnel:", "scan of")), ("retention", ("retention",)), ("scores", ("NPS",)),
    ("promises", ("business time", "clocks", "attainment", "promises", "help desk")), ("story", ("one customer",)),
    ("building", ("company:",)), ("loading", ("load", "read_csv")), ("increment", ("batch", "full rebuild")),
    ("tiles", ("tile", "first page", "list of people", "search")), ("pages", ("four charts", "first chart", "overview")),
    ("wall", ("wall",)), ("viewers", ("viewers",)), ("spark", ("Spark",)),
)  # fmt: skip
COUNTED: Final = {"promises": CASES, "viewers": PEOPLE, "wall": MINUTES}
NOT_MEASURED: Final = "not measured"
Row = Sequence[object]


def section_of(work: str) -> str:
    """Returns the section that tells of a work; raises KeyError for one that no section tells of."""
    for section, begins in BEGINS:
        if work.startswith(begins):
            return section
    raise KeyError(work)


# ── docs/SPEED.md ──────────────────────────────────────────────────────────────────────────────────────────────────────


def summary(kept: Kept) -> tuple[Row, list[Row]]:
    """Returns heads and rows: of each section how many goals, at all sizes wanted or measured, were met, missed, not measured."""
    rows: list[Row] = []
    for section, title in SECTIONS.items():
        counts = [0, 0, 0]
        for verdict in _verdicts(kept, section):
            counts[{True: 0, False: 1, None: 2}[verdict]] += 1
        if any(counts):
            rows.append((f"[{title}](#{title.lower().replace(' ', '-').replace(chr(39), '')})", *counts))
    return ("work", "met", "missed", NOT_MEASURED), rows


def _verdicts(kept: Kept, section: str) -> Iterable[bool | None]:
    if section == "growth":
        yield from (grown.is_met for grown in growths(kept))
        return
    for work, goal in GOALS.items():
        if goal.section == section:
            for size in sorted({*goal.sizes, *(each.size for each in of_work(kept, work))}):
                if goal.limit(size) is not None:
                    yield kept[work, size].is_met if (work, size) in kept else None


def missed(kept: Kept) -> dict[str, list[str]]:
    """Returns the works that missed their goal at some size, by section."""
    found: dict[str, list[str]] = {}
    for (work, size), each in sorted(kept.items()):
        if each.is_met is False:
            found.setdefault(section_of(work), []).append(f"{work} at {size:,}")
    for grown in growths(kept):
        if not grown.is_met:
            found.setdefault("growth", []).append(grown.work)
    return found


def speed(kept: Kept, section: str) -> tuple[Row, list[Row]]:
    """Returns heads and rows of a section: its works with goals first, then what is told beside; a column per size."""
    works = [work for work, goal in GOALS.items() if goal.section == section]
    works += sorted({work for work, _ in kept if work not in GOALS and section_of(work) == section})
    sizes = sorted({size for work in works for size in _sizes(kept, work)})
    heads = ("work", "goal", *(f"{size:,} {COUNTED.get(section, INTERACTIONS)}" for size in sizes))
    return heads, [(work, _goal_words(work), *(_cell(kept, work, size) for size in sizes)) for work in works]


def _sizes(kept: Kept, work: str) -> set[int]:
    goal = GOALS.get(work)
    return {each.size for each in of_work(kept, work)} | set(goal.sizes if goal else ())


def _goal_words(work: str) -> str:
    goal = GOALS.get(work)
    return goal.all_words if goal else ""


def _cell(kept: Kept, work: str, size: int) -> str:
    goal, each = GOALS.get(work), kept.get((work, size))
    if each is None:
        return NOT_MEASURED if goal and size in goal.sizes else ""
    figure = told(each.figure, each.unit)
    words = figure if each.ratio is None else f"{told(each.ratio, '×')} ({figure})"
    return f"{words}{_verdict(goal, each)}"


def _verdict(goal: Goal | None, each: Measured) -> str:
    is_met = goal.is_met(each.judged, each.size) if goal else None
    return {True: ", met", False: ", **missed**", None: ""}[is_met]


def runs(kept: Kept, section: str) -> list[str]:
    """Returns a sentence for each command that measured something of a section, with the days and the machine."""
    found: dict[tuple[str, int, float], set[str]] = {}
    for (work, _), each in kept.items():
        if section_of(work) == section:
            found.setdefault((each.run, each.cores, round(each.memory_bytes / 2**30)), set()).add(each.on)
    return [
        f"`{run}` on {' and '.join(sorted(days))}, {cores} cores, {memory:.0f} GB of memory."
        for (run, cores, memory), days in sorted(found.items())
    ]


class Growth:
    """How a cost grows between the smallest and the largest size measured: cost ~ size^exponent."""

    def __init__(self, work: str, law: Law) -> None:
        self.work, self.law = work, law

    @property
    def is_met(self) -> bool:
        return self.law.k <= GROWTH_GOAL

    @property
    def words(self) -> str:
        return f"n^{self.law.k:.2f}{', met' if self.is_met else ', **missed**'}"


def growths(kept: Kept) -> list[Growth]:
    """Returns how each cost grows that was measured at two sizes of interactions or more: of seconds and bytes, not of rates."""
    laws = scale.laws_of(kept)
    return [Growth(work, law) for work, law in laws.items() if _unit(kept, work) in (SECONDS, BYTES)]


def growth(kept: Kept) -> tuple[Row, list[Row]]:
    """Returns heads and rows of how costs grow."""
    rows = [
        (
            grown.work,
            f"≤ n^{GROWTH_GOAL}",
            grown.words,
            ", ".join(f"{size:,.0f}" for size, _ in grown.law.points),
            _off(grown.law),
        )
        for grown in growths(kept)
    ]
    return ("work", "goal", "cost", "sizes", "the law is off by"), rows


def _unit(kept: Kept, work: str) -> str:
    several = of_work(kept, work)
    return several[0].unit if several else ""


def _off(law: Law) -> str:
    return "nothing: two points" if len(law.points) == 2 else f"{law.off:.0%} at most"


# ── docs/scale.md ──────────────────────────────────────────────────────────────────────────────────────────────────────


def assumed(reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns what is taken for granted."""
    words = {
        "years_kept": ("years of interactions that are kept", COUNT),
        "interactions_a_customer": ("interactions of a customer in these years, as in the companies measured", COUNT),
        "night_seconds": ("what a load of everything may take", SECONDS),
        "memory_bytes": ("memory of one large server", BYTES),
        "disk_bytes": ("disk of one large server", BYTES),
        "cores": ("cores of one large server", COUNT),
        "network": ("bytes that go from server to server in a second", BYTES),
        "part": ("interactions of one part of a snapshot", COUNT),
        "teams": ("teams, each of which sees other rows", COUNT),
    }
    given = reckoned.get("assumed", {})
    return ("assumed", "so much"), [(says, told(given[name], unit)) for name, (says, unit) in words.items() if name in given]


def laws(kept: Kept, reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns the laws that the needs are worked out by, with the points measured and where these come from."""
    used = set(scale.asdict(scale.WORKS).values())
    rows = []
    for work, law in reckoned.get("laws", {}).items():
        if work in used:
            points = "; ".join(f"{told(each.figure, each.unit)} at {each.size:,}" for each in of_work(kept, work))
            off = "two points" if len(law["sizes"]) == 2 else f"{law['off']:.0%}"
            rows.append((work, points, f"{law['a']:.3g} · n^{law['k']:.2f}", off, source(kept, work)))
    return ("work", "measured", "law, in seconds or bytes", "off by at most", "source"), rows


def source(kept: Kept, work: str) -> str:
    """Returns where the figures of a work come from: measured, by which commands, when."""
    several = of_work(kept, work)
    days = sorted({each.on for each in several})
    commands = sorted({" ".join(each.run.split()[:4 if "benchmarks " in each.run and not each.run.split()[-1].isdigit() else None])
                       for each in several})  # fmt: skip
    return f"measured: {', '.join(f'`{command}`' for command in commands)}, {' and '.join(days)}"


NEEDED: Final = (
    ("interactions that are kept", "held", COUNT, "assumed years × a year's"),
    ("customers", "customers", COUNT, "given, or assumed interactions of each"),
    ("interactions of one day", "a_day", COUNT, "a year's ÷ 365"),
    ("raw rows", "raw", BYTES, "law of *load: raw rows*"),
    ("typed rows", "typed", BYTES, "law of *load: typed rows*"),
    ("snapshot", "snapshot", BYTES, "law of *company: snapshot*"),
    ("memory of a load of everything at once", "memory", BYTES, "law of *load: memory*"),
    ("CPU of a load of everything at once", "cpu", SECONDS, "law of *load ÷ read_csv, CPU*"),
    ("cores that a load keeps busy", "busy", "", "measured: CPU ÷ wall of the largest load"),
    ("… which then takes, on one machine", "night_of_one", SECONDS, "CPU ÷ cores kept busy"),
    ("engine", "engine", "text", "DuckDB where memory and a night suffice for one machine, else Spark"),
    ("one day more, until it is published", "batch", SECONDS, "law of *batch of 1 %: wall*: an upper bound, a day is less than 1 %"),
    ("parts of an assumed size", "parts", COUNT, "interactions that are kept ÷ assumed part"),
    ("memory of loading one part", "part_memory", BYTES, "law of *load: memory*"),
    ("cores to load every part in a night", "cores_in_parts", "", "parts × CPU of one part (law) ÷ assumed night"),
    ("time to build one part anew", "refresh_of_a_part", SECONDS, "CPU of one part (law) ÷ cores kept busy"),
    ("one in twenty filtered funnels takes more than", "filtered", SECONDS, "law of *funnel: p95*"),
    ("one in twenty stories takes more than", "story", SECONDS, "law of *one customer's story: p95*"),
    ("the first page, drawn when nobody keeps it", "page", SECONDS, "law of *first page: all panels, not cached*"),
    ("the first page of every team, after each snapshot", "redrawn", SECONDS, "teams × first page ÷ cores, as assumed"),
    ("copying the snapshot to another server", "copy", SECONDS, "snapshot ÷ assumed network"),
)  # fmt: skip


def needs(reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns what each company needs, a column each, with what every line was computed from."""
    several = reckoned.get("companies", ())
    rows = [
        (says, *(_needed(each, name, unit) for each in several), f"computed: {made_of}" if "measured" not in made_of else made_of)
        for says, name, unit, made_of in NEEDED
    ]
    return ("need", *(each["title"] for each in several), "source"), rows


def _needed(each: Mapping[str, Any], name: str, unit: str) -> str:
    if name not in each:
        return NOT_MEASURED
    return str(each[name]) if unit == "text" else long_told(each[name], unit)


def long_told(value: float | None, unit: str) -> str:
    """Returns a figure in words, long times in hours and days, much in TB and billions."""
    if value is None:
        return "never"
    if unit == SECONDS and value >= 7200:
        return f"{value / 86_400:,.1f} days" if value >= 2 * 86_400 else f"{value / 3600:,.1f} hours"
    if unit == BYTES and value >= 1e12:
        return f"{value / 1e12:,.2f} TB"
    if unit == COUNT and value >= 1e6:
        return f"{value / 1e9:,.2f} billion" if value >= 1e9 else f"{value / 1e6:,.1f} million"
    return told(value, unit).strip()


def breaking(reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns what breaks first on one machine, and at how many interactions."""
    rows = [
        (
            each["what"],
            long_told(each["limit"], each["unit"]),
            long_told(each["at"], COUNT),
            f"computed: law of *{each['work']}* = limit",
        )
        for each in reckoned.get("breaks", ())
    ]
    return ("what breaks", "limit", "at so many interactions", "source"), rows


def compared(reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns what was measured of people before a server beside what the simulation tells."""
    rows = []
    for each in reckoned.get("compared", ()):
        unit = "a second" if each["work"] == scale.CALLS else SECONDS
        rows.append(
            (each["work"].removeprefix("viewers: "), f"{each['people']:,}", told(each["measured"], unit), told(each["simulated"], unit),
             f"{each['off']:+.0%}")
        )  # fmt: skip
    return ("figure", "people", "measured", "simulated", "off by"), rows


def people(reckoned: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Returns how many people one server answers, by its cores."""
    several = [("a company like the sample", reckoned.get("sample", ())), *((each["title"], each.get("people", ()))
                for each in reckoned.get("companies", ()))]  # fmt: skip
    cores = sorted({each["cores"] for _, found in several for each in found})
    rows = [
        (title, *(next((f"{each['people']:,}" for each in found if each["cores"] == of), NOT_MEASURED) for of in cores))
        for title, found in several
        if found
    ]
    return ("people whom one server answers", *(f"{of} cores" for of in cores)), rows


def refused(reckoned: Mapping[str, Any]) -> str:
    """Returns why the simulation tells nothing of more people, empty where it does."""
    return str(reckoned.get("refused", ""))


def main() -> None:
    """Writes the generated parts of both pages again."""
    code = subprocess.run([sys.executable, "-m", "tools.docs"], check=False).returncode
    kept = measured.read()
    for section, works in missed(kept).items():
        Console().print(f"{SECTIONS[section]}: missed: {', '.join(works)}")
    if code:
        raise SystemExit(code)
