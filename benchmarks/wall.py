"""What a wall costs a browser that shows it for long: heap, nodes, listeners, and how busy its main thread is.

A wall of four pages turns every ten seconds before a server over the tiny sample, while every ten seconds another snapshot is current.
Figures are the browser's own, through its DevTools protocol, each heap after a collection of what nobody holds.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks import measured
from benchmarks.goals import most_of
from benchmarks.measured import MINUTES as OF_MINUTES
from benchmarks.measured import Measured
from queries.load import load
from queries.snapshots import point_to, published
from queries.workspace import Workspace

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
TINY, DECLARED = SAMPLE / "tiny", SAMPLE / "workspace"
FOLDER = Path(".cache") / "bench" / "wall"
MINUTES = (60,)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PORT = 8299
SECONDS_BETWEEN = 10
BUSY, GROWTH = "wall: main thread busy", "wall: heap of the last quarter ÷ the first"
BUSY_GOAL, GROWTH_GOAL = most_of(BUSY), most_of(GROWTH)
ORDER = "source,order_id,email,ordered_at,amount,currency,channel,status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The browser at one moment: seconds since the start, heap in bytes, and the main thread's seconds of work so far."""

    at: float
    heap: int
    nodes: int
    listeners: int
    worked: float
    snapshot: str


def run(minutes: float) -> list[Sample]:
    """Shows a wall for so many minutes and returns a sample from every ten seconds, the first once every screen was shown."""
    workspace = _workspace(FOLDER.absolute())
    with _served(workspace), sync_playwright() as driver:
        path = next(found for name in CHROMIUM if (found := shutil.which(name)))
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        samples = _watched(page, workspace, minutes)
        browser.close()
    return samples


def main(minutes: Sequence[int]) -> None:
    """Runs for so many minutes and tells what was seen."""
    samples = run(minutes[0])
    found = ((BUSY, busy(samples), "share"), (GROWTH, growth(samples), "×"), ("wall: heap", samples[-1].heap, "bytes"))
    measured.keep(
        Measured(work=work, size=round(minutes[0]), of=OF_MINUTES, figure=figure, unit=unit, rounds=len(samples))
        for work, figure, unit in found
    )
    Console().print(table_of(samples))


def _watched(page: Page, workspace: Workspace, minutes: float) -> list[Sample]:
    page.goto(f"http://127.0.0.1:{PORT}/?wall=1&pages=overview,journey,service,staying&dwell=10")
    page.wait_for_selector(".place:not([hidden]) h2")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    snapshots = published(workspace)
    page.wait_for_timeout(70_000)  # each screen once
    started = time.monotonic()
    samples = [_sample(session, started, "")]
    while samples[-1].at < 60 * minutes:
        snapshot = snapshots[len(samples) % len(snapshots)]
        point_to(workspace, snapshot)
        page.wait_for_timeout(1000 * SECONDS_BETWEEN)
        samples.append(_sample(session, started, snapshot.snapshot_id))
    return samples


def _sample(session: CDPSession, started: float, snapshot: str) -> Sample:
    worked = _figures(session)["TaskDuration"]
    session.send("HeapProfiler.collectGarbage")
    told = _figures(session)
    return Sample(
        at=time.monotonic() - started,
        heap=int(told["JSHeapUsedSize"]),
        nodes=int(told["Nodes"]),
        listeners=int(told["JSEventListeners"]),
        worked=worked,
        snapshot=snapshot,
    )


def _figures(session: CDPSession) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}


def busy(samples: Sequence[Sample]) -> float:
    """Returns the share of the time in which the main thread worked, its collections for the samples included."""
    return (samples[-1].worked - samples[0].worked) / (samples[-1].at - samples[0].at)


def growth(samples: Sequence[Sample]) -> float:
    """Returns the median heap of the last quarter as a multiple of the median heap of the first quarter."""
    heaps = [sample.heap for sample in samples]
    quarter = max(1, len(heaps) // 4)
    return sorted(heaps[-quarter:])[quarter // 2] / sorted(heaps[:quarter])[quarter // 2]


def table_of(samples: Sequence[Sample]) -> Table:
    """Returns what was seen: a row a minute, and the goals below."""
    table = Table("minute", "heap, MB", "nodes", "listeners", "main thread busy")
    a_minute = max(1, 60 // SECONDS_BETWEEN)
    for first, last in zip(samples[::a_minute], samples[a_minute::a_minute], strict=False):
        share = (last.worked - first.worked) / (last.at - first.at)
        table.add_row(f"{last.at / 60:.0f}", f"{last.heap / 1e6:.2f}", str(last.nodes), str(last.listeners), f"{share:.1%}")
    table.add_section()
    table.add_row("goal", f"last ÷ first ≤ {GROWTH_GOAL}", "", "", f"≤ {BUSY_GOAL:.0%}")
    table.add_row("seen", f"{growth(samples):.3f}", f"{samples[0].nodes} → {samples[-1].nodes}", "", f"{busy(samples):.1%}")
    return table


def _workspace(folder: Path) -> Workspace:
    """Makes a workspace with two snapshots, once: the tiny sample, and with one customer more."""
    shutil.copytree(DECLARED, folder / "workspace", dirs_exist_ok=True)
    workspace = Workspace.create(folder / "workspace")
    made = len(published(workspace))
    if made == 0:
        load(workspace, [TINY])
    if made > 1:
        return workspace
    order = folder / "orders.csv"
    row = "shop,Z-900001,newly.come@example.com,2026-10-30T12:00:00+01:00,250.00,EUR,web,completed"
    order.write_text(f"{ORDER}\n{row}\n", encoding="utf-8")
    load(workspace, [order])
    return workspace


@contextmanager
def _served(workspace: Workspace) -> Iterator[None]:
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace.root), "--port", str(PORT)]
    with subprocess.Popen(command, env=os.environ | {"CX_POLL_SECONDS": "1"}, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if "answers at" not in said:
            raise SystemExit(f"The server did not start. It said: {said}")
        try:
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)
