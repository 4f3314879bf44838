"""Who is likely to leave: the chance that an account under contract has ended it within the time ahead, with what raises it.

The model is fitted once per snapshot, on everybody. It is never shown alone: the same model, standing some months back and
knowing only what was known then, is held against what came since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics import notices, risk, scores
from metrics.answer import Answer, People, Row, Value
from metrics.intervals import Z
from metrics.language import _, _n
from metrics.models.calibration import Bin, area_under_curve, bins, brier
from metrics.options import options_json
from metrics.period_text import period_label
from metrics.question import Page, Question
from metrics.risk import Panel, Risk
from metrics.scores import ALL, Array, Scored

DAY: Final = 86_400
MOST_ROWS: Final = 300_000
LONG: Final = 540
SHOWN_REASONS: Final = 5

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far ahead."""

    ahead: int = field(default=90 * DAY, metadata={"help": "how far ahead: whole days, from 7 to 365", "duration": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The newest months whose outcome is known: what the model that stood before them foretold, and what came."""

    chances: Array
    has_ended: Array
    accounts: NDArray[np.int64]
    base: float
    error: float
    first_day: int
    last_day: int

    @property
    def groups(self) -> tuple[Bin, ...]:
        """The customers of these months in ten groups by the chance foretold, with what came true."""
        return bins(self.chances, self.has_ended, self.accounts)

    @property
    def expected(self) -> float:
        """The share that was foretold to leave."""
        return float(self.chances.mean())

    @property
    def real(self) -> float:
        """The share that did."""
        return float(self.has_ended.mean())

    @property
    def holds(self) -> bool:
        """Whether the two differ by no more than both their 95 % intervals allow."""
        (came,) = bins(self.chances, self.has_ended, self.accounts, 1)
        nearer = came.observed - came.least if self.expected < self.real else came.most - came.observed
        return abs(self.real - self.expected) <= float(np.hypot(nearer, Z * self.expected * self.error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is kept for a snapshot: the model, or none where too few ended, and how it did before."""

    leavers: int
    risk: Risk | None
    backtest: Backtest | None

    @property
    def bands(self) -> Mapping[str, float]:
        """The least chance of each band: high is twice what is usual or more, raised what is usual or more."""
        usual = self.risk.base if self.risk else 0.0
        return {"high": 2 * usual, "raised": usual, "low": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The selected customers now: scored, with what is known of each and what they bring in a year (not a number: unknown)."""

    scored: Scored
    features: Array
    value_a_year: Array


def answer(question: Question, options: Options) -> Answer:
    """Answers with how many are expected to leave in the time ahead: a row for all, then one per band, each with its calibration."""
    days = scores.days_of(options.ahead)
    forecast = _forecast(question, days)
    now = _now(question, forecast)
    rows = [row for place, members in scores.groups_of(question, now.scored) for row in _rows(forecast, now, place, members)]
    total = _value(forecast, now.scored, np.ones(len(now.scored), dtype=np.bool_))
    return question.answered(
        options=options_json(options),
        total=total,
        rows=tuple(rows),
        notices=tuple(_notices(question, forecast, total)),
        caption=_sentence(question, forecast, total, days),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a band ({"band": "high"}) and group, worth their chance to leave, the likeliest first, with reasons."""
    days = scores.days_of(options.ahead)
    question = scores.marked(question, "churn_risk", mark)
    forecast = _forecast(question, days)
    now = _now(question, forecast)

    def of_one(place: int) -> Mapping[str, Any]:
        if forecast.risk is None:
            return {"value": None, "band": None, "reasons": [], "foretold": None}
        chance = float(now.scored.chances[place])
        why = risk.reasons(forecast.risk, now.features[place])
        usual = question.words.percent(forecast.risk.base)
        return {
            "value": chance,
            "band": str(scores.band_of(now.scored.chances[place : place + 1], forecast.bands)[0]),
            "reasons": why,
            "foretold": _(
                "{share} likely to leave within {n} days, usual are {usual}",
                share=question.words.percent(chance),
                n=days,
                usual=usual,
            )
            + (f": {'; '.join(map(_, why))}" if why else ""),
        }

    return scores.people(question, now.scored, forecast.bands, mark, page, of_one, is_told=forecast.risk is not None)


def _forecast(question: Question, days: int) -> Forecast:
    """Returns the model of this snapshot, fitted by the first who asks."""
    return question.reading.once(("churn_risk", days), lambda: _made(question, days))


def _made(question: Question, days: int) -> Forecast:
    known = question.reading.run("churn_range", long=LONG)
    if not known:
        return Forecast(leavers=0, risk=None, backtest=None)
    lag = known[0]["lag"]
    told = question.reading.columns("churn_risk_past", ahead=days, begins_on=known[0]["begins_on"], most=MOST_ROWS)
    panel = Panel.of(told)
    now = risk.fitted(panel, days, lag)
    return Forecast(leavers=panel.leavers, risk=now, backtest=_backtest(panel, days, lag) if now else None)


def _backtest(panel: Panel, days: int, lag: int) -> Backtest | None:
    months = np.unique(panel.days)
    first = int(months[-risk.RECENT_MONTHS])
    before = risk.fitted(panel, days, lag, on_day=first)
    if before is None:
        return None
    since = panel.where(panel.days >= first)
    return Backtest(
        chances=before.chances(since.features),
        has_ended=since.has_ended,
        accounts=since.accounts,
        base=before.base,
        error=before.error,
        first_day=first,
        last_day=int(months[-1]),
    )


def _now(question: Question, forecast: Forecast) -> Now:
    found = question.reading.columns("churn_risk", question.metric.view, question.where, question.split)
    features = risk.features_of(found)
    chances = forecast.risk.chances(features) if forecast.risk else np.zeros(len(features))
    scored = Scored(
        ids=found["customer_id"],
        groups=found["split_1"],
        is_identified=found["is_identified"],
        chances=chances,
        worth=chances,
    )
    return Now(scored=scored, features=features, value_a_year=found["value_a_year"].astype(np.float64))


def _rows(forecast: Forecast, now: Now, place: Mapping[str, str], members: NDArray[np.bool_]) -> list[Row]:
    if forecast.risk is None:
        return []
    rows = []
    for band in (ALL, *forecast.bands):
        chosen = members & scores.in_band(now.scored, forecast.bands, band)
        extra = {**_told_of(forecast.risk, now, chosen), "calibration": _tested(forecast, band)}
        value = _value(forecast, now.scored, chosen)
        told = extra if band != ALL else {**extra, **_model(forecast)}
        rows.append(Row(by={"band": band, **place}, value=value, extra=scores.shown(told)))
    return rows


def _value(forecast: Forecast, scored: Scored, chosen: NDArray[np.bool_]) -> Value:
    """Returns how many of these customers are expected to leave, with the 95 % interval of that as a forecast.

    Its variance is Σ chance × (1 − chance), plus that of the share that the chances were put right by.
    """
    n, customers = int(chosen.sum()), int(scored.is_identified[chosen].sum())
    if forecast.risk is None or not n:
        return Value(value=None if forecast.risk is None else 0.0, n=n, customers=customers)
    chances = scored.chances[chosen]
    expected = float(chances.sum())
    half = Z * float(np.sqrt((chances * (1 - chances)).sum() + (expected * forecast.risk.error) ** 2))
    low, high = max(0.0, expected - half), min(float(n), expected + half)
    return scores.shown(Value(value=expected, n=n, customers=customers, low=low, high=high))


def _told_of(model: Risk, now: Now, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    """Of the customers of a row: their mean chance, the value a year that is likely to go, and what raises their risk most often."""
    chances, value = now.scored.chances[chosen], now.value_a_year[chosen]
    is_known = ~np.isnan(value)
    return {
        "chance": float(chances.mean()) if len(chances) else None,
        "value_at_risk": float(chances[is_known] @ value[is_known]),
        "value_coverage": float(is_known.mean()) if len(value) else None,
        "reasons": [
            {"reason": words, "customers": count} for words, count in risk.often(model, now.features[chosen])[:SHOWN_REASONS]
        ],
    }


def _tested(forecast: Forecast, band: str) -> list[dict[str, Any]]:
    """The calibration of all customers together, of a band as one group: whatever is selected, the model is one."""
    test = forecast.backtest
    if test is None:
        return []
    if band == ALL:
        return scores.told_bins(test.groups)
    of_then = {"high": 2 * test.base, "raised": test.base, "low": 0.0}
    chosen = scores.band_of(test.chances, of_then) == band
    return scores.told_bins(bins(test.chances[chosen], test.has_ended[chosen], test.accounts[chosen], 1))


def _model(forecast: Forecast) -> dict[str, Any]:
    model, test = forecast.risk, forecast.backtest
    assert model is not None
    weights = [
        {"feature": feature.name, "words": feature.more, "weight": float(weight)}
        for feature, weight in zip(risk.FEATURES, model.model.weights, strict=True)
    ]
    told: dict[str, Any] = {
        "model": {
            "usual": model.base, "rows": model.rows, "leavers": model.leavers, "first_day": _day(model.first_day),
            "last_day": _day(model.last_day), "weights": weights,
        },
        "backtest": None,
    }  # fmt: skip
    if test:
        told["backtest"] = {
            "first_day": _day(test.first_day), "last_day": _day(test.last_day), "expected": test.expected,
            "real": test.real, "holds": test.holds, "n": len(test.chances), "customers": len(np.unique(test.accounts)),
            "brier": brier(test.chances, test.has_ended), "auc": area_under_curve(test.chances, test.has_ended),
        }  # fmt: skip
    return told


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _notices(question: Question, forecast: Forecast, total: Value) -> list[str]:
    told = [*notices.of_time(question), *notices.of_nothing(question, total), *scores.objectors(question)]
    words, test = question.words, forecast.backtest
    if forecast.risk is None:
        return told
    if test is None:
        return [*told, _("The data is too young to hold an earlier forecast against what came.")]
    verdict = "" if test.holds else _(": the forecast was off, take it with care")
    told.append(
        _(
            "Foretold for the months from {first} to {last}: {expected} leave; {real} did{verdict}.",
            first=period_label(f"{_day(test.first_day):%Y-%m}"),
            last=period_label(f"{_day(test.last_day):%Y-%m}"),
            expected=words.percent(test.expected),
            real=words.percent(test.real),
            verdict=verdict,
        )
    )
    return [*told, scores.held_words(test.groups)]


def _sentence(question: Question, forecast: Forecast, total: Value, days: int) -> str:
    words = question.words
    if forecast.risk is None:
        return _n(
            "{n} contract that ended is too few to say who is likely to leave.",
            "{n} contracts that ended are too few to say who is likely to leave.",
            forecast.leavers,
            n=words.count(forecast.leavers),
        )
    between = _(", between {low} and {high}", low=words.count(total.low), high=words.count(total.high)) if total.n else ""
    leavers = round(total.value or 0)
    return _n(
        "Of {whole}, {n} is expected to leave within {days} days{between}.",
        "Of {whole}, {n} are expected to leave within {days} days{between}.",
        leavers,
        whole=question.counted(total.n),
        n=words.count(leavers),
        days=days,
        between=between,
    )
