"""Cohorts, survival, the lifecycle and what is left of contracts, each against a second working-out on random histories."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count as numbers
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.cohorts import INTERVALS
from metrics.selection import earlier, resolve
from tests.metrics.made import made_center, person
from tests.metrics.oracles import staying_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.staying_oracle import Asked, Clock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
BECAME = "became a customer"
LAPSE = 40
QUESTIONS = 12
seeds = st.integers(0, 2**32 - 1)


class World:
    """Random people of a few accounts, what they did and when they were active; moments fall on each other and on edges of days."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        draw = self.draw
        as_of = datetime(
            2026, draw.choice((3, 10, 11)), draw.randint(1, 28), draw.choice((0, 1, 12, 23)), draw.choice((0, 30, 59))
        )
        self.clock = Clock(zone=draw.choice(ZONES), week_start=draw.choice(("monday", "sunday", "saturday")), as_of=as_of)
        self.moments = [self.a_moment() for _ in range(6)]
        self.people = {f"P{i}": f"A{i % 5}" for i in range(draw.choice((1, 4, 9)))}
        self.events = [self.an_event(number) for number in range(draw.choice((0, 3, 40, 90)))]
        self.signs = {f"A{i}": self.stretches() for i in range(5) if draw.random() < 0.8}
        self.first_at = {name: min(first for first, _ in signs) for name, signs in self.signs.items()}
        self.regions = {name: draw.choice(("North", "South")) for name in self.signs}
        self.lapses = {name: draw.choice((20, LAPSE)) for name in self.signs}

    def a_moment(self) -> datetime:
        """A moment of the last 200 days: a local midnight, a change of the clocks, one of another's, or any; with seconds or more."""
        draw, clock = self.draw, self.clock
        day = clock.day(clock.as_of) - draw.choice((draw.randint(0, 9), draw.randint(0, 200))) * DAY
        moment = clock.midnight(day) + draw.choice((0, 0, 1, 2, 3, 12, 23, 24)) * HOUR
        return min(moment - draw.choice((0, 0, 1, 500_000)) * timedelta(microseconds=1), clock.as_of)

    def near(self) -> datetime:
        """A moment that falls on another, or a whole number of days after it."""
        return min(self.draw.choice(self.moments) + self.draw.choice((0, 0, 1, 7, 30, 91)) * DAY, self.clock.as_of)

    def an_event(self, number: int) -> dict[str, Any]:
        draw = self.draw
        name = draw.choice((*self.people, "U"))
        told = {
            "event": draw.choice("ab"),
            "event_id": f"{draw.randrange(10**6)}/{number}",
            "channel": draw.choice(("web", "shop")),
        }
        whose = {"account_id": self.people.get(name, f"U{number}"), "region": draw.choice(("North", "South"))}
        kind = {"customer_kind": "unidentified"} if name == "U" else {}
        happened_at = self.near() if draw.random() < 0.6 else self.a_moment()
        told |= {"acquired_through": "unknown"}
        return person(name if name != "U" else f"U{number}", happened_at=happened_at, **told, **whose, **kind)

    def stretches(self) -> list[tuple[datetime, datetime]]:
        """Moments, and runs of local days, of being active."""
        draw, clock = self.draw, self.clock
        made = []
        for _ in range(draw.randint(1, 5)):
            at = self.near() if draw.random() < 0.5 else self.a_moment()
            if draw.random() < 0.3:
                first = clock.day(at)
                until = clock.midnight(first + draw.choice((1, 2, 31, 90)) * DAY) - timedelta(microseconds=1)
                made.append((clock.midnight(first), min(until, clock.as_of)))
            else:
                made.append((at, at))
        return made

    def center(self, folder: Path) -> CommandCenter:
        told = {"title": "Made", "zone": self.clock.zone, "currency": "EUR", "week_start": self.clock.week_start, "locale": "en"}
        return made_center(
            folder,
            {
                "workspace_setting": [{**told, "default_journey": "way", "segmentation": "kinds"}],
                "customers": [{"customer_id": one, "account_id": one, "name": one, "kind": "person"} for one in self.people],
                "customer_rule": [{"lapse_after_days": LAPSE}],
                "event_as_of": [
                    {"event": event, "first_at": min(self.moments), "as_of": self.clock.as_of} for event in "ab"
                ],
                "local_day": [self.day_row(self.clock.day(self.clock.as_of) - back * DAY) for back in range(150)],
                "fct_event": self.events,
                "fct_cohort_member": [self.member_row(name) for name in self.signs],
                "account_active": [self.active_row(name, *one) for name, signs in self.signs.items() for one in signs],
            },
            as_of=self.clock.as_of,
            name=fresh(),
        )  # fmt: skip

    def day_row(self, day: date) -> dict[str, Any]:
        return {"day": day, "starts_at": self.clock.midnight(day), "ends_at": self.clock.midnight(day + DAY)}

    def active_row(self, name: str, first: datetime, last: datetime) -> dict[str, Any]:
        days = {"from_day": self.clock.day(first), "last_day": self.clock.day(last)}
        return {"account_id": name, "customer_id": name, "from_at": first, "last_at": last, **days}

    def member_row(self, name: str) -> dict[str, Any]:
        cohort = self.clock.interval(self.clock.day(self.first_at[name]), "month")
        months = set()
        for first, last in self.signs[name]:
            day = self.clock.day(first)
            while day <= self.clock.day(last):
                months.add((day.year - cohort.year) * 12 + day.month - cohort.month)
                day += DAY
        masks = {"months_0_59": sum(1 << month for month in months), "months_60_119": 0, "last_active_since": max(months)}
        told = {"event": BECAME, "event_id": name, "cohort_month": cohort, "first_at": self.first_at[name], **masks}
        whose = {"region": self.regions[name], "acquired_through": "unknown", "lapse_after_days": self.lapses[name]}
        return person(name, **told, **whose)

    def a_question(self) -> dict[str, str]:
        draw = self.draw
        return {
            "cohort": draw.choice(("first", "recurring")),
            "interval": draw.choice(tuple(INTERVALS)),
            "mode": draw.choice(("on", "on_or_after")),
            "bucketing": draw.choice(("calendar", "rolling")),
            "start": draw.choice(("", "a", "b")),
            "return": draw.choice(("", "a", "b")),
            "intervals": draw.choice(("1", "5", "40")),
            "after": draw.choice(("1", "2")),
            "lapse": draw.choice(("", "12 days")),
        }

    def starts(self, options: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
        """Who starts by which rows: accounts that became customers, or whoever did the event, by account or by person."""
        if not options["start"]:
            return [
                (name, {"happened_at": at, "event_id": name, "region": self.regions[name]}) for name, at in self.first_at.items()
            ]
        who = "customer_id" if options["return"] else "account_id"
        rows = [row for row in self.events if row["event"] == options["start"] and row["customer_kind"] != "unidentified"]
        return [(row[who], row) for row in rows]

    def returns(self, options: dict[str, str]) -> dict[str, list[tuple[datetime, datetime]]]:
        """When everyone was there."""
        if not options["return"]:
            return self.signs
        who = "customer_id" if options["start"] else "account_id"
        found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in self.events:
            if row["event"] == options["return"] and row["customer_kind"] != "unidentified":
                found[row[who]].append((row["happened_at"], row["happened_at"]))
        return found


_numbers = numbers(1)


def fresh() -> str:
    """A snapshot's name of its own: an example that is told again is published again."""
    return f"made-{next(_numbers)}"


def asked_by(options: dict[str, str], lapse: int) -> Asked:
    return Asked(
        unit=options["interval"],
        rolling=options["bucketing"] == "rolling",
        recurring=options["cohort"] == "recurring",
        or_after=options["mode"] == "on_or_after",
        lapse=12 if options["lapse"] else lapse,
        most=int(options["intervals"]),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staying")


@settings(max_examples=max(5, EXAMPLES // 10))
@given(seed=seeds)
def test_every_cohort_and_cell_is_what_each_person_by_person_count_says(seed: int, folder: Path) -> None:
    world = World(seed)
    center = world.center(folder)
    for _ in range(QUESTIONS):
        options = world.a_question()
        where = {"region": "North"} if world.draw.random() < 0.3 else {}
        period = world.draw.choice(("all", "all", "2026", "2026-10"))
        if period == "2026-10" and world.clock.as_of < datetime(2026, 10, 1):
            period = "2026-02"
        answer = center.ask("retention", period=period, where=where, **options)
        assert answer.period is not None
        chosen = [
            one
            for one in oracle.members(world.starts(options), asked_by(options, LAPSE), world.clock)
            if answer.period.starts_at <= one.first_at < answer.period.ends_at
            and all(one.row[name] == value for name, value in where.items())
        ]
        compare_grid(world, center, answer, options, chosen)
    center.close()


def compare_grid(world: World, center: CommandCenter, answer: Any, options: dict[str, str], chosen: Sequence[Any]) -> None:
    """Every cell, the overall row with its clusters, and the lists behind the total and one cell."""
    signs, clock = world.returns(options), world.clock
    wanted: dict[date, list[tuple[int, int | None, bool]]] = {}
    for cohort in sorted({one.cohort for one in chosen}):
        here = [one for one in chosen if one.cohort == cohort]
        lapse = LAPSE if options["start"] else max(world.lapses[one.name] for one in here)
        wanted |= oracle.grid(here, signs, asked_by(options, lapse), clock)
    told = {row.extra["begins_on"]: row.extra["cells"] for row in answer.rows[1:]}
    assert {
        cohort: [
            (row_size(answer, cohort), cell["value"] and int(cell["value"].numerator), cell["provisional"]) for cell in cells
        ]
        for cohort, cells in told.items()
    } == wanted, options
    asked = asked_by(options, LAPSE)
    for since, cell in enumerate(answer.rows[0].extra["cells"] if answer.rows else ()):
        known = [cells[since] for cells in wanted.values() if cells[since][1] is not None and not cells[since][2]]
        cohorts = {cohort for cohort, cells in wanted.items() if cells[since] in known and is_settled(cells[since])}
        members = [one for one in chosen if one.cohort in cohorts]
        there = sum(oracle.is_there(one, since, signs.get(one.name, ()), asked, clock) for one in members)
        value = cell["value"]
        assert (value.n if value else 0, value.numerator if value else 0) == (len(members), there), options
        if value:
            assert value.customers == len({one.name for one in members}), options
            assert value.low is not None
            assert value.low <= value.value <= value.high
    compare_lists(world, center, answer, wanted)


def is_settled(cell: tuple[int, int | None, bool]) -> bool:
    return cell[1] is not None and not cell[2]


def row_size(answer: Any, cohort: date) -> int:
    return int(next(row.extra["size"] for row in answer.rows if row.extra["begins_on"] == cohort))


def compare_lists(world: World, center: CommandCenter, answer: Any, wanted: dict[date, list[Any]]) -> None:
    people = center.customers_behind("retention", answer.selection, limit=10_000)
    assert (people.count, len(people.rows), people.customers) == (answer.total.n, answer.total.n, answer.total.customers)
    assert sum(row["value"] for row in people.rows) == (answer.total.numerator or 0)
    if len(answer.rows) > 1:
        row = world.draw.choice(answer.rows[1:])
        size, there, _ = wanted[row.extra["begins_on"]][1]
        people = center.customers_behind("retention", answer.selection, mark={**row.by, "since": "1"}, limit=10_000)
        assert (people.count, len(people.rows)) == (size, size)
        assert there is None or sum(one["value"] for one in people.rows) == there


@settings(max_examples=max(5, EXAMPLES // 10))
@given(seed=seeds)
def test_the_lifecycle_is_what_each_customer_s_own_activity_says(seed: int, folder: Path) -> None:
    world = World(seed)
    center = world.center(folder)
    today = world.clock.day(world.clock.as_of)
    for asked in ({"series": 6}, {"grain": "week"}, {"grain": "day", "series": 5}, {}):
        period = world.draw.choice((None, f"{today:%Y-%m}", "2026", f"{today - 40 * DAY}..{today - 9 * DAY}"))
        answer = center.ask("lifecycle", period=period, **asked)
        for row in answer.rows:
            assert answer.period is not None
            piece = resolve(row.at or answer.period.text, as_of=world.clock.as_of, zone=world.clock.zone)
            start = earlier(piece, 2, zone=world.clock.zone)[0]
            states = oracle.lifecycle(
                world.first_at, world.signs, (start.starts_at, piece.starts_at), (piece.starts_at, piece.ends_at)
            )
            gone = row.extra["not_seen_yet"] if row.extra["is_to_date"] else row.extra["dormant"]
            assert [row.extra[name] for name in ("new", "returning", "resurrected")] + [gone] == [
                len(one) for one in states.values()
            ]
            assert row.extra["active"] == row.extra["active_before"] + row.extra["new"] + row.extra["resurrected"] - gone
            assert row.value.n == row.extra["active"]
            for part in ("new", "returning", "resurrected", "dormant"):
                people = center.customers_behind(
                    "lifecycle", answer.selection, mark={"part": part, **({"at": row.at} if row.at else {})}, limit=999
                )
                wanted = set() if part == "dormant" and row.extra["is_to_date"] else states[part]
                assert {one["customer_id"] for one in people.rows} == wanted
                assert people.count == len(people.rows)
                first, end = (start.starts_at, piece.starts_at) if part == "dormant" else (piece.starts_at, piece.ends_at)
                assert all(first <= one["at"] < end for one in people.rows)
    center.close()


@settings(max_examples=max(5, EXAMPLES // 10))
@given(seed=seeds)
def test_survival_is_what_a_walk_through_the_ages_says(seed: int, folder: Path) -> None:
    draw = Random(seed)
    as_of, count = datetime(2026, 10, 30, 13, 5), draw.choice((1, 3, 20, 60))
    begins = draw.choice((None, date(2026, 9, 1), date(2026, 10, 1)))
    lives = [a_life(draw, f"C{number}", as_of) for number in range(count)]
    losses = [{"movement": "ended", "happened_at": datetime.combine(begins, datetime.min.time())}] if begins else []
    center = made_center(
        folder,
        {"fct_customer_life": lives, "fct_customer_movement": [person("X", **row) for row in losses]},
        as_of=as_of,
        name=fresh(),
    )
    for event, fates in (("all", ("ended", "fell silent")), ("ended", ("ended",)), ("silent", ("fell silent",))):
        after = draw.choice((1, 5, 30, 60))
        answer = center.ask("survival", event=event, after=after, split_by=draw.choice(((), ("segment",))))
        for row in answer.rows:
            own = [life for life in lives if all(life[name] == value for name, value in row.by.items()) and life["life_no"] == 1]
            told = [
                (max(0, (begins - life["began_on"]).days - 1) if begins else 0, life["days"], life["fate"] in fates)
                for life in own
            ]
            assert row.value.n == sum(late == 0 or late < until for late, until, _ in told)
            wanted = oracle.surviving(told, after)
            assert (row.value.value is None) == (wanted is None)
            for step in row.extra["curve"]:
                compare_step(step, oracle.surviving(told, step.days))
            if wanted:
                assert row.value.value == pytest.approx(wanted[0], abs=1e-12)
        people = center.customers_behind("survival", answer.selection, limit=999)
        assert people.count == len(people.rows) == answer.total.n
    center.close()


def compare_step(step: Any, wanted: tuple[float, float | None, float | None] | None) -> None:
    assert wanted is not None
    assert step.share == pytest.approx(wanted[0], abs=1e-12)
    assert (step.low, step.high) == (pytest.approx(wanted[1]), pytest.approx(wanted[2]))


def a_life(draw: Random, name: str, as_of: datetime) -> dict[str, Any]:
    began_on = as_of.date() - draw.choice((draw.randint(0, 90), draw.randint(0, 9))) * DAY
    most = (as_of.date() - began_on).days
    fate = draw.choice(("ended", "fell silent", "still with us")) if most else "still with us"
    days = most if fate == "still with us" else draw.choice((1, draw.randint(1, most), most))
    told = {
        "life_no": draw.choice((1, 1, 1, 2)),
        "began_on": began_on,
        "began_at": datetime.combine(began_on, datetime.min.time()),
    }
    return person(name, segment=draw.choice("AB"), fate=fate, days=days, acquired_through="unknown", reason="unknown", **told)


@settings(max_examples=max(5, EXAMPLES // 10))
@given(seed=seeds)
def test_what_is_left_of_contracts_adds_up_to_the_cent(seed: int, folder: Path) -> None:
    draw = Random(seed)
    first, last = date(2026, 8, 31), date(2026, 9, 30)
    days = (first - 9 * DAY, first, first + DAY, last, last + DAY, date(2026, 10, 5))
    runs = [run for number in range(draw.choice((1, 4, 40))) for run in some_runs(draw, f"C{number}", days)]
    center = made_center(folder, {"fct_contract_value": runs}, name=fresh())
    for metric in ("logo_retention", "gross_revenue_retention", "net_revenue_retention"):
        for where in ({}, {"segment": "A"}):
            answer = center.ask(metric, period="2026-09", where=where)
            pairs = [
                (one, on(runs, one["customer_id"], last))
                for one in runs
                if one["from_day"] <= first < one["until_day"] and all(one[name] == value for name, value in where.items())
            ]
            known = [
                (was["cents"], now["cents"] if now else 0)
                for was, now in pairs
                if was["is_known"] and (not now or now["is_known"])
            ]
            was = sum(one for one, _ in known)
            wanted = {
                "logo_retention": (sum(now is not None for _, now in pairs), len(pairs), len(pairs)),
                "gross_revenue_retention": (sum(min(one) for one in known) / 100, was / 100, len(known)),
                "net_revenue_retention": (sum(now for _, now in known) / 100, was / 100, len(known)),
            }[metric]
            assert (answer.total.numerator, answer.total.denominator, answer.total.n) == wanted
            value = answer.rows[0].extra["worth"]
            cents = {name: round(100 * amount) for name, amount in value.items()}
            assert cents["opening"] - cents["lost"] - cents["shrunk"] + cents["grown"] == cents["closing"]
            assert cents["opening"] == was
            people = center.customers_behind(metric, answer.selection, limit=999)
            assert people.count == len(people.rows) == answer.total.n
            assert round(sum(row["value"] for row in people.rows), 2) == round(answer.total.numerator or 0, 2)
            for part in ("lost", "shrunk", "grown", "unchanged"):
                listed = center.customers_behind(metric, answer.selection, mark={"part": part}, limit=999)
                assert listed.count == len(listed.rows) == answer.rows[0].extra["parts"][part]
    center.close()


def some_runs(draw: Random, name: str, days: Sequence[date]) -> list[dict[str, Any]]:
    """Runs of days of one account that touch or leave gaps, with values that repeat."""
    cuts = sorted(draw.sample(days, draw.randint(2, len(days))))
    return [
        person(
            name, segment=draw.choice("AB"), from_day=start, until_day=end, from_at=datetime.combine(start, datetime.min.time()),
            contracts=1, cents=draw.choice((0, 12_000, 12_001, 99_999)), is_known=draw.random() < 0.8, acquired_through="unknown",
        )
        for start, end in pairwise(cuts)
        if draw.random() < 0.8
    ]  # fmt: skip


def on(runs: Sequence[dict[str, Any]], name: str, day: date) -> dict[str, Any] | None:
    return next((run for run in runs if run["customer_id"] == name and run["from_day"] <= day < run["until_day"]), None)
