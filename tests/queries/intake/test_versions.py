"""Versions: the newest of each row is kept, and the ledger says what became of every other."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.intake.assembly import HERE
from queries.intake.database import connect
from tests.queries.intake.conftest import NOW

HEADER = "case_id,opened_at,opened_by,kind,channel,status,updated_at\n"


def case(number: int, status: str, updated: str) -> str:
    return f"{number},2026-01-01,customer,problem,web,{status},{updated}\n"


def test_a_case_open_at_one_load_and_solved_at_the_next_is_one_case(intake):
    intake.take({"a.csv": HEADER + case(1, "open", "2026-01-02")})
    taken = intake.take({"b.csv": HEADER + case(1, "solved", "2026-01-03") + case(2, "new", "2026-01-03")})
    assert taken.rows("cases", "case_id", "status") == [("1", "solved"), ("2", "new")]
    assert taken.ledger()["b.csv/cases"] == (2, 1, 1, 0, 0)


def test_an_older_version_told_later_is_a_duplicate(intake):
    intake.take({"a.csv": HEADER + case(1, "solved", "2026-01-03")})
    taken = intake.take({"b.csv": HEADER + case(1, "open", "2026-01-02")})
    assert taken.rows("cases", "status") == [("solved",)]
    assert taken.ledger()["b.csv/cases"] == (1, 0, 0, 0, 1)


def test_of_two_states_with_the_same_time_the_one_told_later_wins(take):
    taken = take(
        {"a.csv": HEADER + case(1, "open", "2026-01-02") + case(1, "solved", "2026-01-02") + case(1, "solved", "2026-01-02")}
    )
    assert taken.rows("cases", "status", "source_line") == [("solved", 2)]
    assert taken.ledger() == {"a.csv/cases": (3, 1, 1, 0, 1)}


def test_rows_without_an_id_are_never_dropped_as_twins(take):
    twice = "ordered_at,amount,currency,status\n2026-01-01,5,EUR,placed\n2026-01-01,5,EUR,placed\n"
    taken = take({"orders.csv": twice})
    assert taken.ledger() == {"orders.csv/orders": (2, 2, 0, 0, 0)}
    assert all(row_id.startswith("import:~") for (row_id,) in taken.rows("orders", "row_id"))


def test_rows_without_an_id_come_once_when_the_next_export_tells_them_again(intake):
    header = "ordered_at,amount,currency,status\n"
    intake.take({"a.csv": header + "2026-01-01,5,EUR,placed\n"})
    taken = intake.take({"b.csv": header + "2026-01-01,5,EUR,placed\n2026-01-02,6,EUR,placed\n"})
    assert taken.ledger()["b.csv/orders"] == (2, 1, 0, 0, 1)


def test_twins_are_dropped_where_the_source_says_that_rows_are_distinct(intake):
    intake.declare("sources.toml", "[import]\ndistinct = true\n")
    taken = intake.take({"orders.csv": "ordered_at,amount,currency,status\n2026-01-01,5,EUR,placed\n2026-01-01,5,EUR,placed\n"})
    assert taken.ledger() == {"orders.csv/orders": (2, 1, 0, 0, 1)}


def test_without_an_update_time_the_later_file_tells_the_newer_version(intake):
    header = "order_id,ordered_at,amount,currency,status\n"
    intake.take({"a.csv": header + "1,2026-01-01,5,EUR,placed\n2,2026-01-01,5,EUR,placed\n"})
    taken = intake.take({"b.csv": header + "1,2026-01-01,5,EUR,cancelled\n2,2026-01-01,5,EUR,placed\n"})
    assert taken.rows("orders", "order_id", "status") == [("1", "cancelled"), ("2", "placed")]
    assert taken.ledger()["b.csv/orders"] == (2, 0, 1, 0, 1)


def test_the_same_content_under_another_name_is_not_loaded_twice(intake):
    intake.take({"a.csv": HEADER + case(1, "open", "2026-01-02")})
    taken = intake.take({"copy of a.csv": HEADER + case(1, "open", "2026-01-02")})
    assert taken.seen_before == ["copy of a.csv"]
    assert len(taken.rows("files", "file_id")) == 1


def test_what_a_full_export_no_longer_holds_is_told(intake):
    intake.declare("sources.toml", "[import]\nfull = true\n")
    intake.take({"a.csv": HEADER + case(1, "open", "2026-01-02") + case(2, "open", "2026-01-02")})
    taken = intake.take({"b.csv": HEADER + case(1, "open", "2026-01-02")}, now=NOW + timedelta(hours=1))
    assert taken.notices == [
        "b.csv: 1 record, 50 % fewer than the 2 of the export before it",
        "b.csv: a full export that no longer holds 1 row of cases of earlier ones; it is kept",
    ]
    assert len(taken.rows("cases", "case_id")) == 2


def test_future_dates_never_move_known_until_and_are_told(take):
    orders = "order_id,ordered_at,amount,currency,status\n1,2026-10-30 09:00,5,EUR,placed\n2,2031-01-01,5,EUR,placed\n"
    taken = take({"orders.csv": orders})
    assert taken.rows("known_until", "source", "known_until", "told_by") == [
        ("import", datetime(2026, 10, 30, 9), "newest event")
    ]
    assert taken.notices == ["orders.csv: 1 row of orders lies after the load"]


def test_what_is_due_later_does_not_say_how_far_a_source_knows(take):
    text = "commitment_id,kind,made_at,due_at\n1,offer,2026-10-01 08:00,2026-10-20\n"
    assert take({"commitments.csv": text}).rows("known_until", "known_until") == [(datetime(2026, 10, 1, 8),)]


def test_a_declared_known_until_is_local_to_its_source(intake):
    intake.declare("workspace.toml", 'zone = "Europe/Berlin"\n')
    intake.declare("sources.toml", '[import]\nknown_until = "2026-10-30 14:05"\nfinished = true\ninterval = "1 hour"\n')
    taken = intake.take({"orders.csv": "order_id,ordered_at,amount,currency,status\n1,2026-10-30 09:00,5,EUR,placed\n"})
    assert taken.rows("known_until", "known_until", "told_by", "is_finished", "interval_seconds") == [
        (datetime(2026, 10, 30, 13, 5), "declared", True, 3600)
    ]


def test_a_source_goes_by_the_title_that_people_gave_it_or_by_its_own_name(intake):
    intake.declare("sources.toml", '[desk]\ntitle = "Help desk"\nfiles = ["cases*"]\n[web_shop]\nfiles = ["orders*"]\n')
    taken = intake.take({
        "orders.csv": "order_id,ordered_at,amount,currency,status\n1,2026-10-30 09:00,5,EUR,placed\n",
        "cases.csv": "case_id,opened_at,opened_by,kind,channel,status\n1,2026-10-30 09:00,customer,question,email,open\n",
    })  # fmt: skip
    assert sorted(taken.rows("known_until", "source", "title")) == [("desk", "Help desk"), ("web_shop", "Web shop")]


VERSIONS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), st.sampled_from("abc")), min_size=1, max_size=14)


def by_hand(arrivals: list[tuple[int, int, str]]) -> tuple[dict[int, str], list[str]]:
    """Which content each key ends with, and what becomes of each arrival: plain Python, row by row."""
    best: dict[int, tuple[int, str]] = {}
    became = []
    for key, version, content in arrivals:
        if key not in best:
            became.append("new")
        elif best[key] == (version, content) or version < best[key][0]:
            became.append("duplicate")
            continue
        else:
            became.append("updated")
        best[key] = (version, content)
    return {key: content for key, (_, content) in best.items()}, became


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VERSIONS)
def test_ranking_agrees_with_a_row_by_row_account(arrivals):
    with connect(threads=1) as connection:
        connection.sql("select 'f' as file_id, 1 as loaded_order, false as counts_by_record").create_view("files")
        values = ", ".join(
            f"('{key}', timestamp '2026-01-0{version}', hash('{version}{content}'), '{content}', {line})"
            for line, (key, version, content) in enumerate(arrivals)
        )
        rows = connection.sql(f"from (values {values}) as told(row_id, version_at, content, word, source_line)")
        rows.select("*, true as is_primary, 0 as block_number, 'f' as file_id").create_view("typed_rows")
        connection.execute((HERE / "ranked_rows.sql").read_text())
        ranked = connection.table("ranked_rows")
        newest = dict(ranked.filter("is_newest").select("cast(row_id as integer), word").fetchall())
        became = [one for (one,) in ranked.order("source_line").select("became").fetchall()]
    assert (newest, became) == by_hand(arrivals)
