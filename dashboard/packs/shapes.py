"""The form of an answer, from which a chart that can be edited is made: its categories, its series and its aim."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dashboard.look import Look
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name, path_name, period_name
from metrics.period_text import month_text

LINES, COLUMNS, BARS, CURVE, NUMBER = "lines", "columns", "bars", "curve", "number"
MOST_GROUPS: Final = 10
MOST_LINES: Final = 5
FLOWS: Final = (("gained", 1), ("returned", 1), ("moved_in", 1), ("ended", -1), ("fell_silent", -1), ("moved_out", -1))
FEWEST: Final = {LINES: 2}
"""How many known values make a chart: one point is no course."""
LENGTHS: Final = ((2 * 86_400, 86_400), (2 * 3600, 3600), (120, 60), (0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a chart shows. names: its categories, of a curve its places along.   series: values by name, None where none is told.

    target: what is aimed at, where a line of it belongs in the chart.   unit: of its values, as metrics have it.
    divisor: by how much values are smaller than they were answered, times as hours or days.   of: what is along the values.
    along: what is along a curve.   more: so many groups are left out.
    """

    kind: str
    names: tuple[Any, ...] = ()
    series: tuple[tuple[str, tuple[float | None, ...]], ...] = ()
    target: float | None = None
    unit: str = "count"
    divisor: int = 1
    of: str = ""
    along: str = ""
    more: int = 0


def shape_of(answer: Answer, look: Look) -> Shape:
    """Returns the form of an answer: a funnel's stages, a course over time, groups, a curve; a bare number where it has none."""
    for is_it, made in _FORMS:
        if is_it(answer):
            found = made(answer, look)
            known = max((sum(value is not None for value in values) for _name, values in found.series), default=0)
            if known >= FEWEST.get(found.kind, 1):
                return found
    return Shape(kind=NUMBER, unit=answer.unit)


def _first(answer: Answer) -> Mapping[str, Any]:
    return answer.rows[0].extra if answer.rows else {}


def _funnel(answer: Answer, look: Look) -> Shape:
    """The people who reached each stage; of several groups the share of the first stage, so that they can be compared."""
    rows = answer.rows[:MOST_LINES]
    stages = rows[0].extra["stages"]
    names = tuple(_("“{words}”", words=_(stage["says"])) for stage in stages)
    if len(rows) == 1:
        reached = tuple(float(stage["reached"]) for stage in stages)
        return Shape(kind=BARS, names=names, series=((_("reached"), reached),), of=_("reached"))
    told = tuple((_name(row, answer), tuple(_share_of_first(stage) for stage in row.extra["stages"])) for row in rows)
    return Shape(kind=BARS, names=names, series=told, unit="percent", of=_("of the first"))


def _share_of_first(stage: Mapping[str, Any]) -> float | None:
    return stage["share_of_first"].value if stage["share_of_first"] else None


def _equation(answer: Answer, look: Look) -> Shape:
    """Who came upwards, who went downwards."""
    told = _first(answer)
    parts = [(part, sign) for part, sign in FLOWS if told["with_moves"] or not part.startswith("moved")]
    words = {
        "gained": _("joined"), "returned": _("returned"), "moved_in": _("moved in"), "moved_out": _("moved out"),
        "ended": _("ended"), "fell_silent": _("fell silent"),
    }  # fmt: skip
    values = tuple(float(sign * told[part]["n"]) for part, sign in parts)
    names = tuple(words[part] for part, _sign in parts)
    return Shape(kind=COLUMNS, names=names, series=((_("customers"), values),), unit="customers", of=_("customers"))


def _ages(answer: Answer, look: Look) -> Shape:
    ages = _first(answer)["ages"]
    values = tuple(float(count) for count in ages.values())
    return Shape(kind=COLUMNS, names=tuple(map(_, ages)), series=((look.title_of(answer.metric), values),), of=_("rows"))


def _curve(answer: Answer, look: Look) -> Shape:
    """The share by the time since, a curve a group; each goes on until the next step."""
    rows = [row for row in answer.rows if row.extra["curve"]][:MOST_LINES]
    last = max((_seconds(row.extra["curve"][-1]) for row in rows), default=1)
    divisor = next(size for least, size in LENGTHS if last >= least)
    names = tuple(tuple(_seconds(step) / divisor for step in row.extra["curve"]) for row in rows)
    series = tuple(
        (_name(row, answer) or look.title_of(answer.metric), tuple(step.share for step in row.extra["curve"])) for row in rows
    )
    along = {86_400: _("days"), 3600: _("hours"), 60: _("minutes"), 1: _("seconds")}[divisor]
    return Shape(kind=CURVE, names=names, series=series, unit="percent", along=along, of=_("share"))


def _seconds(step: Any) -> float:
    return float(step.seconds if hasattr(step, "seconds") else 86_400 * step.days)


def _cohorts(answer: Answer, look: Look) -> Shape:
    """How many of all known cohorts were still there, by month since."""
    told = [(month, cell["value"].value) for month, cell in enumerate(_first(answer)["cells"]) if cell["value"] is not None]
    names = tuple(str(month) for month, _share in told)
    shares = tuple(share for _month, share in told)
    return Shape(
        kind=LINES, names=names, series=((_name(answer.rows[0], answer), shares),), unit="percent",
        along=_("months since"), of=_("share"),
    )  # fmt: skip


def _course(answer: Answer, look: Look) -> Shape:
    """A line a group, a point a period; a period of too few has none."""
    first = next((number for number, row in enumerate(answer.rows) if row.value.n), 0)  # before it nothing is known
    places = list(dict.fromkeys(str(row.at) for row in answer.rows[first:]))
    groups = list(dict.fromkeys(_name(row, answer) for row in answer.rows))
    values = {(_name(row, answer), str(row.at)): _told(row, answer, look) for row in answer.rows}
    divisor = _divisor(values.values(), answer)
    series = tuple(
        (group or look.title_of(answer.metric), tuple(_less(values.get((group, at)), divisor) for at in places))
        for group in groups[:MOST_LINES]
    )
    return Shape(
        kind=LINES, names=_moments(places), series=series, target=_less(look.target(answer.metric), divisor),
        unit=answer.unit, divisor=divisor, of=_of(answer, divisor), more=max(0, len(groups) - MOST_LINES),
    )  # fmt: skip


def _moments(places: Sequence[str]) -> tuple[str, ...]:
    """Names periods as short as an axis needs them: months by their first letters, with the year where it begins."""
    told = []
    for number, at in enumerate(places):
        is_month = len(at) == 7 and "-Q" not in at
        short = month_text(date(int(at[:4]), int(at[5:]), 1))[:3] if is_month else period_name(at)
        told.append(f"{short} {at[:4]}" if is_month and (number == 0 or at.endswith("-01")) else short)
    return tuple(told)


def _groups(answer: Answer, look: Look) -> Shape:
    """A bar a group, in the answer's own order; a group of too few is there without one."""
    rows = answer.rows[:MOST_GROUPS]
    told = [_told(row, answer, look) for row in rows]
    divisor = _divisor(told, answer)
    names = tuple(
        _name(row, answer) if value is not None else _too_few(row, answer) for row, value in zip(rows, told, strict=True)
    )
    values = tuple(_less(value, divisor) for value in told)
    return Shape(
        kind=BARS, names=names, series=((look.title_of(answer.metric), values),), unit=answer.unit, divisor=divisor,
        of=_of(answer, divisor), more=len(answer.rows) - len(rows),
    )  # fmt: skip


def _too_few(row: Row, answer: Answer) -> str:
    return _("{name} (too few)", name=_name(row, answer))


def _told(row: Row, answer: Answer, look: Look) -> float | None:
    return None if row.value.value is None or look.is_too_few_of(row.value, answer.unit) else row.value.value


def _name(row: Row, answer: Answer) -> str:
    """Returns what a row is of: in the customers' words where a stage has some."""
    for words in ("says", "label"):
        if row.extra.get(words) and len(row.by) <= 1:
            return _(str(row.extra[words]))
    return " · ".join(path_name(value) if name == "path" else group_name(value) for name, value in row.by.items())


def _divisor(values: Any, answer: Answer) -> int:
    """Returns by how much times are divided, so that they are told in hours or days."""
    most = max((abs(value) for value in values if value is not None), default=0)
    return next(size for least, size in LENGTHS if most >= least) if answer.unit == "seconds" else 1


def _less(value: float | None, divisor: int) -> float | None:
    return value if value is None or divisor == 1 else value / divisor


def _of(answer: Answer, divisor: int) -> str:
    if answer.unit == "seconds":
        return {86_400: _("days"), 3600: _("hours"), 60: _("minutes"), 1: _("seconds")}[divisor]
    return ""


def _holds(name: str) -> Callable[[Answer], bool]:
    return lambda answer: bool(_first(answer).get(name))


def _is_split(answer: Answer) -> bool:
    return any(row.by or row.extra.get("says") for row in answer.rows)


_FORMS: Sequence[tuple[Callable[[Answer], bool], Callable[[Answer, Look], Shape]]] = (
    (_holds("stages"), _funnel),
    (_holds("cells"), _cohorts),
    (_holds("curve"), _curve),
    (lambda answer: len(answer.rows) > 1 and all(row.at for row in answer.rows), _course),
    (lambda answer: "opening" in _first(answer) and "with_moves" in _first(answer) and len(answer.rows) == 1, _equation),
    (lambda answer: len(answer.rows) == 1 and bool(_first(answer).get("ages")), _ages),
    (_is_split, _groups),
)
