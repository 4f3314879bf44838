"""Time to reach a stage: of those who entered, what share had reached a later stage by when, while leaving competes with it.

Everyone who entered in the period counts, those whose time is not over too: each for as long as is known. Counted from the moment
the earlier stage, or one between, was reached, the window's last second included; who came straight to the later stage is told
apart. A person counts once, by their first attempt in the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.curve import Incidence, incidences
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_change, stage_numbers
from metrics.figures.summary import person_row
from metrics.funnel_way import window_of
from metrics.language import _, _n, later
from metrics.options import duration_text, duration_words, options_json
from metrics.question import EVERYTHING, Page, Question
from metrics.stages import OTHER

PARTS: Final = ("entered", "reached", "left", "stayed", "open", "set_aside", "straight")

_UNITS: Final = {
    "entered": later("people who entered"),
    "reached": later("people who reached it"),
    "left": later("people who left"),
    "stayed": later("people whose time ended without it"),
    "open": later("people not yet known"),
    "set_aside": later("people set aside"),
    "straight": later("people who came straight there"),
}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """From where to where, and in what time."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    from_stage: str = field(default="", metadata={"help": "the stage counted from; empty: the first"})
    to_stage: str = field(default="", metadata={"help": "the stage to be reached; empty: the last"})
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})
    points: int = field(default=200, metadata={"help": "steps shown of a curve", "least": 2, "most": 200})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The two stages, the window, and how many steps of a curve are shown."""

    start: Mapping[str, Any]
    end: Mapping[str, Any]
    window: int
    points: int

    def parameters(self, question: Question) -> dict[str, Any]:
        """The span and the question's period as parameters of a figure."""
        return {
            **question.times(question.period), "as_of": question.as_of, "window_seconds": self.window,
            "from_no": self.start["stage_no"], "to_no": self.end["stage_no"], "points": self.points,
        }  # fmt: skip


def answer(question: Question, options: Options) -> Answer:
    """Answers with one row, or one per group, each with its curve; the total is the share that reached the stage in the window."""
    span = _span(question, options)
    whole = _whole(question, span)
    rows = _rows(question, options, span, whole)
    total = _value(whole)
    return question.answered(
        options={**options_json(options), "journey": question.journey, "journey_title": span.start["title"],
                 "from_stage": span.start["stage_id"], "to_stage": span.end["stage_id"], "window": duration_text(span.window)},
        total=total,
        rows=rows,
        comparison=_comparison(question, options, span, total),
        notices=(*notices.of_time(question), *notices.of_journey(question), *_not_followed(question, span, whole),
                 *notices.of_sizes(question, total, rows if question.split else ()), *_of_split(question)),
        caption=_sentence(question, span, whole, total),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a part ("reached", "left", "stayed", "open", "set_aside", "straight"), or all who entered."""
    part = mark.get("part", "entered")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the curve', name=part, known=PARTS)
    span = _span(question, options)
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, _values(question, options, span, dimension, value))
    found = question.run(
        "incidence_people", part=part, zone=question.zone, to_label=span.end["label"], most=page.most, skipped=page.skipped,
        **span.parameters(question),
    )  # fmt: skip
    count = _part_count(_whole(question, span), part)
    return question.people(unit=_UNITS[part], count=count, customers=count, rows=[person_row(row) for row in found], mark=mark)


def _span(question: Question, options: Options) -> Span:
    stages = question.stages()
    start = _stage(question, options.from_stage) if options.from_stage else stages[0]
    end = _stage(question, options.to_stage) if options.to_stage else stages[-1]
    if start["stage_no"] >= end["stage_no"]:
        raise QuestionError(
            f"{end['label']} does not come after {start['label']}", instead="Count from an earlier stage to a later one"
        )
    return Span(start=start, end=end, window=window_of(stages, options.window), points=options.points)


def _stage(question: Question, name: str) -> Mapping[str, Any]:
    return question.stages()[stage_numbers(question, {"stage": name})[0] - 1]


def _whole(question: Question, span: Span) -> Incidence | None:
    found = incidences(question.run("incidence", most=EVERYTHING, **span.parameters(question)), span.window)
    return found[0] if found else None


def _rows(question: Question, options: Options, span: Span, whole: Incidence | None) -> tuple[Row, ...]:
    if not question.split:
        return (_row(question, whole),) if whole else ()
    found = question.run("incidence", split=question.split[:1], most=_most(question, options), **span.parameters(question))
    return tuple(_row(question, one) for one in incidences(found, span.window))


def _most(question: Question, options: Options) -> int:
    return options.most or question.most_values[question.selection.by[0]]


def _values(question: Question, options: Options, span: Span, dimension: str, value: str) -> Sequence[str]:
    """Returns the values that a group of an answer stands for: its own, or all that are hidden in "other"."""
    if value != OTHER or dimension not in question.selection.by[:1]:
        return [value]
    every = incidences(
        question.run("incidence", split=question.split[:1], most=EVERYTHING, **span.parameters(question)), span.window
    )
    sizes = {one.group: one.entered + one.straight + one.set_aside for one in every if one.group != "unknown"}
    return [*sorted(sizes, key=lambda name: (-sizes[name], name))[_most(question, options) :], OTHER]


def _of_split(question: Question) -> list[str]:
    later = [told for dimension in question.selection.by for told in notices.of_later_segments(question, dimension)]
    return [*notices.of_dimensions(question), *later]


def _row(question: Question, one: Incidence) -> Row:
    extra = {
        "entered": one.entered,
        "reached": one.reached,
        "left": one.left,
        "stayed": one.stayed,
        "open": one.still_open,
        "set_aside": one.set_aside,
        "straight": one.straight,
        "left_share": one.left_share,
        "followed_seconds": one.followed_seconds,
        "half_seconds": one.half_seconds,
        "p90_seconds": one.p90_seconds,
        "curve": list(one.curve),
        "left_curve": list(one.left_curve),
    }
    return Row(by={question.selection.by[0]: one.group} if question.split else {}, value=_value(one), extra=extra)


def _value(one: Incidence | None) -> Value:
    if one is None:
        return Value(value=None, n=0, customers=0)
    low, high = one.interval or (None, None)
    return Value(value=one.share, n=one.entered, customers=one.entered, low=low, high=high)


def _comparison(question: Question, options: Options, span: Span, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    of_before = question.of(question.before)
    whole = _whole(of_before, span)
    total = _value(whole)
    change = share_change(now, total) or Change(value=None)
    return Comparison(period=question.before, total=total, rows=_rows(of_before, options, span, whole), change=change)


def _part_count(whole: Incidence | None, part: str) -> int:
    if whole is None:
        return 0
    counts = {
        "entered": whole.entered, "reached": whole.reached, "left": whole.left, "stayed": whole.stayed,
        "open": whole.still_open, "set_aside": whole.set_aside, "straight": whole.straight,
    }  # fmt: skip
    return counts[part]


def _not_followed(question: Question, span: Span, whole: Incidence | None) -> Sequence[str]:
    """Says how far the curve reaches when nobody has been followed through the whole window, and who is not counted."""
    told = []
    if whole and whole.entered and not whole.is_whole:
        far, window = question.words.duration(whole.followed_seconds), duration_words(span.window)
        told.append(
            _("Nobody has been followed for the whole {window} yet: the curve is known for {far}.", window=window, far=far)
        )
    if whole and whole.set_aside:
        count = whole.set_aside
        told.append(
            _n(
                "{n} person is set aside and not counted.",
                "{n} people are set aside and not counted.",
                count,
                n=question.words.count(count),
            )
        )
    if whole and whole.straight:
        came = {"n": question.words.count(whole.straight), "stage": _(span.end["label"])}
        told.append(
            _n(
                "{n} person came straight to {stage} and is not counted.",
                "{n} people came straight to {stage} and are not counted.",
                whole.straight,
                **came,
            )
        )
    return told


def _sentence(question: Question, span: Span, whole: Incidence | None, total: Value) -> str:
    words, place = question.words, {"when": question.when(), "stage": _(span.start["label"])}
    if whole is None or not whole.entered:
        return _("There are no people who entered {when} and were at {stage}.", **place)
    who = {**place, "people": words.counted(whole.entered, "person", "people"), "end": _(span.end["label"])}
    if total.value is None or not notices.is_enough(total):
        return _n(
            "Of {people} who entered {when} and were at {stage}, {n} has reached {end} so far.",
            "Of {people} who entered {when} and were at {stage}, {n} have reached {end} so far.",
            whole.reached,
            n=words.count(whole.reached),
            **who,
        )
    share = words.percent(total.value)
    told = [
        _(
            "Of {people} who entered {when} and were at {stage}, {share} reached {end} within {window}",
            share=share,
            window=duration_words(span.window),
            **who,
        )
    ]
    if total.low is not None:
        told[0] += _(", between {low} and {high}", low=words.points(total.low, 1), high=words.percent(total.high))
    if whole.half_seconds is not None:
        told.append(_("half of those within {duration}", duration=words.duration(whole.half_seconds)))
    if whole.left_share:
        told.append(_("{share} left before that", share=words.percent(whole.left_share)))
    return "; ".join(told) + "."
