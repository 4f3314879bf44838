"""200 people with policies of their own, and 10 walls, before one server: who is answered how soon, does anybody see another's row?

Each opens a page, asks for its panels as a browser does, for the version every three seconds, and managers for lists of people; a third
of a minute later the next page. Each answer is looked through for the ids and addresses of every customer whom the caller may not see.
Callers are threads of this process on the same machine: what it costs to call is in the times. `--plant` lets some callers be answered
as somebody else: a run that does not notice fails.
"""

import http.client
import json
import math
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from dashboard.callbacks import lane_of
from dashboard.page import Pages
from metrics import CommandCenter
from queries.load import load
from queries.workspace import Workspace

SAMPLE: Final = Path(__file__).resolve().parents[1] / "sample_data"
FOLDER: Final = Path(".cache") / "bench" / "viewers"
NAME: Final = "cx.example.com"
MINUTES: Final = (10,)
VIEWERS, WALLS = 200, 10
PAGES: Final = ("/", "/journey", "/staying", "/voice", "/service")
SECONDS_ON_A_PAGE, SECONDS_BETWEEN_VERSIONS = 20.0, 3.0
GOAL_SECONDS: Final = 1.0
ID: Final = re.compile(rb"C-[0-9a-f]{12}")
ADDRESS: Final = re.compile(rb"[a-z0-9._-]+@example\.(?:net|com|org)")
SENT: Final = {"Origin": f"https://{NAME}", "Content-Type": "application/json"}
say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who calls, and the ids and addresses that they may never be sent."""

    name: str
    role: str
    regions: frozenset[str]
    segments: frozenset[str]
    never: frozenset[bytes]


@dataclass(slots=True)
class Seen:
    """What came of all calls: seconds by kind, what failed, and who was sent what is another's."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    told_of: set[bytes] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Caller:
    """One person's browser: a connection that is kept, and what is noted of its calls. planted: in whose name some calls go out."""

    person: Person
    port: int
    seen: Seen
    planted: str = ""
    is_timed: bool = True
    calls: int = 0
    line: http.client.HTTPConnection | None = None

    def ask(self, kind: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Calls once, and notes how long it took and what was in the answer."""
        self.calls += 1
        name = self.planted if self.planted and self.calls % 3 == 0 else self.person.name
        headers = {"Host": NAME, "X-Forwarded-User": name, **(SENT if body else {})}
        began = time.monotonic()
        try:
            self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.line.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
            answer = self.line.getresponse()
            status, told = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            status, told, self.line = 0, type(error).__name__.encode(), None
        self._note(kind, path, time.monotonic() - began, status, told)

    def _note(self, kind: str, path: str, seconds: float, status: int, told: bytes) -> None:
        named = {*ID.findall(told), *ADDRESS.findall(told)}
        leaked = named & self.person.never
        with self.seen.lock:
            if self.is_timed:
                self.seen.seconds.setdefault(kind, []).append(seconds)
            if status != 200:
                self.seen.failed.append(f"{kind} {path.partition('?')[0]}: {status} {told[:80]!r}")
            if leaked:
                self.seen.leaks.append(
                    f"{self.person.name} ({self.person.role}) was sent {len(leaked)} of others at {path.partition('?')[0]}"
                )
            self.seen.told_of |= named

    def page(self, path: str) -> None:
        """Opens a page: its document, and one call for each lane of its panels."""
        self.ask("page", path)
        for names in _lanes(path):
            self.ask("panels", "/_dash-update-component", _drawing(path, names))
        if self.person.role == "manager":
            self.ask("list of people", "/customers.csv?open=customers_lost&period=2026&why=a+trial")
            self.ask("search", "/api/find?q=example")

    def wall(self) -> None:
        """Asks for a screen of a wall."""
        self.ask("wall", f"/api/wall?wall=1&pages=overview,service&screen={self.calls % 4}")


def people(center: CommandCenter) -> list[Person]:
    """Returns 200 people, no two of whom see the same rows, half of them managers; and 10 walls."""
    parts = ("er", "an", "en", "in", "el", "ar", "le", "us", "ma", "example")
    known = {str(one["customer_id"]): one for part in parts for one in center.search(part, limit=500)}
    regions, segments = (sorted({str(one[name]) for one in known.values() if one[name]}) for name in ("region", "segment"))
    every = list(product(_some(regions)[:-1], _some(segments)))
    made = []
    for number, (some, others) in enumerate(random.Random(1).sample(every, VIEWERS + WALLS)):  # wide and narrow ones in turns
        hidden = [one for one in known.values() if one["region"] not in some or one["segment"] not in others]
        shown = {one["email"] for one in known.values()} - {one["email"] for one in hidden}
        never = {str(one["customer_id"]) for one in hidden} | {str(one["email"]) for one in hidden if one["email"] not in shown}
        role = "viewer" if number >= VIEWERS or number % 2 else "manager"
        marks = frozenset(told.encode() for told in never)
        made.append(
            Person(name=f"p{number}@example.com", role=role, regions=frozenset(some), segments=frozenset(others), never=marks)
        )
    return made


def run(minutes: float, viewers: int = VIEWERS, walls: int = WALLS, *, plant: bool = False, folder: Path = FOLDER) -> Seen:
    """Lets so many call for so long, once everybody has opened every page, and returns what was seen."""
    workspace = _workspace(folder.absolute())
    known = people(CommandCenter.open(workspace.root))
    everybody = [*known[:viewers], *known[VIEWERS : VIEWERS + walls]]
    (workspace.root / "access.toml").write_text("\n".join(map(_entry, everybody)), encoding="utf-8")
    seen = Seen()
    widest = min((one for one in everybody if one.role == "manager"), key=lambda one: len(one.never))
    with _served(workspace) as port:
        callers = [Caller(person=one, port=port, seen=seen, is_timed=False) for one in everybody]
        _everybody_visits(callers, viewers)
        for number, caller in enumerate(callers):
            caller.is_timed, caller.planted = True, widest.name if plant and number % 5 == 0 and caller.person != widest else ""
        until = time.monotonic() + 60 * minutes
        threads = [threading.Thread(target=_go_on, args=(one, until, number >= viewers)) for number, one in enumerate(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return seen


def _everybody_visits(callers: Sequence[Caller], viewers: int) -> None:
    """Lets everybody open every page before anything is timed, eight at a time."""
    waiting = list(enumerate(callers))

    def some() -> None:
        while waiting:
            try:
                number, caller = waiting.pop()
            except IndexError:
                return
            _visit(caller, is_a_wall=number >= viewers)

    threads = [threading.Thread(target=some) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _visit(caller: Caller, *, is_a_wall: bool) -> None:
    for path in PAGES:
        caller.wall() if is_a_wall else caller.page(path)


def _go_on(caller: Caller, until: float, is_a_wall: bool) -> None:
    chance = random.Random(caller.person.name)
    time.sleep(chance.uniform(0, SECONDS_ON_A_PAGE))
    turn = chance.randrange(len(PAGES))
    while time.monotonic() < until:
        caller.wall() if is_a_wall else caller.page(PAGES[turn % len(PAGES)])
        turn, next_page = turn + 1, time.monotonic() + SECONDS_ON_A_PAGE
        while time.monotonic() < min(next_page, until):
            time.sleep(SECONDS_BETWEEN_VERSIONS * chance.uniform(0.8, 1.2))
            caller.ask("version", "/api/version")


def _lanes(path: str) -> list[list[str]]:
    page = Pages.found().at(path)
    lanes: dict[int, list[str]] = {}
    for at, section in enumerate(page.sections if page else ()):
        lanes.setdefault(lane_of(at), []).append(section.id)
    return list(lanes.values())


def _drawing(page: str, names: Sequence[str]) -> dict[str, Any]:
    """Returns the call by which a page asks for the panels of one lane."""
    places = [{"type": "drawn", "page": page, "lane": 0, "panel": name} for name in names]
    return {
        "output": '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data',
        "outputs": [{"id": place, "property": "data"} for place in places],
        "inputs": [{"id": "view", "property": "data", "value": ""}, {"id": "version", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
        "state": [[{"id": place, "property": "id", "value": place} for place in places]],
    }


def _some(values: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns every choice of some values but none, the small ones first."""
    return [chosen for count in range(1, len(values) + 1) for chosen in combinations(values, count)]


def _entry(person: Person) -> str:
    limits = f"regions = {json.dumps(sorted(person.regions))}\nsegments = {json.dumps(sorted(person.segments))}"
    return f'[[people]]\nwho = "{person.name}"\nrole = "{person.role}"\n{limits}\n'


def _workspace(folder: Path) -> Workspace:
    """Makes a workspace with the tiny sample, once."""
    shutil.copytree(SAMPLE / "workspace", folder / "workspace", dirs_exist_ok=True)
    workspace = Workspace.create(folder / "workspace")
    if not workspace.current.exists():
        load(workspace, [SAMPLE / "tiny"])
    return workspace


@contextmanager
def _served(workspace: Workspace) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    behind = {"CX_ACCESS": "proxy", "CX_TRUSTED_PEER": "127.0.0.1", "CX_PUBLIC_URL": f"https://{NAME}"}
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace.root), "--port", str(port)]
    with subprocess.Popen(
        command, env=os.environ | behind, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if "answers at" not in said:
            raise SystemExit(f"The server did not start. It said: {said}")
        try:
            yield port
        finally:
            server.terminate()
            server.wait(timeout=60)


def quantile(values: Sequence[float], share: float) -> float:
    """Returns the value that so large a share of all does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table_of(seen: Seen) -> Table:
    """Returns what was seen: a row for each kind of call."""
    table = Table("call", "count", "p50, ms", "p95, ms", "slowest, ms")
    every = [each for values in seen.seconds.values() for each in values]
    for kind, values in [*sorted(seen.seconds.items()), ("all", every)]:
        told = (quantile(values, 0.5), quantile(values, 0.95), max(values))
        table.add_row(kind, f"{len(values):,}", *(f"{1000 * each:,.0f}" for each in told))
    return table


def judged(seen: Seen, *, plant: bool) -> int:
    """Tells what was seen and returns the exit code: 1 for a call that failed, another's row, or a planted one that was not noticed."""
    every = [each for values in seen.seconds.values() for each in values]
    say(table_of(seen))
    p95 = quantile(every, 0.95)
    say(f"p95 of all {1000 * p95:,.0f} ms; goal {1000 * GOAL_SECONDS:,.0f} ms{'' if p95 <= GOAL_SECONDS else ', missed'}.")
    load_now = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    say(
        f"{len(seen.failed)} failed, {len(seen.leaks)} answers with another's row; {len(seen.told_of)} customers were told of in all."
    )
    say(f"Load of the machine over 1, 5, 15 minutes: {load_now}; it has {os.cpu_count()} cores.")
    for line in (*seen.failed[:5], *seen.leaks[:5]):
        say(f"  {line}")
    if plant:
        say("The planted ones were noticed." if seen.leaks else "What was planted was not noticed.")
        return 0 if seen.leaks else 1
    return 1 if seen.failed or seen.leaks or not seen.told_of else 0


def main(minutes: Sequence[float], *, plant: bool = False) -> None:
    """Runs for so many minutes and tells what was seen."""
    raise SystemExit(judged(run(minutes[0], plant=plant), plant=plant))
