"""What a pack may hold, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from metrics.metric import Metric
from metrics.period_text import GRAINS, days_of, shifted
from metrics.selection import Selection
from queries.errors import DeclarationError, did_you_mean
from queries.pack import Pack, Part


def problems_of_packs(packs: Iterable[Pack], known: Iterable[Metric]) -> list[DeclarationError]:
    """Returns what packs name that no metric is, or that is told in none: what single customers will do."""
    by_id = {metric.metric_id: metric for metric in known}
    named = [(pack, name) for pack in packs for name in _metrics_of(pack)]
    return [problem for pack, name in named if (problem := _problem(pack, name, by_id)) is not None]


def asked_of_part(pack: Pack, part: Part, period: str = "") -> Selection:
    """Returns what a section asks: the pack's period and filters, and its own."""
    by = (part.split_by,) if part.split_by else ()
    return Selection.of(period=period or None, where={**pack.where, **part.where}, by=by, options=part.options)


def due_period(pack: Pack, local: datetime) -> str:
    """Returns the newest period whose pack is due by this moment of the workspace's clock: over for `day` days, at its hour."""
    period = shifted(GRAINS[pack.period](local.date()))
    end = days_of(period)[1]
    is_due = local >= datetime.combine(end + timedelta(days=pack.day - 1), pack.at)
    return period if is_due else shifted(period)


def last_whole(pack: Pack, local: datetime) -> str:
    """Returns the last period of a pack's that is over on this day."""
    return shifted(GRAINS[pack.period](local.date()))


def _metrics_of(pack: Pack) -> list[str]:
    return [*(part.metric for part in pack.parts if part.metric), *([pack.stories.metric] if pack.stories else [])]


def _problem(pack: Pack, name: str, by_id: dict[str, Metric]) -> DeclarationError | None:
    metric = by_id.get(name)
    if metric is None:
        return DeclarationError(f'"{name}" is not a metric', where=pack.place, instead=did_you_mean(name, by_id))
    if metric.is_personal_score:
        instead = "It stays with who looks after them: leave it out"
        return DeclarationError(f'"{name}" foretells what single customers will do', where=pack.place, instead=instead)
    return None
