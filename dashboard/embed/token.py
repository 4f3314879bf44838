"""A token: what one link to a chart opens, signed as text, so that not one letter of it can be another.

v1.<key>.<body>.<signature>: the body is compressed JSON, the signature an HMAC with SHA-256 under the key that is named. There is one
algorithm and no word in a token chooses another. A signature is compared as it is written, not as it is decoded: two spellings of
the same bytes would be two tokens.
"""

import hmac
import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any, Final

from itsdangerous import Signer

from dashboard.access.given import Givers
from dashboard.access.who import Role
from dashboard.embed.keyring import Kept, Key
from dashboard.errors import EmbedRefused
from metrics.language import _
from queries.policy import Policy

VERSION: Final = "v1"
LONGEST: Final = 4000
PURPOSE: Final = b"command center: a link to a chart"
LEAST: Final = 5
"""A group of fewer customers is told by no chart that was given away, whoever gave it."""
MINUTE: Final = 60
DAY: Final = 86_400
USUAL_SECONDS: Final = 10 * MINUTE
MOST_SECONDS: Final = 60 * MINUTE
MOST_DAYS: Final = 400
MOST_SECONDS_RENEWED: Final = 366 * DAY
_TOKEN: Final = re.compile(r"v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token opens: a metric, or a panel of a page, on one selection, for the pages of one host.

    query: the fixed period, filters, split and options, as an address writes them.   audience: the host's origin; empty for a link
    that no page may frame.   begun, ends: seconds since 1970; begun stays when it is renewed.
    regions, segments, teams: the rows it is narrowed to, None without limit.   least: groups of fewer customers are hidden.
    opens: whether a number opens onto the customers behind it, who have no names.   is_long: not renewed, but lasts for days.
    link: by which it can be taken back alone, also when it was renewed.   giver, groups: who gave it, as the door told them then;
    from_machine: whoever works on the machine did.
    """

    query: str
    ends: int
    begun: int
    metric: str = ""
    path: str = ""
    panel: str = ""
    audience: str = ""
    regions: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    least: int = LEAST
    opens: bool = False
    is_long: bool = False
    link: str = ""
    giver: str = ""
    groups: tuple[str, ...] = ()
    from_machine: bool = False

    @property
    def policy(self) -> Policy:
        """The policy it is drawn under: nobody's name, nobody's words, and no small group."""
        limits = {name: _limit(getattr(self, name)) for name in ("regions", "segments", "teams")}
        return Policy(**limits, names=False, least=max(LEAST, self.least))

    def limited_by(self, policy: Policy) -> "Grant":
        """Returns it with the limits of whoever gives it away: nobody gives what they may not see."""
        limits = {name: _listed(getattr(policy, name)) for name in ("regions", "segments", "teams")}
        return replace(self, **limits, least=max(LEAST, policy.least))


def signed(grant: Grant, key: Key) -> str:
    """Returns the token of a grant, as text that an address takes as it is."""
    told = {name: value for name, value in asdict(grant).items() if value != _USUAL.get(name)}
    body = json.dumps(told, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    packed = urlsafe_b64encode(zlib.compress(body, 9)).rstrip(b"=").decode()
    head = f"{VERSION}.{key.key_id}.{packed}"
    return f"{head}.{_signature(head, key)}"


def opened(token: str, kept: Kept, now: float) -> Grant:
    """Returns what a token opens. Raises EmbedRefused with a sentence for whoever reads it, never with a reason for whoever forged it."""
    grant = _genuine(token, kept)
    host = kept.host(grant.audience)
    if grant.audience and host is None:
        raise EmbedRefused(_("The page that shows this chart may not show it any more."), gone=True)
    if grant.is_long and not (host and host.long_lived):
        raise EmbedRefused(_("Links that last this long are no longer allowed."), gone=True)
    _refuse_ended(grant, kept)
    if now >= grant.ends:
        raise EmbedRefused(_("This link has ended. Ask whoever runs the page for a new one."), gone=True, audience=grant.audience)
    return grant


def renewed(token: str, kept: Kept, audience: str, now: float) -> Grant:
    """Returns what a token opens with another ten minutes, for the host that shows it; one that has ended may be renewed too."""
    grant = _genuine(token, kept)
    if not grant.audience or not hmac.compare_digest(grant.audience, audience):
        raise EmbedRefused(_("This link was made for another page."))
    if grant.is_long or now - grant.begun > MOST_SECONDS_RENEWED:
        raise EmbedRefused(_("This link is not renewed any more. Make a new one."), gone=True)
    _refuse_ended(grant, kept)
    return replace(grant, ends=int(now) + USUAL_SECONDS)


def seen_by_giver(grant: Grant, givers: Givers) -> Policy:
    """Returns what whoever gave a chart sees today; raises EmbedRefused once they may not give charts any more."""
    if grant.from_machine or givers.people is None:
        return Policy.everything()
    seen = givers.policy_of(grant.giver, grant.groups, Role.MANAGER)
    if seen is None:
        sentence = _("Whoever gave this chart may no longer do so. Ask whoever runs the page for a new one.")
        raise EmbedRefused(sentence, gone=True, audience=grant.audience)
    return seen


def _refuse_ended(grant: Grant, kept: Kept) -> None:
    if grant.link and grant.link in kept.ended:
        raise EmbedRefused(
            _("This link was taken back. Ask whoever runs the page for a new one."), gone=True, audience=grant.audience
        )


def _genuine(token: str, kept: Kept) -> Grant:
    """Returns what a token says, once its signature is that of an active key."""
    parts = _TOKEN.fullmatch(token) if len(token) <= LONGEST else None
    key = kept.key(parts[1]) if parts else None
    if key is not None and not key.is_active:
        raise EmbedRefused(_("The key of this link is no longer used. Ask whoever runs the page for a new one."), gone=True)
    if parts is None or key is None or not hmac.compare_digest(parts[3], _signature(token.rpartition(".")[0], key)):
        raise EmbedRefused(_("This link opens nothing: it is not whole, or it was changed."))
    return _read(json.loads(zlib.decompress(urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4)))))


def _signature(head: str, key: Key) -> str:
    signer = Signer(bytes.fromhex(key.secret), salt=PURPOSE, key_derivation="hmac", digest_method=sha256)
    return signer.get_signature(head.encode()).decode()


def _read(told: Mapping[str, Any]) -> Grant:
    """Reads what we signed ourselves; a name that this program does not know is a limit that it would not keep."""
    if unknown := set(told) - {field.name for field in fields(Grant)}:
        raise EmbedRefused(_("This link is of a later version."), gone=bool(unknown))
    return Grant(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})


def _limit(values: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _listed(values: frozenset[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(sorted(values))


_USUAL: Final = {field.name: field.default for field in fields(Grant)}
