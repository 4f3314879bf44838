"""The quick tour of README runs as it is written."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOUR = (ROOT / "README.md").read_text(encoding="utf-8").split("## A quick tour")[1].split("\n## ")[0]
COMMANDS = [line.split("#")[0].strip() for line in re.findall(r"^cx .+$", TOUR, flags=re.MULTILINE)]
(SNIPPET,) = re.findall(r"```python\n(.*?)```", TOUR, flags=re.DOTALL)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_command_of_the_tour_answers_one_after_the_other(own_workspace: Path) -> None:
    for command in COMMANDS:
        _, *words = shlex.split(command)
        told = run("-m", "dashboard.cli", *words, "--workspace", str(own_workspace))
        assert told.returncode == 0, told.stderr
        assert told.stdout.strip(), command


def test_the_tour_in_python_prints_a_sentence(tiny_workspace: Path) -> None:
    told = run("-c", SNIPPET.replace('"workspace"', repr(str(tiny_workspace))))
    assert told.returncode == 0, told.stderr
    assert re.search(r"\d", told.stdout)
