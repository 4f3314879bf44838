"""Surveys, marketing, payments, shops and websites: as their interfaces, their APIs and connectors tell them."""

import json
from datetime import date, datetime
from decimal import Decimal

AUDIENCE = (
    "Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,CC,REGION,"
    "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
)


def test_an_audience_of_mailchimp_tells_who_said_yes_and_who_took_it_back(take):
    rows = [
        "ann@example.com,Ann,Alder,,4,2026-01-05 09:00:00,,2026-01-05 09:10:00,,,DE,BY,,,,2026-02-01 10:00:00,11,aa1,,vip",
        "bo@example.com,Bo,Birch,,2,,,2026-01-06 09:10:00,,,,,2026-03-01 08:00:00,Spring,NORMAL,2026-03-01 08:00:00,12,bb2,,",
        "nobody,,,,2,,,,,,,,,,,,13,,,",
        ",,,,2,,,,,,,,,,,,,,,",
    ]
    taken = take({"subscribed.csv": AUDIENCE + "\n".join(rows) + "\n"})
    assert taken.rows("customer_records", "record_id", "name", "email", "region") == [
        ("13", None, None, None),
        ("aa1", "Ann Alder", "ann@example.com", "BY"),
        ("bb2", "Bo Birch", "bo@example.com", None),
    ]
    assert taken.rows("consents", "record_id", "purpose", "channel", "granted", "effective_at") == [
        ("aa1", "promotional", "email", True, datetime(2026, 1, 5, 9, 10)),
        ("bb2", "promotional", "email", False, datetime(2026, 3, 1, 8)),
        ("bb2", "promotional", "email", True, datetime(2026, 1, 6, 9, 10)),
    ]
    assert ("unsubscribed from", "Spring") in taken.rows("properties", "name", "value")
    assert taken.ledger()["subscribed.csv/customer_records"] == (4, 3, 0, 1, 0)


MAILCHIMP = {
    "member.csv": (
        "id,list_id,_fivetran_synced,email_address,status,timestamp_opt,timestamp_signup,last_changed,merge_fname,merge_lname,unique_email_id\n"
        "m1,L1,2026-04-01 00:00:00,ann@example.com,subscribed,2026-01-05 09:00:00,,2026-01-05 09:00:00,Ann,Alder,u1\n"
        "m2,L1,2026-04-01 00:00:00,bo@example.com,unsubscribed,2026-01-06 09:00:00,,2026-03-02 09:00:00,,,u2\n"
        "m3,L1,2026-04-01 00:00:00,cy@example.com,pending,,,2026-03-02 09:00:00,,,u3\n"
    ),
    "campaign.csv": (
        "id,_fivetran_deleted,list_id,create_time,send_time,subject_line,title,type,winner_criteria\n"
        "c1,false,L1,2026-02-28 09:00:00,2026-03-01 09:00:00,Spring is here,Spring,regular,\n"
        "c2,true,L1,2026-02-28 09:00:00,,Never,,regular,\n"
    ),
    "activity.csv": (
        "action,campaign_id,member_id,timestamp,_fivetran_synced,bounce_type,ip,list_id,url\n"
        "sent,c1,m1,2026-03-01 09:00:00,,,,L1,\n"
        "sent,c1,m2,2026-03-01 09:00:00,,,,L1,\n"
        "open,c1,m1,2026-03-01 10:00:00,,,192.0.2.1,L1,\n"
        "click,c1,m1,2026-03-01 10:01:00,,,192.0.2.1,L1,https://example.com/a\n"
        "click,c1,m1,2026-03-01 10:01:00,,,192.0.2.1,L1,https://example.com/b\n"
        "bounce,c1,m2,2026-03-01 09:01:00,,hard,,L1,\n"
        "abuse,c1,m1,2026-03-04 09:00:00,,,,L1,\n"
        "levitate,c1,m1,2026-03-04 09:00:00,,,,L1,\n"
    ),
    "unsubscribe.csv": "campaign_id,member_id,_fivetran_synced,list_id,reason,timestamp\nc1,m2,,L1,too many,2026-03-02 09:00:00\n",
}


def test_mailchimp_in_a_warehouse_tells_messages_what_became_of_them_and_who_wants_no_more(take):
    taken = take(MAILCHIMP)
    assert not taken.refused
    sent = taken.connection.table("interactions").filter("direction = 'outbound'")
    assert sent.select("record_id, purpose, campaign_id, delivered, responded_at").order("record_id").fetchall() == [
        ("m1", "promotional", "c1", True, datetime(2026, 3, 1, 10, 1)),
        ("m2", "promotional", "c1", False, None),
    ]
    others = taken.connection.table("interactions").filter("direction <> 'outbound'")
    assert others.select("event, record_id").order("event, record_id").fetchall() == [
        ("email bounced", "m2"),
        ("email clicked", "m1"),
        ("email clicked", "m1"),
        ("email event", "m1"),
        ("email marked as spam", "m1"),
        ("email opened", "m1"),
    ]
    assert taken.rows("consents", "record_id", "granted", "effective_at") == [
        ("m1", False, datetime(2026, 3, 4, 9)),
        ("m1", True, datetime(2026, 1, 5, 9)),
        ("m2", False, datetime(2026, 3, 2, 9)),
        ("m2", True, datetime(2026, 1, 6, 9)),
    ]
    assert taken.rows("campaigns", "campaign_id", "name", "starts_on") == [("c1", "Spring", date(2026, 3, 1))]
    assert {row[0] for row in taken.rows("unknown_values", "value")} == {"levitate"}
    assert taken.ledger()["activity.csv/interactions"] == (8, 8, 0, 0, 0)
    assert taken.ledger()["campaign.csv/campaigns"] == (2, 1, 0, 1, 0)


def test_an_activity_report_of_mailchimps_api_is_a_line_for_each_recipient(take):
    told = [
        {
            "campaign_id": "c1", "list_id": "L1", "email_id": "m1", "email_address": "ann@example.com",
            "activity": [
                {"action": "open", "timestamp": "2026-03-01T10:00:00+00:00", "ip": "192.0.2.1"},
                {"action": "unsub", "timestamp": "2026-03-01T10:05:00+00:00"},
            ],
        },
        {"campaign_id": "c1", "list_id": "L1", "email_id": "m2", "email_address": "bo@example.com", "activity": []},
        {"campaign_id": "c1", "list_id": "L1", "email_id": "m3", "email_address": "", "activity": [{"action": "open"}]},
    ]  # fmt: skip
    taken = take({"activity.jsonl": "".join(json.dumps(line) + "\n" for line in told)})
    assert taken.rows("interactions", "record_id", "event", "happened_at") == [
        ("m1", "email opened", datetime(2026, 3, 1, 10)),
        ("m1", "email unsubscribed", datetime(2026, 3, 1, 10, 5)),
    ]
    assert taken.rows("consents", "record_id", "email", "granted") == [("m1", "ann@example.com", False)]
    assert taken.ledger()["activity.jsonl/records"] == (3, 2, 0, 1, 0)


def test_an_automation_of_mailchimp_is_a_campaign_that_goes_on(take):
    emails = (
        "id,_fivetran_deleted,automation_id,create_time,subject_line,title,start_time,send_time,position,delay_type\n"
        "e1,false,a1,2026-01-01 09:00:00,Hello,Welcome,2026-01-02 09:00:00,,1,now\n"
    )
    activity = (
        "action,automation_email_id,member_id,timestamp,_fivetran_synced,bounce_type,ip,list_id,url\n"
        "open,e1,m1,2026-03-01 10:00:00,,,,L1,\n"
    )
    taken = take({"emails.csv": emails, "activity.csv": activity})
    assert taken.rows("campaigns", "campaign_id", "name", "starts_on") == [("e1", "Welcome", date(2026, 1, 2))]
    assert taken.rows("interactions", "campaign_id", "event", "direction") == [("e1", "email opened", "self")]


KLAVIYO = {
    "person.csv": (
        "id,email,phone_number,first_name,last_name,created,updated,_fivetran_deleted,custom_consent,custom_consent_timestamp,"
        "custom_accepts_marketing\n"
        'p1,ann@example.com,+49301,Ann,Alder,2026-01-01 09:00:00,2026-02-01 09:00:00,FALSE,"[""email"",""sms""]",2026-01-01 09:05:00,\n'
        "p2,bo@example.com,,Bo,Birch,2026-01-01 09:00:00,2026-02-01 09:00:00,FALSE,,,false\n"
        "p3,cy@example.com,,,,2026-01-01 09:00:00,2026-02-01 09:00:00,TRUE,,,\n"
    ),
    "event.csv": (
        "id,person_id,campaign_id,flow_id,flow_message_id,datetime,metric_id,type,property_value,_fivetran_deleted\n"
        "e1,p1,c1,,,2026-03-01 09:00:00,q,Received Email,,FALSE\n"
        "e2,p1,c1,,,2026-03-01 10:00:00,q,Clicked Email,,FALSE\n"
        "e3,p2,,f1,fm1,2026-03-01 09:00:00,q,Received Email,,FALSE\n"
        "e4,p2,,f1,fm1,2026-03-08 09:00:00,q,Received Email,,FALSE\n"
        "e5,p1,,,,2026-03-01 11:00:00,q,Placed Order,49.90,FALSE\n"
        "e6,p2,,,,2026-03-09 09:00:00,q,Unsubscribed,,FALSE\n"
        "e7,p1,,,,2026-03-09 09:00:00,q,Danced,,FALSE\n"
    ),
    "campaign.csv": (
        "id,name,created,updated,send_time,sent_at,from_email,subject,campaign_type,status,_fivetran_deleted\n"
        "c1,Spring,2026-02-01 09:00:00,2026-03-01 09:00:00,2026-03-01 09:00:00,,us@example.com,Spring!,Regular,sent,FALSE\n"
    ),
    "flow.csv": (
        "id,name,status,created,updated,customer_filter,archived,trigger_type,_fivetran_deleted\n"
        "f1,Welcome,live,2026-01-01 09:00:00,2026-01-02 09:00:00,,false,Metric,FALSE\n"
    ),
}


def test_klaviyo_in_a_warehouse_tells_people_consents_and_messages_and_sells_nothing_itself(take):
    taken = take(KLAVIYO)
    assert not taken.refused
    assert taken.rows("customer_records", "record_id", "name") == [("p1", "Ann Alder"), ("p2", "Bo Birch")]
    assert taken.rows("consents", "record_id", "channel", "granted", "effective_at") == [
        ("p1", "email", True, datetime(2026, 1, 1, 9, 5)),
        ("p1", "phone", True, datetime(2026, 1, 1, 9, 5)),
        ("p2", "email", False, datetime(2026, 2, 1, 9)),
        ("p2", "email", False, datetime(2026, 3, 9, 9)),
    ]
    assert taken.rows(
        "interactions", "interaction_id", "event", "channel", "direction", "campaign_id", "responded_at", "value"
    ) == [
        ("e2", "email clicked", "email", "self", "c1", None, None),
        ("e3", "email sent", "email", "outbound", "f1", None, None),
        ("e4", "email sent", "email", "outbound", "f1", None, None),
        ("e5", "Placed Order", "web", "inbound", None, None, 49.9),
        ("e6", "email unsubscribed", "email", "inbound", None, None, None),
        ("e7", "Danced", "other", "self", None, None, None),
        ("p1:c1", "email sent", "email", "outbound", "c1", datetime(2026, 3, 1, 10), None),
    ]
    assert not taken.rows("orders", "order_id")
    assert taken.rows("campaigns", "campaign_id", "starts_on") == [("c1", date(2026, 3, 1)), ("f1", date(2026, 1, 1))]


def test_klaviyos_own_list_export_tells_consents_with_their_times(take):
    header = (
        "Klaviyo ID,Email,First Name,Last Name,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp,"
        "SMS Marketing Consent,SMS Marketing Consent Timestamp,Email Suppressions Timestamp,Date Added\n"
    )
    rows = [
        "k1,ann@example.com,Ann,Alder,,SUBSCRIBED,2026-01-01 09:00:00,UNSUBSCRIBED,2026-02-01 09:00:00,,2026-01-01 09:00:00",
        "k2,bo@example.com,Bo,Birch,,NEVER_SUBSCRIBED,,,,2026-03-01 09:00:00,2026-01-01 09:00:00",
        "k3,,,,,UNSUBSCRIBED,2026-01-02 09:00:00,,,,",
    ]
    taken = take({"list.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("consents", "record_id", "channel", "granted", "effective_at") == [
        ("k1", "email", True, datetime(2026, 1, 1, 9)),
        ("k1", "phone", False, datetime(2026, 2, 1, 9)),
        ("k2", "email", False, datetime(2026, 3, 1, 9)),
        ("k3", "email", False, datetime(2026, 1, 2, 9)),
    ]
    assert taken.ledger()["list.csv/customer_records"] == (3, 3, 0, 0, 0)


MARKETO = {
    "send.csv": (
        "\ufeffactivity_date,activity_type_id,campaign_id,campaign_run_id,choice_number,email_template_id,id,lead_id,"
        "primary_attribute_value_id,primary_attribute_value,step_id,action_result\n"
        "2026-03-01 09:00:00.000,6,21,7,0,18,100,5,18,Spring,1,succeeded\n"
        "2026-03-01 09:00:00.000,6,21,7,0,18,101,6,18,Spring,1,skipped\n"
    ),
    "click.csv": (
        "activity_date,activity_type_id,campaign_id,campaign_run_id,email_template_id,id,lead_id,link,primary_attribute_value_id\n"
        "2026-03-01 10:00:00.000,11,21,7,18,102,5,https://example.com/,18\n"
    ),
    "delivered.csv": (
        "activity_date,activity_type_id,campaign_id,campaign_run_id,email_template_id,id,lead_id,primary_attribute_value_id\n"
        "2026-03-01 09:01:00.000,7,21,7,18,103,5,18\n"
        "2026-03-01 09:01:00.000,99,21,7,18,104,5,18\n"
    ),
    "unsubscribe.csv": (
        "activity_date,activity_type_id,campaign_id,campaign_run_id,email_template_id,id,lead_id,primary_attribute_value_id,webform_id\n"
        "2026-03-02 09:00:00.000,9,21,7,18,105,5,18,1\n"
    ),
    "changes.csv": (
        "activity_date,activity_type_id,campaign_id,id,lead_id,new_value,old_value,primary_attribute_value,primary_attribute_value_id\n"
        "2026-03-03 09:00:00.000,13,,106,5,0,1,Unsubscribed,9\n"
        "2026-03-03 09:00:00.000,13,,107,5,Contacted,New,Lead Status,8\n"
        "2026-03-03 09:00:00.000,13,,108,5,Oslo,,City,7\n"
    ),
    "merges.csv": (
        "id,_fivetran_synced,activity_date,activity_type_id,campaign_id,lead_id,master_updated,merge_ids,merge_source\n"
        '109,,2026-03-04 09:00:00.000,32,,5,TRUE,"[6, 7]",leaddb\n'
    ),
    "leads.csv": (
        "id,created_at,updated_at,email,first_name,last_name,lead_status,unsubscribed,do_not_call,is_anonymous,_fivetran_deleted\n"
        "5,2026-01-01 09:00:00,2026-02-01 09:00:00,ann@example.com,Ann,Alder,New,FALSE,TRUE,FALSE,FALSE\n"
        "8,2026-01-01 09:00:00,2026-02-01 09:00:00,,,,,FALSE,FALSE,TRUE,FALSE\n"
    ),
    "campaign.csv": (
        "id,name,description,program_id,type,created_at,updated_at,workspace_name,smart_list_id,_fivetran_deleted\n"
        "21,Spring,Bring them back,1,batch,2026-01-01 09:00:00 UTC,2026-02-01 09:00:00 UTC,Default,3,FALSE\n"
    ),
}


def test_marketo_tells_by_numbers_what_became_of_a_message_and_of_a_lead(take):
    taken = take(MARKETO)
    assert not taken.refused
    assert taken.rows("interactions", "interaction_id", "record_id", "event", "direction", "delivered", "responded_at") == [
        ("102", "5", "email clicked", "self", None, None),
        ("103", "5", "email delivered", "self", True, None),
        ("104", "5", "email event", "self", None, None),
        ("105", "5", "email unsubscribed", "inbound", None, None),
        ("5:18:21:7", "5", "email sent", "outbound", True, datetime(2026, 3, 1, 10)),
    ]
    assert taken.rows("consents", "purpose", "channel", "granted", "effective_at") == [
        ("promotional", "email", False, datetime(2026, 3, 2, 9)),
        ("promotional", "email", True, datetime(2026, 3, 3, 9)),
        ("sales", "phone", False, datetime(2026, 2, 1, 9)),
    ]
    assert taken.rows("stage_changes", "subject_id", "pipeline", "stage") == [("5", "lead status", "contacted")]
    assert taken.rows("customer_records", "record_id", "kind", "merged_into") == [
        ("5", "person", None),
        ("6", "person", "5"),
        ("7", "person", "5"),
        ("8", "unidentified", None),
    ]
    assert taken.rows("campaigns", "campaign_id", "name", "objective") == [("21", "Spring", "Bring them back")]
    assert taken.ledger()["send.csv/interactions"] == (2, 1, 0, 1, 0)
    assert taken.ledger()["changes.csv/records"] == (3, 3, 0, 0, 0)


def test_a_table_of_names_is_marketos_only_when_it_holds_nothing_else(take):
    header = "id,created_at,updated_at,email,first_name,last_name"
    row = "5,2026-01-01 09:00:00,2026-02-01 09:00:00,ann@example.com,Ann,Alder"
    assert take({"lead.csv": f"{header},_fivetran_synced\n{row},\n"}).rows("customer_records", "source", "name") == [
        ("marketo", "Ann Alder")
    ]
    assert take({"people.csv": f"{header},shoe_size\n{row},43\n"}).refused


PARDOT = {
    "prospect.csv": (
        "_fivetran_deleted,id,email,first_name,last_name,created_at,updated_at,opted_out,is_do_not_email,is_do_not_call,"
        "prospect_account_id,crm_contact_fid,score,source\n"
        "false,5,ann@example.com,Ann,Alder,2026-01-01 09:00:00 UTC,2026-02-01 09:00:00 UTC,,true,true,51,,9,Trade Fair\n"
        "false,6,L2wCCrXlVskCHtfY9e4EyA==,,,2026-01-01 09:00:00 UTC,2026-02-01 09:00:00 UTC,true,,,,,9,\n"
        "true,7,,,,2026-01-01 09:00:00 UTC,2026-02-01 09:00:00 UTC,,,,,,9,\n"
    ),
    "activity.csv": (
        "id,campaign_id,created_at,email_id,list_email_id,prospect_id,type,type_name,visitor_id\n"
        "1,3,2026-03-01 09:00:00 UTC,77,70,5,6,Email,\n"
        "2,3,2026-03-01 10:00:00 UTC,77,70,5,1,Email,9\n"
        "3,3,2026-03-01 10:05:00 UTC,,,5,4,Form,9\n"
        "4,3,2026-03-01 10:06:00 UTC,,,5,9,Opportunity Won,9\n"
        "5,3,2026-03-02 10:00:00 UTC,77,70,5,12,Email,9\n"
        "6,3,2026-03-02 10:00:00 UTC,,,,2,Hologram,9\n"
        "7,3,,,,5,2,Page View,9\n"
    ),
    "list_membership.csv": (
        "id,_fivetran_synced,created_at,list_id,opted_out,prospect_id,updated_at\n"
        "1,,2026-01-01 09:00:00 UTC,4,false,5,2026-01-01 09:00:00 UTC\n"
        "2,,2026-01-01 09:00:00 UTC,4,true,6,2026-03-05 09:00:00 UTC\n"
    ),
    "campaign.csv": "id,_fivetran_deleted,_fivetran_synced,cost,name\n3,false,2026-01-01 09:00:00 UTC,120,Spring\n",
}


def test_pardot_tells_what_a_prospect_did_and_does_not_want(take):
    taken = take(PARDOT)
    assert not taken.refused
    assert taken.rows("customer_records", "record_id", "email", "acquired_through") == [
        ("5", "ann@example.com", "trade fair"),
        ("6", None, None),
    ]
    assert taken.rows("interactions", "interaction_id", "event", "channel", "direction", "purpose", "responded_at") == [
        ("2", "email clicked", "email", "self", None, None),
        ("3", "form filled in", "web", "inbound", None, None),
        ("4", "opportunity won", "other", "self", None, None),
        ("5", "email unsubscribed", "email", "inbound", None, None),
        ("5:70", "email sent", "email", "outbound", "promotional", datetime(2026, 3, 1, 10)),
        ("6", "page viewed", "other", "self", None, None),
    ]
    assert taken.rows("consents", "record_id", "purpose", "channel", "granted", "effective_at") == [
        ("5", "promotional", "email", False, datetime(2026, 2, 1, 9)),
        ("5", "promotional", "email", False, datetime(2026, 3, 2, 10)),
        ("5", "sales", "email", False, datetime(2026, 2, 1, 9)),
        ("5", "sales", "phone", False, datetime(2026, 2, 1, 9)),
        ("6", "promotional", "email", False, datetime(2026, 2, 1, 9)),
        ("6", "promotional", "email", False, datetime(2026, 3, 5, 9)),
    ]
    assert taken.rows("campaigns", "campaign_id", "cost") == [("3", Decimal(120))]
    assert taken.rows("unknown_values", "column_name", "value") == [("channel", "Hologram")]
    assert taken.ledger()["activity.csv/interactions"] == (7, 6, 0, 1, 0)


ITERABLE = {
    "user.csv": (
        "email,updated_at,first_name,last_name,phone_number,user_id,signup_date,signup_source,email_list_ids,iterable_user_id\n"
        "ann@example.com,2026-01-01 09:00:00,Ann,Ash,,,2026-01-01 09:00:00,API,[],u1\n"
        "ann@example.com,2026-02-01 09:00:00,Ann,Alder,,,2026-01-01 09:00:00,API,[],u1\n"
        "no-address,2026-02-01 09:00:00,,,,,,,[],u2\n"
    ),
    "event.csv": (
        "_fivetran_id,email,campaign_id,message_id,created_at,event_name,message_type_id,_fivetran_user_id\n"
        "f1,ann@example.com,3,m1,2026-03-01 09:00:00,emailSend,7,u1\n"
        "f2,ann@example.com,3,m1,2026-03-01 10:00:00,emailClick,7,u1\n"
        "f3,ann@example.com,3,m2,2026-03-02 09:00:00,pushSend,7,u1\n"
        "f4,ann@example.com,3,m2,2026-03-02 09:01:00,pushBounce,7,u1\n"
        "f5,ann@example.com,,,2026-03-03 09:00:00,emailUnSubscribe,,u1\n"
        "f6,ann@example.com,,,2026-03-03 09:00:00,watered the plants,,u1\n"
    ),
    "campaign.csv": (
        "id,updated_at,template_id,campaign_state,created_at,ended_at,name,send_size,start_at,type,workflow_id,message_medium\n"
        "3,2026-02-01 09:00:00,9,Ready,2026-01-31 09:00:00,,Spring,,2026-03-01 09:00:00,Blast,,Email\n"
    ),
    "unsubscribed.csv": "email,channel_id,updated_at,_fivetran_synced\nbo@example.com,11,2026-03-04 09:00:00,2026-03-05 00:00:00\n",
    "unsubscribed_type.csv": "_fivetran_id,message_type_id,_fivetran_synced\nu3,99,2026-03-06 00:00:00\n",
}


def test_iterable_tells_users_messages_on_every_channel_and_what_is_not_wanted(take):
    taken = take(ITERABLE)
    assert not taken.refused
    assert taken.rows("customer_records", "record_id", "name", "email") == [
        ("u1", "Ann Alder", "ann@example.com"),
        ("u2", None, None),
    ]
    assert taken.rows("interactions", "interaction_id", "event", "channel", "direction", "delivered", "responded_at") == [
        ("f2", "email clicked", "email", "self", None, None),
        ("f4", "push message bounced", "app", "self", False, None),
        ("f5", "email unsubscribed", "email", "inbound", None, None),
        ("f6", "watered the plants", "other", "self", None, None),
        ("m1", "email sent", "email", "outbound", True, datetime(2026, 3, 1, 10)),
        ("m2", "push message sent", "app", "outbound", False, None),
    ]
    assert taken.rows("consents", "record_id", "email", "channel", "granted", "effective_at") == [
        ("u1", "ann@example.com", "email", False, datetime(2026, 3, 3, 9)),
        ("u3", None, None, False, datetime(2026, 3, 6)),
        (None, "bo@example.com", None, False, datetime(2026, 3, 4, 9)),
    ]
    assert taken.rows("campaigns", "campaign_id", "starts_on") == [("3", date(2026, 3, 1))]


SUBSCRIPTIONS = (
    "id,Customer ID,Customer Name,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),"
    "Current Period Start (UTC),Current Period End (UTC),Trial End (UTC),Cancel At Period End,Canceled At (UTC),Ended At (UTC)\n"
)


def test_subscriptions_of_stripe_are_contracts_with_what_they_cost_a_month(take):
    rows = [
        "s1,c1,Ann Alder,ann@example.com,Basic,2,eur,month,9.50,active,2026-01-05,2026-01-05,2026-03-05,2026-04-05,,,,",
        "s2,c2,Bo Birch,,Pro,,usd,year,1200.00,canceled,2025-01-05,2025-01-05,2025-01-05,2026-01-05,,false,2025-11-01,2026-01-05",
        "s3,c3,,,Basic,1,eur,month,9.50,active,2026-01-05 09:00,2026-01-05 09:00,2026-03-05 09:00,2026-04-05 09:00,2026-01-19 09:00,true,,",
        "s4,c4,,,Basic,1,eur,month,9.50,trialing,2026-03-01 09:00,2026-03-01 09:00,2026-03-01 09:00,2026-03-15 09:00,2026-03-15 09:00,,,",
        "s5,c5,,,Basic,1,eur,fortnight,9.50,active,2026-03-01 09:00,2026-03-01 09:00,2026-03-01 09:00,2026-03-15 09:00,,,,",
    ]
    taken = take({"subscriptions.csv": SUBSCRIPTIONS + "\n".join(rows) + "\n"})
    assert taken.rows("contracts", "contract_id", "record_id", "starts_on", "ends_on", "ended_on", "amount_per_month") == [
        ("s1", "c1", date(2026, 1, 5), None, None, Decimal("19.00")),
        ("s2", "c2", date(2025, 1, 5), None, date(2026, 1, 5), Decimal("100.00")),
        ("s3", "c3", date(2026, 1, 19), date(2026, 4, 5), None, Decimal("9.50")),
    ]
    assert ("c1", "Ann Alder") in taken.rows("customer_records", "record_id", "name")
    assert taken.rows("rejected_rows", "source_line", "column_name", "value") == [
        (4, None, None),
        (5, "amount_per_month", "9.50"),
    ]
    assert taken.ledger()["subscriptions.csv/contracts"] == (5, 3, 0, 2, 0)


def subscription(name: str, customer: str, *items: dict[str, object], **told: object) -> str:
    whole = {
        "id": name, "object": "subscription", "customer": customer, "status": "active", "billing_cycle_anchor": 1790000000,
        "start_date": 1790000000, "cancel_at_period_end": False, "items": {"object": "list", "data": list(items)},
    }  # fmt: skip
    return json.dumps({**whole, **told}) + "\n"


def price(name: str, amount: object, currency: str, interval: str, count: int, quantity: object) -> dict[str, object]:
    recurring = {"interval": interval, "interval_count": count}
    told = {"nickname": name, "unit_amount": amount, "currency": currency, "recurring": recurring}
    return {"id": f"si_{name}", "quantity": quantity, "price": told, "current_period_end": 1792592000}


def test_stripes_api_counts_in_the_smallest_unit_and_a_yen_has_none(take):
    lines = [
        subscription("s1", "c1", price("basic", 950, "eur", "month", 1, 2), price("power", 12000, "eur", "year", 1, 1)),
        subscription("s2", "c2", price("pro", 3000, "jpy", "month", 3, 1), cancel_at_period_end=True),
        subscription("s3", "c3", price("oil", 90000, "kwd", "month", 1, None), ended_at=1790000000, status="canceled"),
        subscription("s4", "c4", price("never", 100, "eur", "month", 1, 1), status="incomplete_expired"),
    ]
    taken = take({"subscriptions.jsonl": "".join(lines)})
    assert taken.rows("contracts", "contract_id", "record_id", "starts_on", "ends_on", "ended_on", "amount_per_month") == [
        ("si_basic", "c1", date(2026, 9, 21), None, None, Decimal("19.00")),
        ("si_oil", "c3", date(2026, 9, 21), None, date(2026, 9, 21), Decimal("90.00")),
        ("si_power", "c1", date(2026, 9, 21), None, None, Decimal("10.00")),
        ("si_pro", "c2", date(2026, 9, 21), date(2026, 10, 21), None, Decimal("1000.00")),
    ]
    assert taken.ledger()["subscriptions.jsonl/records"] == (4, 3, 0, 1, 0)
    assert taken.ledger()["subscriptions.jsonl/contracts"] == (4, 4, 0, 0, 0)


STRIPE = {
    "subscription.csv": (
        "id,_fivetran_synced,billing_cycle_anchor,cancel_at,cancel_at_period_end,canceled_at,created,current_period_end,current_period_start,"
        "customer_id,ended_at,livemode,quantity,start_date,status,trial_end,_fivetran_active\n"
        "s1,,2026-01-05 09:00:00,,FALSE,,2026-01-05,2026-04-05,2026-03-05,c1,,TRUE,2,2026-01-05 09:00:00,active,,true\n"
        "s2,,2026-01-05 09:00:00,,FALSE,,2026-01-05,2026-04-05,2026-03-05,c1,,FALSE,2,2026-01-05 09:00:00,active,,true\n"
    ),
    "customer.csv": (
        "id,_fivetran_synced,balance,created,delinquent,email,invoice_prefix,is_deleted,livemode,name,metadata\n"
        'c1,,0,2026-01-05 09:00:00,FALSE,ann@example.com,A1,FALSE,TRUE,Ann Alder,"{""external_id"":""4711""}"\n'
        "c2,,0,2026-01-05 09:00:00,FALSE,,A2,TRUE,TRUE,,{}\n"
    ),
    "charge.csv": (
        "id,amount,amount_refunded,captured,created,currency,customer_id,invoice_id,livemode,payment_intent_id,receipt_email,refunded,status\n"
        "h1,1950,500,TRUE,2026-02-01 10:00:00,eur,c1,,TRUE,p1,ann@example.com,FALSE,succeeded\n"
        "h2,3000,0,TRUE,2026-02-02 10:00:00,jpy,c1,,TRUE,p2,,FALSE,succeeded\n"
        "h3,950,0,TRUE,2026-02-03 10:00:00,eur,c1,in_1,TRUE,p3,,FALSE,succeeded\n"
        "h4,950,0,FALSE,2026-02-04 10:00:00,eur,c1,,TRUE,p4,,FALSE,failed\n"
        "h5,700,700,TRUE,2026-02-05 10:00:00,eur,c1,,TRUE,p5,,TRUE,succeeded\n"
    ),
}


def test_stripe_in_a_warehouse_sells_once_what_a_subscription_does_not_pay(take):
    taken = take(STRIPE)
    assert not taken.refused
    assert taken.rows("contracts", "contract_id", "record_id", "starts_on", "amount_per_month") == [
        ("s1", "c1", date(2026, 1, 5), None)
    ]
    assert taken.rows("customer_records", "record_id", "name", "external_id", "created_at") == [
        ("c1", "Ann Alder", "4711", datetime(2026, 1, 5, 9))
    ]
    assert taken.rows("orders", "order_id", "amount", "currency", "status") == [
        ("h1", Decimal("19.50"), "eur", "completed"),
        ("h1:refund", Decimal("-5.00"), "eur", "refunded"),
        ("h2", Decimal(3000), "jpy", "completed"),
        ("h5", Decimal("7.00"), "eur", "refunded"),
    ]
    assert taken.rows("interactions", "interaction_id", "event", "value") == [
        ("h1", "payment", 19.5), ("h2", "payment", 3000.0), ("h3", "payment", 9.5), ("h4", "payment failed", 9.5), ("h5", "payment", 7.0),
    ]  # fmt: skip


def test_stripes_dashboard_tells_customers_and_payments_in_whole_units(take):
    customers = (
        "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count,Refunded Volume,Dispute Losses\n"
        "c1,,ann@example.com,Ann Alder,2026-01-05 09:00,false,Basic,active,19.50,1,0,0\n"
        ",,,,2026-01-05 09:00,false,,,,,,\n"
    )
    payments = (
        "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email,Captured,"
        "Invoice ID\n"
        "h1,Kettle,Payment complete.,2026-02-01 10:00,19.50,5.00,eur,Paid,c1,ann@example.com,true,\n"
        "h2,,Payment complete.,2026-02-01 10:00,9.50,0.00,eur,Paid,c1,ann@example.com,true,in_1\n"
        "h3,,The bank said no.,2026-02-01 10:00,9.50,0.00,eur,Failed,c1,,false,\n"
    )
    taken = take({"customers.csv": customers, "payments.csv": payments})
    assert taken.rows("customer_records", "record_id", "name", "created_at") == [("c1", "Ann Alder", datetime(2026, 1, 5, 9))]
    assert taken.rows("orders", "order_id", "amount", "status") == [
        ("h1", Decimal("19.50"), "completed"),
        ("h1:refund", Decimal("-5.00"), "refunded"),
    ]
    assert taken.rows("interactions", "interaction_id", "event") == [
        ("h1", "payment"),
        ("h2", "payment"),
        ("h3", "payment failed"),
    ]
    assert taken.ledger()["customers.csv/customer_records"] == (2, 1, 0, 1, 0)


SHOP = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Billing Name,Billing Country,Cancelled at,Refunded Amount,Source,Phone\n"
)


def test_a_shops_order_is_told_by_its_first_row_and_each_thing_by_its_own(take):
    rows = [
        "#1,ann@example.com,paid,2026-09-03 10:15:00 -0400,fulfilled,yes,USD,52.00,5,3,60.00,FALL,2026-09-03 10:14:00 -0400,"
        "2,Fern print,16.00,F1,Ann Alder,US,,0.00,web,",
        "#1,ann@example.com,,,,,,,,,,,2026-09-03 10:14:00 -0400,1,Canvas bag,20.00,B1,,,,,,",
        "#2,bo@example.com,partially_refunded,,fulfilled,no,USD,40,0,0,40.00,,2026-09-04 10:00:00 -0400,2,Mug,20.00,,Bo,US,,20.00,pos,",
        "#3,bo@example.com,refunded,,,no,USD,40,0,0,40.00,,2026-09-05 10:00:00 -0400,1,Pot,40.00,,Bo,US,,40.00,web,",
        "#4,cy@example.com,pending,,,no,USD,40,0,0,40.00,,2026-09-06 10:00:00 -0400,1,Pot,40.00,,Cy,US,2026-09-07 10:00:00 -0400,0,fridge,",
        "#5,,enchanted,,,,USD,1,0,0,1.00,,2026-09-06 10:00:00 -0400,one,Nail,1.00,,,,,,web,",
    ]
    taken = take({"orders_export.csv": SHOP + "\n".join(rows) + "\n"})
    assert taken.rows("orders", "order_id", "email", "amount", "status", "channel", "ordered_at") == [
        ("#1", "ann@example.com", Decimal(60), "completed", "web", datetime(2026, 9, 3, 14, 14)),
        ("#2", "bo@example.com", Decimal(40), "completed", "store", datetime(2026, 9, 4, 14)),
        ("#2:refund", "bo@example.com", Decimal(-20), "refunded", None, datetime(2026, 9, 4, 14)),
        ("#3", "bo@example.com", Decimal(40), "refunded", "web", datetime(2026, 9, 5, 14)),
        ("#4", "cy@example.com", Decimal(40), "cancelled", "other", datetime(2026, 9, 6, 14)),
        ("#5", None, Decimal(1), "other", "web", datetime(2026, 9, 6, 14)),
    ]
    assert taken.rows("order_lines", "order_id", "line_number", "product", "quantity", "amount") == [
        ("#1", 1, "Fern print", 2.0, Decimal(32)),
        ("#1", 2, "Canvas bag", 1.0, Decimal(20)),
        ("#2", 1, "Mug", 2.0, Decimal(40)),
        ("#3", 1, "Pot", 1.0, Decimal(40)),
        ("#4", 1, "Pot", 1.0, Decimal(40)),
    ]
    assert taken.rows("consents", "record_id", "granted") == [("ann@example.com", True)]
    assert taken.rejections() == [(6, "quantity", "one")]
    assert {row[0] for row in taken.rows("unknown_values", "value")} == {"enchanted", "fridge"}
    assert taken.ledger()["orders_export.csv/records"] == (6, 5, 0, 1, 0)


def test_a_shop_that_repeats_the_order_on_every_row_sold_it_once(take):
    row = "#1,ann@example.com,paid,,,no,USD,52.00,5,3,60.00,,2026-09-03 10:14:00 -0400,1,{},16.00,,Ann,US,,0.00,web,\n"
    taken = take({"orders.csv": SHOP + row.format("Fern print") + row.format("Mug")})
    assert taken.rows("orders", "order_id", "amount") == [("#1", Decimal(60))]
    assert taken.rows("order_lines", "line_number", "product") == [(1, "Fern print"), (2, "Mug")]


def test_a_visitor_of_a_website_is_who_is_known_later(take):
    header = "message_id,user_id,anonymous_id,event,timestamp,url,properties,platform\n"
    rows = [
        "1,,a1,Page Viewed,2026-03-01T09:00:00Z,https://example.com/solar,,web",
        '2,u1,a1,Signed Up,2026-03-01T09:05:00Z,https://example.com/join,"{""email"":""ann@example.com"",""value"":12.5}",web',
        "3,,a2,App Opened,2026-03-01T09:06:00Z,,,ios",
        "4,,a2,,2026-03-01T09:06:00Z,,,toaster",
    ]
    taken = take({"events.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("interactions", "record_id", "event", "channel", "direction", "email", "value") == [
        ("a1", "Page Viewed", "web", "self", None, None),
        ("a2", "App Opened", "app", "self", None, None),
        ("u1", "Signed Up", "web", "self", "ann@example.com", 12.5),
    ]
    assert taken.rows("customer_records", "record_id", "kind", "merged_into") == [
        ("a1", "unidentified", "u1"),
        ("u1", "person", None),
    ]
    assert ("page", "https://example.com/solar") in taken.rows("properties", "name", "value")
    assert taken.ledger()["events.csv/interactions"] == (4, 3, 0, 1, 0)


def test_web_events_come_as_json_lines_with_seconds_too(take):
    told = {
        "event": "Page Viewed",
        "time": 1790000000,
        "distinct_id": "a1",
        "user_id": None,
        "properties": {"url": "https://example.com/"},
    }
    taken = take({"events.jsonl": json.dumps(told) + "\n"})
    assert taken.rows("interactions", "record_id", "event", "happened_at") == [
        ("a1", "Page Viewed", datetime(2026, 9, 21, 14, 13, 20))
    ]


def test_a_plain_sheet_of_recommendations_is_read_from_nought_to_ten(take):
    rows = [
        "3/15/2026 9:30,ann@example.com,9,Kind people,Ann Alder",
        "3/16/2026 10:30,bo@example.com,0,,",
        "3/17/2026 10:30,,7,,",
        "3/18/2026 10:30,cy@example.com,11,Beyond,",
    ]
    taken = take({"nps.csv": "Date,Email,Score,Comment,Name\n" + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id", "instrument", "score", "scale_high", "comment", "answered_at") == [
        ("ann@example.com:3/15/2026 9:30", "nps", 9.0, 10.0, "Kind people", datetime(2026, 3, 15, 9, 30)),
        ("bo@example.com:3/16/2026 10:30", "nps", 0.0, 10.0, None, datetime(2026, 3, 16, 10, 30)),
        ("nps.csv:3", "nps", 7.0, 10.0, None, datetime(2026, 3, 17, 10, 30)),
    ]
    assert taken.rows("customer_records", "record_id", "name") == [
        ("ann@example.com", "Ann Alder"),
        ("bo@example.com", None),
        ("cy@example.com", None),
    ]
    assert taken.rejections() == [(4, "score", "11")]
    assert taken.ledger()["nps.csv/survey_responses"] == (4, 3, 0, 1, 0)


def test_a_plain_sheet_may_tell_the_kind_of_survey_under_other_names(take):
    header = "Response ID,Responded At,Customer Email,NPS Score,Feedback,Survey Type,Ticket ID\n"
    rows = [
        "r1,2026-03-15 09:30:00,ann@example.com,5,Fast,CSAT,7",
        "r2,2026-03-15 09:30:00,ann@example.com,8,,nps,",
        "r3,2026-03-15 09:30:00,bo@example.com,6,,csat,8",
    ]
    taken = take({"answers.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id", "instrument", "score", "scale_low", "scale_high", "case_id") == [
        ("r1", "csat", 5.0, 1.0, 5.0, "7"),
        ("r2", "nps", 8.0, 0.0, 10.0, None),
    ]
    assert taken.rejections() == [(3, "score", "6")]


def test_typeform_names_its_questions_in_the_header(take):
    header = '#,"How likely are you to recommend us, from 0 to 10?",Why?,What is your e-mail?,Submit Date (UTC),Network ID\n'
    rows = [
        "t1,10,Good,ann@example.com,2026-03-01 09:01:00,n",
        "t2,3,,,2026-03-01 09:02:00,n",
    ]
    taken = take({"form.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id", "score", "comment", "email", "answered_at") == [
        ("t1", 10.0, "Good", "ann@example.com", datetime(2026, 3, 1, 9, 1)),
        ("t2", 3.0, None, None, datetime(2026, 3, 1, 9, 2)),
    ]


QUALTRICS_NAMES = "StartDate,EndDate,Status,Finished,RecordedDate,ResponseId,RecipientEmail,ExternalReference"


def qualtrics(questions: str, *rows: str) -> str:
    names = f"{QUALTRICS_NAMES},{questions}"
    ids = ",".join('"{""ImportId"":""x""}"' for _ in names.split(","))
    start = "2026-10-01 10:00:00,2026-10-01 10:05:00"
    return "\n".join([names, ",".join("?" for _ in names.split(",")), ids, *(f"{start},{row}" for row in rows)]) + "\n"


ANSWERED = "IP Address,True,2026-10-01 10:05:00"


def test_qualtrics_questions_of_satisfaction_and_effort_stand_beside_the_recommendation(take):
    questions = "Q1_NPS_GROUP,Q1,Q2_CSAT,Q2_CSAT_TEXT,CES_1,Necessary"
    told = qualtrics(
        questions,
        f"{ANSWERED},R1,ann@example.com,C1,Promoter,9,Very satisfied,Quick,6,a",
        "Survey Preview,True,2026-10-01 10:05:00,R2,,,Passive,7,5,,7,b",
        f"{ANSWERED},R3,bo@example.com,,Detractor,2,Delighted beyond words,,9,c",
        "IP Address,False,2026-10-08 10:05:00,R4,cy@example.com,,,,4,,,",
    )
    taken = take({"survey.csv": told})
    assert taken.rows("survey_responses", "response_id", "instrument", "score", "scale_low", "scale_high", "comment") == [
        ("R1", "nps", 9.0, 0.0, 10.0, None),
        ("R1:ces", "ces", 6.0, 1.0, 7.0, None),
        ("R1:csat", "csat", 5.0, 1.0, 5.0, "Quick"),
        ("R3", "nps", 2.0, 0.0, 10.0, None),
        ("R4", "nps", None, 0.0, 10.0, None),
        ("R4:csat", "csat", 4.0, 1.0, 5.0, None),
    ]
    assert taken.rejections() == [(2, None, None), (3, "score", "9"), (3, "score", "Delighted beyond words")]
    assert taken.ledger()["survey.csv/survey_responses"] == (4, 3, 0, 1, 0)


def test_a_qualtrics_survey_without_a_recommendation_is_one_too_and_previews_are_told(take):
    told = qualtrics("CSAT", f"{ANSWERED},R1,ann@example.com,,4", "Survey Preview,True,2026-10-01 10:05:00,R2,,,5")
    taken = take({"survey.csv": told})
    assert taken.rows("survey_responses", "response_id", "instrument", "score", "answered_at") == [
        ("R1:csat", "csat", 4.0, datetime(2026, 10, 1, 10, 5))
    ]
    assert taken.ledger()["survey.csv/records"] == (2, 1, 0, 1, 0)


QUALTRICS = {
    "response.csv": (
        "id,_fivetran_synced,distribution_channel,end_date,finished,progress,recipient_email,recipient_first_name,recipient_last_name,"
        "recorded_date,start_date,status,survey_id\n"
        "R1,,email,2026-03-01 09:05:00,1,100,ann@example.com,Ann,Alder,2026-03-01 09:05:00,2026-03-01 09:00:00,0,S1\n"
        "R2,,anonymous,2026-03-01 09:05:00,0,20,,,,2026-03-08 09:05:00,2026-03-01 09:00:00,0,S1\n"
        "R3,,anonymous,2026-03-01 09:05:00,1,100,,,,2026-03-08 09:05:00,2026-03-01 09:00:00,1,S1\n"
    ),
    "answer.csv": (
        "_fivetran_id,_fivetran_synced,loop_id,question,question_id,question_option_key,response_id,sub_question_key,sub_question_text,text,value\n"
        "1,2026-03-09 00:00:00,,Drink,Q2,,R1,,,Tea,2\n"
        "2,2026-03-09 00:00:00,,,Q3,,R1,1,Warmth,,8\n"
        "3,2026-03-09 00:00:00,,How long?,Q4,,R1,,,9,1\n"
        "4,2026-03-09 00:00:00,,,,,R1,,,,\n"
    ),
    "invitation.csv": (
        "contact_id,distribution_id,_fivetran_synced,contact_lookup_id,opened_at,response_completed_at,response_id,response_started_at,"
        "sent_at,status,survey_link\n"
        "k1,d1,,l1,2026-03-01 08:30:00,2026-03-01 09:05:00,R1,,2026-03-01 08:00:00,SurveyFinished,\n"
        "k2,d1,,l2,,,,,2026-03-01 08:00:00,HardBounce,\n"
        "k3,d1,,l3,,,,,,Pending,\n"
    ),
    "contact.csv": (
        "directory_id,id,creation_date,directory_unsubscribe_date,directory_unsubscribed,email,ext_ref,first_name,language,last_modified,last_name,phone\n"
        "P1,k1,2026-01-01 09:00:00,,false,ann@example.com,4711,Ann,EN,2026-01-02 09:00:00,Alder,\n"
        "P1,k2,2026-01-01 09:00:00,2026-03-02 09:00:00,true,bo@example.com,,Bo,EN,2026-01-02 09:00:00,Birch,\n"
    ),
    "membership.csv": (
        "contact_lookup_id,_fivetran_synced,contact_id,directory_id,mailing_list_id,name,unsubscribe_date,unsubscribed\n"
        "l1,,k1,P1,m1,All,2026-03-03 09:00:00,true\n"
        "l2,,k2,P1,m1,All,,false\n"
    ),
}


def test_qualtrics_in_a_warehouse_tells_who_was_asked_who_answered_and_who_does_not_want_to_be_asked(take):
    taken = take(QUALTRICS)
    assert not taken.refused
    assert taken.rows("interactions", "interaction_id", "event", "direction", "purpose", "delivered", "responded_at") == [
        ("R1", "survey answered", "inbound", None, None, None),
        ("R2", "survey begun", "inbound", None, None, None),
        ("d1:k1", "survey sent", "outbound", "survey", True, datetime(2026, 3, 1, 9, 5)),
        ("d1:k2", "survey sent", "outbound", "survey", False, None),
    ]
    assert taken.rows("survey_answers", "response_id", "question", "score", "answer") == [
        ("R1", "Drink", None, "Tea"),
        ("R1", "How long?", 9.0, "9"),
        ("R1", "Q3 Warmth", 8.0, "8"),
    ]
    assert taken.rows("consents", "record_id", "purpose", "granted", "effective_at") == [
        ("k1", "survey", False, datetime(2026, 3, 3, 9)),
        ("k2", "survey", False, datetime(2026, 3, 2, 9)),
    ]
    assert taken.rows("customer_records", "record_id", "name", "external_id") == [
        ("ann@example.com", "Ann Alder", None),
        ("k1", "Ann Alder", "4711"),
        ("k2", "Bo Birch", None),
    ]
    assert taken.ledger()["invitation.csv/interactions"] == (3, 2, 0, 1, 0)
    assert taken.ledger()["answer.csv/survey_answers"] == (4, 3, 0, 1, 0)


def test_a_surveymonkey_question_that_names_its_lowest_mark_begins_there(take):
    question = "Would you recommend us, and why?10 - strongly agree, 1 - strongly disagree."
    header = f'Respondent ID,Collector ID,Start Date,End Date,"{question}",\n,,,,Response,Other (please specify)\n'
    rows = [
        "1,7,11/21/2021 08:43:36 PM,11/21/2021 08:55:05 PM,Strongly agree,Good",
        "2,7,11/21/2021 08:43:36 AM,11/21/2021 08:55:05 AM,Strongly disagree,",
        "3,7,11/21/2021 08:43:36 AM,11/21/2021 12:05:00 PM,0,",
    ]
    taken = take({"Survey 2021 H2.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("survey_responses", "response_id", "score", "scale_low", "scale_high", "answered_at") == [
        ("1", 10.0, 1.0, 10.0, datetime(2021, 11, 21, 20, 55, 5)),
        ("2", 1.0, 1.0, 10.0, datetime(2021, 11, 21, 8, 55, 5)),
    ]
    assert taken.rejections() == [(3, "score", "0")]


RECIPIENTS = (
    "campaign_id,member_id,_fivetran_synced,combination_id,list_id\n"
    "c3,m1,2026-04-01 00:00:00,,L1\nc3,m2,2026-04-01 00:00:00,,L1\nc4,m1,2026-04-01 00:00:00,,L1\n"
)
SENT = (
    "id,_fivetran_deleted,list_id,create_time,send_time,status,subject_line,title,type,winner_criteria\n"
    "c3,false,L1,2026-02-28 09:00:00,2026-03-01 09:00:00,sent,Spring,Spring,regular,\n"
    "c4,false,L1,2026-02-28 09:00:00,,save,Never,Never,regular,\n"
)
CLICKED = (
    "action,campaign_id,member_id,timestamp,_fivetran_synced,bounce_type,ip,list_id,url\n"
    "click,c3,m1,2026-03-01 10:00:00,,,,L1,https://example.com/\n"
)


def test_whom_mailchimp_wrote_to_is_told_by_one_table_and_when_by_another(intake):
    intake.take({"recipient.csv": RECIPIENTS, "activity.csv": CLICKED})
    taken = intake.take({"campaign.csv": SENT})
    sent = taken.connection.table("interactions").filter("direction = 'outbound'")
    columns = "interaction_id, record_id, happened_at, purpose, delivered, responded_at, source_file"
    assert sent.select(columns).order("interaction_id").fetchall() == [
        ("c3:m1", "m1", datetime(2026, 3, 1, 9), "promotional", True, datetime(2026, 3, 1, 10), "recipient.csv"),
        ("c3:m2", "m2", datetime(2026, 3, 1, 9), "promotional", None, None, "recipient.csv"),
    ]
    assert taken.ledger()["recipient.csv/interactions"] == (3, 2, 1, 0, 0)
    assert taken.ledger()["campaign.csv/when it was sent"] == (1, 1, 0, 0, 0)


def test_automations_of_mailchimp_and_programs_of_marketo_are_campaigns(take):
    files = {
        "automation.csv": (
            "id,_fivetran_deleted,_fivetran_synced,create_time,list_id,segment_id,segment_text,start_time,status,title,trigger_settings\n"
            "a1,false,2026-03-01 09:00:00,2026-02-28 09:00:00,L1,,,2026-03-01 09:00:00,sending,Welcome,{}\n"
            "a2,false,2026-03-01 09:00:00,2026-02-28 09:00:00,L1,,,,,,\n"
            "a3,true,2026-03-01 09:00:00,2026-02-28 09:00:00,L1,,,,,Gone,\n"
        ),
        "program.csv": (
            "id,channel,created_at,description,end_date,name,sfdc_id,sfdc_name,start_date,status,type,updated_at,url,workspace\n"
            "7,Webinar,2026-01-01 09:00:00 UTC,,,Spring,,,2026-02-01,on,Default,2026-01-02 09:00:00 UTC,,Default\n"
        ),
    }
    taken = take(files)
    assert not taken.refused
    assert taken.rows("campaigns", "campaign_id", "name", "starts_on") == [
        ("a1", "Welcome", date(2026, 3, 1)),
        ("a2", "a2", None),
        ("program-7", "Spring", date(2026, 2, 1)),
    ]
    assert taken.ledger()["automation.csv/campaigns"] == (3, 2, 0, 1, 0)


def test_whom_an_automation_wrote_to_is_told_by_one_table_and_when_by_its_activity(take):
    files = {
        "recipients.csv": (
            "automation_email_id,member_id,_fivetran_synced,list_id\ne1,m1,2026-03-01 09:00:00,L1\ne1,m2,2026-03-01 09:00:00,L1\n"
        ),
        "activity.csv": "action,automation_email_id,member_id,timestamp,list_id,bounce_type\nsent,e1,m1,2026-03-01 10:00:00,L1,\n",
    }
    taken = take(files)
    assert not taken.refused
    assert taken.rows("interactions", "interaction_id", "campaign_id", "purpose") == [("e1:m1", "e1", "promotional")]
    assert taken.ledger()["recipients.csv/interactions"] == (2, 2, 0, 0, 0)


def test_from_where_a_spam_report_came_is_said_of_the_event_and_is_nobody_s_to_split_by(take):
    files = {
        "event.csv": (
            "id,created,type,recipient,email_campaign_id,filtered_event,sent_by_id\n"
            "s1,2026-03-01 09:00:00,SPAMREPORT,ann@example.com,7,false,\n"
        ),
        "reports.csv": "id,_fivetran_synced,ip_address,user_agent\ns1,2026-03-02 09:00:00,192.0.2.7,Reader 1\n",
    }
    taken = take(files)
    assert not taken.refused
    assert taken.rows("interactions", "interaction_id", "event") == [("s1", "email marked as spam")]
    assert taken.rows("properties", "name", "value", "sensitive") == [
        ("IP address", "192.0.2.7", True),
        ("user agent", "Reader 1", False),
    ]
