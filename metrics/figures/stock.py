"""Here now: who is in each stage of a journey at the period's end, and for how long they have been there.

Everyone is in one stage at most, the highest reached since they last set out, and left by a higher stage, an exit or the idle gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures.strip import stage_numbers
from metrics.figures.summary import GRAINS, person_row
from metrics.language import _, _n, later
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question
from metrics.selection import Period, day_text, local_day
from metrics.stages import (
    OTHER,
    WORDS,
    by_group,
    check_split,
    followed,
    groups_of,
    hidden_groups,
    in_time,
    most_shown,
    narrowed,
    of_followed,
    one_of_time,
    period_of,
)

PARTS: Final = ("here_now", "re_entered")

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which journey, and at which instants."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per stage, in order, and group; the total is everyone in the journey at the period's end."""
    check_split(question)
    period, stages = period_of(question), question.stages()
    parts = in_time(question, options.series, options.grain)
    rows = _rows(question, options, parts or (period,), is_dated=bool(parts))
    is_whole = not parts or parts[-1].text == period.text
    total = _all_of([row for row in rows if row.at in (None, period.text)]) if is_whole else _everyone(question)
    return question.of(period).answered(
        options={**options_json(options), "journey": question.journey, "journey_title": stages[0]["title"]},
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=tuple(notices.of_time(question)),
        caption=f"{_sentence(question, period, total)} {_('Everyone counts once, in the highest stage reached since they last set out.')}",
    )


_UNITS: Final = {
    False: (later("people here"), later("person here")),
    True: (later("people here anew"), later("person here anew")),
}


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a stage, or of all; part re_entered keeps those who are there anew, at a row in time."""
    part = mark.get("part", "here_now")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of a stage', name=part, known=PARTS)
    parts = in_time(question, options.series, options.grain)
    period = one_of_time(question, mark, parts)
    question = narrowed(question, mark, _hidden(question, options, parts or (period,), mark)).unsplit()
    stages = stage_numbers(question, mark)
    counted = [row for row in _counted(question, (period,), EVERYTHING) if row["stage_no"] in stages]
    count = sum(row["re_entered" if part == "re_entered" else "n"] for row in counted)
    found = question.run(
        "stock_people",
        instant=period.ends_at,
        stages=stages,
        only_again=part == "re_entered",
        most=page.most,
        skipped=page.skipped,
    )
    unit, one = _UNITS[part == "re_entered"]
    return question.people(
        unit=of_followed(question, unit),
        one=of_followed(question, one),
        count=count,
        customers=count,
        rows=[person_row(row) for row in found],
        mark=mark,
    )


def _rows(question: Question, options: Options, parts: Sequence[Period], *, is_dated: bool) -> tuple[Row, ...]:
    found = _counted(question, parts, most_shown(question, options.most))
    by_place = {(row["at_piece"], row["split_1"], row["stage_no"]): row for row in found}
    return tuple(
        Row(
            by=by_group(question, stage, group),
            at=part.text if is_dated else None,
            value=_people(told.get("n", 0)),
            extra=_extra(stage, told),
        )
        for part in parts
        for group in groups_of(found)
        for stage in question.stages()
        for told in [by_place.get((part.text, group, stage["stage_no"]), {})]
    )


def _extra(stage: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: stage[name] for name in WORDS},
        "re_entered": told.get("re_entered", 0),
        "median_seconds_here": told.get("median_seconds"),
        "p90_seconds_here": told.get("p90_seconds"),
    }


def _counted(question: Question, parts: Sequence[Period], most: int) -> list[dict[str, Any]]:
    names, instants = [part.text for part in parts], [part.ends_at for part in parts]
    return question.run("stock", split=question.split[:1], names=names, instants=instants, most=most)


def _hidden(question: Question, options: Options, parts: Sequence[Period], mark: Mapping[str, str]) -> dict[str, list[str]]:
    if not question.split or OTHER not in mark.values():
        return {}
    return {question.selection.by[0]: hidden_groups(_counted(question, parts, EVERYTHING), most_shown(question, options.most))}


def _everyone(question: Question) -> Value:
    return _people(sum(row["n"] for row in _counted(question.unsplit(), (period_of(question),), EVERYTHING)))


def _all_of(rows: Sequence[Row]) -> Value:
    """Returns the people of all stages and groups together: nobody is in two at once."""
    return _people(sum(row.value.n for row in rows))


def _people(count: int) -> Value:
    return Value(value=float(count), n=count, customers=count)


def _comparison(question: Question, options: Options, total: Value) -> Comparison | None:
    if question.before is None:
        return None
    then = question.of(question.before)
    rows = _rows(then, options, (question.before,), is_dated=False)
    before = _all_of(rows)
    return Comparison(
        period=question.before, total=before, rows=rows, change=Change(value=(total.value or 0.0) - (before.value or 0.0))
    )


def _sentence(question: Question, period: Period, total: Value) -> str:
    is_now = period.is_to_date or period.text == "all"
    on_a_day = _("on {day}", day=question.as_of_words())
    when = on_a_day if is_now else _("at the end of {day}", day=_last_day(question, period))
    place = {"journey": question.stages()[0]["title"], "when": when}
    if not total.n:
        return _("Nobody was in “{journey}” {when}.", **place)
    people = followed(question, total.n)
    return _n("{people} was in “{journey}” {when}.", "{people} were in “{journey}” {when}.", total.n, people=people, **place)


def _last_day(question: Question, period: Period) -> str:
    return day_text(local_day(period.ends_at - timedelta(microseconds=1), question.zone))
