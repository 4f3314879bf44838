"""Who counts as a customer, what keeps them one, and when they are lost: customer.toml of the workspace."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.told import Told, read_one

BEGINNINGS = ("order", "contract", "won opportunity", "lifecycle customer")
RENEWAL_GRACE_DAYS = 30
LAPSE_AFTER_DAYS = 365
LONGEST_DAYS = 36_500
EARNED_THROUGH = (
    "customer referral", "friend", "friends", "friends and family", "recommendation", "recommended", "referral", "word of mouth",
)  # fmt: skip
DECISION_MAKERS = (
    "ceo", "cfo", "chief", "coo", "decision maker", "director", "founder", "head of", "managing", "owner", "president", "proprietor",
)  # fmt: skip
CUSTOMER_STAGES = ("customer", "evangelist")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRule:
    """What makes someone a customer, the events that count as activity, and the days after which a customer is lost.

    earned_through: the words of acquired_through or acquisition_reason that mean word of mouth.
    decision_makers: words that the role of somebody who decides holds.
    customer_stages: the stages of a source's lifecycle that only customers are in.
    """

    becomes_by: tuple[str, ...] = BEGINNINGS
    active_events: tuple[str, ...] = ()
    renewal_grace_days: int = RENEWAL_GRACE_DAYS
    lapse_after_days: int = LAPSE_AFTER_DAYS
    lapse_after_by_segment: Mapping[str, int] = field(default_factory=dict)
    earned_through: tuple[str, ...] = EARNED_THROUGH
    decision_makers: tuple[str, ...] = DECISION_MAKERS
    customer_stages: tuple[str, ...] = CUSTOMER_STAGES


def load_customer_rule(path: Path, segments: Collection[str] | None = None) -> CustomerRule:
    """Return what this file declares, the defaults without one; raise DeclarationErrors telling every mistake.

    `segments` are the names of the workspace's segmentation, to which the silences by segment must belong.
    """
    if not path.exists():
        return CustomerRule()
    problems: list[QueriesError] = []
    rule = read_one(path, lambda _, told: _read(told, segments), problems)
    if problems or rule is None:
        raise DeclarationErrors(problems)
    return rule


def customer_rows(rule: CustomerRule) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Return the rows of the tables that hold the rule: `customer_rule`, `lapse_rule` and a table for each list of words."""
    becomes = tuple(beginning in rule.becomes_by for beginning in BEGINNINGS)
    return {
        "customer_rule": [(*becomes, rule.renewal_grace_days, rule.lapse_after_days)],
        "lapse_rule": sorted(rule.lapse_after_by_segment.items()),
        "active_event": [(event,) for event in rule.active_events],
        "earned_word": [(word,) for word in rule.earned_through],
        "decision_role": [(word,) for word in rule.decision_makers],
        "customer_stage": [(word,) for word in rule.customer_stages],
    }


def _read(told: Told, segments: Collection[str] | None) -> CustomerRule:
    return CustomerRule(
        becomes_by=_read_beginnings(told),
        active_events=_read_words(told, "active_events", ()),
        renewal_grace_days=_read_days(told, "renewal_grace", RENEWAL_GRACE_DAYS, at_least=0),
        lapse_after_days=_read_days(told, "lapse_after", LAPSE_AFTER_DAYS, at_least=1),
        lapse_after_by_segment=_read_lapses(told.table("lapse_after_by_segment"), segments),
        earned_through=_read_words(told, "earned_through", EARNED_THROUGH),
        decision_makers=_read_words(told, "decision_makers", DECISION_MAKERS),
        customer_stages=_read_words(told, "customer_stages", CUSTOMER_STAGES),
    )


def _read_words(told: Told, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return words as they are compared: each once, in lower case."""
    return tuple(dict.fromkeys(word.strip().lower() for word in told.texts(key, default)))


def _read_beginnings(told: Told) -> tuple[str, ...]:
    beginnings = told.texts("becomes_by", BEGINNINGS)
    if not beginnings:
        told.wrong("becomes_by names nothing, so nobody would ever be a customer", f"Use some of: {', '.join(BEGINNINGS)}")
    for beginning in beginnings:
        if beginning not in BEGINNINGS:
            told.wrong(f'becomes_by "{beginning}" makes nobody a customer', did_you_mean(beginning, BEGINNINGS))
    return beginnings


def _read_lapses(told: Told, segments: Collection[str] | None) -> dict[str, int]:
    for segment in told.values:
        if segments is not None and segment not in segments:
            told.wrong(f'"{segment}" is not a segment of this workspace', did_you_mean(segment, segments))
    return {segment: _read_days(told, segment, LAPSE_AFTER_DAYS, at_least=1) for segment in told.values}


def _read_days(told: Told, key: str, default: int, *, at_least: int) -> int:
    """Return whole days: a part of a day would be lost in silence, so it is a mistake."""
    seconds = told.seconds(key, default * 86_400)
    if seconds is None:
        return default
    if seconds % 86_400 or not at_least <= seconds // 86_400 <= LONGEST_DAYS:
        allowed = f"{at_least} to {LONGEST_DAYS} whole days"
        told.wrong(f"{key} = {told.values[key]!r} is not {allowed}", 'Write for example "30 days"')
    return int(seconds // 86_400)
