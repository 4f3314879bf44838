"""What one event means in a declared journey, found by reading the journey's own words from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from queries.journey import Journey, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of a person: when, in which channel, with which properties (those that are sensitive may mean nothing)."""

    event_id: str
    person: str
    account: str
    happened_at: datetime
    event: str
    channel: str
    properties: Mapping[str, str]
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A stage, or the stages after which it sets aside, or (neither) an exit."""

    who: str
    stage: int | None = None
    sets_aside: frozenset[int] = frozenset()


def meaning(told: Happened, journey: Journey) -> Meaning | None:
    """Return what an event means: the earliest stage it fits, else all brackets it excludes in, else an exit; or nothing."""
    who = told.account if journey.per == "account" else told.person
    for number, stage in enumerate(journey.stages, start=1):
        if any(fits(told, rule) for rule in stage.events):
            return Meaning(who=who, stage=number)
    excluding = [one for one in journey.exclusions if fits(told, one.rule)]
    if excluding:
        return Meaning(who=who, sets_aside=frozenset(k for one in excluding for k in range(one.after, one.before)))
    return Meaning(who=who) if any(fits(told, rule) for rule in journey.exits) else None


def fits(told: Happened, rule: Rule) -> bool:
    """Whether an event is one that a rule names: every condition holds."""
    shown = {name: value for name, value in told.properties.items() if name not in told.sensitive}
    return (
        told.event.lower() == rule.event.lower()
        and (not rule.channels or told.channel in rule.channels)
        and all(shown.get(name) in values for name, values in rule.properties.items())
    )


def steps_back(stages: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return, of the stages of one attempt in order (number and second), each that lies before the one before: to, from, second."""
    return [(to, came_from, second) for (came_from, _), (to, second) in pairwise(stages) if to < came_from]
