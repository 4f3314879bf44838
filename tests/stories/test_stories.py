"""The truths planted in the sample, found again by asking: sample_data/STORIES.md, in the same order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.answer import Answer, Value

OCTOBER = "2026-10"
STAGE_LABELS = ("Convert", "Retain", "Loyalty", "Refer")


def counted(value: Value) -> tuple[float | None, int]:
    """What was counted as good, and of how many."""
    return value.numerator, value.n


def by(answer: Answer, dimension: str) -> dict[str, Value]:
    return {row.by[dimension]: row.value for row in answer.rows}


def equation(center: CommandCenter, month: str, **asked: Any) -> list[Mapping[str, Any]]:
    return [row.extra for row in center.ask("customer_equation", period=month, **asked).rows]


# -- customers as assets --------------------------------------------------------------------------------


def test_october_ends_with_more_customers_but_less_value(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    [found] = equation(sample_center, OCTOBER)
    planted = truth["equation"][OCTOBER]
    for part in ("opening", "gained", "returned", "ended", "fell_silent", "closing"):
        assert found[part]["customers"] == planted[part]["customers"], part
        assert found[part]["value"] == pytest.approx(planted[part]["value"], abs=1), part
    for part in ("grown", "shrunk"):
        assert found[part]["value"] == pytest.approx(planted[part]["value"], abs=1), part
    assert found["closing"]["customers"] > found["opening"]["customers"]
    assert found["closing"]["value"] < found["opening"]["value"]


@pytest.mark.parametrize("month", ["2024-09", "2025-01", "2025-03", "2025-10", "2026-03", "2026-09"])
def test_every_month_is_as_planted(sample_center: CommandCenter, truth: dict[str, Any], month: str) -> None:
    [found] = equation(sample_center, month)
    planted = truth["equation"][month]
    for part in ("opening", "gained", "returned", "ended", "fell_silent", "closing"):
        assert found[part]["customers"] == planted[part]["customers"], part
        assert found[part]["value"] == pytest.approx(planted[part]["value"], abs=1), part


def test_a_year_earlier_both_grew(sample_center: CommandCenter) -> None:
    [found] = equation(sample_center, "2025-10")
    assert found["closing"]["customers"] > found["opening"]["customers"]
    assert found["closing"]["value"] > found["opening"]["value"]


def test_who_left_in_october_was_worth_twice_who_came(sample_center: CommandCenter) -> None:
    [found] = equation(sample_center, OCTOBER)
    left = found["ended"]["value"] / found["ended"]["customers"]
    came = found["gained"]["value"] / found["gained"]["customers"]
    assert left > 2 * came


def test_the_equation_adds_up_in_every_segment(sample_center: CommandCenter) -> None:
    rows = equation(sample_center, OCTOBER, split_by="segment")
    assert len(rows) >= 5
    for row in rows:
        terms = {part: told for part, told in row.items() if isinstance(told, Mapping) and "customers" in told}
        count = {part: told.get("n", told["customers"]) for part, told in terms.items()}
        came = count["gained"] + count["returned"] + count["moved_in"]
        went = count["ended"] + count["fell_silent"] + count["moved_out"]
        assert count["closing"] == count["opening"] + came - went


def test_most_who_left_in_october_had_waited_too_long_or_paid_too_much(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:
    answer = sample_center.ask("customers_lost", period=OCTOBER, split_by="reason")
    found = {reason: value.value for reason, value in by(answer, "reason").items()}
    assert found == truth["reasons_lost"]
    named = sorted((reason for reason in found if reason != "unknown"), key=lambda reason: -(found[reason] or 0))
    assert set(named[:2]) == {"Waited too long for help", "Price after first year"}


def test_the_reason_is_known_of_most_who_ended_and_of_nobody_who_fell_silent(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    found = by(sample_center.ask("reasons_lost", period=OCTOBER), "reason")
    silent = truth["equation"][OCTOBER]["fell_silent"]["customers"]
    assert found["fell silent"].n == silent
    assert found["unknown"].n == truth["reasons_lost"]["unknown"] - silent
    assert len(found) == 8
    assert sum(value.n for value in found.values()) == sum(truth["reasons_lost"].values())


def test_forty_six_were_brought_to_us_in_october(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    people = sample_center.customers_behind("customers_brought", period=OCTOBER)
    assert people.count == people.customers == len(people.rows) == truth["brought_in_october"] == 46
    assert sample_center.ask("recommendations", period=OCTOBER).total.n == 46


def test_october_wins_no_more_of_its_sales_than_the_months_before(sample_center: CommandCenter) -> None:
    months = sample_center.ask("opportunities_won", period=OCTOBER, series=7).rows
    usual = sum(row.value.numerator or 0 for row in months[:-1]) / sum(row.value.n for row in months[:-1])
    assert months[-1].value.low is not None
    assert months[-1].value.low < usual < (months[-1].value.high or 0)


def test_the_list_behind_a_reason_holds_exactly_its_customers(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    people = sample_center.customers_behind("customers_lost", period=OCTOBER, mark={"reason": "Moved away"})
    assert people.count == len(people.rows) == truth["reasons_lost"]["Moved away"]


def test_those_who_moved_into_another_kind_of_customer_on_the_first_of_october(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    answer = sample_center.ask("segment_moves_in", period=OCTOBER, split_by="segment")
    assert {segment: value.value for segment, value in by(answer, "segment").items()} == truth["moved_into_october"]


def test_most_purchases_have_a_known_buyer(sample_center: CommandCenter, manifest: dict[str, Any]) -> None:
    total = sample_center.ask("orders_with_known_buyer", period="all").total
    assert total.numerator is not None
    assert total.n - total.numerator == manifest["till_orders.csv"]["unknown_buyers"]
    assert total.value == pytest.approx(0.985, abs=0.002)


# -- the journey and staying ----------------------------------------------------------------------------


def test_the_journey_strip_of_october(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("journey_strip", period=OCTOBER)
    planted = truth["strip_october"][f"{answer.as_of:%Y-%m-%dT%H:%M:%SZ}"]
    for row, stage in zip((row.extra for row in answer.rows), planted, strict=True):
        assert row["stage_id"] == stage["stage"]
        for part in ("here_now", "entered", "moved_on"):
            assert row[part] == stage[part], (stage["stage"], part)
        if stage["known"]:
            assert counted(row["share"]) == (stage["in_time"], stage["known"]), stage["stage"]


def test_who_is_where_and_who_moved_in_october(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    here, moved = (sample_center.ask(metric, period=OCTOBER) for metric in ("journey_here_now", "journey_moved"))
    planted = truth["strip_october"][f"{here.as_of:%Y-%m-%dT%H:%M:%SZ}"]
    for stock, flow, stage in zip(here.rows, moved.rows, planted, strict=True):
        assert stock.by["stage"] == flow.by["stage"] == stage["stage"]
        assert stock.value.n == flow.extra["closing"]["visits"] == stage["here_now"]
        assert (flow.extra["entered"]["people"], flow.extra["moved_on"]["people"]) == (stage["entered"], stage["moved_on"])


def test_fewer_settled_in_within_thirty_days_than_we_aim_for(sample_center: CommandCenter) -> None:
    choose = sample_center.ask("journey_strip", period=OCTOBER).rows[1].extra
    assert choose["share"].high < choose["target"] == 0.80


def test_how_far_those_of_the_spring_had_come_after_ninety_days(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("journey_funnel", period="2026-Q2", window="90 days")
    planted = truth["funnel_spring"][f"{answer.as_of:%Y-%m-%dT%H:%M:%SZ}"]
    stages = answer.rows[0].extra["stages"]
    assert [stage["reached"] for stage in stages] == [planted[stage["stage"]] for stage in stages]
    assert stages[0]["reached"] == planted["known"]


def test_no_answer_within_two_days_doubles_turning_away(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("journey_drivers", stage="discover", window="90 days")
    reply = next(row for row in answer.rows if row.by["thing"] == "asked, no reply within 2 days")
    asked = truth["questions"]
    assert reply.extra["clear"]
    unanswered, answered = reply.extra["with"], reply.extra["without"]
    assert unanswered.numerator == asked["unanswered"]["people"] - asked["unanswered"]["chose"] == 378
    assert answered.numerator == asked["answered"]["people"] - asked["answered"]["chose"] == 630
    assert unanswered.value > 1.8 * answered.value
    behind = sample_center.customers_behind(
        "journey_drivers", stage="discover", window="90 days", mark={"thing": reply.by["thing"], "part": "with_turned_away"}
    )
    assert behind.count == behind.customers == len(behind.rows) == 378


def test_after_the_first_year_more_leave(sample_center: CommandCenter) -> None:
    before, year, after = sample_center.ask("survival", event="ended", ages="380,430").rows[0].extra["leaving"]
    assert year.low < 0.0246 < year.high
    assert max(before.per_month, after.per_month) < year.low
    assert year.per_month > 1.6 * after.per_month


def test_how_many_who_came_in_january_2025_stayed(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    rows = {row.by["cohort"]: row.extra for row in sample_center.ask("retention", period="2025-01").rows}
    cells = rows["2025-01"]["cells"]
    planted = truth["still_with_us_2025_01"]
    assert rows["2025-01"]["size"] == planted[0]
    assert [cell["value"].numerator for cell in cells[: len(planted)]] == planted


# -- promises -------------------------------------------------------------------------------------------


def test_first_replies_kept_in_october_by_channel(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("replied_in_time", period=OCTOBER, split_by="channel")
    planted = {channel: (counts["kept"], counts["decided"]) for channel, counts in truth["first_replies"].items()}
    assert {channel: counted(value) for channel, value in by(answer, "channel").items()} == planted


def test_letters_are_answered_late_more_often_than_calls(sample_center: CommandCenter) -> None:
    found = by(sample_center.ask("replied_in_time", period=OCTOBER, split_by="channel"), "channel")
    assert (found["email"].high or 1) < (found["phone"].low or 0)


def test_commitments_kept_in_october_by_kind(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("commitments_kept", period=OCTOBER, split_by="promise")
    planted = {kind: (counts["kept"], counts["decided"]) for kind, counts in truth["commitments"].items()}
    assert {kind: counted(value) for kind, value in by(answer, "promise").items()} == planted


def test_installations_have_been_late_since_september_and_most_of_all_in_the_north(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    asked = {"where": {"promise": "installation"}}
    found = by(sample_center.ask("commitments_kept", period="2026-09-10..2026-11-01", split_by="region", **asked), "region")
    planted = {region: (counts["kept"], counts["decided"]) for region, counts in truth["installations_by_region"].items()}
    assert {region: counted(value) for region, value in found.items()} == planted
    before = sample_center.ask("commitments_kept", period="2026-05-01..2026-08-01", **asked).total
    assert (before.value or 0) > 0.8
    assert min(found, key=lambda region: found[region].value or 0) == "north"
    assert (found["north"].value or 1) < 0.5


def test_thirty_seven_requests_wait_past_the_promise_of_a_reply(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    where = {"promise": "first_reply"}
    assert sample_center.ask("past_promise_now", where=where).total.n == truth["waiting"]["past_promise"] == 37
    assert sample_center.ask("running_clocks", where=where).total.n == truth["waiting"]["unanswered"]
    assert sample_center.ask("open_cases").total.customers == truth["waiting"]["customers_with_an_open_case"]


# -- voice ----------------------------------------------------------------------------------------------


def test_would_they_recommend_us(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    total = sample_center.ask("nps_relational", period=OCTOBER).total
    assert total.value == pytest.approx(truth["nps_2026"]["nps"])
    assert total.n == truth["nps_2026"]["answers"]


def test_those_who_settle_in_recommend_us_least_and_those_who_bring_others_most(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    found = by(sample_center.ask("nps_relational", period=OCTOBER, split_by="stage"), "stage")
    for stage, planted in truth["nps_2026"]["by_stage"].items():
        assert found[stage].n == planted["answers"], stage
        assert found[stage].value == pytest.approx(planted["nps"]), stage
    known = {stage: found[stage].value or 0 for stage in STAGE_LABELS}
    assert min(known, key=lambda stage: known[stage]) == "Retain"
    assert max(known, key=lambda stage: known[stage]) == "Refer"


def test_late_help_satisfies_less(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    opened, replied, answers = (
        sample_center.customers_behind(metric, period="all", limit=100_000).rows
        for metric in ("cases_opened", "replied_in_time", "satisfied_after_contact")
    )
    number = {row["subject"].removeprefix("S"): row["at"] for row in opened}  # the field service puts an S before the number
    broken = {row["subject"].removeprefix("S") for row in replied if not row["value"]}
    found = {word: {"answers": 0, "satisfied": 0} for word in ("in time", "late")}
    for row in answers:
        until_solved = row["sent_at"] - timedelta(hours=2) - number[row["case_id"]]  # who is helped is asked two hours later
        counts = found["late" if row["case_id"] in broken or until_solved > timedelta(days=4) else "in time"]
        counts["answers"] += 1
        counts["satisfied"] += int(row["value"])
    assert found == truth["satisfied_after"]
    total = sample_center.ask("satisfied_after_contact", period="all").total
    assert total.n == sum(counts["answers"] for counts in found.values())


def test_customers_installed_late_answer_near_ten(sample_center: CommandCenter) -> None:
    broken = sample_center.customers_behind(
        "commitments_kept", period="2024-09-01..2026-10-05", where={"promise": "installation"}, limit=100_000
    )
    late = {row["customer_id"] for row in broken.rows if row["value"] == 0}
    answers = sample_center.customers_behind("nps_relational", period=OCTOBER, limit=100_000)
    points = [row["value"] for row in answers.rows if row["customer_id"] in late]
    assert len(points) == 90
    assert sum(points) / len(points) == pytest.approx(10, abs=0.01)


# -- respect --------------------------------------------------------------------------------------------


def test_those_sold_to_while_a_complaint_was_open_were_all_of_the_autumn_campaign(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    answer = sample_center.ask("outreach_during_complaint", period=OCTOBER, split_by="campaign")
    hit = {row.by["campaign"]: row.extra["customers_affected"] for row in answer.rows if row.extra["affected"]}
    planted = truth["sold_to_during_complaint"]
    assert hit == {"Autumn offer 2026": planted["customers"]}
    assert answer.total.numerator == planted["customers"] == 46
    behind = sample_center.customers_behind("outreach_during_complaint", period=OCTOBER, mark={"part": "affected"})
    assert {row["campaign_id"] for row in behind.rows} == {planted["campaign"]}
    assert sum(row["opted_out_after"] for row in behind.rows) == truth["opted_out_within_a_week"] == 9


def test_nobody_else_was_ever_sold_to_while_a_complaint_was_open(sample_center: CommandCenter) -> None:
    before = sample_center.ask("outreach_during_complaint", period="2024-09-01..2026-10-01").total
    assert before.n > 20_000
    assert before.numerator == 0


def test_letters_were_sent_after_consent_had_been_taken_back(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    answer = sample_center.ask("sent_without_consent", period="all", split_by="campaign", most=200)
    hit = {row.by["campaign"]: row.extra["affected"] for row in answer.rows if row.extra["affected"]}
    planted = truth["letters_after_opting_out"]
    assert hit == {"no campaign": planted["of no campaign"], "Autumn offer 2026": planted["of a campaign"]}
    assert planted["of no campaign"] == 30
