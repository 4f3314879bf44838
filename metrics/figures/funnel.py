"""The cohort funnel: of those who entered the journey, how far did they get in their time?

Modes: "reached" counts a stage when it or any later one was, "ordered" each stage after the one before, "strict" with no other
stage in between, "any" how many stages in whatever order. Within the window from the anchor, its last second included. Rates use
people whose time is over; the others are told beside them: entered = set aside + not yet known + known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from metrics.answer import Answer, Change, Comparison, People
from metrics.errors import UnknownName
from metrics.figures.strip import share_change, stage_numbers
from metrics.figures.summary import person_row
from metrics.funnel_explained import reasons as told_one_by_one
from metrics.funnel_rows import Counted, counted, rows_of
from metrics.funnel_way import ANCHORS, MODES, STATES, Way, way_of
from metrics.funnel_words import because, sentence, to_bear_in_mind
from metrics.groups import NOT_REACHED, OTHER, UNKNOWN
from metrics.language import later
from metrics.marks import of_everyone, values_of
from metrics.options import duration_text, options_json
from metrics.question import EVERYTHING, Page, Question
from metrics.stages import check_split, most_shown, one_of_time
from queries.view import ViewSpec

UNITS: Final = {
    "entered": later("people who entered"),
    "known": later("people whose time is over"),
    "reached": later("people who reached the stage"),
    "moved_on": later("people who moved on"),
    "skipped": later("people who skipped the stage"),
    "turned_away": later("people who turned away"),
    "excluded": later("people set aside"),
    "not_yet_known": later("people not yet known"),
    "moved": later("people not yet known who moved on"),
    "left": later("people not yet known who left"),
    "open": later("people not yet known who may still move on"),
    "tied": later("people who came in the same second as to the stage before"),
}

SPLITS: Final = 1
_INNER: Final = (
    "in_all",
    "place",
    "level_after",
    "excluded_after",
    "left_after",
    "entered_at",
    "first_at",
    "last_at",
    "event_id",
    "seen",
    "state_no",
    "group_1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which journey, how its stages count, in what time, and whose: those who entered in the period, or whose time ended in it."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    mode: str = field(default="reached", metadata={"help": "how a stage counts", "choices": MODES})
    anchor: str = field(
        default="first", metadata={"help": "counted from the attempt's first entry, or anew from each", "choices": ANCHORS}
    )
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    attribution: str = field(default="entry", metadata={"help": "where a split's value is read: entry, first, last or step:2"})
    period_of: str = field(
        default="entry", metadata={"help": "the period of entering, or of the window's end", "choices": ("entry", "window_end")}
    )
    grain: str = field(
        default="", metadata={"help": "cut the period into days, weeks, months …", "choices": ("", "day", "week", "month")}
    )
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})
    times: bool = field(default=True, metadata={"help": "how long the steps took; without it twice as quick"})


def answer(question: Question, options: Options) -> Answer:
    """Answers with one row, or one per group and piece of time, each with all stages; the total is the share that reached the last one."""
    check_split(question)
    way = way_of(question, options)
    told = counted(question, way, options.most)
    rows = rows_of(question, told)
    return question.answered(
        options={
            **_echoed(options), "journey": question.journey, "journey_title": way.stages[0]["title"],
            "window": duration_text(way.window),
        },
        total=told.total,
        rows=rows,
        comparison=_comparison(question, options, told),
        notices=tuple(to_bear_in_mind(question, way, told.total, rows)),
        caption=sentence(question, way, told.total),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people of a part ("reached", "turned_away" …) of a stage, a group, a piece of time; or all whose time is over."""
    part = mark.get("part", "reached" if "stage" in mark else "known")
    if part not in UNITS:
        raise UnknownName(f'"{part}" is not a part of the funnel', name=part, known=UNITS)
    way = way_of(question, options)
    one_of_time(question, mark, way.parts)
    split = question.selection.by[:1]
    for dimension, value in mark.items():
        if dimension not in ("part", "stage", "at", *split):
            question = question.filtered(dimension, value)
    wanted = {
        **way.parameters(question), "part": part, "stage_no": _stage(question, mark), "at": mark.get("at"),
        "in_group": mark.get(split[0]) if split else None, "most": most_shown(question, options.most), "shown": question.shown(),
    }  # fmt: skip
    count, found = _listed(question, way, wanted, page)
    rows = [person_row({**row, "because": because(question, way, row)}) for row in found]
    return question.people(unit=UNITS[part], count=count, customers=count, rows=[_shown(row) for row in rows], mark=mark)


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the groups of a split that is read after the entry: a later event may tell a value that no entry does."""
    way = way_of(question, options)
    if not way.touched:
        return {}
    events = ViewSpec(metric_id=f"{question.metric.metric_id}__events", fact="journey_event", counts="stage_no is not null")
    told = of_everyone(question).run("dimension_values", view=events, split=(way.touched,), most=EVERYTHING)
    known = [*values_of(question, way.touched), *(str(row["name"]) for row in told), OTHER, UNKNOWN, NOT_REACHED]
    return {question.selection.by[0]: list(dict.fromkeys(known))}


def reasons(question: Question, options: Options, customer_id: str) -> tuple[str, ...]:
    """Tells, a sentence each, the steps that put one customer where they are; raises UnknownName for one who is not in the journey."""
    way = way_of(question.unsplit(), replace(options, attribution="entry"))
    asked = question.unsplit().only(customer_id=customer_id)
    wanted = {
        **way.parameters(asked), "part": "entered", "stage_no": 0, "at": None, "in_group": None, "most": EVERYTHING,
        "shown": question.shown(),
    }  # fmt: skip
    return told_one_by_one(question, way, customer_id, _listed(asked, way, wanted, Page(most=1))[1])


def _listed(question: Question, way: Way, wanted: Mapping[str, Any], page: Page) -> tuple[int, Sequence[Mapping[str, Any]]]:
    """Returns how many people there are on all pages, and those of one."""
    shown: dict[str, Any] = {"page_rows": page.most, "skipped": page.skipped, "by_value": page.by_value}
    found = question.run(way.figure(question, "funnel_people"), split=question.split[:1], **shown, **wanted)
    rows = [row for row in found if page.skipped < row["place"] <= page.skipped + page.most]
    return found[0]["in_all"] if found else 0, [{**row, "state": STATES[row["state_no"]]} for row in rows]


def _stage(question: Question, mark: Mapping[str, str]) -> int:
    """Returns the number of the stage that a mark names, 0 for all of them."""
    return stage_numbers(question, mark)[0] if "stage" in mark else 0


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _INNER}


def _echoed(options: Options) -> dict[str, Any]:
    """The options as an answer echoes them; that times are told is seen where they are."""
    return {name: value for name, value in options_json(options).items() if name != "times" or not value}


def _comparison(question: Question, options: Options, now: Counted) -> Comparison | None:
    if question.before is None:
        return None
    of_before = question.of(question.before)
    before = counted(of_before, way_of(of_before, options), options.most)
    change = share_change(now.total, before.total) or Change(value=None)
    return Comparison(period=question.before, total=before.total, rows=rows_of(of_before, before), change=change)
