"""How each alert stands, and who was told what of it: registry/alerts.json, written by one process at a time.

What is still to be told follows from both, so a message that quiet hours or a dead line kept back is neither lost nor sent twice: it
is due until it was sent, and not at all once the alert is over before anybody was told that it opened.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from filelock import FileLock, Timeout

from queries.errors import WorkspaceBusy, WorkspaceError
from queries.intake.manifest import write_durably
from queries.workspace import Workspace, said_plainly

OPENED, STILL_OPEN, RECOVERED, TEST = "opened", "still open", "recovered", "test"
NAME: Final = "alerts.json"
LOCK: Final = ".alerts.lock"
SECONDS_TO_WAIT: Final = 60
"""As long as a whole round may take: somebody's server may answer late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOf:
    """What somebody was told last: that it opened, or is over; of which opening; when, as UTC text."""

    state: str
    opened_at: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one alert stands. opened_at, over_at, looked_at: UTC, as text; empty where it never was.

    is_met: what the last look said; None where it could not tell.   told: by recipient.
    """

    is_open: bool = False
    opened_at: str = ""
    over_at: str = ""
    looked_at: str = ""
    is_met: bool | None = None
    sentence: str = ""
    told: Mapping[str, ToldOf] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """How it stands in one word: open, fine, or that nobody has looked, or could tell."""
        if self.is_open:
            return "open"
        return "never looked at" if not self.looked_at else "not known" if self.is_met is None else "fine"

    def looked(self, is_met: bool | None, sentence: str, now: datetime) -> "Standing":
        """Return how it stands after a look; one that could not tell leaves it open or fine as it was."""
        at = now.isoformat(timespec="seconds")
        seen = replace(self, looked_at=at, is_met=is_met, sentence=sentence)
        if is_met and not self.is_open:
            return replace(seen, is_open=True, opened_at=at, over_at="")
        if is_met is False and self.is_open:
            return replace(seen, is_open=False, over_at=at)
        return seen

    def due(self, recipient: str, again: int | None, now: datetime) -> str:
        """Return what this recipient is to be told now: "opened", "still open", "recovered", or nothing."""
        told = self.told.get(recipient)
        knows_it = told is not None and told.state != RECOVERED
        if not self.is_open:
            return RECOVERED if knows_it else ""
        if told is None or not knows_it or told.opened_at != self.opened_at:
            return OPENED
        waited = now - datetime.fromisoformat(told.at)
        return STILL_OPEN if again is not None and waited >= timedelta(seconds=again) else ""

    def sent(self, recipient: str, state: str, now: datetime) -> "Standing":
        """Return how it stands after this recipient was told."""
        told = ToldOf(state=state, opened_at=self.opened_at, at=now.isoformat(timespec="seconds"))
        return replace(self, told={**self.told, recipient: told})


@contextmanager
def standing(workspace: Workspace) -> Iterator[dict[str, Standing]]:
    """Give how every alert stands, by name, to be changed; written when the block ends, also by an error: what was sent stays sent.

    Raises WorkspaceBusy while another process looks at the alerts, WorkspaceError when the disk refuses.
    """
    path = workspace.registry / NAME
    try:
        with said_plainly(path), FileLock(workspace.registry / LOCK, timeout=SECONDS_TO_WAIT):
            found = read_standing(workspace)
            try:
                yield found
            finally:
                write_durably(path, json.dumps({name: asdict(one) for name, one in sorted(found.items())}, indent=1))
    except Timeout as error:
        raise WorkspaceBusy("another process looks at the alerts", where=str(path), instead="Try again in a minute") from error


def read_standing(workspace: Workspace) -> dict[str, Standing]:
    """Return how every alert that was ever looked at stands, by name; raise WorkspaceError for a file that cannot be read."""
    path = workspace.registry / NAME
    if not path.exists():
        return {}
    try:
        return {name: _read(one) for name, one in json.loads(path.read_text(encoding="utf-8")).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        instead = "Remove it: every alert that is met is then told anew"
        raise WorkspaceError("is damaged", where=f"registry/{NAME}", instead=instead) from error


def _read(told: Mapping[str, Any]) -> Standing:
    return Standing(**{**told, "told": {name: ToldOf(**one) for name, one in told["told"].items()}})
