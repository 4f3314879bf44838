"""Journeys: ordered stages in the customer's words, each with the events that mean it was reached; one .toml file each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queries.errors import DeclarationError, DeclarationErrors, did_you_mean
from queries.promise import CHANNELS, OWN_DUE_TIME, PROMISES
from queries.told import Told, read_each

LONGEST_DAYS = 36_500
MOST_STAGES = 12
WINDOW = 90 * 86_400
IDLE_GAP = 365 * 86_400
DIMENSIONS = ("attract", "convert", "retain", "loyalty", "refer", "service", "optimise")
FOLLOWED = ("person", "account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One event that counts, in any of these channels (none named: every one), where each property named has one of its values."""

    event: str
    channels: tuple[str, ...] = ()
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_unconditional(self) -> bool:
        """Whether the event counts in every channel and with every property."""
        return not self.channels and not self.properties


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage; `within` is the time in seconds that it should take from the stage before."""

    stage: str
    says: str
    label: str
    events: tuple[Rule, ...]
    owner: str | None = None
    dimension: str | None = None
    is_optional: bool = False
    within: int | None = None
    promise: str | None = None
    target: float | None = None
    moved_words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An event that sets a customer aside once stage `after` is reached and before stage `before` is; both counted from 1."""

    rule: Rule
    after: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Stages in order, what ends an attempt, the times in seconds, and who is followed: each person, or each account as one."""

    journey: str
    title: str
    per: str
    window: int
    idle_gap: int
    stages: tuple[Stage, ...]
    exits: tuple[Rule, ...]
    exclusions: tuple[Exclusion, ...]


def load_journeys(folders: Iterable[Path]) -> dict[str, Journey]:
    """Return the declared journeys by id; raise DeclarationErrors telling every mistake."""
    return read_each(folders, _read)


def journey_tables(journeys: Mapping[str, Journey], default: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of journey, journey_stage, journey_rule and journey_condition.

    Raise DeclarationErrors when `default` is not one of the journeys.
    """
    if default not in journeys:
        advice = did_you_mean(default, journeys)
        raise DeclarationErrors([DeclarationError(f'"{default}" is not a journey', where="default_journey", instead=advice)])
    return {
        "journey": [
            (name, one.title, one.window, one.idle_gap, len(one.stages), name == default, one.per)
            for name, one in journeys.items()
        ],
        "journey_stage": [(name, *row) for name, one in journeys.items() for row in _stage_rows(one)],
        "journey_rule": [(name, *row) for name, one in journeys.items() for row in _rule_rows(one)],
        "journey_condition": [(name, *row) for name, one in journeys.items() for row in _condition_rows(one)],
    }


def _stage_rows(journey: Journey) -> Iterator[tuple[Any, ...]]:
    for number, one in enumerate(journey.stages, start=1):
        words = (one.stage, one.says, one.label, one.owner, one.dimension)
        yield number, *words, one.is_optional, one.within, one.promise, one.target, one.moved_words


def _rules(journey: Journey) -> Iterator[tuple[Rule, str, int | None, int | None, int | None]]:
    """Yield every rule with its kind, its stage, and the stages between which it excludes."""
    for number, stage in enumerate(journey.stages, start=1):
        yield from ((rule, "stage", number, None, None) for rule in stage.events)
    yield from ((one.rule, "exclusion", None, one.after, one.before) for one in journey.exclusions)
    yield from ((rule, "exit", None, None, None) for rule in journey.exits)


def _rule_rows(journey: Journey) -> Iterator[tuple[Any, ...]]:
    for number, (rule, kind, stage, after, before) in enumerate(_rules(journey), start=1):
        for channel in rule.channels or (None,):
            yield number, kind, stage, rule.event, channel, len(rule.properties), after, before


def _condition_rows(journey: Journey) -> Iterator[tuple[int, str, str]]:
    for number, (rule, *_) in enumerate(_rules(journey), start=1):
        yield from ((number, name, value) for name, values in rule.properties.items() for value in values)


def _read(name: str, told: Told) -> Journey:
    stages = tuple(_read_stage(one) for one in told.tables("stages"))
    journey = Journey(
        journey=name,
        title=told.text("title"),
        per=told.choice("per", FOLLOWED, "person"),
        window=_above_zero(told, "window", WINDOW),
        idle_gap=_above_zero(told, "idle_gap", IDLE_GAP),
        stages=stages,
        exits=tuple(rule for one in told.tables("exits") for rule in _read_exit(one)),
        exclusions=tuple(found for one in told.tables("exclusions") for found in _read_exclusion(one, stages)),
    )
    _check_stages(told, stages)
    _check_rules(told, journey)
    return journey


def _above_zero(told: Told, key: str, default: int | None) -> Any:
    seconds = told.seconds(key, default)
    if seconds == 0:
        told.wrong(f"{key} is zero", 'Write for example "30 days"')
    if seconds is not None and seconds > LONGEST_DAYS * 86_400:
        told.wrong(f"{key} is longer than any journey", f'Write at most "{LONGEST_DAYS} days"')
    return seconds


def _read_stage(told: Told) -> Stage:
    stage = Stage(
        stage=told.text("id"),
        says=told.text("says"),
        label=told.text("label"),
        events=_read_events(told),
        owner=told.text("owner", None),
        dimension=told.choice("dimension", DIMENSIONS, None),
        is_optional=told.flag("optional", False),
        within=_above_zero(told, "within", None),
        promise=told.choice("promise", (*PROMISES, *OWN_DUE_TIME), None),
        target=_read_share(told, "target"),
        moved_words=told.text("moved_words", None),
    )
    told.done()
    return stage


def _read_share(told: Told, key: str) -> float | None:
    share: float | None = told.number(key, None)
    if share is not None and not 0 <= share <= 1:
        told.wrong(f"{key} = {share} is not a share", "Write a number from 0 to 1, for example 0.35")
    return share


def _read_events(told: Told) -> tuple[Rule, ...]:
    told.asked.add("events")
    listed = told.values.get("events")
    if not isinstance(listed, list) or not listed:
        told.wrong("it has no events", 'Write events = ["first order"], or [{ event = "…", where = { … } }]')
        return ()
    return tuple(rule for number, one in enumerate(listed, start=1) if (rule := _read_event(told, number, one)))


def _read_event(told: Told, number: int, one: object) -> Rule | None:
    if isinstance(one, str) and one.strip():
        return Rule(event=one)
    if not isinstance(one, dict):
        told.wrong(f"events has {one!r}", 'Write an event in quotes, or { event = "…", where = { … } }')
        return None
    inner = Told(f"{told.where}, event {number}", one, told.problems)
    rule = _read_rule(inner)
    inner.done()
    return rule


def _read_rule(told: Told) -> Rule | None:
    event, where = told.text("event"), told.table("where")
    conditions = {key: _read_values(where, key) for key in where.values}
    channels = conditions.pop("channel", ())
    for channel in channels:
        if channel not in CHANNELS:
            where.wrong(f'channel = "{channel}" is not one', did_you_mean(channel, CHANNELS))
    return Rule(event=event, channels=channels, properties=conditions) if event else None


def _read_values(where: Told, key: str) -> tuple[str, ...]:
    values = where.text(key) if isinstance(where.values[key], str) else where.texts(key)
    if not values:
        where.wrong(f"{key} names no value", 'Write one in quotes, or several as ["…", "…"]')
    return (values,) if isinstance(values, str) else tuple(dict.fromkeys(values or ()))


def _read_exit(told: Told) -> Iterator[Rule]:
    rule = _read_rule(told)
    told.done()
    if rule:
        yield rule


def _read_exclusion(told: Told, stages: Sequence[Stage]) -> Iterator[Exclusion]:
    names = [stage.stage for stage in stages if stage.stage]
    rule = _read_rule(told)
    after, before = told.choice("after", names, None), told.choice("before", names, None)
    told.done()
    if not rule or not names:
        return
    from_no = names.index(after) + 1 if after in names else 1
    until_no = names.index(before) + 1 if before in names else len(names)
    if until_no <= from_no:
        told.wrong(f'before = "{names[until_no - 1]}" does not come after "{names[from_no - 1]}"', "Name a later stage")
    yield Exclusion(rule=rule, after=from_no, before=until_no)


def _check_stages(told: Told, stages: Sequence[Stage]) -> None:
    if not 2 <= len(stages) <= MOST_STAGES:
        told.wrong(f"it has {len(stages)} stages", f"A journey has 2 to {MOST_STAGES} [[stages]]")
    names = [stage.stage for stage in stages if stage.stage]
    for name in sorted({name for name in names if names.count(name) > 1}):
        told.wrong(f'two stages are called "{name}"', "Give each an id of its own")
    for stage in (*stages[:1], *stages[-1:]):
        if stage.is_optional:
            told.wrong(f'"{stage.stage}" is optional', "The first and the last stage cannot be left out")
    if stages and stages[0].within:
        told.wrong(f'"{stages[0].stage}" has a within', "No stage comes before the first: leave it out")


def _check_rules(told: Told, journey: Journey) -> None:
    """A row of data serves one stage only, so whatever names an event again below where it always counts could never happen.

    Exclusions stand beside each other, each with a bracket of its own: one event may be in several of them.
    """
    taken: dict[str, str] = {}
    for places in _places(journey):
        for place, rule in places:
            if rule.event.casefold() in taken:
                there = taken[rule.event.casefold()]
                told.wrong(f'"{rule.event}" in {place} can never count: {there} has it already', "Name it once")
        for place, rule in places:
            if rule.is_unconditional:
                taken.setdefault(rule.event.casefold(), place)


def _places(journey: Journey) -> Iterator[list[tuple[str, Rule]]]:
    """Yield the rules in the order in which an event is offered to them, those together that may share one."""
    for stage in journey.stages:
        yield from ([(f'stage "{stage.stage}"', rule)] for rule in stage.events)
    yield [("the exclusions", one.rule) for one in journey.exclusions]
    yield from ([("the exits", rule)] for rule in journey.exits)
