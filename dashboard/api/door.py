"""The door of programs: a bearer token, and nothing else that a browser would send by itself.

No cookie is read here, so no page elsewhere can make somebody's browser ask in their name. Where only this machine can reach the
server and nobody logs in, the person at it may ask without a token, as they may open the pages; another site's page may not.
"""

from flask import Response, request

from dashboard.access.callers import OURS
from dashboard.access.doors import Door, Doors, local_person
from dashboard.access.who import Who
from dashboard.api.problems import problem
from dashboard.api.tokens import Tokens

REALM = 'Bearer realm="command center"'


def door_of(doors: Doors, tokens: Tokens) -> Door:
    """Returns the door before /api/v1/; doors tells whether people log in."""

    def enter() -> Who | Response:
        shown = request.headers.get("Authorization")
        if shown is None:
            is_at_home = doors.people is local_person and request.headers.get("Sec-Fetch-Site", "none") in OURS
            return local_person() if is_at_home else _refused("Send a token: Authorization: Bearer …")
        kind, _, text = shown.partition(" ")
        who = tokens.who_has(text.strip()) if kind.lower() == "bearer" else None
        return who or _refused("This token is unknown, revoked or expired.", ', error="invalid_token"')

    return enter


def _refused(sentence: str, why: str = "") -> Response:
    told = problem("no-token", sentence)
    told.headers["WWW-Authenticate"] = f"{REALM}{why}"
    return told
