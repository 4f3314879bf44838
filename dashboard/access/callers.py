"""Which calls are heard at all: those for one of our names, from our own pages where they change anything, and never another's quietly."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import abort, request

from dashboard.access.doors import Doors
from dashboard.settings import Access, Settings, is_loopback

READING = ("GET", "HEAD", "OPTIONS")
OURS = ("same-origin", "none")  # none: a person typed it, or opened a bookmark


def only_known_callers(settings: Settings, doors: Doors) -> Callable[[], None]:
    """Returns what refuses foreign host names (a page elsewhere that points its own name at this machine) and foreign pages.

    A browser says where a call comes from by Origin, and newer ones by Sec-Fetch-Site, which covers what only reads: another site may
    lead here, but not take a file of ours in. What lies behind a door of its own (an embed) decides that itself.
    """

    def check() -> None:
        host = urlsplit(f"//{request.host}").hostname or ""
        if not settings.answers_for(host):
            abort(403)
        if not doors.is_for_people(request.path):
            return
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in READING:
            if (origin and not _is_here(origin, settings)) or site not in OURS:
                abort(403)
        elif site == "cross-site" and request.headers.get("Sec-Fetch-Mode") != "navigate":
            abort(403)

    return check


def _is_here(origin: str, settings: Settings) -> bool:
    """Tells whether an origin is a page of ours: of the host asked for, and of the public one by the scheme that it is opened with."""
    try:
        parts = urlsplit(origin)
        if parts.netloc != request.host:
            return False
        is_of_this_machine = settings.access is Access.NONE or is_loopback(parts.hostname or "")
    except ValueError:
        return False
    return is_of_this_machine or not settings.is_https or parts.scheme == "https"
