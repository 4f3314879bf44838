"""Here now and moved against a count visit by visit: on the tiny sample and on invented lives with ties, gaps and returns."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.answer import Answer, Row
from metrics.errors import QuestionError
from tests.metrics.made import AS_OF, made_center, person
from tests.metrics.oracles import flows_oracle as oracle
from tests.metrics.test_figure_oracles import after_one_another, invented_stays, rows_of

PERIODS = ("2026-10", "2026-Q3", "2026-10-25..2026-10-26", "all")
SPLITS = (None, "segment", "channel")
PARTS = ("opening", "entered", "re_entered", "moved_on", "left", "left_exit", "left_idle", "rework", "closing")
HOUR = timedelta(hours=1)
READ: dict[tuple[str, str], list[dict[str, Any]]] = {}


def invented(seed: int, people: int) -> dict[str, list[dict[str, Any]]]:
    draw = random.Random(seed)
    begins = [AS_OF - HOUR * draw.choice([0, 1, 24, draw.randrange(2, 20_000)]) for _ in range(people)]
    stays = after_one_another(row for i, begin in enumerate(begins) for row in invented_stays(draw, f"C{i}", begin))
    customers = [{"customer_id": f"C{i}", "account_id": f"C{i}", "name": f"Person {i}", "kind": "person"} for i in range(people)]
    return {"customers": customers, "fct_stage_stay": stays, "fct_step_back": [invented_step(draw, one) for one in stays[::3]]}


def invented_step(draw: random.Random, stay: dict[str, Any]) -> dict[str, Any]:
    """A step back to a stage, at one of the edges or a random hour, with a channel of its own."""
    number = draw.choice([1, 2])
    stepped_back_at = draw.choice([stay["entered_at"], AS_OF, AS_OF - HOUR * draw.randrange(9000)])
    told = {"journey_id": "way", "stage_no": number, "stage_id": f"s{number}", "stage": f"Stage {number}", "attempt_no": 1}
    whose = {name: stay[name] for name in ("customer_id", "customer_kind", "segment")}
    return person(
        whose.pop("customer_id"), **whose, **told, from_stage_id="s3", stepped_back_at=stepped_back_at,
        channel=draw.choice(["web", "phone"]), step_back_id=f"{stay['stay_id']}:back",
    )  # fmt: skip


@pytest.fixture(scope="module", params=["tiny", 0, "one", "nobody"])
def center(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CommandCenter:
    """The tiny sample, invented lives, one life, and none at all."""
    if request.param == "tiny":
        tiny: CommandCenter = request.getfixturevalue("tiny_center")
        return tiny
    people = {"one": 1, "nobody": 0}.get(request.param, 150)
    seed = 5 if isinstance(request.param, str) else request.param
    return made_center(tmp_path_factory.mktemp("flows"), invented(seed, people))


def every_row(center: CommandCenter, table: str) -> list[dict[str, Any]]:
    """A fact's rows, read once for each center."""
    place = (str(center.warehouse.workspace.root), table)
    if place not in READ:
        READ[place] = rows_of(center, table)
    return READ[place]


def rows_of_stage(
    center: CommandCenter, table: str, answer: Answer, row: Row, *, all_groups: bool = False
) -> list[dict[str, Any]]:
    """The fact's rows behind a row of an answer; "other" holds every group that no row shows."""
    groups = {name: {one.by[name] for one in answer.rows} for name in answer.selection.by}
    return [
        one
        for one in every_row(center, table)
        if one["journey_id"] == answer.options["journey"]
        and one["stage_id"] == row.by["stage"]
        and one["customer_kind"] != "unidentified"
        and all(
            one[name] not in groups[name] - {"other"} if row.by[name] == "other" else one[name] == row.by[name]
            for name in (() if all_groups else answer.selection.by)
        )
    ]


@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("text", PERIODS)
def test_here_now_is_who_has_come_and_not_gone(center: CommandCenter, text: str, by: str | None) -> None:
    for most in (0, 1) if by else (0,):
        answer = center.ask("journey_here_now", period=text, split_by=by or (), most=most)
        assert answer.period is not None
        for row in answer.rows:
            stays = rows_of_stage(center, "fct_stage_stay", answer, row)
            seconds = oracle.seconds_here(stays, answer.period.ends_at)
            assert (row.value.n, row.value.customers, row.value.value) == (len(seconds), len(seconds), len(seconds))
            assert row.extra["median_seconds_here"] == pytest.approx(oracle.quantile(seconds, 0.5))
            assert row.extra["p90_seconds_here"] == pytest.approx(oracle.quantile(seconds, 0.9))
        assert answer.total.n == sum(row.value.n for row in answer.rows)
        assert answer.total.n == answer.total.customers


@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("text", PERIODS)
def test_moved_is_what_the_visits_say_and_adds_up(center: CommandCenter, text: str, by: str | None) -> None:
    for most in (0, 1) if by else (0,):
        answer = center.ask("journey_moved", period=text, split_by=by or (), most=most)
        assert answer.period is not None
        for row in answer.rows:
            stays = rows_of_stage(center, "fct_stage_stay", answer, row)
            steps = rows_of_stage(center, "fct_step_back", answer, row)
            told = {part: (row.extra[part]["visits"], row.extra[part]["people"]) for part in PARTS}
            ever = rows_of_stage(center, "fct_stage_stay", answer, row, all_groups=True)
            assert told == oracle.flow(stays, ever, steps, answer.period.starts_at, answer.period.ends_at)
            assert row.extra["time_in_stage"] == pytest.approx(
                oracle.time_in_stage(stays, answer.period.starts_at, answer.period.ends_at)
            )
            assert_adds_up(row)
        visits, people = whole_flow(center, answer)
        assert (answer.total.n, answer.total.customers) == (visits, people)


def assert_adds_up(row: Row) -> None:
    told = {part: row.extra[part]["visits"] for part in PARTS}
    assert told["opening"] + told["entered"] - told["moved_on"] - told["left"] == told["closing"]
    assert told["left"] == told["left_exit"] + told["left_idle"]


def whole_flow(center: CommandCenter, answer: Answer) -> tuple[int, int]:
    assert answer.period is not None
    stays = [
        one
        for one in every_row(center, "fct_stage_stay")
        if one["journey_id"] == answer.options["journey"]
        and one["customer_kind"] != "unidentified"
        and answer.period.starts_at <= one["entered_at"] < answer.period.ends_at
    ]
    return len(stays), len({one["customer_id"] for one in stays})


@pytest.mark.parametrize("options", [{"series": 4}, {"grain": "week"}, {"grain": "day", "split_by": "segment"}])
def test_each_row_in_time_is_what_its_piece_alone_answers(center: CommandCenter, options: dict[str, Any]) -> None:
    for metric in ("journey_here_now", "journey_moved"):
        answer = center.ask(metric, period="2026-W41", **options)
        for at in dict.fromkeys(row.at for row in answer.rows):
            of_piece = [row for row in answer.rows if row.at == at]
            alone = center.ask(metric, period=at, split_by=options.get("split_by", ()), compare="none")
            by_place = {tuple(row.by.values()): row for row in alone.rows}
            for row in of_piece:
                known = by_place.get(tuple(row.by.values()))
                assert row.value == known.value if known else row.value.n == 0
                if known and metric == "journey_moved":
                    assert row.extra == known.extra


def test_what_a_period_ends_with_the_next_one_begins_with(center: CommandCenter) -> None:
    rows = center.ask("journey_moved", period="2026-10", series=6, split_by="segment").rows
    for place in {tuple(row.by.values()) for row in rows}:
        months = [row.extra for row in rows if tuple(row.by.values()) == place]
        assert [month["closing"] for month in months[:-1]] == [month["opening"] for month in months[1:]]


@pytest.mark.parametrize("text", ["2026-03-27..2026-03-31", "2025-10-24..2025-10-28"])
def test_a_day_on_which_the_clocks_change_loses_and_doubles_nobody(center: CommandCenter, text: str) -> None:
    rows = center.ask("journey_moved", period=text, grain="day").rows
    whole = center.ask("journey_moved", period=text).rows
    for stage in whole:
        days = [row.extra for row in rows if row.by == stage.by]
        assert [day["opening"] for day in days[1:]] == [day["closing"] for day in days[:-1]]
        assert (days[0]["opening"], days[-1]["closing"]) == (stage.extra["opening"], stage.extra["closing"])
        assert sum(day["entered"]["visits"] for day in days) == stage.extra["entered"]["visits"]


def test_the_three_reports_agree_on_who_is_here(center: CommandCenter) -> None:
    strip, stock, flow = (center.ask(f"journey_{name}", period="2026-Q3") for name in ("strip", "here_now", "moved"))
    for one, two, three in zip(strip.rows, stock.rows, flow.rows, strict=True):
        assert one.extra["here_now"] == two.value.n == three.extra["closing"]["visits"]
        assert one.extra["opening"] == three.extra["opening"]["visits"]
        for ours, theirs in (("entered", "entered"), ("moved_on", "moved_on"), ("went_away", "left")):
            assert one.extra[ours] == three.extra[theirs]["visits"]
            assert one.extra[f"{ours}_people"] == three.extra[theirs]["people"]


@pytest.mark.parametrize("by", [None, "channel"])
@pytest.mark.parametrize("part", [*PARTS, "time_in_stage"])
def test_each_part_of_moved_opens_onto_its_own(center: CommandCenter, part: str, by: str | None) -> None:
    answer = center.ask("journey_moved", period="2026-Q3", split_by=by or (), most=1 if by else 0)
    for row in answer.rows:
        people = center.customers_behind("journey_moved", answer.selection, mark={**row.by, "part": part}, limit=10_000)
        told = row.extra[part]
        assert people.count == len(people.rows) == told.get("visits", told["people"])
        assert people.customers == len({one["customer_id"] for one in people.rows}) == told["people"]


@pytest.mark.parametrize("part", [*PARTS, "time_in_stage"])
def test_a_part_of_all_stages_counts_everyone_once(center: CommandCenter, part: str) -> None:
    rows = center.ask("journey_moved", period="2026-Q3").rows
    people = center.customers_behind("journey_moved", period="2026-Q3", mark={"part": part}, limit=10_000)
    assert people.count == len(people.rows) == sum(row.extra[part].get("visits", row.extra[part]["people"]) for row in rows)
    assert people.customers == len({one["customer_id"] for one in people.rows})


@pytest.mark.parametrize("part", ["opening", "here_now", "entered", "moved_on", "went_away", "share", "turned_away"])
def test_a_part_of_the_whole_strip_counts_everyone_once(center: CommandCenter, part: str) -> None:
    people = center.customers_behind("journey_strip", period="2026-Q3", mark={"part": part}, limit=10_000)
    assert people.count == len(people.rows)
    assert people.customers == len({one["customer_id"] for one in people.rows})


@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("at", [None, "2026-09"])
def test_each_stage_of_here_now_opens_onto_its_people(center: CommandCenter, by: str | None, at: str | None) -> None:
    answer = center.ask("journey_here_now", period="2026-10", split_by=by or (), most=1 if by else 0, series=3 if at else 0)
    for row in answer.rows:
        if row.at in (at, None):
            mark = {**row.by, **({"at": at} if at else {})}
            people = center.customers_behind("journey_here_now", answer.selection, mark=mark, limit=10_000)
            assert people.count == len(people.rows) == people.customers == row.value.n
            anew = center.customers_behind(
                "journey_here_now", answer.selection, mark={**mark, "part": "re_entered"}, limit=10_000
            )
            assert anew.count == len(anew.rows) == row.extra["re_entered"]


@pytest.mark.parametrize("metric", ["journey_here_now", "journey_moved"])
def test_what_cannot_be_asked_is_said_in_one_sentence(center: CommandCenter, metric: str) -> None:
    for mark, words in (
        ({"part": "gone"}, '"gone" is not a part'),
        ({"stage": "9"}, '"9" is not a stage of'),
        ({"at": "2020"}, "2020"),
    ):
        with pytest.raises(QuestionError, match=words):
            center.customers_behind(metric, period="2026-10", mark=mark)


@pytest.mark.parametrize("by", [None, "region"])
def test_every_journey_there_is_adds_up_from_month_to_month(tiny_center: CommandCenter, by: str | None) -> None:
    for journey in sorted({row["journey_id"] for row in tiny_center.journeys()}):
        answer = tiny_center.ask("journey_moved", journey=journey, period="2026-10", series=24, split_by=by or ())
        last: dict[tuple[str, ...], int] = {}
        for row in answer.rows:
            place, told = tuple(row.by.values()), {part: row.extra[part]["visits"] for part in PARTS}
            assert_adds_up(row)
            assert told["opening"] == last.get(place, told["opening"])
            last[place] = told["closing"]
        here = tiny_center.ask("journey_here_now", journey=journey, period="2026-10", split_by=by or ())
        assert all(row.value.n == last.get(tuple(row.by.values()), 0) for row in here.rows)


def test_a_journey_of_accounts_counts_accounts(tiny_center: CommandCenter) -> None:
    people = tiny_center.customers_behind("journey_here_now", journey="opportunity", period="all", limit=10_000)
    assert people.count
    assert all(row["customer_id"] == row["account_id"] for row in people.rows)
    assert people.sentence == f"{people.count} accounts here over all time."
    assert "accounts were in “From asking to choosing”" in tiny_center.ask("journey_here_now", journey="opportunity").caption


def test_rows_by_stage_are_not_split_by_stage(tiny_center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match=r"journey_moved cannot be split by stage\. Its rows are stages already"):
        tiny_center.ask("journey_moved", split_by="stage")


def test_a_stage_that_nothing_means_is_said_with_every_answer(tmp_path: Path) -> None:
    heard = [{"journey_id": "way", "stage_no": k, "stage_id": f"s{k}", "events": 0 if k == 2 else 5} for k in (1, 2, 3)]
    center = made_center(tmp_path, {"stage_heard": heard})
    for metric in ("journey_here_now", "journey_moved", "journey_strip", "journey_funnel"):
        notices: Sequence[str] = center.ask(metric, period="2026-10").notices
        assert sum("Nothing in the data means “I am at 2”: nobody can be seen there." in notice for notice in notices) == 1
