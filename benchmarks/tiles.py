"""`python -m benchmarks tiles [SIZE …]`: how many tiles a second one worker gives, kept and not kept, over a company of each size.

A tile is a panel that asks one metric and has something to show, of any page, asked for as a page does, through the whole of one
worker's application: gate, call, drawing. Kept are those that lie in the workers' store; not kept, each is drawn from an answer that
nobody has. Told beside: all panels of the first page, each of which asks many metrics, a list of people, and a search.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from benchmarks import measured
from benchmarks.arms import p95
from benchmarks.company import company
from benchmarks.goals import GOALS
from benchmarks.measured import INTERACTIONS, Measured, spread_of
from benchmarks.viewers import drawing
from dashboard.access.who import Who, acting
from dashboard.app import Application, create_app
from dashboard.cache import SharedCache
from dashboard.page import Page, Section
from dashboard.settings import Settings
from dashboard.view import View
from queries.errors import QueriesError

FOLDER: Final = Path(".cache") / "bench"
SIZES: Final = (1_000_000, 10_000_000)
ROUNDS: Final = 7
MORE_ROUNDS: Final = 30
CALL: Final = "/_dash-update-component"
KEPT, DRAWN = "tiles, cached", "tiles, not cached"
ASKED: Final[Mapping[str, str]] = {
    "list of people": "/customers.csv?open=customers_lost&period=2026&why=a+trial",
    "search": "/api/find?q=customer+17",
}

Ask = Callable[[], object]
say = Console().print


def run(size: int) -> list[Measured]:
    """Makes the company where it is missing and times one worker over it."""
    folder = (FOLDER / str(size)).absolute()
    say(f"Making {size:,} interactions in {folder} …")
    company(size, folder)
    with TemporaryDirectory() as kept:
        app = create_app(Settings(workspace=folder, cache_dir=Path(kept)))
        client = app.server.test_client()
        found = [
            (page.path, section.id)
            for page in app.panels.pages.menu
            for section in page.sections
            if _is_a_tile(app, page, section)
        ]
        say(f"{size:,}: {len(found)} tiles: {', '.join(f'{path} {name}' for path, name in found)}")
        first = [_each(client, "/", section.id) for section in app.panels.pages.menu[0].sections]
        seen = [*_tiles([_each(client, *each) for each in found], size), _first_page(first, size), *_others(client, size)]
    say(f"{size:,}: {', '.join(f'{each.work} {each.figure:,.3g} {each.unit}' for each in seen)}")
    return seen


def _is_a_tile(app: Application, page: Page, section: Section) -> bool:
    """Whether a panel asks one metric and finds anything to show."""
    if section.component or len(section.asks) != 1 or "<" in page.path:
        return False
    with acting(app.server, Who.local()):
        try:
            shown = app.panels.shown(page.path, section.id, View.read(page.path, ""))
        except QueriesError:
            return False
    return shown is not None and shown.table is not None and bool(shown.table.rows)


def _each(client: Any, path: str, name: str) -> Ask:
    body = drawing(path, [name])

    def ask() -> None:
        answer = client.post(CALL, json=body, headers={"Origin": "http://127.0.0.1"}, base_url="http://127.0.0.1")
        if answer.status_code != 200:
            raise SystemExit(f"The panel {name} was answered with {answer.status_code}: {answer.get_data(as_text=True)[:200]}")

    return ask


def _tiles(drawn: Sequence[Ask], size: int) -> list[Measured]:
    """Returns how many tiles one worker gives a second, and how long the slowest take that nobody keeps."""
    for ask in drawn:
        ask()
    kept = [_seconds(ask) for _ in range(MORE_ROUNDS) for ask in drawn]
    fresh = _made_anew(drawn)
    medians = [statistics.median(each) for each in fresh]
    every = sorted(value for each in fresh for value in each)
    return [
        _entry(KEPT, size, len(kept) / sum(kept), "a second", rounds=MORE_ROUNDS),
        _entry(DRAWN, size, len(medians) / sum(medians), "a second", rounds=ROUNDS),
        _entry("tile, not cached: half take", size, statistics.median(every), rounds=ROUNDS, spread=every),
        _entry("tile, not cached: p95", size, p95(every), rounds=ROUNDS),
    ]


def _first_page(drawn: Sequence[Ask], size: int) -> Measured:
    for ask in drawn:
        ask()
    medians = [statistics.median(each) for each in _made_anew(drawn)]
    return _entry("first page: all panels, not cached", size, sum(medians), rounds=ROUNDS)


def _made_anew(drawn: Sequence[Ask]) -> list[list[float]]:
    """Returns the seconds of each while nothing is kept, in turns; a first round is not counted."""
    with _nothing_kept():
        rounds = [[_seconds(ask) for ask in drawn] for _ in range(ROUNDS + 1)]
    return [list(each) for each in zip(*rounds[1:], strict=True)]


def _others(client: Any, size: int) -> list[Measured]:
    found = []
    for name, address in ASKED.items():
        taken = []
        for _ in range(ROUNDS + 1):
            begin = time.perf_counter()
            answer = client.get(address, headers={"Origin": "http://127.0.0.1"}, base_url="http://127.0.0.1")
            taken.append(time.perf_counter() - begin)
            if answer.status_code != 200:
                raise SystemExit(f"{address} was answered with {answer.status_code}: {answer.get_data(as_text=True)[:200]}")
        found.append(_entry(name, size, statistics.median(taken[1:]), rounds=ROUNDS))
    return found


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """While it lasts, whatever is asked for is made anew and kept by nobody."""

    def make(self: SharedCache, parts: tuple[str, ...], make: Callable[[], Any], keeps: object = None) -> Any:
        return make()

    with patch.object(SharedCache, "once", make):
        yield


def _seconds(ask: Ask) -> float:
    begin = time.perf_counter()
    ask()
    return time.perf_counter() - begin


def _entry(work: str, size: int, figure: float, unit: str = "s", *, rounds: int, spread: Sequence[float] = ()) -> Measured:
    return Measured(work=work, size=size, of=INTERACTIONS, figure=figure, unit=unit, rounds=rounds, spread=spread_of(spread))


def main(sizes: Sequence[int]) -> None:
    """Makes, times and tells."""
    table = Table("work", "goal", *[f"{size:,}" for size in sizes])
    found: dict[str, list[Measured]] = {}
    for size in sizes:
        seen = run(size)
        measured.keep(seen)
        for each in seen:
            found.setdefault(each.work, []).append(each)
    for work, several in found.items():
        goal = GOALS.get(work)
        table.add_row(work, goal.all_words if goal else "", *[f"{each.figure:,.3g} {each.unit}" for each in several])
    say(table)
