"""The units of systemd are ones that systemd takes, and shut what they can."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.machine import ROOT, program

pytestmark = pytest.mark.deploy
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
WORST = 3.0


@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
def test_systemd_takes_it_and_finds_little_open(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace("/opt/command-center/.venv/bin/cx", "/bin/true"))
    told = subprocess.run([program("systemd-analyze"), "verify", str(here)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    words = [program("systemd-analyze"), "security", "--offline=true", "--no-pager", str(here)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told.stdout)
    assert found, told.stdout + told.stderr
    print(f"{unit.name}: exposure {found[1]} of 10")
    assert float(found[1]) < WORST


def test_what_the_units_start_are_commands_of_ours() -> None:
    started = {line.split()[1] for unit in UNITS for line in unit.read_text().splitlines() if re.match(r"Exec\w+=/opt", line)}
    assert started == {"doctor", "serve", "watch"}
