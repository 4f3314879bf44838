"""Merge lists of HubSpot, Salesforce and Zendesk, and companies with their people: who is one customer, whatever comes first."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import pytest

from queries.build import run_models
from queries.engines.duckdb import Connection, count_rows, read_columns, run_script
from queries.local_day import ENTITIES
from queries.model import FOLDERS, read_model, read_models

HUBSPOT = {
    "contacts.csv": (
        "Record ID,First Name,Last Name,Email,Create Date,Last Modified Date,Associated Company ID,Merged Contact IDs\n"
        "3,Ann,Alder,ann@example.com,2026-01-03 09:00,2026-03-01 10:00,800,2\n"
        "4,Bo,Birch,bo@example.com,2026-01-04 09:00,2026-03-01 10:00,801,\n"
    ),
    "merge audit.csv": ("canonical_vid,contact_id,vid_to_merge,num_properties_moved,timestamp\n2,2,1,4,2026-02-01 09:00:00\n"),
    "companies.csv": (
        "Record ID,Company name,Company Domain Name,Create Date,Last Modified Date,Merged Company IDs\n"
        "800,Alder & Sons,alder.example.com,2026-01-01 09:00,2026-03-01 10:00,801\n"
    ),
}
SALESFORCE = {
    "Lead.csv": (
        "Id,IsDeleted,MasterRecordId,LastName,FirstName,Company,Email,Status,IsConverted,ConvertedDate,ConvertedAccountId,"
        "ConvertedContactId,ConvertedOpportunityId,OwnerId,CreatedDate\n"
        "00Q1,false,,Cedar,Cy,Cedar Ltd,cy@example.com,Closed - Converted,true,2026-02-03,0011,0032,,0051,2026-02-01T08:30:00.000+0000\n"
        "00Q2,true,00Q1,Cedar,C,Cedar,,Open,false,,,,,0051,2026-02-01T08:30:00.000+0000\n"
    ),
    "Contact.csv": (
        "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Email,OwnerId,MailingCountry,CreatedDate\n"
        "0032,true,0031,0011,Cedar,Cy,cy@example.org,0051,Norway,2026-02-03T09:00:00.000+0000\n"
        "0031,false,,0011,Cedar,Cyril,cyril@example.com,0051,Norway,2026-01-03T09:00:00.000+0000\n"
    ),
    "Account.csv": (
        "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingState,BillingCountry,Industry,OwnerId,IsPersonAccount,PersonEmail,CreatedDate\n"
        "0011,false,,Cedar Ltd,Customer - Direct,,Oslo,Norway,Building,0051,false,,2026-02-03T09:00:00.000+0000\n"
    ),
}
ZENDESK = {
    "users.csv": (
        "id,name,email,role,organization_id,external_id,created_at,updated_at,phone,ticket_restriction\n"
        "91,Di Dogwood,di@example.com,end-user,70,,2026-01-01T09:00:00Z,2026-03-01T09:00:00Z,,\n"
        "92,Diana Dogwood,diana@example.com,end-user,,,2026-01-02T09:00:00Z,2026-01-02T09:00:00Z,,\n"
        "93,D. Dogwood,d@example.com,end-user,,,2026-01-03T09:00:00Z,2026-01-03T09:00:00Z,,\n"
        "94,Eve Elm,eve@example.com,end-user,,,2026-01-03T09:00:00Z,2026-01-03T09:00:00Z,,\n"
    ),
    "merged users.csv": "user_id,merged_into_user_id,merged_at\n93,92,2026-02-01T09:00:00Z\n92,91,2026-02-02T09:00:00Z\n95,91,\n",
    "organizations.csv": (
        "id,name,external_id,shared_tickets,shared_comments,created_at,updated_at\n"
        "70,Dogwood Ltd,,false,false,2026-01-01T09:00:00Z,2026-01-01T09:00:00Z\n"
    ),
}
CIRCLE = (
    "source,record_id,kind,name,merged_into\n"
    "crm,1,person,Ann,2\ncrm,2,person,Ann,3\ncrm,3,person,Ann,1\ncrm,4,person,Ann,1\ncrm,5,person,Bo,6\ncrm,6,person,Bo,\ncrm,7,person,Cy,99\ncrm,8,person,Cy,99\n"
)


def joined_up(connection: Connection) -> Connection:
    for path in sorted((ENTITIES.parent / "declared").glob("*.sql")):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_models(connection, read_models(FOLDERS[:1]))
    return connection


def together(connection: Connection) -> list[list[str]]:
    """The records of every customer."""
    rows = sorted((customer, row) for row, customer in read_columns(connection, "customer_of", ("row_id", "customer_id")))
    people = [sorted({row for _, row in of_one}) for _, of_one in groupby(rows, key=lambda row: row[0])]
    records = {row for (row,) in read_columns(connection, "customer_records", ("row_id",))}
    return sorted(kept for one in people if (kept := [row for row in one if row in records]))


def employers(connection: Connection) -> dict[str, str]:
    """Of every person's record with a company: the company's name."""
    names = dict(read_columns(connection, "customers", ("customer_id", "name")))
    rows = read_columns(connection, "customer_of", ("row_id", "customer_id", "account_id"))
    return {row: names[account] for row, customer, account in rows if account != customer}


def one_after_the_other(intake, files: Mapping[str, str], names: Iterable[str]) -> Connection:
    for name in names:
        taken = intake.take({name: files[name]})
        assert not taken.refused
    return joined_up(taken.connection)


@pytest.mark.parametrize("backwards", [False, True])
def test_hubspot_merges_hold_through_chains_and_companies_keep_their_people(intake, backwards: bool) -> None:
    names = sorted(HUBSPOT, reverse=backwards)
    connection = one_after_the_other(intake, HUBSPOT, names)
    assert together(connection) == [
        ["hubspot:1", "hubspot:2", "hubspot:3"],
        ["hubspot:4"],
        ["hubspot:company 800", "hubspot:company 801"],
    ]
    ann, bo = (employers(connection)[row] for row in ("hubspot:3", "hubspot:4"))
    assert ann == bo == "Alder & Sons", "a person of a company that was merged away is of the one that was kept"


@pytest.mark.parametrize("backwards", [False, True])
def test_a_salesforce_lead_becomes_its_contact_and_that_one_the_master(intake, backwards: bool) -> None:
    connection = one_after_the_other(intake, SALESFORCE, sorted(SALESFORCE, reverse=backwards))
    assert together(connection) == [
        ["salesforce:0011"],
        ["salesforce:0031", "salesforce:0032", "salesforce:00Q1", "salesforce:00Q2"],
    ]
    assert set(employers(connection).values()) == {"Cedar Ltd"}


@pytest.mark.parametrize("backwards", [False, True])
def test_zendesk_users_that_were_merged_keep_what_they_told(intake, backwards: bool) -> None:
    connection = one_after_the_other(intake, ZENDESK, sorted(ZENDESK, reverse=backwards))
    assert together(connection) == [
        ["zendesk:91", "zendesk:92", "zendesk:93", "zendesk:95"],
        ["zendesk:94"],
        ["zendesk:organization 70"],
    ]
    names = dict(read_columns(connection, "customer_records", ("record_id", "name")))
    assert (names["92"], names["93"], names["95"]) == ("Diana Dogwood", "D. Dogwood", None)
    assert employers(connection)["zendesk:93"] == "Dogwood Ltd"


def test_a_circle_is_one_customer_and_a_check_tells_it(take) -> None:
    connection = joined_up(take({"records.csv": CIRCLE}).connection)
    assert together(connection) == [["crm:1", "crm:2", "crm:3", "crm:4"], ["crm:5", "crm:6"], ["crm:7", "crm:8"]]
    check = read_model(ENTITIES.parent / "checks" / "merged_in_a_circle.sql")
    assert count_rows(connection, check.sql) == 3
