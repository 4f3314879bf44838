"""The customer equation: the finding as a headline, then how the customers at the start became those at the end."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.charts import sparkline
from dashboard.look import Look
from dashboard.templates import render
from metrics.answer import Answer
from metrics.headline import is_valued
from metrics.selection import Period

METRIC = "customer_equation"


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the answer of the equation, asked with a series and against a year before."""
    answer = answers[METRIC]
    row = answer.rows[-1].extra
    nets = [each.extra["net"]["value"] for each in answer.rows]
    return render(
        "equation.html",
        headline=row["headline"],
        terms=_terms(row, answer.period, look) if is_valued(row) else _without_money(_terms(row, answer.period, look)),
        spark=sparkline.draw(nets, f"Net value by month: {', '.join(map(look.reader.money, nets))}") if is_valued(row) else "",
        spark_length=f"{len(nets)} months" if len(nets) > 1 else "",
        note=_note(answer, look),
    )


def _terms(row: Mapping[str, Any], period: Period | None, look: Look) -> list[dict[str, Any]]:
    starts = f"on {look.reader.day(row['opens_on'])}" if row["opens_on"] else "at the start"
    ends = "now" if period is None or period.text == "all" else f"on {look.reader.day(row['closes_on'])}"
    return [
        _term("opening", "", "", row["opening"], starts, look, after=" a year"),
        _term("gained", "+", "plus", row["gained"], "joined", look),
        _term("returned", "+", "plus", row["returned"], "returned", look),
        *(_moves(row, look)),
        _lost(row, look),
        _stayed(row, look),
        _term("closing", "=", "makes", row["closing"], ends, look, after=" a year"),
    ]


def _without_money(terms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the terms in customers alone, where nothing tells what they are worth."""
    return [{**term, "lines": term["lines"][:1]} for term in terms if term["key"] != "stayed"]


def _term(key: str, sign: str, spoken: str, part: Mapping[str, Any], words: str, look: Look, after: str = "") -> dict[str, Any]:
    return {
        "key": key,
        "sign": sign,
        "spoken": spoken,
        "count": look.reader.count(part.get("n", part["customers"])),
        "name": f"customers {words}",
        "href": look.opens(METRIC, mark={"part": key}),
        "lines": [[_text(words)], [_text(look.reader.money(part["value"]) + after)]],
    }


def _lost(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    parts = [("ended", "ended"), ("fell_silent", "silent")]
    words: list[dict[str, str]] = []
    for part, word in parts:
        count = look.reader.count(row[part]["n"])
        href = look.opens(METRIC, mark={"part": part})
        words += [_text(", ")] if words else []
        words.append({"text": f"{count} {word}", "href": href, "name": "customers"})
    return {
        "key": "lost",
        "sign": "−",
        "spoken": "minus",
        "count": look.reader.count(row["lost"]["n"]),
        "name": "customers lost",
        "href": look.opens("customers_lost"),
        "lines": [words, [_text(look.reader.money(row["lost"]["value"]))]],
    }


def _stayed(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    def part(key: str, name: str) -> dict[str, str]:
        return {"text": look.reader.money(row[key]["value"]), "href": look.opens(METRIC, mark={"part": key}), "name": name}

    grew = [_text("who stayed grew "), part("grown", "more a year: the customers who grew"), _text(",")]
    return {
        "key": "stayed",
        "sign": "+",
        "spoken": "and",
        "count": "",
        "lines": [grew, [_text("shrank "), part("shrunk", "less a year: the customers who shrank")]],
    }


def _moves(row: Mapping[str, Any], look: Look) -> list[dict[str, Any]]:
    """Between segments people move; over all of them the moves cancel out and are not shown."""
    if not (row["moved_in"]["customers"] or row["moved_out"]["customers"]) or not look.view.selection.where:
        return []
    return [
        _term("moved_in", "+", "plus", row["moved_in"], "moved in", look),
        _term("moved_out", "−", "minus", row["moved_out"], "moved out", look),
    ]


def _note(answer: Answer, look: Look) -> str:
    row, reader = answer.rows[-1].extra, look.reader
    parts = []
    if answer.comparison and answer.comparison.rows:
        net = answer.comparison.rows[0].extra["net"]
        worth = f", {reader.signed_money(net['value'])}" if is_valued(answer.comparison.rows[0].extra) else ""
        noun = "customer" if abs(net["customers"]) == 1 else "customers"
        parts.append(f"A year before: {reader.signed(net['customers'])} {noun}{worth}.")
    if row["value_coverage"] is not None:
        parts.append(f"Value known for {reader.percent(row['value_coverage'], 0)} of customers.")
    return " ".join(parts)


def _text(text: str) -> dict[str, str]:
    return {"text": text, "href": "", "name": ""}
