"""A sparkline: some values in order, the zero line, the last one marked."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.templates import render

WIDTH, HEIGHT, EDGE = 150, 60, 5


def draw(values: Sequence[float | None], label: str, changes: Sequence[Mapping[str, Any]] = ()) -> Markup:
    """Returns a small line of values with a tick for each change, `at` in places of the values; nothing where fewer than two are known."""
    known = [(i, value) for i, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(0.0, *(value for _, value in known)), max(0.0, *(value for _, value in known))

    def y(value: float) -> float:
        return round(HEIGHT - EDGE - (value - low) / ((high - low) or 1) * (HEIGHT - 2 * EDGE), 1)

    points = [(round(EDGE + i / (len(values) - 1) * (WIDTH - 2 * EDGE), 1), y(value)) for i, value in known]
    path = "M" + " L".join(f"{x} {height}" for x, height in points)
    return render("sparkline.html", path=path, last=points[-1], zero=y(0.0), label=label, ticks=_ticks(changes, len(values)))


def _ticks(changes: Sequence[Mapping[str, Any]], count: int) -> list[dict[str, Any]]:
    """Returns the ticks; a month's value stands in its middle."""
    room = WIDTH - 2 * EDGE
    return [
        {
            "x": round(EDGE + min(max(one["at"] - 0.5, 0), count - 1) / (count - 1) * room, 1),
            "words": f"{one['day']}: {one['name']}",
        }
        for one in changes
    ]
