"""What a source says to be deleted is taken away, whatever told of it before; what is told of it later stands again."""

CONTACTS = """
title  = "Contacts of a connector"
source = "crm"
zone   = "UTC"

[recognise]
columns = ["id", "mail", "changed", "is_deleted"]

[[leave_out]]
column    = "is_deleted"
is_one_of = ["true"]
reason    = "A contact that was deleted."
gone      = true

[[rows]]
entity  = "customer_records"
primary = true

[rows.columns]
record_id  = "id"
kind       = { value = "person" }
email      = "mail"
updated_at = "changed"
"""
HEAD = "id,mail,changed,is_deleted\n"
BOTH = HEAD + "1,ann@example.com,2026-01-01,false\n2,bo@example.com,2026-01-01,false\n"
GONE = HEAD + "2,,2026-02-01,true\n"


def records(taken):
    return [name for (name,) in taken.rows("customer_records", "record_id")]


def test_a_record_that_was_deleted_is_taken_away_and_both_ledgers_add_up(intake):
    intake.declare("sources/contacts.toml", CONTACTS)
    assert records(intake.take({"one.csv": BOTH})) == ["1", "2"]
    taken = intake.take({"two.csv": GONE})
    assert records(taken) == ["1"]
    assert taken.ledger() == {"one.csv/customer_records": (2, 2, 0, 0, 0), "two.csv/customer_records": (1, 0, 0, 1, 0)}
    assert [reason for (reason,) in taken.rows("rejected_rows", "reason")] == ["A contact that was deleted."]


def test_the_older_of_two_exports_takes_nothing_away_whichever_was_loaded_first(intake):
    intake.declare("sources/contacts.toml", CONTACTS)
    intake.take({"late.csv": HEAD + "1,ann@example.com,2026-03-01,false\n2,bo@example.com,2026-03-01,false\n"})
    assert records(intake.take({"early.csv": GONE})) == ["1", "2"]


def test_what_is_told_again_later_stands_again(intake):
    intake.declare("sources/contacts.toml", CONTACTS)
    intake.take({"one.csv": BOTH})
    assert records(intake.take({"two.csv": GONE})) == ["1"]
    assert records(intake.take({"three.csv": HEAD + "2,bo@example.com,2026-03-01,false\n"})) == ["1", "2"]


def test_within_one_export_the_deletion_counts_too(intake):
    intake.declare("sources/contacts.toml", CONTACTS)
    assert records(intake.take({"one.csv": BOTH + "2,,2026-02-01,true\n"})) == ["1"]


def test_a_deletion_of_what_nobody_told_changes_nothing(intake):
    intake.declare("sources/contacts.toml", CONTACTS)
    assert records(intake.take({"one.csv": BOTH, "two.csv": HEAD + "9,,2026-02-01,true\n,,2026-02-01,true\n"})) == ["1", "2"]
