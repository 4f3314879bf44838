"""What a customer costs: the costs of whole months over the customers gained, kept or served in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.language import _, later
from metrics.options import options_json
from metrics.period import Period, pieces, utc_midnight
from metrics.period_text import days_of
from metrics.question import Page, Question

KINDS: Final = ("acquire", "keep", "serve")
GRAINS: Final = ("", "month")

SAID: Final = {"acquire": later("acquire"), "keep": later("keep"), "serve": later("serve")}
SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which costs, and how they are shown."""

    kind: str = field(default="acquire", metadata={"help": "costs to acquire, keep or serve", "choices": KINDS})
    grain: str = field(default="", metadata={"help": "cut the period into days, weeks, months …", "choices": GRAINS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The whole months of a period for which costs are told.

    missing: whole months between the first and the last told that tell none.   unknown: amounts without a rate.
    """

    months: tuple[Period, ...]
    cents: tuple[int, ...]
    missing: tuple[Period, ...]
    unknown: int


def answer(question: Question, options: Options) -> Answer:
    """Answers with the costs of all whole months over their customers; nothing where no costs are told."""
    costs = _costs(question, options.kind)
    total = _total(question, options.kind, costs)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=_rows(question, options, costs) if options.grain else (Row(value=total),),
        comparison=_comparison(question, options, total),
        notices=tuple(_notices(question, options, costs)),
        caption=_caption(question, total, costs),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers that the costs are shared among."""
    for name in mark:
        raise UnknownName(f'"{name}" is not a part of {question.metric.metric_id}', name=name, known=())
    costs = _costs(question, options.kind)
    total = _total(question, options.kind, costs)
    span = _span(costs)
    figure = "customers_during_people" if options.kind == "keep" else "customers_once"
    times: dict[str, Any] = {"shown": question.shown(), "by_value": page.by_value, "most": page.most, "skipped": page.skipped}
    rows = question.run(figure, **times, **question.times(span)) if span else []
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=total.n,
        customers=total.customers,
        rows=[person_row(row) for row in rows],
        mark=mark,
    )


def _costs(question: Question, kind: str) -> Costs:
    if question.selection.where:
        what = f"{question.metric.metric_id} cannot be filtered by {' and '.join(question.selection.where)}"
        raise QuestionError(f"{what}: costs are told of all customers together", instead="Leave the filter out")
    told = {row["month"]: row for row in question.reading.run("unit_cost", kind=kind)}
    whole = _whole_months(question)
    known = [place for place, month in enumerate(whole) if month.first_day in told]
    between = whole[known[0] : known[-1] + 1] if known else ()
    months = tuple(month for month in between if month.first_day in told)
    rows = [told[month.first_day] for month in months]
    return Costs(
        months=months,
        cents=tuple(row["cents"] for row in rows),
        missing=tuple(month for month in between if month.first_day not in told),
        unknown=sum(row["unknown_amounts"] for row in rows),
    )


def _whole_months(question: Question) -> tuple[Period, ...]:
    """The months that lie in the period from their first day to their last and are over."""
    assert question.period is not None
    period = question.begun(question.period)
    parts = pieces(_from_month(period), "month", zone=question.zone)
    return tuple(
        part
        for part in parts
        if days_of(part.text) == (part.first_day, part.end_day) and part.ends_at == utc_midnight(part.end_day, question.zone)
    )


def _from_month(period: Period) -> Period:
    """Of all time, the month of its first day counts as whole: nothing happened before it."""
    return replace(period, first_day=period.first_day.replace(day=1)) if period.text == "all" else period


def _span(costs: Costs) -> Period | None:
    if not costs.months:
        return None
    first, last = costs.months[0], costs.months[-1]
    return replace(first, text=f"{first.first_day}..{last.end_day}", end_day=last.end_day, ends_at=last.ends_at)


def _total(question: Question, kind: str, costs: Costs) -> Value:
    """A month between that tells nothing would make the others look cheap: there is no figure then."""
    span = _span(costs)
    customers = _customers(question, kind, [span])[0] if span else 0
    return _worth(None if costs.missing or not span else sum(costs.cents), customers)


def _worth(cents: int | None, customers: int) -> Value:
    cost = None if cents is None else cents / 100
    value = None if cost is None or not customers else cost / customers
    denominator = None if cost is None else float(customers)
    return Value(value=value, n=customers, customers=customers, numerator=cost, denominator=denominator)


def _customers(question: Question, kind: str, spans: Sequence[Period]) -> list[int]:
    """How many customers the costs of each span are shared among."""
    if kind == "keep":
        times: dict[str, Any] = {"starts": [span.starts_at for span in spans], "ends": [span.ends_at for span in spans]}
        return [row["customers"] for row in question.run("customers_during", **times)]
    found = [question.run("rollup", shown=None, **question.times(span)) for span in spans]
    return [rows[0]["customers"] if rows else 0 for rows in found]


def _rows(question: Question, options: Options, costs: Costs) -> tuple[Row, ...]:
    customers = _customers(question, options.kind, costs.months) if costs.months else []
    told = zip(costs.months, costs.cents, customers, strict=True)
    return tuple(Row(at=month.text, value=_worth(cents, count)) for month, cents, count in told)


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    total = _total(before, options.kind, _costs(before, options.kind))
    known = now.value is not None and total.value is not None
    change = Change(value=(now.value or 0.0) - (total.value or 0.0) if known else None)
    return Comparison(period=question.before, total=total, rows=(Row(value=total),), change=change)


def _notices(question: Question, options: Options, costs: Costs) -> list[str]:
    told = notices.of_time(question)
    if costs.missing:
        kind, months = _(SAID[options.kind]), _listed(costs.missing)
        told.append(_("No costs to {do} are told of {months}: without them there is no figure.", do=kind, months=months))
    elif not costs.months:
        kind, when = _(SAID[options.kind]), question.when()
        told.append(_("No costs to {do} are told of a whole month that is over {when}.", do=kind, when=when))
    if costs.unknown:
        amounts = question.words.counted(costs.unknown, "amount", "amounts")
        told.append(_("{amounts} in a currency without a rate: left out.", amounts=amounts))
    return told


def _listed(months: Sequence[Period]) -> str:
    listed = ", ".join(month.label for month in months[:3])
    return _("{listed} and {n} more", listed=listed, n=len(months) - 3) if len(months) > 3 else listed


def _caption(question: Question, total: Value, costs: Costs) -> str:
    """Returns "From September 2026 … 42,300 EUR for 367 customers gained: 115 EUR each."."""
    words, span = question.words, _span(costs)
    if total.value is None or span is None:
        return _("What this costs is not known {when}.", when=question.when())
    cost, each = words.whole_money(total.numerator or 0), words.exact_money(total.value)
    return _(
        "{months}: {cost} for {counted}, {each} each.",
        months=_months(costs.months),
        cost=cost,
        counted=question.counted(total.n),
        each=each,
    )


def _months(months: Sequence[Period]) -> str:
    return months[0].label if len(months) == 1 else _("{first} to {last}", first=months[0].label, last=months[-1].label)
