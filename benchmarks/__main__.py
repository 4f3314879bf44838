"""`python -m benchmarks [WORKSPACE]`: how long each metric takes to answer, beside the quickest of them.

Times of one machine at one moment are noise: the metrics take turns, medians are shown, each as a multiple of the quickest.
"""

import statistics
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from metrics import CommandCenter

ROUNDS = 5


def seconds_to_answer(center: CommandCenter, metric: str) -> float:
    begin = time.perf_counter()
    center.ask(metric)
    return time.perf_counter() - begin


def main(workspace: Path) -> None:
    """Ask every metric in turn, several times over, and print the medians."""
    center = CommandCenter.open(workspace)
    metrics = [metric.metric_id for metric in center.metrics()]
    timings: dict[str, list[float]] = {metric: [] for metric in metrics}
    for _ in range(ROUNDS + 1):
        for metric in metrics:
            timings[metric].append(seconds_to_answer(center, metric))
    medians = {metric: statistics.median(times[1:]) for metric, times in timings.items()}
    quickest = min(medians.values())
    table = Table("metric", "first, ms", "median, ms", "× the quickest")
    for metric, median in sorted(medians.items(), key=lambda pair: pair[1]):
        table.add_row(metric, f"{timings[metric][0] * 1000:.0f}", f"{median * 1000:.0f}", f"{median / quickest:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("workspace"))
