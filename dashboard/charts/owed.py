"""What we owe: whom we let down, a line each with what those customers are worth a year and whose it is; last, whom to leave alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import AT_RISK, BROKEN, MET, NO_DATA, State
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _, later
from metrics.named import owner_name
from metrics.question import period_words
from queries.errors import QueriesError

AFFECTED = "affected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of one customer, of several, and where there is none."""

    one: str
    many: str
    none: str
    is_to_heed: bool = False


WORDS: Mapping[str, Words] = {
    "past_promise_now": Words(
        one=later("waits past a promise"), many=later("wait past a promise"), none=later("nobody waits past a promise")
    ),
    "call_back": Words(
        one=later("detractor not called back in time"),
        many=later("detractors not called back in time"),
        none=later("every detractor was called back in time"),
    ),
    "outreach_during_complaint": Words(
        one=later("sold to while complaining"),
        many=later("sold to while complaining"),
        none=later("nobody was sold to while complaining"),
    ),
    "silence": Words(
        one=later("let down, and not a word since"),
        many=later("let down, and not a word since"),
        none=later("nobody let down and left alone"),
    ),
    "must_not_be_contacted": Words(
        one=later("must not be contacted today"),
        many=later("must not be contacted today"),
        none=later("nobody has to be left alone today"),
        is_to_heed=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One answer: how many customers it is about, what they are worth a year, and the mark that opens them."""

    key: str
    answer: Answer
    words: Words
    customers: int
    value: float | None
    mark: Mapping[str, str] | None


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per answer, the most valuable customers first; below them what could not be asked, and why."""
    owed = owed_of(answers)
    return render(
        "owed.html",
        title=look.title,
        question=look.question,
        lines=[line(each, look) for each in owed],
        problems=[str(problem) for problem in answers.values() if isinstance(problem, QueriesError)],
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per answer."""
    rows = [
        [
            tables.text(_(each.words.many)),
            tables.count(each.customers, look, look.behind(each.answer, each.mark)),
            tables.number(each.value, "money", look),
            tables.text(owner_name(str(look.specs[each.answer.metric].owner))),
        ]
        for each in owed_of(answers)
    ]
    return Table((_("what"), _("customers"), _("value a year"), _("owner")), rows)


def owed_of(answers: Mapping[str, Any]) -> list[Owed]:
    """Returns what the answers tell, by value; what is only to be heeded comes last."""
    told = [_owed(key, answer) for key, answer in answers.items() if isinstance(answer, Answer) and key in WORDS]
    return sorted(told, key=lambda each: (each.words.is_to_heed, -(each.value or 0)))


def _owed(key: str, answer: Answer) -> Owed:
    whole = next((row for row in answer.rows if not row.by), None)
    extra = whole.extra if whole else {}
    is_part = f"customers_{AFFECTED}" in extra and answer.unit != "customers"
    return Owed(
        key=key,
        answer=answer,
        words=WORDS[key],
        customers=extra[f"customers_{AFFECTED}"] if is_part else answer.total.customers,
        value=extra.get("value_a_year"),
        mark={"part": AFFECTED} if is_part else None,
    )


def line(owed: Owed, look: Look) -> dict[str, Any]:
    """Returns what one answer says, as the parts of its line."""
    count, words = owed.customers, owed.words
    spec = look.specs[owed.answer.metric]
    return {
        "key": owed.key,
        "state": _state(owed),
        "count": look.reader.count(count) if count else "",
        "words": _(words.one if count == 1 else words.many) if count else _(words.none),
        "value": look.reader.money(owed.value) if count and owed.value else "",
        "owner": owner_name(str(spec.owner)),
        "when": period_words(owed.answer.period) if owed.answer.period else _("now"),
        "href": look.behind(owed.answer, owed.mark),
    }


def _state(owed: Owed) -> State:
    if not owed.customers:
        return MET if owed.answer.period is None or owed.answer.total.n else NO_DATA
    return AT_RISK if owed.words.is_to_heed else BROKEN
