"""What every work is held against: the one table of goals, by the section of docs/SPEED.md that tells of it.

A benchmark takes its limits from here, and the report tells of each line what was seen, or that nothing was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MILLION: Final = 1_000_000
SIZES: Final = (MILLION, 10 * MILLION, 50 * MILLION)
CASES: Final = (300_000, 1_500_000)  # of ten and of fifty million interactions
FIGURES, SERVICE, LOAD, INCREMENT, TILES, PAGES, WALL, VIEWERS = (
    "python -m benchmarks", "python -m benchmarks service", "python -m benchmarks load", "python -m benchmarks increment",
    "python -m benchmarks tiles", "python -m benchmarks pages", "python -m benchmarks wall", "python -m benchmarks viewers",
)  # fmt: skip
SECONDS, TIMES, BYTES, A_SECOND, SHARE, COUNT = "s", "×", "bytes", "a second", "share", "count"
FIRST_GOAL, LATEST_GOAL, ANY_GOAL, OTHER_GOAL = 1.0, 1.2, 2.0, 5.0
GROWTH_GOAL: Final = 1.1
WINDOWS: Final = ("7 days", "90 days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a work is held against: at most, or at least, so much; at some sizes another limit, and at all others `most` or nothing.

    unit: of what is judged.   by: the command that measures it.   sizes: those at which it is wanted.
    """

    section: str
    by: str
    unit: str = TIMES
    least: float | None = None
    most: float | None = None
    most_at: Mapping[int, float] = field(default_factory=dict)
    sizes: tuple[int, ...] = SIZES

    def limit(self, size: int) -> float | None:
        """The limit at a size, None where there is none."""
        return self.least if self.least is not None else self.most_at.get(size, self.most)

    def is_met(self, value: float, size: int) -> bool | None:
        """Whether a value reaches the limit, None where there is none."""
        limit = self.limit(size)
        return None if limit is None else value >= limit if self.least is not None else value <= limit

    def words(self, size: int) -> str:
        """The goal at a size in words, empty where there is none."""
        limit = self.limit(size)
        return "" if limit is None else f"{'≥' if self.least is not None else '≤'} {told(limit, self.unit)}"

    @property
    def all_words(self) -> str:
        """The goal at every size in words."""
        if self.most_at:
            return ", ".join(f"≤ {told(limit, self.unit)} at {size // MILLION}M" for size, limit in self.most_at.items())
        return self.words(0)


def told(value: float, unit: str) -> str:
    """Returns a figure in words: 44 ms, 3.25 GB, 0.36 ×, 1,080 a second."""
    if unit == SECONDS:
        return f"{value * 1000:,.3g} ms" if value < 1 else f"{value:,.1f} s" if value < 1000 else f"{value:,.0f} s"
    if unit == BYTES:
        return f"{value / 1e9:,.2f} GB" if value >= 1e8 else f"{value / 1e6:,.2f} MB"
    if unit == SHARE:
        return f"{value:.1%}"
    if unit in (A_SECOND, COUNT):
        number = f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:,.1f}"
        return f"{number} a second" if unit == A_SECOND else number
    return f"{value:,.2f} {unit}".strip()


def _funnels() -> Iterator[tuple[str, Goal]]:
    for window in WINDOWS:
        for mode in ("reached", "ordered", "strict", "any"):
            for anchor, limit in (("first", FIRST_GOAL), ("latest", LATEST_GOAL)):
                most = ANY_GOAL if mode == "any" else limit
                yield f"funnel: {mode}, {anchor}, {window}", Goal(section="funnel", by=FIGURES, most=most)
    for split in ("reached, first, by segment", "ordered, latest, by segment"):
        yield f"funnel: {split}", Goal(section="funnel", by=FIGURES, most=LATEST_GOAL)
    yield "funnel: chDB windowFunnel ÷ ours", Goal(section="funnel", by=FIGURES, least=OTHER_GOAL)
    yield "funnel: p95 of 200 filter combinations", Goal(section="funnel", by=FIGURES, unit=SECONDS, most=0.25)


def _services() -> Iterator[tuple[str, Goal]]:
    yield (
        "NPS by segment and month: p95 of 100 filter combinations",
        Goal(section="scores", by=SERVICE, unit=SECONDS, most=0.010, sizes=CASES),
    )
    for what in (
        "business time: walking day after day ÷ SQL",
        "business time: bisection ÷ SQL",
        "clocks: row-wise function ÷ models",
        "attainment: row-wise function ÷ figure",
    ):
        yield what, Goal(section="promises", by=SERVICE, least=12.0, sizes=CASES)
    yield (
        "promises kept: p95 of 100 filter combinations",
        Goal(section="promises", by=SERVICE, unit=SECONDS, most=0.050, sizes=CASES),
    )


def _pages() -> Iterator[tuple[str, Goal]]:
    sizes = (MILLION, 10 * MILLION)
    for what in ("first visit", "filter changed"):
        for other, least in (("Vizro", 3.0), ("Streamlit", 5.0)):
            yield f"four charts, {what}: {other} ÷ ours", Goal(section="pages", by=PAGES, least=least, sizes=sizes)
    yield "first chart: ours ÷ Dash as it comes", Goal(section="pages", by=PAGES, most=0.7, sizes=sizes)
    yield "overview: script on the wire", Goal(section="pages", by=PAGES, unit=BYTES, most=0.6e6, sizes=sizes)
    yield "four charts: script on the wire", Goal(section="pages", by=PAGES, unit=BYTES, most=1.1e6, sizes=sizes)


GOALS: Final[Mapping[str, Goal]] = {
    **dict(_funnels()),
    "retention grid": Goal(section="retention", by=FIGURES, most=0.4),
    "retention grid: p95 of 100 filter combinations": Goal(section="retention", by=FIGURES, unit=SECONDS, most=0.1),
    "NPS of the relationship by segment and month: p95 of 100 filter combinations": Goal(
        section="scores", by=FIGURES, unit=SECONDS, most=0.010
    ),
    **dict(_services()),
    "one customer's story: p95 of 100": Goal(section="story", by=FIGURES, unit=SECONDS, most=0.020),
    "load ÷ read_csv, CPU": Goal(section="loading", by=LOAD, most_at={10 * MILLION: 8.0}),
    "load: memory": Goal(section="loading", by=LOAD, unit=BYTES, most_at={10 * MILLION: 4e9, 50 * MILLION: 8e9}),
    "batch of 1 %: full rebuild ÷ batch, CPU": Goal(section="increment", by=INCREMENT, least=3.5),
    "batch of 10,000 rows: until an open page has it": Goal(
        section="increment", by=INCREMENT, unit=SECONDS, most_at={10 * MILLION: 15.0}
    ),
    "tiles, cached": Goal(section="tiles", by=TILES, unit=A_SECOND, least=1000.0),
    "tiles, not cached": Goal(section="tiles", by=TILES, unit=A_SECOND, least=140.0),
    **dict(_pages()),
    "wall: main thread busy": Goal(section="wall", by=WALL, unit=SHARE, most=0.25, sizes=(60,)),
    "wall: heap of the last quarter ÷ the first": Goal(section="wall", by=WALL, most=1.05, sizes=(60,)),
    "viewers: p95 of what is shown": Goal(section="viewers", by=VIEWERS, unit=SECONDS, most=1.0, sizes=(10, 200)),
    "viewers: calls that failed": Goal(section="viewers", by=VIEWERS, unit=COUNT, most=0.0, sizes=(10, 200)),
    "viewers: answers with another's row": Goal(section="viewers", by=VIEWERS, unit=COUNT, most=0.0, sizes=(10, 200)),
}


def goal_of(work: str) -> Goal | None:
    """Returns what a work is held against, None where it is only told beside."""
    return GOALS.get(work)


def most_of(work: str) -> float:
    """Returns a goal's one upper limit; raises KeyError for a work without a goal."""
    limit = GOALS[work].most
    assert limit is not None
    return limit
