"""What a snapshot is built from besides the exports, as one text: the workspace's declarations and the program itself."""

import hashlib
from pathlib import Path

from queries.workspace import Workspace

PROGRAM = Path(__file__).parent
NOT_BUILT_FROM = ("metrics", "lists", "views", "alerts", "packs", "sample")
READ_WHEN_ASKED = ("access.toml", "changes.toml", "purpose.toml")


def definitions_stamp(workspace: Workspace) -> str:
    """Return a text that changes whenever something changes that a snapshot is built from, besides the exports."""
    own = [
        path
        for path in sorted(workspace.root.rglob("*.toml"))
        if not any(folder in path.parents for folder in (*workspace.made_folders, *map(workspace.declared, NOT_BUILT_FROM)))
        and not path.relative_to(workspace.root).parts[0].startswith(".")
        and path not in [workspace.root / name for name in READ_WHEN_ASKED]
    ]
    shipped = [
        path for path in sorted(PROGRAM.rglob("*")) if path.suffix in (".sql", ".toml", ".py") and "figures" not in path.parts
    ]
    digest = hashlib.sha256()
    for path in (*own, *shipped):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
