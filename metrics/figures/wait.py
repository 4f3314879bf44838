"""How long customers wait for a first reply, or for a solution: the median and the 90th percentile, with the mean behind them.

Everyone whose request was opened in the period counts: who is still waiting for as long as is known, and what ended the wait otherwise
(closed, merged, taken back) competes with it, so that those who wait longest are not left out (Aalen–Johansen, see metrics.curve).
Calendar time is what the customer feels; open time, of the promise's calendar without pauses, is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.curve import Incidence, incidences
from metrics.errors import UnknownName
from metrics.figures import summary
from metrics.figures.summary import GRAINS, person_row
from metrics.groups import values_behind
from metrics.intervals import newcombe
from metrics.language import _, _n, later
from metrics.metric import Metric
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question
from metrics.stages import in_time
from queries.warehouse import Reading

OPENED: Final = "opened"
FINISHED: Final = "finished"
DATED_BY: Final = {"reply": "replied_at", "solution": "solved_at"}
PROMISES: Final = {"reply": "first_reply", "solution": "full_resolution"}
GOT: Final = {"reply": later("a first reply"), "solution": later("a solution")}
FOREVER: Final = 100 * 366 * 86_400  # no window: whoever waits is followed for as long as is known
PARTS: Final = {
    "everyone": "{requests}",
    "finished": later("{requests} that got it"),
    "left": later("{requests} that ended without it"),
    "open": later("{requests} that wait for it"),
    "set_aside": later("{requests} that ended at a time nobody tells"),
}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is waited for, whose waits count, and how the answer is shown."""

    awaits: str = field(default="solution", metadata={"help": "what is waited for", "choices": tuple(DATED_BY)})
    counted: str = field(
        default=OPENED,
        metadata={
            "help": "requests opened in the period, also those still waiting; or finished in it",
            "choices": (OPENED, FINISHED),
        },
    )
    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})
    points: int = field(default=200, metadata={"help": "steps shown of a curve", "least": 2, "most": 200})

    @property
    def way(self) -> str:
        """The figure that tells whose waits count."""
        return "case_way" if self.counted == OPENED else "case_done"

    @property
    def is_fair(self) -> bool:
        """Whether those who wait are counted, too."""
        return self.counted == OPENED


def asked(reading: Reading, metric: Metric, options: Options) -> tuple[Metric, datetime | None]:
    """Returns the metric dated as the waits are to be counted."""
    return metric if options.is_fair else replace(metric, dated_by=DATED_BY[options.awaits]), None


def answer(question: Question, options: Options) -> Answer:
    """Answers with the median wait; each row tells the 90th percentile, the mean, open time, and how the waits ended."""
    total = _one(question.unsplit(), options)
    parts = in_time(question, options.series, options.grain)
    dated = tuple(replace(row, at=part.text) for part in parts for row in _rows(question.of(part), options))
    rows = dated if parts else _rows(question, options)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(*notices.of_time(question), *notices.of_nothing(question, total.value), *_told(question, options, total)),
        caption=_sentence(question, options, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the requests, the longest wait first; of a part: finished, left, open, set_aside; of a group, and of a row in time."""
    part = mark.get("part", "everyone")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the waits', name=part, known=PARTS)
    parts = {one.text: one for one in in_time(question, options.series, options.grain)}
    if "at" in mark and mark["at"] not in parts:
        raise UnknownName(f'"{mark["at"]}" is not a row of this answer', name=mark["at"], known=parts)
    question = question.of(parts[mark["at"]] if "at" in mark else question.period)
    for dimension, value in mark.items():
        if dimension not in ("part", "at"):
            question = question.filtered(dimension, _values(question, options, dimension, value))
    size = _run(question, options, "wait_size", part=part)[0]
    shown = [name for name in question.shown() if name not in ("part", "value", "ending")]
    rows = _run(
        question, options, "wait_people", part=part, as_of=question.as_of, shown=shown, most=page.most, skipped=page.skipped
    )
    return question.people(
        unit=_(PARTS[part], requests=question.metric.noun),
        one=_(PARTS[part], requests=question.metric.one),
        count=size["n"],
        customers=size["customers"],
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _run(question: Question, options: Options, figure: str, split: Sequence[str] = (), **parameters: Any) -> list[dict[str, Any]]:
    return question.run(
        f"{figure} with {options.way} as incidence_way",
        split=split,
        awaits=options.awaits,
        **question.times(question.period),
        **parameters,
    )


def _one(question: Question, options: Options) -> Row:
    found = _found(question, options, EVERYTHING)
    return found[0] if found else Row(value=Value(value=None, n=0, customers=0), extra=_extra(None, {}))


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    if not question.split:
        return (_one(question, options),)
    return tuple(_found(question, options, options.most or question.most_values[question.selection.by[0]]))


def _found(question: Question, options: Options, most: int) -> list[Row]:
    """Returns a row per group, the largest first: its curve beside what is simply counted of those who got it."""
    split = question.split[:1]
    told = {row["split_1"]: row for row in _run(question, options, "wait", split, promise=PROMISES[options.awaits], most=most)}
    curves = incidences(
        _run(
            question, options, "incidence", split, as_of=question.as_of, window_seconds=FOREVER, most=most, points=options.points
        ),
        FOREVER,
    )
    by = question.selection.by[:1]
    plain = _medians(question, options, most) if not options.is_fair else {}
    rows = []
    for one in curves:
        counted = told[one.group]
        value = plain.get(one.group) or Value(
            value=one.middle, n=one.entered, customers=counted["customers"], low=one.middle_low, high=one.middle_high
        )
        rows.append(Row(by=dict.fromkeys(by, one.group), value=value, extra=_extra(one, counted)))
    return rows


def _medians(question: Question, options: Options, most: int) -> dict[str, Value]:
    """Returns the median of those who got it in the period, its interval by order statistics, by group."""
    if not question.split:
        return {"": summary.measure(question).value}
    of_groups = summary.answer(question.of(question.period), summary.Options(most=min(most, 500)))
    return {row.by[question.selection.by[0]]: row.value for row in of_groups.rows}


def _extra(one: Incidence | None, told: Mapping[str, Any]) -> dict[str, Any]:
    """p90_seconds: of everyone; finished, mean_seconds …: of those who got it; open_time: of those of them whom it was promised."""
    return {
        "p90_seconds": one.ninth_tenth if one else None,
        "finished": one.reached if one else 0,
        "left": one.left if one else 0,
        "open": one.still_open if one else 0,
        "set_aside": one.set_aside if one else 0,
        "finished_median_seconds": told.get("median_seconds"),
        "finished_p90_seconds": told.get("p90_seconds"),
        "finished_mean_seconds": told.get("mean_seconds"),
        "open_time": {
            "n": told.get("open_n", 0),
            "median_seconds": told.get("open_median"),
            "p90_seconds": told.get("open_p90"),
            "mean_seconds": told.get("open_mean"),
        },
        "curve": list(one.curve) if one else [],
        "left_curve": list(one.left_curve) if one else [],
    }


def _values(question: Question, options: Options, dimension: str, value: str) -> list[str]:
    def named(most: int) -> Iterable[str]:
        return (row.by[dimension] for row in _found(question, options, most))

    return values_behind(question, dimension, value, options.most, named)


def _comparison(question: Question, options: Options, now: Row) -> Comparison | None:
    if question.before is None:
        return None
    of_before = question.of(question.before)
    before = _one(of_before.unsplit(), options)
    rows = _rows(of_before, options) if question.split else ()
    return Comparison(period=question.before, total=before.value, rows=rows, change=_change(now.value, before.value))


def _change(now: Value, before: Value) -> Change:
    if now.value is None or before.value is None:
        return Change(value=None)
    change = now.value - before.value
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(value=change)
    low, high = newcombe((now.value, (now.low, now.high)), (before.value, (before.low, before.high)))
    return Change(value=change, low=low, high=high, clear=low > 0 or high < 0)


def _told(question: Question, options: Options, total: Row) -> list[str]:
    words, told, got = question.words, total.extra, _(GOT[options.awaits])
    said = [] if options.is_fair else [_("Only those that got {got} in the period: who still waits is left out.", got=got)]
    if told["open"]:
        said.append(
            _n(
                "{n} request that still waits is counted, too.",
                "{n} requests that still wait are counted, too.",
                told["open"],
                n=words.count(told["open"]),
            )
        )
    if told["left"]:
        said.append(
            _n(
                "{n} request ended without {got}, and counted as never getting it.",
                "{n} requests ended without {got}, and counted as never getting it.",
                told["left"],
                n=words.count(told["left"]),
                got=got,
            )
        )
    if told["set_aside"]:
        said.append(
            _n(
                "{n} request is not counted, having ended at a time that nobody tells.",
                "{n} requests are not counted, having ended at a time that nobody tells.",
                told["set_aside"],
                n=words.count(told["set_aside"]),
            )
        )
    open_time = told["open_time"]
    if told["finished"] and not open_time["n"]:
        said.append(_("Calendar time. Open time is not known: nothing was promised by a calendar."))
    elif open_time["n"]:
        said.append(
            _(
                "Calendar time. In open time, of {n} that were promised: half at most {half}, 90 % at most {most}.",
                n=words.count(open_time["n"]),
                half=words.duration(open_time["median_seconds"]),
                most=words.duration(open_time["p90_seconds"]),
            )
        )
    return said


def _sentence(question: Question, options: Options, total: Row) -> str:
    words, value, told, got = question.words, total.value, total.extra, _(GOT[options.awaits])
    place = {"counted": question.counted(value.n), "when": question.when()}
    who = _("{counted} opened {when}", **place) if options.is_fair else _("{counted} finished {when}", **place)
    if not value.n:
        return _("No {noun} {when}.", noun=question.metric.noun, when=question.when())
    if value.value is None:
        return _("Of {who}, fewer than half have got {got} so far: {n}.", who=who, got=got, n=words.count(told["finished"]))
    ninety = told["p90_seconds"] if options.is_fair else told["finished_p90_seconds"]
    between = ""
    if value.low and value.high:
        between = _(", between {low} and {high}", low=words.duration(value.low), high=words.duration(value.high))
    tail = _("; 90 % within {duration}", duration=words.duration(ninety)) if ninety is not None else ""
    mean = ""
    if told["finished"]:
        mean = _("; on average of those that got it {duration}", duration=words.duration(told["finished_mean_seconds"]))
    return _(
        "Half of {who} got {got} within {duration} of calendar time{between}{tail}{mean}.",
        who=who,
        got=got,
        duration=words.duration(value.value),
        between=between,
        tail=tail,
        mean=mean,
    )
