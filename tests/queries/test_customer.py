"""customer.toml: who counts as a customer; every mistake is told, with what to write instead."""

from pathlib import Path

import pytest

from queries.customer import CustomerRule, customer_rows, load_customer_rule
from queries.errors import DeclarationErrors


def declared(folder: Path, text: str, segments: tuple[str, ...] | None = None) -> CustomerRule:
    path = folder / "customer.toml"
    path.write_text(text, encoding="utf-8")
    return load_customer_rule(path, segments)


def mistakes(folder: Path, text: str, segments: tuple[str, ...] | None = None) -> str:
    with pytest.raises(DeclarationErrors) as told:
        declared(folder, text, segments)
    return str(told.value)


def test_without_the_file_the_defaults_hold(tmp_path: Path) -> None:
    rule = load_customer_rule(tmp_path / "customer.toml")
    rows = customer_rows(rule)
    assert rows["customer_rule"] == [(True, True, True, True, 30, 365)]
    assert rows["lapse_rule"] == rows["active_event"] == []
    assert ("word of mouth",) in rows["earned_word"]
    assert ("owner",) in rows["decision_role"]


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert declared(tmp_path, "") == CustomerRule()


def test_what_is_declared_becomes_rows(tmp_path: Path) -> None:
    rule = declared(
        tmp_path,
        """
        becomes_by    = ["contract", "order"]
        active_events = ["Meter reading", "meter reading ", "web visit"]
        renewal_grace = "2 weeks"
        lapse_after   = "400 days"
        earned_through = ["Friends told me"]
        decision_makers = ["Owner", "board ", "owner"]
        customer_stages = ["Customer", "partner "]
        [lapse_after_by_segment]
        "Small business" = "180 days"
        """,
        ("Small business", "Homes"),
    )
    assert customer_rows(rule) == {
        "customer_rule": [(True, True, False, False, 14, 400)],
        "lapse_rule": [("Small business", 180)],
        "active_event": [("meter reading",), ("web visit",)],
        "earned_word": [("friends told me",)],
        "decision_role": [("owner",), ("board",)],
        "customer_stage": [("customer",), ("partner",)],
    }


def test_every_mistake_is_told_at_once_with_the_nearest_right_word(tmp_path: Path) -> None:
    text = """
    becomes_by = ["ordr"]
    lapse_affter = "365 days"
    renewal_grace = "a month"
    [lapse_after_by_segment]
    "Smal business" = "180 days"
    """
    told = mistakes(tmp_path, text, ("Small business", "Homes"))
    assert 'becomes_by "ordr" makes nobody a customer. Did you mean "order"?' in told
    assert '"lapse_affter" is not known here. Did you mean "lapse_after"?' in told
    assert 'renewal_grace = "a month" is not a duration' in told
    assert '"Smal business" is not a segment of this workspace. Did you mean "Small business"?' in told
    assert told.count("customer.toml") == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("becomes_by = []", "becomes_by names nothing, so nobody would ever be a customer"),
        ('lapse_after = "12 hours"', "is not 1 to 36500 whole days"),
        ('lapse_after = "0 days"', "is not 1 to 36500 whole days"),
        ('renewal_grace = "90000 days"', "is longer than a hundred years"),
        ("lapse_after = 365", "lapse_after = 365 is not a duration"),
        ('[lapse_after_by_segment]\nHomes = "half a year"', "is not a duration"),
        ("renewal_grace = ", "cannot be read as TOML"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in mistakes(tmp_path, text)


def test_no_grace_at_all_is_a_rule_that_can_hold(tmp_path: Path) -> None:
    assert declared(tmp_path, 'renewal_grace = "0 days"').renewal_grace_days == 0
