"""The house keeps its directions and doors; each contract is shown to catch a planted breach."""

import ast
import configparser
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OF_DEVELOPMENT = frozenset({"dev", "bench"})
PACKAGES = ("queries", "metrics", "dashboard", "sample_data")
MAKERS_OF_A_WAREHOUSE = {"dashboard/app.py", "metrics/command_center.py", "queries/warehouse.py"}

PLANTED = [
    ("queries", "from metrics import CommandCenter", "queries ← metrics ← dashboard"),
    ("metrics", "import dashboard", "queries ← metrics ← dashboard"),
    ("metrics", "import duckdb", "only queries opens DuckDB"),
    ("dashboard", "import duckdb", "only queries opens DuckDB"),
    ("queries", "import flask", "only dashboard draws and serves"),
    ("metrics", "import plotly", "only dashboard draws and serves"),
    ("metrics", "from dash import html", "only dashboard draws and serves"),
    ("sample_data", "import queries", "the sample company is told without the product"),
    ("dashboard", "import sample_data", "the product knows nothing of the sample company"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([tool, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = folder / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / ".importlinter", folder / ".importlinter")
    return folder


@pytest.mark.xdist_group("layers")
def test_the_house_keeps_its_contracts() -> None:
    told = lint_imports(ROOT)
    assert told.returncode == 0, told.stdout


@pytest.mark.xdist_group("layers")
@pytest.mark.parametrize(("package", "line", "contract"), PLANTED)
def test_a_planted_breach_is_caught(copied_house: Path, package: str, line: str, contract: str) -> None:
    planted = copied_house / package / "planted.py"
    planted.write_text(f"{line}\n", encoding="utf-8")
    told = lint_imports(copied_house)
    planted.unlink()
    assert told.returncode == 1, told.stdout
    assert any(contract in row and "BROKEN" in row for row in told.stdout.splitlines()), told.stdout


def test_no_contract_lists_an_exception() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    assert [section for section in contracts if contracts.has_option(section, "ignore_imports")] == []


def trees() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def makes_a_warehouse(call: ast.AST) -> bool:
    match call:
        case ast.Call(func=ast.Name(id="Warehouse")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="Warehouse"))):
            return True
    return False


def test_only_the_app_and_the_command_center_make_a_warehouse() -> None:
    makers = {file for file, tree in trees() for node in ast.walk(tree) if makes_a_warehouse(node)}
    assert makers <= MAKERS_OF_A_WAREHOUSE


def test_no_function_is_longer_than_sixty_lines() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    spans = [
        f"{file}:{node.lineno} {node.name}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, functions) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert spans == []


def test_every_package_that_is_imported_is_declared() -> None:
    import importlib.metadata
    import tomllib

    owners = importlib.metadata.packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name not in OF_DEVELOPMENT for line in lines]
    lines = [*project["dependencies"], *extras]
    declared = {line.split(">")[0].split("[")[0].strip().lower().replace("_", "-") for line in lines}
    named = {
        name.split(".")[0]
        for _, tree in trees()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    outside = {name for name in named if name not in sys.stdlib_module_names and name not in PACKAGES}
    undeclared = {
        name for name in outside if not {owner.lower().replace("_", "-") for owner in owners.get(name, [name])} & declared
    }
    assert undeclared == set()
