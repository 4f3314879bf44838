"""kill -9 at a random moment of a load: the last good snapshot is served, whole, and the next load completes what was begun.

Half of the kills strike by the clock, the others right before a step of writing; most in loads whose tables were built once (see
company.py), every twentieth in a load that builds them. Some strike the loader alone, so that its parser outlives it for a moment.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from queries import snapshots
from queries.intake.stage import sha256_of
from queries.workspace import Workspace
from tests.faults.child import DONE, Child, Ended, finished, forked_parser, kill_self
from tests.faults.company import Company, Print, built_already, company, current_database, faults_of, fingerprint, leftovers
from tests.faults.disk import Step, watched
from tests.faults.fault import Counts, steps

SHORT, LONG = 14, 1000
WHOLE, COMPLETED = 20, 8
STRIDE = 3


@dataclass(slots=True)
class Trial:
    """The workspace that is loaded into again and again, and what is known: which figures are right, how long a load takes."""

    company: Company
    workspace: Workspace
    draw: random.Random
    counts: Counts
    known: dict[str, Print]
    seconds: dict[bool, float] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    struck: int = 0

    def load(self, whole: bool, act: Callable[[Step], None] = lambda _: None) -> Callable[[], object]:
        """Return the work of one load, with its tables built or taken from where they were built once."""

        def work() -> object:
            with _quick(self.company, whole), forked_parser(), watched(self.workspace.root, act) as disk:
                report = self.company.load(self.workspace)
            return "".join(f"! {one.reason}" for one in report.refused) or "\n".join(
                dict.fromkeys(one.kind for one in disk.steps)
            )

        return work


def run(count: int, seed: int) -> Counts:
    """Kill so many loads."""
    counts, made = Counts("kills"), company()
    known = {sha256_of(path): fingerprint(path) for path in map(current_database, (made.before, made.after))}
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        workspace = made.copy(Path(place) / "workspace")
        trial = Trial(made, workspace, random.Random(seed), counts, known)
        for number in steps(count, "killing loads"):
            if counts.is_lost:
                break
            if number % COMPLETED == 0:
                _complete(trial, whole=False)
            _kill(trial, number)
        if not counts.is_lost:
            _complete(trial, whole=True)
    return counts


def _kill(trial: Trial, number: int) -> None:
    """Kill one load, and look at what is served then."""
    whole = number % WHOLE == WHOLE - 1
    by_clock = whole or number % 2 == 0
    ended = _by_clock(trial, whole) if by_clock else _at_step(trial)
    if not ended.was_killed and ended.code != DONE:
        trial.counts.miss(f"a load that was to be killed: {ended.told}")
    trial.counts.count("kills")
    trial.counts.count("at work" if ended.was_killed else "too late")
    if whole:
        trial.counts.count("while tables were built")
    for fault in faults_of(trial.workspace, trial.known):
        trial.counts.miss(f"after kill {number}: {fault}")
        _reset(trial)
    if _is_published(trial):
        trial.counts.count("published before the kill")
        if trial.draw.random() < 0.5:
            _reset(trial)


def _by_clock(trial: Trial, whole: bool) -> Ended:
    """Kill at a moment drawn from how long a load takes, sometimes the loader alone."""
    child = Child(trial.load(whole))
    ended = child.wait(trial.draw.uniform(0, 1.1 * trial.seconds.get(whole, trial.seconds[False] * (8 if whole else 1))))
    return ended or child.kill(alone=trial.draw.random() < 0.3)


def _at_step(trial: Trial) -> Ended:
    """Kill right before a step of writing: from the last back to the first, and again."""
    if _is_published(trial):
        _reset(trial)
    trial.struck += STRIDE
    kind = trial.kinds[-trial.struck % len(trial.kinds)]

    def act(step: Step) -> None:
        if step.kind == kind:
            kill_self()

    return finished(trial.load(False, act))


def _complete(trial: Trial, *, whole: bool) -> None:
    """Let a load go through: what it leaves must be what an unbroken one makes, and nothing else."""
    started = Counts("").started
    ended = finished(trial.load(whole))
    trial.seconds[whole] = Counts("").started - started
    trial.counts.count("loads completed after kills")
    if ended.code != DONE or ended.told.startswith("!"):
        trial.counts.miss(f"the load after a kill: {ended.told}")
        return _reset(trial)
    trial.kinds = ended.told.splitlines()
    served, wanted = fingerprint(current_database(trial.workspace)), fingerprint(current_database(trial.company.after))
    for table in sorted(name for name in wanted | served if served.get(name) != wanted.get(name)):
        trial.counts.miss(f"the load after a kill made other figures: {table}")
    for path in leftovers(trial.workspace):
        trial.counts.miss(f"left behind: {path}")
    return _reset(trial)


def _is_published(trial: Trial) -> bool:
    return current_database(trial.workspace).name != current_database(trial.company.before).name


def _reset(trial: Trial) -> None:
    """Begin again from the workspace as it was before."""
    trial.company.copy(trial.workspace.root)


def _quick(made: Company, whole: bool) -> AbstractContextManager[None]:
    return nullcontext() if whole else built_already(current_database(made.after))


@contextmanager
def _pointer_first() -> Iterator[None]:
    """Move the pointer before the database has its name."""
    real = snapshots.write_durably

    def told_too_soon(path: Path, text: str) -> None:
        if path.parent.name == "snapshots":
            real(path.parents[1] / "CURRENT", f"{path.stem}.duckdb\n")
        real(path, text)

    with mock.patch("queries.snapshots.write_durably", told_too_soon):
        yield


@contextmanager
def _nothing_swept() -> Iterator[None]:
    """Leave what a killed load left behind."""
    with mock.patch("queries.snapshots.sweep"), mock.patch("queries.load.manifest.forget_unused"):
        yield


PLANTED = {"the pointer moves first": _pointer_first, "nothing is swept": _nothing_swept}
