"""Salesforce with API names, its tables in a warehouse and its reports; Pipedrive with and without the prefix of its headers."""

import json
from datetime import datetime
from decimal import Decimal

LEADS = (
    "Id,IsDeleted,MasterRecordId,LastName,FirstName,Name,Company,Email,LeadSource,Status,IsConverted,ConvertedDate,ConvertedAccountId,"
    "ConvertedContactId,HasOptedOutOfEmail,DoNotCall,CreatedDate,LastModifiedDate,SystemModstamp\n"
)
CUSTOMERS = {
    "Lead.csv": LEADS
    + "00Q1,false,,Alder,Ann,Ann Alder,Alder & Sons,ann@example.com,Web,Closed - Converted,true,2026-02-03,0011,0031,false,false,"
    "2026-02-03T08:30:00.000Z,2026-02-03T09:00:00.000Z,2026-02-03T09:00:00.000Z\n"
    "00Q2,false,,Birch,Bo,,Birch,bo@example.com,,Open - Not Contacted,false,,,,true,1,2026-02-04T08:30:00.000Z,2026-02-05T08:00:00.000Z,\n"
    "00Q3,true,00Q2,Birch,B,,Birch,b@example.com,,Open - Not Contacted,false,,,,,,2026-02-04T08:30:00.000Z,,\n"
    "00Q4,true,,Cedar,Cy,,Cedar,cy@example.com,,Open - Not Contacted,false,,,,,,2026-02-04T08:30:00.000Z,,\n",
    "contact.csv": (
        "id,_fivetran_start,_fivetran_end,_fivetran_active,is_deleted,master_record_id,account_id,last_name,first_name,email,title,owner_id,"
        "created_date,last_modified_date\n"
        "0031,2026-02-03 09:00:00,2026-03-01 07:59:59,false,false,,0011,Alder,Ann,ann@example.com,,0051,"
        "2026-02-03 09:00:00,2026-02-03 09:00:00\n"
        "0031,2026-03-01 08:00:00,9999-12-31 23:59:59,true,false,,0011,Alder,Ann,ann@example.com,Owner,0051,"
        "2026-02-03 09:00:00,2026-02-03 9:00:00\n"
    ),
    "Account.csv": (
        "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingState,BillingCountry,Industry,OwnerId,IsPersonAccount,PersonEmail,CreatedDate\n"
        "0011,false,,Alder & Sons,Customer - Direct,,Oslo,Norway,Building,0051,false,,2026-02-03T09:00:00.000+0000\n"
        "0012,true,0011,Alder Sons,Prospect,,,Norway,,0051,false,,2026-02-03T09:00:00.000+0000\n"
        "0013,false,,Di Dogwood,,,,Norway,,0051,true,di@example.com,2026-02-03T09:00:00.000+0000\n"
    ),
}


def test_leads_contacts_and_accounts_are_records_and_a_converted_lead_is_its_contact(take):
    taken = take(CUSTOMERS)
    assert not taken.refused
    assert taken.rows("customer_records", "record_id", "kind", "name", "lifecycle", "company_id", "merged_into", "role") == [
        ("0011", "company", "Alder & Sons", "customer", None, None, None),
        ("0012", "company", "Alder Sons", "prospect", None, "0011", None),
        ("0013", "person", "Di Dogwood", None, None, None, None),
        ("0031", "person", "Ann Alder", None, "0011", None, "Owner"),
        ("00Q1", "person", "Ann Alder", "converted", "0011", "0031", None),
        ("00Q2", "person", "Bo Birch", "lead", None, None, None),
        ("00Q3", "person", "B Birch", "lead", None, "00Q2", None),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at", "left_at")[:3] == [
        ("00Q1", "converted", datetime(2026, 2, 3), None),
        ("00Q1", "lead", datetime(2026, 2, 3, 8, 30), datetime(2026, 2, 3, 8, 30)),
        ("00Q2", "lead", datetime(2026, 2, 4, 8, 30), None),
    ]
    assert taken.rows("consents", "record_id", "purpose", "channel", "granted") == [
        ("00Q2", "promotional", "email", False),
        ("00Q2", "sales", "phone", False),
    ]
    ledger = taken.ledger()
    assert ledger["Lead.csv/customer_records"] == (4, 3, 0, 1, 0)
    assert ledger["contact.csv/customer_records"] == (2, 1, 1, 0, 0)
    assert ledger["Account.csv/customer_records"] == (3, 3, 0, 0, 0)


SALES = {
    "Opportunity.csv": (
        "Id,IsDeleted,AccountId,ContactId,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CurrencyIsoCode,OwnerId,CreatedDate,SystemModstamp\n"
        "0061,false,0011,0031,Roof,Signed,1250.50,2026-03-05,true,true,EUR,0051,2026-03-05T16:30:00.000Z,2026-03-06T00:00:00.000Z\n"
        "0062,false,0011,,Heat,Closed Lost,,2026-03-07,true,false,EUR,0051,2026-03-01T16:30:00.000Z,2026-03-07T00:00:00.000Z\n"
        "0063,false,0011,,Pump,Qualification,90,2026-09-01,false,false,EUR,0051,2026-03-01T16:30:00.000Z,2026-03-07T00:00:00.000Z\n"
        "0064,true,0011,,Gone,Qualification,90,2026-09-01,false,false,EUR,0051,2026-03-01T16:30:00.000Z,2026-03-07T00:00:00.000Z\n"
    ),
    "OpportunityHistory.csv": (
        "Id,OpportunityId,StageName,Amount,ExpectedRevenue,CloseDate,Probability,ForecastCategory,CreatedDate\n"
        "0081,0063,Prospecting,90,9,2026-09-01,10,Pipeline,2026-03-01T16:30:00.000Z\n"
        "0082,0063,Qualification,90,18,2026-09-01,20,Pipeline,2026-03-04T16:30:00.000Z\n"
        "0083,0063,,90,18,2026-09-01,20,Pipeline,2026-03-05T16:30:00.000Z\n"
    ),
    "opportunity_versions.csv": (
        "_fivetran_active,_fivetran_start,_fivetran_end,id,account_id,name,stage_name,amount,close_date,is_closed,is_won,is_deleted,created_date\n"
        "false,2026-03-01 17:00:00,2026-03-02 17:00:00,0065,0011,Wall,Prospecting,5,"
        "2026-03-09 00:00:00,false,false,false,2026-03-01 16:30:00\n"
        "true,2026-03-02 17:00:00,9999-12-31 23:59:59,0065,0011,Wall,Closed Won,5,2026-03-02 00:00:00,true,true,false,2026-03-01 16:30:00\n"
    ),
}


def test_opportunities_with_their_history_as_the_api_and_as_a_warehouse_tell_it(take):
    taken = take(SALES)
    assert not taken.refused
    assert taken.rows("opportunities", "opportunity_id", "record_id", "outcome", "amount", "closed_at", "stage") == [
        ("0061", "0031", "won", Decimal("1250.50"), datetime(2026, 3, 5, 16, 30), "Signed"),
        ("0062", "0011", "lost", None, datetime(2026, 3, 7), "Closed Lost"),
        ("0063", "0011", "open", Decimal(90), None, "Qualification"),
        ("0065", "0011", "won", Decimal(5), datetime(2026, 3, 2), "Closed Won"),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at", "left_at") == [
        ("0063", "Prospecting", datetime(2026, 3, 1, 16, 30), None),
        ("0063", "Qualification", datetime(2026, 3, 4, 16, 30), None),
        ("0065", "Closed Won", datetime(2026, 3, 2, 17), None),
        ("0065", "Prospecting", datetime(2026, 3, 1, 17), datetime(2026, 3, 2, 17)),
    ]
    assert taken.rows("unknown_values", "value") == []
    ledger = taken.ledger()
    assert ledger["Opportunity.csv/opportunities"] == (4, 3, 0, 1, 0)
    assert ledger["OpportunityHistory.csv/stage_changes"] == (3, 2, 0, 1, 0)
    assert ledger["opportunity_versions.csv/opportunities"] == (2, 1, 1, 0, 0)


def test_what_an_interface_gives_as_json_lines_is_the_same_as_its_table(take):
    told = {
        "attributes": {"type": "Opportunity"}, "Id": "0061", "IsDeleted": False, "AccountId": "0011", "Name": "Roof", "StageName": "Signed",
        "Amount": 1250.5, "CloseDate": "2026-03-05", "IsClosed": True, "IsWon": True, "CreatedDate": "2026-03-05T16:30:00.000+0000",
    }  # fmt: skip
    taken = take({"o.jsonl": f"{json.dumps(told)}\n{json.dumps({**told, 'Id': None})}\n"})
    assert taken.rows("opportunities", "opportunity_id", "outcome", "amount", "closed_at") == [
        ("0061", "won", Decimal("1250.5"), datetime(2026, 3, 5, 16, 30))
    ]
    assert taken.ledger()["o.jsonl/opportunities"] == (2, 1, 0, 1, 0)


def test_a_file_of_which_everything_is_left_out_on_purpose_is_taken_in_and_says_so(take):
    deleted = SALES["Opportunity.csv"].splitlines(keepends=True)
    taken = take({"deleted.csv": deleted[0] + deleted[-1]})
    assert not taken.refused
    assert taken.ledger()["deleted.csv/opportunities"] == (1, 0, 0, 1, 0)


CONTACTS_MADE = {
    "Case.csv": (
        "Id,CaseNumber,ContactId,AccountId,SuppliedEmail,Type,Status,Reason,Origin,Subject,Priority,IsClosed,ClosedDate,IsDeleted,MasterRecordId,"
        "OwnerId,CreatedDate\n"
        "5001,00001,0031,0011,ann@example.com,Problem,Closed,Leak,Phone,Wet,High,true,2026-04-02T10:00:00.000Z,false,,0051,2026-04-01T10:00:00.000Z\n"
        "5002,00002,,0011,,Wish,Waiting on Customer,,Pigeon,Dry,Medium,false,,false,,00G1,2026-04-01T10:00:00.000Z\n"
        "5003,00003,,0011,,,New,,Web,Wet,,false,,true,5001,0051,2026-04-01T10:00:00.000Z\n"
    ),
    "Task.csv": (
        "Id,WhoId,WhatId,AccountId,Subject,ActivityDate,Status,Priority,Type,TaskSubtype,CallType,CallDurationInSeconds,CompletedDateTime,CreatedDate\n"
        "00T1,0031,0061,0011,Call,2026-04-01,Completed,Normal,,Call,Inbound,60,2026-04-01T11:00:00.000Z,2026-04-01T10:00:00.000Z\n"
        "00T2,0031,5001,0011,Mail,2026-04-02,Completed,Normal,,Email,,,2026-04-02T11:00:00.000Z,2026-04-01T10:00:00.000Z\n"
        "00T3,,0011,,Letter,2026-04-03,Completed,Normal,,ListEmail,,,,2026-04-01T10:00:00.000Z\n"
        "00T4,0031,,0011,Think,2026-04-04,Completed,Normal,,Task,,,,2026-04-01T10:00:00.000Z\n"
        "00T5,0031,,0011,Later,2026-12-04,Not Started,Normal,,Call,,,,2026-04-01T10:00:00.000Z\n"
    ),
    "Event.csv": (
        "Id,WhoId,WhatId,Subject,StartDateTime,EndDateTime,Type,IsDeleted\n00U1,0031,,Visit,2026-04-05T09:00:00.000Z,2026-04-05T10:00:00.000Z,,false\n"
    ),
    "CampaignMember.csv": (
        "Id,CampaignId,LeadId,ContactId,Status,HasResponded,FirstRespondedDate,CreatedDate,IsDeleted\n"
        "00v1,7011,,0031,Responded,true,2026-04-06,2026-04-06T08:00:00.000Z,false\n00v2,7011,00Q2,,Planned,false,,2026-04-06T09:00:00.000Z,false\n"
    ),
    "Campaign.csv": (
        "Id,Name,Type,Status,StartDate,EndDate,BudgetedCost,ActualCost,IsDeleted\n7011,Autumn,Email,Completed,2026-04-01,2026-04-30,100,90.5,false\n"
    ),
}


def test_cases_tasks_events_and_members_of_campaigns(take):
    taken = take(CONTACTS_MADE)
    assert not taken.refused
    assert taken.rows(
        "cases", "case_id", "record_id", "kind", "channel", "priority", "status", "team", "closed_at", "merged_into"
    ) == [
        ("5001", "0031", "problem", "phone", "high", "closed", None, datetime(2026, 4, 2, 10), None),
        ("5002", "0011", "other", "other", "normal", "pending", "00G1", None, None),
        ("5003", "0011", "question", "web", None, "new", None, None, "5001"),
    ]
    assert taken.rows(
        "interactions", "interaction_id", "record_id", "happened_at", "event", "channel", "direction", "purpose"
    ) == [
        ("00T1", "0031", datetime(2026, 4, 1, 11), "call", "phone", "inbound", "sales"),
        ("00T2", "0031", datetime(2026, 4, 2, 11), "email", "email", "outbound", "service"),
        ("00T3", "0011", datetime(2026, 4, 3), "email", "email", "outbound", "promotional"),
        ("00T4", "0031", datetime(2026, 4, 4), "task", "other", "self", None),
        ("00U1", "0031", datetime(2026, 4, 5, 9), "meeting", "other", "outbound", "sales"),
        ("00v1", "0031", datetime(2026, 4, 6, 8), "campaign message", "other", "outbound", "promotional"),
        ("00v2", "00Q2", datetime(2026, 4, 6, 9), "campaign message", "other", "self", "promotional"),
    ]
    assert taken.rows("interactions", "campaign_id", "responded_at")[:2] == [("7011", datetime(2026, 4, 6, 8)), ("7011", None)]
    assert taken.rows("campaigns", "campaign_id", "name", "cost") == [("7011", "Autumn", Decimal("90.5"))]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "Pigeon"), ("kind", "Wish")]
    assert taken.ledger()["Task.csv/interactions"] == (5, 4, 0, 1, 0)


FOOTER = (
    '"Every, single one"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    '"Confidential Information - Do Not Distribute"\n"Generated By: Kim 4/1/2026 2:30 PM"\n'
)
REPORTS = {
    "opportunities.csv": (
        "Opportunity Owner,Account Name,Opportunity Name,Stage,Fiscal Period,Amount,Amount Currency,"
        "Probability (%),Close Date,Created Date,Type\n"
        '"Kim","Alder & Sons","Roof","Closed Won","Q1-2026","$1,234,567","USD","100","1/15/2026","1/13/2026","New"\n'
        '"Kim","Alder & Sons","Heat","Negotiation/Review","Q1-2026","$90.50","USD","90","6/30/2026","1/6/2026","New"\n'
        '"Kim","Birch","Pump","Tasting","Q1-2026","","","90","6/30/2026","1/6/2026","New"\n' + FOOTER
    ),
    "leads.csv": (
        "Lead ID,Lead Owner,First Name,Last Name,Email,Lead Status,Lead Source,Company / Account,"
        "Create Date,Last Activity,Converted,Converted Date\n"
        "00Q7,Kim,Ann,Alder,ann@example.com,Closed - Converted,Web,Alder & Sons,29/01/2026,31/1/2026,true,31/1/2026\n"
        ",Kim,Bo,Birch,,Open - Not Contacted,,Birch,30/01/2026,,false,\n" + FOOTER
    ),
    "cases.csv": (
        "Case Owner,Case Number,Account Name,Subject,Status,Priority,Case Origin,Contact Name,Date/Time Opened,"
        "Date/Time Closed,Age (Hours)\n"
        'Kim,00001,Alder & Sons,Wet,Closed,Critical,Web,Ann Alder,"1/14/2026, 2:30 PM","1/15/2026, 9:00 AM",234\n'
        "Kim,00002,Birch,Dry,Escalated,Low,Email,Bo Birch,1/6/2026 2:30 PM,,1\n" + FOOTER
    ),
}


def test_reports_are_told_by_their_labels_and_their_last_lines_are_no_records(take):
    taken = take(REPORTS)
    assert not taken.refused
    assert taken.rows("opportunities", "opportunity_id", "record_id", "outcome", "amount", "currency", "closed_at") == [
        ("Alder & Sons: Heat", "Alder & Sons", "open", Decimal("90.50"), "USD", None),
        ("Alder & Sons: Roof", "Alder & Sons", "won", Decimal(1_234_567), "USD", datetime(2026, 1, 15)),
        ("Birch: Pump", "Birch", "open", None, None, None),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "lifecycle", "created_at") == [
        ("00Q7", "person", "converted", datetime(2026, 1, 29)),
        ("Alder & Sons", "company", None, None),
        ("Birch", "company", None, None),
        ("Birch: Birch", "person", "lead", datetime(2026, 1, 30)),
    ]
    assert taken.rows("cases", "case_id", "status", "priority", "opened_at", "closed_at") == [
        ("00001", "closed", "urgent", datetime(2026, 1, 14, 14, 30), datetime(2026, 1, 15, 9)),
        ("00002", "open", "low", datetime(2026, 1, 6, 14, 30), None),
    ]
    assert taken.rows("files", "file_name", "footer_lines") == [("cases.csv", 4), ("leads.csv", 4), ("opportunities.csv", 4)]
    assert taken.rows("unknown_values", "value") == [("Tasting",)]
    ledger = taken.ledger()
    assert ledger["opportunities.csv/opportunities"] == (3, 3, 0, 0, 0)
    assert ledger["leads.csv/customer_records"] == (2, 2, 0, 0, 0)


def test_an_id_of_eighteen_characters_is_the_one_of_fifteen_that_a_report_shows(take):
    taken = take({
        "Account.csv": (
            "Id,Name,OwnerId,BillingCountry,Industry\n0015500000Xyy06AAB,Alder & Sons,0051G000005Mun4QAC,Norway,Building\n"
            "short,Birch,0051G000005Mun4QAC,Norway,\n"
        ),
        "report.csv": (
            "Opportunity ID,Account ID,Account Name,Opportunity Name,Stage,Close Date\n"
            "0061G00000N38JZ,0015500000Xyy06,Alder and Sons,Roof,Qualification,2026-09-01\n"
        ),
    })  # fmt: skip
    assert taken.rows("customer_records", "record_id", "name") == [("0015500000Xyy06", "Alder & Sons"), ("short", "Birch")]
    assert taken.rows("opportunities", "opportunity_id", "record_id") == [("0061G00000N38JZ", "0015500000Xyy06")]


DEALS = (
    "ID,Title,Owner,Value,Currency of Value,Organization,Organization ID,Pipeline,Contact person,Contact person ID,"
    "Stage,Status,Deal created,"
    "Update time,Last stage change,Won time,Lost time,Lost reason,Expected close date\n"
)
PERSONS = (
    "ID,Name,Last name,Organization,Organization ID,Email - Work,Phone - Work,Owner,Person created,Update time,Marketing status\n"
)
PIPEDRIVE = {
    "deals.csv": ",".join(f"Deal - {name}" for name in DEALS.split(","))
    + "1,Roof,Kim,1250.5,EUR,Alder & Sons,5,Sales,Ann Alder,5,Qualified,Won,2026-03-01 09:00:00,2026-03-05 09:00:00,2026-03-02 09:00:00,"
    "2026-03-05 09:00:00,,,2026-03-31\n"
    "2,Heat,Kim,,EUR,Birch,6,Sales,,,Proposal Made,Lost,2026-03-01 09:00:00,2026-03-06 09:00:00,,,2026-03-06 09:00:00,Too dear,\n",
    "more deals.csv": DEALS
    + "3,Pump,Kim,90,EUR,,,Sales,,,Demo Scheduled,Open,2026-03-01 09:00:00,2026-03-06 09:00:00,,,,,2026-09-01\n"
    "4,Gone,Kim,90,EUR,,,Sales,,,Demo Scheduled,Deleted,2026-03-01 09:00:00,2026-03-06 09:00:00,,,,,\n",
    "persons.csv": ",".join(f"Person - {name}" for name in PERSONS.split(","))
    + '5,Ann Alder,Alder,Alder & Sons,5,"ann@example.com, ann@example.org",+47 1,Kim,'
    + "2026-02-01 09:00:00,2026-03-01 09:00:00,Unsubscribed\n",
    "more persons.csv": PERSONS
    + "6,Bo Birch,Birch,,,,,Kim,2026-02-01 09:00:00,2026-03-01 09:00:00,No consent\n,Nobody,,,,,,Kim,2026-02-01 09:00:00,,\n",
}


def test_pipedrive_with_and_without_prefix_keeps_people_and_organizations_of_one_number_apart(take):
    taken = take(PIPEDRIVE)
    assert not taken.refused
    assert taken.rows("opportunities", "opportunity_id", "record_id", "outcome", "amount", "closed_at", "lost_reason") == [
        ("1", "person 5", "won", Decimal("1250.5"), datetime(2026, 3, 5, 9), None),
        ("2", "organization 6", "lost", None, datetime(2026, 3, 6, 9), "Too dear"),
        ("3", None, "open", Decimal(90), None, None),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "name", "email", "company_id") == [
        ("organization 5", "company", "Alder & Sons", None, None),
        ("organization 6", "company", "Birch", None, None),
        ("person 5", "person", "Ann Alder", "ann@example.com", "organization 5"),
        ("person 6", "person", "Bo Birch", None, None),
    ]
    assert taken.rows("stage_changes", "subject_id", "stage", "entered_at") == [("1", "Qualified", datetime(2026, 3, 2, 9))]
    assert taken.rows("consents", "record_id", "granted") == [("person 5", False)]
    ledger = taken.ledger()
    assert ledger["more deals.csv/opportunities"] == (2, 1, 0, 1, 0)
    assert ledger["more persons.csv/customer_records"] == (2, 1, 0, 1, 0)
