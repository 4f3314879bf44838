"""What goes along with turning away: of what was known of people soon after they reached a stage, what those who turned away share.

Compared are people whose outcome is known and who were still at the stage when a fixed span after reaching it was over, by what was
known of them by then: whoever moves on at once has no time to be called, and would otherwise make every call look harmful. Each
thing is compared with those of whom the opposite is known. It says what is associated with turning away, not what brings it about.

Not tried is what the way itself is made of: the events of the journey's stages, exclusions and exits, lifecycle and sales
stages (how far sales books somebody to be), what came with the entry and not after it, and what is told of people as it is now and
clearly more often of those who moved on, or turned away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.discovery import adjusted
from metrics.errors import QuestionError, UnknownName
from metrics.figures import funnel
from metrics.figures.strip import share_change, share_value, stage_numbers
from metrics.figures.summary import person_row
from metrics.funnel_way import window_of
from metrics.language import _, _n, later
from metrics.options import duration_text, duration_words, is_one, options_json
from metrics.question import Page, Question
from metrics.things import Thing, against, decides, is_told_unevenly, says, tried_of, words_of

APART: Final = ("moved_on_sooner", "left_sooner", "too_late")
OF_ALL: Final = ("compared", "turned_away", "moved_on", *APART)
OF_A_THING: Final = ("with", "without", "with_turned_away", "without_turned_away")
EVERYONE: Final = {
    "turned away": later(
        "Everyone with “{thing}” turned away: either it decides, or it is recorded only of those who turned away."
    ),
    "moved on": later("Everyone with “{thing}” moved on: either it decides, or it is recorded only of those who moved on."),
}
KEY: Final = ("kind", "event", "name", "value", "times", "among")
LONGEST_SPAN: Final = 7 * 86_400

_UNITS: Final = {
    "compared": "people compared",
    "turned_away": "people who turned away",
    "moved_on": "people who moved on",
    "moved_on_sooner": "people who moved on sooner",
    "left_sooner": "people who left sooner",
    "too_late": "people without time left",
    "with": "people with it",
    "without": "people without it",
    "with_turned_away": "people with it who turned away",
    "without_turned_away": "people without it who turned away",
}

SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """After which stage, in what time, known how soon, and how sure."""

    journey: str = field(default="", metadata={"help": "the journey's id; empty: the workspace's default journey"})
    stage: str = field(default="", metadata={"help": "the stage reached; empty: the one after which most turned away"})
    window: int = field(default=0, metadata={"help": "the time counted from the start, empty: the journey's", "duration": True})
    span: int = field(
        default=0,
        metadata={"help": "the time in which things are seen; empty: 7 days or a tenth of the window", "duration": True},
    )
    patience: int = field(default=172_800, metadata={"help": "how long a question may wait for a reply", "duration": True})
    least: int = field(
        default=30, metadata={"help": "people with a thing, and without it, to be tried", "least": 1, "most": 100_000}
    )
    rate: int = field(default=5, metadata={"help": "the false-discovery rate, percent", "least": 1, "most": 50})
    most: int = field(default=40, metadata={"help": "things shown", "least": 1, "most": 1000})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is looked at: after which stage, in which window, seen within which span."""

    stage: Mapping[str, Any]
    window: int
    span: int

    def parameters(self, question: Question, options: Options) -> dict[str, Any]:
        """The look and the question's period as parameters of a figure."""
        return {
            **question.times(question.period), "as_of": question.as_of, "window_seconds": self.window,
            "stages": len(question.stages()), "stage_no": self.stage["stage_no"], "span_seconds": self.span,
            "patience_seconds": min(options.patience, self.window), "by_account": self.stage["per"] == "account", **_candidates(question),
        }  # fmt: skip


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per thing tried, the clear ones first, the largest difference first; total: the share that turned away."""
    look = _look(question, options)
    counts = _counts(question, options, look)
    total = _total(counts)
    tried, uneven = _tried(question, counts), _uneven(question, counts)
    rates = adjusted([thing.p for thing in tried])
    rows = sorted(
        (_row(question, options, thing, rate) for thing, rate in zip(tried, rates, strict=True)),
        key=lambda row: (not row.extra["clear"], -abs(row.value.value or 0), str(row.by)),
    )
    clear = sum(row.extra["clear"] for row in rows)
    return question.answered(
        options={**options_json(options), "journey": question.journey, "journey_title": look.stage["title"],
                 "stage": look.stage["stage_id"], "window": duration_text(look.window), "span": duration_text(look.span),
                 "tried": len(tried), "clear": clear, "told_unevenly": uneven, "apart": {part: _apart(counts, part) for part in APART}},
        total=total,
        rows=tuple(rows[: options.most]),
        comparison=_comparison(question, options, look, total),
        notices=(*notices.of_time(question), *notices.of_journey(question), *_bear_in_mind(question, options, look, tried),
                 *_told_unevenly(uneven), *notices.of_sizes(question, total, ())),
        caption=_sentence(question, options, look, total, len(tried), clear),
    )  # fmt: skip


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the people compared; with a mark {"thing": …} those with it who turned away, or the part that the mark names."""
    known = OF_A_THING if "thing" in mark else OF_ALL
    part = mark.get("part", "with_turned_away" if "thing" in mark else "compared")
    if part not in known:
        raise UnknownName(f'"{part}" is not a part of this', name=part, known=known)
    for name in mark.keys() - {"thing", "part"}:
        raise UnknownName(f'"{name}" is not a mark of this figure', name=name, known=("thing", "part"))
    look = _look(question, options)
    counts = _counts(question, options, look)
    thing = _named(question, options, _tried(question, counts), mark["thing"]) if "thing" in mark else None
    key = thing.key if thing else {"kind": "", "event": "", "name": "", "value": "", "times": 1, "among": "everyone"}
    parameters = {**look.parameters(question, options), **{name: key[name] for name in KEY}}
    found = question.run(
        "drivers_people", part=part, zone=question.zone, most=page.most, skipped=page.skipped, **parameters
    )  # fmt: skip
    count = _part_count(counts, thing, part)
    return question.people(unit=_UNITS[part], count=count, customers=count, rows=[person_row(row) for row in found], mark=mark)


def _look(question: Question, options: Options) -> Look:
    stages = question.stages()
    window = window_of(stages, options.window)
    span = options.span or min(LONGEST_SPAN, window // 10)
    if span >= window:
        raise QuestionError(
            f"A span of {duration_text(span)} leaves no time to decide", instead="Ask for one shorter than the window"
        )
    if options.stage:
        number = stage_numbers(question, {"stage": options.stage})[0]
        if number == len(stages):
            raise QuestionError(
                f"Nobody can turn away after {stages[-1]['label']}, the last stage", instead="Ask for an earlier one"
            )
    else:
        number = _worst(question, options, window)
    return Look(stage=stages[number - 1], window=window, span=span)


def _worst(question: Question, options: Options, window: int) -> int:
    """Returns the stage after which most people turned away, the earliest of equals."""
    asked = question.of(question.period)
    rows = funnel.answer(asked, funnel.Options(journey=options.journey, window=window)).rows
    stages = rows[0].extra["stages"] if rows else []
    return max(stages[:-1], key=lambda stage: stage["turned_away"])["stage_no"] if stages[:-1] else 1


def _candidates(question: Question) -> dict[str, list[str]]:
    """Returns the columns to try, those of them known of customers only, and the properties that a column tells."""
    carried = [row for row in question.reading.constant("dimensions") if row["dimension_id"] in question.dimensions]
    return {
        "shown": sorted({row["column_name"] for row in carried}),
        "judged": [row["column_name"] for row in carried if row["kind"] == "as of the row"],
        "dimensions": [row["property"] for row in carried if row["property"]],
    }


def _counts(question: Question, options: Options, look: Look) -> list[dict[str, Any]]:
    return question.run("drivers", least=options.least, **look.parameters(question, options))


def _total(counts: Sequence[Mapping[str, Any]]) -> Value:
    found = next((row for row in counts if row["kind"] == "compared"), {"n": 0, "turned_away": 0})
    return share_value(found["turned_away"], found["n"])


def _apart(counts: Sequence[Mapping[str, Any]], part: str) -> int:
    return next((int(row["n"]) for row in counts if row["kind"] == part), 0)


def _things(counts: Sequence[Mapping[str, Any]]) -> list[Thing]:
    return tried_of([row for row in counts if row["kind"] not in ("compared", *APART)])


def _tried(question: Question, counts: Sequence[Mapping[str, Any]]) -> list[Thing]:
    total, late = _total(counts), _told_now(question)
    return [thing for thing in _things(counts) if not is_told_unevenly(thing, total, late)]


def _uneven(question: Question, counts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns the names of what is not tried because it is told unevenly."""
    total, late, labels = _total(counts), _told_now(question), _labels(question)
    names = (thing.key["name"] for thing in _things(counts) if is_told_unevenly(thing, total, late))
    return sorted({labels.get(name, name.replace("_", " ")) for name in names})


def _told_now(question: Question) -> set[str]:
    """Returns the columns that hold what the records tell now, whenever it came to be told."""
    kinds = ("customer", "property")
    return {row["column_name"] for row in question.reading.constant("dimensions") if row["kind"] in kinds}


def _row(question: Question, options: Options, thing: Thing, rate: float) -> Row:
    found = thing.difference
    value = Value(
        value=found.value, n=thing.with_it.n + thing.without.n, customers=thing.with_it.n + thing.without.n,
        low=found.low, high=found.high,
    )  # fmt: skip
    extra = {
        **{name: thing.key[name] for name in ("kind", "event", "name", "times")},
        "answer": thing.key["value"],
        "against": against(thing),
        "with": thing.with_it,
        "without": thing.without,
        "p": thing.p,
        "rate": rate,
        "clear": rate <= options.rate / 100,
        "says": says(question.words, thing),
    }
    return Row(by={"thing": words_of(thing, options.patience, _labels(question))}, value=value, extra=extra)


def _labels(question: Question) -> dict[str, str]:
    """Returns the dimensions' labels as they stand within a sentence, by column."""
    told = {row["column_name"]: str(row["label"] or row["dimension_id"]) for row in question.reading.constant("dimensions")}
    return {column: label if label[1:2].isupper() else label[:1].lower() + label[1:] for column, label in told.items()}


def _named(question: Question, options: Options, tried: Sequence[Thing], name: str) -> Thing:
    by_name = {words_of(thing, options.patience, _labels(question)): thing for thing in tried}
    if name not in by_name:
        raise UnknownName(f'"{name}" was not tried', name=name, known=by_name)
    return by_name[name]


def _part_count(counts: Sequence[Mapping[str, Any]], thing: Thing | None, part: str) -> int:
    if thing is None:
        total = _total(counts)
        turned = round(total.numerator or 0)
        of_all = {"compared": total.n, "turned_away": turned, "moved_on": total.n - turned}
        return of_all[part] if part in of_all else _apart(counts, part)
    value = thing.without if part.startswith("without") else thing.with_it
    return round(value.numerator or 0) if part.endswith("turned_away") else value.n


def _comparison(question: Question, options: Options, look: Look, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    total = _total(_counts(question.of(question.before), options, look))
    return Comparison(period=question.before, total=total, rows=(), change=share_change(now, total) or Change(value=None))


def _bear_in_mind(question: Question, options: Options, look: Look, tried: Sequence[Thing]) -> list[str]:
    told = []
    if tried:
        told.append(_("Not tried: this journey's own events, lifecycle and sales stages, and what came with the entry itself."))
    for thing, end in ((thing, decides(thing, options.least)) for thing in tried):
        if end:
            name = words_of(thing, options.patience, _labels(question))
            told.append(_(EVERYONE[end], thing=name))
    if any(thing.key["kind"] == "property" for thing in tried):
        told.append(_("Properties are as they are told now, unless their source tells that they were set later."))
    if options.patience >= look.span:
        patience, span = duration_words(options.patience), duration_words(look.span)
        told.append(
            _("Whether a question was answered in {patience} cannot be known in a span of {span}.", patience=patience, span=span)
        )
    return told


def _told_unevenly(names: Sequence[str]) -> list[str]:
    """Says what is told of people because of what came of them: an association with it would be one with itself."""
    if not names:
        return []
    told = ", ".join(names)
    return [_("Not tried, because what came of people decides whether it is told of them: {names}.", names=told)]


def _sentence(question: Question, options: Options, look: Look, total: Value, tried: int, clear: int) -> str:
    words, is_day = question.words, is_one(look.window)
    place = {
        "when": question.when(),
        "window": duration_words(look.window),
        "stage": _(look.stage["label"]),
        "span": duration_words(look.span),
    }
    if total.value is None:
        return _n(
            "There are no people who entered {when}, whose {window} is over and who were still at {stage} {span} after reaching it.",
            "There are no people who entered {when}, whose {window} are over and who were still at {stage} {span} after reaching it.",
            1 if is_day else 2,
            **place,
        )
    who = _who(total.n, words.count(total.n), is_day, place)
    turned = {"who": who, "count": words.count(total.numerator)}
    told = (
        _("Of {who}, {count} turned away: {share}", **turned, share=words.percent(total.value))
        if notices.is_enough(total)
        else _("Of {who}, {count} turned away", **turned)
    )
    found = _n(
        "{clear} of {things} tried is clearly associated with it, at a false-discovery rate of {rate} %",
        "{clear} of {things} tried are clearly associated with it, at a false-discovery rate of {rate} %",
        clear,
        clear=clear,
        things=words.counted(tried, "thing", "things"),
        rate=options.rate,
    )
    return f"{told}; {found}."


def _who(count: int, told: str, is_day: bool, place: Mapping[str, str]) -> str:
    """Returns whom the comparison is of: "12 people who entered in May 2026, whose 90 days are over and who were still at …"."""
    if is_day:
        return _n(
            "{n} person who entered {when}, whose {window} is over and who was still at {stage} {span} after reaching it",
            "{n} people who entered {when}, whose {window} is over and who were still at {stage} {span} after reaching it",
            count,
            n=told,
            **place,
        )
    return _n(
        "{n} person who entered {when}, whose {window} are over and who was still at {stage} {span} after reaching it",
        "{n} people who entered {when}, whose {window} are over and who were still at {stage} {span} after reaching it",
        count,
        n=told,
        **place,
    )
