"""Why it moved: the change of a stage's share between two periods, split exactly into who came and how each group did.

The shares are the funnel's: of known people who reached the stage before, those who moved on. With stage "all", the change of the
whole journey's share is split into the stages'. The parts add up to the change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures import funnel
from metrics.figures.strip import share_change, share_value, stage_numbers
from metrics.funnel_way import ANCHORS, MODES
from metrics.language import _
from metrics.options import options_json
from metrics.parts import Group, Part, mix_and_rate, of_stages
from metrics.question import EVERYTHING, Page, Question, period_words
from metrics.selection import compared

ALL: Final = "all"
DIMENSION: Final = "segment"
PARTS: Final = {"came": "reached", "moved_on": "reached", "turned_away": "turned_away"}
WHEN: Final = ("now", "before", "year")
AGAINST: Final = ("before", "year")

SPLITS: Final = 1

Stages = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Of which stage's share, worked out how."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    stage: str = field(
        default="", metadata={"help": 'the stage moved on to; empty: the one that fell most; "all": the whole journey'}
    )
    mode: str = field(default="reached", metadata={"help": "how a stage counts", "choices": MODES})
    anchor: str = field(
        default="first", metadata={"help": "counted from the attempt's first entry, or anew from each", "choices": ANCHORS}
    )
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    period_of: str = field(
        default="entry", metadata={"help": "the period of entering, or of the window's end", "choices": ("entry", "window_end")}
    )
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})

    @property
    def of_funnel(self) -> funnel.Options:
        """The funnel whose shares are compared, with every group of its own."""
        return funnel.Options(
            journey=self.journey, mode=self.mode, anchor=self.anchor, window=self.window, period_of=self.period_of, most=EVERYTHING
        )  # fmt: skip


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per group (or per stage), each with its part in the change; total: the change of the share."""
    now, before = _both_periods(question, options)
    if options.stage == ALL:
        _refuse_split(question)
        share_now, share_before = (_share(stages, 2, len(stages)) for stages in (now, before))
        rows, name, label = _stage_rows(now, before), ALL, _step(now[0], now[-1])
    else:
        number = _number(question, options, now, before)
        share_now, share_before = (_share(stages, number, number) for stages in (now, before))
        rows, name = _group_rows(question, options, number), now[number - 1]["stage"]
        label = _step(now[number - 2], now[number - 1])
    change = share_change(share_now, share_before) or Change(value=None)
    assert question.before is not None
    total = Value(value=change.value, n=share_now.n, customers=share_now.n, low=change.low, high=change.high)
    return question.answered(
        options={**options_json(options), "journey": question.journey, "stage": name, "share_now": share_now,
                 "share_before": share_before, "mix": _sum(rows, "mix"), "rate": _sum(rows, "rate")},
        total=total,
        rows=rows,
        comparison=Comparison(period=question.before, total=share_before, rows=(), change=change),
        notices=(*notices.of_time(question), *notices.of_journey(question), *notices.of_sizes(question, share_now, ()),
                 *notices.of_dimensions(question), *_later_segments(question, options)),
        caption=_sentence(question, label, share_now, share_before, rows),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a part: "came" (reached the stage before), "moved_on", "turned_away"; when: "now", "before" or "year".

    against: what now was compared with, which decides who is "other" and which stage is meant where none is named.
    """
    part, when, against = mark.get("part", "came"), mark.get("when", "now"), mark.get("against", "before")
    for name, word, known in (("part", part, tuple(PARTS)), ("when", when, WHEN), ("against", against, AGAINST)):
        if word not in known:
            raise UnknownName(f'{name} = "{word}" is not one', name=word, known=known)
    assert question.period is not None
    earlier = compared(question.period, against if when == "now" else when, zone=question.zone)
    both = replace(question, before=earlier)
    number = _marked_stage(both, options, mark)
    dimension = _dimension(question)
    asked = question if when == "now" else question.of(earlier)
    for name, value in mark.items():
        if name not in ("part", "when", "against", "stage"):
            asked = asked.filtered(name, _values(both, options, number, value) if name == dimension else value)
    stage = number if part == "moved_on" else number - 1
    return replace(
        funnel.people(asked, options.of_funnel, {"stage": str(stage), "part": PARTS[part]}, page),
        metric=question.metric.metric_id, selection=question.selection, mark=dict(mark),
    )  # fmt: skip


def _both_periods(question: Question, options: Options) -> tuple[Stages, Stages]:
    """Returns the funnel's stages of the period and of the one before, without a split."""
    if question.period is None or question.before is None:
        raise QuestionError(
            "Why it moved compares two periods", instead='Ask of a period, for example 2026-Q2, compared with "before" or "year"'
        )
    whole = replace(question, selection=question.selection.changed(by=()))
    return _stages(whole.of(question.period), options), _stages(whole.of(question.before), options)


def _stages(question: Question, options: Options) -> Stages:
    stages: Stages = funnel.answer(question, options.of_funnel).rows[0].extra["stages"]
    return stages


def _number(question: Question, options: Options, now: Stages, before: Stages) -> int:
    """Returns the stage asked for; without one that whose share of the stage before fell most, or rose least."""
    if options.stage:
        return _named(question, options.stage)
    changes = {
        stage["stage_no"]: stage["share_of_previous"].value - other["share_of_previous"].value
        for stage, other in zip(now[1:], before[1:], strict=True)
        if stage["share_of_previous"].value is not None and other["share_of_previous"].value is not None
    }
    return min(changes, key=lambda number: (changes[number], number), default=2)


def _named(question: Question, name: str) -> int:
    number = stage_numbers(question, {"stage": name})[0]
    if number == 1:
        first = question.stages()[0]["label"]
        raise QuestionError(f"Nobody moves on to {first}, the first stage", instead="Name a later one")
    return number


def _marked_stage(question: Question, options: Options, mark: Mapping[str, str]) -> int:
    if "stage" in mark:
        return max(2, stage_numbers(question, mark)[0])
    if options.stage:
        return 2 if options.stage == ALL else _named(question, options.stage)
    return _number(question, options, *_both_periods(question, options))


def _share(stages: Stages, first: int, last: int) -> Value:
    """Returns the share that reached stage `last` of those who reached the one before `first`."""
    return share_value(stages[last - 1]["reached"], stages[first - 2]["reached"])


def _stage_rows(now: Stages, before: Stages) -> tuple[Row, ...]:
    shares = [[stage["share_of_previous"] for stage in stages[1:]] for stages in (now, before)]
    parts = of_stages(*[[share.value for share in of_period] for of_period in shares])
    known = all(stages[0]["reached"] for stages in (now, before))
    return tuple(
        Row(
            by={"stage": stage["stage"]},
            value=Value(value=part if known else None, n=share_now.n, customers=share_now.n),
            extra={"stage_no": stage["stage_no"], "label": stage["label"], "says": stage["says"], "share_now": share_now,
                   "share_before": share_before},
        )
        for stage, share_now, share_before, part in zip(now[1:], *shares, parts, strict=True)
    )  # fmt: skip


def _group_rows(question: Question, options: Options, number: int) -> tuple[Row, ...]:
    dimension = _dimension(question)
    groups = _grouped(_groups(question, options, number), _most(question, options))
    parts = mix_and_rate(groups)
    rows = [_group_row(dimension, name, group, parts.get(name)) for name, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-abs(row.value.value or 0), row.by[dimension])))


def _group_row(dimension: str, name: str, group: Group, part: Part | None) -> Row:
    extra = {
        "people_now": group.now,
        "people_before": group.before,
        "moved_now": group.moved_now,
        "moved_before": group.moved_before,
        "rate_now": share_value(group.moved_now, group.now),
        "rate_before": share_value(group.moved_before, group.before),
        "mix": part.mix if part else None,
        "rate": part.rate if part else None,
    }
    value = Value(value=part.mix + part.rate if part else None, n=group.now, customers=group.now)
    return Row(by={dimension: name}, value=value, extra=extra)


def _groups(question: Question, options: Options, number: int) -> dict[str, Group]:
    """Returns every group's people of both periods: who reached the stage before, and who moved on."""
    dimension = _dimension(question)
    split = replace(question, selection=question.selection.changed(by=(dimension,)))
    found = [
        {row.by[dimension]: row.extra["stages"] for row in funnel.answer(split.of(period), options.of_funnel).rows}
        for period in (question.period, question.before)
    ]
    return {
        name: Group(
            now=_reached(found[0], name, number - 1), moved_now=_reached(found[0], name, number),
            before=_reached(found[1], name, number - 1), moved_before=_reached(found[1], name, number),
        )
        for name in dict.fromkeys(name for period in found for name in period)
        if any(_reached(period, name, number - 1) for period in found)
    }  # fmt: skip


def _reached(found: Mapping[str, Stages], name: str, number: int) -> int:
    return int(found[name][number - 1]["reached"]) if name in found else 0


def _grouped(groups: Mapping[str, Group], most: int) -> dict[str, Group]:
    """Returns the largest groups, the rest as one: "other"; unknown stays apart."""
    shown = _shown(groups, most)
    told = {name: groups[name] for name in groups if name in shown}
    hidden = [group for name, group in groups.items() if name not in shown]
    if hidden:
        hidden += [told.pop("other")] if "other" in told else []
        told["other"] = Group(
            now=sum(group.now for group in hidden), moved_now=sum(group.moved_now for group in hidden),
            before=sum(group.before for group in hidden), moved_before=sum(group.moved_before for group in hidden),
        )  # fmt: skip
    return told


def _shown(groups: Mapping[str, Group], most: int) -> set[str]:
    by_size = sorted(
        (name for name in groups if name != "unknown"), key=lambda name: (-groups[name].now - groups[name].before, name)
    )
    return {*by_size[:most], "unknown"}


def _values(question: Question, options: Options, number: int, value: str) -> Sequence[str]:
    """Returns the values that a group stands for: its own, or all that are hidden in "other"."""
    if value != "other":
        return [value]
    groups = _groups(question, options, number)
    hidden = [name for name in groups if name not in _shown(groups, _most(question, options))]
    return [*hidden, value]


def _dimension(question: Question) -> str:
    return question.selection.by[0] if question.selection.by else DIMENSION


def _most(question: Question, options: Options) -> int:
    return options.most or question.most_values[_dimension(question)]


def _later_segments(question: Question, options: Options) -> list[str]:
    return [] if options.stage == ALL else notices.of_later_segments(question, _dimension(question))


def _refuse_split(question: Question) -> None:
    if question.selection.by:
        raise QuestionError(
            "The change of the whole journey is split by its stages", instead="Leave the split out, or name one stage"
        )


def _sum(rows: Sequence[Row], part: str) -> float | None:
    told = [row.extra[part] for row in rows if row.extra.get(part) is not None]
    return sum(told) if told else None


def _step(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    return _("from {stage} to {next_stage}", stage=_(first["label"]), next_stage=_(second["label"]))


def _sentence(question: Question, label: str, now: Value, before: Value, rows: Sequence[Row]) -> str:
    words = question.words
    assert question.before is not None
    then = period_words(question.before)
    if now.value is None or before.value is None:
        return _(
            "The share that moved on {step} is not known both {when} and {then}.", step=label, when=question.when(), then=then
        )
    if not (notices.is_enough(now) and notices.is_enough(before)):
        counts = [_("{n} of {whole}", n=words.count(share.numerator), whole=words.count(share.n)) for share in (now, before)]
        told = {"count": counts[0], "step": label, "when": question.when(), "count_then": counts[1], "then": then}
        return _("{count} moved on {step} {when}, {count_then} {then}.", **told)
    change = now.value - before.value
    moved = {
        "share": words.percent(now.value),
        "step": label,
        "when": question.when(),
        "share_then": words.percent(before.value),
        "then": then,
        "change": _points(question, change),
    }
    mix, rate = _sum(rows, "mix"), _sum(rows, "rate")
    if mix is None or rate is None:
        return _("{share} moved on {step} {when}, {share_then} {then}: {change}.", **moved)
    parts = {"mix": _points(question, mix), "rate": _points(question, rate)}
    return _(
        "{share} moved on {step} {when}, {share_then} {then}: {change}, of which {mix} through who came "
        "and {rate} through how each group did.",
        **moved,
        **parts,
    )


def _points(question: Question, change: float) -> str:
    shown = round(change, 3) + 0.0
    return _("{points} points", points=f"{'+' if shown > 0 else ''}{question.words.points(shown, 1)}")
