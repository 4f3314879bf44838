"""A share as a bar from zero, with its interval, the period before (dashed) and the aim (a tick)."""

from markupsafe import Markup

from dashboard.templates import render
from metrics.answer import Value

AXIS_ENDS = (0.25, 0.5, 1.0)


def draw(share: Value, *, before: float | None, aim: float | None, label: str) -> Markup:
    """Returns a bar on an axis of its own, which ends at 25, 50 or 100 %."""
    known = [each for each in (share.value, share.high, before, aim) if each is not None]
    end = next(top for top in AXIS_ENDS if max(known, default=0) <= top or top == AXIS_ENDS[-1])

    def x(fraction: float | None) -> float | None:
        return None if fraction is None else round(100 * min(max(fraction, 0), end) / end, 2)

    return render(
        "ratebar.html",
        value=x(share.value),
        low=x(share.low),
        high=x(share.high),
        before=x(before),
        aim=x(aim),
        end=f"{end:.0%}".replace("%", " %"),
        label=label,
    )
