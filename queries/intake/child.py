"""The process that parses what strangers wrote: bounded in memory, time and file size, one answer a line.

It is started by queries.intake.parse and reads its jobs, pickled, from its parent only.
"""

import json
import pickle
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from queries.errors import IntakeError
from queries.intake import limits
from queries.intake.reading import Job, read_file


def answer(job: Job) -> dict[str, Any]:
    """Read one file; return what it is, or the error as plain values."""
    try:
        with TemporaryDirectory(dir=job.folder) as folder:
            reading = read_file(Job(path=job.path, name=job.name, sources=job.sources, target=job.target, folder=Path(folder)))
        return {"reading": reading.as_json()}
    except IntakeError as error:
        return {"error": type(error).__name__, "what": error.what, "where": error.where, "instead": error.instead}
    except OSError as error:
        told = f"the disk refuses it ({(error.strerror or type(error).__name__).lower()})"
        return {"error": "WorkspaceError", "what": told, "where": job.name, "instead": "Free some space, then load again"}
    except MemoryError:
        return {
            "error": "Unreadable",
            "what": "needs more memory than a file may",
            "where": job.name,
            "instead": "Export it in parts",
        }


def main() -> None:
    """Answer every job of the parent, one line each."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY_BYTES, limits.CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.UNPACKED_BYTES, limits.UNPACKED_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for job in pickle.load(sys.stdin.buffer):
        sys.stdout.write(json.dumps(answer(job)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
