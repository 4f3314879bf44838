"""The door of a Prometheus, which logs in nowhere: it is known by its exact address, and told counts alone."""

from collections.abc import Callable
from typing import Final

from flask import request

from dashboard.access.doors import OF_PROXIES
from dashboard.access.proxy import is_peer
from dashboard.access.who import Role, Who
from dashboard.errors import NotAllowed
from dashboard.settings import Access, Settings, is_loopback
from queries.policy import Policy

PATH: Final = "/metrics"
READS_METRICS: Final = Role.CHART  # the least there is: what else begins with the same letters stays shut


def metrics_door(settings: Settings) -> Callable[[], Who]:
    """Returns the door. Without a peer in the settings this machine alone comes in, and where people log in nobody."""

    def enter() -> Who:
        caller = request.remote_addr or ""
        if settings.metrics_peer:
            is_known = is_peer(caller, settings.metrics_peer)
        else:
            is_known = settings.access is Access.NONE and is_loopback(caller)
        if not is_known or any(name in request.headers for name in OF_PROXIES):  # a proxy brings it from somebody else
            raise NotAllowed("Only the machine that CX_METRICS_PEER names may read this, and not by a proxy.")
        return Who(name="prometheus", role=READS_METRICS, policy=Policy(regions=frozenset(), names=False))

    return enter
