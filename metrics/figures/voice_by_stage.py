"""What customers say when they are asked beside what they say unasked, stage by stage of the journey they were in just before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from metrics import confidential, notices
from metrics.answer import Answer, People, Row, Value
from metrics.captions import caption
from metrics.errors import QuestionError, UnknownName
from metrics.figures import summary
from metrics.marks import values_of
from metrics.options import options_json
from metrics.question import Page, Question

SPLITS: Final = 0
STAGE: Final = "stage"
PARTS: Final = {"answers": "", "requests": "is_counted", "complaints": "is_counted and is_complaint"}
TOP: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There is nothing to choose."""


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per stage: the score asked for, and the requests, complaints and categories that came by themselves."""
    asked = replace(question, selection=question.selection.changed(by=(STAGE,)))
    found = summary.answer(asked, summary.Options())
    rows = _rows(question, {row.by[STAGE]: row for row in found.rows})
    is_guarded = confidential.any_in(question) and confidential.count_in(question) > 0
    told = question.answered(
        options=options_json(options),
        total=found.total,
        rows=rows,
        notices=(
            *notices.of_time(question),
            *notices.of_nothing(question, found.total),
            *notices.of_sizes(question, found.total, rows),
        ),
        caption=caption(question, found.total),
    )
    return _guarded(question, told) if is_guarded else told


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the answers, or of {"part": "complaints"} or "requests" those; of a stage {"stage": "Retain"} only its own."""
    part = mark.get("part", "answers")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of {question.metric.metric_id}', name=part, known=PARTS)
    kept = {name: value for name, value in mark.items() if name != "part"}
    chosen = question if part == "answers" else _unasked(question, part)
    if part == "answers":
        narrowed = question.filtered(STAGE, kept[STAGE]) if STAGE in kept else question
        confidential.refuse_people(narrowed)
    found = summary.people(chosen, summary.Options(), kept, page)
    return replace(found, metric=question.metric.metric_id, mark=dict(mark))


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the stages that anybody answered, asked or complained in."""
    unasked = _unasked(question, "requests")
    return {STAGE: sorted({*values_of(question, "stage"), *values_of(unasked, "stage")})}


def _unasked(question: Question, part: str) -> Question:
    """Returns the question put to the requests, or the complaints, that customers raised themselves."""
    columns = question.reading.tables["fct_case"]
    for name in question.selection.where:
        if name in question.dimensions and question.dimensions[name] not in columns:
            raise QuestionError(f"what customers say unasked has no {name}", instead="Leave the filter out")
    one = "complaint" if part == "complaints" else "request"
    metric = replace(
        question.metric, fact="fct_case", counts=PARTS[part], value="1", aggregate="count", dated_by="opened_at", noun=part, one=one,
        unit="count", interval="none", shows=("category", "status", "resolved_at"), metric_id=f"{question.metric.metric_id}_{part}",
    )  # fmt: skip
    return replace(question, metric=metric)


def _rows(question: Question, asked: Mapping[str, Row]) -> tuple[Row, ...]:
    requests, complaints = (_values(_unasked(question, part)) for part in ("requests", "complaints"))
    categories = _categories(_unasked(question, "requests"))
    order = [stage["label"] for stage in question.stages()]
    stages = {*asked, *requests, *complaints}
    ranked = sorted(stages, key=lambda stage: (order.index(stage) if stage in order else len(order), stage))
    nothing = Value(value=None, n=0, customers=0)
    return tuple(
        Row(
            by={STAGE: stage},
            value=asked[stage].value if stage in asked else nothing,
            extra={
                "requests": requests.get(stage, nothing),
                "complaints": complaints.get(stage, nothing),
                "categories": categories.get(stage, [])[:TOP],
            },
        )
        for stage in ranked
    )


def _values(question: Question) -> dict[str, Value]:
    """Returns by stage how many there are, of how many customers."""
    found = question.run("rollup", split=("stage",), shown=None, **question.times(question.period))
    return {row["split_1"]: Value(value=float(row["n"]), n=row["n"], customers=row["customers"]) for row in found}


def _categories(question: Question) -> dict[str, list[dict[str, Any]]]:
    """Returns by stage the categories of its requests, the most frequent first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in question.run("rollup", split=("stage", "category"), shown=None, **question.times(question.period)):
        found.setdefault(row["split_1"], []).append({"category": row["split_2"], "requests": row["n"]})
    return found


def _guarded(question: Question, told: Answer) -> Answer:
    everyone = confidential.count_in(question)

    def count_of(row: Row) -> int:
        return confidential.count_in(question.filtered(STAGE, row.by[STAGE]))

    return confidential.with_hidden(told, count_of, 0 < everyone < confidential.FEWEST)
