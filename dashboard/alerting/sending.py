"""Sends a message: by a signed webhook of our own, or on any way that apprise knows, as mail and chat.

Where a recipient is reached stands in the environment and never in a declaration, for it often holds a password: CX_ALERT_<NAME>, or
CX_ALERT_<NAME>_FILE for a file that holds it. An http address is a webhook: its body is signed with CX_ALERT_<NAME>_SECRET (or
…_SECRET_FILE) over the time and the body, so that nobody else can send one, nor the same one again later.
"""

import hmac
import logging
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from dashboard.alerting.message import Message
from dashboard.settings import is_loopback
from queries.alert_state import RECOVERED
from queries.errors import QueriesError

PREFIX: Final = "CX_ALERT_"
UNENCRYPTED: Final = ("http", "json", "xml", "form")  # the last three are apprise's words for a plain webhook
LEAST_SECRET: Final = 32
LEAST_LETTERS: Final = 10
SECONDS: Final = 10
TIME_HEADER, SIGNATURE_HEADER = "X-Alert-Time", "X-Alert-Signature"
MOST_BYTES: Final = 100_000


class NotSent(QueriesError):
    """A message that did not go out; the sentence never holds the address."""


class Exposed(NotSent):
    """An address or a secret that others can read, in its file or on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one recipient is reached. secret: what webhooks are signed with; empty for every other way."""

    name: str
    url: str = field(repr=False)
    secret: bytes = field(default=b"", repr=False)

    @property
    def is_webhook(self) -> bool:
        return urlsplit(self.url).scheme in ("http", "https")


def address_of(name: str, environment: Mapping[str, str] | None = None) -> Address:
    """Returns where a recipient is reached; raises NotSent where nothing says it, or what it says is not safe."""
    told = os.environ if environment is None else environment
    key = f"{PREFIX}{name.upper()}"
    url = _told(key, told)
    if not url:
        raise NotSent(f"nothing says where {name} is reached", instead=f"Set {key}, or {key}_FILE to a file that holds it")
    scheme, is_here = urlsplit(url).scheme.lower(), is_loopback(urlsplit(url).hostname or "")
    if scheme in UNENCRYPTED and not is_here:
        raise Exposed(f"the webhook of {name} is not encrypted", where=key, instead=f"Use an address of {scheme}s://")
    if scheme not in ("http", "https"):
        return Address(name=name, url=url)
    secret = _told(f"{key}_SECRET", told).encode()
    if len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_LETTERS:
        instead = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        raise NotSent(f"a webhook needs a secret of {LEAST_SECRET} random letters", where=f"{key}_SECRET", instead=instead)
    return Address(name=name, url=url, secret=secret)


def check(name: str) -> None:
    """Raises NotSent where a recipient cannot be reached as far as can be told without sending anything."""
    address = address_of(name)
    if not address.is_webhook:
        _courier(address)


def problem_of(name: str) -> str:
    """Returns why a recipient cannot be reached, or nothing."""
    try:
        check(name)
    except NotSent as error:
        return str(error)
    return ""


def send(message: Message, address: Address) -> None:
    """Sends a message; raises NotSent when it cannot be known to have arrived."""
    if address.is_webhook:
        _post(message.to_bytes(), address)
    else:
        _by_apprise(message, address)


def signature(body: bytes, at: str, secret: bytes) -> str:
    """Returns the signature of a webhook: HMAC with SHA-256 over its time, a point and its body."""
    return "sha256=" + hmac.new(secret, at.encode() + b"." + body, sha256).hexdigest()


class _NoRedirect(HTTPRedirectHandler):
    """What was addressed to one place is not carried on to another."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(body: bytes, address: Address) -> None:
    at = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        TIME_HEADER: at,
        SIGNATURE_HEADER: signature(body, at, address.secret),
        "User-Agent": "customer-command-center",
    }
    request = Request(address.url, data=body, headers=headers, method="POST")
    try:
        with build_opener(_NoRedirect()).open(request, timeout=SECONDS) as answer:
            answer.read(MOST_BYTES)
    except HTTPError as error:
        error.close()
        raise NotSent(f"the webhook of {address.name} answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent(f"the webhook of {address.name} cannot be reached ({type(error).__name__})") from None


def _by_apprise(message: Message, address: Address) -> None:
    apprise, courier = _courier(address)
    kind = apprise.NotifyType.SUCCESS if message.state == RECOVERED else apprise.NotifyType.WARNING
    if not courier.notify(title=message.title, body=message.body, notify_type=kind, body_format="text"):
        raise NotSent(f"the message to {address.name} was not taken", instead="Try it: cx alerts test")


def _courier(address: Address) -> tuple[Any, Any]:
    """Returns apprise, and what of it sends to an address; raises NotSent for one that it does not know."""
    try:
        import apprise  # an extra, and slow to load: only who sends by it needs it
    except ImportError:
        raise NotSent("mail and chat are sent by apprise, which is not installed", instead="Run: pip install apprise") from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its lines would tell the address
    courier = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Customer Command Center", async_mode=False))
    if not courier.add(address.url):
        scheme = urlsplit(address.url).scheme
        raise NotSent(f"{PREFIX}{address.name.upper()} is no address that apprise knows ({scheme}://…)")
    return apprise, courier


def _told(key: str, environment: Mapping[str, str]) -> str:
    """Returns what the environment says under a key, or the file that it names; one that others can read is refused."""
    named = environment.get(f"{key}_FILE", "")
    if not named:
        return environment.get(key, "").strip()
    path = Path(named)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Exposed("can be read by others than its owner", where=str(path), instead=f"Run: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotSent(f"cannot be read ({type(error).__name__})", where=str(path), instead=f"Mend {key}_FILE") from None
