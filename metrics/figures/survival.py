"""Survival: the share still with us by days since they became customers; who is with us still counts for as long as is known.

Lost is: contracts ended without another, or fell silent. Who became a customer before the data begins is seen only from then on,
and only if still with us. A customer counts once, by the first time as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_change
from metrics.figures.summary import person_row
from metrics.groups import OTHER, narrowed, shown_names
from metrics.kaplan_meier import Survival, cuts, survival
from metrics.language import _, _n
from metrics.options import options_json
from metrics.period_text import period_label
from metrics.question import Page, Question
from metrics.selection import local_day

FATES: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("ended", "fell silent"),
    "ended": ("ended",),
    "silent": ("fell silent",),
}
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "everyone": ("ended", "fell silent", "still with us"),
    "lost": ("ended", "fell silent"),
    "ended": ("ended",),
    "silent": ("fell silent",),
    "still": ("still with us",),
}
QUARTERS: Final = "91,182,273,365,456,547,638,730"

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What counts as lost, the age whose share is the total, and where the chance to leave is told."""

    event: str = field(default="all", metadata={"help": "what counts as lost", "choices": tuple(FATES)})
    after: int = field(default=365, metadata={"help": "the age in days whose share is the total", "least": 1, "most": 36_500})
    ages: str = field(default=QUARTERS, metadata={"help": "the ages in days between which the chance to leave is told: 350,400"})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})
    points: int = field(default=200, metadata={"help": "steps shown of a curve", "least": 2, "most": 200})


def answer(question: Question, options: Options) -> Answer:
    """Answers with one row, or one per group, each with its curve; the total is the share still with us after `after` days."""
    ages = _ages(options.ages)
    whole = _curves(question, options, split=False).get("", survival(()))
    curves = _curves(question, options, split=True) if question.split else {"": whole}
    rows = tuple(_row(question, options, ages, group, curve) for group, curve in curves.items())
    total = whole.share(options.after)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(
            *notices.of_time(question),
            *_meant(question, options),
            *notices.of_sizes(question, total, rows if question.split else ()),
        ),
        caption=_sentence(question, options, whole, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of the curve, or of a part of it ("lost", "ended", "silent", "still"), worth the days they are seen."""
    part = mark.get("part", "everyone")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the curve', name=part, known=PARTS)
    for dimension, value in mark.items():
        question = question if dimension == "part" else _narrowed(question, options, dimension, value)
    told = {**question.times(question.period), "begins_on": _begins(question)}
    found = question.run("survival_people", fates=list(PARTS[part]), most=page.most, skipped=page.skipped, **told)
    counted = question.run("survival", fates=list(PARTS[part]), **told)
    count = sum(row["came" if part == "everyone" else "lost"] for row in counted)
    return question.people(
        unit="customers", one="customer", count=count, customers=count, rows=[person_row(row) for row in found], mark=mark
    )


def _curves(question: Question, options: Options, *, split: bool) -> dict[str, Survival]:
    found = _steps(question, options, split=split)
    names = _names(question, options, found) if split else {"": ""}
    ages: dict[str, Counter[tuple[int, str]]] = {}
    for row in found:
        counts = ages.setdefault(names[row["split_1"]], Counter())
        for name in ("came", "lost", "gone"):
            counts[row["age"], name] += row[name]
    curves = {group: _curve(counts) for group, counts in ages.items()}
    return dict(sorted(curves.items(), key=lambda found: (-found[1].n, found[0])))


def _curve(counts: Counter[tuple[int, str]]) -> Survival:
    ages = sorted({age for age, _ in counts})
    return survival((age, counts[age, "came"], counts[age, "lost"], counts[age, "gone"]) for age in ages)


def _steps(question: Question, options: Options, *, split: bool) -> list[dict[str, Any]]:
    return question.run(
        "survival",
        split=question.split[:1] if split else (),
        fates=list(FATES[options.event]),
        begins_on=_begins(question),
        **question.times(question.period),
    )


def _names(question: Question, options: Options, steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    sizes: Counter[str] = Counter()
    for row in steps:
        sizes[row["split_1"]] += row["came"]
    return shown_names(sizes, options.most or question.most_values[question.selection.by[0]])


def _narrowed(question: Question, options: Options, dimension: str, value: str) -> Question:
    if value != OTHER or dimension not in question.selection.by:
        return question.filtered(dimension, value)
    return narrowed(question, dimension, value, _names(question, options, _steps(question, options, split=True)))


def _row(question: Question, options: Options, ages: list[int], group: str, curve: Survival) -> Row:
    extra = {
        "curve": list(curve.thinned(options.points)),
        "last_days": curve.last_days,
        "lost": curve.lost,
        "median_days": curve.median_days,
        "leaving": [curve.leaving(*stretch) for stretch in cuts(ages, curve.last_days)],
    }
    by = {question.selection.by[0]: group} if question.split else {}
    return Row(by=by, value=curve.share(options.after), extra=extra)


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    whole = _curves(before, options, split=False).get("", survival(()))
    curves = _curves(before, options, split=True) if question.split else {"": whole}
    rows = tuple(_row(before, options, _ages(options.ages), group, curve) for group, curve in curves.items())
    total = whole.share(options.after)
    return Comparison(period=question.before, total=total, rows=rows, change=share_change(now, total) or Change(value=None))


def _begins(question: Question) -> date | None:
    begins_at = question.reading.constant("data_begins")[0]["begins_at"]
    return local_day(begins_at, question.zone) if begins_at else None


def _ages(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and len(word) <= 5 for word in words) or len(words) > 60:
        raise QuestionError(f'ages = "{text}" are not ages in days', instead='Write whole numbers with commas: "350,400"')
    return [int(word) for word in words]


def _meant(question: Question, options: Options) -> list[str]:
    told = []
    begins = _begins(question)
    if begins and question.period and question.period.first_day < begins:
        month = period_label(f"{begins:%Y-%m}")
        told.append(
            _("The data begins in {month}: who came before counts from then on, and only if still with us then.", month=month)
        )
    if options.event != "all":
        other = _("falling silent") if options.event == "ended" else _("the end of contracts")
        told.append(_("Only one way to leave is looked at: {other} counts as no longer seen.", other=other))
    return told


def _sentence(question: Question, options: Options, curve: Survival, total: Value) -> str:
    words = question.words
    if not curve.n:
        return _("No {noun} {when}.", noun=question.metric.noun, when=question.when())
    who = f"{question.counted(curve.n)} {question.when()}"
    if total.value is None:
        return _("None of {who} has been followed for {duration} yet.", who=who, duration=_days(options.after))
    if not notices.is_enough(total):
        return _("Of {who}, {n} left so far.", who=who, n=words.count(curve.lost))
    between = ""
    if total.low is not None:
        between = _(", between {low} and {high}", low=words.points(total.low, 1), high=words.percent(total.high))
    told = {
        "share": words.percent(total.value),
        "verb": question.metric.verb,
        "duration": _days(options.after),
        "between": between,
    }
    half = _("; half are gone after {duration}", duration=_days(curve.median_days)) if curve.median_days is not None else ""
    return _("Of {who}, {share} {verb} after {duration}{between}{half}.", who=who, half=half, **told)


def _days(count: int) -> str:
    return _n("{n} day", "{n} days", count, n=count)
