"""The registry of customer ids: kept beside the snapshots, so that a customer's id outlives every rebuild.

A build begins by reading it (`read_registry`) and ends by keeping what it made of it (`keep_registry`).
"""

from pathlib import Path

from queries.engines.duckdb import Connection, read_parquet, write_parquet
from queries.intake.manifest import sync_file, sync_folder
from queries.workspace import Workspace

FILE_NAME = "customers.parquet"


def registry_file(workspace: Workspace) -> Path:
    """Return where the registry lies."""
    return workspace.registry / FILE_NAME


def read_registry(connection: Connection, workspace: Workspace) -> None:
    """Put the registry into the table customer_registry, which stays empty before the first publish."""
    if registry_file(workspace).exists():
        read_parquet(connection, registry_file(workspace), "customer_registry")


def keep_registry(connection: Connection, workspace: Workspace) -> None:
    """Replace the registry by the build's registry_entry, whole or not at all."""
    written = registry_file(workspace).with_suffix(".new")
    write_parquet(connection, "registry_entry", written)
    put_registry(workspace, written)


def put_registry(workspace: Workspace, written: Path) -> None:
    """Put a file that was written beside the registry in its place, durably."""
    path = registry_file(workspace)
    sync_file(written)
    written.replace(path)
    sync_folder(path.parent)
