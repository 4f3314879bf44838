"""The headline says what the figures say, in one line, and gives a reason only where the figures do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics.headline import ONE_LINE, headline, text_of
from metrics.words import Words

WORDS = Words(locale="en_GB", currency="EUR")
FLOWS = ("gained", "returned", "ended", "fell_silent", "grown", "shrunk", "moved_in", "moved_out")


def row(coverage: float | None = 0.97, **flows: tuple[int, float]) -> dict[str, Any]:
    """An equation that adds up: flows as (customers, value)."""
    told = {flow: dict(zip(("customers", "value"), flows.get(flow, (0, 0.0)), strict=True)) for flow in FLOWS}
    net = {
        "customers": sum(told[flow]["customers"] for flow in ("gained", "returned"))
        - sum(told[flow]["customers"] for flow in ("ended", "fell_silent")),
        "value": sum(told[flow]["value"] for flow in ("gained", "returned", "grown"))
        - sum(told[flow]["value"] for flow in ("ended", "fell_silent", "shrunk")),
    }
    opening = {"customers": 10_000, "value": 9_000_000.0}
    closing = {kind: opening[kind] + net[kind] for kind in opening}
    return {**told, "net": net, "opening": opening, "closing": closing, "value_coverage": coverage}


def told(of: dict[str, Any]) -> str:
    return text_of(headline(of, WORDS, with_moves=False))


def tones(of: dict[str, Any]) -> list[str]:
    return [part["tone"] for part in headline(of, WORDS, with_moves=False)]


def test_more_customers_of_less_value_are_told_with_the_part_that_fell_marked() -> None:
    october = row(
        gained=(367, 150_000.0), returned=(34, 15_000.0), ended=(218, 205_000.0), fell_silent=(65, 9_000.0), grown=(584, 37_000.0)
    )
    assert told(october) == "118 more customers, but €12K a year less: we lose the more valuable ones."
    assert tones(october) == ["plain", "plain", "worse", "plain"]


BOTH = "As many customers as before, and "
SITUATIONS: tuple[tuple[dict[str, tuple[int, float]], str], ...] = (
    ({"gained": (20, 9e4), "ended": (50, 5e4)}, "30 fewer customers, but €40K a year more: we win the more valuable ones."),
    (
        {"gained": (50, 5e4), "ended": (20, 2e4), "shrunk": (90, 8e4)},
        "30 more customers, but €50K a year less: those who stay spend less.",
    ),
    (
        {"gained": (20, 2e4), "ended": (50, 5e4), "grown": (90, 9e4)},
        "30 fewer customers, but €60K a year more: those who stay spend more.",
    ),
    (
        {"gained": (50, 5e4), "ended": (20, 4e4), "grown": (90, 9e4)},
        "30 more customers, and €100K a year more: most of it from those who stay.",
    ),
    ({"gained": (50, 5e4), "ended": (20, 2e4)}, "30 more customers, and €30K a year more."),
    ({"gained": (20, 2e4), "ended": (50, 5e4)}, "30 fewer customers, and €30K a year less."),
    ({"gained": (20, 2e4), "ended": (20, 5e4)}, f"{BOTH}€30K a year less."),  # its reason finds no room on the line
    ({"gained": (21, 2e4), "ended": (20, 2e4)}, "1 more customer, and as much value a year."),
    ({"gained": (3, 1e3), "ended": (2, 5e4)}, "1 more customer, but €49K a year less."),
)


@pytest.mark.parametrize(("flows", "sentence"), SITUATIONS)
def test_every_situation_has_its_own_true_ending(flows: dict[str, tuple[int, float]], sentence: str) -> None:
    assert told(row(**flows)) == sentence


def test_no_reason_is_given_where_too_few_values_are_known() -> None:
    flows = {"gained": (50, 5e4), "ended": (20, 9e4)}
    assert ": we lose" in told(row(**flows))
    assert ":" not in told(row(coverage=0.6, **flows))


def test_without_any_customer_there_is_nothing_to_compare() -> None:
    empty = {**row(), "opening": {"customers": 0, "value": 0.0}, "closing": {"customers": 0, "value": 0.0}}
    assert told(empty) == "No customers in this range."


def test_money_is_told_as_the_locale_shortens_it() -> None:
    parts = headline(row(gained=(50, 5e4), ended=(20, 2e6)), Words(locale="de_DE", currency="CHF"), with_moves=False)
    assert parts[2]["text"].replace("\xa0", " ") == "1,95 Mio. CHF a year less"


amount = some.tuples(some.integers(0, 5000), some.integers(0, 5_000_000).map(float))


@given(flows=some.fixed_dictionaries(dict.fromkeys(FLOWS[:6], amount)))
def test_a_reason_is_true_by_the_figures(flows: dict[str, tuple[int, float]]) -> None:
    of = row(**flows)
    sentence, came, went = told(of), [0.0, 0.0], [0.0, 0.0]
    for flow, side in (("gained", came), ("returned", came), ("ended", went), ("fell_silent", went)):
        side[0] += flows[flow][0]
        side[1] += flows[flow][1]
    assert len(sentence) <= ONE_LINE
    if "more valuable" in sentence:
        assert (came[1] / came[0] > went[1] / went[0]) == ("win" in sentence)
    if "those who stay spend" in sentence:
        assert (flows["grown"][1] > flows["shrunk"][1]) == ("spend more" in sentence)
    if "most of it" in sentence:
        assert abs(flows["grown"][1] - flows["shrunk"][1]) * 2 > abs(of["net"]["value"])
    assert ("fewer" in sentence) == (round(of["net"]["customers"]) < 0)
    assert ("less" in sentence.split(":")[0]) == (round(of["net"]["value"]) < 0)


def test_customers_whose_worth_nothing_tells_are_not_called_worth_nothing() -> None:
    of = row(gained=(85, 0.0)) | {"opening": {"customers": 0, "value": 0.0}, "closing": {"customers": 85, "value": 0.0}}
    assert told(of) == "85 more customers. Their value is not known."
