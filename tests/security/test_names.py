"""Who is told no names is told none, by any question and on any panel: canaries in every place where exports tell of people."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import Flask
from sqlglot import exp

from dashboard import dialogs, palette
from dashboard.access.who import Who, acting
from dashboard.first_run import Shown
from dashboard.page import Pages
from dashboard.panels import FRAME, Panels
from dashboard.saved_views import SavedViews
from dashboard.view import View
from metrics import CommandCenter
from metrics.answer import json_ready
from metrics.deciding import Told
from metrics.errors import QuestionError
from metrics.selection import Selection
from queries.load import load
from queries.nameless import pads_of, told_without_names
from queries.policy import Policy
from queries.workspace import Workspace

NAMELESS = Policy(names=False)
OF_FILES = ("health_ledger", "health_refused", "health_alarms")
PAGES = Pages.found()
PANELS = [(page.path, section.id) for page in PAGES.pages for section in page.sections]
EXPORTS = {
    "customer_records.csv": "record_id,kind,name,family_name,email,phone,external_id,company_id,role,region,lifecycle,"
    "acquired_through,acquisition_reason,referred_by,owner,created_at\n"
    "1,person,Zwieselina Quastenfloh,Quastenfloh,zwieselina@canary.example,+49 221 4711001,X771,,,north,customer,website,,,,"
    "2025-01-05T08:00:00Z\n"
    "2,person,Ottokar Birnstengel,Birnstengel,ottokar@canary.example,+49 221 4711002,X772,9,owner,north,customer,website,"
    "friends told me,X771,,2025-03-05T08:00:00Z\n"
    "ute@canary.example,person,Ute Krummholz,Krummholz,ute@canary.example,,X773,,,south,prospect,website,,,,2025-03-06T08:00:00Z\n"
    "+49 221 4711003,person,Egon Moosgruber,Moosgruber,,+49 221 4711003,X774,,,south,prospect,website,,,,2025-03-06T08:00:00Z\n"
    "9,company,Bakery Zimtstern,,office@zimtstern.example,,X779,,,north,customer,website,,,,2025-02-05T08:00:00Z\n",
    "contracts.csv": "contract_id,external_id,product,starts_on,ends_on,amount_per_month,currency\n"
    "K1,X771,gas,2025-03-01,,20,EUR\nK2,X772,gas,2025-03-01,2026-09-30,20,EUR\nK3,X779,power,2025-03-01,,90,EUR\n",
    "cases.csv": "case_id,external_id,email,opened_at,opened_by,kind,channel,status,subject\n"
    "T1,X771,,2026-10-01T09:00:00Z,customer,complaint,email,open,Quastenfloh here: call +49 221 4711001\n"
    "T2,,ottokar@canary.example,2026-09-01T09:00:00Z,customer,question,email,solved,Birnstengel asks again\n",
    "survey_responses.csv": "response_id,external_id,instrument,programme,sent_at,answered_at,score,comment\n"
    "R1,X771,nps,relational,2026-09-20T09:00:00Z,2026-09-21T09:00:00Z,2,I am Zwieselina and the bill was wrong. zwieselina@canary.example\n"
    "R2,X772,nps,relational,2026-09-20T09:00:00Z,2026-09-22T09:00:00Z,9,Friendly - yours Birnstengel\n",
    "consents.csv": "email,phone,purpose,channel,granted,effective_at\n"
    "ute@canary.example,,promotional,email,true,2026-01-01T00:00:00Z\n,+49 221 4711001,promotional,phone,false,2026-01-01T00:00:00Z\n",
    "commitments.csv": "commitment_id,email,kind,made_at,due_at,kept_at,subject,team\n"
    "Z1,ottokar@canary.example,call_back,2026-09-01T09:00:00Z,2026-09-02T09:00:00Z,,T2,Care desk\n",
    "interactions.csv": "external_id,happened_at,event,channel,direction,purpose\n"
    "X771,2026-09-05T09:00:00Z,newsletter,email,outbound,promotional\nX772,2026-09-06T09:00:00Z,sales call,phone,outbound,sales\n",
    "orders.csv": "order_id,email,ordered_at,amount,currency,channel,status\n"
    "B1,ute@canary.example,2026-08-01T09:00:00Z,30,EUR,web,completed\n",
}
CANARIES = re.compile(
    r"zwieselina|quastenfloh|ottokar|birnstengel|\bute\b|krummholz|moosgruber|zimtstern|canary\.example|471100[123]|471\s?1001",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandCenter]:
    """A company all of whose people are canaries."""
    folder = tmp_path_factory.mktemp("canaries")
    for name, text in EXPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    workspace = Workspace.create(folder / "mine")
    report = load(workspace, [folder / name for name in EXPORTS])
    assert not report.refused, report.refused
    assert not report.rejections, report.rejections
    opened = CommandCenter.open(workspace.root)
    yield opened
    opened.close()


def customer_of(center: CommandCenter, name: str = "Zwieselina Quastenfloh") -> str:
    return str(center.search(name)[0]["customer_id"])


def found_in(told: Any) -> list[str]:
    return CANARIES.findall(told if isinstance(told, str) else json.dumps(json_ready(told), ensure_ascii=False, default=str))


def test_no_column_of_a_nameless_policys_views_holds_a_canary(center: CommandCenter) -> None:
    with center.warehouse.reading(NAMELESS) as reading, center.warehouse.reading(Policy.everything()) as everybody:
        tables = [table for table in reading.tables if reading.tables[table]]
        told = {one: [str(rows_of(held, one)) for held in (reading, everybody)] for one in tables}
    leaks = {table: CANARIES.findall(nameless) for table, (nameless, _) in told.items() if CANARIES.search(nameless)}
    assert not leaks
    held = {table for table, (_, plain) in told.items() if CANARIES.search(plain)}
    assert {"customers", "customer_records", "survey_responses", "cases", "consents", "fct_referral", "fct_event"} <= held


def rows_of(reading: Any, table: str) -> list[Any]:
    cursor: duckdb.DuckDBPyConnection = reading._snapshot.cursor(reading._policy)
    try:
        return cursor.table(table).fetchall()
    finally:
        cursor.close()


def test_what_is_joined_by_ids_stays_joined(center: CommandCenter) -> None:
    """Ids made of addresses are hashed alike everywhere: each figure counts as many as it does with names."""
    nameless = center.under(NAMELESS)
    for metric in center.metrics():
        period = None if metric.is_now else "2026"
        try:
            plain = center.ask(metric.metric_id, period=period, compare="none")
        except QuestionError:
            continue
        assert nameless.ask(metric.metric_id, period=period, compare="none").total == plain.total, metric.metric_id


def test_an_id_made_of_an_address_cannot_be_guessed(center: CommandCenter, tmp_path: Path) -> None:
    """It is no hash that whoever has the address can reckon, it is the same in all tables, and another one in another workspace."""
    told = set()
    with center.warehouse.reading(NAMELESS) as reading:
        for table in ("customer_records", "customers"):
            told |= set(re.findall(r"id [0-9a-f]+", str(rows_of(reading, table))))
    guesses = [
        form for key in ("ute@canary.example", "+49 221 4711003") for form in (key, f"import:{key}", f"customer_records:{key}")
    ]
    known = [kind(guess.encode()).hexdigest() for guess in guesses for kind in (hashlib.md5, hashlib.sha1, hashlib.sha256)]
    assert told
    assert not [one for one in told for hashed in known if hashed.startswith(one.removeprefix("id "))]
    here, other = center.warehouse.workspace, Workspace.create(tmp_path / "other")
    assert pads_of(here) == pads_of(here) != pads_of(other)


@pytest.mark.parametrize(
    ("key", "is_told"),
    [
        ("ute@canary.example", False), ("crm:ute@canary.example", False), ("+492214711003", False), ("crm:+49 221 4711003", False),
        ("02214711003", False), ("0221/4711003", False), ("221-471-1003", False), ("phone=+49 (221) 471", False),
        ("C1", True), ("4711001", True), ("crm:00001026", True), ("2026-00113", True), ("7f1e09aa-77", True),
    ],
)  # fmt: skip
def test_an_id_that_may_be_a_phone_number_is_hashed(key: str, is_told: bool) -> None:
    found = told_without_names("cases", "case_id", ["case_id"], ("inner", "outer"))
    assert found is not None
    select = exp.select(exp.alias_(found, "told")).from_(exp.values([(key,)], alias="cases", columns=["case_id"]))
    ((told,),) = duckdb.sql(select.sql("duckdb")).fetchall()
    digest = sha256(b"outer" + sha256(b"inner" + key.encode()).hexdigest().encode()).hexdigest()
    assert told == (key if is_told else f"id {digest[:32]}")


def test_files_named_after_people_are_told_by_their_format(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    orders = (
        EXPORTS["orders.csv"].replace("2026-08-01T09:00:00Z", "no moment")
        + "B2,ute@canary.example,2026-08-02T09:00:00Z,30,EUR,web,new\n"
    )
    for name, text in {
        "customer_records_krummholz.csv": EXPORTS["customer_records.csv"],
        "orders_quastenfloh.csv": orders,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "birnstengel.pdf").write_text("Ottokar Birnstengel", encoding="utf-8")
    workspace = Workspace.create(tmp_path / "mine")
    load(workspace, [folder])
    center = CommandCenter.open(workspace.root)
    asked = {name: ASKED[name] for name in ("ledger", "rejections", "rejected", "quarantine", "alarms", "check_rows", "coverage")}
    asked["customer"] = lambda shown: shown.customer(customer_of(center))
    told = {name: str(ask(center.under(NAMELESS))) for name, ask in asked.items()}
    assert {name: CANARIES.findall(text) for name, text in told.items() if CANARIES.search(text)} == {}
    plain = {name for name, ask in asked.items() if CANARIES.search(str(ask(center)))}
    assert {"ledger", "rejections", "rejected", "quarantine"} <= plain
    rows = center.under(NAMELESS).ledger()
    assert {row["file_name"] for row in rows} == {f"{row['source_format']} {row['file_id'][:6]}" for row in center.ledger()}
    chosen = center.under(NAMELESS).ledger(file=rows[0]["file_name"])
    assert chosen
    shown = Panels(Shown(center, workspace.root, lambda: NAMELESS), PAGES)
    health = [
        section.id
        for page in PAGES.pages
        if page.path == "/data-health"
        for section in page.sections
        if section.component in OF_FILES
    ]
    assert len(health) == len(OF_FILES)
    for panel in health:
        assert CANARIES.findall(str(shown.draw("/data-health", panel, View.read("/data-health", "")))) == []
    center.close()


def test_what_people_wrote_down_is_told_without_names(center: CommandCenter) -> None:
    nameless = center.under(NAMELESS)
    told = Told(
        owner="onboarding", what="Call Quastenfloh", due="2099-01-01", expects="zwieselina@canary.example answers",
        about="Ottokar Birnstengel waits", metric="cases_resolved_in_time", where={"company": ("Bakery Zimtstern",)},
    )  # fmt: skip
    told = replace(told, metric=center.compared_metrics()[0].metric_id)
    center.decide(told)
    whom = Selection.of(period="all", where={"company": "Bakery Zimtstern"})
    center.save_list("zimtstern", "cases_opened", whom, title="Whom?")
    center.save_list("good_ones", "cases_opened", whom, title="Friends of Birnstengel")
    views = SavedViews(center.warehouse.workspace, PAGES)
    views.save("Krummholz and others", "/service", "2026-01-01T00:00:00Z", name="others")
    views.save("Bakers", "/service?where.company=Bakery+Zimtstern", "2026-01-01T00:00:00Z", name="bakers")

    def shown(center: CommandCenter) -> dict[str, str]:
        at = View.read("/service", "")
        with acting(Flask("test"), Who.local()):
            dialog = str(dialogs.saved_views(views, center, at))
        return {
            "outcomes": str(center.outcomes()), "lists": str(center.lists()), "list_titles": str(center.list_titles()),
            "palette": str(palette.own(center, views)), "dialog": dialog,
            "notice": str(center.ask("cases_opened", period="2026", where={"list": "good_ones"}).notices),
        }  # fmt: skip

    assert {name for name, text in shown(center).items() if CANARIES.search(text)} == shown(center).keys()
    assert {name: CANARIES.findall(text) for name, text in shown(nameless).items() if CANARIES.search(text)} == {}
    (outcome,) = nameless.outcomes()
    assert (outcome.decision.what, outcome.decision.owner, outcome.decision.where, outcome.after) == (
        "Call […]",
        "onboarding",
        {},
        {},
    )
    assert nameless.list_titles() == {"good_ones": "Friends of […]"}
    assert [row["address"] for row in nameless.lists()] == [""]
    assert [one["title"] for one in palette.own(nameless, views) if one["kind"] == "view"] == ["[…] and others"]


def test_people_are_told_apart_by_their_ids_and_their_words_stay_without_who_said_them(center: CommandCenter) -> None:
    nameless, customer_id = center.under(NAMELESS), customer_of(center)
    story = nameless.story(customer_id)
    assert story.customer["name"] == customer_id
    assert story.customer["email"] is None
    assert story.cases[0]["subject"] == "[…] here: call […]"
    assert any("the bill was wrong" in str(row["comment"]) for row in story.scores)
    assert nameless.search("Quastenfloh") == ()
    assert [row["customer_id"] for row in nameless.search(customer_id)] == [customer_id]


def test_what_is_made_of_addresses_is_refused(center: CommandCenter) -> None:
    for ask in (lambda: center.under(NAMELESS).hold_list(), lambda: center.under(NAMELESS).person(customer_of(center))):
        with pytest.raises(QuestionError, match="names and addresses"):
            ask()


def test_names_are_known_beyond_the_rows_of_a_policy(center: CommandCenter) -> None:
    """A comment may name somebody of another region: what is taken out is looked up among all."""
    elsewhere = center.under(Policy(regions=frozenset({"nowhere"})))
    assert elsewhere.redacted(["Krummholz was there"]) == ["[…] was there"]


def every_metric(center: CommandCenter, ask: Callable[[str, str | None], Any]) -> list[Any]:
    told = []
    for metric in center.metrics():
        try:
            told.append(ask(metric.metric_id, None if metric.is_now else "2026"))
        except QuestionError as error:
            told.append(str(error))
    return told


def asked(center: CommandCenter) -> list[Any]:
    by_company = every_metric(center, lambda metric, period: center.ask(metric, period=period, split_by="company"))
    return [*every_metric(center, lambda metric, period: center.ask(metric, period=period)), *by_company]


def checked(center: CommandCenter) -> list[Any]:
    return [center.check_rows(str(row["check_id"])).found for row in center.checks()]


def reasons(center: CommandCenter) -> list[Any]:
    customer_id = next(iter(center.customers_behind("journey_funnel", period="2026").rows), {"customer_id": ""})["customer_id"]
    try:
        return [center.explain_customer("journey_funnel", str(customer_id), period="2026").steps]
    except QuestionError as error:
        return [str(error)]


def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(QuestionError) as told:
        ask()
    return str(told.value)


ASKED: dict[str, Callable[[CommandCenter], Any]] = {
    "ask": asked,
    "customers_behind": lambda center: every_metric(
        center, lambda metric, period: center.customers_behind(metric, period=period)
    ),
    "explain": lambda center: [center.explain(metric.metric_id) for metric in center.metrics()],
    "explain_customer": reasons,
    "story": lambda center: [
        center.story(one["customer_id"]) for one in center.customers_behind("customers_gained", period="2025").rows
    ],
    "search": lambda center: [center.search(word) for word in ("ute", "canary", "4711001", "zimtstern")],
    "customer": lambda center: center.customer(center.customers_behind("customers_gained", period="2025").rows[0]["customer_id"]),
    "person": lambda center: refused(lambda: center.person("X771")),
    "hold_list": lambda center: refused(center.hold_list),
    "case": lambda center: [center.case("T1"), center.case("T2")],
    "clocks": lambda center: center.clocks(),
    "untold_clocks": lambda center: center.untold_clocks(),
    "redacted": lambda center: center.redacted(["Quastenfloh, zwieselina@canary.example"]),
    "as_told": lambda center: center.as_told(["Quastenfloh, zwieselina@canary.example"]),
    "names_anybody": lambda center: center.names_anybody(["Quastenfloh"]),
    "rejected": lambda center: center.rejected(),
    "rejections": lambda center: center.rejections(),
    "checks": lambda center: center.checks(),
    "check": lambda center: center.check(),
    "check_rows": checked,
    "identity": lambda center: center.identity(),
    "coverage": lambda center: str(center.coverage()),
    "completeness": lambda center: center.completeness(),
    "doubled_records": lambda center: center.doubled_records(),
    "unknown_words": lambda center: center.unknown_words(),
    "dimension_values": lambda center: [
        center.dimension_values(row["dimension_id"], metric="cases_opened") for row in of_cases(center)
    ],
    "not_found": lambda center: center.not_found({"region": ("Nowhere",)}),
    "events": lambda center: center.events(),
    "alarms": lambda center: center.alarms(),
    "needs_a_decision": lambda center: str(center.needs_a_decision()),
    "before_and_after": lambda center: str(center.before_and_after()),
    "outcomes": lambda center: str(center.outcomes()),
    "purpose": lambda center: str(center.purpose()),
    "sources": lambda center: center.sources(),
    "ledger": lambda center: center.ledger(),
    "ledger_by_source": lambda center: center.ledger_by_source(),
    "ledger_summary": lambda center: center.ledger_summary(),
    "quarantine": lambda center: str(center.quarantine()),
    "removed_on_request": lambda center: center.removed_on_request(),
    "save_list": lambda center: str(center.save_list("kept", "customers_gained", Selection.of(period="2025"))),
    "lists": lambda center: center.lists(),
    "list_titles": lambda center: center.list_titles(),
}
TELLS_NOBODY = {
    "under", "close", "open", "settings", "metrics", "metric", "definitions", "snapshot", "glossary", "journeys", "dimensions",
    "changes", "compared_metrics", "check_declared", "keep_definitions", "earlier_snapshots", "decide", "delete_list",
    "changed", "alerts", "owner_of_list", "packs", "warehouse", "catalog", "policy",
}  # fmt: skip
"""What tells of definitions, of what somebody wrote, or of sums of two snapshots alone."""


def of_cases(center: CommandCenter) -> list[Any]:
    with center.warehouse.reading(center.policy) as reading:
        return [row for row in center.dimensions() if row["column_name"] in reading.tables["fct_case"]]


@pytest.mark.parametrize("method", ASKED)
def test_no_question_is_answered_with_a_canary(center: CommandCenter, method: str) -> None:
    assert found_in(ASKED[method](center.under(NAMELESS))) == []


def test_every_public_method_is_asked() -> None:
    public = {name for name in dir(CommandCenter) if not name.startswith("_")}
    assert public == {*ASKED, *TELLS_NOBODY}


def test_with_names_the_same_questions_tell_canaries(center: CommandCenter) -> None:
    """Else the test above would hold of a company without people."""
    telling = {name for name in ("customers_behind", "story", "search", "customer", "case") if found_in(ASKED[name](center))}
    assert telling == {"customers_behind", "story", "search", "customer", "case"}


@pytest.mark.parametrize(("path", "name"), PANELS, ids=[f"{path} {name}" for path, name in PANELS])
def test_no_panel_shows_a_canary(center: CommandCenter, path: str, name: str) -> None:
    root = center.warehouse.workspace.root
    place = re.sub(r"<[a-z_]+>", customer_of(center), path)
    drawn = str(
        Panels(Shown(center, root, lambda: NAMELESS), PAGES).draw(
            path if path == "*" else place, name, View.read(place, "period=2026")
        )
    )
    assert CANARIES.findall(drawn) == []


@pytest.mark.parametrize("name", FRAME)
def test_no_frame_shows_a_canary(center: CommandCenter, name: str) -> None:
    drawn = Panels(Shown(center, center.warehouse.workspace.root, lambda: NAMELESS), PAGES).draw("*", name, View.read("/", ""))
    assert CANARIES.findall(str(drawn)) == []
