"""A round: every alert is looked at, how it stands is kept, and whoever is to be told is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.alerting.message import Message, message
from dashboard.alerting.sending import Address, address_of, send
from dashboard.settings import Settings
from metrics.alerts import Looked, look_at, over_the_year
from metrics.errors import UnknownName
from metrics.language import language_of, speaking
from metrics.period import local_time
from queries.alert import Alert
from queries.alert_state import OPENED, RECOVERED, TEST, Standing, standing
from queries.errors import QueriesError
from queries.workspace import Workspace

Sender = Callable[[Message, Address], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a round did of one alert. sent: what each recipient was told.   failed: why somebody was not.   waits: for quiet hours."""

    name: str
    state: str
    sentence: str
    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What an alert would have told over a year. looks, untold: how many, and of how many nothing could be said.

    turns: each "opened" or "recovered", when, and the sentence then.   problem: why nothing can be said.
    """

    name: str
    looks: int = 0
    untold: int = 0
    turns: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round's center, the address that its links begin with, its moment (UTC, naive), and what sends."""

    center: Any
    base: str
    now: datetime
    sender: Sender = send

    def run(self, workspace: Workspace) -> list[Told]:
        """Looks at every alert of a workspace and tells who is to be told; what could not be sent is tried again by the next round.

        Raises QueriesError when alerts cannot be read, or another process is at it.
        """
        declared = self.center.alerts()
        if not declared:
            return []
        with speaking(self._language), standing(workspace) as found:
            for gone in found.keys() - declared.keys():
                del found[gone]
            return [self._one(alert, found) for alert in declared.values()]

    def try_out(self, names: Sequence[str] = ()) -> list[Told]:
        """Sends everybody of these alerts, all unless said, a message that says it is only a test; how they stand stays as it is."""
        with speaking(self._language):
            return [self._tried(alert) for alert in chosen(self.center.alerts(), names)]

    def replay(self, names: Sequence[str] = ()) -> list[Replayed]:
        """Returns when these alerts would have opened and been over in the last year, by what is known and declared today."""
        with speaking(self._language):
            return [self._replayed(alert) for alert in chosen(self.center.alerts(), names)]

    @property
    def _language(self) -> str | None:
        return language_of(self.center.settings()["locale"])

    def _one(self, alert: Alert, found: dict[str, Standing]) -> Told:
        """Keeps what was sent at once: an error of a later recipient does not make an earlier one hear it twice."""
        looked, problem = self._looked(alert)
        stands = found[alert.name] = found.get(alert.name, Standing()).looked(looked.is_met, looked.sentence, self.now)
        due = {name: state for name in alert.to if (state := stands.due(name, alert.again, self.now))}
        is_quiet = alert.quiet.holds(local_time(self.now, self.center.settings()["zone"]))
        sent, failed = [], [problem] if problem else []
        for recipient, state in due.items() if not is_quiet else ():
            if wrong := self._sent(alert, state, looked, recipient, since=stands.opened_at):
                failed.append(wrong)
                continue
            stands = found[alert.name] = stands.sent(recipient, state if state == RECOVERED else OPENED, self.now)
            sent.append(f"{recipient}: {state}")
        return Told(
            name=alert.name, state=stands.words, sentence=looked.sentence, sent=tuple(sent), failed=tuple(failed),
            waits=bool(due) and is_quiet,
        )  # fmt: skip

    def _tried(self, alert: Alert) -> Told:
        looked, _problem = self._looked(alert)
        problems = {name: self._sent(alert, TEST, looked, name, since="") for name in alert.to}
        return Told(
            name=alert.name,
            state=TEST,
            sentence=looked.sentence,
            sent=tuple(f"{name}: {TEST}" for name, problem in problems.items() if not problem),
            failed=tuple(filter(None, problems.values())),
        )

    def _looked(self, alert: Alert) -> tuple[Looked, str]:
        """Returns what a look tells; what cannot be asked is not known, and the problem says why."""
        try:
            return look_at(alert, self.center, now=self.now), ""
        except QueriesError as error:
            return Looked(is_met=None, sentence=str(error)), str(error)

    def _sent(self, alert: Alert, state: str, looked: Looked, recipient: str, *, since: str) -> str:
        """Sends a message; returns why it did not go out, or nothing."""
        told = {
            "since": since,
            "at": self.now.isoformat(timespec="seconds"),
            "recipient": recipient,
            "snapshot": self.center.snapshot,
        }
        try:
            self.sender(message(alert, state, looked, told=told, base=self.base), address_of(recipient))
        except QueriesError as error:
            return str(error)
        return ""

    def _replayed(self, alert: Alert) -> Replayed:
        try:
            looks = over_the_year(alert, self.center, now=self.now)
        except QueriesError as error:
            return Replayed(name=alert.name, problem=str(error))
        stands, turns = Standing(), []
        for one in looks:
            before, stands = stands.is_open, stands.looked(one.is_met, one.sentence, self.now)
            if stands.is_open != before:
                turns.append((OPENED if stands.is_open else RECOVERED, one.at, one.sentence))
        untold = sum(one.is_met is None for one in looks)
        return Replayed(name=alert.name, looks=len(looks), untold=untold, turns=tuple(turns))


def base_address() -> str:
    """Returns the address that people open: the public one, without it the server's own on this machine."""
    settings = Settings()
    return settings.public_url or settings.address


def chosen(declared: Mapping[str, Alert], names: Sequence[str]) -> list[Alert]:
    """Returns the alerts of these names, all for none; raises UnknownName."""
    for name in names:
        if name not in declared:
            raise UnknownName(f'there is no alert "{name}"', name=name, known=declared)
    return [one for name, one in declared.items() if not names or name in names]
