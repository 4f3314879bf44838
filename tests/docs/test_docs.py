"""The docs say what the code says, lead somewhere, and name no machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import docs

ROOT = docs.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample_data").glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"/(?:work|root|home|Users)/|\.internal\b|simple/|--(?:extra-)?index-url")
MADE_HERE = {".venv", ".git", ".cache", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache"}


def files_of_the_house() -> list[Path]:
    """What git keeps or would keep; outside a repository everything that no tool made."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode == 0:
        found = [ROOT / line for line in told.stdout.splitlines()]
    else:
        found = [path for path in ROOT.rglob("*") if not made_here(path.relative_to(ROOT))]
    return [path for path in found if path.is_file()]


def made_here(path: Path) -> bool:
    parts = set(path.parts)
    return bool(parts & MADE_HERE) or path.parts[0] in {"workspace", "build"} or "exports" in parts or "__pycache__" in parts


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def test_generated_docs_are_up_to_date() -> None:
    told = subprocess.run([sys.executable, "-m", "tools.docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_to_a_file_or_heading_that_exists(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in ("".join(found) for found in LINK.findall(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors(aim), f"{target} names no heading"


def test_every_metric_is_documented() -> None:
    documented = anchors(ROOT / "docs" / "METRICS.md")
    assert set(docs.metric_definitions()) <= documented


def test_every_entity_and_every_column_of_it_is_documented() -> None:
    page = (ROOT / "docs" / "IMPORT_FORMAT.md").read_text(encoding="utf-8")
    assert len(docs.entities()) == 18
    for entity in docs.entities():
        assert f"### {entity.name}\n" in page
        assert all(says for _, _, says in entity.columns), f"{entity.name}: every column has a comment"


def test_no_file_names_a_machine_or_a_registry() -> None:
    this = Path(__file__).resolve()
    found = []
    for path in files_of_the_house():
        if path == this or path.suffix in {".png", ".ico", ".parquet", ".gz", ".duckdb"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert found == []


def test_pinned_versions_have_no_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9][0-9A-Za-z.\-+!]*|#.*", line) for line in lines)


def test_the_door_says_what_it_opens() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "serve", "live", "test", "format", "docs", "golden", "screenshots"):
        assert re.search(rf"^  make {target} +\S", told, flags=re.MULTILINE)
