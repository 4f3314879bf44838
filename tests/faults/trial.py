"""One workspace that is loaded into again and again while something is wrong: what a load may say then, and what must be served."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from queries.intake.stage import sha256_of
from queries.workspace import Workspace
from tests.faults.child import DONE, REFUSED, Ended, finished, forked_parser
from tests.faults.company import Company, Print, built_already, company, current_database, faults_of, fingerprint, leftovers
from tests.faults.fault import Counts

PLAIN = re.compile(r"[^\n]+: [^\n]+[.?!] [^\n]+[.?!]")
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Trial:
    """The company, a copy of its workspace, what is counted, and the figures that may be served by their database's digest."""

    company: Company
    workspace: Workspace
    counts: Counts
    known: Mapping[str, Print]

    @classmethod
    def at(cls, place: Path, counts: Counts) -> "Trial":
        """Return a trial with a workspace in an empty place."""
        made = company()
        known = {sha256_of(path): fingerprint(path) for path in map(current_database, (made.before, made.after))}
        return cls(made, made.copy(place / "workspace"), counts, known)

    @property
    def is_published(self) -> bool:
        """Whether the one more export is served."""
        return current_database(self.workspace).name != current_database(self.company.before).name

    def reset(self) -> None:
        """Begin again from the workspace as it was before."""
        self.company.copy(self.workspace.root)

    def loaded(self) -> str:
        """Load the one more export, its tables taken from where they were built once; return why it was refused, if it was."""
        with built_already(current_database(self.company.after)), forked_parser():
            report = self.company.load(self.workspace)
        return "\n".join(f"{one.origin.name} was refused: {one.reason}" for one in report.refused)

    def judge(self, ended: Ended, doing: str) -> None:
        """Look at how a load ended while something was wrong: it says so plainly, or it did all; never a half, never a file's blame."""
        self.counts.count("said plainly" if ended.code == REFUSED else "went through" if ended.code == DONE else "crashed")
        if ended.code not in (DONE, REFUSED):
            self.counts.miss(f"{doing}: ended with {ended.code}: {ended.told}")
        if ended.code == REFUSED and not (PLAIN.fullmatch(ended.told) and len(ended.told) <= LONGEST):
            self.counts.miss(f"{doing}: this says not what, where and what instead: {ended.told}")
        if ended.code == DONE and ended.told:
            self.counts.miss(f"{doing}: a good file was blamed: {ended.told}")
        faults = faults_of(self.workspace, self.known)
        for fault in faults:
            self.counts.miss(f"{doing}: {fault}")
        if faults:
            self.reset()
        elif ended.code == DONE and not ended.told and not self.is_published:
            self.counts.miss(f"{doing}: the load said that it was done, and it was not")

    def complete(self, doing: str, load: Callable[[], object] | None = None) -> None:
        """Load when nothing is wrong any more: it goes through, with the figures of an unbroken load, and nothing is left behind."""
        ended = finished(load or self.loaded)
        self.counts.count("loads completed after")
        if ended.code != DONE or ended.told:
            self.counts.miss(f"the load after {doing}: {ended.told}")
        served, wanted = fingerprint(current_database(self.workspace)), fingerprint(current_database(self.company.after))
        for table in sorted(name for name in wanted | served if served.get(name) != wanted.get(name)):
            self.counts.miss(f"the load after {doing} made other figures: {table}")
        for path in leftovers(self.workspace):
            self.counts.miss(f"after {doing} there was left behind: {path}")
        self.reset()
