"""What is going to break: of the promises that run, how many are expected to be broken, given how earlier ones like them went.

Of the past promises of the same kind and priority that were still open when as large a share of their time was used, a part broke:
that part is the chance of each. Where too few were, nothing is foretold of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import sqrt
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures.summary import person_row
from metrics.groups import values_behind
from metrics.intervals import Z
from metrics.language import _, _n, later
from metrics.measure import steady
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question

PARTS: Final = {
    "running": (later("promises running"), later("promise running")),
    "foretold": (later("promises whose chance is known"), later("promise whose chance is known")),
    "too_few": (later("promises with too few like them to say"), later("promise with too few like it to say")),
}
LEAST: Final = 20  # past promises below which no chance is told

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which past promises the chances are taken from, and how a split is shown."""

    past: int = field(default=0, metadata={"help": "how far back promises are looked at; empty: all there are", "duration": True})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the number of running promises expected to break; each row tells on how many past ones its chances rest."""
    total = _total(question, options)
    rows = _rows(question, options) if question.split else (total,)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        notices=(*notices.of_time(question), *_too_few(question, total)),
        caption=_sentence(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the promises that run, of a part ("foretold", "too_few") or a group, the likeliest to break first."""
    part = mark.get("part", "running")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the forecast', name=part, known=PARTS)
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, _values(question, options, dimension, value))
    told = _found(question, options)
    counts = {
        "running": (told["n"], told["customers"]),
        "foretold": (told["foretold"], told["foretold_customers"]),
        "too_few": (told["n"] - told["foretold"], told["too_few_customers"]),
    }
    shown = [name for name in question.shown() if name not in ("part", "value")]
    rows = question.run(
        "forecast_people", part=part, shown=shown, most=page.most, skipped=page.skipped, **_parameters(question, options)
    )
    return question.people(
        unit=PARTS[part][0],
        one=PARTS[part][1],
        count=counts[part][0],
        customers=counts[part][1],
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _parameters(question: Question, options: Options) -> dict[str, Any]:
    since = question.as_of - timedelta(seconds=options.past) if options.past else None
    return {"since": since, "least": LEAST}


def _found(question: Question, options: Options) -> Mapping[str, Any]:
    found = question.run("forecast", most=EVERYTHING, **_parameters(question, options))
    names = ("n", "customers", "at_risk", "paused", "foretold", "foretold_customers", "too_few_customers")
    return (
        found[0]
        if found
        else {**dict.fromkeys(names, 0), "expected": None, "variance": None, "fewest_past": None, "most_past": None}
    )


def _total(question: Question, options: Options) -> Row:
    return _row(question.unsplit(), _found(question, options))


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    most = options.most or question.most_values[question.selection.by[0]]
    return tuple(_row(question, told) for told in _groups(question, options, most))


def _groups(question: Question, options: Options, most: int) -> list[dict[str, Any]]:
    return question.run("forecast", split=question.split[:1], most=most, **_parameters(question, options))


def _row(question: Question, told: Mapping[str, Any]) -> Row:
    """The interval is that of so many independent chances: it says nothing of how sure the chances themselves are."""
    expected, foretold = told["expected"], told["foretold"]
    if not told["n"]:
        value = Value(value=0.0, n=0, customers=0)
    elif expected is None:
        value = Value(value=None, n=told["n"], customers=told["customers"])
    else:
        half = Z * sqrt(max(0.0, told["variance"]))
        value = Value(
            value=steady(expected), n=told["n"], customers=told["customers"],
            low=max(0.0, steady(expected - half)), high=min(float(foretold), steady(expected + half)),
        )  # fmt: skip
    extra = {
        "at_risk": told["at_risk"],
        "paused": told["paused"],
        "foretold": foretold,
        "too_few": told["n"] - foretold,
        "fewest_past_promises": told["fewest_past"],
        "most_past_promises": told["most_past"],
    }
    return Row(by={question.selection.by[0]: str(told["split_1"])} if question.split else {}, value=value, extra=extra)


def _values(question: Question, options: Options, dimension: str, value: str) -> list[str]:
    def named(most: int) -> Iterable[str]:
        return (row["split_1"] for row in _groups(question, options, most))

    return values_behind(question, dimension, value, options.most, named)


def _too_few(question: Question, total: Row) -> list[str]:
    count = total.extra["too_few"]
    if not count:
        return []
    return [
        _n(
            "Of {n} running promise nothing is foretold: fewer than {least} past promises like it were open as long.",
            "Of {n} running promises nothing is foretold: fewer than {least} past promises like them were open as long.",
            count,
            n=question.words.count(count),
            least=LEAST,
        )
    ]


def _sentence(question: Question, total: Row) -> str:
    words, value = question.words, total.value
    running = words.counted(value.n, "promise runs", "promises run")
    if value.value is None:
        return _(
            "{running} {when}; too few earlier ones were like them to say how many will break.",
            running=running,
            when=question.when(),
        )
    if not value.n:
        return _("No promise runs {when}.", when=question.when())
    between = ""
    if value.low is not None:
        between = _(", between {low} and {high}", low=words.number(value.low, 1), high=words.number(value.high, 1))
    return _(
        "{running} {when}; about {n} of {whole} are expected to break{between}, as earlier ones like them did.",
        running=running,
        when=question.when(),
        n=words.number(value.value, 1),
        whole=words.count(total.extra["foretold"]),
        between=between,
    )
