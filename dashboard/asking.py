"""What a panel asks: its declared question on the page's selection, with the page's options and the step that was chosen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from dashboard.choice import segmentation_of
from dashboard.components.drawer import chosen_for
from dashboard.page import Ask
from dashboard.pages.overview import page as overview
from dashboard.view import View
from metrics.options import seconds_of
from metrics.selection import Period, Selection, resolve

DAY = 86_400
USUAL_WINDOW = "90d"
USUAL_WHOSE = "window_end"


def selection_of(ask: Ask, center: Any, view: View) -> Selection:
    """Returns the selection with which a panel's metric is asked."""
    chosen = chosen_for(center.metric(ask.metric), view.selection)
    return Selection.of(
        period=_period(ask, center, view, chosen.period),
        compare=ask.compare or chosen.compare,
        where={**chosen.where, **ask.narrowed(view)},
        by=ask.by(view),
        options={**ask.chosen_options(view), **_step_options(ask, center, view), **_segmentation(ask, center, view)},
    )


def headline_metrics(center: Any) -> list[str]:
    """Returns the metrics of a period that the command center's first page asks, each once, in its order."""
    asked = [one for section in overview.sections for one in section.metrics]
    named = dict.fromkeys(one.metric if isinstance(one, Ask) else one for one in asked)
    return [name for name in named if not center.metric(name).is_now]


def newest_of(center: Any) -> datetime | None:
    """Returns the newest moment that any source which still sends is known until."""
    known = [source["known_until"] for source in center.sources() if source["known_until"] and not source["is_finished"]]
    return max(known, default=None)


def journey_stages(center: Any, view: View) -> list[Mapping[str, Any]]:
    """Returns the stages of the journey that the page shows, in order."""
    journey = view.options.get("journey") or center.settings()["default_journey"]
    return sorted((row for row in center.journeys() if row["journey_id"] == journey), key=lambda row: int(row["stage_no"]))


def chosen_step(center: Any, view: View) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Returns the stage before and the stage of the step that the page looks at: the first step unless one is chosen."""
    stages = journey_stages(center, view)
    steps = list(pairwise(stages))
    named = view.options.get("step", "")
    return next((step for step in steps if step[1]["stage_id"] == named), steps[0] if steps else None)


def _segmentation(ask: Ask, center: Any, view: View) -> dict[str, str]:
    return {"segmentation": segmentation_of(center, view)} if ask.segmented else {}


def _step_options(ask: Ask, center: Any, view: View) -> dict[str, str]:
    step = chosen_step(center, view) if ask.step else None
    if step is None:
        return {}
    return {option: str(step[0 if which == "from" else 1]["stage_id"]) for option, which in ask.step.items()}


def _period(ask: Ask, center: Any, view: View, chosen: str | None) -> str | None:
    if ask.period == "page":
        period = _page_period(center, view)
        return period.text if period else None
    if ask.period == "entry":
        return _entry_period(center, view)
    if ask.period == "trend":
        return _thirteen_months(center, view)
    if ask.period == "whole":
        return chosen or _last_whole_month(center)
    return ask.period or chosen


def _page_period(center: Any, view: View) -> Period | None:
    """Returns the period that the header shows: the one chosen, else the month of the newest data."""
    newest = newest_of(center)
    return resolve(view.selection.period, as_of=newest, zone=center.settings()["zone"]) if newest else None


def _entry_period(center: Any, view: View) -> str | None:
    """Returns the days on which those set out whom the page shows: earlier by the time, where it is the time's end that counts."""
    period = _page_period(center, view)
    if period is None or period.text == "all" or view.options.get("period_of", USUAL_WHOSE) != USUAL_WHOSE:
        return period.text if period else None
    days = timedelta(days=_window_days(center, view))
    known = (newest_of(center) or period.ends_at).date() + timedelta(days=1)
    return f"{period.first_day - days}..{min(period.end_day, known) - days}"


def _thirteen_months(center: Any, view: View) -> str | None:
    """Returns the month in which the page's period ends, and the twelve before it."""
    period = _page_period(center, view)
    if period is None or period.text == "all":
        return period.text if period else None
    known = (newest_of(center) or period.ends_at).date() + timedelta(days=1)
    end = min(period.end_day, known)
    last = (end - timedelta(days=1)).replace(day=1)
    return f"{last.replace(year=last.year - 1)}..{end}"


def _last_whole_month(center: Any) -> str | None:
    """Returns the month before that of the newest data."""
    newest = newest_of(center)
    if newest is None:
        return None
    this = resolve(None, as_of=newest, zone=center.settings()["zone"])
    return (this.first_day - timedelta(days=1)).strftime("%Y-%m")


def _window_days(center: Any, view: View) -> int:
    window = view.options.get("window", USUAL_WINDOW)
    stages = journey_stages(center, view)
    own = int(stages[0]["window_seconds"]) if stages else 0
    return round((seconds_of(window) if window else own) / DAY)
