"""The process that parses what strangers wrote: bounded in memory, time and file size, one answer a line.

It is started by queries.intake.parse and reads its jobs, pickled, from its parent only.
"""

import errno
import json
import pickle
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from queries.errors import IntakeError, NotRecognised
from queries.intake import limits
from queries.intake.containers import Opening, open_parts
from queries.intake.database import is_full, is_shortage
from queries.intake.reading import Job, read_file
from queries.lifeline import end_with_parent


def answer(job: Job | Opening) -> dict[str, Any]:
    """Read one file, or open one archive; return what it is, or the error as plain values."""
    try:
        if isinstance(job, Opening):
            return {"parts": [part.as_json() for part in open_parts(job)]}
        with TemporaryDirectory(dir=job.folder) as folder:
            reading = read_file(replace(job, folder=Path(folder)))
        return {"reading": reading.as_json()}
    except IntakeError as error:
        headers = list(error.headers) if isinstance(error, NotRecognised) else []
        return {
            "error": type(error).__name__,
            "what": error.what,
            "where": error.where,
            "instead": error.instead,
            "headers": headers,
        }
    except OSError as error:
        refused = f"the disk refuses it ({(error.strerror or type(error).__name__).lower()})"
        told = "the machine has too little memory to read it" if error.errno == errno.ENOMEM else refused
        return {"error": "WorkspaceError", "what": told, "where": job.name, "instead": "Free some space, then load again"}
    except duckdb.Error as error:
        if is_full(error):
            told = "the disk takes no more"
            return {"error": "WorkspaceError", "what": told, "where": job.name, "instead": "Free some space, then load again"}
        if not is_shortage(error):
            raise
        return _needs_too_much(job)
    except MemoryError:
        return _needs_too_much(job)


def _needs_too_much(job: Job | Opening) -> dict[str, Any]:
    return {
        "error": "Unreadable",
        "what": "needs more memory than a file may",
        "where": job.name,
        "instead": "Export it in parts",
    }


def _bound(kind: int, most: int) -> None:
    """Set a limit; one that the machine's owner set lower stays."""
    _, hard = resource.getrlimit(kind)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, least))


def main() -> None:
    """Answer every job of the parent, one line each."""
    end_with_parent(signal.SIGKILL)
    _bound(resource.RLIMIT_AS, limits.CHILD_MEMORY_BYTES)
    _bound(resource.RLIMIT_FSIZE, limits.UNPACKED_BYTES)
    _bound(resource.RLIMIT_CORE, 0)
    for job in pickle.load(sys.stdin.buffer):
        sys.stdout.write(json.dumps(answer(job)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
