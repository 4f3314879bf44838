"""The door behind a reverse proxy: it logs people in and names them in a header. Only its own address is believed.

Who is not known yet is counted by where they call from, which the proxy tells, too.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

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


def counted_by(settings: Settings) -> str:
    """Returns by what the tries of somebody unknown are counted: the address that called, or that the proxy was called from.

    Only the last entry is the proxy's own, and only where the call comes from it. Whoever has one address of IPv6 has all of its
    network.
    """
    peer = request.remote_addr or ""
    if settings.trusted_peer and is_peer(peer, settings.trusted_peer):
        peer = ",".join(request.headers.getlist("X-Forwarded-For")).rpartition(",")[2].strip() or peer
    try:
        found = _plain(peer)
    except ValueError:
        return request.remote_addr or ""
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


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


def _plain(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
