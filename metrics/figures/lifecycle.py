"""The lifecycle: who is active in a period, and who was in the one before: new, returning, resurrected, dormant.

Active = active before + new + resurrected − dormant, exactly. In a period that is not over nobody is dormant yet: they are told as
not seen yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import GRAINS, person_row
from metrics.groups import OTHER, narrowed, shown_names
from metrics.intervals import random_change
from metrics.language import _, _n, later
from metrics.options import options_json
from metrics.period_text import GRAINS as TEXT_OF
from metrics.period_text import days_of
from metrics.question import Page, Question
from metrics.selection import Period, earlier, resolve, utc_midnight

STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "active": ("new", "returning", "resurrected"),
    "active_before": ("returning", "dormant"),
    "new": ("new",),
    "returning": ("returning",),
    "resurrected": ("resurrected",),
    "dormant": ("dormant",),
    "not_seen_yet": ("dormant",),
}

_UNITS: Final = {
    "active": later("customers active"),
    "active_before": later("customers active before"),
    "new": later("customers new"),
    "returning": later("customers returning"),
    "resurrected": later("customers resurrected"),
    "dormant": later("customers dormant"),
    "not_seen_yet": later("customers not seen yet"),
}

COUNTED: Final = ("active", "new", "again", "resurrected", "dormant")
MOST_PIECES: Final = 400
SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the lifecycle is shown."""

    series: int = field(default=0, metadata={"help": "a row per period, this many, the last one this one", "most": 60})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per period (and group); the total is who is active in the period, or in its last piece."""
    parts = _parts(question, options)
    rows = _rows(question, options, parts, split=bool(question.split), dated=bool(options.series or options.grain))
    last = _rows(question, options, parts[-2:], split=False)[-1]
    return question.answered(
        options=options_json(options),
        total=last.value,
        rows=rows,
        comparison=_comparison(question, options, last.value),
        notices=tuple(notices.of_time(question)),
        caption=_sentence(question, last, parts[-1]),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a part ("active", "new", "returning", "resurrected", "dormant" …), in the last piece or the one named `at`."""
    part = mark.get("part", "active")
    if part not in STATES:
        raise UnknownName(f'"{part}" is not a part of the lifecycle', name=part, known=STATES)
    parts = _parts(question, options)
    for dimension, value in mark.items():
        question = question if dimension in ("part", "at") else _narrowed(question, options, dimension, value)
    names = [one.text for one in parts[1:]]
    at = mark.get("at", names[-1])
    if at not in names:
        raise UnknownName(f'"{at}" is not a period of this answer', name=at, known=names)
    before, piece = parts[names.index(at)], parts[names.index(at) + 1]
    row = _rows(question, options, [before, piece], split=False)[-1]
    found = question.run(
        "lifecycle_people",
        before_starts_at=before.starts_at,
        starts_at=piece.starts_at,
        ends_at=piece.ends_at,
        states=list(STATES[part] if row.extra[part] else ()),
        most=page.most,
        skipped=page.skipped,
    )
    count = row.extra[part] or 0
    return question.of(piece).people(
        unit=_UNITS[part], count=count, customers=count, rows=[person_row(one) for one in found], mark=mark
    )


def _parts(question: Question, options: Options) -> list[Period]:
    """The pieces of time told, after the one before the first of them."""
    period = question.period
    if period is None:
        raise QuestionError("the lifecycle needs a period", where=f"definition {question.metric.metric_id}")
    if options.grain and not options.series:
        told = _whole_pieces(question, question.begun(period), options.grain)
    else:
        told = list(earlier(period, max(1, options.series), zone=question.zone))
    return [_before(told[0], question.zone), *told]


def _whole_pieces(question: Question, period: Period, grain: str) -> list[Period]:
    """The days, weeks, months … that begin in a period, each whole or as far as is known; the one under way where none does."""
    texts: list[str] = []
    day = period.first_day
    while day < period.end_day and utc_midnight(day, question.zone) < period.ends_at:
        texts.append(TEXT_OF[grain](day))
        day = days_of(texts[-1])[1]
        if len(texts) > MOST_PIECES:
            what = f"{period.label} has more than {MOST_PIECES} pieces of a {grain}"
            raise QuestionError(what, instead="Ask for a shorter period")
    is_begun = days_of(texts[0])[0] < period.first_day
    told = texts[1:] if is_begun and len(texts) > 1 else texts
    return [resolve(text, as_of=question.as_of, zone=question.zone) for text in told]


def _before(period: Period, zone: str) -> Period:
    """The whole period of the same kind before this one; before all of time there is none."""
    if period.text == "all":
        return replace(period, ends_at=period.starts_at)
    return earlier(period, 2, zone=zone)[0]


def _rows(question: Question, options: Options, parts: Sequence[Period], *, split: bool, dated: bool = False) -> tuple[Row, ...]:
    found = _counted(question, parts, split=split)
    names = _names(question, options, found) if split else {"": ""}
    counts: dict[tuple[str, int], Counter[str]] = {}
    for row in found:
        place = (names[row["split_1"]], row["piece_no"])
        counts.setdefault(place, Counter()).update({name: row[name] for name in COUNTED})
    groups = dict.fromkeys(names.values()) if split else [None]
    return tuple(
        _row(question, group, part, counts.get((group or "", place), Counter()), dated=dated)
        for group in groups
        for place, part in enumerate(parts)
        if place
    )


def _counted(question: Question, parts: Sequence[Period], *, split: bool) -> list[dict[str, Any]]:
    return question.run(
        "lifecycle",
        split=question.split[:1] if split else (),
        starts=[part.starts_at for part in parts],
        ends=[part.ends_at for part in parts],
    )


def _names(question: Question, options: Options, found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    sizes: Counter[str] = Counter()
    for row in found:
        sizes[row["split_1"]] += row["active"] + row["dormant"]
    return shown_names(sizes, options.most or question.most_values[question.selection.by[0]])


def _narrowed(question: Question, options: Options, dimension: str, value: str) -> Question:
    if value != OTHER or dimension not in question.selection.by:
        return question.filtered(dimension, value)
    found = _counted(question, _parts(question, options), split=True)
    return narrowed(question, dimension, value, _names(question, options, found))


def _row(question: Question, group: str | None, part: Period, counts: Mapping[str, int], *, dated: bool) -> Row:
    active, again, gone = (counts.get(name, 0) for name in ("active", "again", "dormant"))
    extra = {
        "active_before": again + gone,
        "active": active,
        "new": counts.get("new", 0),
        "returning": again,
        "resurrected": counts.get("resurrected", 0),
        "dormant": None if part.is_to_date else gone,
        "not_seen_yet": gone if part.is_to_date else 0,
        "is_to_date": part.is_to_date,
    }
    by = {} if group is None else {question.selection.by[0]: group}
    value = Value(value=float(active), n=active, customers=active)
    return Row(by=by, at=part.text if dated else None, value=value, extra=extra)


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None or options.grain:
        return None
    before = question.of(question.before)
    parts = [_before(question.before, question.zone), question.before]
    rows = _rows(before, options, parts, split=bool(question.split))
    total = _rows(before, options, parts, split=False)[-1].value
    difference = (now.value or 0.0) - (total.value or 0.0)
    low, high = random_change(difference, now.n + total.n)
    change = Change(value=difference, low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total, rows=rows, change=change)


def _sentence(question: Question, row: Row, part: Period) -> str:
    words, told = question.words, row.extra
    when = question.of(part).when()
    gone = words.count(told["not_seen_yet"] if part.is_to_date else told["dormant"])
    parts = {
        "before": words.count(told["active_before"]),
        "new": words.count(told["new"]),
        "back": words.count(told["resurrected"]),
        "gone": _("{n} not seen yet", n=gone) if part.is_to_date else _("{n} dormant", n=gone),
        "when": when,
    }
    return _n(
        "{before} active before + {new} new + {back} resurrected − {gone}: {n} customer is active {when}.",
        "{before} active before + {new} new + {back} resurrected − {gone}: {n} customers are active {when}.",
        told["active"],
        n=words.count(told["active"]),
        **parts,
    )
