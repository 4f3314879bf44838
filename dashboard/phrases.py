"""Turns of phrase that several charts share."""

import re
from typing import Any, Final

from dashboard.look import Look
from metrics.answer import Answer, Change
from metrics.selection import Period

_CODE: Final = re.compile(r"[a-z]+(_[a-z]+)+")


def before_words(period: Period | None) -> str:
    """Returns what the period is one of: "month", "quarter" … "period"."""
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
        return "a year before"
    word = before_words(answer.period)
    return "the days before" if word == "period" else f"a {word} before"


def change_words(change: Change | None, better: str, look: Look) -> dict[str, Any] | None:
    """Returns a change of a share in points, with its tone; grey and "no clear change" where 0 lies in its interval."""
    if change is None or change.value is None:
        return None
    if not change.clear:
        return {"tone": "none", "words": "no clear change", "is_clear": False}
    is_better = (change.value > 0) == (better == "higher")
    size = look.reader.points(abs(change.value), 0 if abs(change.value) >= 0.02 else 1)
    tone, word = ("met", "better") if is_better else ("missed", "worse")
    return {"tone": tone, "words": f"{size} points {word}", "is_clear": True}


def signed_points(fraction: float | None, look: Look) -> str:
    """Returns a difference of shares in points with its sign: "+9 points"."""
    if fraction is None:
        return "–"
    size = look.reader.points(abs(fraction), 0 if abs(fraction) >= 0.095 else 1)
    return f"{'+' if fraction > 0 else '−' if fraction < 0 else ''}{size} points"


def group_name(value: str) -> str:
    """Returns what a group is called: "first_reply" is "first reply"; words that people wrote stay as they are."""
    plain = {"unknown": "not known", "other": "others"}.get(value, value)
    return plain.replace("_", " ") if _CODE.fullmatch(plain) else plain
