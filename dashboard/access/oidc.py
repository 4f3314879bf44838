"""The door of people who logged in with a provider: their session says who they are, the file of people what they may."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.access.people import PeopleFile, known
from dashboard.access.sessions import Sessions
from dashboard.access.who import Who
from dashboard.settings import Settings

LOGIN: Final = "/login/"
COOKIE_OF_LOGIN: Final = "-login"
NEVER_A_PAGE: Final = ("/api/", "/_dash", "/_reload")


def session_door(settings: Settings, sessions: Sessions, people: PeopleFile) -> Callable[[], Who | Response]:
    """Returns the door. What somebody may is looked up each time: who is taken out of the file is out at once."""
    name = cookie_name(settings)

    def enter() -> Who | Response:
        session = sessions.of(request.cookies.get(name))
        return replace(known(people, session.name, session.groups), logs_out=True) if session else _first_log_in()

    return enter


def cookie_name(settings: Settings, of: str = "") -> str:
    """Returns the name of a cookie; with https one that a browser takes from this host alone."""
    return f"{'__Host-' if settings.is_https else ''}cx{of}"


def _first_log_in() -> Response:
    """Leads a page to the login, and back to itself; anything else is told."""
    is_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if is_page and not request.path.startswith(NEVER_A_PAGE):
        asked = request.full_path.removesuffix("?")
        return Response(status=302, headers={"Location": f"{LOGIN}?{urlencode({'next': asked})}"})
    return Response("Log in first.", 401, mimetype="text/plain")
