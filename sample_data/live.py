"""The hours after the sample's end, dropped into an inbox one by one as small exports with changed records.

An hour depends on the seed and on the hours before it, never on the wall clock: the same hours are the same bytes.
Every source tells something in every hour, for a source that is silent holds back what the others know.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from sample_data import hubspot, zendesk
from sample_data.contacts import Contact
from sample_data.documented.agreements import commitment_row
from sample_data.documented.passing import INTERACTIONS, contact_row
from sample_data.draw import Draw
from sample_data.following import Following, Hour
from sample_data.lives import Life
from sample_data.moments import HOUR, NOW, day_text, local_text, utc_text
from sample_data.people import Person
from sample_data.world import World
from sample_data.writers import Row, Table, write, write_lines

PATIENCE = 60.0  # seconds
ORDER = ["order_id", "external_id", "ordered_at", "amount", "currency", "channel", "status", "source"]
SURVEY = (
    "response_id external_id instrument programme sent_at delivered_at answered_at score scale_low scale_high scale_direction source"
).split()
CUSTOMER = (
    "record_id kind name family_name email phone external_id region business_unit lifecycle acquired_through created_at updated_at source"
).split()
COMMITMENT = (
    "commitment_id external_id email kind made_at due_at kept_at cancelled_at subject channel team updated_at source".split()
)


def _hubspot_row(person: Person, moment: int) -> Row:
    row = [""] * len(hubspot.HEADER)
    told = local_text(moment)[:16]
    cells = {
        "Record ID": hubspot.record_id(person),
        "First Name": person.first,
        "Last Name": person.family,
        "Email": person.email,
        "Contact owner": hubspot.OWNERS[0],
        "Original Traffic Source": "Organic Search",
        "Lifecycle Stage": "Lead",
        "Lead Status": "New",
        "Create Date": told,
        "Last Modified Date": told,
        "Became a Lead Date": told,
        "Unsubscribed from all email": "false",
    }
    for name, cell in cells.items():
        row[hubspot.HEADER.index(name)] = cell
    return row


def _customer_row(life: Life, moment: int) -> Row:
    person = life.person
    return [
        f"E{person.number[1:]}",
        "person" if person.kind == "home" else "company",
        person.name,
        person.family if person.kind == "home" else "",
        person.email,
        person.phone,
        person.number,
        person.region,
        "Home",
        "customer",
        life.acquired_through,
        utc_text(moment),
        utc_text(moment),
        "erp",
    ]


def hour_tables(following: Following, hour: Hour) -> tuple[list[Table], list[str]]:
    """The tables of one hour, and the lines of the help desk's audits."""
    changed, lines = following.work_on_cases(hour)
    prospects = following.new_prospects(hour)
    visits = [Contact(hour.moment(), "web", person, "email", "web visit", "web", "self") for person in prospects]
    contacts = sorted([*following.contacts(hour), *visits], key=lambda contact: contact.moment)
    rows = [contact_row(contact, 10_000_000 + hour.place * 1_000 + place, utc_text) for place, contact in enumerate(contacts)]
    tables = [
        zendesk.tickets_table(following.world, changed, f"zendesk_tickets_{hour.label}.csv", hour.end),
        _table(hour, "interactions", INTERACTIONS, rows),
        _table(hour, "shop_orders", ORDER, following.orders(hour, "web")),
        _table(hour, "till_orders", ORDER, following.orders(hour, "store")),
        _table(hour, "hubspot_contacts", hubspot.HEADER, [_hubspot_row(person, hour.end) for person in prospects]),
        _table(hour, "survey_responses", SURVEY, following.csat(hour)),
    ]
    chosen, kept = following.choosing(hour), following.kept(hour)
    tables += [
        _table(hour, "customers", CUSTOMER, [_customer_row(life, hour.moment()) for life, _ in chosen]),
        _table(
            hour,
            "contracts",
            "contract_id external_id product starts_on amount_per_month currency source".split(),
            [
                [c.number, life.person.number, c.product, day_text(c.starts), f"{c.amount:.2f}", c.currency, "erp"]
                for life, c in chosen
            ],
        ),
        _table(hour, "commitments", COMMITMENT, [commitment_row(life, promise) for life, promise in kept]),
    ]
    return [table for table in tables if table.rows], lines


def _table(hour: Hour, name: str, header: Row, rows: list[Row]) -> Table:
    return Table(file=f"{name}_{hour.label}.csv", entity=name, source="", header=header, rows=rows)


def hours_of(world: World) -> Iterator[Hour]:
    """The hours after the sample's end, without the nights."""
    place = 0
    start = NOW
    while True:
        if 6 <= int(local_text(start)[11:13]) <= 21:
            place += 1
            yield Hour(place=place, start=start, draw=Draw(world.seed, f"hour {place}"))
        start += HOUR


def drop_hour(following: Following, hour: Hour, inbox: Path) -> list[str]:
    """Write one hour's exports elsewhere and rename them into the inbox; tell their names."""
    inbox.mkdir(parents=True, exist_ok=True)
    elsewhere = inbox.parent / ".dropping"
    elsewhere.mkdir(exist_ok=True)
    tables, lines = hour_tables(following, hour)
    paths = [write(table, elsewhere) for table in tables]
    audits = elsewhere / f"zendesk_ticket_audits_{hour.label}.jsonl"
    write_lines(audits, lines)
    for path in (*paths, audits):
        os.replace(path, inbox / path.name)
    return sorted(path.name for path in (*paths, audits))


def drop_hours(world: World, inbox: Path, *, every: float, hours: int) -> None:
    """Drop hour after hour, so many seconds apart; 0 hours never ends.

    Once somebody was seen to take them, the next hour waits for that, so that the day does not run ahead of its loader.
    """
    following, is_taken = Following(world), False
    for hour in hours_of(world):
        names = drop_hour(following, hour, inbox)
        print(f"{hour.label}: {len(names)} files", flush=True)
        if hour.place == hours:
            return
        time.sleep(every)
        is_taken = is_taken or not _waiting(inbox)
        until = time.monotonic() + PATIENCE
        while is_taken and _waiting(inbox) and time.monotonic() < until:
            time.sleep(0.2)


def _waiting(inbox: Path) -> bool:
    return any(not path.name.startswith(".") for path in inbox.iterdir())
