"""One value summarised over a metric's rows: in all, by group, in time, and against another period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import intervals, notices
from metrics.answer import Answer, Comparison, People, Row, Value
from metrics.captions import caption
from metrics.errors import UnknownName
from metrics.language import _n
from metrics.measure import Measured, difference, nothing, sums_of, worth
from metrics.options import options_json
from metrics.period import MOMENT
from metrics.question import EVERYTHING, Page, Question
from metrics.selection import Period, earlier, pieces
from metrics.summing import summed

GRAINS: Final = ("", "day", "week", "month", "quarter", "year")

SPLITS: Final = 2

NOT_YET_KNOWN: Final = "not_yet_known"
SAYS: Final = {"yes": "1", "no": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a summary is shown."""

    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the total of the period, its rows, and the comparison."""
    total, rows = _in_all(question, options)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=tuple(_notices(question, total.value, rows)),
        caption=caption(question, total.value),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the rows counted, or the customers where customers are counted; mark is a group: {"reason": "Moved away"}."""
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, group_values(question, options, dimension, value))
    is_said = mark.get("part") in SAYS and question.metric.unit == "percent" and question.metric.aggregate == "mean"
    question = question.only(value=SAYS[mark["part"]]) if is_said else question
    times = question.times(question.period) if is_said else _part_times(question, mark)
    total = _measure(question, times).value
    once = question.metric.aggregate == "customers"
    rows = question.run(
        "customers_once" if once else "customers_behind",
        shown=question.shown(),
        by_value=page.by_value,
        most=page.most,
        skipped=page.skipped,
        **times,
    )
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=total.n,
        customers=total.customers,
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def person_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row of a list with the names that all lists share: name, value and at first."""
    rest = {name: value for name, value in row.items() if name not in ("happened_at", "is_identified", "name", "value")}
    return {"customer_id": row["customer_id"], "name": row["name"], "value": row["value"], "at": row["happened_at"], **rest}


def group_values(question: Question, options: Options, dimension: str, value: str) -> Sequence[str]:
    """Returns the values that a group of an answer stands for: its own, or all that are hidden in "other"."""
    if value != "other" or dimension != (question.selection.by or ("",))[0]:
        return [value]
    column = question.dimensions[dimension]
    every = question.run("rollup", split=(column,), shown=None, **question.times(question.period))
    values = [row["split_1"] for row in every if row["split_1"] != "unknown"]
    return [*values[_most(question, options) :], *(["other"] if "other" in values else [])]


def measure(question: Question) -> Measured:
    """Returns the metric's total in the question's period."""
    return _measure(question, question.times(question.period))


def _measure(question: Question, times: Mapping[str, Any]) -> Measured:
    found = summed(question, (), times)
    return _measured(question, found[:1], EVERYTHING, times)[0][1] if found else nothing(question.metric)


def _part_times(question: Question, mark: Mapping[str, str]) -> Mapping[str, Any]:
    """The period; or of {"part": "not_yet_known"} what comes after all that is known."""
    if "part" not in mark:
        return question.times(question.period)
    if not question.metric.waits or mark["part"] != NOT_YET_KNOWN:
        known = (NOT_YET_KNOWN,) if question.metric.waits else ()
        raise UnknownName(f'"{mark["part"]}" is not a part of {question.metric.metric_id}', name=mark["part"], known=known)
    return {"starts_at": question.as_of + MOMENT, "ends_at": None}


def _in_all(question: Question, options: Options) -> tuple[Measured, tuple[Row, ...]]:
    """Returns the total and the rows."""
    if question.period and (options.series or options.grain):
        return _in_time(question, options, question.period)
    return _with_groups(question, options)


def _with_groups(question: Question, options: Options) -> tuple[Measured, tuple[Row, ...]]:
    """Returns the total and the groups; their sums, where there is no median to look for, in one go."""
    if not question.selection.by or question.metric.aggregate == "median":
        return measure(question), _groups(question, options) if question.selection.by else ()
    found = summed(question, question.split, question.times(question.period), most=_most(question, options))
    rows = tuple(Row(by=_by(question, row), value=_of_sums(question, row).value) for row in found if not row["is_total"])
    return _total(question, found), rows


def _total(question: Question, found: Iterable[Mapping[str, Any]]) -> Measured:
    return next((_of_sums(question, row) for row in found if row["is_total"]), nothing(question.metric))


def _of_sums(question: Question, row: Mapping[str, Any]) -> Measured:
    sums = sums_of(row)
    return Measured(value=worth(question.metric, sums, row["customers"]), sums=sums)


def _groups(question: Question, options: Options) -> tuple[Row, ...]:
    times = question.times(question.period)
    found = [row for row in summed(question, question.split, times, most=_most(question, options)) if not row["is_total"]]
    measured = _measured(question, found, _most(question, options), times)
    return tuple(Row(by=_by(question, row), value=told.value) for row, told in measured)


def _in_time(question: Question, options: Options, period: Period) -> tuple[Measured, tuple[Row, ...]]:
    """Returns the total and the rows of each piece of time; the pieces of a period tell its total, too, and so does a series' last."""
    parts = earlier(period, options.series, zone=question.zone) if options.series else ()
    parts = parts or pieces(question.begun(period), options.grain or "month", zone=question.zone)
    if question.metric.aggregate == "median":
        return measure(question), tuple(row for part in parts for row in _one_piece(question.of(part), options))
    times = {"starts_at": parts[0].starts_at, "ends_at": parts[-1].ends_at}
    found = summed(question, question.split, times, parts, _most(question, options))
    made = [(row, _of_sums(question, row)) for row in found if not row["is_total"]]
    rows = [Row(at=row["at_piece"], by=_by(question, row), value=told.value) for row, told in made]
    if not options.series:
        total = _total(question, found)
    elif question.selection.by:
        total = measure(question)
    else:
        total = next((told for row, told in made if row["at_piece"] == period.text), nothing(question.metric))
    return total, tuple(_filled(question, rows, parts))


def _one_piece(question: Question, options: Options) -> tuple[Row, ...]:
    assert question.period is not None
    if question.selection.by:
        return tuple(Row(at=question.period.text, by=row.by, value=row.value) for row in _groups(question, options))
    return (Row(at=question.period.text, value=measure(question).value),)


def _filled(question: Question, rows: Sequence[Row], parts: Sequence[Period]) -> Iterable[Row]:
    """Yields the rows in the order of time, with a row of nothing for a piece in which nothing happened."""
    empty = nothing(question.metric).value
    for part in parts:
        of_part = [row for row in rows if row.at == part.text]
        yield from of_part
        if not of_part and not question.selection.by:
            yield Row(at=part.text, value=empty)


def _comparison(question: Question, options: Options, now: Measured) -> Comparison | None:
    if question.before is None:
        return None
    earlier_question = question.of(question.before)
    before, rows = _with_groups(earlier_question, options)
    return Comparison(period=question.before, total=before.value, rows=rows, change=difference(question.metric, now, before))


def _notices(question: Question, total: Value, rows: Sequence[Row]) -> list[str]:
    of_rows = [] if any(row.at for row in rows) else rows
    told = [*notices.of_time(question), *notices.of_nothing(question, total), *notices.of_sizes(question, total, of_rows)]
    return [*told, *_waiting(question)]


def _waiting(question: Question) -> list[str]:
    """Says how many rows will be known only later: their time is not over."""
    if not question.metric.waits:
        return []
    found = question.run("rollup", shown=None, starts_at=question.as_of + MOMENT, ends_at=None)
    if not found:
        return []
    count = found[0]["n"]
    return [
        _n(
            "{n} of the {noun} is not yet known: their time is not over.",
            "{n} more {noun} are not yet known: their time is not over.",
            count,
            n=question.words.count(count),
            noun=question.metric.waits,
        )
    ]


def _measured(
    question: Question, found: Sequence[Mapping[str, Any]], most: int, times: Mapping[str, Any] | None = None
) -> list[tuple[Mapping[str, Any], Measured]]:
    if question.metric.aggregate == "median":
        return _medians(question, found, most, times or question.times(question.period))
    return [(row, _of_sums(question, row)) for row in found]


def _medians(
    question: Question, found: Sequence[Mapping[str, Any]], most: int, times: Mapping[str, Any]
) -> list[tuple[Mapping[str, Any], Measured]]:
    ranks = [intervals.median_ranks(row["n"]) or (None, None) for row in found]
    middles = question.run(
        "middle",
        split=question.split if any(row["split_1"] for row in found) else (),
        most=most,
        groups_1=[row["split_1"] for row in found],
        groups_2=[row["split_2"] for row in found],
        lows=[low for low, _ in ranks],
        highs=[high for _, high in ranks],
        **times,
    )
    by_group = {(row["split_1"], row["split_2"]): row for row in middles}
    return [(row, _median(row, by_group[row["split_1"], row["split_2"]])) for row in found]


def _median(row: Mapping[str, Any], middle: Mapping[str, Any]) -> Measured:
    value = Value(
        value=middle["median_value"], n=row["n"], customers=row["customers"], low=middle["low_value"], high=middle["high_value"]
    )
    return Measured(value=value, sums=sums_of(row))


def _by(question: Question, row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[f"split_{place}"] for place, name in enumerate(question.selection.by, start=1)}


def _most(question: Question, options: Options) -> int:
    if not question.selection.by:
        return EVERYTHING
    return options.most or question.most_values[question.selection.by[0]]
