"""After a broken promise: who was lost, and how values went, against those alike whose promise was kept.

A customer counts once, by the first promise of the period that was decided while they were one, so nobody is on both sides; whose
first promise was kept and a later one broken stays with the kept ones, which can only make the difference smaller. Alike are
customers of the same segment, tenure and quarter of value just then. It goes along with the broken promise: what else was different
between both, beyond these three, is not known.

Only who had a contract in force then is compared: a loss is booked a grace after the contract's end, or a whole silence after the last
sign of life, so in the grace, or without a contract, what is booked in the days after a promise had ended before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.alike import Compared, Pair, Side, changes, shares
from metrics.answer import Answer, Change, People, Row, Value
from metrics.before_after import combined
from metrics.errors import UnknownName
from metrics.figures.summary import person_row
from metrics.language import _
from metrics.options import duration_words, options_json
from metrics.question import Page, Question

BROKEN: Final = "broken"
KEPT: Final = "kept"
SIDES: Final = {BROKEN: False, KEPT: True}
UNITS: Final = {
    "compared": ("customers compared", "customer compared"),
    "broken": ("customers whose promise was broken", "customer whose promise was broken"),
    "kept": ("customers whose promise was kept", "customer whose promise was kept"),
    "broken_lost": ("customers lost after a broken promise", "customer lost after a broken promise"),
    "kept_lost": ("customers lost after a kept promise", "customer lost after a kept promise"),
    "broken_alone": ("customers without anybody alike", "customer without anybody alike"),
    "kept_alone": ("customers without anybody alike", "customer without anybody alike"),
    "without_contract": ("customers without a contract in force", "customer without a contract in force"),
    "not_yet_known": ("customers not yet known", "customer not yet known"),
}
CENTS: Final = 100

SPLITS: Final = 0

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How long is looked at."""

    within: int = field(default=180 * 86_400, metadata={"help": "the time after the promise", "duration": True})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the difference of the shares lost, and a row per side; options tell the change of value and who has nobody alike."""
    every = _found(question, options)
    found, without = _under_contract(every), _sum(one for one in every if not one["is_under_contract"])
    pairs = _pairs([one for one in found if one["is_known"]])
    lost, value = shares(pairs), changes(pairs)
    difference = _difference(lost)
    compared = lost.first.n + lost.other.n
    total = Value(value=difference.value, n=compared, customers=compared, low=difference.low, high=difference.high)
    rows = tuple(_row(found, pairs, side, lost, value) for side in SIDES)
    return question.answered(
        options={
            **options_json(options),
            "difference": difference,
            "value_difference": _difference(value),
            "strata": sum(1 for pair in pairs if pair.first.n and pair.other.n),
            "is_enough": is_enough(lost),
            "value_is_enough": is_enough(value),
            "not_yet_known": _sum(one for one in found if not one["is_known"]),
            "without_contract": without,
        },
        total=total,
        rows=rows if compared else (),
        notices=(*notices.of_time(question), *_notices(question, found, rows, without)),
        caption=_caption(question, options, lost, difference),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers compared, or those of a part: {"part": "broken|kept|broken_lost|kept_lost|broken_alone|…"}."""
    part = mark.get("part", "compared")
    for name in mark.keys() - {"part"}:
        raise UnknownName(f'"{name}" is not a mark of this figure', name=name, known=("part",))
    if part not in UNITS:
        raise UnknownName(f'"{part}" is not a part of this', name=part, known=UNITS)
    side, is_compared = part.partition("_")[0], part not in ("not_yet_known", "without_contract")
    is_over = None if part == "without_contract" else is_compared
    rows = question.run(
        "aftermath_people", **_asked(question, options), kept=SIDES.get(side), only_lost=part.endswith("_lost"), is_over=is_over,
        alike=not part.endswith("_alone") if is_compared else None, under_contract=part != "without_contract",
        most=page.most, skipped=page.skipped,
    )  # fmt: skip
    count = _count(_found(question, options), part)
    unit, one = UNITS[part]
    return question.people(unit=unit, one=one, count=count, customers=count, rows=[person_row(row) for row in rows], mark=mark)


def is_enough(compared: Compared) -> bool:
    """Whether both sides are worth enough customers, with an interval, to say anything of their difference."""
    least = notices.NO_PERCENTAGE_BELOW
    has_interval = None not in (compared.first.low, compared.other.low)
    return has_interval and min(compared.first.n, compared.worth) >= least


def _asked(question: Question, options: Options) -> dict[str, Any]:
    return {**question.times(question.period), "as_of": question.as_of, "within_seconds": options.within}


def _found(question: Question, options: Options) -> Found:
    return question.run("aftermath", **_asked(question, options))


def _under_contract(found: Found) -> Found:
    return [one for one in found if one["is_under_contract"]]


def _sum(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(one["n"] for one in rows)


def _pairs(found: Found) -> list[Pair]:
    """Returns the strata, in euros and the like; one that holds nobody of a side has an empty one there."""
    strata: dict[tuple[Any, ...], dict[bool, Side]] = {}
    for one in found:
        sides = strata.setdefault((one["segment"], one["tenure_no"], one["value_no"]), {})
        sides[one["was_kept"]] = Side(
            n=one["n"], lost=one["lost"], valued=one["valued"], total=float(one["change"]) / CENTS,
            squares=one["squares"] / CENTS**2,
        )  # fmt: skip
    return [Pair(first=sides.get(False, Side()), other=sides.get(True, Side())) for sides in strata.values()]


def _difference(compared: Compared) -> Change:
    return combined([(1, compared.first), (-1, compared.other)])


def _row(found: Found, pairs: Sequence[Pair], side: str, lost: Compared, value: Compared) -> Row:
    is_kept = SIDES[side]
    share, change = (lost.other, value.other) if is_kept else (lost.first, value.first)
    everyone = _sum(one for one in found if one["is_known"] and one["was_kept"] is is_kept)
    return Row(by={"side": side}, value=share, extra={"value_change": change, "everyone": everyone, "alone": everyone - share.n})


def _count(every: Found, part: str) -> int:
    found = _under_contract(every)
    if part == "without_contract":
        return _sum(every) - _sum(found)
    if part == "not_yet_known":
        return _sum(one for one in found if not one["is_known"])
    side, _space, what = part.partition("_")
    pairs = _pairs([one for one in found if one["is_known"]])
    chosen = [pair for pair in pairs if bool(pair.first.n and pair.other.n) is (what != "alone")]
    sides = [one for pair in chosen for name, one in ((BROKEN, pair.first), (KEPT, pair.other)) if side in (name, "compared")]
    return sum(one.lost if what == "lost" else one.n for one in sides)


def _notices(question: Question, found: Found, rows: Sequence[Row], without: int) -> list[str]:
    words, told = question.words, []
    for row, text in zip(
        rows,
        (
            _("{alone} of {counted} whose promise was broken have nobody alike whose promise was kept: they are not compared."),
            _("{alone} of {counted} whose promise was kept have nobody alike whose promise was broken: they are not compared."),
        ),
        strict=True,
    ):
        if row.extra["alone"]:
            counted = words.counted(row.extra["everyone"], "customer", "customers")
            told.append(text.format(alone=words.count(row.extra["alone"]), counted=counted))
    if without:
        counted = words.counted(without, "customer", "customers")
        told.append(
            _(
                "{counted} had no contract in force when the promise was decided: not compared, as whether a loss of theirs began "
                "after it cannot be told.",
                counted=counted,
            )
        )
    waits = _sum(one for one in found if not one["is_known"])
    if waits:
        counted = words.counted(waits, "customer", "customers")
        told.append(_("Of {counted} the time after the promise is not over: not yet known.", counted=counted))
    return told


def _caption(question: Question, options: Options, lost: Compared, difference: Change) -> str:
    """Returns "Of 312 customers whose promise was broken over all time 13.1 % were lost within 180 days, in the same mix 9.0 % of …"."""
    words, within = question.words, duration_words(options.within)
    if not lost.first.n:
        return _(
            "Nobody under contract whose promise was broken {when} has anybody alike whose promise was kept.",
            when=question.when(),
        )
    told = {
        "counted": words.counted(lost.first.n, "customer", "customers"),
        "when": question.when(),
        "lost": words.count(lost.first.numerator),
        "within": within,
        "others": words.counted(lost.other.n, "customer", "customers"),
        "others_lost": words.count(lost.other.numerator),
    }
    if not is_enough(lost) or difference.value is None or difference.low is None or difference.high is None:
        return _(
            "Of {counted} whose promise was broken {when} {lost} were lost within {within}, of {others} alike whose promise was kept "
            "{others_lost}: too few to say.",
            **told,
        )
    shares = {"share": words.percent(lost.first.value), "other_share": words.percent(lost.other.value)}
    ends = {"low": _points(words, difference.low), "high": _points(words, difference.high)}
    first = _(
        "Of {counted} whose promise was broken {when} {share} were lost within {within}; in the same mix {other_share} of {others} "
        "alike whose promise was kept: a difference of {difference} points, between {low} and {high}.",
        **told, **shares, difference=_points(words, difference.value), **ends,
    )  # fmt: skip
    if not difference.clear:
        return first + " " + _("No clear difference.")
    more = _("More leave after a broken promise") if difference.value > 0 else _("Fewer leave after a broken promise")
    return first + " " + _("{more}: it goes along with it; what else was different is not known.", more=more)


def _points(words: Any, fraction: float) -> str:
    told = words.points(fraction, 1)
    return f"+{told}" if fraction > 0 else str(told)
