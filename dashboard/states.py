"""States: a shape, a word and a colour, never a colour alone."""

from dataclasses import dataclass

from metrics.answer import Value
from metrics.language import _, later

TOO_FEW_FOR_A_SHARE = 20
TOO_FEW_FOR_A_SCORE = 10
INDICATIVE_SCORE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One of the five states: its name in the style sheet, the word for it, the path of its shape on a 14 × 14 grid."""

    name: str
    english: str
    shape: str
    is_hollow: bool = False

    @property
    def word(self) -> str:
        return _(self.english)


ROUND = "M7 2.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 1 0 0-9.6z"
DIAMOND = "M7 1l6 6-6 6-6-6z"
TRIANGLE = "M1 12.5l6-11 6 11z"

MET = State(name="met", english=later("met"), shape=ROUND)
MISSED = State(name="missed", english=later("missed"), shape=DIAMOND)
BROKEN = State(name="missed", english=later("broken"), shape=DIAMOND)
AT_RISK = State(name="risk", english=later("at risk"), shape=TRIANGLE)
CANT_TELL = State(name="none", english=later("can’t tell"), shape=ROUND, is_hollow=True)
NO_DATA = State(name="none", english=later("no data"), shape=DIAMOND, is_hollow=True)
TOO_FEW = State(name="none", english=later("too few"), shape=DIAMOND, is_hollow=True)
TIME_LEFT = State(name="none", english=later("time left"), shape=ROUND, is_hollow=True)


def state_of(value: Value, *, target: float | None, better: str, unit: str) -> State | None:
    """Returns how a value stands to its aim; None where there is no aim and enough to say.

    An interval that holds the aim is neither met nor missed.
    """
    if value.value is None or value.n == 0:
        return NO_DATA
    if is_too_few(value, unit):
        return TOO_FEW
    if target is None:
        return None
    low = value.low if value.low is not None else value.value
    high = value.high if value.high is not None else value.value
    if low <= target <= high:
        return CANT_TELL
    is_above = value.value >= target
    is_below = value.value <= target
    return MET if (is_below if better == "lower" else is_above) else MISSED


def is_too_few(value: Value, unit: str) -> bool:
    """Tells whether a share or score stands on too few rows to be shown."""
    return (unit == "percent" and value.n < TOO_FEW_FOR_A_SHARE) or (unit in ("nps", "score") and value.n < TOO_FEW_FOR_A_SCORE)
