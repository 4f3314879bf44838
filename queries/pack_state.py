"""Which pack was written last by itself: registry/packs.json, changed by one process at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from filelock import FileLock, Timeout

from queries.errors import WorkspaceBusy, WorkspaceError
from queries.intake.manifest import write_durably
from queries.workspace import Workspace, said_plainly

NAME: Final = "packs.json"
LOCK: Final = ".packs.lock"


@contextmanager
def written(workspace: Workspace) -> Iterator[dict[str, str]]:
    """Give the period that each pack was last written for, by name, to be changed; kept when the block ends, also by an error.

    Raises WorkspaceBusy while another process writes packs, WorkspaceError when the disk refuses.
    """
    path = workspace.registry / NAME
    try:
        with said_plainly(path), FileLock(workspace.registry / LOCK, timeout=0):
            found = read_written(workspace)
            try:
                yield found
            finally:
                write_durably(path, json.dumps(found, indent=1, sort_keys=True))
    except Timeout as error:
        raise WorkspaceBusy("another process writes the packs", where=str(path), instead="Wait until it is done") from error


def read_written(workspace: Workspace) -> dict[str, str]:
    """Return the period that each pack was last written for; raise WorkspaceError for a file that cannot be read."""
    path = workspace.registry / NAME
    if not path.exists():
        return {}
    try:
        return {str(name): str(period) for name, period in json.loads(path.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError) as error:
        instead = "Remove it: each pack that is due is then written once more"
        raise WorkspaceError("is damaged", where=f"registry/{NAME}", instead=instead) from error
