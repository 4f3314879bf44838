"""The three recipes of CONTRIBUTING, followed step by step; each adds exactly one file."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPES = re.compile(r"^## (A metric|An export|A page)\n(.*?)(?=^## )", flags=re.MULTILINE | re.DOTALL)
OPEN_PAGE = """
from dashboard.app import create_app
from dashboard.settings import Settings
import sys
reader = create_app(Settings(workspace=sys.argv[1])).server.test_client()
told = reader.get(sys.argv[2])
print(told.status_code, told.get_data(as_text=True))
"""


def recipe(title: str) -> str:
    return dict(RECIPES.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))[title]


def cx(words: str, *more: str, house: Path = ROOT) -> str:
    """Run a command as the recipe writes it."""
    program, *arguments = words.split()
    assert program == "cx"
    told = run(house, "-m", "dashboard.cli", *arguments, *more)
    assert told.returncode == 0, told.stderr
    return told.stdout


def run(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run([sys.executable, *words], cwd=house, env=environment, capture_output=True, text=True, check=False)


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def commands(title: str) -> list[str]:
    return re.findall(r"`(cx [^`]+)`", recipe(title))


@pytest.mark.parametrize("title", ["A metric", "An export", "A page"])
def test_a_recipe_takes_at_most_ten_lines(title: str) -> None:
    assert 0 < len(recipe(title).strip().splitlines()) <= 10


def test_a_metric_is_one_file_that_can_be_asked_explained_and_opened(own_workspace: Path) -> None:
    new, ask, explain, customers = commands("A metric")
    before = files(own_workspace)
    cx(new, "--workspace", str(own_workspace))
    assert files(own_workspace) - before == {Path("metrics/answered_kindly.toml")}

    answer = json.loads(cx(ask, "--workspace", str(own_workspace), "--period", "all", "--json"))
    people = json.loads(cx(customers, "--workspace", str(own_workspace), "--period", "all", "--json"))
    assert answer["metric"] == "answered_kindly"
    assert answer["total"]["n"] == people["count"] > 0
    assert "select" in cx(explain, "--workspace", str(own_workspace)).lower()


def test_an_export_is_one_file_that_is_recognised_and_loaded(own_workspace: Path, tmp_path: Path) -> None:
    new, load = commands("An export")
    before = files(own_workspace)
    cx(new, "--workspace", str(own_workspace))
    assert files(own_workspace) - before == {Path("sources/parcel_desk.toml")}

    parcels = tmp_path / "parcels.csv"
    with parcels.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Parcel desk id", "Opened", "Customer e-mail", "Channel", "State"])
        writer.writerow(["P-1", "2026-10-01T09:00:00Z", "ada.lund@example.com", "Mail", "Done"])
        writer.writerow(["P-2", "2026-10-02T10:30:00Z", "bo.vik@example.com", "Call", ""])
    program, verb, _ = load.split()
    ledger = cx(f"{program} {verb}", "--workspace", str(own_workspace), str(parcels))
    assert "parcels.csv" in ledger

    asked = cx(
        "cx ask cases_opened",
        "--workspace",
        str(own_workspace),
        "--period",
        "2026-10-01..2026-10-03",
        "--by",
        "channel",
        "--json",
    )
    by_channel = {row["by"]["channel"]: row["n"] for row in json.loads(asked)["rows"]}
    assert by_channel.get("email", 0) >= 1
    assert by_channel.get("phone", 0) >= 1


def test_a_page_is_one_file_that_is_served_and_in_the_menu(tiny_workspace: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    for package in ("queries", "metrics", "dashboard", "assets"):
        shutil.copytree(ROOT / package, house / package, ignore=shutil.ignore_patterns("__pycache__"))
    before = files(house)
    new, _ = commands("A page")
    cx(new, house=house)
    assert files(house) - before == {Path("dashboard/pages/kindness.py")}

    told = run(house, "-c", OPEN_PAGE, str(tiny_workspace), "/kindness")
    assert told.stdout.startswith("200 "), told.stdout[:200] + told.stderr
