"""What the watch of the inbox is doing: in a line for people, and as the text that Prometheus reads."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from queries.intake.manifest import write_durably
from queries.quarantine import quarantined
from queries.rollback import standing
from queries.snapshots import current
from queries.watch import is_watched, status
from queries.workspace import Workspace

SECONDS_BETWEEN_TEXTS = 15.0
COUNTED = {
    "loads": "Loads that came to an end.",
    "builds": "Loads that published a snapshot.",
    "failures": "Loads that could not be done.",
    "files_loaded": "Files taken in.",
    "files_refused": "Files that were refused.",
    "rows_loaded": "Records taken in, new and updated.",
    "rows_rejected": "Records that were refused.",
    "rows_duplicate": "Records that were there already.",
    "load_seconds": "Seconds spent loading.",
}


def state_of(workspace: Workspace, now: datetime | None = None) -> Mapping[str, Any]:
    """Returns what the watch does and has done: running, state, since, last_load, last_error, again_at, totals; what waits; what is served.

    Times are ISO text in UTC; snapshot_age_seconds is since the snapshot was made. `now` is UTC and naive.
    """
    told, served = status(workspace), current(workspace)
    made_at = served.made_at if served else None
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    note = standing(workspace)
    return {
        "running": is_watched(workspace),
        "state": told.get("state", "never ran"),
        "since": told.get("since"),
        "last_load": told.get("last_load"),
        "last_error": told.get("last_error"),
        "again_at": told.get("again_at"),
        "totals": {name: told.get("totals", {}).get(name, 0) for name in COUNTED},
        "waiting_files": sum(1 for path in workspace.inbox.rglob("*") if path.is_file() and not path.name.startswith(".")),
        "quarantined_files": len(quarantined(workspace)),
        "snapshot": served.snapshot_id if served else None,
        "snapshot_made_at": f"{made_at.isoformat()}Z" if made_at else None,
        "snapshot_age_seconds": (moment - made_at).total_seconds() if made_at else None,
        "rolled_back": note.sentence if note else None,
    }


def line_of(state: Mapping[str, Any]) -> str:
    """Returns the state as a few sentences."""
    totals = state["totals"]
    words = [f"{state['state']} since {state['since']}" if state["running"] else "Nobody watches the inbox"]
    if state["last_error"]:
        again = (
            f" It is tried again at {state['again_at']}." if state["again_at"] else " It is tried again once something changes."
        )
        words.append(f"the last load failed: {str(state['last_error']).rstrip('.')}.{again}".rstrip("."))
    words.append(f"{state['waiting_files']:,} files wait in the inbox, {state['quarantined_files']:,} lie in quarantine")
    words.append(
        f"so far {totals['loads']:,} loads of {totals['files_loaded']:,} files and {totals['rows_loaded']:,} records in "
        f"{totals['load_seconds']:,.0f} s; {totals['files_refused']:,} files refused, {totals['failures']:,} loads failed"
    )
    if state["rolled_back"]:
        words.append(str(state["rolled_back"]).rstrip("."))
    elif state["snapshot"]:
        words.append(f"snapshot {state['snapshot']} is served")
    return "\n".join(f"{word[:1].upper()}{word[1:]}." for word in words)


def prometheus_text(workspace: Workspace) -> str:
    """Returns the state in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest  # needed by who is scraped only

    registry = CollectorRegistry()
    registry.register(_State(workspace))
    return generate_latest(registry).decode("utf-8")


class _State:
    """Gives the figures of one workspace whenever they are collected."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def describe(self) -> list[Any]:
        """Returns nothing: a registry that asks need not collect."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yields the counters, which outlive a restart, and what is so now."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        state = state_of(self._workspace)
        for name, words in COUNTED.items():
            yield CounterMetricFamily(f"cx_{name}", words, value=state["totals"][name])
        for name, words, value in _gauges(state):
            if value is not None:
                yield GaugeMetricFamily(f"cx_{name}", words, value=value)


def _gauges(state: Mapping[str, Any]) -> Iterator[tuple[str, str, float | None]]:
    last = state["last_load"] or {}
    yield "watch_running", "Whether a process watches the inbox.", float(state["running"])
    yield "last_load_failed", "Whether the last load could not be done.", float(state["last_error"] is not None)
    yield "last_load_seconds", "Seconds that the last load took.", last.get("seconds")
    yield "last_load_timestamp_seconds", "When the last load ended.", _epoch(last.get("at"))
    yield "waiting_files", "Files in the inbox.", state["waiting_files"]
    yield "quarantined_files", "Files in quarantine.", state["quarantined_files"]
    yield "snapshot_age_seconds", "How long ago the snapshot that is served was made.", state["snapshot_age_seconds"]
    yield "snapshot_made_timestamp_seconds", "When the snapshot that is served was made.", _epoch(state["snapshot_made_at"])
    yield "rolled_back", "Whether an earlier snapshot is served than the newest.", float(state["rolled_back"] is not None)


def _epoch(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None


def text_writer(workspace: Workspace) -> Callable[[], None]:
    """Returns a function that writes the Prometheus text into the workspace, but not more often than is of use."""
    written = float("-inf")

    def write() -> None:
        nonlocal written
        if time.monotonic() - written >= SECONDS_BETWEEN_TEXTS:
            write_durably(workspace.watch_figures, prometheus_text(workspace))
            written = time.monotonic()

    return write
