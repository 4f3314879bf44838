"""What the reports by stage share: the stages with their words, groups and the rest, and the pieces of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from metrics.errors import QuestionError, UnknownName
from metrics.question import EVERYTHING, Question
from metrics.selection import Period, earlier, pieces

WORDS: Final = ("stage_no", "stage_id", "says", "label", "owner")
OTHER: Final = "other"


def check_split(question: Question) -> None:
    """Raises QuestionError when rows that are stages already are to be split by stage."""
    if "stage" in question.selection.by:
        raise QuestionError(
            f"{question.metric.metric_id} cannot be split by stage",
            instead="Its rows are stages already: split by another dimension",
        )


def most_shown(question: Question, most: int) -> int:
    """Returns how many groups are shown: as asked, else as the dimension says."""
    if not question.split:
        return EVERYTHING
    return most or question.most_values[question.selection.by[0]]


def groups_of(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the groups that a figure's rows hold, the largest first, then the unknown, then the rest together."""
    places = {row["split_1"]: row["place"] for row in found}
    largest = sorted((name for name in places if name not in ("unknown", OTHER)), key=lambda name: (places[name], name))
    return [*largest, *(name for name in ("unknown", OTHER) if name in places)] or [""]


def hidden_groups(found: Iterable[Mapping[str, Any]], most: int) -> list[str]:
    """Returns the values that stand behind "other", given rows that show every group."""
    places = {row["split_1"]: row["place"] for row in found}
    return sorted(name for name, place in places.items() if place is not None and (place > most or name == OTHER))


def narrowed(question: Question, mark: Mapping[str, str], hidden: Mapping[str, Sequence[str]]) -> Question:
    """Returns the question narrowed to a mark's dimensions; "other" stands for all values hidden behind it."""
    for dimension, value in mark.items():
        if dimension not in ("stage", "part", "at"):
            question = question.filtered(dimension, hidden.get(dimension, [value]) if value == OTHER else [value])
    return question


def by_group(question: Question, stage: Mapping[str, Any], group: str) -> dict[str, str]:
    """Returns a row's place: its stage, and its group where the question is split."""
    return {"stage": stage["stage_id"], **dict.fromkeys(question.selection.by[:1], group)}


def in_time(question: Question, series: int, grain: str) -> tuple[Period, ...]:
    """Returns the periods that end with this one, or its own pieces; none when it is not asked in time."""
    if question.period is None or not (series or grain):
        return ()
    if series:
        return earlier(question.period, series, zone=question.zone)
    return pieces(question.begun(question.period), grain, zone=question.zone)


def period_of(question: Question) -> Period:
    """Returns the period; raises QuestionError for a metric that takes none."""
    if question.period is None:
        raise QuestionError("stages need a period", where=f"definition {question.metric.metric_id}")
    return question.period


def one_of_time(question: Question, mark: Mapping[str, str], parts: Sequence[Period]) -> Period:
    """Returns the piece of time that a mark names by its text, else the whole period; raises UnknownName."""
    if "at" not in mark:
        return period_of(question)
    by_text = {part.text: part for part in parts}
    if mark["at"] not in by_text:
        raise UnknownName(f'"{mark["at"]}" is not a row of this answer', name=mark["at"], known=by_text)
    return by_text[mark["at"]]


def followed(question: Question, count: int) -> str:
    """Returns so many of whom the journey follows: "12 people", "1 account"."""
    if of_followed(question, "person") == "account":
        return question.words.counted(count, "account", "accounts")
    return question.words.counted(count, "person", "people")


def of_followed(question: Question, unit: str) -> str:
    """Returns a unit of people ("people here") as one of those whom the journey follows ("accounts here")."""
    if question.stages()[0].get("per") != "account":
        return unit
    return unit.replace("people", "accounts").replace("person", "account")
