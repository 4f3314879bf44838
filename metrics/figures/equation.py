"""The customer equation: who was there, who came and went, who is there, in customers and in value a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import GRAINS, person_row
from metrics.headline import headline, is_valued, text_of
from metrics.intervals import random_change
from metrics.language import _, later
from metrics.measure import steady
from metrics.options import options_json
from metrics.period import MOMENT
from metrics.question import Page, Question
from metrics.selection import Period, earlier, local_day, pieces
from metrics.words import Words

FLOWS: Final = ("gained", "returned", "ended", "fell_silent", "grown", "shrunk", "moved_in", "moved_out")
STOCKS: Final = ("opening", "closing")
COMINGS: Final = ("gained", "returned", "ended", "fell_silent")
MOVES: Final = ("moved_in", "moved_out")

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the equation is shown."""

    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per group, or per piece of time; the total is the net change in customers."""
    period = _period(question)
    rows = _rows(question, options, period)
    in_parts = question.split or (options.grain and not options.series)
    total = _equation(question, [period], split=False)[0] if in_parts else rows[-1]
    return question.of(period).answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        comparison=_comparison(question, total),
        notices=(*notices.of_time(question), *_coverage(total, question.words), *_nothing(question, total)),
        caption=sentence(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the movements of a part ("gained", "ended" …), the accounts at "opening" or "closing", or all comings and goings."""
    part = mark.get("part", "")
    for dimension, value in mark.items():
        question = question if dimension == "part" else question.filtered(dimension, value)
    if part and part not in FLOWS + STOCKS:
        raise UnknownName(f'"{part}" is not a part of the equation', name=part, known=FLOWS + STOCKS)
    if part in STOCKS:
        return _stock(question, part, mark, page)
    movements = (part,) if part else (*COMINGS, *(MOVES if _with_moves(question) else ()))
    return _moved(question.only(movement=movements), mark, page)


def sentence(question: Question, row: Row) -> str:
    """Returns "In October 2026 to date 115 more customers, but €22K a year less: we lose the more valuable ones."."""
    when, told = question.when(), text_of(row.extra["headline"])
    return _("{when} {finding}", when=when[0].upper() + when[1:], finding=told[0].lower() + told[1:])


def _rows(question: Question, options: Options, period: Period) -> tuple[Row, ...]:
    if options.series:
        return _equation(question, earlier(period, options.series, zone=question.zone), split=bool(question.split))
    if options.grain:
        parts = pieces(question.begun(period), options.grain, zone=question.zone)
        return _equation(question, parts, split=bool(question.split))
    return _equation(question, [period], split=bool(question.split), dated=False)


def _equation(question: Question, parts: Sequence[Period], *, split: bool, dated: bool = True) -> tuple[Row, ...]:
    found = question.run(
        "equation",
        split=question.split if split else (),
        names=[part.text for part in parts],
        starts=[part.starts_at for part in parts],
        ends=[part.ends_at for part in parts],
        with_moves=_with_moves(question),
    )
    dated = dated and len(parts) > 1
    places = {part.text: part for part in parts}
    rows = tuple(_row(question, row, places[row["at_piece"]], dated=dated, split=split) for row in found)
    return rows or tuple(_row(question, {}, part, dated=dated, split=False) for part in parts)


def _row(question: Question, found: Mapping[str, Any], part: Period, *, dated: bool, split: bool) -> Row:
    extra = {**_days(part, question.zone), **_amounts(found), "with_moves": _with_moves(question)}
    told = headline(extra, question.words, with_moves=_with_moves(question))
    return Row(
        by={question.selection.by[0]: found["split_1"]} if split else {},
        at=part.text if dated else None,
        value=Value(
            value=_amount(found, "customers_change"), n=round(_amount(found, "n")), customers=round(_amount(found, "customers"))
        ),
        extra={**extra, "headline": told},
    )


def _days(part: Period, zone: str) -> dict[str, Any]:
    """The local days at which the row opens and closes; all of time has no first one."""
    opens_on = None if part.text == "all" else part.first_day
    return {"opens_on": opens_on, "closes_on": local_day(part.ends_at - MOMENT, zone)}


def _amounts(found: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of the equation: how often (n), to how many customers, and the value a year; the numbers and the values add up."""
    customers = {stock: round(_amount(found, stock)) for stock in STOCKS}
    values = {stock: _amount(found, f"{stock}_value") for stock in STOCKS}
    flows = {flow: _flow(found, flow) for flow in FLOWS}
    amounts: dict[str, Any] = {
        **{stock: {"customers": customers[stock], "value": values[stock]} for stock in STOCKS},
        **flows,
        "lost": _lost(flows, round(_amount(found, "lost_customers"))),
        "net": {
            "customers": customers["closing"] - customers["opening"], "value": steady(values["closing"] - values["opening"]),
        },
        "returned_after_ended": round(_amount(found, "returned_after_ended")),
        "returned_after_silence": round(_amount(found, "returned_after_silence")),
    }  # fmt: skip
    is_covered = customers["closing"] and is_valued(amounts)
    return {**amounts, "value_coverage": _amount(found, "closing_known") / customers["closing"] if is_covered else None}


def _flow(found: Mapping[str, Any], flow: str) -> dict[str, Any]:
    """What happened so often (n), to so many customers, and what it was worth."""
    counts = {"n": round(_amount(found, flow)), "customers": round(_amount(found, f"{flow}_customers"))}
    return {**counts, "value": abs(_amount(found, f"{flow}_value"))}


def _lost(flows: Mapping[str, Any], customers: int) -> dict[str, Any]:
    """Ended and fell silent together; who did both in one period is one customer."""
    ended, silent = flows["ended"], flows["fell_silent"]
    return {"n": ended["n"] + silent["n"], "customers": customers, "value": steady(ended["value"] + silent["value"])}


def _amount(found: Mapping[str, Any], name: str) -> float:
    return steady(found.get(name) or 0)


def _comparison(question: Question, now: Row) -> Comparison | None:
    if question.before is None:
        return None
    of_before = question.of(question.before)
    total = _equation(of_before, [question.before], split=False, dated=False)[0]
    rows = _equation(of_before, [question.before], split=True, dated=False) if question.split else (total,)
    difference = (now.value.value or 0.0) - (total.value.value or 0.0)
    low, high = random_change(difference, now.value.n + total.value.n)
    change = Change(value=difference, low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total.value, rows=rows, change=change)


def _coverage(total: Row, words: Words) -> list[str]:
    share = total.extra["value_coverage"]
    if not is_valued(total.extra) and total.extra["closing"]["customers"]:
        return [_("No contract or order tells what customers are worth.")]
    return [] if share is None or share >= 1 else [_("Value known for {share} of customers.", share=words.percent(share, 0))]


def _nothing(question: Question, total: Row) -> list[str]:
    return [] if total.value.n or total.extra["closing"]["customers"] else notices.of_nothing(question, total.value)


def _with_moves(question: Question) -> bool:
    """Moves between segments are comings and goings only where a segment is looked at."""
    return question.is_by_segment


def _moved(question: Question, mark: Mapping[str, str], page: Page) -> People:
    times = question.times(question.period)
    counted = question.run("rollup", shown=None, **times)
    unit, one = _UNITS.get(mark.get("part", ""), (question.metric.noun, question.metric.one))
    rows = question.run(
        "customers_behind", shown=question.shown(), by_value=page.by_value, most=page.most, skipped=page.skipped, **times
    )
    return question.people(
        unit=unit,
        one=one,
        count=counted[0]["n"] if counted else 0,
        customers=counted[0]["customers"] if counted else 0,
        rows=[person_row(row) for row in rows],
        mark=mark,
    )


def _stock(question: Question, part: str, mark: Mapping[str, str], page: Page) -> People:
    period = _period(question)
    instant = period.starts_at if part == "opening" else period.ends_at
    row = _equation(question, [period], split=False)[0]
    rows = question.run("customers_at", instant=instant, most=page.most, skipped=page.skipped)
    count = row.extra[part]["customers"]
    return question.people(
        unit="customers", one="customer", count=count, customers=count, rows=[person_row(found) for found in rows], mark=mark
    )


def _period(question: Question) -> Period:
    if question.period is None:
        raise QuestionError("the customer equation needs a period", where=f"definition {question.metric.metric_id}")
    return question.period


_UNITS: Final = {
    "gained": (later("customers gained"), later("customer gained")),
    "returned": (later("customers returned"), later("customer returned")),
    "ended": (later("customers who ended"), later("customer who ended")),
    "fell_silent": (later("customers who fell silent"), later("customer who fell silent")),
    "grown": (later("rises"), later("rise")),
    "shrunk": (later("falls"), later("fall")),
    "moved_in": (later("moves in"), later("move in")),
    "moved_out": (later("moves out"), later("move out")),
}
