"""Saved lists: whoever was behind a number, as a filter of every metric; they live, they nest, and no policy is gone round."""

import errno
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter, lists
from metrics.errors import QuestionError, UnknownName
from metrics.selection import Selection
from queries.errors import DeclarationErrors, QueriesError
from queries.policy import Policy
from queries.stamp import definitions_stamp
from queries.workspace import Workspace
from tests.metrics.made import AS_OF, made_center, person, publish

CHANNELS = ("phone", "email", "web")
Cases = list[dict[str, Any]]


def a_case(number: int, customer: str, account: str = "", **told: Any) -> dict[str, Any]:
    known = {"is_counted": True, "is_complaint": False, "is_open": False, "kind": "question", "team": "Left", "channel": "phone"}
    row = person(customer, case_id=f"T{number}", opened_at=AS_OF - timedelta(hours=number + 1), **{**known, **told})
    return {**row, "account_id": account or customer}


def center_of(folder: Path, cases: Cases, name: str = "made-0001", **more: Any) -> CommandCenter:
    people = {row["customer_id"]: row for row in cases}
    customers = [
        {"customer_id": key, "account_id": row["account_id"], "kind": "person", "region": row["region"]}
        for key, row in people.items()
    ]
    return made_center(folder, {"fct_case": cases, "customers": [*customers, *more.pop("customers", [])], **more}, name=name)


def told(center: CommandCenter, **asked: Any) -> set[str]:
    """The customers behind all requests that were asked for."""
    return {row["customer_id"] for row in center.customers_behind("cases_opened", period="all", **asked).rows}


@pytest.fixture
def cases() -> Cases:
    return [a_case(i, f"C{i % 10}", channel=CHANNELS[i % 3], region="North" if i % 10 < 4 else "South") for i in range(30)]


def test_a_list_narrows_any_metric_to_those_who_were_behind_a_number(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, [*cases, a_case(99, "C77", channel="store")])
    saved = center.save_list("shoppers", "cases_opened", Selection.of(period="all", where={"channel": "store"}))
    assert (saved.kind, saved.title, saved.saved_at) == (
        "living",
        "Requests for help, all time, store",
        "2026-10-30T13:05:00Z",
    )
    answer = center.ask("cases_opened", period="all", where={"list": "shoppers"}, split_by="channel")
    assert (answer.total.n, answer.total.customers, [row.by["channel"] for row in answer.rows]) == (1, 1, ["store"])
    assert answer.notices[-1] == "Only the customers of the list “Requests for help, all time, store”."
    assert told(center, where={"list": "shoppers"}) == {"C77"}
    assert center.ask("cases_opened", period="all").total.n == 31


def test_a_title_says_everything_once(tmp_path: Path, cases: Cases) -> None:
    chosen = Selection.of(period="2026-10", where={"channel": "phone", "region": "North"})
    saved = center_of(tmp_path, cases).save_list("callers", "cases_opened", chosen, mark={"channel": "phone"})
    assert saved.title == "Requests for help, October 2026, phone, North"


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_on_random_histories_a_list_holds_exactly_those_whom_counting_by_hand_finds(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draw = Random(seed)
    accounts = {f"C{i}": draw.choice((f"C{i}", "C0", "C1")) for i in range(8)}
    cases = [
        a_case(
            i, customer := f"C{draw.randrange(8)}", accounts[customer], channel=draw.choice(CHANNELS), region=draw.choice("NS")
        )
        for i in range(draw.randint(0, 25))
    ]
    center = center_of(tmp_path_factory.mktemp("random"), cases)
    names = []
    for number in range(draw.randint(1, 3)):
        where = {"channel": draw.sample(CHANNELS, draw.randint(1, 2))} | (
            {"region": draw.choice("NS")} if draw.random() < 0.5 else {}
        )
        names.append((f"list_{number}", where))
        center.save_list(f"list_{number}", "cases_opened", Selection.of(period="all", where=where), frozen=draw.random() < 0.3)
    chosen = draw.sample(names, draw.randint(1, len(names)))
    narrowed = {"channel": draw.sample(CHANNELS, 2)}
    members = {
        row["customer_id"] for row in cases for _, where in chosen if all(row[key] in value for key, value in where.items())
    }
    known = {row["customer_id"]: row["account_id"] for row in cases}
    members |= {customer for customer, account in known.items() if account in members}
    wanted = [row for row in cases if row["customer_id"] in members and row["channel"] in narrowed["channel"]]
    answer = center.ask("cases_opened", period="all", where={**narrowed, "list": [name for name, _ in chosen]})
    assert (answer.total.n, answer.total.customers) == (len(wanted), len({row["customer_id"] for row in wanted}))
    center.close()


def test_a_living_list_follows_the_data_and_a_frozen_one_keeps_who_was_on_it(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    phoned = Selection.of(period="all", where={"channel": "phone"})
    center.save_list("living", "cases_opened", phoned)
    center.save_list("frozen", "cases_opened", phoned, frozen=True)
    before = {row["customer_id"] for row in cases if row["channel"] == "phone"}
    assert told(center, where={"list": "living"}) == told(center, where={"list": "frozen"}) == before
    more = [*cases, a_case(50, "C99"), a_case(51, "C98", channel="web")]
    publish(tmp_path, {"fct_case": more}, name="made-0002")
    assert told(center, where={"list": "living"}) == before | {"C99"}
    assert told(center, where={"list": "frozen"}) == before
    assert [(row["name"], row["customers"], row["kind"]) for row in center.lists()] == [
        ("frozen", len(before), "frozen"),
        ("living", len(before) + 1, "living"),
    ]


def test_saving_a_list_is_no_reason_to_build_anew(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    before = definitions_stamp(Workspace.at(tmp_path))
    center.save_list("phoned", "cases_opened", Selection.of(period="all"))
    assert definitions_stamp(Workspace.at(tmp_path)) == before


def test_a_list_is_written_whole_or_not_at_all_and_never_over_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    saved = frozen("away", "cases_opened", ["1"])
    with monkeypatch.context() as patched:
        patched.setattr(lists.os, "fsync", full)
        with pytest.raises(QueriesError):
            lists.write_list(tmp_path, saved)
    assert list(tmp_path.iterdir()) == []
    before = lists.write_list(tmp_path, saved).read_bytes()
    with pytest.raises(QuestionError, match="already"):
        lists.write_list(tmp_path, saved)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_an_empty_list_is_nobody_and_not_everybody(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    for frozen in (False, True):
        name = f"nobody_{frozen}".lower()
        center.save_list(name, "cases_opened", Selection.of(period="all", where={"channel": "fax"}), frozen=frozen)
        assert center.ask("cases_opened", period="all", where={"list": name}).total.n == 0


def test_a_merged_customer_stays_on_a_frozen_list_under_the_id_that_was_kept(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    center.save_list("phoned", "cases_opened", Selection.of(period="all", where={"channel": "phone"}), frozen=True)
    merged = [{**row, "customer_id": "C-kept", "account_id": "C-kept"} if row["customer_id"] == "C0" else row for row in cases]
    redirects = [{"old_customer_id": "C0", "customer_id": "C-kept"}]
    publish(tmp_path, {"fct_case": merged, "customer_redirect": redirects}, name="made-0002")
    assert "C-kept" in told(center, where={"list": "phoned"})


def test_a_company_on_a_list_brings_its_people_and_a_person_not_the_colleagues(tmp_path: Path) -> None:
    cases = [
        a_case(1, "firm", channel="email"),
        a_case(2, "ann", "firm", channel="phone"),
        a_case(3, "bob", "firm", channel="web"),
        a_case(4, "zoe", channel="web"),
    ]
    center = center_of(tmp_path, cases)
    for name, channel in (("firms", "email"), ("anns", "phone")):
        center.save_list(name, "cases_opened", Selection.of(period="all", where={"channel": channel}))
    assert told(center, where={"list": "firms"}) == {"firm", "ann", "bob"}
    assert told(center, where={"list": "anns"}) == {"ann"}


def test_whoever_filters_by_a_list_sees_only_the_rows_of_their_policy(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    phoned = Selection.of(period="all", where={"channel": "phone"})
    center.save_list("phoned", "cases_opened", phoned)
    center.save_list("kept", "cases_opened", phoned, frozen=True)
    of_north = center.under(Policy(regions=frozenset({"North"})))
    north = {row["customer_id"] for row in cases if row["channel"] == "phone" and row["region"] == "North"}
    for name in ("phoned", "kept"):
        assert told(of_north, where={"list": name}) == north
    by_name = {row["name"]: row["customers"] for row in of_north.lists()}
    assert by_name["phoned"] == len(north)
    of_right = center.under(Policy(teams=frozenset({"Right"})))
    assert told(of_right, where={"list": "phoned"}) == set()
    of_left = center.under(Policy(teams=frozenset({"Left"})))
    assert told(of_left, where={"list": "phoned"}) == {row["customer_id"] for row in cases if row["channel"] == "phone"}


def test_two_lists_are_those_on_either_and_a_list_may_be_made_of_a_list(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    for channel in ("phone", "web"):
        center.save_list(channel, "cases_opened", Selection.of(period="all", where={"channel": channel, "region": "North"}))
    north = {
        channel: {row["customer_id"] for row in cases if (row["channel"], row["region"]) == (channel, "North")}
        for channel in CHANNELS
    }
    assert told(center, where={"list": ["phone", "web"]}) == north["phone"] | north["web"]
    center.save_list("both", "cases_opened", Selection.of(period="all", where={"list": "phone", "channel": "web"}))
    assert told(center, where={"list": "both"}) == north["phone"] & {
        row["customer_id"] for row in cases if row["channel"] == "web"
    }


def test_lists_that_lead_back_to_themselves_are_refused(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    folder = tmp_path / "lists"
    folder.mkdir()
    for name, other in (("one", "two"), ("two", "one")):
        text = f'title = "x"\nmetric = "cases_opened"\nperiod = "all"\n[where]\nlist = ["{other}"]\n'
        (folder / f"{name}.toml").write_text(text)
    with pytest.raises(QuestionError, match='the list "one" leads back to itself'):
        center.ask("cases_opened", where={"list": "one"})
    assert all(row["customers"] is None and "leads back" in row["problem"] for row in center.lists())


def frozen(name: str, metric: str, customers: Sequence[str], **where: str) -> lists.SavedList:
    chosen = Selection.of(period="all", where=where)
    return lists.SavedList(
        name=name, title=name, kind="frozen", metric=metric, selection=chosen, saved_at="2026-01-01", customers=tuple(customers)
    )


def test_who_objects_to_profiling_later_leaves_the_frozen_lists_that_were_made_by_it(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    everybody = tuple(f"C{number}" for number in range(10))
    folder = tmp_path / "lists"
    lists.write_list(folder, frozen("likely", "likely_to_buy_again", everybody))
    lists.write_list(folder, frozen("likely_callers", "cases_opened", everybody, list="likely"))
    lists.write_list(folder, frozen("of_a_list_that_is_gone", "cases_opened", everybody, list="gone"))
    lists.write_list(folder, frozen("callers", "cases_opened", everybody))
    assert told(center, where={"list": "likely"}) == set(everybody)
    merged = [{**row, "customer_id": "C-kept", "account_id": "C-kept"} if row["customer_id"] == "C1" else row for row in cases]
    center_of(
        tmp_path,
        merged,
        "made-0002",
        customer_redirect=[{"old_customer_id": "C1", "customer_id": "C-kept"}],
        profiling_objection=[{"account_id": "C0"}, {"account_id": "C-kept"}],
    )
    allowed = set(everybody) - {"C0", "C1"}
    for name in ("likely", "likely_callers", "of_a_list_that_is_gone"):
        assert told(center, where={"list": name}) == allowed
    assert told(center, where={"list": "callers"}) == {*allowed, "C0", "C-kept"}
    assert {row["name"]: row["customers"] for row in center.lists()} == {
        "callers": 10, "likely": 8, "likely_callers": 8, "of_a_list_that_is_gone": 8,
    }  # fmt: skip


def test_a_frozen_list_of_a_metric_that_is_gone_says_so(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    lists.write_list(tmp_path / "lists", frozen("phoned", "cases_opend", ["C1"]))
    (row,) = center.lists()
    assert (row["customers"], row["problem"]) == (None, 'there is no metric "cases_opend". Did you mean "cases_opened"?')
    with pytest.raises(UnknownName, match="there is no metric"):
        center.ask("cases_opened", where={"list": "phoned"})


def test_a_mark_is_kept_and_options_too(tmp_path: Path) -> None:
    worth = {"customers_change": 1, "value_change": 10.0, "known_change": 1}
    moves = [
        person(f"C{i}", movement=movement, happened_at=AS_OF - timedelta(days=i), **worth)
        for i, movement in enumerate(("gained", "gained", "ended", "gained"))
    ]
    customers = [{"customer_id": f"C{i}", "account_id": f"C{i}", "kind": "person"} for i in range(4)]
    center = made_center(tmp_path, {"fct_customer_movement": moves, "customers": customers})
    center.save_list("gained", "customer_equation", Selection.of(period="2026"), mark={"part": "gained"})
    saved = lists.load_list(tmp_path / "lists", "gained")
    assert (saved.mark, saved.selection) == ({"part": "gained"}, Selection.of(period="2026", compare="before"))
    assert center.ask("customer_equation", period="2026", where={"list": "gained"}).total.value == 3


def test_a_selection_with_a_list_survives_its_address(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    center.save_list("phoned", "cases_opened", Selection.of(period="all", where={"channel": "phone"}))
    chosen = Selection.of(period="all", where={"list": "phoned", "region": ["North", "South"]})
    again = Selection.from_query(chosen.to_query())
    assert again == chosen
    assert center.ask("cases_opened", again).total == center.ask("cases_opened", chosen).total
    row = center.lists()[0]
    assert center.ask(row["metric"], Selection.from_query(row["address"])).total.n == 10


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
WORDS = TEXTS.filter(str.strip)


@settings(max_examples=100)
@given(
    title=TEXTS.filter(str.strip),
    values=st.lists(TEXTS, min_size=1, max_size=3),
    mark=st.dictionaries(TEXTS.filter(str.strip), TEXTS.filter(str.strip)),
)
def test_what_is_written_is_read_again(
    title: str, values: Sequence[str], mark: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    chosen = Selection.of(period="2026-Q3", where={"region": values, 'odd "key"': ["x"]}, by="channel", options={"most": 5})
    told = {"metric": "nps", "selection": chosen, "saved_at": "2026-01-01T00:00:00Z", "customers": ("C-1", "C-2")}
    wanted = lists.SavedList(name="some", title=title, kind="frozen", mark=mark, **told)
    lists.write_list(folder, wanted)
    assert lists.load_list(folder, "some") == wanted


def test_what_cannot_be_is_said_in_one_sentence(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    with pytest.raises(UnknownName, match='there is no list "phoned"'):
        center.ask("cases_opened", where={"list": "phoned"})
    center.save_list("phoned", "cases_opened", Selection.of(period="all", where={"channel": "phone"}))
    with pytest.raises(UnknownName, match='Did you mean "phoned"'):
        center.ask("cases_opened", where={"list": "phond"})
    with pytest.raises(UnknownName, match='"list" is not a dimension'):
        center.ask("cases_opened", split_by="list", where={"list": "phoned"})
    with pytest.raises(QuestionError, match='there is a list "phoned" already'):
        center.save_list("phoned", "cases_opened")
    for name in ("../evil", "Big", "", "a b"):
        with pytest.raises(QuestionError, match="cannot be a list's name"):
            center.save_list(name, "cases_opened")
        with pytest.raises(UnknownName, match="there is no list"):
            center.ask("cases_opened", where={"list": name})
    (tmp_path / "lists" / "broken.toml").write_text('titel = "x"\nkind = "dead"\n[where]\nregion = "North"\n')
    with pytest.raises(DeclarationErrors, match="titel"):
        center.ask("cases_opened", where={"list": "broken"})
    assert next(row for row in center.lists() if row["name"] == "broken")["customers"] is None


def test_what_splits_says_what_to_bear_in_mind(tmp_path: Path, cases: Cases) -> None:
    dimensions = [
        {"dimension_id": name, "label": name.capitalize(), "kind": "row", "column_name": column, "sort_no": 1, "most_values": 12,
         "is_sensitive": False, "segmentation": segmentation, "property": told and "x", "subject": told}
        for name, column, segmentation, told in (
            ("segment", "segment", "kinds", None), ("few", "region", "few", None), ("heating", "team", None, "person"),
            ("device", "kind", None, "event"),
        )
    ]  # fmt: skip
    segmentations = [
        {"segmentation": "kinds", "title": "Kinds", "kind": "rules", "segment_count": 7},
        {"segmentation": "few", "title": "Few", "kind": "rules", "segment_count": 6},
    ]
    told = [{"subject_kind": "cases", "subject_id": "T1", "name": "x", "value": "y"}]
    center = center_of(tmp_path, cases, dimension=dimensions, segmentation=segmentations, properties=told)
    before = center.ask("cases_opened", period="all").notices

    def more(**asked: Any) -> list[str]:
        return [notice for notice in center.ask("cases_opened", period="all", **asked).notices if notice not in before]

    assert more(split_by="segment") == ["Segment has 7 segments: four to six at a time are easier to act on."]
    assert more(split_by=["few", "device"]) == more(where={"segment": "A"}) == []
    now = ["Heating is as the records say now, not as on the day of each row."]
    assert more(split_by="heating") == more(where={"heating": "Left"}) == now


def test_a_property_that_no_source_tells_is_said_to_be_unknown_of_everybody(tmp_path: Path, cases: Cases) -> None:
    dimensions = [
        {"dimension_id": "heating", "label": "Heating", "kind": "property", "column_name": "team", "sort_no": 1, "most_values": 12,
         "is_sensitive": False, "property": "heating_type", "subject": "person"}
    ]  # fmt: skip
    words = "No source tells the property “heating_type” of Heating: it is unknown of everybody."
    center = center_of(tmp_path, cases, dimension=dimensions)
    for asked in ({"split_by": "heating"}, {"where": {"heating": "Left"}}):
        assert words in center.ask("cases_opened", period="all", **asked).notices
    assert words not in center.ask("cases_opened", period="all").notices
    properties = [{"subject_kind": "customer_records", "subject_id": "r1", "name": "heating_type", "value": "oil"}]
    told = center_of(tmp_path / "told", cases, dimension=dimensions, properties=properties)
    assert words not in told.ask("cases_opened", period="all", split_by="heating").notices


def test_pages_that_were_kept_are_asked_anew_when_a_list_changes(tmp_path: Path, cases: Cases) -> None:
    center = center_of(tmp_path, cases)
    before = center.definitions
    center.save_list("phoned", "cases_opened", Selection.of(period="all", where={"channel": "phone"}))
    assert center.definitions != before
    path = tmp_path / "lists" / "phoned.toml"
    assert told(center, where={"list": "phoned"}) == {row["customer_id"] for row in cases if row["channel"] == "phone"}
    path.write_text(path.read_text().replace('["phone"]', '["web", "email"]'))
    assert told(center, where={"list": "phoned"}) == {row["customer_id"] for row in cases if row["channel"] != "phone"}


OF_EVERYBODY = {"unit_cost": "costs are told of all customers together", "bridge": "told of all requests of a system"}


def test_every_metric_of_the_sample_takes_a_list(tiny_center: CommandCenter, own_workspace: Path) -> None:
    center = CommandCenter.open(own_workspace)
    center.save_list("helped", "cases_opened", Selection.of(period="2026"))
    members = {row["customer_id"] for row in center.customers_behind("cases_opened", period="2026").rows}
    for metric in center.metrics():
        if "customer_id" not in metric_columns(center, metric.metric_id):
            continue
        asked = {"where": {"list": "helped"}, "period": None if metric.is_now else "2026"}
        if metric.figure in OF_EVERYBODY:
            with pytest.raises(QuestionError, match=OF_EVERYBODY[metric.figure]):
                center.ask(metric.metric_id, **asked)
            continue
        people = center.customers_behind(metric.metric_id, **asked)
        assert all(row["customer_id"] in members or account_of(center, row) in members for row in people.rows), metric.metric_id


def metric_columns(center: CommandCenter, metric: str) -> Sequence[str]:
    with center.warehouse.reading(center.policy) as reading:
        return reading.tables[center.metric(metric).fact]


def account_of(center: CommandCenter, row: dict[str, Any]) -> str:
    return str(row.get("account_id") or center.story(row["customer_id"]).customer["account_id"])
