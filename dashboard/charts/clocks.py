"""Clocks: promises on the line of time, the last hour and the next four, one lane a channel, or a promise.

◆ broke in the last hour, ▲ at risk, and ○ here, unlike elsewhere, a clock that still has time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.states import AT_RISK, BROKEN, TIME_LEFT, State
from dashboard.templates import render
from metrics.answer import Answer, People
from metrics.language import _, later
from metrics.named import group_name

METRIC = "running_clocks"
WHERE: Mapping[str, tuple[str, ...]] = {"promise": ("first_reply",)}
HOURS_BACK, HOURS_AHEAD = 1, 4
GAP = 1.7  # the least distance between two marks of a row, in percent of the width
LEVELS = (0, -13, 13)
MOST_LANES = 7
CHANNELS = {"email": later("E-mail"), "unknown": later("Not known")}
PARTS: tuple[tuple[str, State, str], ...] = (
    ("broke_last_hour", BROKEN, later("{n} broke in the last hour")),
    ("at_risk", AT_RISK, later("{n} at risk")),
    ("time_left", TIME_LEFT, later("{n} with time left")),
)

STANDS = {
    "broke_last_hour": later("broke in the last hour"),
    "at_risk": later("at risk"),
    "time_left": later("with time left"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock on the line: its place in percent, its part, and its row."""

    x: float
    part: str
    row: Mapping[str, Any]


def draw(
    clocks: Mapping[str, People],
    look: Look,
    lane: str = "channel",
    where: Mapping[str, tuple[str, ...]] = WHERE,
    forecast: Answer | None = None,
) -> Markup:
    """Draws the clocks of each part of the line of time, in lanes by a column of theirs; where is what they were asked with.

    forecast, if there, tells how many of all that run are expected to break.
    """
    as_of = max(listed.as_of for listed in clocks.values())
    placed = [_placed(row, part, as_of) for part, listed in clocks.items() for row in listed.rows]
    lanes = _lanes(placed, lane)
    return render(
        "clocks.html",
        title=look.title,
        question=look.question,
        now=_x(as_of, as_of),
        now_name=look.reader.time(as_of),
        grid=_grid(as_of, look),
        lanes=[_lane(name, [clock for clock in placed if _in_lane(clock, lane) == name], look) for name in lanes],
        parts=[_part(part, state, words, clocks[part].count, look, where) for part, state, words in PARTS],
        foretold=_foretold(forecast, look),
    )


def spread(clocks: Sequence[Clock]) -> list[tuple[Clock, float, int]]:
    """Returns each clock with its place and level in its lane, so that no two marks lie on each other."""
    last = dict.fromkeys(LEVELS, -GAP)
    placed = []
    for clock in sorted(clocks, key=lambda clock: clock.x):
        free = next((level for level in LEVELS if last[level] + GAP <= clock.x), None)
        level = free if free is not None else min(LEVELS, key=lambda each: last[each])
        last[level] = max(clock.x, last[level] + GAP)
        placed.append((clock, last[level], level))
    return placed


def _placed(row: Mapping[str, Any], part: str, as_of: datetime) -> Clock:
    return Clock(x=_x(row["due_at"], as_of), part=part, row=row)


def _x(moment: datetime, as_of: datetime) -> float:
    hours = (moment - as_of).total_seconds() / 3600
    return round(100 * (hours + HOURS_BACK) / (HOURS_BACK + HOURS_AHEAD), 2)


def _grid(as_of: datetime, look: Look) -> list[dict[str, Any]]:
    moments = [as_of + timedelta(hours=hours) for hours in range(1, HOURS_AHEAD + 1)]
    return [
        {"x": _x(moment, as_of), "name": look.reader.time(moment), "is_last": moment is moments[-1], "is_odd": hours % 2 == 1}
        for hours, moment in enumerate(moments, start=1)
    ]


def _lanes(clocks: Sequence[Clock], lane: str) -> list[str]:
    names = [_in_lane(clock, lane) for clock in clocks]
    return sorted(set(names), key=lambda name: (-names.count(name), name))[:MOST_LANES]


def _in_lane(clock: Clock, lane: str) -> str:
    return str(clock.row.get(lane) or "unknown")


def _lane(name: str, clocks: Sequence[Clock], look: Look) -> dict[str, Any]:
    words = group_name(name)
    return {
        "name": _(CHANNELS[name]) if name in CHANNELS else words[:1].upper() + words[1:],
        "marks": [_mark(clock, x, level, look) for clock, x, level in spread(clocks)],
    }


def _mark(clock: Clock, x: float, level: int, look: Look) -> dict[str, Any]:
    row = clock.row
    state = next(state for part, state, _words in PARTS if part == clock.part)
    who = row.get("name") or row["customer_id"]
    return {
        "key": str(row["clock_id"]),
        "x": min(x, 99.4),
        "dy": level,
        "state": state,
        "name": _(
            "{who}: {subject}, due {time}, {state}",
            who=who,
            subject=row.get("subject") or _("a request"),
            time=look.reader.time(row["due_at"]),
            state=_(STANDS[clock.part]),
        ),
        "href": look.story(str(row["customer_id"])),
    }


def _part(part: str, state: State, words: str, count: int, look: Look, where: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "key": part,
        "state": state if count else replace(state, name="none"),
        "text": _(words, n=look.reader.count(count)),
        "href": look.opens(METRIC, mark={"part": part}, where=where),
    }


def _foretold(forecast: Answer | None, look: Look) -> dict[str, str] | None:
    """How many of the replies that run are expected to break, as earlier ones like them did; nothing where too few were like them."""
    whole = next((row for row in forecast.rows if not row.by), None) if forecast else None
    if forecast is None or whole is None or forecast.total.value is None or not whole.extra["foretold"]:
        return None
    expected, of = forecast.total.value, whole.extra["foretold"]
    told = look.reader.number(expected, 0 if expected >= 9.5 else 1)
    return {
        "text": _("about {n} of {whole} expected to break", n=told, whole=look.reader.count(of)),
        "href": look.behind(forecast, {"part": "foretold"}),
    }
