"""Scores against an oracle in plain Python: what each answer says, whose counts, and how they are summed up and hidden."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.answer import Answer
from metrics.errors import QuestionError, UnknownName
from tests.metrics.made import AS_OF, made_center, person
from tests.metrics.oracles import scores_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES, built

DAY = timedelta(days=1)
ENTITY = (
    "row_id varchar, source varchar, instrument varchar, programme varchar, wave varchar, sent_at timestamp, delivered_at timestamp, "
    "answered_at timestamp, score double, scale_low double, scale_high double, scale_direction varchar, dismissed boolean"
)
SCALES = ((0, 10), (0, 10), (1, 10), (1, 5), (1, 7), (1, 3), (0, 1), (1, 4), (None, None))
STAGES = ("Stage 1", "Stage 2", "Stage 3", "before any stage")
THEMES = ("Price", "Waiting", "Friendliness")
WAVES = ("spring", "autumn", "later")
DIMENSIONS = ("stage", "segment", "region", "customer_kind", "wave", "scale", "category")


def some_response(draw: Random, number: int) -> dict[str, Any]:
    """An invitation around as_of, answered or not, on any scale; ties of moments are many."""
    low, high = draw.choice(SCALES)
    sent = AS_OF - draw.randrange(-1, 20) * DAY if draw.random() < 0.8 else None
    is_scored = draw.random() < 0.7
    return {
        "row_id": f"r{number:02}",
        "customer_id": f"C{draw.randrange(4)}",
        "source": draw.choice("ab"),
        "instrument": draw.choice(("nps", "nps", "csat", "ces")),
        "programme": draw.choice(("relational", "transactional")),
        "wave": draw.choice((None, "2025", "2026")),
        "sent_at": sent,
        "delivered_at": sent + timedelta(seconds=draw.randrange(2)) if sent and draw.random() < 0.7 else None,
        "answered_at": (sent or AS_OF - 3 * DAY) + draw.randrange(4) * DAY if is_scored else None,
        "score": float(draw.randint(low or 0, 5 if high is None else high)) if is_scored else None,
        "scale_low": low,
        "scale_high": high,
        "scale_direction": draw.choice((None, "higher", "higher", "lower")),
        "dismissed": draw.choice((None, None, False, True)),
    }


@settings(max_examples=max(1, EXAMPLES // 3))
@given(st.integers(0, 2**32))
def test_each_answer_says_what_its_instrument_and_scale_mean_and_the_latest_of_a_wave_counts(seed: int) -> None:
    draw = Random(seed)
    responses = [some_response(draw, number) for number in range(draw.randrange(1, draw.choice([6, 25, 90])))]
    names = [column.split()[0] for column in ENTITY.split(", ")]
    connection = built(
        {
            "survey_responses": (ENTITY, [tuple(row[name] for name in names) for row in responses]),
            "customer_of": (
                "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
                [("survey_responses", row["row_id"], row["customer_id"], row["customer_id"]) for row in responses],
            ),
            "entity_as_of": (
                "entity varchar, as_of timestamp",
                [(f"{one}_{two}", AS_OF) for one in ("nps", "csat", "ces") for two in ("relational", "transactional")],
            ),
            "satisfied_rule": ("marks integer, best integer", list(oracle.BEST.items())),
        },
        ["response_state", "response_score"],
    )
    columns = "row_id, is_answered, counts_once, tells_a_rate"
    made = {row: dict(zip(columns.split(", ")[1:], rest, strict=True)) for row, *rest in
            connection.table("response_state").select(columns).fetchall()}  # fmt: skip
    scores = {row: tuple(rest) for row, *rest in
              connection.table("response_score").select("row_id, scale, net_points, is_satisfied").fetchall()}  # fmt: skip
    connection.close()
    assert made == oracle.states(responses, AS_OF)
    assert scores == {row["row_id"]: (oracle.scale(row), oracle.points(row), oracle.is_satisfied(row)) for row in responses}


def some_answer(draw: Random, number: int, **told: Any) -> dict[str, Any]:
    """A counted answer of the yearly survey, of one of a few accounts; each customer answers once."""
    wave = draw.randrange(3)
    answered = AS_OF - (2 - wave) * 30 * DAY - draw.randrange(10) * DAY
    points = draw.choice((100, 100, 0, -100))
    return person(
        f"C{number}", account_id=f"A{draw.randrange(40)}", region=draw.choice(("North", "South", "East")), row_id=f"r{number:04}",
        instrument="nps", programme="relational", is_comparable=True, counts_once=True, is_answered=True, nps_points=points,
        net_points=points, answered_at=answered, wave=WAVES[wave], scale="0–10", stage=draw.choice(STAGES), is_hidden="no",
        value_a_year=draw.choice((None, 0.0, 120.0, 5000.0)), score={100: 9.0, 0: 7.0, -100: 3.0}[points], has_comment=True,
        comment="Waited, and the price rose.", **told,
    )  # fmt: skip


def center_of(
    folder: Path, answers: Sequence[dict[str, Any]], spoken: Iterable[dict[str, Any]] = (), **tables: Any
) -> CommandCenter:
    """A center over these answers, their comments and the themes that those speak of."""
    dimensions = [
        {
            "dimension_id": name,
            "label": name,
            "kind": "row",
            "column_name": name,
            "sort_no": 1,
            "most_values": 12,
            "is_sensitive": False,
        }
        for name in DIMENSIONS
    ]
    return made_center(
        folder,
        {
            "fct_survey_response": answers,
            "fct_comment_theme": list(spoken),
            "theme": [{"theme_id": theme.lower(), "theme": theme} for theme in THEMES],
            "survey_responses": [{"row_id": row["row_id"], "comment": row["comment"]} for row in answers],
            "customers": [
                {
                    "customer_id": row["customer_id"],
                    "account_id": row["account_id"],
                    "name": f"Ann Example{number}",
                    "kind": "person",
                }
                for number, row in enumerate(answers)
            ],
            "dimension": dimensions,
            **tables,
        },
    )


@pytest.fixture(scope="module", params=[0, 1])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandCenter, Any, Any]:
    """A center over several hundred answers, the answers, and which themes each comment speaks of."""
    draw = Random(request.param)
    answers = [some_answer(draw, number) for number in range(400)]
    spoken = {row["row_id"]: {theme: theme.lower() for theme in THEMES if draw.random() < 0.2} for row in answers}
    rows = [
        {**{name: row[name] for name in ("customer_id", "account_id", "row_id", "answered_at", "subject")}, "theme": theme,
         "word": word, "because": f"speaks of {theme}"}
        for row in answers for theme, word in spoken[row["row_id"]].items()
    ]  # fmt: skip
    return center_of(tmp_path_factory.mktemp("scores"), answers, rows), answers, spoken


def points_of(rows: Iterable[dict[str, Any]]) -> list[float]:
    return [row["nps_points"] for row in rows]


def test_a_score_its_interval_and_its_change_are_those_of_the_definition(asked: tuple[CommandCenter, Any, Any]) -> None:
    center, answers, _ = asked
    month = center.ask("nps_relational", period="2026-10", split_by="region")
    assert month.period is not None
    assert month.comparison is not None
    now = [row for row in answers if month.period.starts_at <= row["answered_at"] < month.period.ends_at]
    earlier = month.comparison.period
    before = [row for row in answers if earlier.starts_at <= row["answered_at"] < earlier.ends_at]
    assert (month.total.value, month.total.low, month.total.high) == pytest.approx(oracle.nps(points_of(now)))
    for row in month.rows:
        of_group = points_of(one for one in now if one["region"] == row.by["region"])
        assert (row.value.value, row.value.low, row.value.high) == pytest.approx(oracle.nps(of_group))
    low, high = oracle.change(points_of(now), points_of(before))
    change = month.comparison.change
    assert (change.low, change.high, change.clear) == (pytest.approx(low), pytest.approx(high), low > 0 or high < 0)


def test_waves_come_in_the_order_in_which_they_were_first_answered(asked: tuple[CommandCenter, Any, Any]) -> None:
    center, answers, _ = asked
    found = center.ask("nps_relational", period="all", split_by="wave")
    assert [row.by["wave"] for row in found.rows] == list(WAVES)
    for row in found.rows:
        expected = oracle.nps(points_of(one for one in answers if one["wave"] == row.by["wave"]))
        assert (row.value.value, row.value.low, row.value.high) == pytest.approx(expected)


@pytest.mark.parametrize("weigh", ["account", "value"])
def test_by_account_each_counts_once_and_by_value_by_what_it_brings(asked: tuple[CommandCenter, Any, Any], weigh: str) -> None:
    center, answers, _ = asked
    found = center.ask("nps_relational", period="all", split_by="region", weigh=weigh)
    assert found.total.value == pytest.approx(oracle.weighed(answers, weigh == "value"))
    assert found.total.n == len(answers)
    for row in found.rows:
        some = [one for one in answers if one["region"] == row.by["region"]]
        assert row.value.value == pytest.approx(oracle.weighed(some, weigh == "value"))
        assert (row.value.low or -100) <= (row.value.value or 0) <= (row.value.high or 100)


def test_a_theme_takes_from_the_score_what_is_gained_without_those_who_speak_of_it(asked: tuple[CommandCenter, Any, Any]) -> None:
    center, answers, spoken = asked
    found = center.ask("nps_themes", period="all")
    told = {row.by["theme"]: (row.value.n, pytest.approx(row.value.value)) for row in found.rows}
    assert told == oracle.theme_effects(answers, spoken)
    assert [row.value.value for row in found.rows] == sorted(row.value.value or 0 for row in found.rows)
    for row in found.rows:
        people = center.customers_behind("nps_themes", period="all", mark=row.by)
        assert (people.count, len(people.rows)) == (row.value.n, row.value.n)
        assert {one["word"] for one in people.rows} == {row.by["theme"].lower()} == set(row.extra["words"])
    with pytest.raises(UnknownName, match='"Weather" is not a value of theme'):
        center.customers_behind("nps_themes", period="all", mark={"theme": "Weather"})


def test_a_comment_is_told_with_its_themes_and_their_words(asked: tuple[CommandCenter, Any, Any]) -> None:
    center, _, spoken = asked
    every = center.ask("comments", period="all", most=1000)
    some = center.ask("comments", period="all", most=1000, theme="Price")
    assert every.total.n == len(every.rows) == len(spoken)
    assert len(some.rows) == sum("Price" in themes for themes in spoken.values())
    assert all({"theme": "Price", "word": "price"} in row.extra["themes"] for row in some.rows)


@pytest.mark.parametrize(("given", "points"), [("promoters", 100), ("passives", 0), ("detractors", -100)])
def test_comments_are_narrowed_to_who_would_or_would_not_recommend(
    asked: tuple[CommandCenter, Any, Any], given: str, points: int
) -> None:
    center, answers, spoken = asked
    theirs = {row["row_id"] for row in answers if row["net_points"] == points and row["row_id"] in spoken}
    found = center.ask("comments", period="all", most=1000, given=given)
    assert found.total.n == len(found.rows) == len(theirs)
    assert {row.extra["kind"] for row in found.rows} == {given.removesuffix("s")}
    assert center.customers_behind("comments", period="all", given=given).count == len(theirs)
    both = center.ask("comments", period="all", most=1000, given=given, theme="Price")
    assert len(both.rows) == sum("Price" in spoken[row_id] for row_id in theirs)


def other_scales(draw: Random) -> list[dict[str, Any]]:
    told = {"is_comparable": False}
    return [
        some_answer(draw, number) | told | {"scale": draw.choice(("1–10, not comparable", "1–5, not comparable"))}
        for number in range(120)
    ]


def test_scales_are_never_added_up(tmp_path: Path) -> None:
    answers = other_scales(Random(3))
    center = center_of(tmp_path, answers)
    every = center.ask("nps_relational_other_scales", period="all")
    assert (every.total.value, every.total.n) == (None, 120)
    assert "never added up" in every.notices[-1]
    by_scale = defaultdict(list)
    for row in answers:
        by_scale[row["scale"]].append(row["nps_points"])
    assert {row.by["scale"]: row.value.value for row in every.rows} == {
        name: pytest.approx(sum(points) / len(points)) for name, points in by_scale.items()
    }
    one = center.ask("nps_relational_other_scales", period="all", where={"scale": "1–10, not comparable"}, split_by="wave")
    assert (one.total.value, one.total.low, one.total.high) == pytest.approx(oracle.nps(by_scale["1–10, not comparable"]))
    with pytest.raises(QuestionError, match="several scales are split by one more thing"):
        center.ask("nps_relational_other_scales", period="all", split_by=["wave", "region"])


def test_who_answered_is_counted_over_all_scales_dated_by_delivery(tmp_path: Path) -> None:
    draw = Random(4)
    asked = [
        some_answer(draw, number) | {"scale": draw.choice(("0–10", "1–5")), "is_answered": draw.random() < 0.4,
                                     "tells_a_rate": draw.random() < 0.8, "delivered_at": AS_OF - draw.randrange(14, 60) * DAY}
        for number in range(150)
    ]  # fmt: skip
    found = center_of(tmp_path, asked).ask("response_rate", period="2026-09")
    assert found.period is not None
    counted = [
        row for row in asked if row["tells_a_rate"] and found.period.starts_at <= row["delivered_at"] < found.period.ends_at
    ]
    assert (found.total.numerator, found.total.denominator) == (sum(row["is_answered"] for row in counted), len(counted))


# -- confidential answers --------------------------------------------------------------------------------


def confidential_center(folder: Path, counts: dict[str, int], comments: Sequence[str] = ()) -> CommandCenter:
    """A center whose answers are all confidential, so many from each region."""
    draw, answers = Random(5), []
    for region, count in counts.items():
        answers += [
            some_answer(draw, len(answers)) | {"region": region, "is_hidden": "yes", "answered_at": AS_OF - DAY}
            for _ in range(count)
        ]
        answers = [row | {"customer_id": f"C{number}", "row_id": f"r{number}"} for number, row in enumerate(answers)]
    for row, comment in zip(answers, comments, strict=False):
        row["comment"] = comment
    return center_of(folder, answers)


def scores_by(found: Answer, dimension: str) -> dict[str, bool]:
    return {row.by[dimension]: row.value.value is not None for row in found.rows}


def test_a_small_confidential_group_is_hidden_and_the_next_smallest_with_it(tmp_path: Path) -> None:
    center = confidential_center(tmp_path, {"North": 40, "South": 12, "East": 4})
    found = center.ask("nps_relational", period="all", split_by="region")
    assert scores_by(found, "region") == {"North": True, "South": False, "East": False}
    assert found.total.value is not None
    assert all((row.value.numerator, row.value.low) == (None, None) for row in found.rows if row.value.value is None)
    assert "2 groups are hidden" in found.notices[-1] or any("2 groups are hidden" in told for told in found.notices)


def test_what_a_split_would_hide_no_filter_and_no_other_shows(tmp_path: Path) -> None:
    center = confidential_center(tmp_path, {"North": 40, "South": 12, "East": 4})
    for region, is_shown in (("North", True), ("South", False), ("East", False)):
        assert (center.ask("nps_relational", period="all", where={"region": region}).total.value is not None) is is_shown
    grouped = center.ask("nps_relational", period="all", split_by="region", most=2)
    assert scores_by(grouped, "region") == {"North": True, "South": False, "other": False}
    weighed = center.ask("nps_relational", period="all", split_by="region", weigh="account")
    assert scores_by(weighed, "region") == {"North": True, "South": False, "East": False}


def test_two_small_confidential_groups_hide_each_other_and_large_ones_hide_nothing(tmp_path: Path) -> None:
    two = confidential_center(tmp_path / "two", {"North": 40, "South": 5, "East": 4})
    assert scores_by(two.ask("nps_relational", period="all", split_by="region"), "region") == {
        "North": True, "South": False, "East": False,
    }  # fmt: skip
    large = confidential_center(tmp_path / "large", {"North": 40, "South": 10})
    assert all(scores_by(large.ask("nps_relational", period="all", split_by="region"), "region").values())


def test_nobody_who_answered_confidentially_is_listed_and_two_ways_are_refused(tmp_path: Path) -> None:
    center = confidential_center(tmp_path, {"North": 40, "South": 12})
    for metric in ("nps_relational", "nps_themes", "comments", "voice_by_stage"):
        with pytest.raises(QuestionError, match="given confidentially, and nobody is listed"):
            center.customers_behind(metric, period="all")
    with pytest.raises(QuestionError, match="told by one thing at a time"):
        center.ask("nps_relational", period="all", split_by=["region", "stage"])


def test_fewer_than_ten_confidential_answers_have_no_score_at_all(tmp_path: Path) -> None:
    found = confidential_center(tmp_path, {"North": 9}).ask("nps_relational", period="all")
    assert (found.total.value, found.total.low, found.total.numerator, found.total.n) == (None, None, None, 9)
    assert found.caption == "Fewer than 10 confidential answers: their score is not told."


def test_confidential_comments_are_told_from_ten_on_without_what_tells_who_wrote_them(tmp_path: Path) -> None:
    told = ("Call me on +49 30 1234567, Ann Example3 said so", "write to ann@example.com", "contract 4711 is wrong")
    center = confidential_center(tmp_path / "many", {"North": 12}, told)
    found = center.ask("comments", period="all")
    text = [row.extra["comment"] for row in found.rows]
    assert "Call me on […], […] […] said so" in text
    assert "write to […]" in text
    assert "contract […] is wrong" in text
    assert {(row.extra["customer_id"], row.extra["score"], row.extra["answered_at"]) for row in found.rows} == {
        (None, None, None)
    }
    for kind in ("promoters", "passives", "detractors"):
        narrowed = center.ask("comments", period="all", given=kind)
        assert (narrowed.total.n, narrowed.rows) == (0, ()), "a score is never told of what was written confidentially"
    few = confidential_center(tmp_path / "few", {"North": 9}, told).ask("comments", period="all")
    assert (few.total.n, few.rows) == (9, ())


def test_asked_and_unasked_voice_stand_side_by_side_in_each_stage(tmp_path: Path) -> None:
    draw = Random(9)
    answers = [some_answer(draw, number) for number in range(80)]
    cases = [
        person(f"C{draw.randrange(80)}", case_id=f"K{number}", opened_at=AS_OF - draw.randrange(60) * DAY, is_counted=draw.random() < 0.9,
               is_complaint=draw.random() < 0.3, stage=draw.choice(STAGES), category=draw.choice(("bill", "fault", "move")))
        for number in range(200)
    ]  # fmt: skip
    center = center_of(tmp_path, answers, fct_case=cases)
    found = center.ask("voice_by_stage", period="all")
    assert [row.by["stage"] for row in found.rows] == list(STAGES)
    for row in found.rows:
        counted = [case for case in cases if case["is_counted"] and case["stage"] == row.by["stage"]]
        asked = oracle.nps(points_of(one for one in answers if one["stage"] == row.by["stage"]))
        assert row.value.value == pytest.approx(asked[0] if asked else None)
        assert row.extra["requests"].n == len(counted)
        for part, some in (("requests", counted), ("complaints", [case for case in counted if case["is_complaint"]])):
            people = center.customers_behind("voice_by_stage", period="all", mark={**row.by, "part": part})
            assert people.count == row.extra[part].n == len(some) == len(people.rows)
            assert people.customers == row.extra[part].customers == len({case["customer_id"] for case in some})
        top = [sum(case["category"] == one["category"] for case in counted) for one in row.extra["categories"]]
        assert top == [one["requests"] for one in row.extra["categories"]] == sorted(top, reverse=True)
