"""The present, as every moment that is kept is written."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present: UTC, naive, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
