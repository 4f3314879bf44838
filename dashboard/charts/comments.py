"""What customers wrote, word for word: the score beside it, the words that speak of a theme marked, the way to their story."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, _n, later

SHOWN = 12
TONES = {"promoter": "met", "passive": "none", "detractor": "missed"}
KINDS = {"promoter": later("promoter"), "passive": later("passive"), "detractor": later("detractor")}
GIVEN = (
    ("", later("all")),
    ("detractors", later("detractors")),
    ("passives", later("passives")),
    ("promoters", later("promoters")),
)
NO_WAVE = ("no wave", "unknown", "", None)


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the newest comments, of all or of those chosen; one that was written in confidence is never shown here."""
    answer: Answer = next(iter(answers.values()))
    told = [row for row in answer.rows if not row.extra["is_confidential"]]
    theme, given = (str(answer.options.get(name) or "") for name in ("theme", "given"))
    if not told and not theme and not given:
        return nothing(look, answer)
    return render(
        "comments.html",
        title=look.title,
        count=look.reader.count(answer.total.n),
        noun=_n("comment", "comments", answer.total.n),
        href=look.behind(answer),
        theme=_(theme),
        givers=[_giver(value, words, given, look) for value, words in GIVEN],
        of_whom=_(" of {group}", group=_(dict(GIVEN).get(given, given))) if given else "",
        without_theme=look.view.chosen(theme=None).href(),
        comments=[_comment(row, look) for row in told[:SHOWN]],
        shown=look.reader.count(min(len(told), SHOWN)),
        has_confidential=len(told) < len(answer.rows),
        notices=[] if len(told) < len(answer.rows) else worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per comment."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(row.extra["comment"]),
            tables.number(row.extra["score"], "count", look),
            tables.text(row.extra["scale"]),
            tables.text(_kind(row)),
            tables.text(look.day(row.extra["answered_at"]) if row.extra["answered_at"] else ""),
            tables.text(", ".join(_(each["theme"]) for each in row.extra["themes"])),
        ]
        for row in answer.rows
        if not row.extra["is_confidential"]
    ]
    return Table((_("comment"), _("score"), _("scale"), _("from"), _("answered"), _("themes")), rows)


def marked(comment: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Returns a comment in pieces, each with whether it is one of the words; the words are found however they are written."""
    sought = [re.escape(word) for word in sorted({word for word in words if word}, key=len, reverse=True)]
    if not sought:
        return [(comment, False)]
    pieces = re.split(f"({'|'.join(sought)})", comment, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def _giver(value: str, words: str, given: str, look: Look) -> dict[str, Any]:
    return {"words": _(words), "href": look.view.chosen(given=value or None).href(), "is_chosen": value == given}


def _kind(row: Row) -> str:
    kind = str(row.extra["kind"] or "")
    return _(KINDS[kind]) if kind in KINDS else kind


def _comment(row: Row, look: Look) -> dict[str, Any]:
    extra = row.extra
    customer, score, scale = extra["customer_id"], extra["score"], str(extra["scale"] or "")
    when = look.day(extra["answered_at"]) if extra["answered_at"] else ""
    about = [when, *([_("wave {name}", name=extra["wave"])] if extra["wave"] not in NO_WAVE else [])]
    return {
        "key": f"{customer} {extra['answered_at']}",
        "score": look.reader.number(score, 0 if score is None or float(score).is_integer() else 1),
        "scale": scale.partition(",")[0].replace("–", _(" to ")),
        "word": _kind(row),
        "tone": TONES.get(extra["kind"], "none"),
        "pieces": marked(str(extra["comment"]), [str(each["word"]) for each in extra["themes"]]),
        "themes": [_(str(each["theme"])) for each in extra["themes"]],
        "about": " · ".join(part for part in about if part),
        "story": look.story(str(customer)) if customer and row.value.customers else "",
    }
