"""The door of programs: a bearer token, and nothing else that a browser would send by itself.

No cookie is read here, so no page elsewhere can make somebody's browser ask in their name. Where only this machine can reach the
server and nobody logs in, the person at it may ask without a token, as they may open the pages; another site's page may not.
"""

from typing import Final

from flask import Response, g, request

from dashboard.access.callers import OURS
from dashboard.access.doors import Door, Doors, local_person
from dashboard.access.pace import Pace
from dashboard.access.who import Who
from dashboard.api.problems import problem
from dashboard.api.tokens import Tokens

REALM: Final = 'Bearer realm="command center"'
GUESSES_A_MINUTE: Final = 30
"""How many wrong tokens one address may show before it waits; a right one is heard all the same."""


def door_of(doors: Doors, tokens: Tokens, requests_a_minute: int) -> Door:
    """Returns the door before /api/v1/; doors tells whether people log in, requests_a_minute how often one token is heard."""
    pace = Pace(requests_a_minute, guesses=GUESSES_A_MINUTE)

    def enter() -> Who | Response:
        shown = request.headers.get("Authorization")
        if shown is None:
            is_at_home = doors.people is local_person and request.headers.get("Sec-Fetch-Site", "none") in OURS
            return local_person() if is_at_home else _refused("Send a token: Authorization: Bearer …")
        kind, _, text = shown.partition(" ")
        token = tokens.found(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            wrong = _refused("This token is unknown, revoked or expired.", ', error="invalid_token"')
            return pace.too_fast("guesses", request.remote_addr or "") or wrong
        g.purpose = token.purpose  # what its lists of people are written down with
        return pace.too_fast("asks", token.who.name) or token.who

    return enter


def _refused(sentence: str, why: str = "") -> Response:
    told = problem("no-token", sentence)
    told.headers["WWW-Authenticate"] = f"{REALM}{why}"
    return told
