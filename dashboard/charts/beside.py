"""What became of the promises: kept and broken as a bar, and beside it what counts in no share, a line per group; every number opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import OUTSIDE_THE_SHARE, worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later
from metrics.named import group_name

BAR = (("kept", later("kept")), ("broken", later("broken")), ("undecided", later("not decided yet")))
COLUMNS = (
    ("kept", later("kept")),
    ("provisional", later("unless opened again")),
    ("broken", later("broken")),
    ("closed_unanswered", later("closed unanswered")),
    ("undecided", later("not decided yet")),
    ("paused", later("of them paused")),
    ("superseded", later("replaced")),
    ("void", later("called off")),
)
MOST = 9


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per group of the first answer: a bar of what was decided and what is not yet, then the counts."""
    answer: Answer = next(iter(answers.values()))
    rows = _shown(answer)
    if not rows:
        return nothing(look, answer)
    most = max(sum(row.extra[part] for part, _words in BAR) for row in rows) or 1
    return render(
        "beside.html",
        title=look.title,
        question=look.question,
        by=group_name(answer.selection.by[0]),
        bar_keys=[{"kind": part, "words": _(words)} for part, words in BAR],
        heads=[_(words) for _part, words in COLUMNS],
        rows=[_row(row, most, answer, look) for row in rows],
        notices=worth_saying(answer, drawn=OUTSIDE_THE_SHARE),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group with every part."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by[0]
    rows = [
        [
            tables.text(group_name(row.by[by])),
            *(tables.count(row.extra[part], look, _href(row, part, answer, look)) for part, _words in COLUMNS),
        ]
        for row in _shown(answer)
    ]
    return Table((group_name(by), *(_(words) for _part, words in COLUMNS)), rows)


def _shown(answer: Answer) -> Sequence[Row]:
    by = answer.selection.by[0]
    told = [row for row in answer.rows if any(row.extra[part] for part, _words in COLUMNS)]
    return sorted(told, key=lambda row: (row.by[by] in LAST, -row.value.n, row.by[by]))[:MOST]


def _href(row: Row, part: str, answer: Answer, look: Look) -> str:
    return look.behind(answer, {**row.by, "part": part})


def _row(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    name = group_name(next(iter(row.by.values())))
    return {
        "key": name,
        "name": name,
        "bar": [
            {
                "kind": part,
                "width": round(100 * row.extra[part] / most, 2),
                "href": _href(row, part, answer, look),
                "name": f"{name}: {look.reader.count(row.extra[part])} {_(words)}",
            }
            for part, words in BAR
            if row.extra[part]
        ],
        "counts": [
            {
                "text": look.reader.count(row.extra[part]),
                "href": _href(row, part, answer, look),
                "words": _(words),
                "is_none": not row.extra[part],
            }
            for part, words in COLUMNS
        ],
    }
