"""Whether an alert is met: a figure clearly off its aim or clearly worse, something about to break, data that is late or odd.

"Clearly" is what needs a decision means by it (metrics.needs): the interval of the distance, made of the intervals of both sides,
is clear of 0 on the bad side. A single look at a figure that is exactly on its aim is met by chance once in forty; `in_a_row` makes
that rarer. What too few rows tell is neither met nor over: it leaves an alert as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from metrics.answer import Row, Value
from metrics.before_after import combined, is_enough
from metrics.errors import QuestionError
from metrics.language import _, _n, later, spoken_locale
from metrics.ledger import ALARM_NAMES
from metrics.metric import Metric
from metrics.needs import is_looked_at, let_down
from metrics.period import local_day, resolve, utc_text
from metrics.period_text import GRAINS, day_text, period_words, shifted
from metrics.words import Words
from queries.alert import ABOUT_TO_BREAK, OF_A_METRIC, OF_A_SERIES, OFF_TARGET, STALE, Alert
from queries.errors import DeclarationError, did_you_mean
from queries.intake.alarms import OVERDUE

IN_A_YEAR: Final = {"week": 52, "month": 12, "quarter": 4}
FEW: Final = 5
"""Of fewer customers no count leaves the house: who reads a message is not known to be one who may see it."""
YEAR: Final = timedelta(days=365)
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One look at an alert. is_met: None where it cannot be told.   at: the period looked at, or the moment of a replay.

    mark: the part of the figure that holds those who were let down; empty where it has none.
    """

    is_met: bool | None
    sentence: str
    at: str = ""
    mark: Mapping[str, str] = field(default_factory=dict)


def problems_of_alerts(alerts: Iterable[Alert], known: Iterable[Metric]) -> list[DeclarationError]:
    """Returns what alerts name that no metric is, or that their condition cannot be judged of."""
    by_id = {metric.metric_id: metric for metric in known}
    problems = []
    for one in alerts:
        if one.condition not in OF_A_METRIC:
            continue
        metric = by_id.get(one.metric)
        if metric is None:
            instead = did_you_mean(one.metric, by_id)
            problems.append(DeclarationError(f'"{one.metric}" is not a metric', where=one.place, instead=instead))
        elif told := _unsuited(one, metric):
            problems.append(DeclarationError(told[0], where=one.place, instead=told[1]))
    return problems


def problem_of_sources(alert: Alert, sources: Rows) -> DeclarationError | None:
    """Returns the first source that an alert names and no loaded file is of."""
    known = [str(row["source"]) for row in sources]
    unknown = next((name for name in alert.sources if name not in known), None)
    if unknown is None:
        return None
    return DeclarationError(f'"{unknown}" is no source', where=alert.place, instead=did_you_mean(unknown, known))


def look_at(alert: Alert, center: Any, *, now: datetime) -> Looked:
    """Returns whether an alert is met now (UTC, naive), and the sentence that says why; raises QueriesError where it cannot be asked."""
    if alert.condition in OF_A_SERIES:
        needed = _needed(alert)
        return _of_rows(alert, center, _series(alert, center, needed))
    if alert.condition == ABOUT_TO_BREAK:
        return _of_what_is_near(alert, center)
    if alert.condition == STALE:
        last = [(row, row["loaded_at"]) for row in _awaited(alert, center.sources())]
        return _of_late(alert, last, now, center.settings()["zone"])
    return _of_alarms(alert, [row for row in center.alarms(now=now) if row["is_newest"]])


def over_the_year(alert: Alert, center: Any, *, now: datetime) -> list[Looked]:
    """Returns what the looks of the last year would have told, the earliest first, of what is known and declared today.

    A figure is looked at after each whole period, late data on every day, alarms after every load. Raises QuestionError for what only
    the present tells.
    """
    if alert.condition in OF_A_SERIES:
        needed = _needed(alert)
        rows = _series(alert, center, IN_A_YEAR[alert.period] + needed - 1)
        return [_of_rows(alert, center, rows[: end + 1][-needed:]) for end in range(needed - 1, len(rows))]
    if alert.condition == ABOUT_TO_BREAK:
        raise QuestionError(
            "what was about to break in the last year cannot be told: kept is how each promise ended, and not how much open time it had "
            "left at each hour",
            where=alert.place,
            instead="Run cx alerts for now, or try the condition off target with a share of promises kept",
        )
    loads = [row for row in center.ledger() if row["is_primary"]]
    if alert.condition == STALE:
        return _late_days(alert, _awaited(alert, center.sources()), loads, now, center.settings()["zone"])
    moments = sorted({row["loaded_at"] for row in loads if now - YEAR <= row["loaded_at"] <= now})
    raised = [row for row in center.alarms(now=now) if row["loaded_at"] is not None]
    return [_at(_of_alarms(alert, _newest_at(moment, loads, raised)), moment) for moment in moments]


def judged(alert: Alert, metric: Metric, values: Sequence[Value]) -> bool | None:
    """Returns whether the last whole periods, the newest last, meet an alert; None where one of them is of too few."""
    told = values[-_needed(alert) :]
    if len(told) < _needed(alert) or not all(is_enough(value, metric.unit) for value in told):
        return None
    if alert.condition == OFF_TARGET:
        aim = aim_of(alert, metric)
        exact = Value(value=aim, n=0, customers=0, low=aim, high=aim)
        steps = [(exact, value) for value in told]
    else:
        steps = list(pairwise(told))
    return all(_is_clearly_worse(then, now, metric) for then, now in steps)


def aim_of(alert: Alert, metric: Metric) -> float | None:
    """Returns what a figure is held against."""
    return metric.target if alert.target is None else alert.target


def _is_clearly_worse(then: Value, now: Value, metric: Metric) -> bool:
    change = combined([(1, now), (-1, then)])
    return change.clear and change.value is not None and (change.value < 0) == (metric.better == "higher")


def _needed(alert: Alert) -> int:
    return alert.in_a_row + (alert.condition != OFF_TARGET)


def _unsuited(one: Alert, metric: Metric) -> tuple[str, str] | None:
    if one.condition == ABOUT_TO_BREAK:
        if metric.is_now and metric.unit == "count":
            return None
        return f'"{one.metric}" does not count what is so now', "Name one that does, as promises_at_risk"
    if not is_looked_at(metric):
        return f'"{one.metric}" is neither a share nor a score of a period with an interval', "Name one that is"
    if one.condition == OFF_TARGET and aim_of(one, metric) is None:
        return f'"{one.metric}" has no target', "Write one: target = 0.9"
    if taken := sorted(set(one.options) & {"series", "grain"}):
        return f"{taken[0]} is chosen by period and in_a_row", "Leave it out of options"
    return None


def _series(alert: Alert, center: Any, count: int) -> list[Row]:
    """Returns so many whole periods, the newest last; fewer where the figure tells a series of each of several kinds of row."""
    first = center.ask(alert.metric, compare="none", where=alert.where, **alert.options)
    zone = center.settings()["zone"]
    text = GRAINS[alert.period](local_day(first.as_of, zone))
    last = shifted(text) if resolve(text, as_of=first.as_of, zone=zone).is_to_date else text
    options = {**alert.options, "series": count}
    found = center.ask(alert.metric, period=last, compare="none", where=alert.where, **options)
    return [] if any(row.by for row in found.rows) else list(found.rows)


def _of_rows(alert: Alert, center: Any, rows: Sequence[Row]) -> Looked:
    metric = center.metric(alert.metric).spoken
    values = [row.value for row in rows]
    is_met = judged(alert, metric, values)
    at = str(rows[-1].at) if rows else ""
    if is_met is None:
        when = period_words(at) if at else ""
        return Looked(is_met=None, at=at, sentence=_("{figure} {when}: too few to say.", figure=metric.title, when=when))
    words = _words(center)
    last = rows[-1].value
    fields = {
        "figure": metric.title,
        "value": words.value(last.value, metric.unit),
        "when": period_words(at),
        "n": words.count(last.n),
    }
    if alert.condition == OFF_TARGET:
        low, high = words.value(last.low, metric.unit), words.value(last.high, metric.unit)
        aim = words.value(aim_of(alert, metric), metric.unit)
        told = _(
            "{figure}: {value} of {n} {when}, between {low} and {high}. The aim is {aim}.", low=low, high=high, aim=aim, **fields
        )
    else:
        fields |= {"before": words.value(rows[-2].value.value, metric.unit), "earlier": period_words(str(rows[-2].at))}
        if is_met:
            told = _("{figure}: {value} of {n} {when}, clearly worse than the {before} {earlier}.", **fields)
        else:
            told = _("{figure}: {value} of {n} {when}, not clearly worse than the {before} {earlier}.", **fields)
    return Looked(is_met=is_met, at=at, sentence=told, mark=let_down(metric))


def _of_what_is_near(alert: Alert, center: Any) -> Looked:
    metric = center.metric(alert.metric).spoken
    total = center.ask(alert.metric, compare="none", where=alert.where, **alert.options).total
    if total.value is None:
        return Looked(is_met=None, sentence=_("{figure}: nothing is known now.", figure=metric.title))
    words = _words(center)
    is_met = total.value >= alert.at_least
    if 0 < total.customers < FEW:
        fields = {"figure": metric.title, "least": words.count(alert.at_least)}
        text = later("{figure}: {least} or more, of a few customers.") if is_met else later("{figure}: fewer than {least}.")
        told = _(text, **fields)
    else:
        of = words.counted(total.customers, "customer", "customers")
        told = _("{figure}: {value}, of {customers}.", figure=metric.title, value=words.count(total.value), customers=of)
    return Looked(is_met=is_met, sentence=told)


def _awaited(alert: Alert, sources: Rows) -> list[Mapping[str, Any]]:
    """Returns the sources of which a next export is expected within a known time."""
    problem = problem_of_sources(alert, sources)
    if problem is not None:
        raise problem
    chosen = [row for row in sources if not alert.sources or row["source"] in alert.sources]
    return [row for row in chosen if not row["is_finished"] and _limit(alert, row) is not None]


def _limit(alert: Alert, row: Mapping[str, Any]) -> float | None:
    interval = row["interval_seconds"]
    return alert.after if alert.after is not None else None if interval is None else OVERDUE * float(interval)


def _of_late(alert: Alert, loaded: Sequence[tuple[Mapping[str, Any], datetime | None]], now: datetime, zone: str) -> Looked:
    """loaded: each source with its last load until `now`; None where it had not begun."""
    begun = [(row, at) for row, at in loaded if at is not None]
    if not begun:
        return Looked(
            is_met=None, sentence=_("No source says how often its exports come: write after, or interval in sources.toml.")
        )
    late = [(row, at) for row, at in begun if (now - at).total_seconds() > (_limit(alert, row) or 0)]
    if not late:
        return Looked(is_met=False, sentence=_("Every export that is awaited came in time."))
    named = "; ".join(_("{source}, last on {day}", source=row["title"], day=day_text(local_day(at, zone))) for row, at in late)
    return Looked(is_met=True, sentence=_("No new export came in time: {sources}.", sources=named))


def _late_days(alert: Alert, awaited: Rows, loads: Rows, now: datetime, zone: str) -> list[Looked]:
    moments = [now - timedelta(days=days) for days in range(365, -1, -1)]
    times = {row["source"]: sorted(one["loaded_at"] for one in loads if one["source"] == row["source"]) for row in awaited}
    told = []
    for moment in moments:
        last = [(row, max((at for at in times[row["source"]] if at <= moment), default=None)) for row in awaited]
        if any(at is not None for _row, at in last):
            told.append(_at(_of_late(alert, last, moment, zone), moment))
    return told


def _newest_at(moment: datetime, loads: Rows, raised: Rows) -> list[Mapping[str, Any]]:
    """Returns the alarms of what was, at a moment, the last load of each kind of export of each source."""
    newest: dict[tuple[Any, Any], datetime] = {}
    for row in loads:
        kind = (row["source"], row["source_format"])
        if row["loaded_at"] <= moment:
            newest[kind] = max(row["loaded_at"], newest.get(kind, row["loaded_at"]))
    return [row for row in raised if newest.get((row["source"], row["source_format"])) == row["loaded_at"]]


def _of_alarms(alert: Alert, rows: Rows) -> Looked:
    """The files' names and what they hold are not told: they may name a person."""
    found = [
        row
        for row in rows
        if row["alarm"] != "late"
        and (not alert.alarms or row["alarm"] in alert.alarms)
        and (not alert.sources or row["source"] in alert.sources)
    ]
    if not found:
        return Looked(is_met=False, sentence=_("The newest exports raise no alarm."))
    told = dict.fromkeys(f"{row['source']}: {_(ALARM_NAMES.get(row['alarm'], str(row['alarm'])))}" for row in found)
    listed = "; ".join(told)
    sentence = _n(
        "{n} alarm of the newest exports: {told}.",
        "{n} alarms of the newest exports: {told}.",
        len(found),
        n=len(found),
        told=listed,
    )
    return Looked(is_met=True, sentence=sentence)


def _at(looked: Looked, moment: datetime) -> Looked:
    return Looked(is_met=looked.is_met, sentence=looked.sentence, at=utc_text(moment))


def _words(center: Any) -> Words:
    settings = center.settings()
    return Words(locale=spoken_locale(settings["locale"]), currency=settings["currency"])
