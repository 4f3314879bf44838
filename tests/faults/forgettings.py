"""kill -9 in the middle of forgetting somebody: what goes on then ends it, and they are found in no byte of the workspace.

Most kills strike right before a step of writing, from the last back to the first, every fourth by the clock. Tables are taken from
where they were built once (see company.py): before and after it the workspace tells of the same others.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest import mock

from metrics import CommandCenter
from queries import forgetting
from queries.forget import forget, is_pending
from queries.intake import manifest
from queries.intake.forgotten import Forgotten, Person
from queries.load import load
from queries.workspace import Workspace
from tests.canaries import traces
from tests.conftest import built_once
from tests.faults.child import DONE, Child, Ended, finished, forked_parser, kill_self
from tests.faults.company import built_already, current_database, leftovers
from tests.faults.disk import Step, watched
from tests.faults.fault import Counts, steps

SHORT, LONG = 5, 400
BY_CLOCK = 4
STRIDE = 11
NOW = datetime(2026, 11, 1, 12)
WHO = "crm:crm-884412"
CANARIES = ("canary.bird@example.com", "Canary Quillfeather", "crm-884412", "KX-99887")
FILES = {
    "records.csv": "source,record_id,kind,name,family_name,email,external_id,created_at\n"
    "crm,crm-884412,person,Canary Quillfeather,Quillfeather,canary.bird@example.com,KX-99887,2026-01-01T09:00:00Z\n"
    "crm,crm-2,person,Ann Oak,Oak,ann@example.com,,2026-01-01T09:00:00Z\n",
    "orders.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
    "o-1,shop,canary.bird@example.com,2026-04-01T09:00:00Z,40,EUR,completed\n"
    "o-2,shop,ann@example.com,2026-04-02T09:00:00Z,10,EUR,completed\n",
    "cases.csv": "case_id,source,record_id,opened_at,opened_by,kind,channel,status,subject\n"
    "c-1,crm,crm-884412,2026-05-01T09:00:00Z,customer,complaint,email,open,Mine\n"
    "c-2,crm,crm-2,2026-05-01T10:00:00Z,customer,question,email,open,Canary Quillfeather told me\n",
    "notes.csv": "who,what\nCanary Quillfeather,odd\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The workspace that holds the person, the one that an unbroken forgetting made of it, and where each trial takes place."""

    before: Workspace
    after: Workspace
    place: Path
    person: Person

    def work(self, act: Callable[[Step], None] = lambda _: None) -> Callable[[], object]:
        """Return the work of forgetting, from where it stands; what it returns is its number of steps."""
        workspace = Workspace(self.place)

        def done() -> object:
            person = None if is_pending(workspace) else self.person
            with built_already(current_database(self.after)), forked_parser(), watched(self.place, act) as disk:
                forget(workspace, person)
            return len(disk.steps)

        return done

    def begin(self) -> Workspace:
        """Put the workspace as it was in the place of the trial."""
        shutil.rmtree(self.place, ignore_errors=True)
        return Workspace(Path(shutil.copytree(self.before.root, self.place)))


def run(count: int, seed: int) -> Counts:
    """Kill so many forgettings."""
    counts, draw, folder = Counts("forgettings"), random.Random(seed), built_once("forgettings", _made)
    before = Workspace(folder / "before")
    person, _, _ = CommandCenter.open(before.root).person(WHO)
    with tempfile.TemporaryDirectory(prefix="faults-") as room:
        trial = Trial(before=before, after=Workspace(folder / "after"), place=Path(room) / "workspace", person=person)
        trial.begin()
        started = Counts("").started
        most, seconds = int(finished(trial.work()).told), Counts("").started - started
        for number in steps(count, "killing forgettings"):
            if counts.is_lost:
                break
            trial.begin()
            if number % BY_CLOCK == BY_CLOCK - 1:
                _count(counts, _by_clock(trial, draw.uniform(0, seconds)))
            else:
                _count(counts, finished(trial.work(partial(_at, most - number * STRIDE % most))))
            _end(trial, counts, number)
    return counts


def _at(place: int, step: Step) -> None:
    if step.number == place:
        kill_self()


def _by_clock(trial: Trial, seconds: float) -> Ended:
    child = Child(trial.work())
    return child.wait(seconds) or child.kill()


def _count(counts: Counts, ended: Ended) -> None:
    counts.count("kills")
    counts.count("at work" if ended.was_killed else "too late")
    if not ended.was_killed and ended.code != DONE:
        counts.miss(f"a forgetting that was to be killed: {ended.told}")


def _end(trial: Trial, counts: Counts, number: int) -> None:
    """Let what was begun be ended, by a load where it is noted as begun: the person is nowhere, and what they counted is kept once."""
    workspace, wanted = Workspace(trial.place), trial.after
    is_begun = is_pending(workspace)
    counts.count("begun" if is_begun else "over or not begun")
    is_over = not is_begun and bool(Forgotten.of(workspace).hashes)
    ended = finished(_loaded(trial) if is_begun else trial.work()) if not is_over else None
    if ended and ended.code != DONE:
        return counts.miss(f"after kill {number}: {ended.told}")
    counts.expect(not is_pending(workspace), f"after kill {number}: somebody is still to be forgotten")
    for path, canary in traces(workspace.root, CANARIES):
        counts.miss(f"after kill {number}: {canary} is found in {path}")
    for path in leftovers(workspace):
        counts.miss(f"after kill {number}: left behind: {path}")
    removed = {file.file_name: file.removed for file in manifest.listed(workspace)}
    counts.expect(
        removed == {file.file_name: file.removed for file in manifest.listed(wanted)}, f"after kill {number}: removed {removed}"
    )
    kept = Forgotten.of(workspace).kept
    return counts.expect(kept == Forgotten.of(wanted).kept, f"after kill {number}: kept {kept}")


def _loaded(trial: Trial) -> Callable[[], object]:
    def done() -> object:
        with built_already(current_database(trial.after)), forked_parser():
            load(Workspace(trial.place), [], now=NOW)

    return done


def _made(folder: Path) -> None:
    exports = folder / "exports"
    exports.mkdir()
    for name, text in FILES.items():
        (exports / name).write_text(text)
    before = Workspace.create(folder / "before")
    load(before, [exports], now=NOW)
    (before.root / "identity.toml").write_text('apart = [["crm:crm-884412", "crm:crm-2"]]\n')
    load(before, [], now=NOW)
    shutil.copytree(before.root, folder / "after")
    person, _, _ = CommandCenter.open(before.root).person(WHO)
    forget(Workspace(folder / "after"), person)


@contextmanager
def _noted_too_soon() -> Iterator[None]:
    """Note that nobody is left to be forgotten before the snapshots and the inbox were looked at."""
    real = forgetting.tidy

    def too_soon(workspace: Workspace, forgotten: Forgotten) -> Forgotten:
        tidied = real(workspace, forgotten)
        tidied.done(workspace)
        return tidied

    with mock.patch("queries.forgetting.tidy", too_soon):
        yield


@contextmanager
def _no_snapshot_dropped() -> Iterator[None]:
    """Leave the snapshots that were made before."""
    with mock.patch("queries.forgetting.drop_others"), mock.patch("queries.snapshots.drop_outdated"):
        yield


PLANTED = {"it is noted as done too soon": _noted_too_soon, "old snapshots are kept": _no_snapshot_dropped}
