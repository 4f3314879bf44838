"""What moves a score, as customers write it: the score of all answers less the score without those that speak of a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics import confidential, intervals, notices
from metrics.answer import Answer, Change, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures import summary
from metrics.figures.strip import share_value
from metrics.intervals import Sums
from metrics.language import _
from metrics.measure import sums_of, worth
from metrics.options import options_json
from metrics.question import Page, Question

SPLITS: Final = 0
THEME: Final = "theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There is nothing to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The answers whose comment speaks of a theme, and those whose comment does not."""

    theme: str
    words: tuple[str, ...]
    with_it: Mapping[str, Any]
    without: Mapping[str, Any] | None

    @property
    def is_hidden(self) -> bool:
        """Whether it would tell of fewer than ten confidential answers."""
        counts = [row["hidden"] for row in (self.with_it, self.without) if row]
        return any(0 < count < confidential.FEWEST for count in counts)


def answer(question: Question, options: Options) -> Answer:
    """Answers with the score of all, and per theme what it takes from or adds to it, the most harmful first."""
    total = summary.measure(question).value
    rows = sorted((_row(question, one, total) for one in _spoken(question)), key=_place)
    is_few = bool(confidential.any_in(question)) and 0 < confidential.count_in(question) < confidential.FEWEST
    return question.answered(
        options=options_json(options),
        total=confidential.without_score(total) if is_few else total,
        rows=() if is_few else tuple(rows),
        notices=(*notices.of_time(question), *notices.of_nothing(question, total), *notices.of_sizes(question, total, rows)),
        caption=_caption(question, total, rows),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the answers whose comment speaks of a theme {"theme": "Waiting"}, with the word; all answers without a mark."""
    for name in mark:
        if name != THEME:
            raise UnknownName(f'"{name}" is not a part of {question.metric.metric_id}', name=name, known=(THEME,))
    confidential.refuse_people(question)
    if not mark:
        return summary.people(question, summary.Options(), mark, page)
    found = next((one.with_it for one in _spoken(question) if one.theme == mark[THEME]), None)
    rows = question.run(
        "themes_people", theme=mark[THEME], shown=question.shown(), by_value=page.by_value, most=page.most, skipped=page.skipped,
        **question.times(question.period),
    )  # fmt: skip
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=found["n"] if found else 0,
        customers=found["customers"] if found else 0,
        rows=[summary.person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the themes that there are."""
    return {THEME: [row["theme"] for row in question.reading.constant("declared_themes")]}


def effect(with_it: Sums, without: Sums, total: float) -> Change:
    """Returns the score of all less the score without those that speak of it, with its interval.

    It equals the share that speaks of it times the difference of the two scores; the share is taken as it is.
    """
    if not without.n or without.mean is None:
        return Change(value=None)
    share = with_it.n / (with_it.n + without.n)
    bounds = intervals.nps_difference(with_it, without)
    low, high = (share * bounds[0], share * bounds[1]) if bounds else (None, None)
    is_clear = low is not None and high is not None and (low > 0 or high < 0)
    return Change(value=total - without.mean, low=low, high=high, clear=is_clear)


def _spoken(question: Question) -> list[Spoken]:
    by_theme: dict[str, dict[bool, Mapping[str, Any]]] = {}
    for row in question.run("themes", **question.times(question.period)):
        by_theme.setdefault(row["theme"], {})[row["speaks"]] = row
    return [
        Spoken(theme=theme, words=tuple(sides[True]["words"]), with_it=sides[True], without=sides.get(False))
        for theme, sides in by_theme.items()
    ]


def _row(question: Question, spoken: Spoken, total: Value) -> Row:
    with_it = sums_of(spoken.with_it)
    n, customers = spoken.with_it["n"], spoken.with_it["customers"]
    if spoken.is_hidden or total.value is None:
        return Row(by={THEME: spoken.theme}, value=Value(value=None, n=n, customers=customers))
    score = worth(question.metric, with_it, customers)
    without, change = None, Change(value=None)
    if spoken.without:
        sums = sums_of(spoken.without)
        without, change = worth(question.metric, sums, spoken.without["customers"]), effect(with_it, sums, total.value)
    return Row(
        by={THEME: spoken.theme},
        value=Value(value=change.value, n=n, customers=customers, low=change.low, high=change.high),
        extra={
            "share": share_value(n, total.n), "score_with": score, "score_without": without, "clear": change.clear,
            "words": list(spoken.words),
        },
    )  # fmt: skip


def _place(row: Row) -> tuple[bool, float, str]:
    return row.value.value is None, row.value.value or 0.0, row.by[THEME]


def _caption(question: Question, total: Value, rows: Sequence[Row]) -> str:
    words = question.words
    if total.value is None or total.n < notices.NO_SCORE_BELOW:
        return _("{told}, too few to say.", told=f"{question.counted(total.n)} {question.when()}")
    told = f"{question.counted(total.n)} {question.when()}: NPS {words.number(total.value, 0)}"
    clear = [row for row in rows if row.extra.get("clear") and row.value.n >= notices.NO_SCORE_BELOW]
    if not clear or clear[0].value.value is None or clear[0].value.value >= 0:
        return _("{told}; no theme clearly lowers it.", told=told)
    first = clear[0]
    points = words.number(abs(first.value.value or 0), 1)
    return _(
        "{told}; without those who speak of “{theme}” it would be {points} points higher.",
        told=told,
        theme=first.by[THEME],
        points=points,
    )
