"""Every figure against a second working-out from the same rows: on invented rows full of ties, and on the tiny sample."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics import CommandCenter
from metrics.headline import text_of
from metrics.selection import local_day, resolve
from tests.metrics.made import AS_OF, ZONE, made_center, person
from tests.metrics.oracles import figures_oracle as oracle

PERIODS = ("2026-10", "2026-Q3", "2026-W41", "all")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", params=["tiny", 0, 1])
def center(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CommandCenter:
    """The tiny sample, and snapshots of invented rows: whole hours and days, so that ties and edges are many."""
    if request.param == "tiny":
        tiny: CommandCenter = request.getfixturevalue("tiny_center")
        return tiny
    return made_center(tmp_path_factory.mktemp("invented"), invented_rows(random.Random(request.param)))


@pytest.mark.parametrize("text", PERIODS)
def test_the_score_is_promoters_less_detractors(center: CommandCenter, text: str) -> None:
    answer = center.ask("nps_relational", period=text)
    assert answer.period is not None
    score, n = oracle.nps(rows_of(center, "fct_survey_response"), answer.period)
    assert (answer.total.value, answer.total.n) == (pytest.approx(score) if n else None, n)


@pytest.mark.parametrize("text", PERIODS)
def test_attainment_is_kept_of_decided(center: CommandCenter, text: str) -> None:
    answer = center.ask("replied_in_time", period=text)
    assert answer.period is not None
    kept, decided = oracle.attainment(rows_of(center, "fct_promise"), answer.period, "first_reply")
    assert (answer.total.numerator, answer.total.denominator, answer.total.n) == (kept, decided, decided)


@pytest.mark.parametrize("text", PERIODS)
def test_a_rollup_counts_every_row_once_and_every_customer_once(center: CommandCenter, text: str) -> None:
    answer = center.ask("cases_opened", period=text, split_by="channel")
    rows = [row for row in rows_of(center, "fct_case") if row["is_counted"] and oracle.within(row["opened_at"], answer.period)]
    by_channel = {row["channel"]: [other for other in rows if other["channel"] == row["channel"]] for row in rows}
    assert {row.by["channel"]: (row.value.n, row.value.customers) for row in answer.rows} == {
        channel: (len(some), identified(some)) for channel, some in by_channel.items()
    }
    assert (answer.total.n, answer.total.customers) == (len(rows), identified(rows))


def test_a_series_is_what_each_period_alone_would_answer(center: CommandCenter) -> None:
    for metric in ("cases_opened", "replied_in_time", "nps_relational", "time_to_solve", "customers_lost"):
        for row in center.ask(metric, period="2026-10", series=6).rows:
            assert row.value == center.ask(metric, period=row.at, compare="none").total


def test_days_weeks_and_months_of_a_period_add_up_to_it(center: CommandCenter) -> None:
    whole = center.ask("cases_opened", period="2026-Q3").total.n
    for grain in ("day", "week", "month"):
        assert sum(row.value.n for row in center.ask("cases_opened", period="2026-Q3", grain=grain).rows) == whole


@pytest.mark.parametrize("split", ["", "channel"])
def test_cut_into_pieces_or_followed_through_time_the_total_stays_the_same(center: CommandCenter, split: str) -> None:
    for metric in ("cases_opened", "replied_in_time", "nps_relational", "time_to_solve", "customers_gained"):
        by = "segment" if split and metric in ("nps_relational", "customers_gained") else split
        for text in ("2026-10", "2026-Q3", "all"):
            plain = center.ask(metric, period=text, split_by=by).total
            assert center.ask(metric, period=text, split_by=by, series=3).total == plain
            assert center.ask(metric, period=text, split_by=by, grain="quarter").total == plain


@pytest.mark.parametrize("options", [{}, {"grain": "quarter"}])
def test_the_groups_that_are_not_shown_are_told_together_and_each_customer_once(
    center: CommandCenter, options: dict[str, str]
) -> None:
    answer = center.ask("cases_opened", period="2026-Q3", split_by="channel", most=1, **options)
    rows = [row for row in rows_of(center, "fct_case") if row["is_counted"] and oracle.within(row["opened_at"], answer.period)]
    sizes = Counter(row["channel"] for row in rows if row["channel"] != "unknown")
    largest = min(sizes, key=lambda channel: (-sizes[channel], channel), default="")
    of_group: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_group.setdefault(row["channel"] if row["channel"] in (largest, "unknown") else "other", []).append(row)
    assert {row.by["channel"]: (row.value.n, row.value.customers) for row in answer.rows} == {
        name: (len(some), identified(some)) for name, some in of_group.items()
    }
    assert (answer.total.n, answer.total.customers) == (len(rows), identified(rows))


def test_a_median_is_the_middle_of_the_values(center: CommandCenter) -> None:
    answer = center.ask("time_to_solve", period="all", counted="finished")
    values = sorted(row["seconds_to_resolve"] for row in rows_of(center, "fct_case") if row["solved_at"] is not None)
    middle = len(values) // 2
    assert answer.total.value == (values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2)
    assert answer.total.low in values
    assert answer.total.high in values


@pytest.mark.parametrize("text", PERIODS)
@pytest.mark.parametrize("split", [None, "segment", "region"])
def test_the_equation_adds_up_and_is_what_the_rows_say(center: CommandCenter, text: str, split: str | None) -> None:
    answer = center.ask("customer_equation", period=text, split_by=split or ())
    rows = rows_of(center, "fct_customer_movement")
    assert answer.period is not None
    for told in answer.rows:
        of_group = [row for row in rows if all(row[name] == value for name, value in told.by.items())]
        expected = oracle.equation(of_group, answer.period)
        extra = told.extra
        assert [extra["opening"]["customers"], extra["closing"]["customers"]] == [expected["opening"][0], expected["closing"][0]]
        assert extra["opening"]["value"] == pytest.approx(expected["opening"][1], abs=1e-6)
        assert extra["closing"]["value"] == pytest.approx(expected["closing"][1], abs=1e-6)
        for movement in ("gained", "returned", "ended", "fell_silent", "grown", "shrunk", "moved_in", "moved_out"):
            assert extra[movement]["n"] == expected["n"][movement]
            assert extra[movement]["customers"] == len(expected["customers"][movement])
            assert extra[movement]["value"] == pytest.approx(abs(expected["value"][movement]), abs=1e-6)
        lost = expected["customers"]["ended"] | expected["customers"]["fell_silent"]
        assert extra["lost"]["customers"] == len(lost)
        assert_adds_up(extra)


@pytest.mark.parametrize("split", [(), ("segment",)])
def test_one_months_closing_is_the_next_ones_opening(center: CommandCenter, split: Sequence[str]) -> None:
    rows = center.ask("customer_equation", period="2026-10", series=13, split_by=split).rows
    for group in {tuple(row.by.values()) for row in rows}:
        months = [row for row in rows if tuple(row.by.values()) == group]
        assert len(months) == 13
        for month, after in pairwise(months):
            assert month.extra["closing"] == pytest.approx(after.extra["opening"])


@pytest.mark.parametrize(
    "part", ["opening", "closing", "gained", "returned", "ended", "fell_silent", "grown", "shrunk", "moved_in"]
)
def test_each_part_of_the_equation_opens_onto_its_own(center: CommandCenter, part: str) -> None:
    answer = center.ask("customer_equation", period="2026-Q3", split_by="segment")
    for row in answer.rows:
        people = center.customers_behind("customer_equation", answer.selection, mark={"part": part, **row.by}, limit=10_000)
        told = row.extra[part]
        assert people.count == len(people.rows) == told.get("n", told["customers"])
        assert people.customers == told["customers"]
        assert abs(sum(each["value"] for each in people.rows)) == pytest.approx(told["value"], abs=1e-6)


@pytest.mark.parametrize("text", PERIODS)
def test_lost_and_net_are_what_the_terms_make(center: CommandCenter, text: str) -> None:
    answer = center.ask("customer_equation", period=text, compare="year")
    of_before = answer.comparison.rows if answer.comparison else ()
    for row in (*answer.rows, *of_before):
        told = row.extra
        for kind in ("n", "value"):
            assert told["lost"][kind] == pytest.approx(told["ended"][kind] + told["fell_silent"][kind])
        for kind in ("customers", "value"):
            assert told["net"][kind] == pytest.approx(told["closing"][kind] - told["opening"][kind])
        assert answer.caption.endswith(text_of(answer.rows[-1].extra["headline"])[1:])
    assert answer.period is not None
    assert answer.rows[-1].extra["closes_on"] == local_day(answer.period.ends_at - timedelta(microseconds=1), ZONE)


@pytest.mark.parametrize("promise", [(), ("first_reply",)])
@pytest.mark.parametrize("part", ["broke_last_hour", "at_risk", "time_left"])
def test_a_part_of_the_clocks_is_exactly_those_due_then(center: CommandCenter, part: str, promise: Sequence[str]) -> None:
    where = {"promise": promise} if promise else None
    answer = center.ask("running_clocks", where=where)
    people = center.customers_behind("running_clocks", where=where, mark={"part": part}, limit=10_000)
    running = [row for row in rows_of(center, "fct_promise") if row["is_running"] and (not promise or row["promise"] in promise)]
    wanted = [row for row in running if oracle.part_of_clock(row, answer.as_of) == part]
    row = next(row for row in answer.rows if row.by["part"] == part)
    assert row.value.n == people.count == len(wanted)
    assert row.value.customers == people.customers == identified(wanted)
    assert sorted(each["clock_id"] for each in people.rows) == sorted(row["clock_id"] for row in wanted)
    assert [each["due_at"] for each in people.rows] == sorted(row["due_at"] for row in wanted)
    assert answer.total.n == len(running)


def test_the_most_valuable_can_be_listed_first(center: CommandCenter) -> None:
    newest = center.customers_behind("value_lost", period="all", limit=10_000).rows
    greatest = center.customers_behind("value_lost", period="all", limit=5, order="value").rows
    assert [row["value"] for row in greatest] == sorted((row["value"] for row in newest), reverse=True)[:5]


@pytest.mark.parametrize("text", PERIODS)
def test_the_strip_is_what_the_stays_say(center: CommandCenter, text: str) -> None:
    answer = center.ask("journey_strip", period=text)
    rows = rows_of(center, "fct_stage_stay")
    assert answer.period is not None
    for row in answer.rows:
        expected = oracle.strip(rows, answer.period, row.extra["stage_no"], str(answer.options["journey"]))
        names = ("here_now", "entered", "moved_on", "not_yet_known", "turned_away", "entered_people", "moved_on_people")
        assert {name: row.extra[name] for name in names} == {name: expected[name] for name in names}
        share = row.extra["share"]
        if share is not None:
            assert (share.numerator, share.denominator) == (expected["moved"], expected["known"])


def test_stock_is_stock_before_and_entered_less_left(center: CommandCenter) -> None:
    now, before = (center.ask("journey_strip", period=month) for month in ("2026-09", "2026-08"))
    journey = str(now.options["journey"])
    stays = [
        row
        for row in rows_of(center, "fct_stage_stay")
        if row["journey_id"] == journey and row["customer_kind"] != "unidentified"
    ]
    for row, then in zip(now.rows, before.rows, strict=True):
        here = [stay for stay in stays if stay["stage_no"] == row.extra["stage_no"]]
        entered = sum(oracle.within(stay["entered_at"], now.period) for stay in here)
        left = sum(oracle.within(stay["left_at"], now.period) for stay in here)
        assert row.extra["opening"] == then.extra["here_now"]
        assert (
            row.extra["here_now"] == row.extra["opening"] + row.extra["entered"] - row.extra["moved_on"] - row.extra["went_away"]
        )
        assert row.extra["here_now"] == then.extra["here_now"] + entered - left


@pytest.mark.parametrize(
    "part", ["opening", "here_now", "entered", "moved_on", "went_away", "turned_away", "share", "not_yet_known"]
)
def test_each_part_of_a_stage_opens_onto_its_people(center: CommandCenter, part: str) -> None:
    answer = center.ask("journey_strip", period="2026-Q3")
    for row in answer.rows:
        mark = {"stage": str(row.extra["stage_no"]), "part": part}
        people = center.customers_behind("journey_strip", answer.selection, mark=mark, limit=10_000)
        told = row.extra[part].n if part == "share" and row.extra["share"] else row.extra[part] if part != "share" else 0
        assert people.count == len(people.rows) == told
        assert people.customers == row.extra.get(f"{part}_people", told)


@pytest.mark.parametrize("text", ["2026-10", "2026", "all"])
@pytest.mark.parametrize("window", ["0d", "1h", "10 days"])
@pytest.mark.parametrize("period_of", ["entry", "window_end"])
def test_the_funnel_is_what_the_entries_say(center: CommandCenter, text: str, window: str, period_of: str) -> None:
    answer = center.ask("journey_funnel", period=text, period_of=period_of, window=window)
    seconds = {"0d": None, "1h": 3600, "10 days": 864_000}[window]
    stages = [row for row in center.journeys() if row["journey_id"] == answer.options["journey"]]
    seconds = seconds or stages[0]["window_seconds"]
    back = timedelta(seconds=seconds if period_of == "window_end" else 0)
    rows = [row for row in rows_of(center, "fct_stage_entry") if row["journey_id"] == answer.options["journey"]]
    assert answer.period is not None
    span = (answer.period.starts_at - back, answer.period.ends_at - back, answer.as_of, seconds)
    expected = oracle.funnel(rows, *span, len(stages))
    extra = answer.rows[0].extra
    assert {name: extra[name] for name in ("entered", "known", "set_aside", "not_yet_known")} == {
        name: expected[name] for name in ("entered", "known", "set_aside", "not_yet_known")
    }
    assert extra["entered"] == extra["set_aside"] + extra["not_yet_known"] + extra["known"]
    for stage in extra["stages"]:
        assert_stage(stage, expected, oracle.steps(rows, *span, len(stages), stage["stage_no"]) if stage["stage_no"] > 1 else [])
    assert extra["known"] == extra["stages"][-1]["reached"] + sum(stage["turned_away"] for stage in extra["stages"])


@pytest.mark.parametrize("part", ["reached", "turned_away", "excluded", "not_yet_known"])
def test_each_part_of_the_funnel_opens_onto_its_people(center: CommandCenter, part: str) -> None:
    answer = center.ask("journey_funnel", period="2026", window="10 days")
    for stage in answer.rows[0].extra["stages"]:
        mark = {"stage": stage["stage"], "part": part}
        people = center.customers_behind("journey_funnel", answer.selection, mark=mark, limit=10_000)
        told = stage[part]["reached"] if part == "not_yet_known" else stage[part]
        assert people.count == len(people.rows) == told


def test_a_group_of_the_funnel_opens_onto_its_people(center: CommandCenter) -> None:
    """Who first came through another channel is not of this one, whether the channel splits or filters."""
    answer = center.ask("journey_funnel", period="all", window="10 days", split_by=["channel"])
    for row in answer.rows:
        mark = {**row.by, "stage": row.extra["stages"][1]["stage"], "part": "reached"}
        people = center.customers_behind("journey_funnel", answer.selection, mark=mark, limit=10_000)
        alone = center.ask("journey_funnel", period="all", window="10 days", where={**row.by})
        assert people.count == len(people.rows) == row.extra["stages"][1]["reached"]
        assert [stage["reached"] for stage in alone.rows[0].extra["stages"]] == [
            stage["reached"] for stage in row.extra["stages"]
        ]


def test_the_cohort_grid_is_what_the_lives_say(center: CommandCenter) -> None:
    answer = center.ask("retention", intervals=30)
    rows = rows_of(center, "fct_cohort_member")
    today = local_day(answer.as_of, ZONE)
    for row in answer.rows[1:]:
        month = date.fromisoformat(f"{row.by['cohort']}-01")
        for cell in row.extra["cells"]:
            size, active, provisional = oracle.cohort(rows, month, cell["since"], today)
            assert row.extra["size"] == size
            assert (int(cell["value"].numerator) if cell["value"] else None) == active
            assert active is None or cell["provisional"] == provisional
    assert sum(row.extra["size"] for row in answer.rows[1:]) == len(rows)


def test_the_overall_row_holds_the_known_cells_weighted_by_size(center: CommandCenter) -> None:
    answer = center.ask("retention", intervals=30)
    overall, cohorts = answer.rows[0], [row for row in answer.rows[1:] if not row.extra["left_censored"]]
    for cell in overall.extra["cells"]:
        since = cell["since"]
        known = [one["cells"][since]["value"] for one in (row.extra for row in cohorts) if not one["cells"][since]["provisional"]]
        told = [value for value in known if value is not None]
        n = sum(value.n for value in told)
        assert (cell["value"].n if cell["value"] else 0) == n
        if n:
            assert cell["value"].value == pytest.approx(sum(value.numerator for value in told) / n)


def test_a_cell_opens_onto_its_cohort(center: CommandCenter) -> None:
    answer = center.ask("retention")
    for row in answer.rows[1:8]:
        mark = {"cohort": row.by["cohort"], "since": "1"}
        people = center.customers_behind("retention", mark=mark, limit=10_000)
        assert people.count == len(people.rows) == row.extra["size"]
        cell = row.extra["cells"][1]["value"]
        assert cell is None or sum(each["value"] for each in people.rows) == cell.numerator


def test_the_comparison_is_the_same_question_of_the_other_period(center: CommandCenter) -> None:
    for metric in ("replied_in_time", "cases_opened", "customer_equation", "nps_relational", "journey_funnel"):
        for compare in ("before", "year"):
            answer = center.ask(metric, period="2026-Q2", compare=compare)
            assert answer.comparison is not None
            other = center.ask(metric, period=answer.comparison.period.text, compare="none")
            assert answer.comparison.total == other.total


def assert_adds_up(extra: Any) -> None:
    for stock, flow, also in (("customers", "n", ()), ("value", "value", ("grown", "shrunk"))):
        grown, shrunk = (extra[name][flow] if also else 0 for name in ("grown", "shrunk"))
        came = extra["gained"][flow] + extra["returned"][flow] + extra["moved_in"][flow] + grown
        went = extra["ended"][flow] + extra["fell_silent"][flow] + extra["moved_out"][flow] + shrunk
        assert extra["closing"][stock] == pytest.approx(extra["opening"][stock] + came - went, abs=1e-6)


def assert_stage(stage: Any, expected: Any, seconds: Sequence[int]) -> None:
    number = stage["stage_no"]
    assert (stage["reached"], stage["skipped"], stage["excluded"]) == tuple(
        expected[name][number] for name in ("reached", "skipped", "excluded")
    )
    waiting = stage["not_yet_known"]
    assert (waiting["reached"], waiting["left"], waiting["open"]) == tuple(
        expected[name][number] for name in ("waiting", "left", "open")
    )
    assert stage["share_of_first"].denominator == expected["reached"][1]
    assert stage["share_of_previous"].denominator == expected["reached"][max(1, number - 1)]
    if seconds:
        ordered = sorted(seconds)
        assert stage["median_seconds"] == (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
        assert stage["mean_seconds"] == pytest.approx(sum(seconds) / len(seconds))


def identified(rows: Sequence[Any]) -> int:
    return len({row["customer_id"] for row in rows if row["customer_kind"] != "unidentified"})


def rows_of(center: CommandCenter, table: str) -> list[dict[str, Any]]:
    """Returns every row of a fact, read without the warehouse."""
    path: Path = center.warehouse._workspace.snapshots / f"{center.snapshot}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        relation = connection.table(table)
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def invented_rows(draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    def moment() -> datetime:
        return AS_OF - HOUR * (draw.choice([0, 1, 24]) if draw.random() < 0.1 else draw.randrange(2, 20_000))

    def who(_: int) -> dict[str, Any]:
        name, kind = f"C{draw.randrange(60)}", draw.choice(["person"] * 9 + ["unidentified"])
        return person(name if kind == "person" else f"U{draw.random()}", customer_kind=kind, segment=draw.choice("AB"))

    return {
        "customers": [
            {"customer_id": f"C{i}", "account_id": f"C{i}", "name": f"Person {i}", "kind": "person"} for i in range(60)
        ],
        "fct_case": [invented_case(draw, who(i), moment()) for i in range(300)],
        "fct_promise": [invented_promise(draw, who(i), moment()) for i in range(300)],
        "fct_survey_response": [invented_response(draw, who(i), moment()) for i in range(300)],
        "fct_customer_movement": [row for i in range(120) for row in invented_life(draw, f"C{i}", moment)],
        "fct_stage_stay": after_one_another(row for i in range(120) for row in invented_stays(draw, f"C{i}", moment())),
        "fct_stage_entry": after_one_another(invented_entry(draw, who(i), moment(), i) for i in range(400)),
        **invented_members(draw, moment),
    }


def invented_case(draw: random.Random, whose: dict[str, Any], opened_at: datetime) -> dict[str, Any]:
    seconds = draw.choice([None, *range(60, 900_000, 777)])
    told = {
        "opened_at": opened_at,
        "channel": draw.choice(["phone", "email"]),
        "is_counted": draw.random() < 0.9,
        "is_complaint": False,
    }
    resolved_at = opened_at + timedelta(seconds=seconds) if seconds else None
    is_past = resolved_at is not None and resolved_at <= AS_OF
    solved = {"resolved_at": resolved_at, "solved_at": resolved_at, "seconds_to_resolve": seconds} if is_past else {}
    return {**whose, **told, "is_spam": False, "is_merged": False, "is_withdrawn": False, "is_unsolved": not is_past, **solved}


def invented_promise(draw: random.Random, whose: dict[str, Any], decided_at: datetime) -> dict[str, Any]:
    is_decided = draw.random() < 0.8
    told = {"promise": draw.choice(["first_reply", "offer"]), "subject_kind": "case", "is_decided": is_decided}
    return {
        **whose,
        **told,
        **invented_clock(draw),
        "was_kept": draw.random() < 0.7 if is_decided else None,
        "decided_at": decided_at if is_decided else None,
    }


def invented_clock(draw: random.Random) -> dict[str, Any]:
    """A clock due at a whole hour around as_of, so that many lie on the edges of the line of time."""
    due_at = AS_OF + HOUR * draw.randrange(-3, 7)
    state = "broken_open" if due_at <= AS_OF else draw.choice(["open", "at_risk"])
    return {"clock_id": f"K{draw.randrange(10**12)}", "is_running": draw.random() < 0.7, "state": state, "due_at": due_at}


def invented_response(draw: random.Random, whose: dict[str, Any], answered_at: datetime) -> dict[str, Any]:
    flags = {name: draw.random() < 0.9 for name in ("is_comparable", "counts_once", "is_answered")}
    told = {
        "instrument": draw.choice(["nps", "nps", "csat"]),
        "programme": draw.choice(["relational", "relational", "transactional"]),
    }
    return {
        **whose,
        **told,
        **flags,
        "answered_at": answered_at,
        "nps_points": draw.choice([-100, 0, 100]),
        "stage": draw.choice("XY"),
        "scale": "0–10",
        "is_hidden": "no",
    }


def invented_life(draw: random.Random, name: str, moment: Callable[[], datetime]) -> list[dict[str, Any]]:
    """Gained, then lost and returned in turn, with rises, falls and moves between, so that everything adds up."""
    rows, value, segment = [], 0.0, draw.choice("AB")
    is_customer, times = False, sorted(moment() for _ in range(draw.randrange(1, 7)))

    def add(movement: str, customers: int, change: float, at: datetime, whose: str) -> None:
        told = {"movement": movement, "happened_at": at, "customers_change": customers, "value_change": change}
        rows.append(person(name, segment=whose, known_change=customers, reason="unknown", returned_after=None, **told))

    for number, at in enumerate(times):
        if not is_customer:
            value = float(draw.randrange(0, 2000))
            add("returned" if number else "gained", 1, value, at, segment)
            is_customer = True
        elif (what := draw.choice(["ended", "fell_silent", "grown", "shrunk", "move"])) in ("ended", "fell_silent"):
            add(what, -1, -value, at, segment)
            is_customer = False
        elif what == "move":
            add("moved_out", -1, -value, at, segment)
            segment = "A" if segment == "B" else "B"
            add("moved_in", 1, value, at, segment)
        else:
            change = float(draw.randrange(1, 500)) if what == "grown" else -value / 2
            value += change
            add(what, 0, change, at, segment)
    return rows


def invented_stays(draw: random.Random, name: str, entered_at: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    kind = draw.choice(["person"] * 9 + ["unidentified"])
    for attempt in range(1, draw.randrange(2, 4)):
        stage = draw.choice([1, 1, 2])
        while stage <= 3 and entered_at <= AS_OF:
            stays = HOUR * draw.choice([0, 1, 119, 120, 121, 239, 240, 241, 2000])
            until, jump = entered_at + stays, draw.choice([1, 1, 2])
            how = draw.choice(["moved", "moved", "left", "here"]) if stage + jump <= 3 else draw.choice(["left", "here"])
            is_over = until <= AS_OF and how != "here"
            within = {1: 432_000, 2: 864_000, 3: None}[stage]
            told = {
                "journey_id": "way",
                "stage_no": stage,
                "stage_id": f"s{stage}",
                "stage": f"Stage {stage}",
                "attempt_no": attempt,
            }
            times = {"entered_at": entered_at, "moved_at": until if is_over and how == "moved" else None}
            gone_by = "moved on" if how == "moved" else draw.choice(["exit", "idle"])
            ids = {"stay_id": f"{name}:{attempt}:{stage}", "left_by": gone_by if is_over else None}
            dims = {"segment": draw.choice(["A", "A", "B", "unknown"]), "channel": draw.choice(["web", "store"])}
            rows.append(
                person(
                    name,
                    customer_kind=kind,
                    **told,
                    **times,
                    **ids,
                    **dims,
                    left_at=until if is_over else None,
                    within_seconds=within,
                )
            )
            if not is_over:
                return rows
            entered_at = until
            if how == "left":
                break
            stage += jump
        entered_at += HOUR * draw.randrange(1, 300)
    return rows


def invented_entry(draw: random.Random, whose: dict[str, Any], entered_at: datetime, number: int) -> dict[str, Any]:
    known = int((AS_OF - entered_at).total_seconds())
    later = [draw.choice([None, 0, 3600, 86_400, 172_800, 864_000, 864_001, 900_000, 5_000_000]) for _ in range(3)]
    later[draw.choice([0, 0, 0, 1])] = 0
    seconds = {f"next_{k}": value if value is not None and value <= known else None for k, value in enumerate(later, start=1)}
    excluded, left = (draw.choice([None, None, None, 3600, 864_000, 900_000]) for _ in range(2))
    told = {"journey_id": "way", "attempt_no": number, "entered_at": entered_at, "starts_attempt": draw.random() < 0.8}
    ends = {
        "excluded_after": excluded if excluded and excluded <= known else None,
        "left_after": left if left and left <= known else None,
    }
    whose = {**whose, "customer_kind": "person"}  # whom nobody knows cannot be followed
    return {**whose, **told, **seconds, **ends, "event_id": f"e{number}", "channel": draw.choice(["web", "store"])}


def after_one_another(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tells each row when the same customer began before, in the same stage where there are stages."""
    told: list[dict[str, Any]] = []
    before: dict[tuple[Any, ...], datetime] = {}
    for row in sorted(rows, key=lambda row: (row["entered_at"], row["attempt_no"])):
        place = (row["customer_id"], row.get("stage_no"))
        told.append({**row, "previous_entered_at": before.get(place)})
        if row.get("starts_attempt", True):
            before[place] = row["entered_at"]
    return told


def invented_members(draw: random.Random, moment: Callable[[], datetime]) -> dict[str, list[dict[str, Any]]]:
    """Customers with the months in which they were active, and for each of these months one moment of being so."""
    members, signs = [], []
    for name in (f"C{number}" for number in range(250)):
        first_at = moment()
        day, today = local_day(first_at, ZONE), local_day(AS_OF, ZONE)
        most = (today.year - day.year) * 12 + today.month - day.month
        months = {0, *draw.choices(range(most + 1), k=draw.randrange(5))}
        for since in sorted(months):
            on = oracle.months_after(day.replace(day=1), since)
            at = first_at if since == 0 else datetime(on.year, on.month, 1, 12)
            signs.append({"account_id": name, "from_at": at, "last_at": at, "from_day": on, "last_day": on})
        told = {"cohort_month": day.replace(day=1), "first_at": first_at, "last_active_since": max(months)}
        last = oracle.months_after(day.replace(day=1), max(months))
        masks = {"months_0_59": sum(1 << since for since in months), "months_60_119": 0}
        known = {"event_id": name, "event": "became a customer", "acquired_through": "search"}
        members.append(person(name, **told, **masks, **known, last_active_month=last, lapse_after_days=draw.choice([90, 180])))
    return {"fct_cohort_member": members, "account_active": signs}


def test_the_invented_rows_hold_every_kind_of_edge() -> None:
    """Without ties, edges and every outcome the oracles above would prove little."""
    rows = invented_rows(random.Random(0))
    assert {row["movement"] for row in rows["fct_customer_movement"]} >= {
        "gained",
        "returned",
        "ended",
        "fell_silent",
        "moved_in",
    }
    assert any(row["excluded_after"] for row in rows["fct_stage_entry"])
    assert any(row["moved_at"] == row["entered_at"] for row in rows["fct_stage_stay"])
    assert any(row["opened_at"] == AS_OF for row in rows["fct_case"])
    assert resolve(None, as_of=AS_OF, zone=ZONE).text == "2026-10"
