"""A score that customers gave: by respondent, by account or by value, wave by wave, each scale a series of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any, Final

from metrics import confidential, notices
from metrics.answer import Answer, Change, Comparison, Notice, People, Row, Value
from metrics.errors import QuestionError
from metrics.figures import summary
from metrics.intervals import Z
from metrics.language import _, later
from metrics.marks import of_everyone, values_of
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question
from metrics.selection import resolve
from metrics.weighing import weighed_value

SPLITS: Final = 2
RESPONDENT: Final = "respondent"
WEIGHTS: Final = (RESPONDENT, "account", "value")
SCALE, WAVE = "scale", "wave"
OF_ANY_SCALE: Final = ("is_answered",)  # whether somebody answered says the same on every scale
WEIGHED_BY: Final = {"account": later("account"), "value": later("value")}
DETRACTORS: Final = "detractors"
NEVER_ONE: Final = later("Scales are never added up: each is a series of its own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a score is shown, and whose voice weighs how much."""

    weigh: str = field(
        default=RESPONDENT, metadata={"help": "every answer, every account, or by value a year", "choices": WEIGHTS}
    )
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": summary.GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})

    @property
    def shown(self) -> summary.Options:
        """The options that a summary has, too."""
        return summary.Options(series=self.series, grain=self.grain, most=self.most)


def answer(question: Question, options: Options) -> Answer:
    """Answers with the score, its rows and the comparison; of several scales the score of each, and none of all."""
    asked = _by_scale(question)
    found = summary.answer(asked, options.shown)
    if options.weigh != RESPONDENT:
        found = _weighed(asked, options, found)
    if asked is not question:
        found = _apart(found)
    if confidential.any_in(question):
        found = _guarded(question, options, found)
    rows = _in_order(question, found.rows)
    told = (*found.notices, *_aimed(question, found.total))
    return replace(found, selection=question.selection, options=options_json(options), rows=rows, notices=told)


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the answers counted; mark is a group: {"wave": "2026"}, or of an NPS {"part": "detractors"}.

    Raises QuestionError where any of them is confidential.
    """
    narrowed = question
    for dimension, value in mark.items():
        if dimension in question.dimensions and value != "other":
            narrowed = narrowed.filtered(dimension, value)
    confidential.refuse_people(narrowed)
    if mark.get("part") != DETRACTORS or question.metric.unit != "nps":
        return summary.people(question, options.shown, mark, page)
    groups = {name: value for name, value in mark.items() if name != "part"}
    return replace(summary.people(question.only(value="-100"), options.shown, groups, page), mark=dict(mark))


def scales_of(question: Question) -> list[str]:
    """Returns the scales that the metric's answers were ever given on, as far as the question allows them."""
    if SCALE not in question.dimensions or question.metric.value in OF_ANY_SCALE:
        return []
    allowed = question.where.get(question.dimensions[SCALE])
    return [scale for scale in values_of(question, question.dimensions[SCALE]) if allowed is None or scale in allowed]


def _by_scale(question: Question) -> Question:
    """Returns the question split by scale first, where answers were given on several."""
    by = question.selection.by
    if SCALE in by or len(scales_of(question)) < 2:
        return question
    if len(by) == SPLITS:
        instead = f"Ask for one of them: --where {SCALE}={scales_of(question)[0]}"
        raise QuestionError("answers on several scales are split by one more thing at most", instead=instead)
    return replace(question, selection=question.selection.changed(by=(SCALE, *by)))


def _apart(found: Answer) -> Answer:
    """Returns the answer without a score of all scales together; where only one was used, its score is the total's."""
    if len({row.by[SCALE] for row in found.rows if row.value.n}) < 2:
        return found
    comparison = found.comparison and replace(
        found.comparison, total=confidential.without_score(found.comparison.total), change=Change(value=None)
    )
    total, said = (
        confidential.without_score(found.total),
        _("{told}, on several scales.", told=found.caption.split(":")[0].rstrip(".")),
    )
    return replace(found, total=total, comparison=comparison, caption=said, notices=(*found.notices, _(NEVER_ONE)))


def _weighed(question: Question, options: Options, found: Answer) -> Answer:
    """Returns the answer with the weighted scores in the place of the plain ones."""
    total, of_all = _weighed_total(question, options)
    rows = tuple(_weighed_row(question, options, row) for row in found.rows)
    comparison = found.comparison and _weighed_comparison(question, options, found.comparison, total)
    score = _score_words(question, total) if total.value is not None else _("no score")
    said = _(
        "{counted} {when}, by {weight}: {score}.",
        counted=question.counted(total.n),
        when=question.when(),
        weight=_(WEIGHED_BY.get(options.weigh, options.weigh)),
        score=score,
    )
    return replace(
        found,
        total=total,
        rows=rows,
        comparison=comparison,
        notices=(*found.notices, _coverage(question, options, of_all)),
        caption=said,
    )


def _weighed_total(question: Question, options: Options) -> tuple[Value, Mapping[str, Any]]:
    times = question.times(question.period)
    found = question.run("score_weighed", most=EVERYTHING, by_value=options.weigh == "value", **times)
    if not found:
        return Value(value=None, n=0, customers=0), {"accounts": 0, "weighed": 0}
    return weighed_value(found[0], question.metric.unit), found[0]


def _weighed_row(question: Question, options: Options, row: Row) -> Row:
    value, told = _weighed_total(_of_row(question, options, row), options)
    return replace(row, value=value, extra={**row.extra, "accounts": told["accounts"], "weighed": told["weighed"]})


def _weighed_comparison(question: Question, options: Options, told: Comparison, now: Value) -> Comparison:
    earlier = question.of(told.period)
    before, _ = _weighed_total(earlier, options)
    rows = tuple(_weighed_row(earlier, options, row) for row in told.rows)
    return replace(told, total=before, rows=rows, change=_change(now, before))


def _change(now: Value, before: Value) -> Change:
    """Returns a difference of two weighted scores, with the standard errors of both."""
    if now.value is None or before.value is None:
        return Change(value=None)
    change = now.value - before.value
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(value=change)
    half = Z * sqrt(_error(now) ** 2 + _error(before) ** 2)
    return Change(value=change, low=change - half, high=change + half, clear=abs(change) > half)


def _error(value: Value) -> float:
    assert value.value is not None
    assert value.low is not None
    assert value.high is not None
    return max(value.high - value.value, value.value - value.low) / Z


def _of_row(question: Question, options: Options, row: Row) -> Question:
    """Returns the question narrowed to what a row of its answer counts."""
    narrowed = question
    for dimension, value in row.by.items():
        narrowed = narrowed.filtered(dimension, summary.group_values(question, options.shown, dimension, value))
    narrowed = replace(narrowed, selection=narrowed.selection.changed(by=()))
    return narrowed.of(resolve(row.at, as_of=question.as_of, zone=question.zone)) if row.at else narrowed


def _coverage(question: Question, options: Options, told: Mapping[str, Any]) -> str:
    accounts = question.words.counted(told["accounts"], "account", "accounts")
    if options.weigh != "value":
        return _("Each of {accounts} counts once, by the mean of its answers.", accounts=accounts)
    known = question.words.count(told["weighed"])
    return _(
        "Weighed by what accounts brought in a year at their latest answer: {n} of {accounts} brought anything that is known.",
        n=known,
        accounts=accounts,
    )


def _score_words(question: Question, value: Value) -> str:
    words, unit = question.words, question.metric.unit
    bounds = ""
    if value.low is not None:
        bounds = _(", between {low} and {high}", low=words.value(value.low, unit), high=words.value(value.high, unit))
    return f"{words.value(value.value, unit)}{bounds}"


def _guarded(question: Question, options: Options, found: Answer) -> Answer:
    """Returns the answer without what would tell of fewer than ten confidential answers."""
    if not confidential.count_in(question) and not (question.before and confidential.count_in(question.of(question.before))):
        return found
    ways = len(question.selection.by) + bool(options.series or options.grain)
    confidential.check_ways(question, ways)

    def count_of(row: Row) -> int:
        return confidential.count_in(_of_row(question, options, row))

    everyone = confidential.count_in(question)
    is_few = 0 < everyone < confidential.FEWEST or confidential.narrowed_to_few(question, _counts_by)
    shown = confidential.with_hidden(found, count_of, is_few)
    return _comparison_guarded(question, options, shown)


def _comparison_guarded(question: Question, options: Options, found: Answer) -> Answer:
    if found.comparison is None or question.before is None:
        return found
    earlier = question.of(question.before)
    few = 0 < confidential.count_in(earlier) < confidential.FEWEST
    rows = found.comparison.rows
    places = confidential.hidden_rows(rows, lambda row: confidential.count_in(_of_row(earlier, options, row)))
    told = tuple(confidential.hidden(row) if few or place in places else row for place, row in enumerate(rows))
    total = confidential.without_score(found.comparison.total) if few else found.comparison.total
    change = Change(value=None) if few else found.comparison.change
    return replace(found, comparison=replace(found.comparison, total=total, rows=told, change=change))


def _counts_by(question: Question, dimension: str) -> Mapping[str, tuple[int, int]]:
    """Returns by value of a dimension how many answers there are, and how many of them are confidential."""
    split, times = (question.dimensions[dimension],), question.times(question.period)
    every = question.run("rollup", split=split, shown=None, **times)
    few = question.only(is_hidden="yes").run("rollup", split=split, shown=None, **times)
    confidential_ones = {row["split_1"]: row["n"] for row in few}
    return {row["split_1"]: (row["n"], confidential_ones.get(row["split_1"], 0)) for row in every}


def _in_order(question: Question, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Returns the rows, those of waves in the order in which the waves were first answered."""
    if WAVE not in question.selection.by:
        return rows
    place = ("waves", question.metric.view)
    found = question.reading.once(place, lambda: of_everyone(question).run("first_seen", split=(question.dimensions[WAVE],)))
    order = {row["name"]: number for number, row in enumerate(found)}
    return tuple(sorted(rows, key=lambda row: order.get(row.by[WAVE], len(order))))


def _aimed(question: Question, total: Value) -> tuple[str, ...]:
    """Says where the aim lies inside the interval: it is neither met nor missed."""
    aim = question.metric.target
    if aim is None or total.low is None or total.high is None or not total.low <= aim <= total.high:
        return ()
    told = question.words.value(aim, question.metric.unit)
    return (Notice(_("The target of {aim} is neither met nor missed: it lies inside the interval.", aim=told), notices.AIM),)
