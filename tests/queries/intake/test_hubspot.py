"""HubSpot, as its interface exports it and as a connector puts it into a warehouse."""

from datetime import datetime
from decimal import Decimal

import pytest

LEAD_NEW, LEAD_OLD = (
    '"Date entered ""Lead (Lifecycle Stage Pipeline)"""',
    "Date entered 'Lead (Lifecycle Stage Pipeline)'",
)
CONTACTS = (
    f"Record ID,First Name,Last Name,Email,Contact owner,Create Date,Last Modified Date,{LEAD_NEW},{LEAD_OLD},Became a Lead Date,"
    "Became a Customer Date,Opted out of email: One to One,Opted out of email: Customer Service,Opted out of email: Our letter,"
    "Last marketing email send date,Additional email addresses,Merged Contact IDs,Lead Status\n"
)


def test_a_contact_in_the_view_that_everyone_has_tells_stages_of_three_generations_and_what_is_not_wanted(take):
    rows = [
        "5,Ann,Alder,ann@example.com,Kim,2026-01-05 09:00,2026-03-01 10:00,2026-01-06 09:00,2026-01-07 09:00,2026-01-08,2026-02-01,"
        "true,true,false,2026-02-20 08:00,a.alder@example.com;;ann@example.org,9,Open deal",
        "6,Bo,Birch,bo@example.com,,2026-01-05 09:00,,,2026-01-07 09:00,2026-01-08,,,,true,,,,",
        "7,Cy,Cedar,nobody,,2026-01-05 09:00,,,,,,,,,,,,",
    ]
    taken = take({"contacts.csv": CONTACTS + "\n".join(rows) + "\n"})
    assert taken.rows("customer_records", "record_id", "name", "email", "merged_into", "owner") == [
        ("5", "Ann Alder", "ann@example.com", None, "Kim"),
        ("5:a.alder@example.com", None, "a.alder@example.com", "5", None),
        ("5:ann@example.org", None, "ann@example.org", "5", None),
        ("6", "Bo Birch", "bo@example.com", None, None),
        ("9", None, None, "5", None),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at") == [
        ("5", "customer", datetime(2026, 2, 1)),
        ("5", "lead", datetime(2026, 1, 6, 9)),
        ("6", "lead", datetime(2026, 1, 7, 9)),
    ]
    assert taken.rows("consents", "record_id", "purpose", "channel", "granted") == [
        ("5", "sales", "email", False),
        ("6", "promotional", "email", False),
    ]
    assert taken.rows("interactions", "record_id", "event", "purpose") == [("5", "email sent", "promotional")]
    assert taken.rows("unknown_values", "value", "read_as") == [("Our letter", "promotional")]
    assert taken.ledger()["contacts.csv/customer_records"] == (3, 2, 0, 1, 0)


COMPANIES = (
    "Record ID,Company name,Company Domain Name,Company owner,Create Date,Industry,Lifecycle Stage,Number of Employees,"
    "Country/Region,Merged Company IDs,Became an Opportunity Date\n"
)


def test_a_company_is_no_contact(take):
    rows = [
        "51,Alder & Sons,example.com,Kim,2026-01-05 09:00,Building,marketingqualifiedlead,12,Norway,52;53,2026-02-01 09:00",
        '54,"Birch, Inc.",,,2026-01-06 09:00,,Customer,,,,',
        ",No id,,,2026-01-06 09:00,,,,,,",
    ]
    taken = take({"companies.csv": COMPANIES + "\n".join(rows) + "\n"})
    assert taken.rows("customer_records", "record_id", "kind", "name", "lifecycle", "merged_into") == [
        ("company 51", "company", "Alder & Sons", "marketing qualified lead", None),
        ("company 52", "company", None, None, "company 51"),
        ("company 53", "company", None, None, "company 51"),
        ("company 54", "company", "Birch, Inc.", "customer", None),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage") == [("company 51", "opportunity")]
    assert ("domain", "example.com") in taken.rows("properties", "name", "value")
    assert taken.ledger()["companies.csv/customer_records"] == (3, 2, 0, 1, 0)


TALKS_NEW, TALKS_OLD = '"Date entered ""Talks (Sales Pipeline)"""', "Date entered 'Talks (Sales Pipeline)'"
DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Close Date,Create Date,Deal owner,Amount,Closed Lost Reason,Is Closed Won,Is closed lost,"
    f'Associated Contact IDs,Associated Company IDs,{TALKS_NEW},"Date exited ""Talks (Sales Pipeline)""",{TALKS_OLD},'
    "Date entered 'Signed (Sales Pipeline)'\n"
)


def test_a_deal_is_won_or_lost_by_its_flags_else_by_its_stage_and_a_hoped_for_date_closes_nothing(take):
    rows = [
        "1,Roof,Signed,Sales Pipeline,2026-03-05 16:00,2026-02-01 09:00,Kim,1250.50,,true,false,5;6,51,2026-02-02 09:00,2026-02-09 09:00,"
        "2026-02-03 09:00,2026-03-05 16:00",
        "2,Heat,Talks,Sales Pipeline,2026-05-01 16:00,2026-02-01 09:00,Kim,900,,false,false,,51,,,2026-02-03 09:00,",
        "3,Pump,Dropped,Sales Pipeline,2026-03-01 16:00,2026-02-01 09:00,Kim,,Too dear,false,true,7,,,,,",
        "4,Car,Closed Lost,Sales Pipeline,2026-02-01,2026-02-01 09:00,Kim,80,,,,,,,,,",
        "5,Van,4711,Sales Pipeline,2026-06-01,2026-02-01 09:00,Kim,80,,,,,,,,,",
    ]
    taken = take({"deals.csv": DEALS + "\n".join(rows) + "\n"})
    assert taken.rows("opportunities", "opportunity_id", "record_id", "outcome", "closed_at", "amount", "lost_reason") == [
        ("1", "5", "won", datetime(2026, 3, 5, 16), Decimal("1250.50"), None),
        ("2", "company 51", "open", None, Decimal(900), None),
        ("3", "7", "lost", datetime(2026, 3, 1, 16), None, "Too dear"),
        ("4", None, "lost", datetime(2026, 2, 1, 9), Decimal(80), None),
        ("5", None, "open", None, Decimal(80), None),
    ]
    assert taken.rows("stage_changes", "subject_id", "pipeline", "stage", "entered_at", "left_at") == [
        ("1", "Sales Pipeline", "Signed", datetime(2026, 3, 5, 16), None),
        ("1", "Sales Pipeline", "Talks", datetime(2026, 2, 2, 9), datetime(2026, 2, 9, 9)),
        ("2", "Sales Pipeline", "Talks", datetime(2026, 2, 3, 9), None),
    ]
    assert taken.rows("unknown_values", "column_name", "value") == [("outcome", "4711")]


TICKETS = (
    "Record ID,Ticket name,Pipeline,Ticket status,Create date,Close date,Last modified date,Priority,Ticket owner,Source,Category,"
    "Time to first agent email reply,Time to close,Time to First Response SLA Status,Time to First Response SLA Due Date,"
    "Time to Close SLA Ticket Status,Time to close in SLA hours,Associated Contact IDs,Merged Ticket IDs,"
    '"Date entered ""Waiting on us (Support)"""\n'
)


def test_a_ticket_is_a_case_with_the_promises_as_hubspot_judges_them(take):
    rows = [
        "7,Late,Support,4,2026-10-01 10:00,2026-10-03 10:00,2026-10-03 10:00,MEDIUM,Kim,Form,BILLING_ISSUE,26:30:00,48:00:00,"
        "Completed late,2026-10-01 12:00,Completed on time,09:30:15,5;6,3,2026-10-02 09:00",
        "8,Cold,Support,Waiting on us,2026-10-01 11:00,,2026-10-02 11:00,URGENT,,CHAT,,,,Overdue,2026-10-01 13:00,Active,,5,,",
        "9,Odd,Support,Parked,2026-10-01 11:00,,,,,Pigeon,,0:05:00,,Who knows,,,,,,",
    ]
    taken = take({"tickets.csv": TICKETS + "\n".join(rows) + "\n"})
    assert taken.rows(
        "cases", "case_id", "record_id", "kind", "channel", "priority", "status", "first_replied_at", "resolved_at"
    ) == [
        ("7", "5", "problem", "web", "normal", "closed", datetime(2026, 10, 2, 12, 30), datetime(2026, 10, 3, 10)),
        ("8", "5", "question", "chat", "urgent", "open", None, None),
        ("9", None, "question", "other", None, "other", datetime(2026, 10, 1, 11, 5), None),
    ]
    assert taken.ledger()["tickets.csv/merged tickets"] == (1, 1, 0, 0, 0)
    assert taken.rows("reported_promises", "case_id", "promise", "kept", "elapsed_seconds", "business_time") == [
        ("7", "first_reply", False, 95_400, None),
        ("7", "full_resolution", True, 34_215, True),
        ("8", "first_reply", False, None, None),
    ]
    assert taken.rows("stage_changes", "subject_kind", "subject_id", "stage") == [("case", "7", "Waiting on us")]
    assert taken.rejections() == [(3, "kept", "Who knows")]
    assert {row[0] for row in taken.rows("unknown_values", "value")} == {"Parked", "Pigeon"}


WAREHOUSE = {
    "contact.csv": (
        "_fivetran_deleted,_fivetran_synced,id,property_email,property_firstname,property_lastname,property_createdate,"
        "property_lastmodifieddate,property_hs_merged_object_ids,property_hs_additional_emails,property_hs_email_optout,"
        "property_hs_v2_date_entered_salesqualifiedlead,property_hs_lifecyclestage_salesqualifiedlead_date,property_hs_lifecyclestage_lead_date\n"
        "FALSE,2026-03-01 3:15:52,5,ann@example.com,Ann,Alder,2026-01-05 09:00:00,2026-02-01 09:00:00,9,ann@example.org,true,"
        "2026-02-01 09:00:00,2026-02-02,2026-01-06 09:00:00\n"
        "FALSE,2026-03-01 3:15:52,6,1B2M2Y8AsgTpgAmY7PhCfg==,Bo,Birch,2026-01-05 09:00:00,2026-02-01 09:00:00,,,,,,\n"
        "TRUE,2026-03-01 3:15:52,7,cy@example.com,Cy,Cedar,2026-01-05 09:00:00,2026-02-01 09:00:00,,,,,,\n"
    ),
    "company.csv": (
        "id,is_deleted,_fivetran_synced,property_name,property_createdate,property_industry\n"
        "51,false,2026-03-01 3:15:52,Alder & Sons,2026-01-05 09:00:00,Building\n"
    ),
    "merge_audit.csv": (
        "canonical_vid,contact_id,vid_to_merge,num_properties_moved,timestamp\n6,6,8,2,2026-02-01 09:00:00\n6,6,,2,2026-02-01 09:00:00\n"
    ),
    "contact_history.csv": (
        "contact_id,timestamp,source,name,value,source_id\n"
        "6,2026-01-06 09:00:00.446,CRM_UI,lifecyclestage,marketingqualifiedlead,\n"
        "6,2026-01-06 09:00:00.446,CRM_UI,jobtitle,Owner,\n"
        "6,2026-01-07 09:00:00,EMAIL,hs_email_optout,true,\n"
    ),
    "company_history.csv": "company_id,timestamp,source,name,value,source_id\n51,2026-01-06 09:00:00,CRM_UI,lifecyclestage,Customer,\n",
}


def test_customers_of_a_hubspot_warehouse(take):
    taken = take(WAREHOUSE)
    assert not taken.refused
    assert taken.rows("customer_records", "record_id", "kind", "name", "email", "merged_into") == [
        ("5", "person", "Ann Alder", "ann@example.com", None),
        ("5:ann@example.org", "person", None, "ann@example.org", "5"),
        ("6", "person", "Bo Birch", None, None),
        ("8", "person", None, None, "6"),
        ("9", "person", None, None, "5"),
        ("company 51", "company", "Alder & Sons", None, None),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at") == [
        ("5", "lead", datetime(2026, 1, 6, 9)),
        ("5", "sales qualified lead", datetime(2026, 2, 1, 9)),
        ("6", "marketing qualified lead", datetime(2026, 1, 6, 9, 0, 0, 446_000)),
        ("company 51", "customer", datetime(2026, 1, 6, 9)),
    ]
    assert taken.rows("consents", "record_id", "granted", "effective_at") == [
        ("5", False, datetime(2026, 2, 1, 9)),
        ("6", False, datetime(2026, 1, 7, 9)),
    ]
    ledger = taken.ledger()
    assert ledger["contact.csv/customer_records"] == (3, 2, 0, 1, 0)
    assert ledger["merge_audit.csv/customer_records"] == (2, 1, 0, 1, 0)
    assert ledger["contact_history.csv/records"][0] == 3


DEALS_OF_WAREHOUSE = {
    "deal.csv": (
        "deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname,property_amount,property_closedate,"
        "property_createdate,property_hs_is_closed_won,property_hs_is_closed,property_hs_v2_date_entered_47,property_hs_date_entered_47\n"
        "1,false,default,47,3,Roof,12.5,2026-03-05 16:00:00,2026-02-01 09:00:00,true,true,2026-02-03 09:00:00,2026-02-04 09:00:00\n"
        "2,false,default,closedlost,3,Heat,,2026-03-06 16:00:00,2026-02-01 09:00:00,,,,2026-02-05 09:00:00\n"
        "3,false,default,48,3,Pump,,2026-09-06 16:00:00,2026-02-01 09:00:00,false,false,,\n"
        "4,true,default,48,3,Car,,,2026-02-01 09:00:00,,,,\n"
    ),
    "deal_stage.csv": (
        "_fivetran_start,deal_id,_fivetran_active,_fivetran_end,date_entered,source,source_id,value\n"
        "2026-02-01 6:49:18,3,FALSE,2026-02-02 6:49:18,2026-02-01 6:49:18,a,b,47\n"
        "2026-02-02 6:49:18,3,TRUE,9999-12-31 23:59:59,2026-02-02 6:49:18,a,b,48\n"
    ),
    "deal_history.csv": (
        "deal_id,timestamp,source,name,source_id,value\n"
        "2,2026-02-05 10:00:00,A,dealstage,,closedlost\n2,2026-02-05 10:00:00,A,amount,,5\n"
    ),
    "merged_deal.csv": "deal_id,merged_deal_id,_fivetran_synced\n1,99,2026-03-01 09:00:00\n",
}


LINKS_OF_WAREHOUSE = {
    "deal_contact.csv": "contact_id,deal_id,_fivetran_synced,type_id,category\n5,1,2026-02-01 4:30:42,3,HUBSPOT_DEFINED\n",
    "deal_company.csv": "company_id,deal_id,type_id,category\n51,1,3,HUBSPOT_DEFINED\n52,2,3,HUBSPOT_DEFINED\n,3,3,HUBSPOT_DEFINED\n",
    "ticket_contact.csv": "_fivetran_synced,ticket_id,contact_id,category\n2026-02-01 4:30:42,7,5,HUBSPOT_DEFINED\n",
    "ticket_company.csv": "_fivetran_synced,ticket_id,company_id,category\n2026-09-01 4:30:42,7,51,HUBSPOT_DEFINED\n",
    "engagement_contact.csv": "contact_id,engagement_id,engagement_type,type_id,_fivetran_synced\n5,6,MEETING,194,2026-02-01 4:30:42\n",
    "engagement_company.csv": "company_id,engagement_id,engagement_type,type_id,_fivetran_synced\n51,6,MEETING,194,2026-02-01 4:30:42\n",
}


def test_whose_deals_tickets_and_meetings_are_stands_in_other_tables_of_a_hubspot_warehouse(take):
    own = {name: DEALS_OF_WAREHOUSE[name] for name in ("deal.csv",)}
    own |= {"ticket.csv": SERVICE_OF_WAREHOUSE["ticket.csv"], "meeting.csv": MAIL_OF_WAREHOUSE["meeting.csv"]}
    taken = take({**own, **LINKS_OF_WAREHOUSE})
    assert not taken.refused
    assert taken.rows("opportunities", "opportunity_id", "record_id") == [("1", "5"), ("2", "company 52"), ("3", None)]
    assert taken.rows("cases", "case_id", "record_id") == [("7", "5")]
    assert taken.rows("interactions", "interaction_id", "record_id") == [("6", "5")]
    assert taken.ledger()["deal_company.csv/opportunities"] == (3, 3, 0, 0, 0)


def test_deals_of_a_hubspot_warehouse(take):
    taken = take(DEALS_OF_WAREHOUSE)
    assert not taken.refused
    assert taken.rows("opportunities", "opportunity_id", "outcome", "closed_at", "stage") == [
        ("1", "won", datetime(2026, 3, 5, 16), "47"),
        ("2", "lost", datetime(2026, 3, 6, 16), "closedlost"),
        ("3", "open", None, "48"),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at", "left_at") == [
        ("1", "47", datetime(2026, 2, 3, 9), None),
        ("2", "47", datetime(2026, 2, 5, 9), None),
        ("2", "closedlost", datetime(2026, 2, 5, 10), None),
        ("3", "47", datetime(2026, 2, 1, 6, 49, 18), datetime(2026, 2, 2, 6, 49, 18)),
        ("3", "48", datetime(2026, 2, 2, 6, 49, 18), None),
    ]
    assert ("hubspot:99", "merged into", "1") in taken.rows("properties", "subject_id", "name", "value")
    assert taken.ledger()["deal.csv/opportunities"] == (4, 3, 0, 1, 0)


SERVICE_OF_WAREHOUSE = {
    "ticket.csv": (
        "id,is_deleted,property_createdate,property_closed_date,property_first_agent_reply_date,property_hs_pipeline,property_hs_pipeline_stage,"
        "property_hs_ticket_priority,property_subject,property_content,property_hs_date_entered_3\n"
        "7,false,2026-10-01 10:00:00,2026-10-02 10:00:00,2026-10-01 11:00:00,0,4,MEDIUM,Late,Secret,2026-10-01 10:30:00\n"
        "8,false,2026-10-01 10:00:00,2026-09-02 10:00:00,,0,3,HIGH,Cold,,\n"
        "9,true,2026-10-01 10:00:00,,,0,3,,Gone,,\n"
    ),
    "ticket_history.csv": (
        "ticket_id,name,source,source_id,timestamp_instant,value\n"
        "7,hs_ticket_priority,U,1,2026-10-01 10:05:00,MEDIUM\n7,hubspot_owner_id,U,1,2026-10-01 10:06:00,33\n"
        "7,hs_pipeline_stage,U,1,2026-10-01 10:07:00,3\n7,subject,U,1,2026-10-01 10:08:00,Late\n"
    ),
}


def test_tickets_of_a_hubspot_warehouse(take):
    taken = take(SERVICE_OF_WAREHOUSE)
    assert taken.rows("cases", "case_id", "priority", "status", "first_replied_at", "closed_at") == [
        ("7", "normal", "closed", datetime(2026, 10, 1, 11), datetime(2026, 10, 2, 10))
    ]
    assert taken.rows("case_events", "kind", "value") == [("assignment", "33"), ("priority", "normal")]
    assert taken.rows("stage_changes", "subject_kind", "stage", "entered_at") == [
        ("case", "3", datetime(2026, 10, 1, 10, 7)),
        ("case", "3", datetime(2026, 10, 1, 10, 30)),
    ]
    assert taken.ledger()["ticket.csv/cases"] == (3, 1, 0, 2, 0)
    assert ("description", True) in taken.rows("properties", "name", "sensitive")


MAIL_OF_WAREHOUSE = {
    "email_event.csv": (
        "id,created,type,recipient,email_campaign_id,filtered_event,sent_by_id\n"
        "a,2026-10-01 10:00:00,SENT,ann@example.com,75,false,\nb,2026-10-01 11:00:00,CLICK,ann@example.com,75,false,a\n"
        "c,2026-10-01 12:00:00,SPAMREPORT,ann@example.com,75,false,a\nd,2026-10-01 13:00:00,BOUNCE,o2wjpPyUfzBfq9OSt9I2NQ==,75,,z\n"
        "e,2026-10-01 13:00:00,OPEN,bo@example.com,75,true,a\n"
    ),
    "email_campaign.csv": (
        "id,app_id,content_id,num_included,num_queued,sub_type,type,app_name,name,subject\n"
        "75,1,2,900,,,BATCH_EMAIL,Mail,Autumn,Warm?\n"
    ),
    "form_submission.csv": "timestamp,form_id,contact_id,conversion_id,page_url,title\n2026-10-01 09:00:00,1,5,101,https://example.com/a,Offer\n",
    "call.csv": (
        "engagement_id,_fivetran_deleted,property_hs_timestamp,property_hs_call_direction,type\n"
        "1,false,2026-10-02 09:00:00,INBOUND,CALL\n2,false,2026-10-02 10:00:00,,EMAIL\n"
        "3,false,2026-10-02 11:00:00,,NOTE\n4,true,2026-10-02 11:00:00,,NOTE\n"
    ),
    "engagement.csv": "id,type,portal_id,timestamp\n6,MEETING,1,2026-10-04 09:00:00\n7,TASK,1,2026-10-05 09:00:00\n8,CALL,1,\n",
    "meeting.csv": "engagement_id,start_time,end_time,meeting_outcome,title\n6,2026-10-03 09:00:00,2026-10-03 10:00:00,COMPLETED,Visit\n",
}


def test_messages_and_meetings_of_a_hubspot_warehouse(take):
    taken = take(MAIL_OF_WAREHOUSE)
    assert not taken.refused
    assert taken.rows("interactions", "happened_at", "event", "direction", "purpose", "email", "delivered") == [
        (datetime(2026, 10, 1, 9), "form submitted", "inbound", None, None, None),
        (datetime(2026, 10, 1, 10), "email sent", "outbound", "promotional", "ann@example.com", True),
        (datetime(2026, 10, 1, 11), "email clicked", "self", None, "ann@example.com", None),
        (datetime(2026, 10, 1, 12), "email marked as spam", "inbound", None, "ann@example.com", None),
        (datetime(2026, 10, 1, 13), "email bounced", "self", None, None, False),
        (datetime(2026, 10, 2, 9), "call", "inbound", "sales", None, None),
        (datetime(2026, 10, 2, 10), "email", "outbound", "sales", None, None),
        (datetime(2026, 10, 2, 11), "note", "self", None, None, None),
        (datetime(2026, 10, 3, 9), "meeting", "outbound", "sales", None, None),
        (datetime(2026, 10, 5, 9), "task", "self", None, None, None),
    ]
    assert taken.rows("interactions", "interaction_id", "responded_at")[5] == ("a", datetime(2026, 10, 1, 11))
    assert taken.rows("campaigns", "campaign_id", "name") == [("75", "Autumn")]
    assert taken.rows("consents", "email", "purpose", "granted") == [("ann@example.com", "promotional", False)]
    assert taken.rows("unknown_values", "value") == []


MAIL_IN_DETAIL = {
    "events.csv": (
        "id,created,type,recipient,email_campaign_id\n"
        + "".join(f"{one},2026-10-01 10:00:00,SENT,ann@example.com,75\n" for one in "abcdefgh")
    ),
    "bounce.csv": "id,_fivetran_synced,category,status,response\na,2026-10-01 10:00:00,MAILBOX_FULL,436,x\n,2026-10-01 10:00:00,FULL,4,x\n",
    "click.csv": "id,referer,browser,location,ip_address,url,user_agent\nb,,Fox,Oslo,192.0.2.1,https://example.com/a,x\n",
    "deferred.csv": "id,attempt,response\nc,2,x\n",
    "delivered.csv": "id,response,smtp_id\nd,250 OK,\n",
    "dropped.csv": "id,drop_reason,bcc,cc,drop_message,from,reply_to,subject\ne,PREVIOUSLY_BOUNCED,,,x,,,Warm?\n",
    "sent.csv": "id,bcc,cc,from,reply_to,subject\nf,,,,,Cold?\n",
    "open.csv": "id,duration,browser,ip_address,location,user_agent\ng,27004,Fox,,Oslo,x\n",
    "status_change.csv": "id,bounced,portal_subscription_status,requested_by,source,subscriptions\nh,,UNSUBSCRIBED,,RECIPIENT,[]\n",
}


def test_the_details_of_messages_are_said_of_the_events_they_belong_to(take):
    taken = take(MAIL_IN_DETAIL)
    assert not taken.refused
    assert taken.rows("interactions", "interaction_id", "delivered") == [
        ("a", False), ("b", None), ("c", None), ("d", True), ("e", False), ("f", None), ("g", None), ("h", None),
    ]  # fmt: skip
    assert taken.rows("properties", "subject_id", "name", "value") == [
        ("hubspot:a", "bounce status", "436"),
        ("hubspot:a", "bounced because", "MAILBOX_FULL"),
        ("hubspot:b", "link", "https://example.com/a"),
        ("hubspot:c", "attempts", "2"),
        ("hubspot:e", "not sent because", "PREVIOUSLY_BOUNCED"),
        ("hubspot:e", "subject", "Warm?"),
        ("hubspot:f", "subject", "Cold?"),
        ("hubspot:g", "seconds read", "27"),
        ("hubspot:h", "subscription", "UNSUBSCRIBED"),
    ]
    assert taken.ledger()["bounce.csv/interactions"] == (2, 1, 0, 1, 0)


def test_a_company_with_an_address_is_still_no_contact(take):
    header = "Record ID,Company name,Company Domain Name,Create Date,Lifecycle Stage,Email\n"
    taken = take({"companies.csv": f"{header}51,Alder,example.com,2026-01-05 09:00,Lead,office@example.com\n"})
    assert taken.rows("customer_records", "record_id", "kind") == [("company 51", "company")]


@pytest.mark.parametrize(
    "header", ["id,name,_fivetran_synced", "stage_id,closed_won,label,pipeline_id", "ticket_id,deal_id,type_id,category"]
)
def test_tables_of_teams_stages_and_links_are_not_taken_for_another_one(take, header):
    assert take({"t.csv": f"{header}\n{header}\n"}).refused


def test_a_contact_and_a_company_with_one_number_are_two_and_whose_a_deal_is_says_which(take):
    contacts = "Record ID,First Name,Last Name,Email,Create Date,Lifecycle Stage,Primary Associated Company ID\n"
    deals = "Record ID,Deal Name,Deal Stage,Pipeline,Close Date,Create Date,Associated Contact IDs,Associated Company IDs\n"
    taken = take({
        "contacts.csv": contacts + "101,Ann,Alder,ann@example.com,2026-01-05 09:00,Lead,101\n",
        "companies.csv": COMPANIES + "101,Birch Works,example.org,Kim,2026-01-05 09:00,Building,Lead,12,Norway,,\n",
        "deals.csv": deals + "1,One,Closed Won,Sales,2026-03-01,2026-02-01 09:00,101,101\n"
        + "2,Two,Closed Won,Sales,2026-03-01,2026-02-01 09:00,,101\n",
    })  # fmt: skip
    assert taken.refused == []
    assert taken.rows("customer_records", "record_id", "kind", "name", "company_id") == [
        ("101", "person", "Ann Alder", "company 101"),
        ("company 101", "company", "Birch Works", None),
    ]
    assert taken.rows("opportunities", "opportunity_id", "record_id") == [("1", "101"), ("2", "company 101")]
    assert {counts for counts in taken.ledger().values() if counts[4]} == set(), "neither is taken for the other again"
