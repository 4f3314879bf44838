"""A funnel in words: its caption, what to bear in mind with it, and why a person stands where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from metrics import notices
from metrics.answer import Row, Value
from metrics.funnel_rows import stage_words
from metrics.funnel_way import Way
from metrics.language import _, _n
from metrics.options import duration_words, is_one
from metrics.question import Question, period_words
from metrics.selection import day_text, local_day
from metrics.sentences import in_words
from metrics.stages import followed, period_of


def sentence(question: Question, way: Way, total: Value) -> str:
    """Returns who was counted and how many of them reached the last stage."""
    words = question.words
    if total.value is None:
        return _whose(question, way, _("No accounts") if _is_of_accounts(question) else _("No people")) + "."
    who, count = _whose(question, way, followed(question, total.n)), round(total.numerator or 0)
    place = {"who": who, "n": words.count(count), "stage": _(way.stages[-1]["label"])}
    ends = {
        "reached": _("Of {who}, {n} reached {stage}", **place),
        "ordered": _("Of {who}, {n} reached {stage}, stage by stage", **place),
        "strict": _("Of {who}, {n} reached {stage} with no other stage in between", **place),
        "any": _n(
            "Of {who}, {n} was in all {stages} stages, in whatever order",
            "Of {who}, {n} were in all {stages} stages, in whatever order",
            count,
            who=who,
            n=words.count(count),
            stages=way.last,
        ),
    }
    tries = _("; each first stage again begins anew, the furthest counts") if way.anchor == "latest" else ""
    return f"{ends[way.mode]}{notices.as_percent(question, total)}{tries}."


def to_bear_in_mind(question: Question, way: Way, total: Value, rows: Sequence[Row]) -> Iterator[str]:
    """Yields what to bear in mind: time, sizes, and what a mode does not look at."""
    yield from notices.of_time(question)
    yield from notices.of_journey(question)
    yield from notices.of_dimensions(question)
    for dimension in question.selection.by:
        yield from notices.of_later_segments(question, dimension)
    yield from notices.of_sizes(question, total, rows if question.split and not way.parts else ())
    if len(rows) == 1:
        yield from _small_steps(rows[0])
    timed = [_(stage["label"]) for stage in way.stages if stage["own_within_seconds"] is not None]
    if timed and way.mode in ("reached", "any"):
        yield _n(
            "Only the {window} in all is counted; the own time of {stages} is kept in the modes ordered and strict.",
            "Only the {window} in all are counted; the own time of {stages} is kept in the modes ordered and strict.",
            1 if is_one(way.window) else 2,
            window=duration_words(way.window),
            stages=_(" and ").join(timed),
        )
    optional = [_(stage["label"]) for stage in way.stages if stage["is_optional"]]
    if optional and way.mode == "strict":
        yield _("Strict asks for every stage: {stages} cannot be left out here.", stages=_(" and ").join(optional))


def because(question: Question, way: Way, row: Mapping[str, Any]) -> str:
    """Returns the rule that put a person where they are: "set out with web visit on 3 May 2026; reached …"."""
    told = [_("{because} on {day}", because=in_words(row["because"]), day=_day(question, row["entered_at"]))]
    if row["level_after"]:
        at = _day(question, _after(row["entered_at"], row["level_after"]))
        place = {"stage": _label(way, row["level"]), "day": at}
        told.append(_("had {stage} on {day}", **place) if way.mode == "any" else _("reached {stage} on {day}", **place))
    if row["state"] == "set aside":
        told.append(_("set aside on {day}", day=_day(question, _after(row["entered_at"], row["excluded_after"]))))
    elif row["level"] < way.last or row["state"] != "known":
        told.append(_outcome(question, way, row))
    return "; ".join(told)


def _outcome(question: Question, way: Way, row: Mapping[str, Any]) -> str:
    over, window = _day(question, _after(row["last_at"], way.window)), duration_words(way.window)
    is_anew = row["last_at"] > row["entered_at"]
    if row["state"] == "known":
        told = {"stage": _label(way, row["level"] + 1), "window": window, "day": over}
        if is_anew:
            return _("{stage} did not follow: the {window} from the last time ended on {day}", **told)
        return _("{stage} did not follow: the {window} ended on {day}", **told)
    whole, ends = 1 if is_one(way.window) else 2, {"window": window, "day": over}
    if is_anew:
        waits = _n(
            "not yet known: the {window} from the last time ends on {day}",
            "not yet known: the {window} from the last time end on {day}",
            whole,
            **ends,
        )
    else:
        waits = _n("not yet known: the {window} ends on {day}", "not yet known: the {window} end on {day}", whole, **ends)
    if row["left_after"] is None:
        return waits
    return f"{waits}; {_('left on {day}', day=_day(question, _after(row['entered_at'], row['left_after'])))}"


def _label(way: Way, number: int) -> str:
    return _(str(stage_words(way, way.stages[number - 1])["label"]))


def _after(moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=seconds)


def _day(question: Question, moment: datetime) -> str:
    return day_text(local_day(moment, question.zone))


def _is_of_accounts(question: Question) -> bool:
    return question.stages()[0].get("per") == "account"


def _whose(question: Question, way: Way, people: str) -> str:
    """Returns whom the funnel counts: "12 people who entered in May 2026 and whose 90 days are over"."""
    period = period_of(question)
    told = {"people": people, "when": period_words(period), "window": duration_words(way.window)}
    if way.period_of == "entry" or period.text == "all":
        return _n(
            "{people} who entered {when} and whose {window} is over",
            "{people} who entered {when} and whose {window} are over",
            1 if is_one(way.window) else 2,
            **told,
        )
    first, end = (day_text(local_day(moment, question.zone)) for moment in (way.starts_at, way.ends_at))
    return _("{people} who entered from {first} to {end}, whose {window} ended {when}", first=first, end=end, **told)


def _small_steps(row: Row) -> Iterator[str]:
    small = [
        _(stage["label"])
        for stage in row.extra["stages"][1:]
        if 0 < stage["share_of_previous"].n < notices.NO_PERCENTAGE_BELOW <= row.extra["known"]
    ]
    if small:
        few = notices.NO_PERCENTAGE_BELOW
        stages = _(" and ").join(small)
        yield _("Fewer than {n} came to the stage before {stages}: too few for a percentage of that step.", n=few, stages=stages)
