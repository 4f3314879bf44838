"""The finding of the customer equation in one line: how many more or fewer, what that is worth, and why, where the figures say why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from metrics.language import _
from metrics.words import Words

Amount = Mapping[str, float]
Part = Mapping[str, str]

ONE_LINE: Final = 76  # characters that fit on one line of the overview at 1920 pixels
FEWEST: Final = 10  # customers who came, and who went, before their worth is compared
KNOWN_ENOUGH: Final = 0.9  # of the customers' values


def headline(row: Mapping[str, Any], words: Words, *, with_moves: bool) -> tuple[Part, ...]:
    """Returns the sentence of an equation's row in parts, each {"text", "tone"}; tones are plain, worse and better.

    What fell is worse; a value that rose is better where the customers did not fall.
    """
    customers, value = round(row["net"]["customers"]), round(row["net"]["value"])
    if not row["opening"]["customers"] and not row["closing"]["customers"]:
        return ({"text": _("No customers in this range."), "tone": "plain"},)
    if not is_valued(row):
        return (
            {
                "text": _("{customers}. Their value is not known.", customers=_customers_words(customers, words)),
                "tone": "worse" if customers < 0 else "plain",
            },
        )
    joint = _(", but ") if customers * value < 0 else _(", and ")
    told = [
        {"text": _customers_words(customers, words), "tone": "worse" if customers < 0 else "plain"},
        {"text": joint, "tone": "plain"},
        {"text": _value_words(value, words), "tone": _tone_of_value(customers, value)},
    ]
    ending = _ending(row, customers, value, with_moves=with_moves)
    if len(text_of(told)) + len(ending) > ONE_LINE:
        ending = "."
    return (*told, {"text": ending, "tone": "plain"})


def is_valued(row: Mapping[str, Any]) -> bool:
    """Tells whether anything in the row was ever worth something; where no contract or order is told, nothing is."""
    return any(part["value"] for part in row.values() if isinstance(part, Mapping) and "value" in part)


def text_of(parts: Iterable[Part]) -> str:
    """Returns the sentence that the parts make."""
    return "".join(part["text"] for part in parts)


def _customers_words(change: int, words: Words) -> str:
    if not change:
        return _("As many customers as before")
    if change > 0:
        return words.counted(change, "more customer", "more customers")
    return words.counted(-change, "fewer customer", "fewer customers")


def _value_words(change: int, words: Words) -> str:
    if not change:
        return _("as much value a year")
    amount = words.money(abs(change))
    return _("{amount} a year more", amount=amount) if change > 0 else _("{amount} a year less", amount=amount)


def _tone_of_value(customers: int, value: int) -> str:
    if value < 0:
        return "worse"
    return "better" if value > 0 and customers >= 0 else "plain"


def _ending(row: Mapping[str, Any], customers: int, value: int, *, with_moves: bool) -> str:
    """Says what moved the value against the customers, or most of it: those who came and went, or those who stayed."""
    came = _sum(row, ("gained", "returned", *(("moved_in",) if with_moves else ())))
    went = _sum(row, ("ended", "fell_silent", *(("moved_out",) if with_moves else ())))
    by_people = came["value"] - went["value"]
    by_stayers = row["grown"]["value"] - row["shrunk"]["value"]
    coverage = row["value_coverage"]
    if not value or min(came["customers"], went["customers"]) < FEWEST or coverage is None or coverage < KNOWN_ENOUGH:
        return "."
    if customers * value > 0:
        return _(": most of it from those who stay.") if by_stayers * value > 0 and abs(by_stayers) > abs(by_people) else "."
    if by_people * value > 0 and by_people / value >= by_stayers / value:  # with no more of them a greater value: greater each
        return _(": we win the more valuable ones.") if value > 0 else _(": we lose the more valuable ones.")
    if by_stayers * value <= 0:
        return "."
    return _(": those who stay spend more.") if value > 0 else _(": those who stay spend less.")


def _sum(row: Mapping[str, Any], flows: Iterable[str]) -> Amount:
    names = tuple(flows)
    return {kind: sum(row[name][kind] for name in names) for kind in ("customers", "value")}
