"""Every metric still says what it said. When a change is meant: `make golden`, and read the diff."""

from pathlib import Path

import pytest

from metrics import CommandCenter
from metrics.catalog import SHIPPED
from tests.golden.write import HERE, as_text, golden

NAMES = sorted(path.stem for path in SHIPPED.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_says_what_it_said(tiny_center: CommandCenter, name: str) -> None:
    path: Path = HERE / f"{name}.json"
    assert as_text(golden(tiny_center, tiny_center.metric(name))) == path.read_text(encoding="utf-8")


def test_there_is_no_golden_answer_of_a_metric_that_is_gone() -> None:
    assert sorted(path.stem for path in HERE.glob("*.json")) == NAMES
