"""Paths: the ways that people went between stages, or between the channels of their stages, within their time.

Of people whose time is over and who were not set aside, by their first attempt in the period. What the paths shown leave over is one
row, so the rows add up to everyone; the moves from place to place, of each step, are told beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_value
from metrics.figures.summary import person_row
from metrics.funnel_way import window_of
from metrics.intervals import random_change
from metrics.language import _n
from metrics.named import path_name
from metrics.options import duration_text, duration_words, is_one, options_json
from metrics.question import Page, Question

NO_FURTHER: Final = "went no further"
THE_REST: Final = "all other paths"
MARKS: Final = ("path", "from", "to", "step")
SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Between what, in what time, and how much of it is shown."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    of: str = field(
        default="stages", metadata={"help": "the places that a path leads through", "choices": ("stages", "channels")}
    )
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    most: int = field(default=12, metadata={"help": "paths shown, the rest is one", "least": 1, "most": 500})
    steps: int = field(default=8, metadata={"help": "places told of a path", "least": 1, "most": 50})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per path, the commonest first; options tell the moves: from, to, step, customers and their share."""
    window = _window(question, options)
    found = _found(question, options)
    total = _total(found)
    rows = _rows(found, total.n)
    moves = [_move(row, total.n) for row in found if row["kind"] == "move"]
    return question.answered(
        options={**options_json(options), "journey": question.journey, "journey_title": question.stages()[0]["title"],
                 "window": duration_text(window), "links": moves},
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(*notices.of_time(question), *notices.of_journey(question)),
        caption=_sentence(question, options, window, rows, total),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a path {"path": …}, of a move {"from": …, "to": …, "step": "1"}, or all whose time is over."""
    for name in mark.keys() - set(MARKS):
        raise UnknownName(f'"{name}" is not a mark of this figure', name=name, known=MARKS)
    found = _found(question, options)
    part, shown, count = _marked(found, mark)
    listed = question.run(
        "paths_people", part=part, shown=shown, zone=question.zone, from_place=mark.get("from", ""), to_place=mark.get("to", ""),
        step=int(mark["step"]) if part == "move" else 0, most=page.most, skipped=page.skipped,
        **{name: value for name, value in _parameters(question, options).items() if name != "most"},
    )  # fmt: skip
    rows = [person_row(row) for row in listed]
    return question.people(unit=question.metric.noun, one=question.metric.one, count=count, customers=count, rows=rows, mark=mark)


def _marked(found: Sequence[Mapping[str, Any]], mark: Mapping[str, str]) -> tuple[str, list[str], int]:
    """Returns which part of the people a mark means, the paths that say so, and how many people that are."""
    paths = {row["path"]: int(row["n"]) for row in found if row["kind"] == "path"}
    if "path" in mark:
        if mark["path"] not in paths:
            raise UnknownName(f'"{mark["path"]}" is not a path that is shown', name=mark["path"], known=paths)
        named = [path for path in paths if path != THE_REST] if mark["path"] == THE_REST else [mark["path"]]
        return "rest" if mark["path"] == THE_REST else "path", named, paths[mark["path"]]
    if not mark:
        return "all", [], sum(paths.values())
    moves = {(row["from_place"], row["to_place"], str(row["step"])): int(row["n"]) for row in found if row["kind"] == "move"}
    move = (mark.get("from", ""), mark.get("to", ""), mark.get("step", ""))
    if move not in moves:
        raise QuestionError(
            f"There is no move from {move[0]} to {move[1]} at step {move[2]}", instead="Name one of the answer's links"
        )
    return "move", [], moves[move]


def _window(question: Question, options: Options) -> int:
    return window_of(question.stages(), options.window)


def _parameters(question: Question, options: Options) -> dict[str, Any]:
    return {
        **question.times(question.period), "as_of": question.as_of, "window_seconds": _window(question, options),
        "stages": len(question.stages()), "of": options.of, "most": options.most, "steps": options.steps, "no_further": NO_FURTHER,
    }  # fmt: skip


def _found(question: Question, options: Options) -> list[dict[str, Any]]:
    return question.run("paths", the_rest=THE_REST, **_parameters(question, options))


def _total(found: Sequence[Mapping[str, Any]]) -> Value:
    n = sum(int(row["n"]) for row in found if row["kind"] == "path")
    return Value(value=float(n), n=n, customers=n)


def _rows(found: Sequence[Mapping[str, Any]], everyone: int) -> tuple[Row, ...]:
    paths = sorted((row for row in found if row["kind"] == "path"), key=lambda row: (row["path"] == THE_REST, row["step"]))
    return tuple(
        Row(
            by={"path": row["path"]},
            value=Value(value=float(row["n"]), n=row["n"], customers=row["n"]),
            extra={
                "share": share_value(row["n"], everyone),
                "places": row["path"].split(" > ") if row["path"] != THE_REST else [],
            },
        )
        for row in paths
    )


def _move(row: Mapping[str, Any], everyone: int) -> dict[str, Any]:
    return {
        "from": row["from_place"], "to": row["to_place"], "step": row["step"], "customers": row["n"],
        "share": row["n"] / everyone,
    }  # fmt: skip


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    found = _found(question.of(question.before), options)
    total = _total(found)
    low, high = random_change(now.n - total.n, now.n + total.n)
    change = Change(value=float(now.n - total.n), low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total, rows=_rows(found, total.n), change=change)


def _sentence(question: Question, options: Options, window: int, rows: Sequence[Row], total: Value) -> str:
    counted, whole = question.counted(total.n), 1 if is_one(window) else 2
    place = {"when": question.when(), "window": duration_words(window)}
    if not total.n:
        return _n(
            "There are no people who entered {when} and whose {window} is over.",
            "There are no people who entered {when} and whose {window} are over.",
            whole,
            **place,
        )
    words, first = question.words, rows[0]
    shown = sum(row.value.n for row in rows if row.by["path"] != THE_REST)
    count = len([row for row in rows if row.by["path"] != THE_REST])
    went, share = words.count(first.value.n), words.count(shown)
    if notices.is_enough(total):
        went, share = words.percent(first.extra["share"].value), words.percent(shown / total.n)
    who = _n(
        "Of {people} who entered {when} and whose {window} is over, {went} went {path}",
        "Of {people} who entered {when} and whose {window} are over, {went} went {path}",
        whole,
        people=counted,
        went=went,
        path=path_name(first.by["path"]),
        **place,
    )
    paths = _n(
        "the path shown is that of {share}", "the {n} paths shown are those of {share}", count, n=words.count(count), share=share
    )
    return f"{who}; {paths}."
