"""A figure that reads others begins with them as steps."""

from pathlib import Path

import pytest

from queries import figure
from queries.figure import figure_parameters, figure_text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(figure, "FIGURES", tmp_path)
    for name, text in {
        "asked": "-- What is asked.\n-- reads: step, a_table\nwith own as (\n    select * from step\n)\n\nselect * from own\n",
        "step": "-- A step.\n-- reads: inner_step\nselect $a as a from inner_step\n",
        "inner_step": "select 1 as one\n",
        "other_step": "-- Another.\nselect $b as one\n",
    }.items():
        (tmp_path / f"{name}.sql").write_text(text, encoding="utf-8")
    figure_text.cache_clear()
    figure_parameters.cache_clear()
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_figure_is_led_by_the_figures_that_it_reads() -> None:
    lines = [line for line in figure_text("asked").splitlines() if not line.startswith("--")]
    assert lines[0] == "with step as not materialized ("
    assert lines[1] == "with inner_step as not materialized ("
    assert lines[-1] == "select * from own"
    assert figure_parameters("asked") == {"a"}


@pytest.mark.usefixtures("folder")
def test_another_step_can_stand_for_one() -> None:
    text = figure_text("asked with other_step as step")
    assert "as not materialized (\n-- Another." in text
    assert "inner_step" not in text
    assert figure_parameters("asked with other_step as step") == {"b"}
