"""What customers wrote, word for word, with the themes that it speaks of; what was written confidentially without who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import confidential, notices
from metrics.answer import Answer, People, Row, Value
from metrics.captions import caption
from metrics.errors import UnknownName
from metrics.figures import summary
from metrics.language import _n
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.redaction import redacted

SPLITS: Final = 0
ONE_BY_ONE: Final = True
POINTS: Final = {"promoters": "100", "passives": "0", "detractors": "-100"}  # of whoever answers whether they would recommend us
KINDS: Final = {100: "promoter", 0: "passive", -100: "detractor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which comments are told, and how many."""

    theme: str = field(default="", metadata={"help": "only those that speak of this theme"})
    given: str = field(default="", metadata={"help": "only those of promoters, passives or detractors", "choices": ("", *POINTS)})
    most: int = field(default=100, metadata={"help": "so many, the newest first", "most": 1000})


def answer(question: Question, options: Options) -> Answer:
    """Answers with how many comments there are, and a row for each of the newest, with its themes and their words."""
    _check_theme(question, options.theme)
    hidden = confidential.count_in(question) if confidential.any_in(question) else 0
    are_told = hidden >= confidential.FEWEST and not question.selection.where and not options.given
    question = _given(question, options)
    total = summary.measure(question).value
    found = question.run(
        "comments", theme=options.theme, with_hidden=are_told, most=options.most, **question.times(question.period)
    )
    return question.answered(
        options=options_json(options),
        total=total,
        rows=_rows(question, found),
        notices=(*notices.of_time(question), *notices.of_nothing(question, total), *_left_out(question, hidden, are_told)),
        caption=caption(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists who wrote; raises QuestionError where any of them wrote confidentially."""
    confidential.refuse_people(question)
    return summary.people(_given(question, options), summary.Options(), mark, page)


def _given(question: Question, options: Options) -> Question:
    """Narrows to who would, or would not, recommend us; never by what was answered confidentially."""
    return question.only(net_points=POINTS[options.given], is_hidden="no") if options.given else question


def _check_theme(question: Question, theme: str) -> None:
    known = [row["theme"] for row in question.reading.constant("declared_themes")]
    if theme and theme not in known:
        raise UnknownName(f'"{theme}" is not a theme', name=theme, known=known)


def _rows(question: Question, found: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """A confidential comment tells neither who wrote it, nor when, nor which score went with it."""
    bare = iter(redacted(question, [row["comment"] for row in found if row["is_hidden"]]))
    return tuple(_row(number, row, next(bare) if row["is_hidden"] else "") for number, row in enumerate(found, start=1))


def _row(number: int, row: Mapping[str, Any], bare: str) -> Row:
    is_hidden = row["is_hidden"]
    told: dict[str, Any] = {
        "comment": bare if is_hidden else row["comment"],
        "themes": row["themes"],
        "is_confidential": is_hidden,
    }
    names = ("customer_id", "score", "scale", "wave")
    told |= {name: None if is_hidden else row[name] for name in names}
    told["kind"] = "" if is_hidden else KINDS.get(row["net_points"], "")
    told["answered_at"] = None if is_hidden else row["happened_at"]
    customers = int(row["is_identified"] and not is_hidden)
    return Row(by={"comment": str(number)}, value=Value(value=1.0, n=1, customers=customers), extra=told)


def _left_out(question: Question, hidden: int, are_told: bool) -> list[str]:
    if not hidden:
        return []
    count = question.words.count(hidden)
    if are_told:
        return [
            _n(
                "{n} comment was written confidentially: told without who wrote it, without numbers, addresses and names.",
                "{n} comments were written confidentially: told without who wrote them, without numbers, addresses and names.",
                hidden,
                n=count,
            )
        ]
    return [
        _n(
            "{n} comment was written confidentially and left out: they are told from {least} on, and never narrowed.",
            "{n} comments were written confidentially and left out: they are told from {least} on, and never narrowed.",
            hidden,
            n=count,
            least=confidential.FEWEST,
        )
    ]
