"""The way to the rows: policies, limits, lock-down, many threads, snapshots that follow each other."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics import CommandCenter
from queries.errors import QuestionError, SnapshotError
from queries.figure import FIGURES, figure_parameters, figure_text
from queries.policy import Policy
from queries.warehouse import Limits, Warehouse
from queries.workspace import Workspace
from tests.metrics.made import AS_OF, made_center, person, publish

CHANNELS = ("phone", "email", "chat", "web")


def cases(count: int) -> list[dict[str, Any]]:
    """Returns so many cases; the i-th is of the customer C<i>, a channel by i modulo 4, region North or South by i modulo 3."""
    return [
        person(
            f"C{i}",
            case_id=f"T{i}",
            opened_at=AS_OF - timedelta(hours=i),
            is_counted=True,
            is_complaint=False,
            is_open=i % 2 == 0,
            channel=CHANNELS[i % 4],
            team="Left" if i % 5 == 0 else "Right",
            region="North" if i % 3 == 0 else "South",
            segment="A" if i % 7 == 0 else "B",
            kind="question",
            priority="normal",
            category="bill",
        )
        for i in range(count)
    ]


def customers(count: int) -> list[dict[str, Any]]:
    return [
        {"customer_id": f"C{i}", "account_id": f"C{i}", "kind": "person", "name": f"Person {i}",
         "region": "North" if i % 3 == 0 else "South"}
        for i in range(count)
    ]  # fmt: skip


def memberships(count: int) -> list[dict[str, Any]]:
    forever, begin = datetime(9999, 12, 31), datetime(1, 1, 1)
    return [
        {"segmentation": "kinds", "customer_id": f"C{i}", "segment": "A" if i % 7 == 0 else "B", "from_day": begin, "until_day": forever}
        for i in range(count)
    ]  # fmt: skip


@pytest.fixture
def center(tmp_path: Path) -> CommandCenter:
    return made_center(tmp_path, {"fct_case": cases(420), "customers": customers(420), "segment_membership": memberships(420)})


def test_eight_threads_never_see_each_others_rows(center: CommandCenter) -> None:
    expected = {channel: sum(case["channel"] == channel for case in cases(420)) for channel in CHANNELS}

    def ask(i: int) -> bool:
        channel = CHANNELS[i % 4]
        if i % 3 == 0:
            people = center.customers_behind("cases_opened", period="all", where={"channel": channel}, limit=1000)
            return people.count == expected[channel] == sum(row["channel"] == channel for row in people.rows)
        if i % 3 == 1:
            rows = center.ask("cases_opened", period="all", split_by="channel").rows
            return {row.by["channel"]: row.value.n for row in rows} == expected
        return center.ask("cases_opened", period="all", where={"channel": [channel]}).total.n == expected[channel]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(240)))
    assert told.count(False) == 0


def test_readers_of_the_old_snapshot_finish_on_it_and_the_next_question_is_asked_of_the_new(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_case": cases(10)})
    with center.warehouse.reading(Policy.everything()) as reading:
        publish(tmp_path, {"fct_case": cases(25)}, name="made-0002")
        assert center.snapshot == "made-0002"
        answer = center.ask("cases_opened", period="all")
        assert (answer.snapshot, answer.total.n) == ("made-0002", 25)
        assert reading.snapshot == "made-0001"
        assert len(reading.run("customers_behind", center.metric("cases_opened").view, **listing())) == 10
    assert center.ask("cases_opened", period="all").total.n == 25


def test_an_old_snapshot_is_closed_after_its_last_reader(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_case": cases(3)})
    with center.warehouse.reading(Policy.everything()) as reading:
        publish(tmp_path, {"fct_case": cases(4)}, name="made-0002")
        center.ask("cases_opened", period="all")
        old = reading._snapshot
        assert old.is_retired
    with pytest.raises(duckdb.ConnectionException):
        old.connection.execute("select 1")


def test_publishing_under_readers_never_shows_half_a_state(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_case": cases(1)})
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            answer = center.ask("cases_opened", period="all", split_by="channel")
            if answer.total.n != int(answer.snapshot[-4:]) or sum(row.value.n for row in answer.rows) != answer.total.n:
                wrong.append(answer)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 8):
        publish(tmp_path, {"fct_case": cases(number)}, name=f"made-{number:04d}")
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.everything(), lambda i: True),
        (Policy(regions=frozenset({"North"})), lambda i: i % 3 == 0),
        (Policy(segments=frozenset({"A"})), lambda i: i % 7 == 0),
        (Policy(teams=frozenset({"Left"})), lambda i: i % 5 == 0),
        (Policy(regions=frozenset({"South"}), teams=frozenset({"Left", "Right"})), lambda i: i % 3 != 0),
        (Policy(regions=frozenset({"North' or true --"})), lambda i: False),
        (Policy(regions=frozenset()), lambda i: False),
    ],
)
def test_a_policy_shows_its_rows_and_no_others(center: CommandCenter, policy: Policy, expected: Any) -> None:
    limited = center.under(policy)
    wanted = {f"C{i}" for i in range(420) if expected(i)}
    people = limited.customers_behind("cases_opened", period="all", limit=1000)
    assert {row["customer_id"] for row in people.rows} == wanted
    assert limited.ask("cases_opened", period="all").total.n == len(wanted)


def test_a_fact_without_a_team_is_closed_to_someone_limited_by_team(tmp_path: Path) -> None:
    moves = [person("C1", movement="gained", happened_at=AS_OF, customers_change=1, value_change=1, known_change=1)]
    center = made_center(tmp_path, {"fct_customer_movement": moves, "customers": customers(2)})
    assert center.ask("customers_gained").total.n == 1
    assert center.under(Policy(teams=frozenset({"Left"}))).ask("customers_gained").total.n == 0


def test_a_limit_by_region_is_by_the_region_of_today(tmp_path: Path) -> None:
    moved = [{**case, "region": "South"} for case in cases(9)]  # at the time; today by customers()
    center = made_center(tmp_path, {"fct_case": moved, "customers": customers(9)})
    assert center.under(Policy(regions=frozenset({"North"}))).ask("cases_opened", period="all").total.n == 3


def test_policies_have_keys_of_their_own() -> None:
    told = [
        Policy(),
        Policy(regions=frozenset({"A"})),
        Policy(segments=frozenset({"A"})),
        Policy(regions=frozenset()),
        Policy(teams=frozenset({"A"})),
    ]
    assert len({policy.key for policy in told}) == len(told)


def test_a_quote_in_a_filter_stays_a_value(center: CommandCenter) -> None:
    assert center.ask("cases_opened", period="all", where={"region": "North' or '1'='1"}).total.n == 0


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/hostname')",
        "copy (select 1) to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "create table snap.main.mine as select 1",
        "delete from snap.main.fct_case",
        "install httpfs",
    ],
)
def test_the_connection_is_locked_down(center: CommandCenter, statement: str) -> None:
    center.ask("cases_opened")
    with center.warehouse.reading(Policy.everything()) as reading:
        cursor = reading._snapshot.cursor(Policy.everything())
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)
        cursor.close()


def test_a_figure_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "select count(*) as n from range(10000000) as one (a), range(10000000) as other (b) where a * b % 7 = 3"
    monkeypatch.setattr("queries.warehouse.figure_text", lambda figure: endless)
    publish(tmp_path, {})
    warehouse = Warehouse.open(Workspace.at(tmp_path), Limits(seconds=0.3))
    began = time.monotonic()
    with pytest.raises(QuestionError, match="took longer"):
        warehouse.run("range", Policy.everything())
    assert time.monotonic() - began < 10


def test_a_list_has_a_most_of_rows(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_case": cases(50)})
    small = CommandCenter.open(tmp_path, limits=Limits(rows=20))
    with pytest.raises(QuestionError, match="more than 20 rows"):
        small.customers_behind("cases_opened", period="all", limit=1000)
    assert len(center.customers_behind("cases_opened", period="all", limit=20).rows) == 20


def test_pages_of_a_list_make_the_whole(center: CommandCenter) -> None:
    whole = center.customers_behind("cases_opened", period="all", limit=1000)
    pages = [center.customers_behind("cases_opened", period="all", limit=100, offset=at) for at in range(0, 500, 100)]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert {page.count for page in pages} == {420}


def test_before_anything_is_loaded_a_question_says_what_to_do(tmp_path: Path) -> None:
    center = CommandCenter.open(tmp_path)
    with pytest.raises(SnapshotError, match="nothing has been loaded yet"):
        center.ask("cases_opened")


def test_a_snapshot_that_is_not_one_is_said_so(tmp_path: Path) -> None:
    center = made_center(tmp_path, {})
    (tmp_path / "snapshots" / "made-0002.duckdb").write_bytes(b"not a database")
    (tmp_path / "CURRENT").write_text("made-0002.duckdb", encoding="utf-8")
    with pytest.raises(SnapshotError, match="missing or damaged"):
        center.ask("cases_opened")


@pytest.mark.parametrize("figure", sorted(path.stem for path in FIGURES.glob("*.sql")))
def test_no_figure_goes_round_a_policy(figure: str) -> None:
    code = "\n".join(line.split("--")[0] for line in figure_text(figure).splitlines())
    assert "snap" not in code
    assert figure_parameters(figure) <= set(
        code.replace("$", " ").replace(")", " ").replace(",", " ").replace("(", " ").replace("]", " ").split()
    )


def listing() -> dict[str, Any]:
    return {
        "starts_at": None,
        "ends_at": None,
        "shown": ["customer_id", "subject", "because"],
        "by_value": False,
        "most": 1000,
        "skipped": 0,
    }
