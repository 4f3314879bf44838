"""Groups of fewer than five customers: none is told, and none follows from what is told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise, product
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.answer import Answer, Change, Comparison, Row, Value, json_ready
from metrics.coarse import Kind, has_few, in_steps
from metrics.errors import QuestionError
from metrics.kaplan_meier import Step
from metrics.selection import Selection
from metrics.small_groups import hidden_groups, sizes_of, told
from queries.policy import FEW, Policy

FEWER = Policy(names=False, least=FEW)
SIZES = st.one_of(st.integers(0, 7), st.integers(0, 60))


def lines_of(sizes: Mapping[tuple[str, ...], int]) -> list[list[tuple[str, ...]]]:
    """What is summed up somewhere: everything, by each value of the other dimension."""
    by_rest: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for group in sizes:
        for place in range(len(group)):
            by_rest.setdefault((place, group[:place] + group[place + 1 :]), []).append(group)
    return list(by_rest.values())


def solvable(lines: list[list[tuple[str, ...]]], unknown: list[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Which unknown numbers Gauss and Jordan find when the sums of the lines and all other numbers are known; exact."""
    rows = [[Fraction(int(group in line)) for group in unknown] for line in lines]
    found, top = set(), 0
    for column in range(len(unknown)):
        pivot = next((at for at in range(top, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[top], rows[pivot] = rows[pivot], rows[top]
        rows[top] = [cell / rows[top][column] for cell in rows[top]]
        for at, row in enumerate(rows):
            if at != top and row[column]:
                rows[at] = [cell - row[column] * other for cell, other in zip(row, rows[top], strict=True)]
        top += 1
    for row in rows:
        if sum(1 for cell in row if cell) == 1:
            found.add(unknown[next(at for at, cell in enumerate(row) if cell)])
    return found


def check_hidden(sizes: Mapping[tuple[str, ...], int]) -> None:
    gone = hidden_groups(sizes, FEW)
    assert {group for group, size in sizes.items() if 0 < size < FEW} <= gone
    assert all(sizes[group] for group in gone)
    summed = [line for line in lines_of(sizes) if sum(sizes[group] for group in line) >= FEW]
    for group in solvable(summed, sorted(gone)):  # then nothing is left in its lines that could be left out, too
        assert all(other in gone or not sizes[other] for line in summed if group in line for other in line)
    for line in summed:
        out = [sizes[group] for group in line if group in gone]
        if out and any(group not in gone and sizes[group] for group in line):
            assert len(out) > 1
            assert sum(out) >= FEW
            assert max(out) >= FEW or sum(out) < len(out) * (FEW - 1)


@given(st.lists(SIZES, min_size=1, max_size=9))
def test_no_group_of_few_follows_from_the_total_of_a_split(sizes: list[int]) -> None:
    check_hidden({(str(place),): size for place, size in enumerate(sizes)})


@given(st.integers(2, 5), st.integers(2, 5), st.data())
def test_no_group_of_few_follows_from_the_sums_of_a_split_by_two(rows: int, columns: int, data: st.DataObject) -> None:
    places = list(product(map(str, range(rows)), map(str, range(columns))))
    check_hidden(dict(zip(places, data.draw(st.lists(SIZES, min_size=len(places), max_size=len(places))), strict=True)))


def value(customers: int, share: float | None = None) -> Value:
    if share is None:
        return Value(value=float(customers), n=customers, customers=customers)
    yes = float(round(share * customers))
    made = yes / customers if customers else None
    return Value(value=made, n=customers, customers=customers, low=0.1, high=0.9, numerator=yes, denominator=float(customers))


def answer_of(
    sizes: list[int], extra: Mapping[str, Any] | None = None, by: str = "segment", share: float | None = None
) -> Answer:
    rows = tuple(Row(by={by: f"g{at}"}, value=value(size, share), extra=extra or {}) for at, size in enumerate(sizes))
    return Answer(
        metric="cases_opened", selection=Selection.of(by=("segment",)), period=None, options={}, snapshot="s", as_of=None,  # type: ignore[arg-type]
        unit="customers", total=value(sum(sizes), share), rows=rows, comparison=None, notices=("2 of them", "by day"),
        caption="All of them",
    )  # fmt: skip


def test_a_group_of_few_is_left_out_with_the_next_and_no_sentence_tells_of_it() -> None:
    seen = told(answer_of([30, 3, 12]), FEW)
    assert [row.by["segment"] for row in seen.rows] == ["g0"]
    assert seen.total.value == 45
    assert "3" not in seen.caption
    assert seen.notices == ("by day", "2 groups are left out: fewer than 5 customers, or they would follow from the others.")


def test_without_few_nothing_changes() -> None:
    whole = replace(answer_of([30, 5, 12], extra={"stage_no": 1, "open": 0, "seconds": 3}), notices=("by day",))
    assert told(whole, FEW) == whole


def test_the_whole_of_few_is_refused_and_nobody_is_not_few() -> None:
    with pytest.raises(QuestionError, match="fewer than 5 customers"):
        told(answer_of([1, 2]), FEW)
    assert told(answer_of([0, 0]), FEW).total == answer_of([0, 0]).total


def test_a_comparison_of_few_is_not_told_and_one_tells_no_group_that_is_left_out_now() -> None:
    whole = answer_of([30, 3, 12, 9])
    then = Comparison(period=None, total=value(40), rows=answer_of([10, 10, 10, 10]).rows, change=Change(value=14.0))  # type: ignore[arg-type]
    seen = told(replace(whole, comparison=then), FEW)
    assert seen.comparison is not None
    assert {row.by["segment"] for row in seen.comparison.rows} == {row.by["segment"] for row in seen.rows} == {"g0", "g2"}
    assert told(replace(whole, comparison=replace(then, total=value(4))), FEW).comparison is None


def test_few_then_are_not_told_beside_nobody_now() -> None:
    few = answer_of([3, 0])
    then = Comparison(period=None, total=few.total, rows=few.rows, change=Change(value=-3.0))  # type: ignore[arg-type]
    assert told(replace(answer_of([0, 0]), comparison=then), FEW).comparison is None


def test_the_change_of_what_is_told_in_steps_is_not_told() -> None:
    whole = answer_of([40, 12], {"open": 2})
    then = Comparison(period=None, total=value(50), rows=answer_of([40, 10]).rows, change=Change(value=2.0))  # type: ignore[arg-type]
    seen = told(replace(whole, comparison=then), FEW).comparison
    assert seen is not None
    assert seen.change == Change(value=None)


@given(st.lists(st.integers(5, 90), min_size=2, max_size=6), st.integers(1, 4), st.integers(5, 400))
def test_where_a_part_is_of_few_all_that_is_counted_is_told_in_steps(sizes: list[int], few: int, many: int) -> None:
    extra = {"open": few, "stages": [{"stage_no": 2, "reached": many, "share": value(many, 0.5)}]}
    seen = told(answer_of(sizes, extra, share=0.5), FEW)
    counts = [seen.total, *(row.value for row in seen.rows), *(row.extra["stages"][0]["share"] for row in seen.rows)]
    for one in counts:
        assert {one.n % FEW, one.customers % FEW, one.numerator % FEW, one.denominator % FEW} == {0}  # type: ignore[operator]
        assert one.value is None or one.value == one.numerator / one.denominator  # type: ignore[operator]
        assert one.low is one.high is None
    for row in seen.rows:
        assert row.extra["open"] % FEW == row.extra["stages"][0]["reached"] % FEW == 0
        assert abs(row.extra["stages"][0]["reached"] - many) <= FEW / 2
        assert row.extra["stages"][0]["stage_no"] == 2


def test_means_stay_when_counts_are_told_in_steps() -> None:
    mean = Value(value=3.7, n=31, customers=17, low=3.0, high=4.0)
    whole = replace(answer_of([30]), total=mean)
    assert in_steps(whole, FEW).total == Value(value=3.7, n=30, customers=15)


def shares_of(counted: list[tuple[int, int]]) -> Answer:
    """An answer of shares by group: how many of how many."""
    rows = tuple(Row(by={"segment": f"g{at}"}, value=share_of(yes, size)) for at, (yes, size) in enumerate(counted))
    total = share_of(*map(sum, zip(*counted, strict=True)))
    return replace(answer_of([]), total=total, rows=rows, caption=f"{total.numerator} of {total.denominator}", notices=())


def share_of(yes: int, size: int) -> Value:
    return replace(value(size, 0.0), value=yes / size, numerator=float(yes), denominator=float(size))


@pytest.mark.parametrize("few", [2, 98])
def test_a_share_tells_neither_few_nor_all_but_few(few: int) -> None:
    seen = told(shares_of([(few, 100)]), FEW)
    assert (seen.total.value, seen.total.low, seen.total.high) == (round(few, -1) / 100, None, None)
    assert seen.total.numerator in (0, 100)
    assert seen.notices == ("Counts are told in steps of 5: some parts are of fewer customers.",)
    assert seen.caption == seen.notices[0]


@pytest.mark.parametrize(("per", "kind"), [(1000, Kind(interval="per_1000")), (100, Kind())])
def test_few_of_a_thousand_and_all_but_few_of_a_score_are_told_in_steps(per: int, kind: Kind) -> None:
    many = Value(
        value=995.0 * per / 1000, n=1000, customers=1000, numerator=995.0 * (per if per == 1000 else 1), denominator=1000.0
    )
    few = replace(many, value=per * 0.997, numerator=997.0 * (per if per == 1000 else 1))
    for one, wanted in ((many, many.value), (few, 0.995 * per)):
        assert told(replace(answer_of([]), total=one, rows=()), FEW, kind).total.value == wanted
    assert not has_few(replace(answer_of([]), total=many, rows=()), FEW, kind)


COUNTED = st.integers(5, 40).flatmap(
    lambda size: st.tuples(st.one_of(st.integers(0, min(8, size)), st.integers(0, size)), st.just(size))
)


@given(st.lists(COUNTED, min_size=1, max_size=5))
@example([(2, 40), (7, 40), (7, 40), (7, 40)])
@example([(3, 40), (8, 40), (8, 40), (8, 40), (8, 40)])
@settings(max_examples=60, deadline=None)
def test_no_count_of_few_follows_from_shares_and_their_total(counted: list[tuple[int, int]]) -> None:
    """Somebody who knows every size, and how this is told, is left with more than one number for whatever is few."""
    seen = told(shares_of(counted), FEW)
    for at, (yes, size) in enumerate(counted):
        if 0 < yes < FEW or 0 < size - yes < FEW:
            assert any(told(shares_of(other), FEW) == seen for other in others_of(counted, at))


def others_of(counted: list[tuple[int, int]], at: int) -> Iterator[list[tuple[int, int]]]:
    """Yields what else it could have been: another number at one place, and what else is near it at the others."""
    near = [[(few, size) for few in range(max(0, yes - 4), min(size, yes + 4) + 1)] for yes, size in counted]
    near = [sorted(one, key=lambda told, yes=yes: abs(told[0] - yes)) for one, (yes, _) in zip(near, counted, strict=True)]
    near[at] = [one for one in near[at] if one != counted[at]]
    for places in range(len(counted)):  # few others moved first
        for moved in combinations([place for place in range(len(counted)) if place != at], places):
            for chosen in product(*(near[place] if place in (*moved, at) else [counted[place]] for place in range(len(counted)))):
                yield list(chosen)


def test_what_is_left_out_has_no_few_by_subtraction() -> None:
    """9 of 60 in all and 7 of 50 in the group that is told: 2 of the ten that are left out, which makes steps of all."""
    seen = told(shares_of([(7, 50), (1, 4), (1, 6)]), FEW)
    assert [row.value.numerator for row in seen.rows] == [5.0]
    assert seen.total.numerator == 10.0


def test_what_is_reckoned_of_counts_is_not_told_where_they_are_in_steps() -> None:
    extra = {
        "share_of_ended": 0.04, "value_a_year": 812.5, "median_seconds": 17.5, "target": 0.8, "open": 2,
        "change": Change(value=0.02, low=0.01, high=0.03), "parts": {"lost": {"n": 2, "value": 99.5}}, "step": [{"rate": 0.02}],
    }  # fmt: skip
    (row,) = told(answer_of([50], extra), FEW).rows
    assert row.extra == {
        "share_of_ended": None, "value_a_year": None, "median_seconds": None, "target": 0.8, "open": 0,
        "change": Change(value=None), "parts": {"lost": {"n": 0, "value": None}}, "step": [{"rate": None}],
    }  # fmt: skip


def test_what_few_are_worth_is_not_told_and_what_many_are_worth_is() -> None:
    rows = (
        Row(value=Value(value=812.5, n=3, customers=2), at="2026-01"),
        Row(value=Value(value=90.5, n=9, customers=9), at="2026-02"),
    )
    assert [row.value.value for row in told(replace(answer_of([50]), rows=rows), FEW).rows] == [None, 90.5]


@pytest.mark.parametrize("n", [4, 25, 60, 300])
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
def test_a_step_of_a_curve_is_told_only_where_more_than_one_may_have_made_it(n: int, rate: float) -> None:
    drawn, steps, share = Random(n), [], 1.0
    leave = [drawn.random() < rate for _ in range(n)]
    for at in (at for at in range(n) if leave[at]):
        share *= 1 - 1 / (n - at)
        steps.append(Step(days=at, share=share, low=0.1, high=0.9, at_risk=n - at, lost=1, spread=0.3))
    whole = answer_of([50], {"curve": steps, "lost": 1})
    seen = [point for row in told(whole, FEW).rows for point in row.extra["curve"]]
    assert seen or n < 300
    followed = [
        step.at_risk for step in steps if step.at_risk >= max(4 * FEW, max((step.at_risk for step in steps), default=0) / 4)
    ]
    shares = [1.0, *(point.share for point in seen)]
    for point, (was, now) in zip(seen, pairwise(shares), strict=True):
        assert was > now
        assert sum(leave[: point.days + 1]) >= (1 - now) * min(followed) - FEW / 2
        assert sum(leave[: point.days + 1]) > 1
    assert all(point.low is point.high is None and point.at_risk % FEW == point.lost % FEW == 0 for point in seen)


def test_every_metric_keeps_few_from_whom_they_are_not_for(tiny_center: CommandCenter) -> None:
    """No total, no group of a split and no part of any metric counts one to four customers, over the whole catalog."""
    viewer, refused, left_out, asked = tiny_center.under(FEWER), 0, 0, 0
    for metric in tiny_center.metrics():
        for split in ("", *metric.split_by[:1]):
            period = None if metric.is_now else "2026"
            try:
                plain = tiny_center.ask(metric.metric_id, period=period, split_by=split)
            except QuestionError:
                continue
            asked += 1
            if 0 < plain.total.customers < FEW:
                refused += 1
                with pytest.raises(QuestionError, match="fewer than 5 customers"):
                    viewer.ask(metric.metric_id, period=period, split_by=split)
                continue
            seen = viewer.ask(metric.metric_id, period=period, split_by=split)
            left_out += len(plain.rows) - len(seen.rows)
            if seen.total.customers and metric.figure != "comments":
                assert not 0 < seen.total.customers < FEW
                assert not [row for row in seen.rows if 0 < row.value.customers < FEW], metric.metric_id
    assert asked > 100
    assert refused > 3
    assert left_out > 10


def group_of_few(center: CommandCenter) -> tuple[str, list[str]]:
    """A group of the segment split that has few, and those that are left out with it."""
    plain = center.ask("cases_opened", period="2026", split_by="segment")
    sizes = sizes_of(plain.rows, ("segment",))
    few = [group for group, size in sizes.items() if 0 < size < FEW]
    assert few
    gone = hidden_groups(sizes, FEW)
    return few[0][0], [group for (group,) in gone if (group,) not in few]


def test_a_filter_or_a_list_of_a_group_that_is_left_out_is_refused(tiny_center: CommandCenter) -> None:
    viewer = tiny_center.under(FEWER)
    few, others = group_of_few(tiny_center)
    for name in (few, *others):
        for ask in (
            lambda name=name: viewer.ask("cases_opened", period="2026", where={"segment": name}),
            lambda name=name: viewer.customers_behind("cases_opened", period="2026", where={"segment": name}),
            lambda name=name: viewer.customers_behind("cases_opened", period="2026", mark={"segment": name}),
        ):
            with pytest.raises(QuestionError, match="fewer than 5 customers"):
                ask()
    everybody = viewer.customers_behind("cases_opened", period="2026")
    assert everybody.count == tiny_center.customers_behind("cases_opened", period="2026").count
    known = {row.by["segment"] for row in viewer.ask("cases_opened", period="2026", split_by="segment").rows}
    for name in known:
        assert viewer.ask("cases_opened", period="2026", where={"segment": name}).total.customers >= FEW


def test_more_than_two_filters_are_refused(tiny_center: CommandCenter) -> None:
    where = {"segment": "Homes, gas", "region": "north", "channel": "email"}
    with pytest.raises(QuestionError, match="3 filters at once"):
        tiny_center.under(FEWER).ask("cases_opened", period="2026", where=where)


def test_who_may_look_at_people_is_told_all(tiny_center: CommandCenter) -> None:
    plain = tiny_center.ask("cases_opened", period="2026", split_by="segment")
    assert json_ready(
        tiny_center.under(Policy(names=False)).ask("cases_opened", period="2026", split_by="segment")
    ) == json_ready(plain)
