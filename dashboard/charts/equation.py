"""The customer equation: the finding as a headline, then how the customers at the start became those at the end."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from dashboard.charts import sparkline
from dashboard.look import Look
from dashboard.templates import render
from metrics.answer import Answer
from metrics.selection import Period

METRIC = "customer_equation"
JOINT = ", but "


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the answer of the equation, asked with a series and against a year before."""
    answer = answers[METRIC]
    row = answer.rows[-1].extra
    nets = [_net(each.extra, "value") for each in answer.rows]
    label = "Net value by month: " + ", ".join(look.reader.money(net) for net in nets)
    return render(
        "equation.html",
        headline=headline(row, answer.caption),
        terms=_terms(row, answer.period, look),
        spark=sparkline.draw(nets, label),
        spark_length=f"{len(nets)} months" if len(nets) > 1 else "",
        note=_note(answer, look),
    )


def headline(row: Mapping[str, Any], caption: str) -> list[dict[str, str]]:
    """Returns the caption in parts; where customers and value go different ways, the part that fell is marked."""
    told = row.get("headline")
    if told:
        return list(told)
    head, joint, tail = caption.rpartition(JOINT)
    if not joint:
        return [{"text": caption, "tone": "plain"}]
    has_fallen = _net(row, "value") < 0
    return [
        {"text": head, "tone": "plain" if has_fallen else "worse"},
        {"text": joint, "tone": "plain"},
        {"text": tail.removesuffix("."), "tone": "worse" if has_fallen else "plain"},
        {"text": "." if tail.endswith(".") else "", "tone": "plain"},
    ]


def _terms(row: Mapping[str, Any], period: Period | None, look: Look) -> list[dict[str, Any]]:
    starts, ends = _instants(period, look)
    return [
        _term("opening", "", "", row["opening"], starts, look, after=" a year"),
        _term("gained", "+", "plus", row["gained"], "joined", look),
        _term("returned", "+", "plus", row["returned"], "returned", look),
        *(_moves(row, look)),
        _lost(row, look),
        _stayed(row, look),
        _term("closing", "=", "makes", row["closing"], ends, look, after=" a year"),
    ]


def _term(key: str, sign: str, spoken: str, part: Mapping[str, Any], words: str, look: Look, after: str = "") -> dict[str, Any]:
    return {
        "key": key,
        "sign": sign,
        "spoken": spoken,
        "count": look.reader.count(part["customers"]),
        "name": f"customers {words}",
        "href": look.opens(METRIC, mark={"part": key}),
        "lines": [[_text(words)], [_text(look.reader.money(part["value"]) + after)]],
    }


def _lost(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    parts = [("ended", "ended"), ("fell_silent", "silent")]
    words: list[dict[str, str]] = []
    for part, word in parts:
        count = look.reader.count(row[part]["customers"])
        href = look.opens(METRIC, mark={"part": part})
        words += [_text(", ")] if words else []
        words.append({"text": f"{count} {word}", "href": href, "name": "customers"})
    return {
        "key": "lost",
        "sign": "−",
        "spoken": "minus",
        "count": look.reader.count(_lost_in(row, "customers")),
        "name": "customers lost",
        "href": look.opens("customers_lost"),
        "lines": [words, [_text(look.reader.money(_lost_in(row, "value")))]],
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


def _instants(period: Period | None, look: Look) -> tuple[str, str]:
    if period is None or period.text == "all":
        return "at the start", "now"
    last: date = look.reader.local(period.ends_at).date() if period.is_to_date else period.end_day - timedelta(days=1)
    return f"on {look.reader.day(period.first_day)}", f"on {look.reader.day(last)}"


def _note(answer: Answer, look: Look) -> str:
    row, reader = answer.rows[-1].extra, look.reader
    parts = []
    if answer.comparison and answer.comparison.rows:
        then = answer.comparison.rows[0].extra
        parts.append(
            f"A year before: {reader.signed(_net(then, 'customers'))} customers, {reader.signed_money(_net(then, 'value'))}."
        )
    if row["value_coverage"] is not None:
        parts.append(f"Value known for {reader.percent(row['value_coverage'], 0)} of customers.")
    return " ".join(parts)


def _net(row: Mapping[str, Any], kind: str) -> float:
    """Both ends of the equation are the figure's; the reader is told their distance."""
    return float(row["closing"][kind] - row["opening"][kind])


def _lost_in(row: Mapping[str, Any], kind: str) -> float:
    """The two ways of losing are one term on the screen, told apart beneath it."""
    return float(row["ended"][kind] + row["fell_silent"][kind])


def _text(text: str) -> dict[str, str]:
    return {"text": text, "href": "", "name": ""}
