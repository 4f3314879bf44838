"""Random cases, policies and opening hours for the clocks, near the nights in which the clocks change; ties are frequent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from queries.calendar import Calendar, Hours
from tests.metrics.oracles.clock_oracle import open_minutes
from tests.metrics.oracles.clock_simulator import LASTING, Happened, OpenTime, Rule, Story, World

DAY = 86_400
LAST_START = 5 * DAY
DAYS = 11
PROMISES = ("first_reply", "next_reply", "first_resolution", *LASTING)
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
)
TARGETS = (1, 60, 899, 900, 901, 3600, 4500, 4501, 14_400, 28_800, 60_000)
NEAR = (0, 60, 90, 105, 120, 150, 180, 240, 480, 540, 720, 780, 1020, 1080, 1320, 1410, 1440)
PAUSES = (("pending",), ("pending", "on_hold"), ("on_hold",), ())
STATUSES = ("new", "open", "open", "pending", "pending", "on_hold", "solved", "solved", "closed", "archived")
KINDS = ("customer_message", "message", "public_reply", "automatic_reply", "internal_note", "priority", "policy")


def some_hours(chance: Random) -> tuple[tuple[int, int], ...]:
    """Hours of one day in minutes: none, one or two windows, the last perhaps past midnight."""
    edges = sorted(chance.sample(NEAR, chance.choice([2, 2, 4])))
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    if pairs[0][0] > 0 and chance.random() < 0.3:
        pairs[-1] = (pairs[-1][0], 1440 + chance.randrange(pairs[0][0]))
    return tuple(pairs)


def some_calendar(name: str, zone: str, first: date, chance: Random) -> tuple[Calendar, OpenTime]:
    """A calendar of the days from the first on, with holidays and dates of their own, and the same as open minutes."""
    week = [some_hours(chance) if chance.random() < 0.8 else () for _ in range(7)]
    week[0] = week[0] or ((480, 1080),)
    days = [first + timedelta(days=number) for number in range(-4, DAYS + 60)]
    own = {day: some_hours(chance) if chance.random() < 0.5 else () for day in chance.sample(days[2:DAYS], 2)}
    hours = {day: own.get(day, week[day.weekday()]) for day in days}
    declared = Calendar(
        calendar=name,
        title=name,
        zone=zone,
        week=tuple(map(_hours, week)),
        dates={day: _hours(pairs) for day, pairs in own.items()},
    )
    return declared, OpenTime.of(open_minutes(zone, hours, days[0] - timedelta(days=2), days[-1] + timedelta(days=2)))


def some_rules(calendars: Sequence[str], start: int, chance: Random) -> list[Rule]:
    """One to three policies; some in force for a time only, most with targets for all promises, by priority."""
    rules = []
    names = ["gold", "phones", "everyone"][-chance.choice([1, 2, 3]) :]
    cut = start + chance.randrange(LAST_START)
    for name in names:
        targets = {promise: _targets(chance) for promise in PROMISES if chance.random() < 0.9}
        rules.append(
            Rule(
                name=name,
                calendar=chance.choice(calendars),
                targets=targets,
                channel="phone" if name == "phones" else None,
                pauses={promise: chance.choice(PAUSES) for promise in PROMISES if chance.random() < 0.4},
                from_at=cut if name == "gold" or chance.random() < 0.15 else None,
                until_at=cut + chance.randrange(1, LAST_START) if chance.random() < 0.2 else None,
            )
        )
    return rules


def some_world(rules: Sequence[Rule], hours: Mapping[str, OpenTime], start: int, chance: Random) -> World:
    """What all cases share: how long a solution must last, and until when things are known."""
    as_of = start + chance.choice([DAY, 3 * DAY, LAST_START, 6 * DAY + 1800, 9 * DAY]) + chance.choice([0, 0, 1])
    return World(rules=rules, hours=hours, final_after=chance.choice([3600, DAY, 2 * DAY]), as_of=as_of)


def some_story(world: World, start: int, chance: Random) -> Story:
    """A case whose events like to fall on due times, the end of the data, each other, or a second beside."""
    opened = start + chance.choice([chance.randrange(LAST_START), 1800 * chance.randrange(LAST_START // 1800)])
    dues = [
        world.hours[rule.calendar].after(opened, target)
        for rule in world.rules
        for targets in rule.targets.values()
        for target in targets.values()
    ]
    bounds = [one for rule in world.rules for one in (rule.from_at, rule.until_at) if one is not None]
    moments = [opened, world.as_of, *dues, *bounds]

    def moment() -> int:
        if chance.random() < 0.5:
            found = chance.choice(moments) + chance.choice([-1, 0, 0, 0, 0, 1])
        else:
            found = chance.randrange(opened, opened + chance.choice([3600, DAY, 4 * DAY]))
        moments.append(found)
        return found

    names = [rule.name for rule in world.rules]
    events = [_event(moment(), chance.choice(KINDS), names, chance) for _ in range(chance.choice([0, 2, 4, 8]))]
    if chance.random() < 0.8:
        events += [_event(moment(), "status", names, chance) for _ in range(chance.randrange(6))]
    chance.shuffle(events)
    own = sorted(max(opened, moment()) for _ in range(3))
    return Story(
        opened_at=opened,
        opened_by=chance.choice(["customer", "customer", "agent"]),
        status=chance.choice(["new", "open", "pending", "solved", "closed", "other"]),
        channel=chance.choice(["phone", "email"]),
        priority=chance.choice(["normal", "high", "urgent", None]),
        first_replied_at=own[0] if chance.random() < 0.3 else None,
        first_resolved_at=own[0] if chance.random() < 0.15 else None,
        resolved_at=own[1] if chance.random() < 0.3 else None,
        closed_at=own[2] if chance.random() < 0.2 else None,
        is_void=chance.random() < 0.05,
        events=tuple(events),
    )


def seconds_of(day: date) -> int:
    """Return the second at which a day begins in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _event(second: int, kind: str, policies: Sequence[str], chance: Random) -> Happened:
    value = {
        "status": chance.choice(STATUSES),
        "priority": chance.choice(["low", "normal", "high", "high", "urgent", "P9"]),
        "policy": chance.choice([*policies, "platinum", ""]),
    }.get(kind)
    return Happened(second=second, kind=kind, value=value, actor=chance.choice(["customer", "agent", None]))


def _targets(chance: Random) -> dict[str, int]:
    targets = {"default": chance.choice(TARGETS)} if chance.random() < 0.9 else {}
    if chance.random() < 0.5:
        targets["urgent"] = chance.choice(TARGETS)
    if chance.random() < 0.3:
        targets["high"] = targets.get("default", chance.choice(TARGETS))
    return targets


def _hours(pairs: Sequence[tuple[int, int]]) -> tuple[Hours, ...]:
    return tuple(Hours(opens * 60, closes * 60) for opens, closes in pairs)
