"""The same page of four charts in our house and in three others, in one browser: first chart, last chart, and a filter changed.

The company is the one of benchmarks/company.py. Each other tool reads the same rows, narrow, from a DuckDB of its own, filtered and summed
by the database, and nobody keeps an answer: what a good user of each would write (benchmarks/peers). A chart counts as drawn when it
says every number that is expected of the region, so all four tell the same. Rounds take turns, every one in a fresh browser
context; a first round is not counted.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import duckdb
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks import measured
from benchmarks.company import company
from benchmarks.four_charts import JOURNEY
from benchmarks.goals import GOALS
from benchmarks.measured import INTERACTIONS, Measured
from metrics import CommandCenter
from queries.warehouse import Limits

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = HERE / "peers"
FOLDER = Path(".cache") / "bench"
PEERS_PYTHON = Path(".cache") / "peers" / "bin" / "python"
SIZES = (1_000_000, 10_000_000)
ROUNDS = 5
REGIONS = ("north", "south")  # shown first, and chosen then
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SECONDS_TO_START = 120
ASIDE = 0.0001  # of the people of a stage
OURS, DASH, VIZRO, STREAMLIT = "ours", "Dash, as it comes", "Vizro", "Streamlit"
FIRST, LAST, CHANGED, SCRIPT = "first chart", "last chart", "filter changed, last chart", "script on the wire"
OVERVIEW = "overview"
SAID = {LAST: "first visit", CHANGED: "filter changed"}
OF_DASH, OF_CHARTS, OF_OVERVIEW = (
    "first chart: ours ÷ Dash as it comes",
    "four charts: script on the wire",
    "overview: script on the wire",
)
HELD = tuple(
    (what, other, f"four charts, {SAID[what]}: {other} ÷ ours") for what in (LAST, CHANGED) for other in (VIZRO, STREAMLIT)
)
DRAWN = """([selector, charts, since]) => new Promise((resolve, reject) => {
  let first = null;
  const look = () => {
    const texts = [...document.querySelectorAll(selector)].map(each => each.textContent);
    const told = charts.filter(words => texts.some(text => words.every(word => text.includes(word)))).length;
    if (told && first === null) first = performance.now();
    const begun = since ? window.lastClick : 0;
    if (told === charts.length) resolve([first - begun, performance.now() - begun]);
    else if (performance.now() - begun > 120000) reject(new Error(told + ' of the charts: ' + texts.join(' | ').slice(0, 3000)));
    else setTimeout(look, 10);
  };
  look();
})"""
LISTEN = "() => addEventListener('click', () => { window.lastClick = performance.now(); }, true)"

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One house: the command of its server (PORT stands for the port), where it shows, and how a region is chosen."""

    name: str
    command: tuple[str, ...]
    charts: str
    address: str = "/"
    choice: str = "label:has-text('{region}')"


def tools(python: str) -> tuple[Tool, ...]:
    """Returns every house; the others' servers run with the Python named, two workers of four threads where there are workers."""
    workers = ("-m", "gunicorn", "--workers", "2", "--threads", "4", "--bind", "127.0.0.1:PORT", "--log-level", "warning")
    streamlit = ("run", "--server.address", "127.0.0.1", "--server.port", "PORT", "--server.headless", "true")
    quiet = ("--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none")
    return (
        Tool(
            name=OURS,
            command=(
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "python:dashboard.worker",
                "benchmarks.four_charts:application()",
            ),
            charts="[data-panel]",
            address=f"/?region={REGIONS[0]}",
            choice="[data-panel=region] a:has-text('{region}')",
        ),
        Tool(name=DASH, command=(python, *workers, "dash_page:server"), charts=".js-plotly-plot"),
        Tool(name=VIZRO, command=(python, *workers, "vizro_page:server"), charts=".js-plotly-plot"),
        Tool(
            name=STREAMLIT,
            command=(python, "-m", "streamlit", *streamlit, *quiet, "streamlit_page.py"),
            charts=".js-plotly-plot",
        ),
    )


def run(size: int) -> dict[str, dict[str, float]]:
    """Returns, per house, the median seconds of everything measured and the bytes of script, at so many interactions."""
    folder = (FOLDER / str(size)).absolute()
    say(f"Making {size:,} interactions in {folder} …")
    company(size, folder)
    data = _bare(folder)
    expected = {region: said(data, region) for region in REGIONS}
    ours = {region: said_by_us(folder, expected[region], region) for region in REGIONS}
    taken: dict[str, list[dict[str, float]]] = {}
    with ExitStack() as open_servers, sync_playwright() as driver:
        served = [(tool, open_servers.enter_context(_served(tool, folder, data))) for tool in tools(str(PEERS_PYTHON.absolute()))]
        path = next(found for name in CHROMIUM if (found := shutil.which(name)))
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for number in range(ROUNDS + 1):
            for tool, address in served:
                seen = _visit(browser, tool, address, ours if tool.name == OURS else expected)
                taken.setdefault(tool.name, []).append(seen)
            told = ", ".join(f"{name} {rounds[-1][LAST]:.2f} s" for name, rounds in taken.items())
            say(f"round {number}: last chart: {told}; load {os.getloadavg()[0]:.1f}")
        taken[OVERVIEW] = [_overview(browser, folder, data)] * 2
        browser.close()
    return {
        name: {what: statistics.median(seen[what] for seen in rounds[1:]) for what in rounds[0]} for name, rounds in taken.items()
    }


def _bare(folder: Path) -> Path:
    """Returns the database of the other tools, made once per snapshot."""
    made = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    data = folder / f"peers-{Path(made).stem}.duckdb"
    if not data.exists():
        unfinished = data.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with duckdb.connect(str(unfinished)) as connection:
            connection.execute(f"attach '{folder / 'snapshots' / made}' as made (read_only)")
            connection.execute((PEERS / "bare.sql").read_text(encoding="utf-8"))
        unfinished.rename(data)
    return data


def said(data: Path, region: str) -> list[list[str]]:
    """Returns the words that each chart says of a region, once it is drawn: its counts; of the score, how many answered."""
    with duckdb.connect(str(data), read_only=True) as connection:
        rows = {
            path.stem: connection.execute(path.read_text(encoding="utf-8"), {"region": region}).fetchall()
            for path in sorted(PEERS.glob("*.sql"))
            if path.stem != "bare"
        }
    answers = f"{sum(row[-1] for row in rows.pop('recommend')):,} answers"
    return [
        [f"{row[-1]:,}" for row in rows.pop("journey")],
        [answers],
        *([f"{row[-1]:,}" for row in each] for each in rows.values()),
    ]


def said_by_us(folder: Path, expected: list[list[str]], region: str) -> list[list[str]]:
    """Returns the same for our house, which sets a few people of a journey aside; raises SystemExit where that makes a difference."""
    center = CommandCenter.open(folder, limits=Limits(memory="4GB"))
    answer = center.ask("journey_funnel", period="all", compare="none", where={"region": [region]}, times=False, **JOURNEY)
    stages = [stage["reached"] for stage in answer.rows[0].extra["stages"]]
    theirs = [int(words.replace(",", "")) for words in expected[0]]
    if any(abs(ours - other) > ASIDE * other for ours, other in zip(stages, theirs, strict=True)):
        raise SystemExit(f"The houses count different people in {region}: {stages} and {theirs}")
    return [[f"{count:,}" for count in stages], *expected[1:]]


def _visit(browser: Browser, tool: Tool, address: str, expected: Mapping[str, list[list[str]]]) -> dict[str, float]:
    """Opens the page in a browser that has never seen it, chooses another region, and returns the seconds until all is drawn."""
    context = browser.new_context(viewport={"width": 1600, "height": 1400})
    page = context.new_page()
    script = _scripts(page)
    page.goto(address + tool.address, wait_until="commit")
    first, last = page.evaluate(DRAWN, [tool.charts, expected[REGIONS[0]], False])
    page.evaluate(LISTEN)
    page.click(tool.choice.format(region=REGIONS[1]))
    _, changed = page.evaluate(DRAWN, [tool.charts, expected[REGIONS[1]], True])
    context.close()
    return {FIRST: first / 1000, LAST: last / 1000, CHANGED: changed / 1000, SCRIPT: sum(script.values())}


def _overview(browser: Browser, folder: Path, data: Path) -> dict[str, float]:
    """Returns the bytes of script of the product's own first page, in a browser that has never seen it."""
    ours = tools(sys.executable)[0]
    whole = replace(ours, name=OURS, command=(*ours.command[:-1], "dashboard.worker:application()"))
    with _served(whole, folder, data) as address:
        context = browser.new_context()
        page = context.new_page()
        script = _scripts(page)
        page.goto(address, wait_until="networkidle")
        weight = sum(script.values())
        context.close()
    return {SCRIPT: weight}


def _scripts(page: Page) -> dict[str, float]:
    """Returns the bytes on the wire of every script that a page loads, while it loads them."""
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def finished(told: Any) -> None:
        if kinds.get(told["requestId"]) == "Script":
            sizes[told["requestId"]] = told["encodedDataLength"]

    session = page.context.new_cdp_session(page)
    session.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    return sizes


@contextmanager
def _served(tool: Tool, folder: Path, data: Path) -> Iterator[str]:
    """Serves a house's page on a port of its own, to this machine only, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as kept:
        settings = {"CX_WORKSPACE": str(folder), "CX_PORT": str(port), "CX_CACHE_DIR": kept, "CX_CACHE_SECONDS": "1"}
        environment = {**os.environ, **settings, "DATA": str(data), "PYTHONPATH": str(ROOT if tool.name == OURS else PEERS)}
        command = [part.replace("PORT", str(port)) for part in tool.command]
        where = ROOT if tool.name == OURS else PEERS
        with subprocess.Popen(command, cwd=where, env=environment, stdout=subprocess.DEVNULL, start_new_session=True) as server:
            try:
                _wait(f"http://127.0.0.1:{port}/", server)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    ask = build_opener(ProxyHandler({}))
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with ask.open(address, timeout=10):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"A server did not start: {server.args}")


def table_of(seen: Mapping[str, Mapping[str, float]], size: int) -> Table:
    """Returns what was seen, a row per house, and the goals with their figures below."""
    table = Table(f"{size:,} interactions", FIRST, LAST, CHANGED, SCRIPT)
    for name, of in seen.items():
        told = [f"{of[what]:.2f} s" if what in of else "" for what in (FIRST, LAST, CHANGED)]
        table.add_row(name, *told, f"{of[SCRIPT] / 1e6:.2f} MB")
    table.add_section()
    for each in kept_of(seen, size):
        goal = GOALS[each.work]
        met = {True: "met", False: "missed", None: ""}[goal.is_met(each.judged, size)]
        table.add_row(each.work, f"{each.judged:,.2f}", goal.words(size), met, "")
    return table


def kept_of(seen: Mapping[str, Mapping[str, float]], size: int) -> list[Measured]:
    """Returns what was seen at one size as entries to be kept: the figure is ours, the ratio as the work says."""

    def entry(work: str, figure: float, unit: str = "s", ratio: float | None = None) -> Measured:
        return Measured(work=work, size=size, of=INTERACTIONS, figure=figure, unit=unit, ratio=ratio, rounds=ROUNDS)

    ours = seen[OURS]
    return [
        entry(OF_DASH, ours[FIRST], ratio=ours[FIRST] / seen[DASH][FIRST]),
        *[entry(work, ours[what], ratio=seen[other][what] / ours[what]) for what, other, work in HELD],
        entry(OF_CHARTS, ours[SCRIPT], "bytes"),
        entry(OF_OVERVIEW, seen[OVERVIEW][SCRIPT], "bytes"),
    ]


def main(sizes: Sequence[int]) -> None:
    """Makes the companies, shows the pages and tells."""
    if not PEERS_PYTHON.exists():
        raise SystemExit(
            f"The other tools are not installed in {PEERS_PYTHON.parents[1]}. Run make bench-pages, which installs them."
        )
    for size in sizes:
        seen = run(size)
        measured.keep(kept_of(seen, size))
        say(table_of(seen, size))
