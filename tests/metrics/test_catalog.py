"""Definitions: what ships is sound, and what is wrong in a file is told at once, with what to write instead."""

from pathlib import Path

import pytest

from metrics.catalog import SHIPPED, load_catalog
from metrics.errors import UnknownName
from queries.errors import DeclarationErrors

WANTED = (
    "customer_equation customers_gained customers_returned customers_ended customers_fell_silent customers_lost value_gained "
    "value_returned value_lost value_grown value_shrunk segment_moves_in segment_moves_out journey_strip journey_funnel retention "
    "nps_relational replied_in_time commitments_kept open_cases past_promise_now running_clocks promise_kept_as_reported "
    "orders_with_known_buyer cases_opened complaints_opened new_prospects"
).split()

GOOD = (SHIPPED / "replied_in_time.toml").read_text(encoding="utf-8")


def problems(folder: Path, text: str, name: str = "mine") -> str:
    """Returns what loading this definition tells."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationErrors) as told:
        load_catalog([folder])
    return str(told.value)


def test_the_metrics_that_the_pages_ask_for_are_there() -> None:
    catalog = load_catalog([SHIPPED])
    assert set(WANTED) <= set(catalog.metrics)


def test_every_question_is_a_question_in_the_customers_words() -> None:
    for metric in load_catalog([SHIPPED]).all():
        assert metric.question.endswith("?"), metric.metric_id
        assert metric.formula
        assert metric.owner


def test_a_workspaces_definition_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "replied_in_time.toml").write_text(GOOD.replace("Answered when promised", "Ours"), encoding="utf-8")
    assert load_catalog([SHIPPED, tmp_path])["replied_in_time"].title == "Ours"


def test_a_misspelt_column_is_told_with_the_right_one(tmp_path: Path) -> None:
    told = problems(tmp_path, GOOD.replace('"was_kept"', '"was_kep"').replace('"promise = ', '"promis = '))
    assert "definition mine: value names column 'was_kep' which fct_promise doesn't have. Did you mean 'was_kept'?" in told
    assert "definition mine: counts names column 'promis' which fct_promise doesn't have. Did you mean 'promise'?" in told


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"higher"', '"up"', 'better = "up" is not a direction. Use "higher" or "lower".'),
        ("better    =", "beter    =", '"beter" is not known here. Did you mean "better"?'),
        ('"percent"', '"percents"', 'unit = "percents" is not one. Did you mean "percent"?'),
        ('"fct_promise"', '"fct_promises"', 'fact = "fct_promises" is not one. Did you mean "fct_promise"?'),
        ('"decided_at"', '"decidedat"', "dated_by names column 'decidedat'"),
        ('"channel", ', '"chanel", ', 'split_by "chanel" is not a column of fct_promise. Did you mean "channel"?'),
        ('"cases", ', '"case", ', 'judged_by "case" is neither an entity nor a part of one. Did you mean "cases"?'),
        ("2026-11-22", '"last week"', '"reviewed" is missing or not a day. Write it without quotes: reviewed = 2026-11-21'),
        ('"mean"', '"average"', 'aggregate = "average" is not one'),
        ("reviewed  =", 'period = "2026-13"\nreviewed  =', '"2026-13" is not a period'),
        ("2026-11-22", "2026-11-22\n[options]\nserie = 3", '"serie" is not an option of this figure. Did you mean "series"?'),
        ("title     = ", "title     = [", "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_to_write_instead(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    assert sentence in problems(tmp_path, GOOD.replace(old, new))


def test_the_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text(GOOD.replace('"higher"', '"up"'), encoding="utf-8")
    told = problems(tmp_path, GOOD.replace('"service"', '"servise"').replace('"was_kept"', '"was_kep"'), "second")
    assert told.count("\n") == 2
    assert "first" in told
    assert "second" in told


@pytest.mark.parametrize(
    "counts",
    [
        "true; drop table customers",
        "is_decided and (select count(*) from customers) > 0",
        "promise in (select promise from fct_promise)",
        "exists (select 1)",
        "snap.main.fct_promise.is_decided",
        "fct_promise.is_decided",
        "read_text('/etc/passwd') is not null",
        "getenv('HOME') = ''",
        "count(*) > 1",
        "row_number() over () = 1",
        "$starts_at is null",
        "list_contains([1], 1)",
        "random() > 0.5",
        "columns('.*') is null",
        "*",
        "select true",
        "is_decided --",
        "(",
        "",
    ],
)
def test_nothing_but_an_expression_over_the_facts_columns_reaches_the_database(tmp_path: Path, counts: str) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith("counts"))
    told = "is_decided" if counts == "is_decided --" else None
    if told:  # a comment is dropped, what stands before it is an expression
        (tmp_path / "mine.toml").write_text(f'{text}\ncounts = "{counts}"\n', encoding="utf-8")
        assert load_catalog([tmp_path])["mine"].counts == counts
        return
    assert "definition mine" in (sentence := problems(tmp_path, f'{text}\ncounts = "{counts}"\n')) or "counts" in sentence


def test_an_unknown_metric_is_told_the_nearest() -> None:
    catalog = load_catalog([SHIPPED])
    with pytest.raises(UnknownName, match=r'there is no metric "nps"\. Did you mean "nps_relational"'):
        catalog["nps"]
    with pytest.raises(UnknownName, match='Did you mean "replied_in_time"'):
        catalog["replied_intime"]
