"""Moved: for each stage who was there, who came, who moved on, who left, and who is there at the end: it adds up."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import compared_words
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later

# part, sign before it, its words, the mark that lists it
COLUMNS = (
    ("opening", "", later("here at the start")),
    ("entered", "+", later("entered")),
    ("moved_on", "−", later("moved on")),
    ("left", "−", later("left")),
    ("closing", "=", later("here at the end")),
)
BESIDE = (
    ("re_entered", later("of the entered, anew")),
    ("left_idle", later("of the left, silent")),
    ("rework", later("stepped back")),
)

NAMES = {
    "opening": later("opening"),
    "entered": later("entered"),
    "moved_on": later("moved on"),
    "left": later("left"),
    "closing": later("closing"),
    "re_entered": later("re entered"),
    "left_idle": later("left idle"),
    "rework": later("rework"),
}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per stage; visits, the people beside where they differ, and the period before under them."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    before = {row.extra["stage_id"]: row for row in answer.comparison.rows} if answer.comparison else {}
    return render(
        "flow.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        compared=compared_words(answer) if before else "",
        columns=[{"sign": sign, "words": _(words)} for _part, sign, words in COLUMNS],
        beside=[_(words) for _part, words in BESIDE],
        stages=[_stage(row, before.get(row.extra["stage_id"]), answer, look) for row in answer.rows],
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per stage: visits and people of every part, and the time in the stage."""
    answer: Answer = next(iter(answers.values()))
    parts = [part for part, *_ in (*COLUMNS, *BESIDE)]
    names = [_(NAMES[part]) for part in parts]
    people = (_("{part}, people", part=name) for name in names)
    heads = (_("stage"), *names, *people, _("half left within"), _("nine in ten left within"))
    rows = [
        [
            tables.text(_(row.extra["label"])),
            *(tables.count(_amount(row, part, "visits"), look, look.behind(answer, _mark(row, part))) for part in parts),
            *(tables.count(_amount(row, part, "people"), look) for part in parts),
            tables.number(row.extra["time_in_stage"]["median_seconds"], "seconds", look),
            tables.number(row.extra["time_in_stage"]["p90_seconds"], "seconds", look),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _stage(row: Row, then: Row | None, answer: Answer, look: Look) -> dict[str, Any]:
    stays, reader = row.extra["time_in_stage"], look.reader
    lasting = ""
    if stays["median_seconds"] is not None:
        half, most = reader.duration(stays["median_seconds"]), reader.duration(stays["p90_seconds"])
        lasting = _("half within {half}, nine in ten within {most}", half=half, most=most)
    return {
        "key": row.extra["stage_id"],
        "says": _("“{words}”", words=row.extra["says"]),
        "own": _(row.extra["label"]),
        "cells": [_cell(row, then, part, sign, words, answer, look) for part, sign, words in COLUMNS],
        "beside": [_cell(row, then, part, "", words, answer, look) for part, words in BESIDE],
        "lasting": lasting,
        "lasting_href": look.behind(answer, _mark(row, "time_in_stage")),
    }


def _cell(row: Row, then: Row | None, part: str, sign: str, words: str, answer: Answer, look: Look) -> dict[str, Any]:
    visits, people = _amount(row, part, "visits"), _amount(row, part, "people")
    was = _amount(then, part, "visits") if then else None
    return {
        "sign": sign,
        "text": look.reader.count(visits),
        "people": look.reader.counted(people, "person", "people") if visits != people else "",
        "was": look.reader.count(was) if was is not None else "",
        "href": look.behind(answer, _mark(row, part)),
        "name": f"{_(words)}, “{row.extra['says']}”",
    }


def _amount(row: Row, part: str, name: str) -> int | None:
    told = row.extra[part]
    return None if told is None else int(told[name])


def _mark(row: Row, part: str) -> dict[str, str]:
    return {"stage": str(row.extra["stage_no"]), "part": part}
