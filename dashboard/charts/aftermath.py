"""After a broken promise: the share lost on both sides with its interval, and how far apart they are, in customers and in value."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import axis, scale_of
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Change, Row
from metrics.language import _, later

NAMES: Mapping[str, str] = {"broken": later("after a broken promise"), "kept": later("after a kept one, in the same mix")}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per side and what lies between them; where nobody can be compared it says so."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    is_enough = bool(answer.options["is_enough"])
    scale = scale_of([row.value for row in answer.rows], None, "percent")
    return render(
        "aftermath.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, scale, is_enough, answer, look) for row in answer.rows],
        marks=axis(scale, None, "percent", look) if is_enough else [],
        differences=[_lost(answer, look), _value(answer, look)],
        caption=answer.caption,
        matched=_matched(answer, look),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per side, with how many were lost, and how their value a year changed."""
    answer: Answer = next(iter(answers.values()))
    heads = (
        _("promise"), _("customers compared"), _("lost"), _("share lost, in the same mix"),
        _("share lost, at least"), _("share lost, at most"),
        _("change of value a year"), _("change of value, at least"), _("change of value, at most"), _("without anybody alike"),
    )  # fmt: skip
    rows = []
    for row in answer.rows:
        side, value, change = row.by["side"], row.value, row.extra["value_change"]
        rows.append(
            [
                tables.text(_(NAMES[side])),
                tables.count(value.n, look, look.behind(answer, {"part": side})),
                tables.count(value.numerator, look, look.behind(answer, {"part": f"{side}_lost"})),
                tables.share(value, look),
                *(tables.number(each, "percent", look) for each in (value.low, value.high)),
                *(tables.number(each, "money", look) for each in (change.value, change.low, change.high)),
                tables.count(row.extra["alone"], look, look.behind(answer, {"part": f"{side}_alone"})),
            ]
        )
    return Table(heads, rows)


def _row(row: Row, scale: Any, is_enough: bool, answer: Answer, look: Look) -> dict[str, Any]:
    side, value, reader = row.by["side"], row.value, look.reader
    told = {
        "lost": reader.count(value.numerator),
        "counted": reader.counted(value.n, "customer", "customers"),
        "name": _(NAMES[side]),
    }
    return {
        "key": side,
        "name": _(NAMES[side]),
        "share": reader.percent(value.value) if is_enough else _("too few"),
        "x": scale.x(value.value) if is_enough else None,
        "low": scale.x(value.low) if is_enough else None,
        "high": scale.x(value.high) if is_enough else None,
        "lost": told["lost"],
        "lost_href": look.behind(answer, {"part": f"{side}_lost"}),
        "lost_spoken": _("{lost} lost {name}", **told),
        "n": reader.count(value.n),
        "unweighed": side == "kept",
        "href": look.behind(answer, {"part": side}),
        "spoken": _("{counted} compared {name}", **told),
    }


def _lost(answer: Answer, look: Look) -> dict[str, Any]:
    """The difference of the shares, in points and in as many customers as it would be of those whose promise was broken."""
    found, reader, n = answer.options["difference"], look.reader, answer.rows[0].value.n
    title = _("Lost, against those alike")
    if not answer.options["is_enough"]:
        return _too_few(title)
    told = [_signed(each, reader.points(each, 1)) for each in (found.value, found.low, found.high)]
    ends = {"low": reader.signed(round(found.low * n)), "high": reader.signed(round(found.high * n))}
    counted = reader.counted(n, "customer", "customers")
    return {
        **_told(title, _("{points} points", points=told[0]), told),
        "together": _("of {counted} whose promise was broken: {low} to {high}", counted=counted, **ends),
        **_verdict(found, _("more leave"), _("fewer leave"), is_worse=(found.value or 0) > 0),
    }


def _value(answer: Answer, look: Look) -> dict[str, Any]:
    """The difference of what a customer's value a year changed by, and together."""
    found, reader = answer.options["value_difference"], look.reader
    n, title = answer.rows[0].extra["value_change"].n, _("Value a year, against those alike")
    if not answer.options["value_is_enough"]:
        return _too_few(title)
    told = [reader.signed_money(each) for each in (found.value, found.low, found.high)]
    ends = {"low": reader.signed_money(found.low * n), "high": reader.signed_money(found.high * n)}
    counted = reader.counted(n, "customer", "customers")
    return {
        **_told(title, _("{amount} each", amount=told[0]), told),
        "together": _("of {counted} whose value is known: {low} to {high}", counted=counted, **ends),
        **_verdict(found, _("worth more"), _("worth less"), is_worse=(found.value or 0) < 0),
    }


def _told(title: str, value: str, told: Sequence[str]) -> dict[str, str]:
    return {"title": title, "value": value, "between": _("between {low} and {high}", low=told[1], high=told[2])}


def _too_few(title: str) -> dict[str, str]:
    return {"title": title, "value": "", "between": "", "together": "", "verdict": _("too few to say"), "tone": "unclear"}


def _verdict(found: Change, more: str, less: str, *, is_worse: bool) -> dict[str, str]:
    if not found.clear or found.value is None:
        return {"verdict": "○ " + _("no clear difference"), "tone": "unclear"}
    word = more if found.value > 0 else less
    return {"verdict": f"▼ {word}" if is_worse else f"▲ {word}", "tone": "worse" if is_worse else "better"}


def _signed(value: float, told: str) -> str:
    return f"+{told}" if value > 0 else told


def _matched(answer: Answer, look: Look) -> list[dict[str, str]]:
    """How many of either side have nobody alike, had no contract, and of how many the time is not over; each opens."""
    reader = look.reader
    words = {
        "broken": _("{alone} of {everyone} with a broken promise have nobody alike and are not compared"),
        "kept": _("{alone} of {everyone} with a kept one neither"),
    }
    told = [
        {
            "words": words[row.by["side"]].format(
                alone=reader.count(row.extra["alone"]), everyone=reader.count(row.extra["everyone"])
            ),
            "href": look.behind(answer, {"part": f"{row.by['side']}_alone"}),
        }
        for row in answer.rows
    ]
    if without := answer.options["without_contract"]:
        words_of = _(
            "not compared: {counted} without a contract in force", counted=reader.counted(without, "customer", "customers")
        )
        told.append({"words": words_of, "href": look.behind(answer, {"part": "without_contract"})})
    if waits := answer.options["not_yet_known"]:
        words_of = _("of {counted} the time is not over", counted=reader.counted(waits, "customer", "customers"))
        told.append({"words": words_of, "href": look.behind(answer, {"part": "not_yet_known"})})
    return told
