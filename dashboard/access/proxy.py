"""The door behind a reverse proxy: it logs people in and names them in a header. Only its own address is believed."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flask import request

from dashboard.access.people import PeopleFile, known
from dashboard.access.who import Who
from dashboard.errors import NotAllowed
from dashboard.settings import Settings


def proxy_door(settings: Settings, people: PeopleFile) -> Callable[[], Who]:
    """Returns the door: who calls from another address than the proxy's is nobody, whatever their headers say."""

    def enter() -> Who:
        if not is_peer(request.remote_addr, settings.trusted_peer):
            raise NotAllowed("Open the command center at its own address: nobody can be told apart here.")
        name = one_header(settings.user_header)
        if not name:
            raise NotAllowed("The proxy did not say who asks.")
        groups = (
            one_header(settings.groups_header) if settings.groups_header else ""
        )  # one that the proxy does not set is the caller's
        return known(people, name, groups.split(","))

    return enter


def one_header(name: str) -> str:
    """Returns a header, empty without one; raises NotAllowed where it came twice: the second may be the caller's own.

    Servers join what came twice by a comma, so a name with one is refused where names are read.
    """
    if len(request.headers.getlist(name)) > 1:
        raise NotAllowed("Somebody was named twice.")
    try:
        return request.headers.get(name, "").encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        raise NotAllowed("A name is UTF-8.") from None


def is_peer(address: str | None, peer: str) -> bool:
    """Tells whether a call comes from exactly this address; one of IPv4 may be written as one of IPv6."""
    try:
        return _plain(address or "") == _plain(peer)
    except ValueError:
        return False


def _plain(address: str) -> object:
    found = ip_address(address)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
