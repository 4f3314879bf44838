"""The door of programs: a bearer token, and nothing else that a browser would send by itself.

No cookie is read here, so no page elsewhere can make somebody's browser ask in their name. Where only this machine can reach the
server and nobody logs in, the person at it may ask without a token, as they may open the pages; another site's page may not.
"""

from dataclasses import replace
from typing import Final

from flask import Response, g, request

from dashboard.access.callers import OURS
from dashboard.access.doors import Door, Doors, local_person
from dashboard.access.given import Givers, narrowed
from dashboard.access.pace import Pace
from dashboard.access.proxy import counted_by
from dashboard.access.who import Role, Who
from dashboard.api.problems import problem
from dashboard.api.tokens import Tokens
from dashboard.settings import Settings
from queries.policy import Policy

REALM: Final = 'Bearer realm="command center"'


def door_of(doors: Doors, tokens: Tokens, settings: Settings, givers: Givers) -> Door:
    """Returns the door before /api/v1/; doors tells whether people log in, givers what those may today who gave tokens."""
    pace = Pace(settings.token_requests_a_minute)

    def enter() -> Who | Response:
        shown = request.headers.get("Authorization")
        if shown is None:
            is_at_home = doors.people is local_person and request.headers.get("Sec-Fetch-Site", "none") in OURS
            return local_person() if is_at_home else _refused("Send a token: Authorization: Bearer …")
        kind, _, text = shown.partition(" ")
        token = tokens.found(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            wrong = _refused("This token is unknown, revoked or expired.", ', error="invalid_token"')
            return pace.too_fast("guesses", counted_by(settings)) or wrong
        seen = givers.policy_of(token.giver, (), Role(token.role)) if token.giver else Policy.everything()
        if seen is None:
            return _refused("Whoever gave this token may no longer do so.", ', error="invalid_token"')
        g.purpose = token.purpose  # what its lists of people are written down with
        who = replace(token.who, policy=narrowed(token.who.policy, seen))
        return pace.too_fast("asks", who.name) or who

    return enter


def _refused(sentence: str, why: str = "") -> Response:
    told = problem("no-token", sentence)
    told.headers["WWW-Authenticate"] = f"{REALM}{why}"
    return told
