"""Things that may go along with turning away: how many had one, how many of those turned away, and what is said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics.answer import Change, Value
from metrics.discovery import two_proportion_p
from metrics.figures.strip import share_change, share_value
from metrics.language import _, later
from metrics.options import duration_words
from metrics.words import Words, event_words

TIMES: Final = {1: later("{event}"), 3: later("{event}, three times or more")}
UNEVEN: Final = 0.1  # a value known of so many points more of those who moved on, or turned away, was told because they did


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that was tried: of those among whom it is compared, how many had it, and how many turned away with and without it.

    key: its row of the figure `drivers`.
    """

    key: Mapping[str, Any]
    with_it: Value
    without: Value

    @property
    def n(self) -> int:
        """The people among whom it is compared."""
        return self.with_it.n + self.without.n

    @property
    def turned_away(self) -> int:
        """How many of them turned away."""
        return round((self.with_it.numerator or 0) + (self.without.numerator or 0))

    @property
    def difference(self) -> Change:
        """Turning away with it less turning away without it, with Newcombe's interval."""
        found = share_change(self.with_it, self.without)
        assert found is not None
        return found

    @property
    def p(self) -> float:
        """The p value of there being no difference."""
        (yes, n), (other_yes, other_n) = (
            (round(value.numerator or 0), round(value.denominator or 0)) for value in (self.with_it, self.without)
        )
        return two_proportion_p(yes, n, other_yes, other_n)

    @property
    def rank(self) -> tuple[float, str]:
        """What decides between two opposite answers: the one that more turned away with."""
        return self.difference.value or 0.0, self.key["value"]


def tried_of(rows: Sequence[Mapping[str, Any]]) -> list[Thing]:
    """Returns what was tried; of two answers of which everyone has one, the one that more turned away with."""
    things = [
        Thing(
            key=row,
            with_it=share_value(row["turned_away"], row["n"]),
            without=share_value(row["turned_away_among"] - row["turned_away"], row["n_among"] - row["n"]),
        )
        for row in rows
    ]
    by_question: dict[tuple[str, ...], list[Thing]] = {}
    for thing in things:
        by_question.setdefault(tuple(thing.key[name] for name in ("kind", "event", "name")), []).append(thing)
    return [
        thing
        for same in by_question.values()
        for thing in same
        if not any(_is_opposite(other, thing) and other.rank > thing.rank for other in same)
    ]


def is_told_unevenly(thing: Thing, total: Value, late: Collection[str]) -> bool:
    """Whether what is told as it is now is known clearly more of those who moved on than of those who turned away, or clearly less.

    Those of whom it is known are then chosen by what came of them, and a comparison among them says how it came to be told.
    late: the columns told as they are now, beside properties.
    """
    key = thing.key
    if key["among"] != "same" or not (key["kind"] == "property" or (key["kind"] == "dimension" and key["name"] in late)):
        return False
    turned, all_turned = thing.turned_away, round(total.numerator or 0)
    known_of_turned = share_value(turned, all_turned)
    known_of_moved = share_value(thing.n - turned, total.n - all_turned)
    gap = share_change(known_of_turned, known_of_moved)
    return gap is not None and gap.low is not None and gap.high is not None and (gap.low > UNEVEN or gap.high < -UNEVEN)


def decides(thing: Thing, least: int) -> str:
    """Returns "turned away" or "moved on" when all with it did so and `least` were to be expected who did not; else nothing."""
    with_it, share = thing.with_it, thing.turned_away / thing.n
    if with_it.numerator == with_it.n and with_it.n * (1 - share) >= least:
        return "turned away"
    return "moved on" if with_it.numerator == 0 and with_it.n * share >= least else ""


def words_of(thing: Thing, patience: int, labels: Mapping[str, str]) -> str:
    """Returns the thing's name: "sales call", "channel = store", "heating: oil boiler", "asked, no reply within 2 days".

    labels: of the dimensions, by their column.
    """
    key = thing.key
    match key["kind"]:
        case "event":
            template = TIMES[key["times"]]
            return _(template, event=event_words(key["event"]))
        case "event property":
            return f"{event_words(key['event'])}, {key['name']}: {key['value']}"
        case "property":
            return f"{key['name']}: {key['value']}"
        case "reply":
            return _("asked, no reply within {duration}", duration=duration_words(patience))
        case "promise":
            promise = key["name"].replace("_", " ")
            return _("promise broken: {promise}", promise=_(promise))
    return f"{labels.get(key['name'], key['name'].replace('_', ' '))} = {key['value']}"


def against(thing: Thing) -> str:
    """Returns with whom those who had it are compared."""
    key = thing.key
    match key["kind"]:
        case "reply":
            return _("asked and had a reply in time")
        case "promise":
            return _("the same promise kept")
    return {
        "everyone": _("everyone else"),
        "event": _("others with {event}", event=event_words(key["event"])),
        "same": _("another value known"),
    }[key["among"]]


def says(words: Words, thing: Thing) -> str:
    """Returns what is found of it, as an association and no more."""
    change = thing.difference.value or 0
    with_it, without = (words.percent(value.value) for value in (thing.with_it, thing.without))
    told = {"points": words.points(abs(change), 1), "share": with_it, "other": without}
    if change > 0:
        return _("associated with {points} points more turning away: {share} with it, {other} without", **told)
    return _("associated with {points} points fewer turning away: {share} with it, {other} without", **told)


def _is_opposite(other: Thing, thing: Thing) -> bool:
    """Whether having the one is not having the other, in a thing with two answers."""
    is_other = other.key["value"] != thing.key["value"] and thing.key["among"] == "same" and thing.key["choices"] == 2
    return is_other and bool(other.key["n"] + thing.key["n"] == thing.key["n_among"])
