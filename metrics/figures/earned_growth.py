"""Growth that was earned: what customers who were there bring now, and what those bring who came by word of mouth.

Reichheld, Darnell and Burns (2021): net revenue retention + earned new − 100 %. How some came is not known: they count as not earned in
`low` (and value), as earned in `high`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.language import _
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.words import sentence_start

THERE: Final = "there"
NEW: Final = ("earned", "unknown", "other")
PARTS: Final = (THERE, *NEW)

SPLITS: Final = 1

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There is nothing to choose."""


def answer(question: Question, options: Options) -> Answer:
    """Answers with a range; rows tell retention and earned new apart, and the parts that they are made of."""
    found = _found(question)
    total = _row({}, found)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=_rows(question, found),
        comparison=_comparison(question, total),
        notices=(*notices.of_time(question), *_coverage(question, found)),
        caption=_caption(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the accounts of a part: {"part": "there|earned|unknown|other"}, of a group of the split, or all of them."""
    by = question.selection.by[:1]
    for name in mark:
        if name not in ("part", *by):
            raise UnknownName(f'"{name}" is not a part of earned growth', name=name, known=("part", *by))
    if mark.get("part", THERE) not in PARTS:
        raise UnknownName(f'"{mark["part"]}" is not a part of earned growth', name=mark["part"], known=PARTS)
    parts = [mark["part"]] if "part" in mark else list(PARTS)
    group = mark.get(by[0]) if by else None
    found = [one for one in _found(question) if one["part"] in parts and group in (None, one["split_1"])]
    rows = question.run(
        "earned_growth_people", split=question.split, parts=parts, chosen=group, most=page.most, skipped=page.skipped,
        **question.times(question.period),
    )  # fmt: skip
    count = sum(one["n"] for one in found)
    listed = [person_row(row) for row in rows]
    return question.people(unit="customers", one="customer", count=count, customers=count, rows=listed, mark=mark)


def _found(question: Question) -> Found:
    if any(name in question.segmentations for name in question.selection.where):
        what = f"{question.metric.metric_id} cannot be filtered by segment: customers move between them"
        raise QuestionError(what, instead="Split by segment")
    return question.run("earned_growth", split=question.split, **question.times(question.period))


def _rows(question: Question, found: Found) -> tuple[Row, ...]:
    if not question.split:
        return (_row({}, found),)
    groups = sorted({str(one["split_1"]) for one in found})
    return tuple(_row({question.selection.by[0]: group}, [one for one in found if one["split_1"] == group]) for group in groups)


def _row(by: Mapping[str, str], found: Found) -> Row:
    """Shares are of what those who were there brought a year at the start."""
    parts = {part: _part([one for one in found if one["part"] == part]) for part in PARTS}
    before = parts[THERE]["value_before"]
    shares = {part: parts[part]["value_after"] / before if before else None for part in PARTS}
    low = _growth(shares, ("earned",))
    count = sum(part["customers"] for part in parts.values())
    value = Value(
        value=low, n=count, customers=count, low=low, high=_growth(shares, ("earned", "unknown")),
        numerator=round(sum(parts[part]["value_after"] for part in (THERE, "earned")) - before, 2), denominator=before,
    )  # fmt: skip
    told = {"retention": shares[THERE], "earned_new": shares["earned"], "unknown_new": shares["unknown"]}
    return Row(by=by, value=value, extra={**told, "parts": parts})


def _part(found: Found) -> dict[str, Any]:
    before, after = (sum(one[name] for one in found) / 100 for name in ("cents_before", "cents_after"))
    return {"customers": sum(one["n"] for one in found), "value_before": before, "value_after": after}


def _growth(shares: Mapping[str, float | None], new: Sequence[str]) -> float | None:
    told = [shares[part] for part in (THERE, *new)]
    return None if None in told else sum(share for share in told if share is not None) - 1


def _comparison(question: Question, now: Row) -> Comparison | None:
    """Two ranges differ clearly when they do not touch."""
    if question.before is None:
        return None
    before = question.of(question.before)
    found = _found(before)
    total = _row({}, found)
    ends = [end for row in (now, total) for end in (row.value.low, row.value.high)]
    if None in ends:
        change = Change(value=None)
    else:
        low_now, high_now, low_then, high_then = (end or 0.0 for end in ends)
        low, high = low_now - high_then, high_now - low_then
        change = Change(value=low_now - low_then, low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total.value, rows=_rows(before, found), change=change)


def _coverage(question: Question, found: Found) -> list[str]:
    counted = [one for one in found if one["part"] in PARTS]
    n, known = (sum(one[name] for one in counted) for name in ("n", "known"))
    told = (
        [_("Value known for {share} of these customers; the others are left out.", share=question.words.percent(known / n, 0))]
        if known < n
        else []
    )
    unknown = sum(one["n"] for one in counted if one["part"] == "unknown")
    new = sum(one["n"] for one in counted if one["part"] in NEW)
    if unknown:
        told.append(
            _("How they came is known for {share} of the new customers.", share=question.words.percent(1 - unknown / new, 0))
        )
    return told


def _caption(question: Question, total: Row) -> str:
    """Returns "In 2026 those who were there bring 98.2 % of what they did, word of mouth adds 1.1 %: earned growth −0.7 %."."""
    words, when = question.words, question.when()
    low, high, extra = total.value.low, total.value.high, total.extra
    if low is None or high is None:
        return _("{When} nobody of known value was there at the start.", When=sentence_start(when))
    added = _range(words.percent(extra["earned_new"]), words.percent(extra["earned_new"] + extra["unknown_new"]))
    growth = _range(words.percent(low), words.percent(high))
    return _(
        "{When} those who were there bring {kept} of what they did, word of mouth adds {added}: earned growth {growth}.",
        When=sentence_start(when),
        kept=words.percent(extra["retention"]),
        added=added,
        growth=growth,
    )


def _range(low: str, high: str) -> str:
    return low if low == high else _("{first} to {last}", first=low, last=high)
