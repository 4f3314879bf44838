"""`python -m benchmarks.second_opinion WORKSPACE PYTHON`: our survival curves beside those of lifelines, on the same customers.

lifelines does not run beside pandas 3, so it answers in an environment of its own, whose Python is named.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from metrics import CommandCenter
from metrics.answer import Row

HERE = Path(__file__).parent
NEAR = 1e-9


def survival_of_both(center: CommandCenter, python: str) -> list[str]:
    """Returns a sentence per segment; raises SystemExit where the two disagree at any age, in the share or its band."""
    period = _since_the_data_begins(center)
    answer = center.ask("survival", period=period, split_by="segment", points=200)
    told = []
    for row in answer.rows:
        segment = row.by["segment"]
        lives = center.customers_behind("survival", period=period, mark={"segment": segment}, limit=100_000)
        theirs = _lifelines(python, [(each["value"], each["fate"] != "still with us") for each in lives.rows], row)
        worst = max(
            (abs(a - b) for point, them in zip(_points(row), theirs, strict=True) for a, b in zip(point, them, strict=True)),
            default=0.0,
        )
        if worst > NEAR:
            raise SystemExit(f"{segment}: the two curves differ by {worst}")
        told.append(f"{segment}: {len(lives.rows):,} customers, {len(theirs)} steps, largest difference {worst:.1e}")
    return told


def _since_the_data_begins(center: CommandCenter) -> str:
    """Returns the period from the second month that the data shows on: nobody in it was a customer before."""
    grid = center.ask("retention", period="all", compare="none")
    first = min(row.by["cohort"] for row in grid.rows if row.by["cohort"][0].isdigit() and not row.extra["left_censored"])
    return f"{first}-01..{grid.as_of:%Y-%m-%d}"


def _points(row: Row) -> list[tuple[float, float, float]]:
    return [(point.share, point.low, point.high) for point in row.extra["curve"] if 0 < point.share < 1]


def _lifelines(python: str, lives: list[tuple[float, bool]], row: Row) -> list[tuple[float, float, float]]:
    ages = [point.days for point in row.extra["curve"] if 0 < point.share < 1]
    given = json.dumps({"days": [days for days, _ in lives], "lost": [lost for _, lost in lives], "ages": ages})
    said = subprocess.run(
        [python, str(HERE / "lifelines_survival.py")], input=given, stdout=subprocess.PIPE, check=True, text=True
    )
    answered: list[Any] = json.loads(said.stdout)
    return [(share, low, high) for share, low, high in answered]


if __name__ == "__main__":
    workspace, of_lifelines = sys.argv[1:]
    print("\n".join(survival_of_both(CommandCenter.open(Path(workspace)), of_lifelines)))
