"""Promises kept: of those decided in a period the share that was kept, and beside it what is not decided, paused, void or replaced.

A broken promise is booked when it breaks. To reconcile with other tools the same promises can be counted by the day their request
was solved, or was opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures import summary
from metrics.figures.summary import GRAINS, person_row
from metrics.groups import OTHER
from metrics.language import _, _n, later
from metrics.marks import any_of
from metrics.metric import Metric
from metrics.options import options_json
from metrics.question import Page, Question
from queries.view import ViewSpec
from queries.warehouse import LISTED, Reading

UNTOLD: Final = "fct_promise_untold"
DECIDED: Final = "decided"
DATED_BY: Final = {DECIDED: "decided_at", "resolved_in_period": "subject_resolved_at", "created_cohort": "subject_opened_at"}
SAID: Final = {
    "resolved_in_period": later(
        "Counted are the promises of requests solved in the period, as they stand now: other tools count so."
    ),
    "created_cohort": later(
        "Counted are the promises of requests opened in the period, as they stand now: other tools count so."
    ),
}
PARTS: Final = {
    "kept": (later("promises kept"), later("promise kept")),
    "broken": (later("promises broken"), later("promise broken")),
    "closed_unanswered": (later("requests closed without an answer"), later("request closed without an answer")),
    "undecided": (later("promises not decided yet"), later("promise not decided yet")),
    "paused": (later("promises paused"), later("promise paused")),
    "provisional": (
        later("promises kept unless the request is opened again"),
        later("promise kept unless the request is opened again"),
    ),
    "void": (later("promises called off"), later("promise called off")),
    "superseded": (later("promises replaced by another target"), later("promise replaced by another target")),
}

COUNTED_BESIDE: Final = "attainment with attainment_beside as attainment_row"
BESIDE: Final = tuple(part for part in PARTS if part not in ("kept", "broken"))
SPLITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which promises count in a period, and how the answer is shown."""

    counted: str = field(
        default=DECIDED,
        metadata={"help": "which promises a period holds; the others are other tools' ways", "choices": tuple(DATED_BY)},
    )
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})

    @property
    def shown(self) -> summary.Options:
        """How the summary of the decided ones is shown."""
        return summary.Options(series=self.series, grain=self.grain, most=self.most)


def asked(reading: Reading, metric: Metric, options: Options) -> tuple[Metric, datetime | None]:
    """Returns the metric dated as the promises are to be counted."""
    return replace(metric, dated_by=DATED_BY[options.counted]), None


def answer(question: Question, options: Options) -> Answer:
    """Answers with the share kept; each row tells kept, broken and what stands beside them."""
    of_decided = summary.answer(_decided(question), options.shown)
    beside = _beside(question, options)
    rows = of_decided.rows if options.series or options.grain else _rows(question, of_decided, beside)
    said = [_(SAID[options.counted])] if options.counted in SAID else []
    return replace(
        of_decided,
        options=options_json(options),
        rows=rows,
        notices=(*said, *notices.of_call_backs(question), *of_decided.notices, *_told(question, beside), *_untold(question)),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the promises decided, or those of a part: kept, broken, undecided, paused, void …, and of a group."""
    part = mark.get("part", "")
    if not part:
        return summary.people(_decided(question), options.shown, mark, page)
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the promises', name=part, known=PARTS)
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, _values(question, options, dimension, value))
    times = _times(question, options)
    size = question.run("attainment_size", part=part, **times)[0]
    shown = [name for name in question.shown() if name != "part"]
    rows = question.run("attainment_people", part=part, shown=shown, most=page.most, skipped=page.skipped, **times)
    return question.people(
        unit=PARTS[part][0],
        one=PARTS[part][1],
        count=size["n"],
        customers=size["customers"],
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _decided(question: Question) -> Question:
    return question.only(is_decided="true")


def _beside(question: Question, options: Options) -> list[dict[str, Any]]:
    return question.run(COUNTED_BESIDE, split=question.split, **_times(question, options))


def _times(question: Question, options: Options) -> dict[str, Any]:
    return {**question.times(question.period), "by_decision": options.counted == DECIDED}


def _rows(question: Question, of_decided: Answer, beside: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Returns the rows of the summary with what stands beside them; groups in which nothing was decided follow."""
    if not question.split:
        return (Row(value=of_decided.total, extra=_extra(beside, of_decided.total)),)
    first, *_ = question.selection.by
    rest = tuple(question.selection.by[1:])
    shown = {row.by[first] for row in of_decided.rows}
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for told in beside:
        name = told["split_1"] if told["split_1"] in shown or OTHER not in shown else OTHER
        groups.setdefault((name, told["split_2"]) if rest else (name,), []).append(told)
    rows = []
    for row in of_decided.rows:
        place = tuple(row.by[name] for name in question.selection.by)
        rows.append(replace(row, extra=_extra(groups.pop(place, []), row.value)))
    empty = Value(value=None, n=0, customers=0, numerator=0.0, denominator=0.0)
    for place in sorted(groups):
        by = dict(zip(question.selection.by, place, strict=True))
        rows.append(Row(by=by, value=empty, extra=_extra(groups[place], empty)))
    return tuple(rows)


def _extra(beside: Sequence[Mapping[str, Any]], decided: Value) -> dict[str, int]:
    kept = round(decided.numerator or 0.0)
    return {"kept": kept, "broken": decided.n - kept, **{part: sum(row[part] for row in beside) for part in BESIDE}}


def _told(question: Question, beside: Sequence[Mapping[str, Any]]) -> list[str]:
    """Says what stands beside the promises decided: "Beside them: 12 not decided yet (3 of them paused), 4 called off."."""
    counts, words = {part: sum(row[part] for row in beside) for part in BESIDE}, question.words
    numbers = {part: words.count(count) for part, count in counts.items()}
    undecided = (
        _("{undecided} not decided yet ({paused} of them paused)") if counts["paused"] else _("{undecided} not decided yet")
    )
    parts = [
        undecided.format(**numbers) if counts["undecided"] else "",
        _("{void} called off", **numbers) if counts["void"] else "",
        _("{superseded} replaced by another target", **numbers) if counts["superseded"] else "",
    ]
    others = ", ".join(part for part in parts if part)
    said = [_("Beside them: {parts}.", parts=others)] if others else []
    closed = counts["closed_unanswered"]
    if closed:
        said.append(
            _n(
                "{n} request closed without an answer is among the broken ones.",
                "{n} requests closed without an answer are among the broken ones.",
                closed,
                n=words.count(closed),
            )
        )
    return said


def _untold(question: Question) -> list[str]:
    """Says of how many promises begun in the period nothing can be told, and what it would need."""
    columns = question.reading.tables.get(UNTOLD, ())
    if not columns or not question.where.keys() <= {*columns, LISTED}:
        return []
    view = ViewSpec(metric_id=question.metric.metric_id, fact=UNTOLD, counts=question.metric.counts, dated_by="started_at")
    if not any_of(question, view):
        return []
    found = question.run("attainment_untold", view=view, **question.times(question.period))
    words = question.words
    return [
        _n(
            "Of {n} more promise nobody can tell whether it is kept: {reason}.",
            "Of {n} more promises nobody can tell whether they are kept: {reason}.",
            row["n"],
            n=words.count(row["n"]),
            reason=_(row["reason"]),
        )
        for row in found
    ]


def _values(question: Question, options: Options, dimension: str, value: str) -> Sequence[str]:
    """Returns the values that a group stands for; the groups hidden in "other" are all that are not shown by their own name."""
    if value != OTHER or dimension != (question.selection.by or ("",))[0]:
        return [value]
    answered = summary.answer(_decided(question), options.shown)
    shown = {row.by[dimension] for row in answered.rows}
    decided = _decided(question).run("rollup", split=question.split, shown=None, **question.times(question.period))
    return sorted({row["split_1"] for row in (*decided, *_beside(question, options))} - (shown - {OTHER}))
