"""What somebody is told of an alert: a headline, the sentence that says why, and a link that opens the very view.

A message holds no name and no address: figures, and whose they are.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

from dashboard.page import Page, Pages
from dashboard.view import Target, View
from metrics.alerts import Looked
from metrics.language import _, later
from metrics.selection import Selection
from queries.alert import OF_A_METRIC, Alert
from queries.alert_state import OPENED, RECOVERED, STILL_OPEN, TEST

HEADS: Final = {
    OPENED: later("New: {title}"),
    STILL_OPEN: later("Still: {title}"),
    RECOVERED: later("Over: {title}"),
    TEST: later("Only a test: {title}"),
}
DATA_HEALTH: Final = "/data-health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. state: opened, still open, recovered or test.   since: when it opened, UTC, as text; empty of a test.

    message_id: the same whenever the same thing is sent again, as after a crash: who has it may drop it.
    """

    message_id: str
    alert: str
    state: str
    title: str
    sentence: str
    owner: str
    link: str
    since: str
    at: str
    snapshot: str

    @property
    def body(self) -> str:
        """It as plain text."""
        return "\n".join([self.sentence, "", self.link, _("Whose it is: {owner}", owner=self.owner)])

    def to_bytes(self) -> bytes:
        """It as the JSON that a webhook is sent."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()


def message(alert: Alert, state: str, looked: Looked, *, told: Mapping[str, str], base: str) -> Message:
    """Returns the message of an alert. told: since, at, snapshot and recipient.   base: the address of the command center."""
    parts = (alert.name, state, told["since"], told["recipient"], told["at"] if state in (STILL_OPEN, TEST) else "")
    return Message(
        message_id=sha256("|".join(parts).encode()).hexdigest()[:32],
        alert=alert.name,
        state=state,
        title=_(HEADS[state], title=alert.title),
        sentence=looked.sentence,
        owner=alert.owner,
        link=base.rstrip("/") + link_of(alert, looked),
        since=told["since"],
        at=told["at"],
        snapshot=told["snapshot"],
    )


def link_of(alert: Alert, looked: Looked) -> str:
    """Returns the address of what an alert looked at: the page of its figure over that period and selection, its people opened."""
    if alert.condition not in OF_A_METRIC:
        return DATA_HEALTH
    selection = Selection.of(period=looked.at or None, where=alert.where)
    target = Target(metric=alert.metric, mark=looked.mark, options=alert.options)
    return View(path=page_of(alert.metric).path, selection=selection, target=target).href()


def page_of(metric: str) -> Page:
    """Returns the page that a figure is on; the first one for a figure of no page, which is opened there all the same."""
    pages = [page for page in Pages.found().menu if page.path != "/"]
    holding = [page for page in pages if any(ask.metric == metric for section in page.sections for ask in section.asks)]
    first: Any = Pages.found().at("/")
    return next(iter(holding), first)
