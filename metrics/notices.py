"""What a reader has to bear in mind with an answer: to date, too few, nothing there, an older source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from metrics.answer import Notice, Row, Value
from metrics.language import _
from metrics.named import at_name, group_name
from metrics.question import Question
from metrics.selection import day_text, local_day
from queries.fact import judged_by
from queries.view import ViewSpec
from queries.warehouse import Reading

NO_SCORE_BELOW: Final = 10
INDICATIVE_BELOW: Final = 30
NO_PERCENTAGE_BELOW: Final = 20
MOST_SEGMENTS: Final = 6
SCORES: Final = ("nps", "score")
KNOWN_LATER: Final = {"tells_a_rate": "rate_known_at"}
"""What counts only after a time, and the column that tells from when on."""
CALL_BACK: Final = "call_back"
OLDER: Final = timedelta(hours=12)
NOTHING: Final = "nothing"
INDICATIVE: Final = "indicative"
AIM: Final = "aim"
OLDER_SOURCE: Final = "older source"
SMALL_TEAMS: Final = "small teams"
"""Kinds of notices that some drawings tell by themselves."""


def of_time(question: Question) -> list[str]:
    """Says that the period is not over, and that the answer's sources are older than the others."""
    told = []
    if question.period and question.period.is_to_date:
        told.append(
            _("{period} is not over: to date, until {moment}.", period=question.period.label, moment=question.as_of_words())
        )
    if question.newest - question.as_of > OLDER:
        until = question.as_of_words()
        words = _("Known until {moment} only: what feeds this is older than the newest source.", moment=until)
        told.append(Notice(words, OLDER_SOURCE))
    return told


def of_call_backs(question: Question) -> list[str]:
    """Says of all promises together until when call-backs are known, where a survey tells less far than everything else."""
    metric, asked = question.metric, question.selection.where.get("promise", (CALL_BACK,))
    known = question.reading.as_of(("detractors",)) and question.reading.as_of(judged_by("fct_detractor"))
    if metric.judged_by or known is None or CALL_BACK not in asked:
        return []
    if question.as_of - known <= OLDER or (question.period and question.period.ends_at <= known):
        return []
    sources, day = _(" and ").join(holding(question.reading, known)), day_text(local_day(known, question.zone))
    if not sources:
        return [_("Call-backs after {day} are not known: what tells of them tells no further.", day=day)]
    return [_("Call-backs after {day} are not known: {sources} tells no further.", day=day, sources=sources)]


def holding(reading: Reading, as_of: datetime) -> list[str]:
    """Returns the titles of the sources that tell no further than `as_of` while others do."""
    if reading.newest is None or as_of >= reading.newest:
        return []
    return [row["title"] for row in reading.constant("sources") if row["known_until"] == as_of]


def of_journey(question: Question) -> list[str]:
    """Says which stages of the journey asked about nothing in the data means: nobody can be seen in them."""
    if "journey_id" not in question.also:
        return []
    unheard = [f"“{stage['says']}”" for stage in question.stages() if stage["is_unheard"]]
    if not unheard:
        return []
    stages = _(" or ").join(unheard)
    return [
        _(
            "Nothing in the data means {stages}: nobody can be seen there. Write events that are found into the journey.",
            stages=stages,
        )
    ]


def of_sizes(question: Question, total: Value, rows: Iterable[Row]) -> list[str]:
    """Says where there are too few rows for a score or a percentage."""
    told: list[str] = []
    for name, value in [("", total), *((_place(row), row.value) for row in rows)]:
        if value.n >= INDICATIVE_BELOW:
            continue
        words = too_few(question.metric.unit, value.n, question.counted(value.n))
        if words:
            kind = INDICATIVE if question.metric.unit in SCORES and value.n >= NO_SCORE_BELOW else ""
            told.append(Notice(f"{name}: {words}" if name else words, kind))
    return told


def of_dimensions(question: Question) -> list[str]:
    """Says what to bear in mind of what was split or filtered by: too many segments, a property without a history."""
    known = {row["dimension_id"]: row for row in question.reading.constant("dimensions")}
    told = []
    for row in (known[name] for name in question.selection.by if name in known):
        if (row["segment_count"] or 0) > MOST_SEGMENTS:
            label, count = _label(row), row["segment_count"]
            told.append(_("{label} has {n} segments: four to six at a time are easier to act on.", label=label, n=count))
    asked = [known[name] for name in dict.fromkeys([*question.selection.by, *question.selection.where]) if name in known]
    if "team" in (*question.selection.by, *question.selection.where) and question.reading.small_teams:
        told.append(Notice(_("Teams of fewer than five known agents are told together, as smaller teams."), SMALL_TEAMS))
    untold = _untold(question) if any(row["property"] for row in asked) else ()
    for row in asked:
        if row["property"] in untold:
            name, label = row["property"], _label(row)
            told.append(
                _("No source tells the property “{name}” of {label}: it is unknown of everybody.", name=name, label=label)
            )
        elif row["subject"] in ("person", "company"):
            told.append(_("{label} is as the records say now, not as on the day of each row.", label=_label(row)))
    return told


def _label(dimension: Mapping[str, Any]) -> str:
    told = str(dimension["label"])
    return _(told)


def _untold(question: Question) -> set[str]:
    return {row["property"] for row in question.reading.constant("untold_properties")}


def of_later_segments(question: Question, dimension: str) -> list[str]:
    """Says of a split by segment, or by what records tell now, that some had none of it then, or that it is as of now."""
    if dimension not in question.segmentations:
        known = {row["dimension_id"]: row for row in question.reading.constant("dimensions")}
        if dimension not in known or known[dimension]["kind"] != "customer":
            return []
        label = _label(known[dimension])
        return [
            _(
                "{label} is as the records say now: where only those who go on tell it, “not known” holds those who did not.",
                label=label,
            )
        ]
    return [_("Who was not a customer yet when they entered has no segment: they are under “not known”.")]


def too_few(unit: str, n: int, counted: str) -> str | None:
    """Returns what to say of so few rows ("7 answers"), or None when there are enough."""
    if unit in SCORES and 0 < n < NO_SCORE_BELOW:
        return _("{counted}, too few to say.", counted=counted)
    if unit in SCORES and 0 < n < INDICATIVE_BELOW:
        return _("{counted} only: indicative.", counted=counted)
    if unit == "percent" and 0 < n < NO_PERCENTAGE_BELOW:
        return _("{counted} only: too few for a percentage.", counted=counted)
    return None


def is_enough(share: Value) -> bool:
    """Whether a share is of enough people to be told as a percentage."""
    return share.n >= NO_PERCENTAGE_BELOW


def as_percent(question: Question, share: Value, between: str = "") -> str:
    """Returns what stands behind a count: ": 90.6 %" and the bounds; nothing of so few, whose count says all there is."""
    return f": {question.words.percent(share.value)}{between}" if is_enough(share) else ""


def of_nothing(question: Question, total: Value) -> list[str]:
    """Says, when nothing was counted, where there is something: the widest range with data."""
    if total.n:
        return []
    found = question.run("range")[0]
    noun = question.metric.noun
    if not found["n"]:
        waiting = _not_known_yet(question)
        if waiting:
            return waiting
        if question.selection.where:
            return [Notice(_("There are no {noun} in the data under these filters.", noun=noun), NOTHING)]
        return [Notice(_("There are no {noun} in the data.", noun=noun), NOTHING)]
    if question.metric.waits or question.period is None or found["first_at"] is None:
        return []
    told = {"noun": noun, "when": question.when(), "range": _range(question, found)}
    return [Notice(_("No {noun} {when}. Widest range with data: {range}.", **told), NOTHING)]


def widest(question: Question, total: Value) -> str:
    """Returns the widest period with data, as text, of a question that counted nothing in its own; empty where there is none."""
    if total.n or question.period is None or question.metric.waits:
        return ""
    found = question.run("range")[0]
    if not found["n"] or found["first_at"] is None:
        return ""
    first, last = (local_day(_moment(found[name]), question.zone) for name in ("first_at", "last_at"))
    return f"{first:%Y-%m-%d}..{last + timedelta(days=1):%Y-%m-%d}"


def _not_known_yet(question: Question) -> list[str]:
    """Says how much there is that only becomes known later, and from when on: from 3 May 2026 on."""
    metric = question.metric
    if metric.counts not in KNOWN_LATER:
        return []
    known_at = KNOWN_LATER[metric.counts]
    view = ViewSpec(
        metric_id=metric.metric_id, fact=metric.fact, counts=f"not {metric.counts} and {known_at} is not null", dated_by=known_at
    )
    found = question.run("range", view=view)[0]
    if not found["n"]:
        return []
    day = day_text(local_day(_moment(found["first_at"]), question.zone))
    return [
        _(
            "Of {counted} it is known from {day} on whether they were answered: fourteen days after they arrived.",
            counted=question.counted(found["n"]),
            day=day,
        )
    ]


def _range(question: Question, found: dict[str, Any]) -> str:
    first, last = (day_text(local_day(_moment(found[name]), question.zone)) for name in ("first_at", "last_at"))
    return _("{first} to {last}", first=first, last=last)


def _moment(value: Any) -> datetime:
    assert isinstance(value, datetime)
    return value


def _place(row: Row) -> str:
    return " · ".join([*([at_name(row.at)] if row.at else []), *map(group_name, row.by.values())])
