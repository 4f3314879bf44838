"""Answers of which a part is of few: all that is counted is told in steps, and what a small count would follow from is not told.

A share tells two counts: of how many it is, and of how many it is not. Where either is of few, both are told in steps. What is reckoned
of counts (a share without them, a difference, a step of a curve) follows suit; what few are worth or wait is not told, nor what it would
follow from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from metrics.answer import Answer, Change, Comparison, Row, Value

_NO_COUNT: Final = re.compile(
    r"_no$|seconds$|days$|^since$|^step$|^year$|_promises$|^target$|^p90|^median|value_|^value$|^low$|^high$|^score$"
)
_KEPT: Final = re.compile(r"seconds$|days$|^target$|^score$")
_WORTH: Final = re.compile(r"value_|^value$|^change$|^greatest_|_value$")
_RECKONED: Final = re.compile(r"mean_|median_|p90_|half_|greatest_")
PER_1000: Final = "per_1000"
LONGEST_STEP: Final = 4
"""A curve is told as long as so many steps, or a quarter of everybody, are followed."""

Near = Callable[[float], int]


def nearest(least: int) -> Near:
    """Returns what tells a count in steps of `least`; of 1, as it is."""
    return lambda count: least * round(count / least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What has to be known of a figure to read its answers: which of its options were chosen (the others are told), its interval."""

    settings: frozenset[str] = frozenset()
    interval: str = ""


PLAIN: Final = Kind()


def has_few(answer: Answer, least: int, kind: Kind = PLAIN) -> bool:
    """Whether any part of an answer counts fewer than `least`, and more than nobody."""
    compared = answer.comparison
    rows = (*answer.rows, *(compared.rows if compared else ()))
    values = [answer.total, *([compared.total] if compared else []), *(row.value for row in rows)]
    counts = [count for row in rows for count in (row.value.customers, *_counted(row.extra))]
    counts += _counted({name: told for name, told in answer.options.items() if name not in kind.settings})
    return any(map(_is_few(least), counts)) or any(tells_few(value, least, kind) for value in values)


def tells_few(value: Value, least: int, kind: Kind = PLAIN) -> bool:
    """Whether a share is of fewer than `least`, or of all but fewer: of nobody and of everybody it may be."""
    return any(map(_is_few(least), _parts(value, kind.interval)))


def in_steps(answer: Answer, least: int, kind: Kind = PLAIN) -> Answer:
    """Returns an answer in which all that is counted is a multiple of `least`, and shares are of what is told."""

    def whole_of(told: Answer | Comparison) -> dict[str, Any]:
        rows = tuple(replace(row, value=stepped(row.value, least, kind), extra=_extra(row, least)) for row in told.rows)
        return {"total": _beside(stepped(told.total, least, kind), told, rows, least), "rows": rows}

    comparison = answer.comparison and replace(
        answer.comparison, **whole_of(answer.comparison), change=Change(value=None)
    )  # the true difference of two counts would tell what their steps hide
    chosen = {name: told for name, told in answer.options.items() if name in kind.settings}
    others = _near({name: told for name, told in answer.options.items() if name not in chosen}, least, is_few=False)
    options = {name: (chosen | others)[name] for name in answer.options}
    return replace(answer, **whole_of(answer), comparison=comparison, options=options)


def _beside(total: Value, true: Answer | Comparison, rows: Sequence[Row], least: int) -> Value:
    """Returns the share of the whole, a step nearer to the sum of its parts where all of them had to lie at their steps' ends."""
    parts = [row.value.numerator for row in rows if row.at is None]
    is_sum = true.total.numerator == sum(row.value.numerator or 0 for row in true.rows if row.at is None)
    if not is_sum or not parts or None in parts or not total.denominator or total.numerator is None or total.value is None:
        return total
    reach, told = least // 2, [part or 0.0 for part in parts]
    most, fewest = sum(part + reach for part in told), sum(max(0.0, part - reach) for part in told)
    moved = -least if total.numerator - reach >= most else least if total.numerator + reach <= fewest else 0
    if not moved:
        return total
    above = total.numerator + moved
    return replace(total, numerator=above, value=above / total.denominator * (_scale(total, "")))


def stepped(told: Value, least: int, kind: Kind = PLAIN) -> Value:
    """Returns a value of counts that are told in steps: a count itself, a share of the counts; a mean stays, without its interval.

    What few are worth, or wait, is None.
    """
    near, share = nearest(least), _share(told, kind.interval)
    counts = {float(told.n), float(told.customers), told.numerator if told.denominator is None else None}
    value, above, below = told.value, told.numerator, told.denominator
    if share is not None:
        part, whole = float(near(share[0])), float(near(share[1]))
        scale = _scale(told, kind.interval)
        value = None if value is None or not whole else part / whole * scale
        above, below = (None, None) if above is None else (part * (1000 if kind.interval == PER_1000 else 1), whole)
    elif value is not None and value in counts:
        value, above = float(near(value)), None if above is None else float(near(above))
    elif _is_few(least)(told.customers):
        value, above, below = None, None, None
    return replace(
        told, value=value, n=near(told.n), customers=near(told.customers), low=None, high=None, numerator=above, denominator=below
    )


def _share(told: Value, interval: str) -> tuple[float, float] | None:
    """Returns of how many of how many rows a share is; None of what is no share of rows that are counted."""
    above, below = told.numerator, told.denominator
    if above is None:
        is_share = told.value is not None and 0 < told.value < 1 and bool(told.n)
        return ((told.value or 0.0) * told.n, float(told.n)) if is_share else None
    above = above / 1000 if interval == PER_1000 else above
    if not below or not (float(above).is_integer() and float(below).is_integer()) or abs(above) > below or below > told.n:
        return None
    return above, below


def _scale(told: Value, interval: str) -> float:
    if interval == PER_1000:
        return 1000.0
    return 100.0 if _is_net(told) else 1.0


def _is_net(told: Value) -> bool:
    """Whether a value is a score of −100 to 100: of those for less those against, not of a part of all."""
    above, below = told.numerator, told.denominator
    return bool(above and below and told.value is not None and abs(told.value - 100 * above / below) < 1e-6)


def _parts(told: Value, interval: str) -> Iterator[int]:
    share = _share(told, interval)
    if share is not None:
        part, whole = share
        yield round(whole - abs(part))
        if not _is_net(told):
            yield round(abs(part))


def _is_few(least: int) -> Callable[[float], bool]:
    return lambda count: 0 < count < least


def _counted(thing: Any, key: str = "") -> Iterator[int]:
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            yield from _counted(value, str(name))
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _counted(value, key)
    elif is_dataclass(thing) and not isinstance(thing, type):
        if isinstance(thing, Value):
            yield from _parts(thing, "")
        for field in fields(thing):
            yield from _counted(getattr(thing, field.name), field.name)
    elif isinstance(thing, int) and not isinstance(thing, bool) and not _NO_COUNT.search(key):
        yield thing


def _extra(row: Row, least: int) -> Mapping[str, Any]:
    """Returns the further fields of a row in steps; what any few of them are worth would follow from what the others are."""
    is_few = any(map(_is_few(least), (row.value.customers, *_counted(row.extra))))
    told: Mapping[str, Any] = _near(row.extra, least, is_few=is_few)
    return told


def _near(thing: Any, least: int, key: str = "", *, is_few: bool) -> Any:
    """Returns what is told in steps; is_few: whether it belongs to a row that counts few somewhere."""
    if isinstance(thing, Value):
        return stepped(thing, least)
    if isinstance(thing, Change):
        return Change(value=None)
    if isinstance(thing, list | tuple):
        if thing and all("at_risk" in _told_of(point) for point in thing):
            return type(thing)(_curve(thing, least))
        return type(thing)(_near(value, least, key, is_few=is_few) for value in thing)
    if isinstance(thing, Mapping):
        return _fields(thing, least, is_few=is_few)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **_fields(_told_of(thing), least, is_few=is_few))
    if isinstance(thing, int) and not isinstance(thing, bool) and not _NO_COUNT.search(key):
        return nearest(least)(thing)
    if isinstance(thing, float) and not _KEPT.search(key) and (is_few or not _WORTH.search(key)):
        return None  # a share, or what few are worth
    return thing


def _fields(told: Mapping[str, Any], least: int, *, is_few: bool) -> dict[str, Any]:
    own = any(_is_few(least)(value) for name, value in told.items() for value in _own_counts(str(name), value))
    return {
        name: None if own and _is_reckoned(str(name), value) else _near(value, least, str(name), is_few=is_few)
        for name, value in told.items()
    }


def _own_counts(name: str, value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield from _counted(value, name)


def _is_reckoned(name: str, value: Any) -> bool:
    return isinstance(value, int | float) and bool(_RECKONED.search(name))


def _told_of(thing: Any) -> Mapping[str, Any]:
    if isinstance(thing, Mapping):
        return thing
    is_record = is_dataclass(thing) and not isinstance(thing, type)
    return {field.name: getattr(thing, field.name) for field in fields(thing)} if is_record else {}


def _curve(points: Sequence[Any], least: int) -> Iterator[Any]:
    """Yields the points of a curve at which it has moved by a step: of never fewer than `least` people of those followed then."""
    told = [_told_of(point) for point in points]
    fewest = max(LONGEST_STEP * least, max(one["at_risk"] for one in told) / LONGEST_STEP)
    kept = [(point, one) for point, one in zip(points, told, strict=True) if one["at_risk"] >= fewest]
    step = least / min((one["at_risk"] for _, one in kept), default=1)
    was = start = float(round(told[0]["share"]))
    for point, one in kept:
        share = min(1.0, max(0.0, start + step * round((one["share"] - start) / step)))
        if share != was:
            was = share
            moved = {"share": share, "low": None, "high": None, "at_risk": nearest(least)(one["at_risk"])}
            moved |= {"lost": nearest(least)(one["lost"]), "spread": 0.0} if "spread" in one else {}
            yield {**one, **moved} if isinstance(point, Mapping) else replace(point, **moved)
