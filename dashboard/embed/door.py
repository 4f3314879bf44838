"""The door of charts that were given away: a token in the path, or a host's own key; no cookie is read here, and none is set.

A token is believed at these addresses only, and only in the form that is listed: every other path behind this door is refused, and
behind every other door a token is a word like any other.
"""

import json
import re
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import Response, g, request

from dashboard.access.given import Givers, narrowed
from dashboard.access.pace import Pace
from dashboard.access.proxy import counted_by
from dashboard.access.who import Role, Who
from dashboard.embed.keyring import Host, Keyring
from dashboard.embed.looks import LOOKS
from dashboard.embed.token import Grant, opened, seen_by_giver
from dashboard.errors import BadInput, EmbedRefused
from dashboard.scripts import ASSETS, asset
from dashboard.settings import Settings
from dashboard.templates import render
from dashboard.view import View
from metrics.language import LANGUAGES, _, speaking, spoken
from queries.errors import QueriesError
from queries.policy import Policy

PREFIX: Final = "/embed/"
RENEW: Final = "/embed/renew"
HOST_SCRIPT: Final = "/embed/host.js"
"""The script of the pages around, which are of other sites: only what lies behind this door is given to them."""
ADDRESS: Final = re.compile(
    r"/embed/([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){3})(?:/(panel|behind)|\.(csv|xlsx|json|png|svg))?", re.ASCII
)
NOTHING: Final = Policy(regions=frozenset(), segments=frozenset(), teams=frozenset(), names=False, least=5)
"""What a host sees that renews a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for with a token. form: panel, behind, csv, xlsx, json, png or svg; empty for the page."""

    grant: Grant
    token: str
    form: str


@dataclass(frozen=True, slots=True)
class EmbedDoor:
    """Lets in who brings a token to its own address, and a host that renews one."""

    keyring: Keyring
    settings: Settings
    givers: Givers
    pace: Pace

    def __call__(self) -> Who | Response:
        if request.path == HOST_SCRIPT:
            return Response((ASSETS / "embed_host.js").read_text(encoding="utf-8"), mimetype="text/javascript")
        with speaking(language_asked()):
            try:
                return self._host() if request.path == RENEW else self._chart()
            except EmbedRefused as refused:
                tries = None if refused.gone else self.pace.too_fast("guesses", counted_by(self.settings))
                return tries or told(refused)  # what was good once is no guess
            except QueriesError:  # the file of keys: who asks need not know
                return told(EmbedRefused(_("Charts are not shown at the moment. Tell whoever runs the command center.")))

    def _chart(self) -> Who:
        parts = ADDRESS.fullmatch(request.path)
        if parts is None or request.method not in ("GET", "HEAD"):
            raise EmbedRefused(_("This link opens nothing: it is not whole, or it was changed."))
        grant = opened(parts[1], self.keyring.read(), time.time())
        policy = narrowed(grant.policy, seen_by_giver(grant, self.givers))
        g.embed = Asked(grant=grant, token=parts[1], form=parts[2] or parts[3] or "")
        known = sha256(parts[1].encode()).hexdigest()[:8]  # each link is one asker, and its name opens nothing
        return Who(name=f"chart {known} for {grant.audience or 'a link'}", role=Role.CHART, policy=policy)

    def _host(self) -> Who:
        kind, _space, own_key = request.headers.get("Authorization", "").partition(" ")
        host = self.keyring.read().host_of(own_key) if kind == "Bearer" and own_key else None
        if host is None or request.method != "POST":
            raise EmbedRefused(_("Links are renewed by their host, with its own key."))
        g.embed_host = host
        return Who(name=f"host {host.origin}", role=Role.CHART, policy=NOTHING)


def asked() -> Asked:
    """Returns what is asked for with the token that came in by the door. Raises BadInput where none did."""
    found: Asked | None = g.get("embed")
    if found is None:
        raise BadInput("A chart is asked for with its link.")
    return found


def host_asking() -> Host:
    """Returns the host that came in by the door. Raises BadInput where none did."""
    found: Host | None = g.get("embed_host")
    if found is None:
        raise BadInput("A link is renewed by a host.")
    return found


def look_asked(name: str) -> str:
    """Returns how an address asks the chart to look (LOOKS), empty where it says nothing that we know."""
    return value if (value := request.args.get(name, "")) in LOOKS[name] else ""


def language_asked() -> str:
    """Returns the language that an address asks for, else the one its reader's browser prefers; empty where neither is known."""
    return look_asked("lang") or request.accept_languages.best_match(LANGUAGES) or ""


def language_of_chart() -> str:
    """Returns the language of the chart that is asked for; one that its token fixes comes before what the reader's browser prefers."""
    fixed = View.read(asked().grant.path or "/", asked().grant.query).language
    return look_asked("lang") or fixed or language_asked()


def told(refused: EmbedRefused) -> Response:
    """Returns the answer that says why a link opens nothing: a page for people, a problem for programs."""
    status = 410 if refused.gone else 403
    if request.path == RENEW or request.path.endswith(("/panel", "/behind", ".json")):
        return secured(Response(json.dumps({"problem": str(refused)}), status, mimetype="application/json"), refused.audience)
    if request.path.endswith((".csv", ".xlsx", ".png", ".svg")):
        return secured(Response(str(refused), status, mimetype="text/plain"), refused.audience)
    page = render(
        "embed_told.html",
        sentence=str(refused),
        language=spoken(),
        theme=look_asked("theme") or "light",
        styles=[asset("tokens.css"), asset("embed.css")],
    )
    # It holds one sentence: where nobody can tell whose page was to show it, any page may.
    return secured(Response(str(page), status, mimetype="text/html"), refused.audience or "*")


def secured(response: Response, audience: str) -> Response:
    """Returns an answer with what a browser must know: which page may frame it, and that its address goes to nobody."""
    response.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors " + (audience or "'none'"),
        ]
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
