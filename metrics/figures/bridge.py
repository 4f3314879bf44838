"""From the share another tool reports to ours: a step per rule, each with what it changes; the steps add up exactly.

What the other tool shows may count the lines of an event log; its figure by request, each by its last state, is where the data begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_change
from metrics.figures.summary import person_row
from metrics.intervals import wilson
from metrics.language import SOURCE, _, later, spoken
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question
from queries.warehouse import LISTED

ANY: Final = "any"
PROMISES: Final = ("", "first_reply", "next_reply", "first_resolution", "full_resolution")
TOLD: Final = "told"
OURS: Final = "ours"
STEPS: Final = {
    TOLD: later("What the other tool shows"),
    "reported": later("One verdict for each request, its last: not one for each line of an event log"),
    "scope": later("Only requests that our own clocks have decided: not merged, called off, undecided or never promised"),
    "clock": later("The same requests by our own targets, starts and stops, in calendar time"),
    "hours": later("The same requests in the open hours of the promise's calendar"),
    "pauses": later("The same requests with pauses taken out, and solutions that did not hold"),
    "each": later("Each promise of a request counts, not each request once"),
    "cohort": later("Promises decided in the period, not requests reported in it"),
    "not_reported": later("Promises of requests that the other tool does not report: our figure"),
}
UNITS: Final = {
    "reported": (later("requests reported"), later("request reported")),
    "scope": (later("requests left out"), later("request left out")),
    "each": (later("further promises"), later("further promise")),
    "cohort": (later("promises that change the period"), later("promise that changes the period")),
    "not_reported": (later("promises not reported"), later("promise not reported")),
    OURS: (later("promises decided"), later("promise decided")),
}

SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which promise, and what the other tool shows."""

    promise: str = field(
        default="", metadata={"help": "which promise; empty: the one reported most, else the solution", "choices": PROMISES}
    )
    told: str = field(default="", metadata={"help": "what the other tool shows, in percent; empty: begin with what its rows say"})


def answer(question: Question, options: Options) -> Answer:
    """Answers with our figure; its rows lead from the reported one to it, each with its change, which add up."""
    _only_sources(question)
    named = _named(question, options)
    rows = _rows(_found(question, named), options)
    total = rows[-1].value
    return question.answered(
        options={**options_json(options), "promise": named},
        total=total,
        rows=rows,
        comparison=_comparison(question, named, total),
        notices=(*notices.of_time(question), *_told(question, rows)),
        caption=_sentence(question, named, rows),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the promises of our figure, or what a step {"step": "scope"} leaves out, takes in or judges otherwise."""
    _only_sources(question)
    step = mark.get("step", OURS)
    known = [name for name in STEPS if name != TOLD]
    for name in mark:
        if name != "step":
            raise UnknownName(f'"{name}" is not a part of the bridge', name=name, known=("step",))
    if mark and step not in known:
        raise UnknownName(f'"{step}" is not a step of the bridge', name=step, known=known)
    named = _named(question, options)
    found = {row["step"]: row for row in _found(question, named)}
    told = found["not_reported" if step == OURS else step]
    count, customers = (told["n"], told["customers"]) if step == OURS else (told["touched"], told["touched_customers"])
    rows = question.run("bridge_people", step=step, most=page.most, skipped=page.skipped, **_parameters(question, named))
    unit, one = UNITS.get(step, (_("requests judged otherwise"), _("request judged otherwise")))
    return question.people(
        unit=unit, one=one, count=count, customers=customers, rows=[person_row(row) for row in rows], mark=mark,
        notices=notices.of_time(question),
    )  # fmt: skip


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the steps there are."""
    return {"step": tuple(STEPS)}


def _only_sources(question: Question) -> None:
    """Raises QuestionError for a filter that would narrow the reported rows and not ours."""
    for name in question.selection.where:
        if name != "reported_by" or name == LISTED:
            instead = "Narrow it by reported_by only"
            raise QuestionError(f"the bridge is told of all requests of a system, not by {name}", instead=instead)


def _named(question: Question, options: Options) -> str:
    """Returns the promise that is asked for, else the one reported most; a system that names none means the solution."""
    if options.promise:
        return options.promise
    reported = [str(row["name"]) for row in question.run("dimension_values", split=("promise",), most=EVERYTHING)]
    return next((name for name in reported if name != ANY), "full_resolution")


def _parameters(question: Question, named: str) -> dict[str, Any]:
    return {**question.times(question.period), "promise": named, "as_named": named}


def _found(question: Question, named: str) -> list[dict[str, Any]]:
    return question.run("bridge", **_parameters(question, named))


def _rows(found: Sequence[Mapping[str, Any]], options: Options) -> tuple[Row, ...]:
    shares = [_share(told) for told in found]
    rows = []
    before: float | None = None
    if options.told:
        before = _percent(options.told)
        rows.append(Row(by={"step": TOLD}, value=Value(value=before, n=0, customers=0), extra=_extra(TOLD, None, 0)))
    for told, share in zip(found, shares, strict=True):
        change = share.value - before if share.value is not None and before is not None else None
        rows.append(Row(by={"step": told["step"]}, value=share, extra=_extra(told["step"], change, told["touched"])))
        before = share.value
    return tuple(rows)


def _extra(step: str, change: float | None, touched: int) -> dict[str, Any]:
    return {"says": STEPS[step], "change": change, "touched": touched}


def _share(told: Mapping[str, Any]) -> Value:
    low, high = wilson(told["kept"], told["n"]) or (None, None)
    return Value(
        value=told["kept"] / told["n"] if told["n"] else None, n=told["n"], customers=told["customers"], low=low, high=high,
        numerator=float(told["kept"]), denominator=float(told["n"]),
    )  # fmt: skip


def _percent(text: str) -> float:
    try:
        share = float(text.removesuffix("%").replace(",", ".")) / 100
    except ValueError:
        share = -1.0
    if not isfinite(share) or not 0 <= share <= 1:
        raise QuestionError(f'told = "{text}" is not a percentage', instead="Write it from 0 to 100: told=63.4")
    return share


def _comparison(question: Question, named: str, total: Value) -> Comparison | None:
    if question.before is None:
        return None
    rows = _rows(_found(question.of(question.before), named), Options())
    change = share_change(total, rows[-1].value)
    return Comparison(period=question.before, total=rows[-1].value, rows=rows, change=change) if change else None


def _told(question: Question, rows: Sequence[Row]) -> list[str]:
    told = []
    reported = next(row.value for row in rows if row.by["step"] == "reported")
    words, requests = question.words, question.run("range")[0]["n"]
    lines = round(question.reading.constant("reported_lines")[0]["lines"])
    if lines > requests:
        told.append(
            _(
                "{lines} lines tell {n} verdicts: each request counts once, by its last state.",
                lines=words.count(lines),
                n=words.count(requests),
            )
        )
    if not reported.n:
        told.append(_("No other tool reports this promise in this period."))
    if rows[-1].value.value is None:
        told.append(_("Our own clocks have decided nothing of it in this period: there is nothing to lead to."))
    return told


def _inner(rule: str) -> str:
    """Returns a rule as the inner part of a sentence; German keeps its capital, as nouns have one."""
    return rule[:1].lower() + rule[1:] if spoken() == SOURCE else rule


def _sentence(question: Question, named: str, rows: Sequence[Row]) -> str:
    words, promise = question.words, _(named.replace("_", " "))
    first, last = rows[0].value, rows[-1].value
    if first.value is None or last.value is None:
        return _(
            "Reported and our own figure of {promise} cannot be led to each other {when}: one of them is not there.",
            promise=promise,
            when=question.when(),
        )
    steps = [row for row in rows[1:] if row.extra["change"] is not None]
    largest = max(steps, key=lambda row: abs(row.extra["change"]), default=None)
    most = ""
    if largest and largest.extra["change"]:
        points = words.number(100 * largest.extra["change"], 1)
        most = _("; most of it ({points} points): {rule}", points=points, rule=_inner(_(largest.extra["says"])))
    reported = next(row.value for row in rows if row.by["step"] == "reported")
    if not notices.is_enough(reported) or not notices.is_enough(last):
        theirs, ours = (
            _("{n} of {whole}", n=words.count(value.numerator), whole=words.count(value.n)) for value in (reported, last)
        )
        return _(
            "{promise} {when}: {theirs} reported as kept, {ours} by our own clocks.",
            promise=f"{promise[0].upper()}{promise[1:]}",
            when=question.when(),
            theirs=theirs,
            ours=ours,
        )
    return _(
        "{promise} {when}: {theirs} as reported, {ours} by our own clocks{most}.",
        promise=f"{promise[0].upper()}{promise[1:]}",
        when=question.when(),
        theirs=words.percent(first.value),
        ours=words.percent(last.value),
        most=most,
    )
