"""Who is likely to buy again: purchases expected of customers without a contract, and the chance that each buys at all.

The model (BG/NBD) is fitted once per snapshot, on everybody. How well it foretells is shown with every answer: the same model,
fitted on what was known a while ago, is held against what really came since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics import notices, scores
from metrics.answer import Answer, People, Row, Value
from metrics.errors import QuestionError
from metrics.intervals import Z
from metrics.language import _, _n
from metrics.models.bgnbd import Fitted, Foretold, Histories, fit
from metrics.models.calibration import Bin, area_under_curve, bins, brier
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.scores import ALL, Array, Scored

DAY: Final = 86_400
LEAST_REPEATS: Final = 4 * scores.EVENTS_PER_PARAMETER

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far ahead, and what is called likely."""

    ahead: int = field(default=90 * DAY, metadata={"help": "how far ahead: whole days, from 7 to 365", "duration": True})
    likely: int = field(default=50, metadata={"help": "likely: buys with at least this chance, percent", "least": 1, "most": 99})
    unsure: int = field(default=20, metadata={"help": "unsure: with at least this chance, percent", "least": 1, "most": 99})

    @property
    def bands(self) -> Mapping[str, float]:
        """The least chance of each band, the highest first; raises QuestionError."""
        if self.unsure >= self.likely:
            raise QuestionError("unsure has to lie below likely", instead="Write likely=50 and unsure=20")
        return {"likely": self.likely / 100, "unsure": self.unsure / 100, "unlikely": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The past foretold: histories known `days` before yesterday, what the model made of them then, and what came since."""

    chances: Array
    happened: Array
    expected: float
    error: float
    real: int

    @property
    def groups(self) -> tuple[Bin, ...]:
        """Customers in ten groups by the chance foretold, with what came true."""
        return bins(self.chances, self.happened, np.arange(len(self.chances)))

    @property
    def holds(self) -> bool:
        """Whether what came lies within the 95 % interval of what was expected."""
        return abs(self.real - self.expected) <= Z * self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is kept for a snapshot: the model, or why there is none, and how it did before.

    customers, repeats: that it was fitted on.
    """

    customers: int
    repeats: int
    fitted: Fitted | None
    backtest: Backtest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The selected customers now, and what is foretold of each; nothing where there is no model."""

    scored: Scored
    foretold: Foretold | None


def answer(question: Question, options: Options) -> Answer:
    """Answers with the purchases expected in the time ahead: a row for all, then one per band, each with its calibration."""
    days, bands = scores.days_of(options.ahead), options.bands
    forecast = _forecast(question, days)
    now = _now(question, forecast, days)
    rows = [
        row for place, members in scores.groups_of(question, now.scored) for row in _rows(forecast, now, place, members, bands)
    ]
    total = _value(now, np.ones(len(now.scored), dtype=np.bool_))
    return question.answered(
        options=options_json(options),
        total=total,
        rows=tuple(rows),
        notices=tuple(_notices(question, forecast, total, days)),
        caption=_sentence(question, forecast, total, now, days),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a band ({"band": "likely"}) and group, worth the purchases expected of them, the most first."""
    days, bands = scores.days_of(options.ahead), options.bands
    question = scores.marked(question, "repeat_purchase", mark)
    forecast = _forecast(question, days)
    now = _now(question, forecast, days)

    def of_one(place: int) -> Mapping[str, Any]:
        if now.foretold is None:
            return {"value": None, "chance": None, "alive": None, "band": None, "foretold": None}
        chance, alive = float(now.foretold.buys[place]), float(now.foretold.alive[place])
        likely, still = question.words.percent(chance, 0), question.words.percent(alive, 0)
        return {
            "value": float(now.foretold.expected[place]),
            "chance": chance,
            "alive": alive,
            "band": str(scores.band_of(now.scored.chances[place : place + 1], bands)[0]),
            "foretold": _(
                "{likely} likely to buy within {n} days, {still} likely still with us", likely=likely, n=days, still=still
            ),
        }

    return scores.people(question, now.scored, bands, mark, page, of_one, is_told=now.foretold is not None)


def _forecast(question: Question, days: int) -> Forecast:
    """Returns the model of this snapshot, fitted by the first who asks."""
    return question.reading.once(("repeat_purchase", days), lambda: _made(question, days))


def _made(question: Question, days: int) -> Forecast:
    told, _ = _past(question, back=0, until_back=0)
    repeats = int(told.weight @ told.repeats)
    fitted = fit(told) if repeats >= LEAST_REPEATS else None
    backtest = _backtest(question, days) if fitted else None
    return Forecast(customers=int(told.customers), repeats=repeats, fitted=fitted, backtest=backtest)


def _backtest(question: Question, days: int) -> Backtest | None:
    """Stands `days` before yesterday, where only what was known then is known, and looks at what came since."""
    told, later = _past(question, back=days + 1, until_back=1)
    fitted = fit(told) if told.weight @ told.repeats >= LEAST_REPEATS else None
    if fitted is None:
        return None
    often = told.weight.astype(np.int64)
    expected, error = fitted.total(told, days)
    return Backtest(
        chances=np.repeat(fitted.model.buys(told, days), often),
        happened=np.repeat((later > 0).astype(np.float64), often),
        expected=expected,
        error=error,
        real=int(told.weight @ later),
    )


def _past(question: Question, *, back: int, until_back: int) -> tuple[Histories, Array]:
    found = question.reading.columns("repeat_purchase_past", back=back, until_back=until_back)
    told = {name: column.astype(np.float64) for name, column in found.items()}
    histories = Histories(repeats=told["repeats"], recency=told["recency_days"], age=told["age_days"], weight=told["customers"])
    return histories, told["later"]


def _now(question: Question, forecast: Forecast, days: int) -> Now:
    found = question.reading.columns("repeat_purchase", question.metric.view, question.where, question.split)
    told = Histories.of(found["repeats"], found["recency_days"], found["age_days"])
    foretold = forecast.fitted.foretold(told, days) if forecast.fitted else None
    nothing = np.zeros(len(told.repeats))
    scored = Scored(
        ids=found["customer_id"],
        groups=found["split_1"],
        is_identified=found["is_identified"],
        chances=foretold.buys if foretold else nothing,
        worth=foretold.expected if foretold else nothing,
    )
    return Now(scored=scored, foretold=foretold)


def _rows(
    forecast: Forecast, now: Now, place: Mapping[str, str], members: NDArray[np.bool_], bands: Mapping[str, float]
) -> list[Row]:
    if now.foretold is None:
        return []
    rows = []
    for band in (ALL, *bands):
        chosen = members & scores.in_band(now.scored, bands, band)
        expected = {"buyers": float(now.foretold.buys[chosen].sum()), "alive": float(now.foretold.alive[chosen].sum())}
        extra = {**expected, **_tested(forecast, bands, band)}
        value = _value(now, chosen)
        told = extra if band != ALL else {**extra, **_model(forecast)}
        rows.append(Row(by={"band": band, **place}, value=value, extra=scores.shown(told)))
    return rows


def _value(now: Now, chosen: NDArray[np.bool_]) -> Value:
    """Returns the purchases expected of these customers with the 95 % interval of that as a forecast."""
    n, customers = int(chosen.sum()), int(now.scored.is_identified[chosen].sum())
    if now.foretold is None or not n:
        return Value(value=None if now.foretold is None else 0.0, n=n, customers=customers)
    total, error = now.foretold.total(chosen.astype(np.float64))
    return scores.shown(Value(value=total, n=n, customers=customers, low=max(0.0, total - Z * error), high=total + Z * error))


def _tested(forecast: Forecast, bands: Mapping[str, float], band: str) -> dict[str, Any]:
    """The calibration of all customers together, of a band as one group: whatever is selected, the model is one."""
    test = forecast.backtest
    if test is None:
        return {"calibration": []}
    chosen = np.ones(len(test.chances), dtype=np.bool_) if band == ALL else scores.band_of(test.chances, bands) == band
    whose = np.arange(int(chosen.sum()))
    found = test.groups if band == ALL else bins(test.chances[chosen], test.happened[chosen], whose, 1)
    return {"calibration": scores.told_bins(found)}


def _model(forecast: Forecast) -> dict[str, Any]:
    fitted, test = forecast.fitted, forecast.backtest
    assert fitted is not None
    told: dict[str, Any] = {
        "model": {
            "r": fitted.model.r, "alpha_days": fitted.model.alpha, "a": fitted.model.a, "b": fitted.model.b,
            "at_edge": list(fitted.at_edge), "customers": forecast.customers, "repeat_purchases": forecast.repeats,
        },
        "backtest": None,
    }  # fmt: skip
    if test:
        told["backtest"] = {
            "expected": test.expected, "low": max(0.0, test.expected - Z * test.error), "high": test.expected + Z * test.error,
            "real": test.real, "customers": len(test.chances), "holds": test.holds,
            "brier": brier(test.chances, test.happened), "auc": area_under_curve(test.chances, test.happened),
        }  # fmt: skip
    return told


def _notices(question: Question, forecast: Forecast, total: Value, days: int) -> list[str]:
    told = [*notices.of_time(question), *notices.of_nothing(question, total), *scores.objectors(question)]
    words, test = question.words, forecast.backtest
    if forecast.fitted is None:
        return told
    if "a" in forecast.fitted.at_edge:
        told.append(_("Nobody can be seen to leave for good: everybody counts as still with us."))
    if test is None:
        return [*told, _("The data is too young to hold a forecast of {n} days against what came.", n=days)]
    low, high = max(0.0, test.expected - Z * test.error), test.expected + Z * test.error
    foretold = _("{n} purchases ({low} to {high})", n=words.count(test.expected), low=words.count(low), high=words.count(high))
    verdict = "" if test.holds else _(": the forecast was off, take it with care")
    told.append(
        _(
            "Foretold for the {n} days until yesterday: {foretold}; {real} came{verdict}.",
            n=days,
            foretold=foretold,
            real=words.count(test.real),
            verdict=verdict,
        )
    )
    told.append(scores.held_words(test.groups))
    return told


def _sentence(question: Question, forecast: Forecast, total: Value, now: Now, days: int) -> str:
    words = question.words
    if forecast.fitted is None:
        count = words.count(forecast.repeats)
        if forecast.repeats >= LEAST_REPEATS:
            return _("{n} repeat purchases do not tell enough to say who will buy again.", n=count)
        return _n(
            "{n} repeat purchase is too few to say who will buy again.",
            "{n} repeat purchases are too few to say who will buy again.",
            forecast.repeats,
            n=count,
        )
    between = _(", between {low} and {high}", low=words.count(total.low), high=words.count(total.high)) if total.n else ""
    buyers = round(float(now.scored.chances.sum()))
    return _n(
        "Of {whole}, {n} is expected to buy again within {days} days: {purchases}{between}.",
        "Of {whole}, {n} are expected to buy again within {days} days: {purchases}{between}.",
        buyers,
        whole=question.counted(total.n),
        n=words.count(buyers),
        days=days,
        purchases=words.counted(total.value, "purchase", "purchases"),
        between=between,
    )
