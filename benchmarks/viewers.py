"""200 people with policies of their own, and 10 walls, before one server: who is answered how soon, does anybody see another's row?

Each opens a page, asks for its panels as a browser does, for the version every three seconds, and managers for lists of people; a third
of a minute later the next page. Ten people each are shown the same rows, as in a team. Each answer is looked through for the ids and
addresses of every customer whom the caller may not see. Callers are threads of this process on the same machine, on cores of their own
where there are more than two. `--plant` lets some callers be answered as somebody else: that has to be noticed, and the run to fail.
"""

import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any, Final

from benchmarks import measured
from benchmarks.process_tree import cpu_seconds
from benchmarks.seen import POLLED, Seen, judged, kept_of
from dashboard.callbacks import lane_of
from dashboard.page import Pages
from metrics import CommandCenter
from queries.lifeline import end_with_parent
from queries.load import load
from queries.workspace import Workspace

SAMPLE: Final = Path(__file__).resolve().parents[1] / "sample_data"
FOLDER: Final = Path(".cache") / "bench" / "viewers"
NAME: Final = "cx.example.com"
MINUTES: Final = (10,)
VIEWERS, WALLS, IN_A_TEAM = 200, 10, 10
PAGES: Final = ("/", "/journey", "/staying", "/voice", "/service")
SECONDS_ON_A_PAGE, SECONDS_BETWEEN_VERSIONS = 20.0, 3.0
ALONE: Final = 100  # so many callers, one after the other
ID: Final = re.compile(rb"C-[0-9a-f]{12}")
ADDRESS: Final = re.compile(rb"[a-z0-9._-]+@example\.(?:net|com|org)")
SENT: Final = {"Origin": f"https://{NAME}", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who calls, and the ids and addresses that they may never be sent. is_first: of those who see the same rows."""

    name: str
    role: str
    regions: frozenset[str]
    segments: frozenset[str]
    never: frozenset[bytes]
    is_first: bool = True


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
            status, told = 0, type(error).__name__.encode()
            self.hang_up()
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

    def come_and_go(self) -> None:
        """Opens the first page, no more, over a connection that is not kept."""
        self.ask("page", "/")
        self.hang_up()

    def hang_up(self) -> None:
        """Ends the connection: one that lies idle for long is closed by the server, which a browser would see and call again."""
        if self.line:
            self.line.close()
            self.line = None

    def page(self, path: str) -> None:
        """Opens a page: its document, and one call for each lane of its panels."""
        self.ask("page", path)
        self.panels(path)
        if self.person.role == "manager":
            self.ask("list of people", "/customers.csv?open=customers_lost&period=2026&why=a+trial")
            self.ask("search", "/api/find?q=example")

    def panels(self, path: str) -> None:
        """Asks for all that a page draws."""
        for names in lanes(path):
            self.ask("panels", "/_dash-update-component", drawing(path, names))

    def wall(self) -> None:
        """Asks for a screen of a wall."""
        self.ask("wall", f"/api/wall?wall=1&pages=overview,service&screen={self.calls % 4}")


def people(center: CommandCenter) -> list[Person]:
    """Returns 200 people in 20 teams, no two of which see the same rows, half of them of managers; and 10 walls in one."""
    parts = ("er", "an", "en", "in", "el", "ar", "le", "us", "ma", "example")
    known = {str(one["customer_id"]): one for part in parts for one in center.search(part, limit=500)}
    regions, segments = (sorted({str(one[name]) for one in known.values() if one[name]}) for name in ("region", "segment"))
    every = list(product(_some(regions)[:-1], _some(segments)))
    made = []
    teams = random.Random(1).sample(every, (VIEWERS + WALLS) // IN_A_TEAM)  # wide and narrow ones in turns
    for team, (some, others) in enumerate(teams):
        hidden = [one for one in known.values() if one["region"] not in some or one["segment"] not in others]
        shown = {one["email"] for one in known.values()} - {one["email"] for one in hidden}
        never = {str(one["customer_id"]) for one in hidden} | {str(one["email"]) for one in hidden if one["email"] not in shown}
        marks = frozenset(told.encode() for told in never)
        role = "viewer" if team * IN_A_TEAM >= VIEWERS or team % 2 else "manager"
        made += [
            Person(
                name=f"p{team}-{one}@example.com", role=role, regions=frozenset(some), segments=frozenset(others), never=marks,
                is_first=one == 0,
            )
            for one in range(IN_A_TEAM)
        ]  # fmt: skip
    return made


def run(minutes: float, viewers: int = VIEWERS, walls: int = WALLS, *, plant: bool, folder: Path) -> Seen:
    """Lets so many call for so long, once everybody has opened every page, and returns what was seen."""
    workspace = _workspace(folder.absolute())
    known = people(CommandCenter.open(workspace.root))
    everybody = [*known[:viewers], *known[VIEWERS : VIEWERS + walls]]
    (workspace.root / "access.toml").write_text("\n".join(map(_entry, everybody)), encoding="utf-8")
    seen = Seen()
    widest = min((one for one in everybody if one.role == "manager"), key=lambda one: len(one.never))
    with _apart(seen) as servers_cores, _served(workspace, servers_cores) as (port, server):
        callers = [Caller(person=one, port=port, seen=seen, is_timed=False) for one in everybody]
        began = time.monotonic()
        _teams_draw_once(callers, viewers)
        _everybody_comes(callers)
        seen.warm_seconds = time.monotonic() - began
        for number, caller in enumerate(callers):
            is_planted = plant and number % 2 == 0 and caller.person.never - widest.never
            caller.hang_up()
            caller.is_timed, caller.planted = True, widest.name if is_planted else ""
        began, before = time.monotonic(), (cpu_seconds(server), time.process_time())
        _together([partial(_go_on, one, began + 60 * minutes, number >= viewers) for number, one in enumerate(callers)])
        seen.lasted = wall = time.monotonic() - began
        seen.cores = ((cpu_seconds(server) - before[0]) / wall, (time.process_time() - before[1]) / wall)
        _one_at_a_time(callers, viewers, port, server, seen)
    return seen


def _together(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def _apart(seen: Seen) -> Iterator[frozenset[int]]:
    """Holds this process on cores of its own and gives those of the server: the first two, as the goal says, if a third is there."""
    there = os.sched_getaffinity(0)
    servers, callers = cores_of(sorted(there))
    names = [", ".join(map(str, sorted(each))) for each in (servers, callers)]
    is_shared = " They share: the machine has no third core." if servers & callers else ""
    seen.held_on = f"The server was held on core {names[0]}, the callers on core {names[1]}.{is_shared}"
    os.sched_setaffinity(0, callers)
    try:
        yield servers
    finally:
        os.sched_setaffinity(0, there)


def cores_of(there: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Returns the server's cores and the callers': of two the server has both, for the goal is two, and the callers share the second."""
    servers = frozenset(there[:2])
    return servers, frozenset(there[2:]) or frozenset(there[-1:])


def _teams_draw_once(callers: Sequence[Caller], viewers: int) -> None:
    """Lets one of each team have every page drawn before anything is timed, four at a time: the others are shown what it was."""
    waiting = [(number, caller) for number, caller in enumerate(callers) if caller.person.is_first]

    def some() -> None:
        while waiting:
            try:
                number, caller = waiting.pop()
            except IndexError:
                return
            for path in PAGES:
                caller.wall() if number >= viewers else caller.panels(path)

    _together([some] * 4)


def _everybody_comes(callers: Sequence[Caller]) -> None:
    """Lets everybody open a page twice, each time over a new connection: a worker makes a policy's views when it first meets somebody."""
    waiting = [caller for caller in callers for _ in range(2)]

    def some() -> None:
        while waiting:
            try:
                caller = waiting.pop()
            except IndexError:
                return
            Caller(person=caller.person, port=caller.port, seen=caller.seen, is_timed=False).come_and_go()

    _together([some] * 4)


def _one_at_a_time(callers: Sequence[Caller], viewers: int, port: int, server: int, seen: Seen) -> None:
    """Lets some call while nobody else does, after all the others: what a call of each kind costs by itself, everything warm."""
    alone = Seen()
    every = list(range(len(callers)))
    random.Random(2).shuffle(every)
    cpu = 0.0
    for turn in range(ALONE):
        number = every[turn % len(every)]
        caller = Caller(person=callers[number].person, port=port, seen=alone)
        before = cpu_seconds(server)
        caller.wall() if number >= viewers else caller.page(PAGES[turn % len(PAGES)])
        caller.ask(POLLED, "/api/version")
        caller.ask(POLLED, "/api/version")
        cpu += cpu_seconds(server) - before
        caller.hang_up()
    seen.alone = alone.seconds
    seen.cores_alone = cpu / sum(map(sum, alone.seconds.values()))
    seen.failed += alone.failed
    seen.leaks += alone.leaks


def _go_on(caller: Caller, until: float, is_a_wall: bool) -> None:
    chance = random.Random(caller.person.name)
    time.sleep(chance.uniform(0, SECONDS_ON_A_PAGE))
    turn = chance.randrange(len(PAGES))
    while time.monotonic() < until:
        caller.wall() if is_a_wall else caller.page(PAGES[turn % len(PAGES)])
        turn, next_page = turn + 1, time.monotonic() + SECONDS_ON_A_PAGE
        while time.monotonic() < min(next_page, until):
            time.sleep(SECONDS_BETWEEN_VERSIONS * chance.uniform(0.8, 1.2))
            caller.ask(POLLED, "/api/version")
    caller.hang_up()


def walls_of(people: int) -> int:
    """Returns how many walls hang where so many people work: one for every twenty."""
    return max(1, people * WALLS // VIEWERS)


def lanes(path: str) -> list[list[str]]:
    """Returns the panels that each call of a page asks for."""
    page = Pages.found().at(path)
    lanes: dict[int, list[str]] = {}
    for at, section in enumerate(page.sections if page else ()):
        lanes.setdefault(lane_of(at), []).append(section.id)
    return list(lanes.values())


def drawing(page: str, names: Sequence[str]) -> dict[str, Any]:
    """Returns the body of the call by which a page asks for the panels of one lane."""
    places = [{"type": "drawn", "page": page, "lane": 0, "panel": name} for name in names]
    return {
        "output": '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data',
        "outputs": [{"id": place, "property": "data"} for place in places],
        "inputs": [{"id": "view", "property": "data", "value": ""}, {"id": "version", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
        "state": [[{"id": place, "property": "id", "value": place} for place in places]],
    }


def _begin(cores: frozenset[int]) -> None:
    end_with_parent()
    os.sched_setaffinity(0, cores)


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
def _served(workspace: Workspace, cores: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Serves on those cores; gives the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    behind = {"CX_ACCESS": "proxy", "CX_TRUSTED_PEER": "127.0.0.1", "CX_PUBLIC_URL": f"https://{NAME}"}
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace.root), "--port", str(port)]
    with subprocess.Popen(
        command, env=os.environ | behind, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        preexec_fn=partial(_begin, cores),
    ) as server:  # fmt: skip
        assert server.stdout is not None
        said = server.stdout.readline()
        if "answers at" not in said:
            raise SystemExit(f"The server did not start. It said: {said}")
        try:
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(timeout=60)


def main(
    minutes: Sequence[float], *, plant: bool = False, viewers: int = VIEWERS, walls: int = WALLS, is_kept: bool = False
) -> None:
    """Runs for so many minutes, tells what was seen beside the goals, and ends with 1 where one of them is missed.

    is_kept: what was measured is put down with all that is measured; never what was planted.
    """
    seen = run(minutes[0], viewers, walls, plant=plant, folder=FOLDER)
    code = judged(seen, plant=plant)
    if is_kept and not plant:
        measured.keep(kept_of(seen, viewers))
    raise SystemExit(code)
