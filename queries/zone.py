"""The time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all time zones, read once per process: it takes a look at each of their files."""
    return frozenset(available_timezones())
