"""The doors that the settings open."""

from dashboard.access.doors import Doors
from dashboard.access.oidc import session_door
from dashboard.access.people import PeopleFile
from dashboard.access.proxy import proxy_door
from dashboard.access.sessions import Sessions
from dashboard.settings import Access, Settings
from queries.workspace import Workspace


def doors_of(settings: Settings, people: PeopleFile) -> Doors:
    """Returns the doors of a server: this machine's alone, a proxy's, or those of people who log in."""
    match settings.access:
        case Access.PROXY:
            return Doors(people=proxy_door(settings, people))
        case Access.OIDC:
            return Doors(people=session_door(settings, sessions_of(settings), people))
    return Doors()


def sessions_of(settings: Settings) -> Sessions:
    """Returns the sessions that are kept in the workspace."""
    return Sessions(Workspace(settings.workspace).registry / "sessions", settings.signing_secret, settings.session_hours)
