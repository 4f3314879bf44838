"""A file of bare events and a hundred journeys of them: one load, then funnels, held against trying every way in plain Python."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from dashboard import cli
from metrics import CommandCenter
from queries.journey import load_journeys
from queries.load import load
from queries.workspace import Workspace
from tests.metrics.oracles.journey_oracle import Event, Journey, entries, stage_at

BEGIN = datetime(2026, 1, 5)
NAMES = tuple(f"event {number}" for number in range(8))
DAY = 86_400
JOURNEYS = 100
ASKED = (0, 33, 66, 99)
PEOPLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the file."""

    who: str
    second: int
    event: str
    plan: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A journey of bare events: which means each stage, what its properties must be, the window and the idle gap in days."""

    stages: Sequence[str]
    plan: str
    size: str
    window: int
    idle_gap: int

    def stage_of(self, told: Told) -> int | None:
        """The stage that a line means: the second asks for two properties at once."""
        if told.event not in self.stages:
            return None
        stage = self.stages.index(told.event) + 1
        return None if stage == 2 and (told.plan, told.size) != (self.plan, self.size) else stage

    def written(self) -> str:
        """The journey's file."""
        where = f'where = {{ plan = "{self.plan}", size = "{self.size}" }}'
        events = [
            f'"{event}"' if number != 1 else f'{{ event = "{event}", {where} }}' for number, event in enumerate(self.stages)
        ]
        stages = [
            f'[[stages]]\nid = "s{number}"\nsays = "I am at {number}"\nlabel = "Stage {number}"\nevents = [{event}]\n'
            for number, event in enumerate(events, start=1)
        ]
        return f'title = "A way"\nwindow = "{self.window} days"\nidle_gap = "{self.idle_gap} days"\n' + "".join(stages)


def some_lines(chance: Random) -> list[Told]:
    """Lives of bare events over a hundred days; one second in ten is shared with the event before."""
    lines: list[Told] = []
    for person in range(PEOPLE):
        second = chance.randrange(30 * DAY)
        for _ in range(chance.randrange(30)):
            second += chance.choice([0, 1, 3600, DAY, 3 * DAY, 7 * DAY])
            told = (chance.choice(NAMES), chance.choice(["free", "pro"]), chance.choice(["s", "m"]))
            lines.append(Told(who=f"p{person}", second=second, event=told[0], plan=told[1], size=told[2]))
    return lines


def some_ways(chance: Random) -> list[Way]:
    return [
        Way(
            stages=chance.sample(NAMES, chance.choice([2, 3, 4, 5])),
            plan=chance.choice(["free", "pro"]),
            size=chance.choice(["s", "m"]),
            window=chance.choice([1, 7, 30]),
            idle_gap=chance.choice([3, 10, 60]),
        )
        for _ in range(JOURNEYS)
    ]


@pytest.fixture(scope="module")
def lines() -> list[Told]:
    return some_lines(Random(4))


@pytest.fixture(scope="module")
def ways() -> list[Way]:
    return some_ways(Random(5))


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory, lines: list[Told], ways: list[Way]) -> CommandCenter:
    """A new workspace with a hundred journeys and the one file, loaded as anybody would."""
    folder = tmp_path_factory.mktemp("bare")
    workspace, exports = folder / "workspace", folder / "interactions.csv"
    (workspace / "journeys").mkdir(parents=True)
    for number, way in enumerate(ways):
        (workspace / "journeys" / f"way_{number:03}.toml").write_text(way.written(), encoding="utf-8")
    with exports.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["record_id", "happened_at", "event", "properties"])
        for told in lines:
            at = (BEGIN + timedelta(seconds=told.second)).isoformat()
            writer.writerow([told.who, at, told.event, json.dumps({"plan": told.plan, "size": told.size})])
    report = load(Workspace.create(workspace), [exports])
    assert [(line.entity, line.records, line.loaded_new) for line in report.ledger if line.is_primary] == [
        ("interactions", len(lines), len(lines))
    ]
    return CommandCenter.open(workspace)


def histories(lines: Sequence[Told], way: Way) -> Mapping[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for number, told in enumerate(lines):
        stage = way.stage_of(told)
        if stage is not None:
            found.setdefault(told.who, []).append(Event(told.second, stage, 0, number))
    return found


def journey_of(way: Way) -> Journey:
    return Journey(stages=len(way.stages), optional=frozenset(), idle_gap=way.idle_gap * DAY, brackets=((1, 2), (1, 2)))


@pytest.mark.parametrize("number", ASKED)
def test_a_funnel_of_bare_events_is_what_trying_every_way_says(
    center: CommandCenter, lines: list[Told], ways: list[Way], number: int
) -> None:
    way, as_of = ways[number], max(told.second for told in lines)
    reached = [0] * len(way.stages)
    entered = known = 0
    for history in histories(lines, way).values():
        start = next((one for one in entries(history, journey_of(way), as_of) if one.starts_attempt), None)
        if start is None:
            continue
        entered += 1
        if start.second + way.window * DAY <= as_of:
            known += 1
            level = max(k for k, after in enumerate(start.next_in, start=1) if after is not None and after <= way.window * DAY)
            reached = [count + (k <= level) for k, count in enumerate(reached, start=1)]
    told = center.ask("journey_funnel", period="all", journey=f"way_{number:03}").rows[0].extra
    assert (told["entered"], told["known"]) == (entered, known)
    assert [stage["reached"] for stage in told["stages"]] == reached


@pytest.mark.parametrize("number", ASKED)
def test_here_now_of_bare_events_is_where_each_life_stands(
    center: CommandCenter, lines: list[Told], ways: list[Way], number: int
) -> None:
    way, as_of = ways[number], max(told.second for told in lines)
    for day in ("2026-02-01", "2026-03-01"):
        end = int((datetime.fromisoformat(day) + timedelta(days=1) - BEGIN).total_seconds())
        stages = [stage_at(history, journey_of(way), as_of, end) for history in histories(lines, way).values()]
        answer = center.ask("journey_here_now", period=day, journey=f"way_{number:03}", compare="none")
        assert [row.value.n for row in answer.rows] == [stages.count(k) for k in range(1, len(way.stages) + 1)]


def test_every_one_of_a_hundred_journeys_adds_up(center: CommandCenter, ways: list[Way]) -> None:
    for number, way in enumerate(ways):
        answer = center.ask("journey_moved", period="2026-02", journey=f"way_{number:03}", compare="none")
        assert len(answer.rows) == len(way.stages)
        for row in answer.rows:
            told = {part: row.extra[part]["visits"] for part in ("opening", "entered", "moved_on", "left", "closing")}
            assert told["opening"] + told["entered"] - told["moved_on"] - told["left"] == told["closing"]


def test_shipped_journeys_say_that_nothing_means_them(center: CommandCenter) -> None:
    notices = center.ask("journey_here_now", journey="case").notices
    assert any("“I ask you for help” or “Somebody answers me” or “I am helped”" in notice for notice in notices)


def test_a_new_journey_lists_the_events_found(center: CommandCenter, capsys: pytest.CaptureFixture[str]) -> None:
    folder = center.warehouse.workspace.root
    with pytest.raises(SystemExit) as ended:
        cli.main(["new", "journey", "mine", "--workspace", str(folder)])
    assert ended.value.code == 0
    shown, written = capsys.readouterr().out, folder / "journeys" / "mine.toml"
    for found in center.events():
        assert f'#   "{found["event"]}": {found["n"]:,} times, {found["customers"]:,} customers' in written.read_text("utf-8")
        assert found["event"] in shown
    most = center.events()[0]["event"]
    assert load_journeys([folder / "journeys"])["mine"].stages[0].events[0].event == most
    written.unlink()


def test_a_new_journey_can_be_written_before_anything_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["new", "journey", "first", "--workspace", str(tmp_path)])
    assert ended.value.code == 0
    assert "Nothing has been loaded yet" in capsys.readouterr().out
    assert len(load_journeys([tmp_path / "journeys"])["first"].stages) == 2
