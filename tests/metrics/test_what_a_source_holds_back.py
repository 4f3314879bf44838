"""A help desk, an outreach tool and an old survey of answers only: what each of them decides, and what it does not."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from metrics import CommandCenter
from metrics.answer import Answer
from metrics.errors import QuestionError
from queries.load import load
from queries.warehouse import current_snapshot
from queries.workspace import Workspace

EXPORTS = {
    "cases.csv": """case_id,email,opened_at,opened_by,kind,channel,status,first_replied_at,resolved_at,source
        1,ada@example.com,2026-07-06T08:00:00Z,customer,question,email,solved,2026-07-06T09:00:00Z,2026-07-06T10:00:00Z,desk
        2,bo@example.com,2026-07-07T08:00:00Z,customer,complaint,email,solved,2026-07-07T08:00:00Z,2026-07-07T08:00:00Z,desk
        3,ada@example.com,2026-08-01T08:00:00Z,customer,question,email,solved,2026-08-01T08:00:00Z,2026-08-01T08:00:00Z,desk
        """,
    "case_events.csv": """case_id,happened_at,kind,value,actor,source
        1,2026-07-06T08:00:00Z,customer_message,,ada,desk
        1,2026-07-06T09:00:00Z,public_reply,,agent,desk
        """,
    "survey_responses.csv": """response_id,email,instrument,programme,sent_at,delivered_at,answered_at,score,scale_high,source
        1,ada@example.com,nps,relational,,,2025-10-02T08:00:00Z,3,,yearly survey
        2,bo@example.com,nps,relational,,,2025-10-03T08:00:00Z,9,,yearly survey
        3,ada@example.com,csat,transactional,2026-07-20T08:00:00Z,2026-07-20T08:00:00Z,2026-07-21T08:00:00Z,5,5,desk
        4,bo@example.com,csat,transactional,2026-07-21T08:00:00Z,2026-07-21T08:00:00Z,,,5,desk
        """,
    "interactions.csv": """interaction_id,email,happened_at,event,channel,direction,purpose,delivered,responded_at,source
        a,ada@example.com,2026-07-08T10:00:00Z,letter,email,outbound,promotional,true,2026-07-08T11:00:00Z,outreach
        b,bo@example.com,2026-07-08T08:00:00Z,letter,email,outbound,promotional,true,,outreach
        s,ada@example.com,2026-07-09T10:00:00Z,call,phone,outbound,service,true,,outreach
        c,ada@example.com,2026-08-01T10:00:00Z,bill,email,outbound,transactional,true,,outreach
        """,
}
PROMISES = """
title    = "Requests"
calendar = "always"
[[policies]]
id      = "everyone"
default = true
targets = { first_reply = "4h" }
"""
NOT_HELD_BACK = [
    "promises_kept", "customers_every_promise_kept", "replied_in_time", "contacts_sent", "engagement", "fatigue",
    "satisfied_after_contact", "asked_twice",
]  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    made = Workspace.create(folder / "workspace")
    (made.root / "promises").mkdir(exist_ok=True)
    (made.root / "promises" / "requests.toml").write_text(PROMISES, encoding="utf-8")
    for name, text in EXPORTS.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(made, [folder / name for name in EXPORTS], now=datetime(2026, 8, 1, 12))
    return made.root


@pytest.fixture(scope="module")
def center(company: Path) -> CommandCenter:
    return CommandCenter.open(company)


def july(center: CommandCenter, metric: str, **more: object) -> Answer:
    return center.ask(metric, period="2026-07", compare="none", **more)


@pytest.mark.parametrize("metric", NOT_HELD_BACK)
def test_an_old_survey_holds_back_nothing_that_it_does_not_feed(center: CommandCenter, metric: str) -> None:
    found = july(center, metric)
    assert found.as_of >= datetime(2026, 8, 1, 8)
    assert found.period
    assert not found.period.is_to_date


@pytest.mark.parametrize("metric", ["nps_relational", "nps_themes"])
def test_it_holds_back_what_it_feeds(center: CommandCenter, metric: str) -> None:
    with pytest.raises(QuestionError, match="begins after the data ends, on 3 October 2025"):
        july(center, metric)


def test_all_promises_together_say_until_when_call_backs_are_known(center: CommandCenter) -> None:
    said = "Call-backs after 3 October 2025 are not known: Yearly survey tells no further."
    assert said in july(center, "promises_kept").notices
    assert said in july(center, "customers_every_promise_kept").notices
    assert said not in july(center, "promises_kept", where={"promise": ["first_reply"]}).notices
    assert said not in july(center, "replied_in_time").notices
    assert said not in center.ask("promises_kept", period="2025-09", compare="none").notices


def test_what_became_of_a_detractor_is_known_as_far_as_our_contacts_are(center: CommandCenter) -> None:
    (clock,) = [one for one in center.clocks() if one["subject_kind"] == "detractor"]
    assert clock["as_of"] == datetime(2026, 8, 1, 10)


def test_the_time_after_a_complaint_solved_at_once_holds(center: CommandCenter) -> None:
    found = july(center, "outreach_near_complaint", split_by="grade")
    assert [(row.by["grade"], row.value.n) for row in found.rows] == [("detractor awaiting call-back", 1), ("just solved", 1)]


def test_a_rate_of_answers_says_when_it_will_be_known(center: CommandCenter) -> None:
    found = july(center, "response_rate")
    assert found.total.n == 0
    assert (
        "Of 2 invitations delivered it is known from 3 August 2026 on whether they were answered: fourteen days after they arrived."
        in found.notices
    )


def test_a_snapshot_of_another_version_says_that_loading_again_helps(company: Path, tmp_path: Path) -> None:
    shutil.copytree(company, tmp_path / "older")
    older = Workspace.at(tmp_path / "older")
    with duckdb.connect(str(current_snapshot(older))) as connection:
        connection.execute("alter table fct_promise drop column was_kept")
    with pytest.raises(QuestionError) as told:
        CommandCenter.open(older.root).ask("replied_in_time", period="2026-07")
    assert str(told.value).endswith("what was loaded was made by another version of this program. Make it anew. Run: cx load.")
