"""The sample company's data, in a workspace of its own within a company's: looked at until there is data, and removed as one folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from queries.errors import WorkspaceBusy, WorkspaceError
from queries.load import Progress, load
from queries.workspace import Workspace, said_plainly

MARK = ".sample-data"
SECONDS_TO_WAIT = 3.0  # somebody who only looks holds the lock for a moment


def sample_of(workspace: Workspace) -> Workspace:
    """Return the workspace that holds the sample data of this one, whether there is any or not."""
    return Workspace(workspace.root / "sample")


def sample_progress(workspace: Workspace) -> Path:
    """Return the file that tells how far the sample data is loaded."""
    return workspace.root / ".sample-progress.json"


def make_sample(workspace: Workspace, exports: Path, declared: Path, progress: Progress | None = None) -> None:
    """Load sample exports with their company's declarations; they are there when all of it is. Nothing to do where they are already.

    Raises WorkspaceBusy while another process makes or removes them, and whatever `load` raises.
    """
    with said_plainly(workspace.root), _alone(workspace, SECONDS_TO_WAIT):
        made = sample_of(workspace)
        if made.root.exists() and not _is_ours(made.root):
            raise WorkspaceError("a folder of yours lies where the sample data goes", where=str(made.root), instead="Rename it")
        if made.current.exists():
            return
        half = workspace.root / ".sample-half"
        _removed(half)
        _removed(made.root)
        shutil.copytree(declared, half)
        (half / MARK).touch()
        try:
            load(Workspace.create(half), [exports], progress)
            half.rename(made.root)
        finally:
            _removed(half)


def remove_sample(workspace: Workspace) -> bool:
    """Remove the sample data; return whether there was any. Raises WorkspaceBusy while it is being loaded."""
    with said_plainly(workspace.root), _alone(workspace, SECONDS_TO_WAIT):
        folder = sample_of(workspace).root
        if not _is_ours(folder):
            return False
        gone = workspace.root / f".sample-gone-{uuid4().hex}"
        folder.rename(gone)  # at once for everybody who looks, however long the files take
        for left in workspace.root.glob(".sample-gone-*"):
            _removed(left)
        return True


def is_sample_loading(workspace: Workspace) -> bool:
    """Return whether a process is loading the sample data now."""
    try:
        with _alone(workspace, 0):
            return False
    except WorkspaceBusy:
        return True


@contextmanager
def _alone(workspace: Workspace, seconds: float) -> Iterator[None]:
    try:
        with FileLock(workspace.root / ".sample.lock", timeout=seconds):
            yield
    except Timeout as error:
        what = "the sample data is being loaded or removed"
        raise WorkspaceBusy(what, where=str(workspace.root), instead="Wait until that is done") from error


def _is_ours(folder: Path) -> bool:
    """Whether a folder is the sample's: one of that name that somebody made by hand is never touched."""
    return (folder / MARK).exists()


def _removed(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
