"""The formats of the help desks: small files as the systems write them, and as connectors write their tables."""

import json
from datetime import datetime

ZENDESK = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Submitter,Assignee,Group,Subject,Tags,Status,"
    "Priority,Via,Ticket type,Created at,Updated at,Solved at,Satisfaction Score,Reopens,Replies,First reply time in minutes,"
    "First resolution time in minutes,Full resolution time in minutes\n"
)


def ticket(number: int, status: str, score: str, tags: str = "", solved: str = "", rest: str = "0,1,30,60,90") -> str:
    return (
        f"1,{number},Ann Alder,91,,ann@example.com,Ann Alder,Sam,Billing,Late bill,{tags},{status},Normal,Mail,Problem,"
        f"2026-10-01 10:00:00,2026-10-0{number} 12:00:00,{solved},{score},{rest}\n"
    )


def test_zendesk_tickets_tell_satisfaction_the_first_solution_and_how_often_they_came_back(take):
    rows = [
        ticket(2, "Closed", "Good", "bill", "2026-10-01 12:00:00", "2,4,30,60,120"),
        ticket(3, "Solved", "Offered"),
        ticket(4, "Solved", "3"),
        ticket(5, "Open", "Not Offered"),
        ticket(6, "Closed", "", "closed_by_merge"),
    ]
    taken = take({"tickets.csv": ZENDESK + "".join(rows)})
    assert not taken.refused
    assert taken.rows("cases", "case_id", "first_resolved_at", "is_withdrawn")[0] == ("2", datetime(2026, 10, 1, 11), None)
    assert taken.rows("cases", "case_id", "is_withdrawn")[-1] == ("6", True)
    assert taken.rows("survey_responses", "case_id", "answered_at", "score", "scale_low", "scale_high", "record_id") == [
        ("2", datetime(2026, 10, 2, 12), 1.0, 0.0, 1.0, "91"),
        ("3", None, None, None, None, "91"),
        ("4", datetime(2026, 10, 4, 12), 3.0, 1.0, 5.0, "91"),
    ]
    told = taken.connection.table("properties").filter("subject_id = 'zendesk:2' and name in ('reopens', 'minutes to solution')")
    assert sorted(told.select("name, value").fetchall()) == [("minutes to solution", "120"), ("reopens", "2")]
    assert taken.ledger()["tickets.csv/cases"] == (5, 5, 0, 0, 0)


def test_a_ratings_export_knows_better_than_the_ticket_when_it_was_answered(take):
    header = "id,assignee_id,group_id,requester_id,ticket_id,score,created_at,updated_at,comment,reason\n"
    rows = [
        "801,7,5,91,2,good,2026-10-01T13:00:00Z,2026-10-01T13:05:00Z,Quick,",
        "802,7,5,92,8,offered,2026-10-01T14:00:00Z,2026-10-01T14:00:00Z,,",
        "803,7,5,93,9,unoffered,2026-10-01T14:00:00Z,2026-10-01T14:00:00Z,,",
        "804,7,5,94,10,bad,2026-10-01T15:00:00Z,2026-10-02T15:00:00Z,Slow,It took too long",
    ]
    taken = take({"a ratings.csv": header + "\n".join(rows) + "\n", "b tickets.csv": ZENDESK + ticket(2, "Closed", "Good")})
    assert taken.rows("survey_responses", "response_id", "answered_at", "sent_at", "score", "comment") == [
        ("10:csat", datetime(2026, 10, 2, 15), None, 0.0, "Slow"),
        ("2:csat", datetime(2026, 10, 1, 13, 5), None, 1.0, "Quick"),
        ("8:csat", None, datetime(2026, 10, 1, 14), None, None),
    ]
    assert taken.ledger()["a ratings.csv/records"] == (4, 4, 0, 0, 0)
    assert taken.rows("customer_records", "record_id", "name")[:2] == [("91", "Ann Alder"), ("92", None)]


def json_ticket(number: int, **told: object) -> str:
    ticket = {
        "id": number,
        "requester_id": 91,
        "submitter_id": 91,
        "assignee_id": 7,
        "group_id": 5,
        "created_at": "2026-10-01T10:00:00Z",
        "updated_at": "2026-10-03T10:00:00Z",
        "status": "closed",
        "priority": "high",
        "type": "incident",
        "subject": "Late bill",
        "tags": ["bill"],
        "via": {"channel": "email", "source": {}},
    }
    return json.dumps({**ticket, **told}) + "\n"


def test_a_zendesk_ticket_as_json_carries_its_metric_set_its_rating_and_its_comments(take):
    metrics = {
        "reopens": 1,
        "replies": 2,
        "solved_at": "2026-10-02T10:00:00Z",
        "reply_time_in_minutes": {"calendar": 30, "business": 20},
        "first_resolution_time_in_minutes": {"calendar": 120, "business": 60},
        "full_resolution_time_in_minutes": {"calendar": 1440, "business": 480},
    }
    comments = [
        {"id": 11, "author_id": 91, "public": True, "created_at": "2026-10-01T10:00:00Z", "body": "Help"},
        {"id": 12, "author_id": 7, "public": False, "created_at": "2026-10-01T10:20:00Z"},
    ]
    lines = [
        json_ticket(7, metric_set=metrics, satisfaction_rating={"score": "good", "comment": "Kind"}, comments=comments),
        json_ticket(8, metric_set=metrics, status="open", satisfaction_rating={"score": "unoffered"}, submitter_id=7),
        json_ticket(9, via={"channel": "pigeon"}, status="deleted", tags=[], metric_set="none", comments="none"),
        '{"id": 10, "created_at": "soon"}\n',
    ]
    taken = take({"tickets.jsonl": "".join(lines)})
    assert taken.rows(
        "cases", "case_id", "opened_by", "first_replied_at", "first_resolved_at", "resolved_at", "is_withdrawn"
    ) == [
        ("7", "customer", datetime(2026, 10, 1, 10, 30), datetime(2026, 10, 1, 12), datetime(2026, 10, 2, 10), None),
        ("8", "agent", datetime(2026, 10, 1, 10, 30), datetime(2026, 10, 1, 12), None, None),
        ("9", "customer", None, None, None, True),
    ]
    assert taken.rows("cases", "kind", "channel", "priority", "status", "team")[0] == ("problem", "email", "high", "closed", "5")
    assert taken.rows("survey_responses", "response_id", "score", "comment") == [("7:csat", 1.0, "Kind")]
    assert taken.rows("case_events", "case_event_id", "case_id", "kind", "actor") == [
        ("11", "7", "message", "91"),
        ("12", "7", "internal_note", "7"),
    ]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "pigeon")]
    assert taken.ledger()["tickets.jsonl/cases"] == (4, 3, 0, 1, 0)
    assert taken.rejections()[0][:2] == (4, "opened_at")


def test_the_zendesk_tables_of_a_warehouse_are_cases_their_history_and_people_with_their_companies(take):
    tickets = (
        "id,_fivetran_synced,assignee_id,brand_id,created_at,group_id,merged_ticket_ids,organization_id,priority,requester_id,status,"
        "subject,submitter_id,ticket_form_id,type,updated_at,via_channel\n"
        "7,2026-10-05 01:00:00,12,1,2026-10-01 10:00:00,5,[8],31,urgent,91,hold,Late,91,2,incident,2026-10-02 10:00:00,web\n"
        "8,2026-10-05 01:00:00,,1,2026-10-01 11:00:00,5,[],,,92,deleted,Late,12,2,,2026-10-02 10:00:00,pigeon\n"
    )
    users = (
        "id,name,email,phone,role,organization_id,external_id,locale,time_zone,suspended,ticket_restriction,created_at,updated_at\n"
        "91,Ann Alder,ann@example.com,,end-user,31,C1,en,UTC,FALSE,requested,2026-01-01 10:00:00,2026-01-01 10:00:00\n"
        "12,Sam,sam@example.com,,agent,,,en,UTC,FALSE,,2026-01-01 10:00:00,2026-01-01 10:00:00\n"
    )
    organizations = (
        "id,name,external_id,shared_tickets,shared_comments,group_id,created_at,updated_at\n"
        "31,Acme,,FALSE,FALSE,5,2026-01-01,2026-01-02\n"
    )
    history = (
        "field_name,ticket_id,updated,_fivetran_synced,user_id,value\n"
        "status,7,2026-10-01 11:00:00,2026-10-05,12,Hold\n"
        "status,7,2026-10-01 11:00:00,2026-10-05,12,Hold\n"
        "priority,7,2026-10-01 12:00:00,2026-10-05,12,urgent\n"
        "group_id,7,2026-10-01 12:00:00,2026-10-05,12,5\n"
        "subject,7,2026-10-01 12:00:00,2026-10-05,91,Late\n"
    )
    comments = (
        "id,ticket_id,user_id,created,public,voice_comment,body\n"
        "55,7,91,2026-10-01 10:00:00,TRUE,FALSE,Help\n"
        "56,7,12,2026-10-01 10:05:00,FALSE,FALSE,Hm\n"
    )
    policies = "ticket_id,sla_policy_id,policy_applied_at,_fivetran_synced\n7,1001,2026-10-01 10:00:00,2026-10-05\n"
    taken = take({
        "t.csv": tickets, "u.csv": users, "o.csv": organizations, "h.csv": history, "c.csv": comments, "p.csv": policies,
    })  # fmt: skip
    assert not taken.refused
    assert taken.rows("cases", "case_id", "status", "channel", "opened_by", "is_withdrawn", "priority", "merged_into") == [
        ("7", "on_hold", "web", "customer", None, "urgent", None),
        ("8", "closed", "other", "agent", True, None, "7"),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "name", "company_id") == [
        ("91", "person", "Ann Alder", "organization 31"),
        ("92", "person", None, None),
        ("organization 31", "company", "Acme", None),
    ]
    assert taken.rows("case_events", "happened_at", "kind", "value", "actor") == [
        (datetime(2026, 10, 1, 10), "message", None, "91"),
        (datetime(2026, 10, 1, 10), "policy", "1001", None),
        (datetime(2026, 10, 1, 10, 5), "internal_note", None, "12"),
        (datetime(2026, 10, 1, 11), "status", "on_hold", "12"),
        (datetime(2026, 10, 1, 12), "assignment", "5", "12"),
        (datetime(2026, 10, 1, 12), "priority", "urgent", "12"),
    ]
    assert taken.ledger()["h.csv/records"] == (5, 4, 0, 0, 1)
    assert taken.ledger()["u.csv/customer_records"] == (2, 1, 0, 1, 0)
    assert taken.rows("rejected_rows", "file_name", "reason") == [("u.csv", "A colleague, not a customer.")]


FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,Last update time,"
    "Initial response time,First response time (in hrs),Resolution time (in hrs),Resolution status,First response status,Survey results,"
    "Every response status,Full name,Email,Contact ID,Company Name\n"
)


def test_freshdesk_lengths_beyond_a_day_tell_moments_and_its_verdicts_are_reported_promises(take):
    ann = "Ann Alder,ann@example.com,91,Acme"
    rows = [
        "1,Late,Closed,Medium,Portal,Problem,Sam,Post,2026-10-01 10:00:00,2026-10-02 10:00:00,,2026-10-09 10:00:00,2026-10-09 10:00:00,,"
        f"02:30:00,49:00:30,SLA Violated,Within SLA,Extremely Happy,Within SLA,{ann}",
        "2,Late,Waiting on Customer,Urgent,Outbound Email,Refund,Sam,Post,2026-10-01 10:00:00,2026-10-02 10:00:00,,,2026-10-03 10:00:00,"
        f"2026-10-01 11:00:00,00:20:00,,Within SLA,SLA Violated,,,{ann}",
        f"3,Late,Parked,Low,Pigeon,,,,2026-10-01 10:00:00,,,,2026-10-03 10:00:00,,,,SLA Violated,Within SLA,Meh,Perhaps,{ann}",
        f"5,Late,Open,Low,Phone,,,,2026-10-01 10:00:00,,,,2026-10-03 10:00:00,,-01:00:00,,,SLA Violated,,,{ann}",
        f"4,Late,Open,Low,Phone,,,,yesterday,,,,2026-10-03 10:00:00,,,,,,,,{ann}",
    ]
    taken = take({"tickets.csv": FRESHDESK + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "first_replied_at", "resolved_at", "status", "priority", "opened_by", "kind") == [
        ("1", datetime(2026, 10, 1, 12, 30), datetime(2026, 10, 3, 11, 0, 30), "closed", "normal", "customer", "problem"),
        ("2", datetime(2026, 10, 1, 11), None, "pending", "urgent", "agent", "return"),
        ("3", None, None, "other", "low", "customer", "question"),
        ("5", None, None, "open", "low", "customer", "question"),
    ]
    assert taken.rows("reported_promises", "case_id", "promise", "kept", "elapsed_seconds", "reported_at") == [
        ("1", "first_reply", True, 9000, datetime(2026, 10, 1, 12, 30)),
        ("1", "full_resolution", False, 176430, datetime(2026, 10, 3, 11, 0, 30)),
        ("1", "next_reply", True, None, datetime(2026, 10, 9, 10)),
        ("2", "first_reply", False, 1200, datetime(2026, 10, 1, 11)),
        ("3", "full_resolution", False, None, datetime(2026, 10, 3, 10)),
        ("5", "first_reply", False, None, datetime(2026, 10, 3, 10)),
    ]
    assert taken.rows("survey_responses", "case_id", "score", "scale_high", "record_id") == [("1", 7.0, 7.0, "91")]
    assert taken.rows("customer_records", "record_id", "name") == [("91", "Ann Alder")]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "Pigeon"), ("status", "Parked")]
    assert taken.ledger()["tickets.csv/cases"] == (5, 4, 0, 1, 0)
    assert taken.rejections() == [(3, "kept", "Perhaps"), (3, "score", "Meh"), (5, "opened_at", "yesterday")]


def test_freshservice_is_told_apart_from_freshdesk_by_its_requesters(take):
    header = (
        "Ticket Id,Subject,Status,Priority,Source,Type,Requester Name,Requester Email,Group,Agent,Category,Sub-Category,Item,Created Time,"
        "Due by Time,Resolved Time,Closed Time,Last Updated Time,First Response Time (in Hrs),Resolution Time (in Hrs),Resolution Status,"
        "First Response Status,Survey Result\n"
    )
    rows = [
        "5,Printer,Resolved,High,Email,Incident,Bo Birch,bo@example.com,IT,Sam,Hardware,Printer,,2026-10-01 10:00:00,2026-10-02 10:00:00,"
        "2026-10-01 15:00:00,,2026-10-01 15:00:00,01:00:00,05:00:00,Within SLA,SLA Violated,Happy",
        "6,Laptop,Open,Low,Walkup,Service Request,Cy Cole,,IT,,,,,2026-10-01 10:00:00,2026-10-02 10:00:00,,,"
        "2026-10-01 15:00:00,,,Within SLA,,",
    ]
    taken = take({"tickets.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "record_id", "channel", "status", "first_replied_at", "source") == [
        ("5", "bo@example.com", "email", "solved", datetime(2026, 10, 1, 11), "freshservice"),
        ("6", "Cy Cole", "store", "open", None, "freshservice"),
    ]
    assert taken.rows("reported_promises", "case_id", "promise", "kept", "elapsed_seconds") == [
        ("5", "first_reply", False, 3600),
        ("5", "full_resolution", True, 18000),
    ]
    assert taken.rows("survey_responses", "score") == [(5.0,)]
    assert taken.ledger()["tickets.csv/cases"] == (2, 2, 0, 0, 0)


INTERCOM = (
    "Conversation ID,Conversation started at (America/New_York),Updated at (America/New_York),Started by,Conversation source,"
    "Current conversation state,Team currently assigned,Teammate currently assigned,Channel,Ticket type,Conversation rating,"
    "Conversation rating remark,Fin AI Agent involved,AI Topic,First response time (seconds),User name,User email,Company name,Title\n"
)


def test_intercom_conversations_are_in_the_zone_that_their_headers_name(take):
    rows = [
        "C1,2026-07-01 10:00:00,2026-07-01 12:00:00,User,Messenger,Closed,Billing,Sam,Chat,,5,Kind,true,Invoices,90,"
        "Ann,ann@example.com,Acme,Bill",
        "C2,2026-01-01 10:00:00,2026-01-01 12:00:00,Teammate,Email,Snoozed,,,Email,Tracker,,,false,,,Bo,bo@example.com,,",
        "C3,2026-11-01 01:30:00,2026-11-01 12:00:00,User,Carrier pigeon,Open,,,Carrier pigeon,,6,,false,,,,,,",
    ]
    taken = take({"conversations.csv": INTERCOM + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "opened_at", "first_replied_at", "status", "opened_by", "updated_at", "channel") == [
        ("C1", datetime(2026, 7, 1, 14), datetime(2026, 7, 1, 14, 1, 30), "solved", "customer", datetime(2026, 7, 1, 16), "chat"),
        ("C2", datetime(2026, 1, 1, 15), None, "pending", "agent", datetime(2026, 1, 1, 17), "email"),
        ("C3", datetime(2026, 11, 1, 5, 30), None, "open", "customer", datetime(2026, 11, 1, 17), "other"),
    ]
    assert taken.rows("survey_responses", "case_id", "score", "answered_at", "comment") == [
        ("C1", 5.0, datetime(2026, 7, 1, 16), "Kind"),
    ]
    assert taken.rejections() == [(3, "score", "6")]
    assert taken.rows("customer_records", "record_id", "name") == [("ann@example.com", "Ann"), ("bo@example.com", "Bo")]
    assert taken.ledger()["conversations.csv/cases"] == (3, 3, 0, 0, 0)


def test_an_intercom_header_in_other_letters_names_its_zone_all_the_same(take):
    row = "C1,2026-07-01 10:00:00,2026-07-01 12:00:00,User,Messenger,Closed,Billing,Sam,Chat,,,,true,,90,Ann,ann@example.com,Acme,Bill"
    taken = take({"conversations.csv": INTERCOM.upper() + row + "\n"})
    assert taken.rows("cases", "opened_at", "first_replied_at") == [(datetime(2026, 7, 1, 14), datetime(2026, 7, 1, 14, 1, 30))]


def test_intercom_tables_of_a_warehouse_are_conversations_their_parts_contacts_and_companies(take):
    conversations = (
        "id,updated_at,_fivetran_active,assignee_id,assignee_type,conversation_rating_created_at,conversation_rating_remark,"
        "conversation_rating_value,created_at,priority,sla_name,sla_status,source_author_id,source_author_type,source_type,state\n"
        "C1,2026-10-01 11:00:00,false,7,admin,,,,2026-10-01 10:00:00,not_priority,Gold,active,u1,user,conversation,open\n"
        "C1,2026-10-01 12:00:00,true,7,admin,2026-10-01 12:00:00,Kind,4,2026-10-01 10:00:00,priority,Gold,missed,u1,"
        "user,conversation,closed\n"
        "C2,2026-10-02 12:00:00,true,55,team,,,,2026-10-02 10:00:00,,,,7,admin,email,snoozed\n"
    )
    parts = (
        "id,conversation_id,part_type,author_id,author_type,assigned_to_id,created_at,updated_at\n"
        "1,C1,comment,u1,user,,2026-10-01 10:00:00,2026-10-01 10:00:00\n"
        "2,C1,comment,7,admin,,2026-10-01 10:05:00,2026-10-01 10:05:00\n"
        "3,C1,assignment,7,admin,55,2026-10-01 10:06:00,2026-10-01 10:06:00\n"
        "4,C1,note,7,admin,,2026-10-01 10:07:00,2026-10-01 10:07:00\n"
        "5,C1,close,7,admin,,2026-10-01 12:00:00,2026-10-01 12:00:00\n"
        "6,C1,conversation_rating_changed,7,bot,,2026-10-01 12:00:00,2026-10-01 12:00:00\n"
        "7,C1,comment,9,ghost,,2026-10-01 12:30:00,2026-10-01 12:30:00\n"
    )
    contacts = (
        "id,email,name,role,phone,external_id,has_hard_bounced,unsubscribed_from_emails,marked_email_as_spam,created_at,updated_at\n"
        "u1,ann@example.com,Ann,user,,C1,FALSE,TRUE,FALSE,2026-01-01 10:00:00,2026-02-01 10:00:00\n"
        "u2,XgyqsB0TWiM==,,lead,,,FALSE,FALSE,TRUE,2026-01-01 10:00:00,2026-02-02 10:00:00\n"
    )
    companies = (
        "id,company_id,name,plan_id,plan_name,user_count,session_count,created_at,updated_at\n"
        "k1,77,Acme,1,Gold,3,4,2026-01-01 10:00:00,2026-02-01 10:00:00\n"
    )
    employers = "company_id,contact_id,contact_updated_at,_fivetran_active\nk0,u1,2026-01-01,false\nk1,u1,2026-02-01,true\n"
    members = (
        "contact_id,conversation_id,conversation_updated_at,_fivetran_active\nu2,C2,2026-10-02,true\nu2,C1,2026-10-02,true\n"
    )
    taken = take({
        "a.csv": conversations, "b.csv": parts, "c.csv": contacts, "d.csv": companies, "e.csv": employers, "f.csv": members,
    })  # fmt: skip
    assert not taken.refused
    assert taken.rows("cases", "case_id", "record_id", "status", "priority", "team", "agent", "opened_by") == [
        ("C1", "u1", "solved", "high", None, "7", "customer"),
        ("C2", "u2", "pending", None, "55", None, "agent"),
    ]
    assert taken.rows("reported_promises", "case_id", "promise", "kept") == [("C1", "any", False)]
    assert taken.rows("survey_responses", "response_id", "score", "answered_at") == [("C1:csat", 4.0, datetime(2026, 10, 1, 12))]
    assert taken.rows("case_events", "case_event_id", "kind", "value") == [
        ("1", "customer_message", None),
        ("2", "public_reply", None),
        ("3", "assignment", "55"),
        ("4", "internal_note", None),
        ("5", "status", "solved"),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "name", "email", "external_id", "lifecycle", "company_id") == [
        ("k1", "company", "Acme", None, "77", None, None),
        ("u1", "person", "Ann", "ann@example.com", "C1", "user", "k1"),
        ("u2", "person", None, None, None, "lead", None),
    ]
    assert taken.rows("consents", "record_id", "granted", "effective_at") == [
        ("u1", False, datetime(2026, 2, 1, 10)),
        ("u2", False, datetime(2026, 2, 2, 10)),
    ]
    assert taken.ledger()["a.csv/cases"] == (3, 2, 1, 0, 0)
    assert taken.ledger()["b.csv/records"] == (7, 6, 0, 1, 0)


def test_servicenow_verdicts_are_those_that_are_decided_and_its_lengths_count_from_1970(take):
    header = "task,sla,stage,has_breached,start_time,planned_end_time,end_time,duration,business_duration,sys_updated_on\n"
    rows = [
        "INC1,P1 response (1 hour),completed,false,2026-10-01 10:00:00,2026-10-01 11:00:00,2026-10-01 10:30:00,"
        "1970-01-01 00:30:00,,2026-10-01 10:30:00",
        "INC1,P1 resolution (8 hours),in_progress,true,2026-10-01 10:00:00,2026-10-01 18:00:00,,1970-01-02 00:00:10,,2026-10-02 10:30:00",
        "INC2,P1 response (1 hour),in_progress,false,2026-10-01 10:00:00,2026-10-01 11:00:00,,,,2026-10-01 10:30:00",
        "INC3,Vendor contract,cancelled,false,2026-10-01 10:00:00,2026-10-01 11:00:00,2026-10-01 10:30:00,,,2026-10-01 10:30:00",
        "INC4,Vendor contract,achieved,false,2026-10-01 10:00:00,2026-10-01 11:00:00,2026-10-01 10:30:00,,"
        "1970-01-01 00:10:00,2026-10-01 10:30:00",
    ]
    taken = take({"task_sla.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("reported_promises", "case_id", "promise", "kept", "elapsed_seconds", "reported_at") == [
        ("INC1", "first_reply", True, 1800, datetime(2026, 10, 1, 10, 30)),
        ("INC1", "full_resolution", False, 86410, datetime(2026, 10, 1, 18)),
        ("INC4", "any", True, 600, datetime(2026, 10, 1, 10, 30)),
    ]
    assert taken.ledger()["task_sla.csv/records"] == (5, 5, 0, 0, 0)


def test_a_servicenow_list_exported_with_its_labels_is_incidents(take):
    header = (
        "Number,Opened,Short description,Caller,Priority,State,Category,Assignment group,Assigned to,Updated,Updated by\n"
        "INC1,2026-10-01 10:00:00,Printer,Ann Alder,3 - Moderate,In Progress,Hardware,Desk,Sam,2026-10-01 11:00:00,sam\n"
        "INC2,2026-10-01 10:00:00,Screen,Bo Birch,5 - Planning,Canceled,Hardware,Desk,,2026-10-01 11:00:00,sam\n"
    )
    taken = take({"incident.csv": header})
    assert taken.rows("cases", "case_id", "record_id", "status", "priority", "team", "is_withdrawn", "subject") == [
        ("INC1", "Ann Alder", "open", "normal", "Desk", None, "Printer"),
        ("INC2", "Bo Birch", "closed", "low", "Desk", True, "Screen"),
    ]
    assert taken.ledger()["incident.csv/cases"] == (2, 2, 0, 0, 0)


def test_servicenow_tables_of_a_warehouse_are_incidents_what_tasks_add_verdicts_and_people(take):
    incidents = (
        "sys_id,_fivetran_deleted,caller_id_value,category,incident_state,reopen_count,resolved_at,sys_created_on,sys_updated_on,"
        "severity,problem_id_value\n"
        "i1,FALSE,u1,software,6,1,2026-10-01 12:00:00,2026-10-01 10:00:00,2026-10-02 10:00:00,3,\n"
        "i2,TRUE,u1,software,1,,,2026-10-01 10:00:00,2026-10-02 10:00:00,3,\n"
    )
    tasks = (
        "sys_id,number,sys_class_name,state,opened_at,closed_at,short_description,priority,assignment_group_value,made_sla,sys_updated_on\n"
        "i1,INC1,incident,7,2026-10-01 10:00:00,2026-10-03 10:00:00,Mail,2,g1,TRUE,2026-10-03 10:00:00\n"
        "c1,CHG1,change_request,3,2026-10-01 10:00:00,,Disk,4,g1,TRUE,2026-10-03 10:00:00\n"
    )
    verdicts = (
        "task_value,sla_value,stage,has_breached,start_time,planned_end_time,end_time,duration,schedule_value,sys_updated_on\n"
        "i5,s1,breached,TRUE,2026-10-01 10:00:00,2026-10-01 11:00:00,,1970-01-01 02:00:00,x,2026-10-01 12:00:00\n"
    )
    users = (
        "sys_id,user_name,first_name,last_name,email,company_value,title,sys_created_on,sys_updated_on\n"
        "u1,ann,Ann,Alder,ann@example.com,k1,Owner,2026-01-01 10:00:00,2026-01-01 10:00:00\n"
    )
    companies = (
        "sys_id,name,customer,vendor,fiscal_year,sys_created_on,sys_updated_on\n"
        "k1,Acme,true,false,,2026-01-01 10:00:00,2026-01-02\n"
    )
    taken = take({"a.csv": incidents, "b.csv": tasks, "c.csv": verdicts, "d.csv": users, "e.csv": companies})
    assert not taken.refused
    assert taken.rows("cases", "case_id", "record_id", "status", "resolved_at", "closed_at", "subject", "priority", "team") == [
        ("i1", "u1", "solved", datetime(2026, 10, 1, 12), datetime(2026, 10, 3, 10), "INC1 Mail", "high", "g1")
    ]
    assert taken.rows("reported_promises", "case_id", "kept", "elapsed_seconds", "business_time") == [
        ("i1", True, None, None),
        ("i5", False, 7200, True),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "name", "company_id", "role") == [
        ("k1", "company", "Acme", None, None),
        ("u1", "person", "Ann Alder", "k1", "Owner"),
    ]
    assert taken.rows("rejected_rows", "source_line", "reason") == [(2, "Deleted in the source.")]
    assert taken.ledger()["b.csv/records"] == (2, 2, 0, 0, 0)


def test_a_view_that_joins_servicenow_incidents_with_their_tasks_tells_all_of_a_case(take):
    header = (
        "sys_id,number,sys_class_name,state,incident_state,caller_id_value,category,reopen_count,severity,problem_id_value,contact_type,"
        "priority,assignment_group_value,short_description,made_sla,opened_at,closed_at,sys_created_on,sys_updated_on\n"
    )
    rows = [
        "i1,INC1,incident,7,7,u1,software,0,3,,phone,2,g1,Mail is down,FALSE,2026-10-01 09:00:00,2026-10-03 10:00:00,"
        "2026-10-01 10:00:00,2026-10-03 10:00:00",
        "i2,INC2,incident,8,8,u1,software,0,3,,fax,5,g1,,TRUE,2026-10-01 09:00:00,,2026-10-01 10:00:00,2026-10-03 10:00:00",
    ]
    taken = take({"incidents.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "opened_at", "channel", "priority", "team", "subject", "is_withdrawn") == [
        ("i1", datetime(2026, 10, 1, 9), "phone", "high", "g1", "INC1 Mail is down", None),
        ("i2", datetime(2026, 10, 1, 9), "other", "low", "g1", "INC2", True),
    ]
    assert taken.rows("reported_promises", "case_id", "kept") == [("i1", False)]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "fax"), ("opened_by", "fax")]
    assert taken.ledger()["incidents.csv/cases"] == (2, 2, 0, 0, 0)


JIRA = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Resolution,Assignee,Reporter,Reporter Id,Creator,"
    "Creator Id,Created,Updated,Last Viewed,Resolved,Satisfaction rating,Custom field (Satisfaction date),"
    "Custom field (Time to first response),Custom field (Time to resolution),"
    "Custom field ([CHART] Date of First Response),Comment,Comment\n"
)


def test_jira_repeats_headers_tells_what_is_left_of_a_goal_and_writes_months_as_words(take):
    rows = [
        "Bill is late,SUP-1,101,[System] Incident,Resolved,SUP,Support,High,Done,Sam,Ann,712020:a,Ann,712020:a,25/Feb/26 9:17 PM,"
        "26/Feb/26 2:05 AM,,26/Feb/26 12:39 AM,4,26/Feb/26 3:00 AM,00:41,-02:10,2026-02-25 21:30:00.5,"
        '"25/Feb/26 9:30 PM;712020:s;Looking; soon","25/Feb/26 10:05 PM;712020:a;Thanks\nAnn"',
        "Access,SUP-2,102,Emailed request,Waiting for customer,SUP,Support,Lowest,,,Bo,712020:b,Sam,712020:s,1/Mar/26 12:00 PM,"
        "1/Mar/26 12:00 PM,,,,,03:59,07:59,,,",
        "Odd,SUP-3,103,Wish,In the attic,SUP,Support,Medium,,,Bo,712020:b,Bo,712020:b,2/Mar/26 12:00 AM,2/Mar/26 12:00 AM,,,,,,,,,",
        "Broken,SUP-4,104,Task,Done,SUP,Support,Medium,,,Bo,712020:b,Bo,712020:b,31/Feb/26 1:00 PM,2/Mar/26 12:00 AM,,,,,,,,,",
    ]
    taken = take({"jira.csv": JIRA + "\n".join(rows) + "\n"})
    assert taken.rows("cases", "case_id", "subject", "opened_at", "resolved_at", "first_replied_at", "opened_by", "status") == [
        (
            "101", "SUP-1 Bill is late", datetime(2026, 2, 25, 21, 17), datetime(2026, 2, 26, 0, 39),
            datetime(2026, 2, 25, 21, 30, 0, 500000), "customer", "solved",
        ),
        ("102", "SUP-2 Access", datetime(2026, 3, 1, 12), None, None, "agent", "pending"),
        ("103", "SUP-3 Odd", datetime(2026, 3, 2), None, None, "customer", "other"),
    ]  # fmt: skip
    assert taken.rows("cases", "case_id", "kind", "priority", "record_id")[1] == ("102", "question", "low", "712020:b")
    assert taken.rows("case_events", "case_id", "happened_at", "kind", "actor") == [
        ("101", datetime(2026, 2, 25, 21, 30), "message", "712020:s"),
        ("101", datetime(2026, 2, 25, 22, 5), "message", "712020:a"),
    ]
    assert taken.rows("reported_promises", "case_id", "promise", "kept", "reported_at") == [
        ("101", "first_reply", True, datetime(2026, 2, 25, 21, 30, 0, 500000)),
        ("101", "full_resolution", False, datetime(2026, 2, 26, 0, 39)),
    ]
    assert taken.rows("survey_responses", "case_id", "score", "answered_at") == [("101", 4.0, datetime(2026, 2, 26, 3))]
    assert taken.rows("unknown_values", "column_name", "value") == [("kind", "Wish"), ("status", "In the attic")]
    assert taken.ledger()["jira.csv/cases"] == (4, 3, 0, 1, 0)
    assert taken.rejections() == [(4, "opened_at", "31/Feb/26 1:00 PM")]


def test_jira_tables_of_a_warehouse_are_issues_their_history_comments_and_people(take):
    issues = (
        "id,_fivetran_deleted,assignee,created,creator,issue_type,key,priority,project,reporter,resolution,resolved,"
        "status,summary,updated\n"
        "101,FALSE,s,2026-02-25 21:17:00,a,10103,SUP-1,2,10001,a,10000,2026-02-26 00:39:00,10003,Bill is late,2026-02-26 02:05:00\n"
        "102,FALSE,,2026-03-01 12:00:00,s,10103,SUP-2,5,10001,b,,,10004,Access,2026-03-01 12:00:00\n"
    )
    history = (
        "field_id,issue_id,time,_fivetran_synced,value,is_active,author_id\n"
        "created,101,2026-02-25 21:17:00.5,2026-03-01,2026-02-25T21:17:00Z,true,a\n"
        "status,101,2026-02-25 21:30:00,2026-03-01,3,false,s\n"
        "status,101,2026-02-26 00:39:00,2026-03-01,10003,true,s\n"
        "priority,101,2026-02-25 21:30:00,2026-03-01,2,true,s\n"
        "assignee,101,2026-02-25 21:30:00,2026-03-01,s,true,s\n"
        "customfield_10104,101,2026-02-25 21:30:00,2026-03-01,3.0,true,s\n"
    )
    comments = "id,issue_id,author_id,created,updated,is_public,body\n9,101,s,2026-02-25 21:30:00,2026-02-25 21:30:00,false,Hm\n"
    users = "id,name,email,username,locale,time_zone,is_active\na,Ann,ann@example.com,,en_US,Europe/Berlin,true\n"
    taken = take({"a.csv": issues, "b.csv": history, "c.csv": comments, "d.csv": users})
    assert not taken.refused
    assert taken.rows("cases", "case_id", "record_id", "status", "priority", "resolved_at", "opened_by") == [
        ("101", "a", "solved", "high", datetime(2026, 2, 26, 0, 39), "customer"),
        ("102", "b", "other", "low", None, "agent"),
    ]
    assert taken.rows("case_events", "happened_at", "kind", "value") == [
        (datetime(2026, 2, 25, 21, 17), "created", None),
        (datetime(2026, 2, 25, 21, 30), "assignment", "s"),
        (datetime(2026, 2, 25, 21, 30), "internal_note", None),
        (datetime(2026, 2, 25, 21, 30), "priority", "high"),
        (datetime(2026, 2, 25, 21, 30), "status", "open"),
        (datetime(2026, 2, 26, 0, 39), "status", "10003"),
    ]
    assert taken.rows("customer_records", "record_id", "name", "email") == [("a", "Ann", "ann@example.com"), ("b", None, None)]
    assert taken.rows("unknown_values", "column_name", "value", "read_as") == [
        ("status", "10004", "other"),
        ("value", "10003", "other"),
    ]
    assert taken.ledger()["b.csv/records"] == (6, 6, 0, 0, 0)


def test_what_a_connector_writes_is_utc_whatever_the_zone_of_the_account(intake):
    intake.declare("sources.toml", '[zendesk]\nzone = "Europe/Berlin"\n')
    policies = "ticket_id,sla_policy_id,policy_applied_at,_fivetran_synced\n2,1001,2026-10-01 10:00:00,2026-10-05\n"
    taken = intake.take({"a.csv": policies, "b.csv": ZENDESK + ticket(2, "Open", "")})
    assert taken.rows("case_events", "happened_at") == [(datetime(2026, 10, 1, 10),)]
    assert taken.rows("cases", "opened_at") == [(datetime(2026, 10, 1, 8),)]
