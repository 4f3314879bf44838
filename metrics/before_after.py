"""Before and after a change: how a share or a mean went of those it touched, against those it did not touch.

Sources: intervals of differences are recovered from those of their parts (Zou and Donner 2008, "Construction of confidence limits
about effect measures"): of two proportions with Wilson's limits this is Newcombe's (1998) method 10, of four it is the interval of a
difference in differences. The parts are taken as independent; customers who are in several of them make the interval wider than
it had to be, not narrower. What was clearly out of the usual just before a change tends to come back by itself (regression to the
mean): where the days after are no other than the days before those before, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

from metrics.answer import Change, Value, selection_json
from metrics.language import _, _n, later
from metrics.metric import Metric
from metrics.notices import NO_PERCENTAGE_BELOW, NO_SCORE_BELOW
from metrics.period_text import same_day
from metrics.selection import Selection
from metrics.words import Words
from queries.intervention import Intervention

BETTER, WORSE, UNCLEAR = later("better"), later("worse"), later("no clear change")
USUAL, TOO_FEW, UNTOLD = later("back to the usual"), later("too few to say"), later("cannot be told")
BEFORE, AFTER, OTHERS_BEFORE, OTHERS_AFTER, EARLIER = "before", "after", "others_before", "others_after", "earlier"
OTHERS = "others_"
Asked = Mapping[str, Selection]
Told = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One metric before and after one change.

    asked, told: the questions that were asked and their values, by part: before, after, and where there is somebody to compare with
    others_before and others_after; earlier: as many days again before.   days: how many days each holds.
    moved: after − before of those touched.   others_moved: of the others.   beyond: the difference of both.
    verdict: "better", "worse", "no clear change", "back to the usual" or "too few to say"; "cannot be told" where problem says why.
    """

    change: Intervention
    metric: str
    title: str
    unit: str
    days: int
    asked: Asked
    told: Told
    moved: Change
    others_moved: Change | None
    beyond: Change | None
    verdict: str
    sentence: str
    problem: str = ""

    @property
    def is_beside_others(self) -> bool:
        """Whether the verdict is of the difference to those whom it did not touch."""
        return self.beyond is not None

    def to_json(self) -> dict[str, Any]:
        return {
            "change": self.change.name,
            "on": self.change.on.isoformat(),
            "metric": self.metric,
            "title": self.title,
            "unit": self.unit,
            "days": self.days,
            "parts": {name: {**selection_json(self.asked[name], None), "period": self.asked[name].period, **self.told[name].to_json()}
                      for name in self.told},
            "moved": self.moved.to_json(),
            "others_moved": self.others_moved.to_json() if self.others_moved else None,
            "beyond": self.beyond.to_json() if self.beyond else None,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "problem": self.problem,
        }  # fmt: skip


def asked_of(one: Intervention, known_until: date, others: Sequence[str]) -> tuple[int, Asked]:
    """Returns how many days are compared, and the questions by part; `others` are the first dimension's values that were not touched.

    known_until: the last day that is wholly known. The days before are as many as there are after.
    """
    days = min(one.days, (known_until - one.on).days + 1)
    if days < 1:
        return 0, {}
    length = timedelta(days=days)
    then = same_day(one.on, one.on.year - 1) if one.against == "year" else one.on - length
    firsts = {BEFORE: then, AFTER: one.on}
    asked = {name: _selection(first, length, {**one.touched, **one.only}) for name, first in firsts.items()}
    if one.against == "before":
        asked[EARLIER] = _selection(then - length, length, {**one.touched, **one.only})
    if one.touched and others:
        aside = {**one.touched, next(iter(one.touched)): tuple(others), **one.only}
        asked |= {f"{OTHERS}{name}": _selection(first, length, aside) for name, first in firsts.items()}
    return days, asked


def effect(one: Intervention, metric: Metric, days: int, asked: Asked, told: Told, words: Words) -> Effect:
    """Returns the effect that these values tell, with its verdict and sentence."""
    moved = combined([(1, told.get(AFTER)), (-1, told.get(BEFORE))])
    others = combined([(1, told[OTHERS_AFTER]), (-1, told[OTHERS_BEFORE])]) if OTHERS_BEFORE in told else None
    beyond = None
    if others is not None:
        beyond = combined([(1, told[AFTER]), (-1, told[BEFORE]), (-1, told[OTHERS_AFTER]), (1, told[OTHERS_BEFORE])])
    made = Effect(
        change=one, metric=metric.metric_id, title=metric.title, unit=metric.unit, days=days, asked=asked, told=told, moved=moved,
        others_moved=others, beyond=beyond, verdict="", sentence="",
    )  # fmt: skip
    made = replace(made, verdict=_verdict(made, metric))
    return replace(made, sentence=_sentence(made, metric, words))


def untold(one: Intervention, name: str, title: str, unit: str, problem: str) -> Effect:
    """Returns what is told of a metric that cannot be asked of a change: why."""
    return Effect(
        change=one, metric=name, title=title, unit=unit, days=0, asked={}, told={}, moved=Change(value=None), others_moved=None,
        beyond=None, verdict=UNTOLD, sentence=problem, problem=problem,
    )  # fmt: skip


def combined(parts: Sequence[tuple[int, Value | None]]) -> Change:
    """Returns the sum of values, each added (1) or taken away (−1), with the interval that theirs make; None where one has none."""
    known = [(sign, value) for sign, value in parts if value is not None and value.value is not None]
    if len(known) < len(parts):
        return Change(value=None)
    total = sum(sign * (value.value or 0.0) for sign, value in known)
    if any(value.low is None or value.high is None for _, value in known):
        return Change(value=total)
    down, up = (sqrt(sum(_reach(value, sign * way) ** 2 for sign, value in known)) for way in (-1, 1))
    return Change(value=total, low=total - down, high=total + up, clear=total - down > 0 or total + up < 0)


def is_enough(value: Value | None, unit: str) -> bool:
    """Whether there are enough rows, of enough customers, to say anything of a value."""
    least = NO_PERCENTAGE_BELOW if unit == "percent" else NO_SCORE_BELOW
    return value is not None and value.value is not None and value.low is not None and min(value.n, value.customers) >= least


def _reach(value: Value, way: int) -> float:
    """Returns how far a value may lie above (1) or below (−1) what was found."""
    bound = value.high if way > 0 else value.low
    return abs((bound or 0.0) - (value.value or 0.0))


def _selection(first: date, length: timedelta, where: Mapping[str, tuple[str, ...]]) -> Selection:
    return Selection.of(period=f"{first}..{first + length}", compare="none", where=where)


def _verdict(found: Effect, metric: Metric) -> str:
    told, unit = found.told, metric.unit
    if not (is_enough(told.get(BEFORE), unit) and is_enough(told.get(AFTER), unit)):
        return TOO_FEW
    if found.change.touched and not _has_others(found):
        return TOO_FEW
    change = found.beyond or found.moved
    if not change.clear or change.value is None:
        return UNCLEAR
    if is_enough(told.get(EARLIER), unit):
        was_odd = combined([(1, told[BEFORE]), (-1, told[EARLIER])])
        is_odd = combined([(1, told[AFTER]), (-1, told[EARLIER])])
        if was_odd.clear and not is_odd.clear and (was_odd.value or 0) * change.value < 0:
            return USUAL
    return BETTER if (change.value > 0) == (metric.better == "higher") else WORSE


def _has_others(found: Effect) -> bool:
    return all(is_enough(found.told.get(name), found.unit) for name in (OTHERS_BEFORE, OTHERS_AFTER))


def _sentence(found: Effect, metric: Metric, words: Words) -> str:
    """Says what went from where to where, of whom, and no more: what else happened in these days is not known."""
    if not found.days:
        return _("The data does not reach the end of its first day yet.")
    named = {name: _named(found.told[name], metric, words) for name in found.told}
    first = _(
        "{figure} went from {before} to {after}, {days}",
        figure=metric.title,
        before=named[BEFORE],
        after=named[AFTER],
        days=_days(found, words),
    )
    if not (is_enough(found.told[BEFORE], found.unit) and is_enough(found.told[AFTER], found.unit)):
        return _("{told}: too few to say.", told=first)
    if not found.change.touched:
        alone = _("It touched everybody: there is nobody to compare with.")
        if found.change.only:
            alone = _("Nobody is named whom it did not touch: there is nobody to compare with.")
        return f"{first}: {_difference(found.moved, metric, words)}. {_verdict_words(found)} {alone}"
    if not _has_others(found):
        return _("{told}; of those it did not touch there are too few to say whether it was the change.", told=first)
    assert found.beyond is not None
    return _(
        "{told}; those it did not touch went from {before} to {after}. The difference of both is {difference}. {verdict}",
        told=first,
        before=named[OTHERS_BEFORE],
        after=named[OTHERS_AFTER],
        difference=_difference(found.beyond, metric, words),
        verdict=_verdict_words(found),
    )


def _verdict_words(found: Effect) -> str:
    usual = _("Before those days it was as it is now: it may only have come back to the usual, so nothing can be said.")
    if found.is_beside_others:
        return {
            UNCLEAR: _("No clear difference to the others."),
            USUAL: usual,
            BETTER: _("Clearly better than the others; what else was different in these days is not known."),
            WORSE: _("Clearly worse than the others; what else was different in these days is not known."),
        }[found.verdict]
    return {
        UNCLEAR: _("No clear change."),
        USUAL: usual,
        BETTER: _("Clearly better; what else was different in these days is not known."),
        WORSE: _("Clearly worse; what else was different in these days is not known."),
    }[found.verdict]


def _days(found: Effect, words: Words) -> str:
    if found.change.against == "year":
        return _n(
            "{n} day from its first day on against the same day a year earlier",
            "{n} days from its first day on against the same days a year earlier",
            found.days,
            n=words.count(found.days),
        )
    return _n(
        "{n} day before it against as many after",
        "{n} days before it against as many after",
        found.days,
        n=words.count(found.days),
    )


def _named(value: Value, metric: Metric, words: Words) -> str:
    """Returns a value with how many it is of; a share of very few only as its counts."""
    of = words.count(value.n)
    if value.value is None:
        return _("none at all")
    if metric.unit == "percent" and value.n < NO_PERCENTAGE_BELOW:
        return _("{n} of {whole}", n=words.count(value.numerator), whole=of)
    return _("{n} of {whole}", n=words.value(value.value, metric.unit), whole=of)


def _difference(change: Change, metric: Metric, words: Words) -> str:
    say = _saying(metric, words)
    if change.value is None or change.low is None or change.high is None:
        return _("not known")
    moved = _signed(change.value, say)
    told = _("{points} points", points=moved) if metric.unit in ("percent", "nps") else moved
    return told + _(", between {low} and {high}", low=_signed(change.low, say), high=_signed(change.high, say))


def _saying(metric: Metric, words: Words) -> Callable[[float], str]:
    if metric.unit == "percent":
        return lambda value: words.points(value, 1)
    return lambda value: words.number(value, 1) if metric.unit in ("nps", "score") else words.value(value, metric.unit)


def _signed(value: float, say: Callable[[float], str]) -> str:
    return f"+{say(value)}" if value > 0 else say(value)
