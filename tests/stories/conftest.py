"""The truths that the sample's generator tells beside its exports."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def truth(sample_exports: Path) -> dict[str, Any]:
    """The planted facts of the full sample, in figures."""
    told: dict[str, Any] = json.loads((sample_exports / ".truth" / "truth.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="session")
def manifest(sample_exports: Path) -> dict[str, Any]:
    """What a loader must find in each file of the full sample."""
    told: dict[str, Any] = json.loads((sample_exports / ".truth" / "manifest.json").read_text(encoding="utf-8"))
    return told
