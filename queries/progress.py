"""How far a load is, kept in a file, so that other processes can tell: a few times a second at most, and gone when the load is."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from queries.load import Progress, Progressed

SECONDS_BETWEEN = 0.25


@contextmanager
def told_in(path: Path) -> Iterator[Progress]:
    """Give a function that keeps how far a load is in a file. A disk that refuses it does not stop the load."""
    told_at = float("-inf")

    def tell(step: Progressed) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= SECONDS_BETWEEN:
            told_at = time.monotonic()
            new = path.with_name(f"{path.name}.new")
            with suppress(OSError):
                new.write_text(json.dumps(asdict(step)), encoding="utf-8")
                new.replace(path)

    try:
        yield tell
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def progress_of(path: Path) -> Progressed | None:
    """Return how far the load is that keeps it in this file; None where none does, or has not yet."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Progressed(chapter=told["chapter"], doing=told["doing"], number=int(told["number"]), of=int(told["of"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
