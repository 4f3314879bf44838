"""Giving a chart away: what is wished for, whether it may be, and the link and the lines of HTML that come of it."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from markupsafe import escape

from dashboard.access.who import Who
from dashboard.embed.chart import Charts
from dashboard.embed.door import PREFIX
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import DAY, MINUTE, MOST_DAYS, MOST_SECONDS, USUAL_SECONDS, Grant, signed
from dashboard.errors import BadInput
from dashboard.view import LONGEST
from metrics.errors import QuestionError, UnknownName
from metrics.period import utc_text

FRAME: Final = (
    '<iframe data-command-center src="{link}" title="{title}" width="100%" height="420" style="border:0"'
    ' sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer" loading="lazy"></iframe>\n'
    '<script src="{base}/embed/host.js" defer></script>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to give away: a metric, or a panel of a page; query fixes period, filters, split and options.

    minutes, days: how long it is good; days for a host that may show a link for long.   opens: whether numbers open.
    """

    metric: str = ""
    path: str = ""
    panel: str = ""
    query: str = ""
    audience: str = ""
    minutes: int = USUAL_SECONDS // MINUTE
    days: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A chart that was given away. ends: UTC, naive."""

    title: str
    token: str
    grant: Grant

    @property
    def ends(self) -> datetime:
        return datetime.fromtimestamp(self.grant.ends, UTC).replace(tzinfo=None)

    @property
    def told(self) -> str:
        """What the audit log calls it: its link's id, which chart, for whom, until when, and whether its numbers open."""
        grant = self.grant
        what = grant.metric or f"{grant.path} {grant.panel}"
        opens = ", opens customers" if grant.opens else ""
        return f"{grant.link} {what} for {grant.audience or 'a link'} until {utc_text(self.ends)}{opens}"

    def link(self, base: str, form: str = "", **how: str) -> str:
        """Returns its address at a command center; form: of a file or a picture.   how: of LOOKS, those that are to be fixed."""
        chosen = urlencode({name: value for name, value in how.items() if value})
        return f"{base.rstrip('/')}{PREFIX}{self.token}" + (f".{form}" if form else "") + (f"?{chosen}" if chosen else "")

    def frame(self, base: str, **how: str) -> str:
        """Returns the lines of HTML that show it on a page of its host."""
        return FRAME.format(link=escape(self.link(base, **how)), title=escape(self.title), base=escape(base.rstrip("/")))


def give(charts: Charts, keyring: Keyring, wish: Wish, giver: Who) -> Made:
    """Returns a chart as it was wished for, with the limits of its giver. Raises QueriesError for what may not be given."""
    _check_host(keyring, wish)
    begun = int(time.time())
    seconds = wish.days * DAY or wish.minutes * MINUTE
    grant = Grant(
        metric=wish.metric,
        path=wish.path,
        panel=wish.panel,
        query=wish.query,
        audience=wish.audience,
        begun=begun,
        ends=begun + seconds,
        opens=wish.opens,
        is_long=bool(wish.days),
        link=secrets.token_hex(4),
        giver="" if giver.is_local else giver.name,
        groups=tuple(sorted(giver.groups)),
        from_machine=giver.is_local,
    ).limited_by(giver.policy)
    try:
        title = charts.under(grant.policy).check(grant)
    except BadInput as problem:
        raise QuestionError(str(problem).rstrip("."), instead="Write the address as the browser shows it") from None
    key = keyring.signing(utc_text(datetime.fromtimestamp(begun, UTC).replace(tzinfo=None)))
    return Made(title=title, token=signed(grant, key), grant=grant)


def _check_host(keyring: Keyring, wish: Wish) -> None:
    kept = keyring.read()
    host = kept.host(wish.audience)
    if wish.audience and host is None:
        known = [each.origin for each in kept.hosts]
        raise UnknownName(f'"{wish.audience[:100]}" is not registered', name=wish.audience, known=known)
    if len(wish.query) > LONGEST:
        raise QuestionError(f"The selection is longer than {LONGEST} letters", instead="Narrow it to fewer values")
    if not 0 < wish.minutes * MINUTE <= MOST_SECONDS:
        raise QuestionError("A link is good for 1 to 60 minutes", instead="Its host renews it, or give it for days")
    if not 0 <= wish.days <= MOST_DAYS:
        raise QuestionError(f"A link is good for at most {MOST_DAYS} days", instead="Give a new one then")
    if wish.days and not (host and host.long_lived):
        instead = "Let an administrator allow it: cx embed hosts add ORIGIN --long-lived"
        raise QuestionError("Links for days need a host that may have them", instead=instead)
