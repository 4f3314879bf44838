"""The golden answers: what every metric says of the tiny sample. `make golden` writes them again; the diff is the review."""

from pathlib import Path
from typing import Any

import orjson

from metrics import CommandCenter
from metrics.answer import Answer
from metrics.metric import Metric
from tests.conftest import TINY, built_once, load_exports

HERE = Path(__file__).parent
PERIOD = "2026-Q3"


def golden(center: CommandCenter, metric: Metric) -> dict[str, Any]:
    """Returns what is kept of a metric: its answer as it is first asked, and split by its first dimension."""
    period = None if metric.is_now else PERIOD
    told = {"as first asked": center.ask(metric.metric_id)}
    if metric.split_by:
        told[f"by {metric.split_by[0]}"] = center.ask(metric.metric_id, period=period, split_by=metric.split_by[:1])
    return {name: without_snapshot(answer) for name, answer in told.items()}


def without_snapshot(answer: Answer) -> dict[str, Any]:
    """Returns an answer without the one thing that every load changes, floats to ten digits."""
    told = answer.to_json()
    del told["snapshot"]
    return {name: rounded(value) for name, value in told.items()}


def rounded(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: rounded(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [rounded(value) for value in thing]
    return float(f"{thing:.10g}") if isinstance(thing, float) else thing


def as_text(told: dict[str, Any]) -> str:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"


def main() -> None:
    center = CommandCenter.open(built_once("tiny", lambda folder: load_exports(folder, TINY)))
    known = {f"{metric.metric_id}.json" for metric in center.metrics()}
    for path in HERE.glob("*.json"):
        if path.name not in known:
            path.unlink()
    for metric in center.metrics():
        (HERE / f"{metric.metric_id}.json").write_text(as_text(golden(center, metric)), encoding="utf-8")


if __name__ == "__main__":
    main()
