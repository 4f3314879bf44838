"""Turns of phrase that several charts share."""

from typing import Any, Final

from dashboard.look import Look
from metrics.answer import Answer, Change
from metrics.language import _, later
from metrics.selection import Period

_BEFORE: Final = {
    "year": later("a year before"),
    "quarter": later("a quarter before"),
    "month": later("a month before"),
    "week": later("a week before"),
    "day": later("a day before"),
    "period": later("the days before"),
}


def before_words(period: Period | None) -> str:
    """Returns what the period is one of: "month", "quarter" … "period"; a key, not a text."""
    if period is None or ".." in period.text:
        return "period"
    if "-Q" in period.text:
        return "quarter"
    if "-W" in period.text:
        return "week"
    return {4: "year", 7: "month", 10: "day"}.get(len(period.text), "period")


def compared_words(answer: Answer) -> str:
    """Returns what an answer is compared with: "a month before", "a year before"."""
    if answer.selection.compare == "year":
        return _("a year before")
    return _(_BEFORE[before_words(answer.period)])


def change_words(change: Change | None, better: str, look: Look) -> dict[str, Any] | None:
    """Returns a change of a share in points, with its tone; grey and "no clear change" where 0 lies in its interval."""
    if change is None or change.value is None:
        return None
    if not change.clear:
        return {"tone": "none", "words": _("no clear change"), "is_clear": False}
    is_better = (change.value > 0) == (better == "higher")
    size = look.reader.points(abs(change.value), 0 if abs(change.value) >= 0.02 else 1)
    words = _("{points} points better", points=size) if is_better else _("{points} points worse", points=size)
    return {"tone": "met" if is_better else "missed", "words": words, "is_clear": True}


def signed_points(fraction: float | None, look: Look) -> str:
    """Returns a difference of shares in points with its sign: "+9 points"."""
    if fraction is None:
        return "–"
    size = look.reader.points(abs(fraction), 0 if abs(fraction) >= 0.095 else 1)
    sign = "+" if fraction > 0 else "−" if fraction < 0 else ""
    return _("{points} points", points=f"{sign}{size}")
