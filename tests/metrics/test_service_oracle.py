"""Promises kept, forecast, backlog, bridge and waits, against plain Python on random clocks and requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import sqrt
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.figures.attainment import PARTS
from metrics.figures.forecast import LEAST
from tests.metrics.made import made_center, person
from tests.metrics.oracles import service_oracle as oracle
from tests.metrics.oracles import ways_oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.service_oracle import Span

AS_OF = datetime(2026, 10, 30, 12)
OCTOBER = Span(begins=datetime(2026, 9, 30, 22), ends=AS_OF + timedelta(microseconds=1))
SEPTEMBER = Span(begins=datetime(2026, 8, 31, 22), ends=OCTOBER.begins)
PERIODS = {"2026-10": OCTOBER, "2026-09": SEPTEMBER}
STATES = ("kept", "kept", "kept", "provisional", "broken_closed", "broken_open", "broken_paused", "closed_unanswered", "open", "at_risk",
          "paused", "superseded", "void")  # fmt: skip
TEAMS = ("Desk", "Desk", "Desk", "Post", "Shop", "unknown")
FEW = settings(max_examples=max(1, EXAMPLES // 25))  # each builds a desk of its own and asks it in every way


def some_moment(draw: Random) -> datetime:
    """A whole hour of the last ninety days, often just at the edge of a month."""
    if draw.random() < 0.1:
        return draw.choice([OCTOBER.begins, SEPTEMBER.begins, AS_OF])
    return AS_OF - timedelta(hours=draw.randrange(90 * 24))


def later(draw: Random, moment: datetime, days: int = 40) -> datetime:
    return min(AS_OF, moment + timedelta(hours=draw.randrange(days * 24)))


def some_clock(draw: Random, number: int) -> dict[str, Any]:
    state = draw.choice(STATES)
    in_force = some_moment(draw)
    target = draw.choice([3600, 7200, 14_400])
    opened = in_force - timedelta(hours=draw.randrange(3))
    stopped = later(draw, in_force)
    is_decided = state in ("kept", "broken_closed", "broken_open", "broken_paused", "closed_unanswered")
    is_fulfilled = state in ("kept", "provisional", "broken_closed")
    used = draw.choice([0, 1, target // 3, target // 2, target - 1, target, target + 60])
    is_known = draw.random() < 0.9
    return person(
        f"C{draw.randrange(25)}", clock_id=f"k{number}", clock_no=number, subject_kind="case", subject_id=f"d:{draw.randrange(60)}",
        promise=draw.choice(["first_reply", "full_resolution"]), priority=draw.choice(["normal", "high"]), team=draw.choice(TEAMS),
        state="kept" if state == "provisional" else state, is_decided=is_decided, was_kept=state == "kept" if is_decided else None,
        is_provisional=state == "provisional", is_running=state in ("open", "at_risk", "paused", "broken_open", "broken_paused"),
        is_past=state in ("broken_open", "broken_paused"), target_seconds=target, started_at=in_force, in_force_at=in_force,
        open_seconds=min(used, target - 1) if state in ("open", "at_risk", "paused") else min(used, target) if state == "kept" else used,
        calendar_seconds=draw.randrange(20_000), paused_open_seconds=draw.choice([0, 0, 600, 9000]),
        lasted_seconds=draw.randrange(20_000), stood_still_seconds=draw.choice([0, 0, 600]), decided_at=stopped if is_decided else None,
        fulfilled_at=stopped if is_fulfilled else None, ended_at=stopped if state in ("superseded", "closed_unanswered", "void") else None,
        due_at=stopped, subject_opened_at=opened, subject_resolved_at=stopped if draw.random() < 0.7 else None,
        customer_kind="person" if is_known else "unidentified",
    )  # fmt: skip


def some_spans(draw: Random, clocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for clock in clocks:
        halted = later(draw, clock["in_force_at"])
        again = draw.choice([None, later(draw, halted)])
        whose = {name: clock[name] for name in ("clock_id", "clock_no", "customer_id")}
        rows.append({**whose, "span_no": 1, "from_at": clock["in_force_at"], "until_at": halted, "is_running": True})
        rows.append({**whose, "span_no": 2, "from_at": halted, "until_at": again, "is_running": draw.random() < 0.5})
    return rows


def customers(*tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = {row["customer_id"] for rows in tables for row in rows}
    return [{"customer_id": name, "account_id": name, "name": name, "kind": "person"} for name in sorted(names)]


def listed(center: CommandCenter, metric: str, **asked: Any) -> int:
    """How many rows a list has, which is what it says."""
    found = center.customers_behind(metric, limit=10_000, **asked)
    assert found.count == len(found.rows)
    known = {row["customer_id"] for row in found.rows if row.get("customer_kind", "person") != "unidentified"}
    assert found.customers <= len({row["customer_id"] for row in found.rows})
    assert found.customers == len(known) or "customer_kind" not in found.rows[0]
    return found.count


@FEW
@given(st.integers(0, 2**32), st.sampled_from(sorted(PERIODS)), st.sampled_from(sorted(oracle.DATED)))
def test_promises_kept_and_what_stands_beside_them(seed: int, text: str, counted: str) -> None:
    draw = Random(seed)
    clocks = [
        some_clock(draw, number) | ({"subject_kind": "commitment"} if number % 7 == 0 else {})
        for number in range(draw.choice([0, 3, 90, 90]))
    ]
    spans, period = some_spans(draw, clocks), PERIODS[text]
    with TemporaryDirectory() as folder:
        tables = {"fct_promise": clocks, "fct_promise_span": spans, "customers": customers(clocks)}
        center = made_center(Path(folder), tables, as_of=AS_OF)
        asked: dict[str, Any] = {"period": text, "counted": counted}
        of_first = [one for one in clocks if one["promise"] == "first_reply"]
        for metric, some in (("promises_kept", clocks), ("replied_in_time", of_first)):
            answer = center.ask(metric, **asked)
            told = [oracle.part_of(one, spans, period, counted) for one in some]
            wanted = {part: sum(part in parts for parts in told) for part in PARTS}
            assert dict(answer.rows[0].extra) == wanted
            decided = wanted["kept"] + wanted["broken"]
            assert answer.total.value == (wanted["kept"] / decided if decided else None)
            assert (answer.total.n, answer.total.numerator) == (decided, wanted["kept"])
            part = draw.choice(sorted(PARTS))
            assert listed(center, metric, mark={"part": part}, **asked) == wanted[part]
            split = center.ask(metric, split_by="team", most=draw.choice([1, 2, 0]), **asked)
            assert {part: sum(row.extra[part] for row in split.rows) for part in PARTS} == wanted
            assert sum(row.value.n for row in split.rows) == decided
            for row in split.rows[:2]:
                most = split.options["most"]
                mark = {"team": row.by["team"], "part": part}
                assert listed(center, metric, mark=mark, split_by="team", most=most, **asked) == row.extra[part]
        everyone, kept = oracle.every_promise_kept(clocks, period)
        by_customer = center.ask("customers_every_promise_kept", period=text)
        assert (by_customer.total.n, by_customer.total.numerator) == (len(everyone), len(kept))
        worst = center.customers_behind("customers_every_promise_kept", period=text, mark={"part": "broken"})
        assert {row["customer_id"] for row in worst.rows} == everyone - kept
        paused = center.ask("pause_share", period=text)
        n, stood_still, lasted = oracle.time_paused(clocks, period)
        assert (paused.total.n, paused.total.numerator, paused.total.denominator) == (n, stood_still, lasted)
        assert paused.total.value == (stood_still / lasted if lasted else None)
        by_team = center.ask("pause_share", period=text, split_by="team", most=500)
        assert sum(row.value.n for row in by_team.rows) == n
        assert {tuple(row.by) for row in by_team.rows} <= {("team",)}
        center.close()


@FEW
@given(st.integers(0, 2**32))
def test_what_is_expected_to_break_is_what_broke_of_those_still_open_as_late(seed: int) -> None:
    draw = Random(seed)
    clocks = [some_clock(draw, number) for number in range(draw.choice([0, 40, 250]))]
    worth = [
        person(
            f"C{number}", movement="gained", happened_at=AS_OF, customers_change=1.0, value_change=float(number), known_change=1.0
        )
        for number in range(0, 25, 2)
    ]
    with TemporaryDirectory() as folder:
        tables = {"fct_promise": clocks, "fct_customer_movement": worth, "customers": customers(clocks)}
        center = made_center(Path(folder), tables, as_of=AS_OF)
        running = [one for one in clocks if one["is_running"] and not one["is_past"]]
        chances = [oracle.chance_to_break(one, clocks, LEAST) for one in running]
        known = [chance for chance, _ in chances if chance is not None]
        answer = center.ask("promises_expected_to_break")
        assert (answer.total.n, answer.rows[0].extra["foretold"]) == (len(running), len(known))
        if known:
            half = 1.959963984540054 * sqrt(sum(chance * (1 - chance) for chance in known))
            expected = float(sum(known, Fraction(0)))
            assert answer.total.value == pytest.approx(expected)
            assert answer.total.low == pytest.approx(max(0.0, expected - half))
            assert answer.total.high == pytest.approx(min(len(known), expected + half))
        else:
            assert answer.total.value == (None if running else 0.0)
        people = center.customers_behind("promises_expected_to_break", limit=10_000)
        assert sorted((float(chance) if chance is not None else -1.0) for chance, _ in chances) == pytest.approx(
            sorted(row["value"] if row["value"] is not None else -1.0 for row in people.rows)
        )
        assert sorted(rests for _, rests in chances) == sorted(row["past_clocks"] for row in people.rows)
        split = center.ask("promises_expected_to_break", split_by="team", most=1)
        assert sum(row.value.n for row in split.rows) == len(running)
        assert sum(row.value.value or 0.0 for row in split.rows) == pytest.approx(float(sum(known, Fraction(0))))
        waiting = {one["customer_id"] for one in clocks if one["is_past"] and one["customer_kind"] != "unidentified"}
        past = center.ask("past_promise_now")
        assert past.total.value == len(waiting)
        assert past.rows[0].extra["value_a_year"] == sum(row["value_change"] for row in worth if row["customer_id"] in waiting)
        assert {row["customer_id"] for row in center.customers_behind("past_promise_now").rows} == waiting
        center.close()


def some_spells(draw: Random, number: int) -> list[dict[str, Any]]:
    """The stretches in which one request is not solved: it is opened, perhaps solved, perhaps opened again."""
    opened = begins = some_moment(draw)
    rows = []
    for spell in range(1, draw.choice([2, 2, 3, 4])):
        ends = draw.choice([None, later(draw, begins, 20), begins])
        rows.append(
            person(
                f"C{number % 20}", spell_id=f"{number}:{spell}", row_id=f"d:{number}", case_id=str(number), spell_no=spell,
                opened_at=opened, from_at=begins, until_at=ends, is_counted=number % 9 > 0, team=TEAMS[number % len(TEAMS)],
                customer_kind="unidentified" if number % 7 == 0 else "person",
            )
        )  # fmt: skip
        if ends is None or ends == AS_OF:
            break
        begins = later(draw, ends, 10)
    return rows


@FEW
@given(st.integers(0, 2**32))
def test_the_backlog_at_any_instant_and_what_moves_it(seed: int) -> None:
    draw = Random(seed)
    spells = [row for number in range(draw.choice([0, 5, 120])) for row in some_spells(draw, number)]
    counted = [row for row in spells if row["is_counted"]]
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), {"fct_case_spell": spells, "customers": customers(spells)}, as_of=AS_OF)
        moment = some_moment(draw)
        at = center.ask("backlog", at=f"{moment:%Y-%m-%dT%H:%M:%S}+00:00")
        there = oracle.unsolved(counted, moment)
        assert (at.total.n, at.rows[0].extra["ages"]) == (len(there), oracle.ages(there, moment))
        assert at.total.customers == len({row["customer_id"] for row in there if row["customer_kind"] != "unidentified"})
        now = center.ask("backlog")
        assert now.total.n == len(oracle.unsolved(counted, AS_OF))
        for asked in ({"period": "2026-10"}, {"period": "2026-09", "grain": "week"}, {"period": "2026-10", "series": 3}):
            answer = center.ask("backlog", **asked)
            for row in answer.rows:
                told = row.extra
                assert (
                    told["opening"] + told["opened"] + told["reopened"] - told["solved"]
                    == row.value.n
                    == sum(told["ages"].values())
                )
                for part in ("opening", "opened", "reopened", "solved", "here"):
                    mark = {"part": part} | ({"at": row.at} if row.at else {})
                    wanted = row.value.n if part == "here" else told[part]
                    assert draw.random() < 0.8 or listed(center, "backlog", mark=mark, **asked) == wanted
            for before, after in zip(answer.rows, answer.rows[1:], strict=False):
                assert before.value.n == after.extra["opening"]
        split = center.ask("backlog", split_by="team", most=1)
        assert sum(row.value.n for row in split.rows) == now.total.n
        for row in split.rows:
            assert listed(center, "backlog", split_by="team", most=1, mark=dict(row.by)) == row.value.n
        age = draw.choice(sorted(now.rows[0].extra["ages"]))
        assert listed(center, "backlog", mark={"age": age}) == now.rows[0].extra["ages"][age]
        center.close()


@FEW
@given(st.integers(0, 2**32), st.sampled_from(sorted(PERIODS)))
def test_the_steps_of_the_bridge_add_up_from_their_figure_to_ours(seed: int, text: str) -> None:
    draw = Random(seed)
    clocks = [some_clock(draw, number) for number in range(draw.choice([0, 90]))]
    reported = [
        person(f"C{number % 25}", case_row_id=f"d:{number}", case_id=str(number), source="d", reported_by="d",
               promise=draw.choice(["first_reply", "any"]), was_kept=draw.random() < 0.6, happened_at=some_moment(draw))
        for number in range(60) if draw.random() < 0.7
    ]  # fmt: skip
    cases = [{"row_id": f"d:{number}", "source": "d"} for number in range(60)]
    of_first = [one for one in clocks if one["promise"] == "first_reply"]
    with TemporaryDirectory() as folder:
        tables = {
            "fct_promise": clocks,
            "fct_reported_promise": reported,
            "cases": cases,
            "customers": customers(clocks, reported),
        }
        center = made_center(Path(folder), tables, as_of=AS_OF)
        asked: dict[str, Any] = {"period": text, "promise": "first_reply"}
        answer = center.ask("promise_bridge", told="71.5", **asked)
        wanted = oracle.bridge(reported, of_first, PERIODS[text])
        steps = [row for row in answer.rows if row.by["step"] != "told"]
        assert {row.by["step"]: (row.value.n, row.value.numerator) for row in steps} == wanted
        ours = center.ask("replied_in_time", period=text).total
        assert (answer.total.n, answer.total.value) == (ours.n, ours.value)
        changes = [row.extra["change"] for row in answer.rows[1:]]
        if None not in changes:
            assert answer.rows[0].value.value + sum(changes) == pytest.approx(ours.value)
        for row in steps:
            assert listed(center, "promise_bridge", mark=dict(row.by), **asked) == row.extra["touched"]
        assert listed(center, "promise_bridge", **asked) == ours.n
        center.close()


def some_wait(draw: Random, number: int) -> dict[str, Any]:
    opened = some_moment(draw)
    latest = int((AS_OF - opened).total_seconds())
    answered, solved, left = (draw.choice([None, draw.randrange(latest + 1) // 1800 * 1800]) for _ in range(3))
    is_merged = draw.random() < 0.1
    unanswered = left if answered is None or draw.random() < 0.2 else None
    answered = None if unanswered is not None else answered
    is_left = is_merged or (solved is None and left is not None)
    is_unsolved = draw.random() < 0.8 if solved is None and not is_left else False
    return person(
        f"C{number % 30}", row_id=f"d:{number}", case_id=str(number), opened_at=opened, is_spam=number % 11 == 0, is_merged=is_merged,
        is_withdrawn=False, is_counted=not is_merged, is_unsolved=is_unsolved, channel=draw.choice(["email", "email", "phone"]),
        wait_from=opened if draw.random() < 0.9 else None, seconds_to_first_reply=answered, seconds_unanswered=unanswered,
        seconds_to_resolve=solved, seconds_to_leave=left if is_left else None,
        solved_at=opened + timedelta(seconds=solved) if solved is not None and not is_merged else None,
    )  # fmt: skip


def followed(case: Mapping[str, Any], awaits: str) -> ways_oracle.Followed:
    """How long one customer is known to have waited, and what ended it."""
    reached = case["seconds_to_first_reply"] if awaits == "reply" else None if case["is_merged"] else case["seconds_to_resolve"]
    left = case["seconds_unanswered"] if awaits == "reply" else case["seconds_to_leave"]
    name, known = case["row_id"], int((AS_OF - case["opened_at"]).total_seconds())
    if reached is None and left is None:
        is_told = case["is_unsolved"] and not case["is_merged"]
        return ways_oracle.Followed(name=name, ending="open" if is_told else "set aside", seconds=known)
    if left is None or (reached is not None and reached <= left):
        return ways_oracle.Followed(name=name, ending="reached", seconds=reached)
    return ways_oracle.Followed(name=name, ending="left", seconds=left)


@FEW
@given(st.integers(0, 2**32), st.sampled_from(sorted(PERIODS)), st.sampled_from(["reply", "solution"]))
def test_half_and_nine_tenths_wait_as_long_as_the_curve_says(seed: int, text: str, awaits: str) -> None:
    draw = Random(seed)
    cases = [some_wait(draw, number) for number in range(draw.choice([0, 4, 80]))]
    metric = {"reply": "time_to_first_reply", "solution": "time_to_solve"}[awaits]
    asked_of = [
        one for one in cases
        if not one["is_spam"] and PERIODS[text].holds(one["opened_at"]) and (awaits == "solution" or one["wait_from"] is not None)
    ]  # fmt: skip
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), {"fct_case": cases, "customers": customers(cases)}, as_of=AS_OF)
        for channel in (None, "email"):
            some = [one for one in asked_of if channel in (None, one["channel"])]
            people = [followed(one, awaits) for one in some]
            counts = [one for one in people if one.ending != "set aside"]
            answer = center.ask(metric, period=text, **({"where": {"channel": channel}} if channel else {}))
            told = answer.rows[0].extra
            assert answer.total.n == len(counts)
            assert [told[name] for name in ("finished", "left", "open", "set_aside")] == [
                sum(one.ending == ending for one in people) for ending in ("reached", "left", "open", "set aside")
            ]
            points, _ = ways_oracle.aalen_johansen(counts, "reached")
            assert answer.total.value == first_from(points, Fraction(1, 2))
            assert told["p90_seconds"] == first_from(points, Fraction(9, 10))
            reached = [one.seconds for one in counts if one.ending == "reached"]
            assert told["finished_mean_seconds"] == (pytest.approx(sum(reached) / len(reached)) if reached else None)
            low, high = answer.total.low, answer.total.high
            if answer.total.value is not None:
                assert low is not None
                assert low <= answer.total.value <= (high if high is not None else answer.total.value)
        people = [followed(one, awaits) for one in asked_of]
        n = sum(one.ending != "set aside" for one in people)
        for part, ending in (("finished", "reached"), ("left", "left"), ("open", "open"), ("set_aside", "set aside")):
            wanted = sum(one.ending == ending for one in people)
            assert listed(center, metric, period=text, mark={"part": part}) == wanted
        assert listed(center, metric, period=text) == n
        split = center.ask(metric, period=text, split_by="channel")
        assert sum(row.value.n for row in split.rows) == n
        center.close()


def first_from(points: Sequence[ways_oracle.Point], share: Fraction) -> int | None:
    """The second after which a share of everyone had got it; None where they never did."""
    return next((point.seconds for point in points if point.share >= share), None)
