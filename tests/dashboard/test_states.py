"""Shape, word and colour: when a figure is met, missed, or cannot be told."""

import pytest

from dashboard.states import CANT_TELL, MET, MISSED, NO_DATA, TOO_FEW, state_of
from metrics.answer import Value


def value(number: float | None, n: int = 100, low: float | None = None, high: float | None = None) -> Value:
    return Value(value=number, n=n, customers=n, low=low, high=high)


@pytest.mark.parametrize(
    ("figure", "better", "state"),
    [
        (value(0.95, low=0.93, high=0.97), "higher", MET),
        (value(0.80, low=0.78, high=0.82), "higher", MISSED),
        (value(0.906, low=0.888, high=0.921), "higher", CANT_TELL),
        (value(0.95, low=0.90, high=0.97), "higher", CANT_TELL),
        (value(0.80, low=0.78, high=0.82), "lower", MET),
        (value(0.95, low=0.93, high=0.97), "lower", MISSED),
        (value(0.92), "higher", MET),
        (value(None, n=0), "higher", NO_DATA),
        (value(0.95, n=19, low=0.9, high=1.0), "higher", TOO_FEW),
    ],
)
def test_an_interval_that_holds_the_aim_is_neither_met_nor_missed(figure: Value, better: str, state: object) -> None:
    assert state_of(figure, target=0.9, better=better, unit="percent") is state


def test_without_an_aim_there_is_no_state() -> None:
    assert state_of(value(0.95), target=None, better="higher", unit="percent") is None


def test_a_score_needs_ten_answers() -> None:
    assert state_of(value(50, n=9), target=40, better="higher", unit="nps") is TOO_FEW
    assert state_of(value(50, n=10, low=45, high=55), target=40, better="higher", unit="nps") is MET


def test_states_of_one_colour_differ_in_shape() -> None:
    shapes = [(state.shape, state.is_hollow) for state in (MET, MISSED, CANT_TELL, NO_DATA)]
    assert len(set(shapes)) == len(shapes)
