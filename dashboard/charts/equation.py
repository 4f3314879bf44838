"""The customer equation: the finding as a headline, then how the customers at the start became those at the end."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts import sparkline
from dashboard.charts._changed import changes_on
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.headline import is_valued
from metrics.language import _, _n
from metrics.selection import Period

METRIC = "customer_equation"


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the answer of the equation, asked with a series and against a year before."""
    answer = answers[METRIC]
    row = answer.rows[-1].extra
    return render(
        "equation.html",
        headline=row["headline"],
        terms=terms(answer, look),
        spark=_spark(answer, look) if is_valued(row) else "",
        spark_length=_("{n} months", n=len(answer.rows)) if len(answer.rows) > 1 else "",
        note=note(answer, look),
    )


def _spark(answer: Answer, look: Look) -> Markup:
    """Returns the net value month by month, with what was changed then."""
    nets = [each.extra["net"]["value"] for each in answer.rows]
    changes = changes_on(answer, look, lambda place: place)
    words = _("Net value by month: {values}", values=", ".join(map(look.reader.money, nets)))
    told = "; ".join(f"{one['day']}: {one['name']}" for one in changes)
    return sparkline.draw(nets, _("{values}. Changed: {changes}", values=words, changes=told) if told else words, changes)


def table(answers: Mapping[str, Answer], look: Look) -> Table:
    """Returns a row per term: how many customers, and what they are worth a year."""
    row, period = answers[METRIC].rows[-1].extra, answers[METRIC].period
    parts = [
        ("opening", "", _terms(row, period, look)[0]["name"]),
        ("gained", "+", _("joined")),
        ("returned", "+", _("returned")),
        *((part, sign, words) for part, sign, words in (("moved_in", "+", _("moved in")), ("moved_out", "−", _("moved out")))),
        ("ended", "−", _("ended")),
        ("fell_silent", "−", _("fell silent")),
        ("grown", "+", _("stayed and grew")),
        ("shrunk", "−", _("stayed and shrank")),
        ("closing", "=", _terms(row, period, look)[-1]["name"]),
    ]
    shown = [part for part in parts if not part[0].startswith("moved") or look.view.selection.where]
    return Table(
        (_("what"), _("customers"), _("value a year")),
        [
            [
                tables.text(f"{sign} {words}".strip()),
                tables.count(row[part].get("n", row[part]["customers"]), look, look.opens(METRIC, mark={"part": part})),
                tables.number(row[part]["value"], "money", look),
            ]
            for part, sign, words in shown
        ],
    )


def terms(answer: Answer, look: Look) -> list[dict[str, Any]]:
    """Returns the figures in their order, each with its sign, its count and the lines of words below it."""
    row = answer.rows[-1].extra
    every = _terms(row, answer.period, look)
    return every if is_valued(row) else _without_money(every)


def _terms(row: Mapping[str, Any], period: Period | None, look: Look) -> list[dict[str, Any]]:
    starts = _("on {day}", day=look.reader.day(row["opens_on"])) if row["opens_on"] else _("at the start")
    ends = _("now") if period is None or period.text == "all" else _("on {day}", day=look.reader.day(row["closes_on"]))
    return [
        _term("opening", "", "", row["opening"], starts, look, is_a_year=True),
        _term("gained", "+", _("plus"), row["gained"], _("joined"), look),
        _term("returned", "+", _("plus"), row["returned"], _("returned"), look),
        *(_moves(row, look)),
        _lost(row, look),
        _stayed(row, look),
        _term("closing", "=", _("makes"), row["closing"], ends, look, is_a_year=True),
    ]


def _without_money(terms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the terms in customers alone, where nothing tells what they are worth."""
    return [{**term, "lines": term["lines"][:1]} for term in terms if term["key"] != "stayed"]


def _term(
    key: str, sign: str, spoken: str, part: Mapping[str, Any], words: str, look: Look, is_a_year: bool = False
) -> dict[str, Any]:
    worth = look.reader.money(part["value"])
    return {
        "key": key,
        "sign": sign,
        "spoken": spoken,
        "count": look.reader.count(part.get("n", part["customers"])),
        "name": _("customers {words}", words=words),
        "href": look.opens(METRIC, mark={"part": key}),
        "lines": [[_text(words)], [_text(_("{amount} a year", amount=worth) if is_a_year else worth)]],
    }


def _lost(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    parts = [("ended", _("{n} ended")), ("fell_silent", _("{n} silent"))]
    words: list[dict[str, str]] = []
    for part, word in parts:
        count = look.reader.count(row[part]["n"])
        href = look.opens(METRIC, mark={"part": part})
        words += [_text(", ")] if words else []
        words.append({"text": word.format(n=count), "href": href, "name": _("customers")})
    return {
        "key": "lost",
        "sign": "−",
        "spoken": _("minus"),
        "count": look.reader.count(row["lost"]["n"]),
        "name": _("customers lost"),
        "href": look.opens("customers_lost"),
        "lines": [words, [_text(look.reader.money(row["lost"]["value"]))]],
    }


def _stayed(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    def part(key: str, name: str) -> dict[str, str]:
        return {"text": look.reader.money(row[key]["value"]), "href": look.opens(METRIC, mark={"part": key}), "name": name}

    grew = [_text(_("who stayed grew ")), part("grown", _("more a year: the customers who grew")), _text(",")]
    return {
        "key": "stayed",
        "sign": "+",
        "spoken": _("and"),
        "count": "",
        "lines": [grew, [_text(_("shrank ")), part("shrunk", _("less a year: the customers who shrank"))]],
    }


def _moves(row: Mapping[str, Any], look: Look) -> list[dict[str, Any]]:
    """Between segments people move; over all of them the moves cancel out and are not shown."""
    if not (row["moved_in"]["customers"] or row["moved_out"]["customers"]) or not look.view.selection.where:
        return []
    return [
        _term("moved_in", "+", _("plus"), row["moved_in"], _("moved in"), look),
        _term("moved_out", "−", _("minus"), row["moved_out"], _("moved out"), look),
    ]


def note(answer: Answer, look: Look) -> str:
    """Returns what it was a year before, and of how many the value is known."""
    row, reader = answer.rows[-1].extra, look.reader
    parts = []
    if answer.comparison and answer.comparison.rows:
        net = answer.comparison.rows[0].extra["net"]
        many = net["customers"] if abs(net["customers"]) != 1 else 1
        told = {"n": reader.signed(net["customers"]), "worth": reader.signed_money(net["value"])}
        if is_valued(answer.comparison.rows[0].extra):
            parts.append(_n("A year before: {n} customer, {worth}.", "A year before: {n} customers, {worth}.", many, **told))
        else:
            parts.append(_n("A year before: {n} customer.", "A year before: {n} customers.", many, **told))
    if row["value_coverage"] is not None:
        parts.append(_("Value known for {share} of customers.", share=reader.percent(row["value_coverage"], 0)))
    return " ".join(parts)


def _text(text: str) -> dict[str, str]:
    return {"text": text, "href": "", "name": ""}
