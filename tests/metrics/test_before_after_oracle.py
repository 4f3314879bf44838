"""Before and after a change, against a count row by row and the published formulas written out again, on random promises."""

from datetime import date, datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.errors import UnknownName
from queries.errors import DeclarationErrors
from tests.metrics.made import made_center, person

ON = date(2026, 9, 9)
MIDNIGHT = datetime(2026, 9, 8, 22)  # in Berlin the ninth begins
LAST = datetime(2026, 10, 30, 13, 5)
Z = 1.959963984540054
DECLARED = """
[[changes]]
name = "Another installer"
on = 2026-09-09
what = "The partner was replaced."
owner = "onboarding"
metrics = ["commitments_kept"]
touched = { region = ["North"] }
only = { promise = ["installation"] }
days = "30 days"
"""
Promise = dict[str, Any]


def promise(number: int, region: str, day: float, *, was_kept: bool, kind: str = "installation") -> Promise:
    told = {"clock_id": f"K{number}", "promise": kind, "subject_kind": "commitment", "is_decided": True, "was_kept": was_kept}
    return person(f"C{number}", region=region, decided_at=MIDNIGHT + timedelta(days=day), **told)


def center_of(folder: Path, promises: list[Promise], declared: str = DECLARED) -> CommandCenter:
    (folder / "changes.toml").write_text(declared, encoding="utf-8")
    return made_center(folder, {"fct_promise": promises})


def some_promises(chance: Random) -> list[Promise]:
    rates = {(region, when): chance.random() for region in ("North", "South", "unknown") for when in (False, True)}
    found = []
    for number in range(chance.randrange(0, 400)):
        region, day = chance.choice(["North", "South", "unknown"]), chance.uniform(-65, 51)
        was_kept = chance.random() < rates[region, day >= 0]
        found.append(
            promise(number, region, day, was_kept=was_kept, kind=chance.choice(["installation", "installation", "offer"]))
        )
    return found


def counted(promises: list[Promise], region: str, first: int, end: int) -> tuple[int, int]:
    """How many were kept, of how many decided from one day on until another."""
    day = timedelta(days=1)
    there = [
        one
        for one in promises
        if one["region"] == region and one["promise"] == "installation"
        and MIDNIGHT + first * day <= one["decided_at"] < MIDNIGHT + end * day
    ]  # fmt: skip
    return sum(one["was_kept"] for one in there), len(there)


def limits(kept: int, n: int) -> tuple[float, float, float]:
    """A share with Wilson's limits."""
    share = kept / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return share, max(0.0, middle - half), min(1.0, middle + half)


def of_differences(parts: list[tuple[int, tuple[float, float, float]]]) -> tuple[float, float, float]:
    """Zou and Donner's limits of a sum and difference of shares."""
    total = sum(sign * share for sign, (share, _, _) in parts)
    lower = sum((share - low) ** 2 if sign > 0 else (high - share) ** 2 for sign, (share, low, high) in parts)
    upper = sum((high - share) ** 2 if sign > 0 else (share - low) ** 2 for sign, (share, low, high) in parts)
    return total, total - sqrt(lower), total + sqrt(upper)


def verdict_of(cells: dict[str, tuple[int, int]]) -> str:
    if any(cells[name][1] < 20 for name in ("before", "after", "others_before", "others_after")):
        return "too few to say"
    shares = {name: limits(*cells[name]) for name in cells if cells[name][1]}
    signs = {"after": 1, "before": -1, "others_after": -1, "others_before": 1}
    total, low, high = of_differences([(sign, shares[name]) for name, sign in signs.items()])
    if low <= 0 <= high:
        return "no clear change"
    if cells["earlier"][1] >= 20:
        was = of_differences([(1, shares["before"]), (-1, shares["earlier"])])
        now = of_differences([(1, shares["after"]), (-1, shares["earlier"])])
        if (was[1] > 0 or was[2] < 0) and now[1] <= 0 <= now[2] and was[0] * total < 0:
            return "back to the usual"
    return "better" if total > 0 else "worse"


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_before_and_after_is_what_a_count_row_by_row_and_the_formulas_say(seed: int) -> None:
    promises = some_promises(Random(seed))
    with TemporaryDirectory() as place:
        center = center_of(Path(place), promises)
        (found,) = center.before_and_after()
        center.close()
    spans = {"before": (-30, 0), "after": (0, 30), "earlier": (-60, -30)}
    cells = {name: counted(promises, "North", *span) for name, span in spans.items()}
    cells |= {f"others_{name}": counted(promises, "South", *spans[name]) for name in ("before", "after")}
    for name, value in found.told.items():
        assert (value.numerator, value.n) == cells[name], name
    signs = {"after": 1, "before": -1, "others_after": -1, "others_before": 1}
    if all(cells[name][1] for name in signs):
        wanted = of_differences([(sign, limits(*cells[name])) for name, sign in signs.items()])
        assert found.beyond is not None
        assert (found.beyond.value, found.beyond.low, found.beyond.high) == pytest.approx(wanted)
    assert found.verdict == verdict_of(cells)


def pattern(region: str, first: int, kept: int, n: int, start: int) -> list[Promise]:
    return [promise(start + i, region, first + 29 * i / n, was_kept=i < kept) for i in range(n)]


def test_what_was_odd_just_before_and_is_usual_again_says_nothing_of_the_change(tmp_path: Path) -> None:
    promises = [*pattern("North", -60, 90, 100, 0), *pattern("North", -30, 50, 100, 100), *pattern("North", 0, 90, 100, 200)]
    promises += [*pattern("South", -30, 90, 100, 300), *pattern("South", 0, 90, 100, 400)]
    (found,) = center_of(tmp_path, promises).before_and_after()
    assert found.verdict == "back to the usual"
    assert found.sentence.endswith("it may only have come back to the usual, so nothing can be said.")


def test_a_change_that_touched_some_is_told_against_the_others(tmp_path: Path) -> None:
    promises = [*pattern("North", -60, 90, 100, 0), *pattern("North", -30, 90, 100, 100), *pattern("North", 0, 40, 100, 200)]
    promises += [*pattern("South", -30, 90, 100, 300), *pattern("South", 0, 85, 100, 400)]
    (found,) = center_of(tmp_path, promises).before_and_after()
    assert found.sentence == (
        "Commitments kept went from 90.0 % of 100 to 40.0 % of 100, 30 days before it against as many after; those it did not touch "
        "went from 90.0 % of 100 to 85.0 % of 100. The difference of both is −45.0 points, between −58.8 and −29.5. "
        "Clearly worse than the others; what else was different in these days is not known."
    )


def test_a_trend_shows_what_was_changed_and_its_json_tells_it(tmp_path: Path) -> None:
    center = center_of(tmp_path, pattern("North", 0, 5, 10, 0))
    answer = center.ask("commitments_kept", period="2026-10", series=3)
    assert [(one["name"], one["at"]) for one in answer.to_json()["changes"]] == [("Another installer", "2026-09")]
    assert answer.changes[0].part == pytest.approx(8 / 30)
    assert "changes" not in center.ask("commitments_kept", period="2026-10").to_json()


def test_the_day_under_way_is_not_counted_as_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "changes.toml").write_text(DECLARED, encoding="utf-8")
    of_the_last = made_center(tmp_path, {}, as_of=MIDNIGHT + timedelta(days=29, hours=23), name="made-0001").before_and_after()
    assert of_the_last[0].days == 29
    of_the_next = made_center(tmp_path, {}, as_of=MIDNIGHT + timedelta(days=30), name="made-0002").before_and_after()
    assert of_the_next[0].days == 30


def test_a_change_that_names_nobody_it_did_not_touch_says_no_more_than_that(tmp_path: Path) -> None:
    declared = DECLARED.replace('touched = { region = ["North"] }\n', "")
    promises = [*pattern("North", -30, 90, 100, 0), *pattern("North", 0, 40, 100, 100)]
    (found,) = center_of(tmp_path, promises, declared).before_and_after()
    assert found.sentence.endswith(
        "Clearly worse; what else was different in these days is not known. "
        "Nobody is named whom it did not touch: there is nobody to compare with."
    )


def test_a_change_that_cannot_be_asked_is_told_as_such_beside_the_others(tmp_path: Path) -> None:
    other = DECLARED.replace("Another installer", "A new wave").replace("region", "wave")
    center = center_of(tmp_path, pattern("North", 0, 5, 10, 0), DECLARED + other)
    problem, fine = sorted(center.before_and_after(), key=lambda one: one.change.name)
    assert (problem.verdict, fine.verdict, fine.problem) == ("cannot be told", "too few to say", "")
    assert problem.sentence.startswith('"wave" is not a dimension of fct_promise')
    with pytest.raises(DeclarationErrors, match='"A new wave", commitments_kept: "wave" is not a dimension of fct_promise'):
        center.check_declared()


def test_a_metric_dated_when_its_time_is_over_is_refused_with_the_reason(tmp_path: Path) -> None:
    center = center_of(tmp_path, [], DECLARED.replace('"commitments_kept"', '"second_product"'))
    with pytest.raises(DeclarationErrors, match="counts everybody on the day their time is over"):
        center.check_declared()


def test_all_mistakes_of_the_changes_are_told_together(tmp_path: Path) -> None:
    wrong = DECLARED.replace("2026-09-09", '"soon"').replace("30 days", "9999 days") + 'colour = "red"\n'
    center = center_of(tmp_path, [], wrong)
    with pytest.raises(DeclarationErrors) as told:
        center.changes()
    assert str(told.value).count("changes.toml, changes 1") == 3
    answer = center.ask("commitments_kept", period="2026-10", series=2)
    assert "changes.toml has a mistake" in answer.notices[-1]


def test_a_change_of_a_metric_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    center = center_of(tmp_path, [], DECLARED.replace('"commitments_kept"', '"commitments_keep", "open_cases"'))
    with pytest.raises(DeclarationErrors) as told:
        center.check_declared()
    assert [str(one) for one in told.value.problems] == [
        'changes.toml, "Another installer": "commitments_keep" is not a metric. Did you mean "commitments_kept"?',
        'changes.toml, "Another installer": "open_cases" is neither a share nor a mean of a period. '
        "Name one whose unit is a percentage or a score.",
    ]
    with pytest.raises(UnknownName):
        center.before_and_after("Nothing")
