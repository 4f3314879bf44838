"""One machine for the tests that do not break it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.machine import Machine, machine


@pytest.fixture(scope="module")
def workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(tiny_workspace, tmp_path_factory.mktemp("served") / "workspace"))


@pytest.fixture(scope="module")
def here(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("machine"), workspace, metrics_peer="127.0.0.1") as made:
        yield made
