"""The funnel: how far people got, each stage a bar with those seen there, those who skipped ahead, and those not yet known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import change_words, compared_words
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.figures.strip import share_change
from metrics.language import _
from metrics.named import group_name

METRIC = "journey_funnel"
ROOM = 1.34  # the width of the drawing in longest bars: beside them stands what is not yet known
WIDE = 9.0  # from this width on, in percent, a bar holds its number
Answers = Mapping[str, Any]
Stage = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """People as percent of the drawing's width."""

    most: float

    def x(self, people: float) -> float:
        return round(100 * people / (self.most * ROOM), 2) if self.most else 0


def draw(answers: Answers, look: Look) -> Markup:
    """Draws the funnel of everybody and, where the page is split, how each group went on."""
    answer: Answer = answers[METRIC]
    row = next(iter(answer.rows), None)
    if row is None or not row.extra["entered"]:
        return nothing(look, answer)
    stages = row.extra["stages"]
    before = _before(answer)
    scale = Scale(most=max(stage["reached"] + stage["not_yet_known"]["reached"] for stage in stages))
    split = answers.get("split")
    return render(
        "funnel.html",
        look=look,
        title=look.title,
        question=look.question,
        caption=answer.caption,
        finding=_finding(answers) or _greatest_loss(stages, look),
        compared=compared_words(answer) if before else "",
        stages=[_stage(stage, stages, before, scale, answer, look) for stage in stages],
        set_aside=_set_aside(row, answer, look),
        groups=_groups(split, look) if isinstance(split, Answer) else None,
        has_waiting=any(stage["not_yet_known"]["reached"] for stage in stages),
        has_skipped=any(stage["skipped"] for stage in stages),
        notices=tuple(dict.fromkeys((*answer.notices, *(split.notices if isinstance(split, Answer) else ())))),
    )


def table(answers: Answers, look: Look) -> Table:
    """Returns a row per group and stage."""
    answer = answers.get("split")
    answer = answer if isinstance(answer, Answer) else answers[METRIC]
    by = answer.selection.by
    heads = (
        *map(group_name, by), _("stage"), _("reached"), _("skipped ahead"), _("of the first"), _("of the stage before"),
        _("95 % interval"), _("turned away"), _("set aside"), _("not yet known"), _("half within"), _("nine in ten within"),
    )  # fmt: skip
    rows = [
        [*(tables.text(group_name(row.by.get(name) or "")) for name in by), *_cells(stage, row, answer, look)]
        for row in answer.rows
        for stage in row.extra["stages"]
    ]
    return Table(heads, rows)


def _cells(stage: Stage, row: Row, answer: Answer, look: Look) -> list[tables.Cell]:
    def part(name: str, people: float) -> tables.Cell:
        return tables.count(people, look, look.behind(answer, {**row.by, "stage": str(stage["stage_no"]), "part": name}))

    is_first = stage["stage_no"] == 1
    return [
        tables.text(_(stage["label"])),
        part("reached", stage["reached"]),
        part("skipped", stage["skipped"]),
        tables.share(stage["share_of_first"], look),
        tables.share(None if is_first else stage["share_of_previous"], look),
        tables.interval(None if is_first else stage["share_of_previous"], look),
        part("turned_away", stage["turned_away"]),
        part("excluded", stage["excluded"]),
        part("not_yet_known", stage["not_yet_known"]["reached"]),
        tables.number(stage["median_seconds"], "seconds", look),
        tables.number(stage["p90_seconds"], "seconds", look),
    ]


def _finding(answers: Answers) -> dict[str, str] | None:
    """What another figure adds to the caption: the step that moved most, if it clearly did, and through what."""
    why = answers.get("journey_why_moved")
    if not isinstance(why, Answer) or why.comparison is None or not why.comparison.change.clear:
        return None
    return {"text": why.caption, "tone": "met" if (why.total.value or 0) > 0 else "missed"}


def _greatest_loss(stages: list[Stage], look: Look) -> dict[str, str] | None:
    """Where most turned away, for a reader who reads one sentence only."""
    most = max(stages, key=lambda stage: stage["turned_away"])
    if not most["turned_away"]:
        return None
    lost, reached = look.reader.count(most["turned_away"]), look.reader.count(most["reached"])
    return {
        "text": _("Most turned away after “{stage}”: {lost} of {reached}.", stage=most["says"], lost=lost, reached=reached),
        "tone": "",
    }


def _before(answer: Answer) -> Mapping[str, Stage]:
    if answer.comparison is None or not answer.comparison.rows:
        return {}
    return {stage["stage"]: stage for stage in answer.comparison.rows[0].extra["stages"]}


def _stage(
    stage: Stage, stages: list[Stage], before: Mapping[str, Stage], scale: Scale, answer: Answer, look: Look
) -> dict[str, Any]:
    then = before.get(stage["stage"])
    waiting = stage["not_yet_known"]["reached"]
    reached, skipped = scale.x(stage["reached"]), scale.x(stage["skipped"])
    share_before = then["share_of_first"] if then and stage["stage_no"] > 1 else None
    was = _where_it_was(share_before, stages[0]["reached"], scale, look)
    ends = max(reached + (scale.x(waiting) + 0.4 if waiting else 0), was or 0)
    count = look.reader.count(stage["reached"])
    says = _("“{words}”", words=stage["says"])

    def opens(part: str) -> str:
        return look.behind(answer, {"stage": str(stage["stage_no"]), "part": part})

    return {
        "key": stage["stage"],
        "says": says,
        "own": _(stage["label"]),
        "count": count,
        "seen": round(reached - skipped, 2),
        "reached": reached,
        "skipped": skipped,
        "is_wide": reached >= WIDE,
        "waiting": scale.x(waiting),
        "waiting_count": f"+{look.reader.count(waiting)}",
        "waiting_words": _("+{n} not yet known", n=look.reader.count(waiting)) if waiting else "",
        "was": was,
        "ends": round(ends, 2),
        "href": opens("reached"),
        "name": _reached_words(says, stage, look),
        "skipped_href": opens("skipped"),
        "skipped_name": _("{n} skipped ahead", n=look.reader.count(stage["skipped"])),
        "waiting_href": opens("not_yet_known"),
        "told": _told(stage, then, answer, look) if stage["stage_no"] > 1 else None,
        "closer": look.view.chosen(step=None if stage["stage_no"] == 2 else stage["stage"]).href(),
        "has_closer": answer.options.get("mode") != "any",
        "is_closer": stage["stage_no"] > 1 and look.view.options.get("step", stages[1]["stage"]) == stage["stage"],
        "away": _away(stage, opens("turned_away"), look),
    }


def _reached_words(says: str, stage: Stage, look: Look) -> str:
    told = {"stage": says, "people": look.reader.counted(stage["reached"], "person", "people")}
    if not stage["skipped"]:
        return _("{stage}: {people} reached it", **told)
    skipped = look.reader.count(stage["skipped"])
    return _("{stage}: {people} reached it, {skipped} of them by skipping ahead", **told, skipped=skipped)


def _where_it_was(share: Value | None, first: float, scale: Scale, look: Look) -> float | None:
    """Where the bar would end at the share of the period compared with, or None where that stands on too few."""
    if share is None or share.value is None or look.is_too_few_of(share, "percent"):
        return None
    return scale.x(share.value * first)


def _told(stage: Stage, then: Stage | None, answer: Answer, look: Look) -> dict[str, Any]:
    share, reader = stage["share_of_previous"], look.reader
    if share.value is None or look.is_too_few_of(share, "percent"):
        return {"head": _("too few to say"), "tone": "none", "lines": _times(stage, look)}
    change = None
    lines = []
    if then and then["share_of_previous"].value is not None and not look.is_too_few_of(then["share_of_previous"], "percent"):
        change = change_words(share_change(share, then["share_of_previous"]), "higher", look)
        was = reader.points(then["share_of_previous"].value, 1)
        lines.append(f"{compared_words(answer)} {was}: {change['words'] if change else ''}")
    told = {"share": reader.percent(share.value), "range": f"{reader.points(share.low, 1)}–{reader.points(share.high, 1)}"}
    of_before = stage["stage_no"] == 2
    return {
        "head": _("{share} of the stage before ({range})", **told) if of_before else f"{told['share']} ({told['range']})",
        "tone": change["tone"] if change and change["is_clear"] else "",
        "lines": [*lines, *_times(stage, look)],
    }


def _times(stage: Stage, look: Look) -> list[str]:
    if stage["median_seconds"] is None:
        return []
    half, most = look.reader.duration(stage["median_seconds"]), look.reader.duration(stage["p90_seconds"])
    return [_("half within {half}, nine in ten within {most}", half=half, most=most)]


def _away(stage: Stage, href: str, look: Look) -> dict[str, str] | None:
    if not stage["turned_away"]:
        return None
    text = _("{n} turned away", n=look.reader.count(stage["turned_away"]))
    return {"text": text, "name": _("after “{stage}”", stage=stage["says"]), "href": href}


def _set_aside(row: Row, answer: Answer, look: Look) -> dict[str, str] | None:
    if not row.extra["set_aside"]:
        return None
    stages = [stage for stage in row.extra["stages"] if stage["excluded"]]
    where = {"stage": str(stages[0]["stage_no"])} if stages else {}
    return {
        "text": _("{n} set aside", n=look.reader.count(row.extra["set_aside"])),
        "href": look.behind(answer, {**where, "part": "excluded"}),
    }


def _groups(split: Answer, look: Look) -> dict[str, Any]:
    """Each group's share of the stage before, as a bar with its interval, in the groups' own order."""
    by = split.selection.by[0]
    stages = split.rows[0].extra["stages"][1:] if split.rows else []
    return {
        "by": _(by.replace("_", " ")),
        "stages": [_("“{words}”", words=stage["says"]) for stage in stages],
        "rows": [
            {
                "name": group_name(row.by[by]),
                "count": look.reader.count(row.extra["known"]),
                "href": look.behind(split, {**row.by, "part": "known"}),
                "cells": [_group_cell(stage, row.by[by], by, split, look) for stage in row.extra["stages"][1:]],
            }
            for row in split.rows
        ],
    }


def _group_cell(stage: Stage, group: str, by: str, split: Answer, look: Look) -> dict[str, Any]:
    share, reader = stage["share_of_previous"], look.reader
    is_told = share.value is not None and not look.is_too_few_of(share, "percent")
    return {
        "text": reader.percent(share.value) if is_told else _("too few"),
        "range": f"{reader.points(share.low)}–{reader.points(share.high)}" if is_told else "",
        "x": round(100 * share.value, 1) if is_told else 0,
        "low": round(100 * share.low, 1) if is_told else None,
        "high": round(100 * share.high, 1) if is_told else None,
        "href": look.behind(split, {by: group, "stage": str(stage["stage_no"]), "part": "reached"}),
        "name": f"{group}: {stage['label']}",
    }
