"""The shipped formats, and one that a workspace declares: small files as the systems write them."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from queries.errors import DeclarationErrors
from queries.intake.declaration import sources_of

ENTERED = '"Date entered ""Sales Qualified Lead (Lifecycle Stage Pipeline)"""'
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Original Traffic Source,Create Date,Last Modified Date,"
    f"Became a Lead Date,Became a Sales Qualified Lead Date,{ENTERED},Last NPS survey rating,Last NPS survey date,"
    "Unsubscribed from all email,Merged Contact IDs\n"
)
TICKETS = (
    "Id,Requester,Requester id,Requester email,Submitter,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,"
    "Solved at,First reply time in minutes\n"
)


def audit(number: int, author: int, via: str, *events: dict[str, object]) -> str:
    told = {
        "id": number,
        "ticket_id": 7,
        "created_at": f"2026-10-01T10:00:{number:02}Z",
        "author_id": author,
        "via": {"channel": via},
    }
    return json.dumps({**told, "events": [{"id": number * 10 + place, **event} for place, event in enumerate(events)]}) + "\n"


def test_a_hubspot_contact_is_a_record_stages_a_survey_answer_and_a_consent(take):
    row = (
        "5,Ann,Alder,ann@example.com,+49 30 1,Customer,Organic Search,2026-01-05 09:00,2026-03-01 10:00,2026-01-06 09:00,,"
        "2026-02-01 09:00,9,2026-02-20,true,8;9\n"
    )
    taken = take({"contacts.csv": HUBSPOT + row})
    assert taken.rows("customer_records", "record_id", "name", "family_name", "lifecycle", "acquired_through", "merged_into") == [
        ("5", "Ann Alder", "Alder", "customer", "search", None),
        ("8", None, None, None, None, "5"),
        ("9", None, None, None, None, "5"),
    ]
    assert taken.rows("stage_changes", "stage", "subject_id", "entered_at") == [
        ("lead", "5", datetime(2026, 1, 6, 9)),
        ("sales qualified lead", "5", datetime(2026, 2, 1, 9)),
    ]
    assert taken.rows("survey_responses", "instrument", "score", "scale_high") == [("nps", 9.0, 10.0)]
    assert taken.rows("consents", "purpose", "granted", "effective_at") == [("promotional", False, datetime(2026, 3, 1, 10))]
    assert taken.ledger()["contacts.csv/customer_records"] == (1, 1, 0, 0, 0)


def test_the_newer_generation_of_a_hubspot_stage_date_wins_where_both_are_told(take):
    row = "5,Ann,Alder,ann@example.com,,Lead,,2026-01-05 09:00,,,2026-02-03,2026-02-01 09:00,,,,\n"
    other = "6,Bo,Birch,bo@example.com,,Lead,,2026-01-05 09:00,,,2026-02-03,,,,,\n"
    taken = take({"contacts.csv": HUBSPOT + row + other})
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at") == [
        ("5", "sales qualified lead", datetime(2026, 2, 1, 9)),
        ("6", "sales qualified lead", datetime(2026, 2, 3)),
    ]


def test_a_zendesk_ticket_is_a_case_and_a_record_of_its_requester(take):
    rows = [
        "7,Ann,91,ann@example.com,Ann,Post,Late,bill complaint,Hold,High,Mail,Incident,2026-10-01 10:00:00,2026-10-02 10:00:00,"
        "1900-01-01 00:00:00,90",
        "8,Ann,91,ann@example.com,Agent,Post,Late,,Solved,-,Pigeon,Question,2026-10-01 11:00:00,2026-10-03 10:00:00,2026-10-03 10:00:00,",
    ]
    taken = take({"tickets.csv": TICKETS + "\n".join(rows) + "\n2 tickets exported\n"})
    assert taken.rows(
        "cases", "case_id", "opened_by", "kind", "channel", "priority", "status", "resolved_at", "first_replied_at"
    ) == [
        ("7", "customer", "complaint", "email", "high", "on_hold", None, datetime(2026, 10, 1, 11, 30)),
        ("8", "agent", "question", "other", None, "solved", datetime(2026, 10, 3, 10), None),
    ]
    assert taken.rows("customer_records", "record_id", "name", "kind") == [("91", "Ann", "person")]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "Pigeon")]
    assert taken.rows("properties", "name", "value") == [("tags", "bill complaint")]


def test_a_zendesk_csv_that_went_through_a_spreadsheet_is_day_first(take):
    row = "7,Ann,91,ann@example.com,Ann,Post,Late,,Open,Low,Chat,,13-10-2026 10:00,14-10-2026 08:30,01-01-1900 00:00,\n"
    taken = take({"tickets.csv": TICKETS + row})
    assert taken.rows("cases", "opened_at", "updated_at", "resolved_at") == [
        (datetime(2026, 10, 13, 10), datetime(2026, 10, 14, 8, 30), None)
    ]


def test_a_zendesk_audit_line_becomes_its_events_and_the_ledger_counts_lines_and_events(take):
    opened = {"type": "Create", "field_name": "status", "value": "new"}, {"type": "Comment", "public": True, "body": "Help"}
    lines = [
        audit(1, 91, "email", *opened),
        audit(2, -1, "rule", {"type": "Comment", "public": True, "body": "Received"}, {"type": "Notification"}),
        audit(3, 12, "web", {"type": "Comment", "public": False}, {"type": "Change", "field_name": "status", "value": "hold"}),
        audit(4, 12, "web", {"type": "Notification"}),
        "not json\n",
    ]
    taken = take({"audits.jsonl": "".join(lines)})
    assert taken.rows("case_events", "case_event_id", "case_id", "kind", "value", "actor") == [
        ("10", "7", "status", "new", "91"),
        ("11", "7", "message", None, "91"),
        ("20", "7", "automatic_reply", None, "-1"),
        ("30", "7", "internal_note", None, "12"),
        ("31", "7", "status", "on_hold", "12"),
    ]
    assert taken.ledger()["audits.jsonl/records"] == (5, 4, 0, 1, 0)
    assert taken.ledger()["audits.jsonl/status"] == (2, 2, 0, 0, 0)
    assert taken.rejections() == [(5, None, "not json")]


def test_an_audit_export_that_overlaps_the_last_one_adds_only_what_is_new(intake):
    first = audit(1, 91, "email", {"type": "Comment", "public": True})
    intake.take({"a.jsonl": first})
    taken = intake.take({"b.jsonl": first + audit(2, 12, "web", {"type": "Comment", "public": True})})
    assert taken.ledger()["b.jsonl/records"] == (2, 1, 0, 0, 1)
    assert len(taken.rows("case_events", "row_id")) == 2


def test_qualtrics_has_three_header_rows_and_previews_are_no_answers(take):
    names = "StartDate,EndDate,Status,Finished,RecordedDate,ResponseId,RecipientEmail,ExternalReference,Q9_NPS_GROUP,Q9,Q9_TEXT"
    texts = 'Start,End,Type,Finished,Recorded,Id,Mail,Ref,Group,"Would you\nrecommend us?",Why?'
    ids = ",".join('"{""ImportId"":""x""}"' for _ in names.split(","))
    rows = [
        "2026-10-01 10:00:00,2026-10-01 10:05:00,IP Address,True,2026-10-01 10:05:00,R1,ann@example.com,C1,Promoter,9,Kind",
        "2026-10-01 10:00:00,2026-10-01 10:05:00,Survey Preview,True,2026-10-01 10:05:00,R2,,,Passive,7,",
        "2026-10-01 11:00:00,2026-10-01 11:01:00,IP Address,False,2026-10-08 11:01:00,R3,bo@example.com,,,,",
    ]
    taken = take({"nps.csv": "\n".join([names, texts, ids, *rows]) + "\n"})
    assert taken.rows("survey_responses", "response_id", "score", "answered_at", "comment", "record_id") == [
        ("R1", 9.0, datetime(2026, 10, 1, 10, 5), "Kind", "C1"),
        ("R3", None, None, None, "bo@example.com"),
    ]
    assert taken.ledger()["nps.csv/survey_responses"] == (3, 2, 0, 1, 0)
    assert taken.rows("rejected_rows", "source_line", "reason") == [(2, "A preview of the survey, not a customer's answer.")]


def test_an_incident_log_keeps_the_newest_state_and_the_promise_of_that_state(take):
    header = (
        "number,incident_state,made_sla,caller_id,opened_at,sys_updated_at,contact_type,category,priority,resolved_at,closed_at\n"
    )
    rows = [
        "INC1,New,true,c7,29/2/2016 01:16,29/2/2016 01:23,Phone,55,3,?,?",
        "INC1,Active,true,c7,29/2/2016 01:16,1/3/2016 08:00,Phone,55,3,?,?",
        "INC1,Closed,false,c7,29/2/2016 01:16,1/3/2016 08:00,Phone,55,3,1/3/2016 07:00,1/3/2016 08:00",
        "INC2,-100,true,?,1/3/2016 01:16,1/3/2016 01:20,Carrier,?,1,?,?",
    ]
    taken = take({"incidents.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "record_id", "status", "priority", "opened_at", "closed_at") == [
        ("INC1", "c7", "closed", "normal", datetime(2016, 2, 29, 1, 16), datetime(2016, 3, 1, 8)),
        ("INC2", None, "other", "urgent", datetime(2016, 3, 1, 1, 16), None),
    ]
    assert taken.rows("reported_promises", "case_id", "promise", "kept") == [("INC1", "any", False), ("INC2", "any", True)]
    assert taken.ledger()["incidents.csv/cases"] == (4, 2, 2, 0, 0)


PIPELINE = """
title  = "Our sales pipeline"
source = "sales"

[recognise]
columns = ["deal", "stage now", "engaged on"]

[[rows]]
entity  = "opportunities"
primary = true

[rows.columns]
opportunity_id = "deal"
record_id      = "account"
created_at     = { column = "engaged on", formats = ["%d.%m.%Y"] }
closed_at      = { column = "closed on", formats = ["%d.%m.%Y"] }
amount         = { column = "worth", decimal = "," }
outcome        = { column = "stage now", map = { Won = "won", Lost = "lost" }, otherwise = "open" }
product        = { column = "product", map = { GTXPro = "GTX Pro" } }

[[rows]]
entity = "stage_changes"
when   = [{ column = "engaged on", is_present = true }]

[rows.columns]
subject_kind = { value = "opportunity" }
subject_id   = "deal"
stage        = { value = "Engaging" }
entered_at   = { column = "engaged on", formats = ["%d.%m.%Y"] }
"""


@pytest.mark.parametrize(
    ("decimal", "told", "amount"),
    [
        (".", "1250", "1250"),
        (".", "1250.5", "1250.5"),
        (".", "1,234.50", "1234.5"),
        (".", "1,234,567", "1234567"),
        (".", "1,250", None),
        (".", "12,50", None),
        (".", "1_250", None),
        (",", "1250,5", "1250.5"),
        (",", "1.250", "1250"),
        (",", "1.234,50", "1234.5"),
        (",", "12.50", None),
    ],
)
def test_a_number_that_could_be_read_in_two_ways_is_refused(intake, decimal, told, amount):
    intake.declare("sources/pipeline.toml", PIPELINE.replace('decimal = ","', f'decimal = "{decimal}"'))
    header = "deal;account;stage now;engaged on;closed on;worth;product\n"
    taken = intake.take({"pipeline.csv": f"{header}D1;Acme;Won;1.2.2026;;{told};\nD2;Acme;Won;1.2.2026;;1;\n"})
    expected = {Decimal(1)} if amount is None else {Decimal(1), Decimal(amount)}
    assert {row[0] for row in taken.rows("opportunities", "amount")} == expected
    assert taken.rows("rejected_rows", "column_name", "value") == ([("amount", told)] if amount is None else [])


def test_a_workspace_declares_a_format_of_its_own(intake):
    intake.declare("sources/pipeline.toml", PIPELINE)
    rows = "D1;Acme;Won;1.2.2026;3.2.2026;1.234,50;GTXPro\nD2;;Prospecting;;;;GTX Pro\n"
    taken = intake.take({"pipeline.csv": "deal;account;stage now;engaged on;closed on;worth;product\n" + rows})
    assert taken.rows(
        "opportunities", "opportunity_id", "record_id", "outcome", "amount", "created_at", "product", "is_date_only"
    ) == [
        ("D1", "Acme", "won", Decimal("1234.50"), datetime(2026, 2, 1), "GTX Pro", True),
        ("D2", None, "open", None, None, "GTX Pro", False),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "is_date_only") == [("D1", "Engaging", True)]
    assert taken.rows("unknown_values", "value", "read_as") == [("Prospecting", "open")]


def test_rows_are_cast_anew_when_their_declaration_changes(intake):
    intake.declare("sources/pipeline.toml", PIPELINE)
    intake.take({"p.csv": "deal;stage now;engaged on\nD1;Signed;1.2.2026\n"})
    intake.declare("sources/pipeline.toml", PIPELINE.replace('Won = "won"', 'Won = "won", Signed = "won"'))
    assert intake.take({}).rows("opportunities", "outcome") == [("won",)]


def test_two_formats_that_fit_equally_are_an_error_that_names_both(intake):
    intake.declare("sources/pipeline.toml", PIPELINE)
    intake.declare("sources/second.toml", PIPELINE)
    assert intake.take({"p.csv": "deal;stage now;engaged on\n"}).refused == [
        "p.csv: is equally Our sales pipeline (sources/pipeline.toml) and Our sales pipeline (sources/second.toml). "
        "Tell them apart: add a header to one's [recognise] columns."
    ]


@pytest.mark.parametrize("name", ["orders.csv", "x.csv"])
def test_extra_columns_are_welcome_in_a_systems_export(take, name):
    row = "7,Ann,91,ann@example.com,Ann,Post,Late,,Open,Low,Chat,,2026-10-13 10:00,2026-10-14 08:30,,,custom\n"
    assert not take({name: TICKETS.replace("\n", ",Our field [txt]\n") + row}).refused


QUESTION = "Would you recommend Acme to a friend, and why?"
MONKEY = f'Respondent ID,Collector ID,End Date,Email Address,First Name,Last Name,Which of these do you use?,,"{QUESTION}",,"{QUESTION}",'
MONKEY_ASKS = ",,,,,,Gas,Solar,Response,Open-Ended Response,Response,Open-Ended Response"


def test_surveymonkey_tells_scale_ends_by_their_labels_and_a_stale_copy_of_a_question_is_left_alone(take):
    rows = [
        "11,7,10/13/2026 09:30:00,ann@example.com,Ann,Alder,Gas,,Extremely likely,Kind people,3,old words",
        "12,7,10/13/2026 10:30:00,,,,,Solar,Not at all likely,,10,",
        "13,7,10/13/2026 11:30:00,bo@example.com,Bo,Birch,,,8,,,",
        "14,7,10/13/2026 12:30:00,,,,,,N/A,,9,",
    ]
    taken = take({"Acme Survey 2026 H2.csv": "\n".join([MONKEY, MONKEY_ASKS, *rows]) + "\n"})
    assert taken.rows("survey_responses", "response_id", "score", "comment", "wave", "answered_at", "email") == [
        ("11", 10.0, "Kind people", "2026 H2", datetime(2026, 10, 13, 9, 30), "ann@example.com"),
        ("12", 0.0, None, "2026 H2", datetime(2026, 10, 13, 10, 30), None),
        ("13", 8.0, None, "2026 H2", datetime(2026, 10, 13, 11, 30), "bo@example.com"),
        ("14", None, None, "2026 H2", datetime(2026, 10, 13, 12, 30), None),
    ]
    assert taken.rows("customer_records", "record_id", "name") == [
        ("ann@example.com", "Ann Alder"),
        ("bo@example.com", "Bo Birch"),
    ]


OWN_MONKEY = """
title = "Our panel"
source = "panel"
header_rows = 2
header_words = ["Response", "Open-Ended Response"]
blank_headers = "of the left"

[recognise]
columns = ["~(?i)would you recommend acme"]

[[rows]]
entity = "survey_responses"
primary = true
each = '(?i)^(?!.*\\(\\d+\\)$)(?P<question>.*recommend acme.*)$'

[rows.columns]
response_id = "Respondent ID | @record"
instrument = { value = "nps" }
programme = { value = "relational" }
wave = { column = "@file", pattern = '(\\d{4}.H\\d)', map = { "2026 H1" = "2026-H1" } }
score = { column = "{question}", map = { "Strongly agree" = "10", "Strongly disagree" = "1" } }
scale_low = { value = "1" }
scale_high = { value = "10" }
comment = "{question} (2)"
"""


def test_a_published_survey_without_ids_and_without_its_second_header_row_keeps_every_answer(intake):
    intake.declare("sources/panel.toml", OWN_MONKEY)
    with_both = f',,"{QUESTION}",\n,,Response,Open-Ended Response\n,,Strongly agree,Good\n,,7,\n'
    with_one = f'"{QUESTION}",\nStrongly disagree,Slow\n9,\n'
    taken = intake.take({"Panel_2026_H1.csv": with_both, "Panel 2026-H2.csv": with_one})
    assert taken.rows("survey_responses", "response_id", "score", "scale_low", "wave", "comment") == [
        ("Panel 2026-H2.csv:1", 1.0, 1.0, "2026-H2", "Slow"),
        ("Panel 2026-H2.csv:2", 9.0, 1.0, "2026-H2", None),
        ("Panel_2026_H1.csv:1", 10.0, 1.0, "2026-H1", "Good"),
        ("Panel_2026_H1.csv:2", 7.0, 1.0, "2026-H1", None),
    ]


def test_a_score_outside_its_scale_an_answer_before_its_invitation_and_effort_without_a_direction_are_told_as_such(take):
    header = "response_id,instrument,programme,sent_at,answered_at,score,scale_low,scale_high,scale_direction,source\n"
    rows = [
        "1,nps,relational,2026-10-01 10:00:00,2026-10-01 11:00:00,11,0,10,higher,panel",
        "2,nps,relational,2026-10-01 10:00:00,2026-10-01 09:59:59,9,0,10,higher,panel",
        "3,ces,transactional,2026-10-01 10:00:00,2026-10-01 11:00:00,6,1,7,,panel",
        "4,ces,transactional,2026-10-01 10:00:00,,,1,7,,panel",
        "5,nps,relational,2026-10-01 10:00:00,2026-10-01 10:00:00,10,0,10,higher,panel",
        "6,nps,relational,2026-10-01 10:00:00,2026-10-01 11:00:00,57,,,,panel",
    ]
    taken = take({"survey_responses.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id") == [("4",), ("5",)]
    told = dict(taken.rows("rejected_rows", "source_line", "reason"))
    assert told[1].startswith("The score lies outside its scale")
    assert told[2].startswith("The answer is dated before its invitation was sent")
    assert told[3].startswith("A CES score means nothing without scale_direction")
    assert told[6].startswith("Without scale_low and scale_high a score of recommendation is one from 0 to 10")


VISITS = """
title  = "Our hotline"
source = "hotline"
kind   = "any"

[recognise]
columns = ["call", "~^rang at"]

[[rows]]
entity = "case_events"
when   = [{ column = "what", is_one_of = ["note", "word"] }]

[rows.columns]
case_id     = "call"
happened_at = { column = "talked | talked after", after = "~^rang at \\\\((?P<zone>.+)\\\\)$", times = 60 }
kind        = { column = "what", map = { note = "internal_note", word = "public_reply" } }
actor       = "~(?i)^who\\\\b ~ ^(\\\\w+)"

[[rows]]
entity = "reported_promises"
when   = [{ column = "kept", is_present = true }]

[rows.columns]
case_id         = "call"
promise         = { value = "first_reply" }
kept            = "kept"
elapsed_seconds = { column = "took", times = 60 }
reported_at     = "~^rang at \\\\((?P<zone>.+)\\\\)$"
"""
HOTLINE = "call;rang at (America/New_York);what;talked;talked after;Who was it;kept;took\n"


def test_a_header_may_be_a_pattern_and_name_the_zone_and_a_time_may_be_a_clock_or_a_moment(intake):
    intake.declare("sources/hotline.toml", VISITS)
    rows = [
        "C1;2026-07-01 10:00:00;note;;36:15:30;Ann Alder;yes;36:15:30",
        "C2;2026-01-01 10:00:00;word;;90;Bo;no;2",
        "C3;2026-01-01 10:00:00;word;2026-01-01 11:00:00;90;;yes;1970-01-02 00:00:05",
        "C4;2026-01-01 10:00:00;ring;;;;;",
    ]
    taken = intake.take({"calls.csv": HOTLINE + "\n".join(rows) + "\n"})
    assert taken.rows("case_events", "case_id", "kind", "happened_at", "actor") == [
        ("C1", "internal_note", datetime(2026, 7, 3, 2, 15, 30), "Ann"),
        ("C2", "public_reply", datetime(2026, 1, 1, 16, 30), "Bo"),
        ("C3", "public_reply", datetime(2026, 1, 1, 16), None),
    ]
    assert taken.rows("reported_promises", "case_id", "kept", "elapsed_seconds", "reported_at") == [
        ("C1", True, 130530, datetime(2026, 7, 1, 14)),
        ("C2", False, 120, datetime(2026, 1, 1, 15)),
        ("C3", True, 86405, datetime(2026, 1, 1, 15)),
    ]
    assert taken.ledger() == {
        "calls.csv/records": (4, 4, 0, 0, 0),
        "calls.csv/case_events": (3, 3, 0, 0, 0),
        "calls.csv/reported_promises": (3, 3, 0, 0, 0),
    }


def test_a_file_none_of_whose_records_tells_anything_is_read_and_counted(intake):
    intake.declare("sources/hotline.toml", VISITS)
    taken = intake.take({"calls.csv": HOTLINE + "C4;2026-01-01 10:00:00;ring;;;;;\n"})
    assert taken.ledger()["calls.csv/records"] == (1, 1, 0, 0, 0)


def test_a_zone_in_a_header_that_there_is_not_is_told(intake):
    intake.declare("sources/hotline.toml", VISITS)
    taken = intake.take({"calls.csv": HOTLINE.replace("New_York", "Gotham") + "C1;2026-07-01 10:00:00;note;;;;yes;\n"})
    assert taken.refused == [
        'calls.csv: a header names the time zone "America/Gotham", which there is not. Write one such as Europe/Berlin there.'
    ]


def test_a_format_may_come_as_a_table_or_as_json_lines(intake):
    intake.declare("sources/hotline.toml", VISITS)
    told = {"call": "C1", "rang at (UTC)": "2026-07-01 10:00:00", "what": "note", "talked after": 5}
    taken = intake.take({"calls.jsonl": json.dumps(told) + "\n"})
    assert taken.rows("case_events", "happened_at") == [(datetime(2026, 7, 1, 10, 5),)]


def test_headers_of_one_column_in_two_zones_are_told(intake):
    pattern = '"~^rang at \\\\((?P<zone>.+)\\\\)$ | ~^called at \\\\((?P<zone>.+)\\\\)$"'
    intake.declare("sources/hotline.toml", VISITS.replace('"~^rang at \\\\((?P<zone>.+)\\\\)$"\n', f"{pattern}\n"))
    header = "call;rang at (UTC);called at (Europe/Rome);what;talked;kept;took\n"
    assert intake.take({"calls.csv": header + "C1;2026-07-01 10:00:00;;note;;yes;5\n"}).refused == [
        "calls.csv: headers of one column name two time zones, UTC and Europe/Rome. Export it again."
    ]


def test_one_of_several_ways_of_telling_a_time_names_its_zone(intake):
    ways = '{ first = [{ column = "ended" }, { column = "~^rang at \\((?P<zone>.+)\\)$" }] }'
    intake.declare("sources/hotline.toml", VISITS.replace('"~^rang at \\((?P<zone>.+)\\)$"\n', f"{ways}\n"))
    taken = intake.take({"calls.csv": HOTLINE + "C1;2026-07-01 10:00:00;;;;;yes;5\n"})
    assert taken.rows("reported_promises", "reported_at") == [(datetime(2026, 7, 1, 14),)]


def test_a_header_that_is_told_as_a_broken_pattern_is_a_mistake_of_the_declaration(intake):
    intake.declare("sources/hotline.toml", VISITS.replace('"~^rang at"', '"~^(rang"').replace('"took"', '"~^(took"'))
    with pytest.raises(DeclarationErrors) as told:
        sources_of(intake.workspace)
    assert '"^(rang" is not a pattern' in str(told.value)
    assert '"^(took" is not a pattern' in str(told.value)


def test_an_answer_before_the_invitation_arrived_is_refused_only_where_nothing_tells_when_it_was_sent(take):
    header = "response_id,instrument,programme,sent_at,delivered_at,answered_at,score,source\n"
    rows = [
        "1,nps,relational,,2026-10-01 10:00:00,2026-10-01 09:59:59,9,panel",
        "2,nps,relational,,2026-10-01 10:00:00,2026-10-01 10:00:00,9,panel",
        "3,nps,relational,2026-10-01 09:00:00,2026-10-01 10:00:00,2026-10-01 09:30:00,9,panel",
        "4,nps,relational,,,2026-10-01 09:30:00,9,panel",
    ]
    taken = take({"survey_responses.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id") == [("2",), ("3",), ("4",)]
    ((line, reason),) = taken.rows("rejected_rows", "source_line", "reason")
    assert line == 1
    assert reason.startswith("The answer is dated before its invitation arrived, and nothing tells when it was sent")
