"""Workspaces that many tests ask about: built once for all workers, then only read."""

import gc
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# Read once, when numpy is loaded, and by all workers: sums that take several threads each wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from metrics import CommandCenter

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "sample_data" / "workspace"
TINY = ROOT / "sample_data" / "tiny"
CACHE = ROOT / ".cache" / "tests"
DEAR = ("browser", "sample_exports")

settings.register_profile("quick", max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.register_profile("long", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that share something dear follow each other on one worker, so that it is made once and not once a worker."""
    for item in items:
        group = shared_by(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What thousands of collected tests hold lives as long as the run does: no collection of garbage looks at it again."""
    check_groups(session)
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Let it go, so that it ends as usual."""
    gc.unfreeze()


def check_groups(session: pytest.Session) -> None:
    """xdist tells groups by what it appends to a test's id; with a pytest that keeps ids, each worker would make all that is dear."""
    if not session.config.getoption("loadgroup", False):
        return
    alone = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
    if alone:
        raise pytest.UsageError(f"pytest {pytest.__version__} and xdist group no tests: {alone[0]}")


def shared_by(item: pytest.Item) -> str:
    """The name of what a test shares: the browser and what it visits, the full sample, or its file's own fixtures; empty if nothing."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker("xdist_group"):
        return ""
    fixtures = item._fixtureinfo.name2fixturedefs
    if any(fixtures[name][-1].scope == "module" for name in item.fixturenames if name in fixtures):
        shared = str(item.path.relative_to(ROOT))
    else:
        shared = ""
    return next((name for name in DEAR if name in item.fixturenames), shared)


@pytest.fixture(scope="session")
def tiny_workspace() -> Path:
    """The tiny committed sample, loaded. Only read it; `own_workspace` is yours to change."""
    return built_once("tiny", lambda folder: load_exports(folder, TINY))


@pytest.fixture(scope="session")
def tiny_center(tiny_workspace: Path) -> CommandCenter:
    """Questions to the tiny sample."""
    return CommandCenter.open(tiny_workspace)


@pytest.fixture(scope="session")
def sample_exports() -> Path:
    """The sample company's exports at full size, as `make sample` writes them."""
    return built_once("exports", lambda folder: run_module("sample_data.generate", "--out", str(folder)))


@pytest.fixture(scope="session")
def sample_workspace(sample_exports: Path) -> Path:
    """The sample company at full size, loaded. Only read it."""
    return built_once("sample", lambda folder: load_exports(folder, sample_exports))


@pytest.fixture(scope="session")
def sample_center(sample_workspace: Path) -> CommandCenter:
    """Questions to the sample company at full size."""
    return CommandCenter.open(sample_workspace)


@pytest.fixture
def own_workspace(tiny_workspace: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the tiny workspace that a test may load into, break and change."""
    folder = tmp_path / "workspace"
    shutil.copytree(tiny_workspace, folder, ignore=shutil.ignore_patterns("audit.jsonl"))  # what other tests looked at
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def built_once(name: str, build: Callable[[Path], None]) -> Path:
    """A folder made by `build`, shared by all workers and kept until the code or the sample that made it changes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"{name}-{made_from()}"
    with FileLock(CACHE / f"{name}.lock"):
        if not folder.exists():
            for old in CACHE.glob(f"{name}-*"):
                shutil.rmtree(old, ignore_errors=True)
            half_done = CACHE / f"{name}.half"
            shutil.rmtree(half_done, ignore_errors=True)
            half_done.mkdir()
            build(half_done)
            half_done.rename(folder)
    return folder


def made_from() -> str:
    """A digest of everything that decides what a built workspace holds."""
    digest = hashlib.sha256()
    for room in ("queries", "sample_data"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "exports" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def load_exports(folder: Path, exports: Path) -> None:
    """Load exports into a workspace with the sample company's declarations, as `make serve` does."""
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    run_module("dashboard.cli", "load", "--workspace", str(folder), str(exports))


def run_module(module: str, *words: str) -> None:
    """Run one of our own commands; what it said is shown when it fails."""
    told = subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, f"{module} {' '.join(words)}\n{told.stdout}\n{told.stderr}"
