"""What passed between customers and the company, with campaigns and consents."""

import json
from collections.abc import Callable, Iterator

from sample_data.contacts import Contact
from sample_data.lives import Life
from sample_data.moments import (
    FIRST,
    LAST,
    NOW,
    at,
    clock,
    day_text,
    local_text,
    utc_text,
)
from sample_data.plan import crm_created, in_crm
from sample_data.world import World
from sample_data.writers import Row, Table

INTERACTIONS = (
    "interaction_id external_id email happened_at event channel direction purpose campaign_id team "
    "delivered responded_at value source"
).split()
STATES = {True: "true", False: "false", None: ""}
FILES = {
    "web": ("web_interactions.csv.gz", utc_text),
    "outreach": ("outreach_interactions.parquet", utc_text),
    "desk": ("desk_interactions.csv", local_text),
    "erp": ("erp_interactions.csv.gz", local_text),
}


def contact_row(contact: Contact, number: int, told: Callable[[int | None], str]) -> Row:
    """An interaction, known by customer number, by address, or not at all."""
    person = contact.person
    by_number = person is not None and (contact.key == "number" or person.kind == "company")
    return [
        f"{contact.source[0]}{number}",
        person.number if person and by_number else "",
        person.email if person and not by_number else "",
        told(contact.moment),
        contact.event,
        contact.channel,
        contact.direction,
        contact.purpose,
        contact.campaign,
        contact.team,
        STATES[contact.delivered],
        told(contact.responded),
        "" if contact.value is None else f"{contact.value:g}",
        contact.source,
    ]


def interactions(world: World) -> Iterator[Table]:
    """One file per source; each source's newest row is at the very end of the data."""
    by_source: dict[str, list[Contact]] = {source: [] for source in (*FILES, "field")}
    for contact in world.contacts:
        by_source[contact.source].append(contact)
    for source, told in by_source.items():
        known = next(contact for contact in reversed(told) if contact.person is not None and contact.key == "number")
        event, channel = ("portal visit", "web") if source == "web" else ("account statement", "email")
        direction = "self" if source == "web" else "outbound"
        purpose = "" if source == "web" else "transactional"
        told.append(Contact(NOW, source, known.person, "number", event, channel, direction, purpose))
    for source, (file, text) in FILES.items():
        rows = [contact_row(contact, number, text) for number, contact in enumerate(by_source[source], start=1)]
        yield Table(file=file, entity="interactions", source=source, header=INTERACTIONS, rows=rows)
    yield _field_interactions(by_source["field"])


def _field_interactions(contacts: list[Contact]) -> Table:
    """JSON lines with an object of properties."""
    header = "interaction_id external_id happened_at event channel direction purpose team properties source".split()
    rows = [
        [
            f"f{number}",
            contact.person.number,
            utc_text(contact.moment),
            contact.event,
            contact.channel,
            contact.direction,
            contact.purpose,
            contact.team,
            json.dumps({"van": f"van {number % 9 + 1}", "minutes": str(10 + number % 35)}),
            "field",
        ]
        for number, contact in enumerate(contacts, start=1)
        if contact.person is not None
    ]
    return Table(file="field_interactions.jsonl", entity="interactions", source="field", header=header, rows=rows)


def campaigns(world: World) -> Table:
    """Campaigns with objective and cost."""
    header = "campaign_id name objective intended_behaviour starts_on ends_on cost currency source".split()
    rows = [
        [c.number, c.name, c.objective, c.intended, day_text(c.starts), day_text(c.ends), f"{c.cost:.2f}", "EUR", "outreach"]
        for c in world.campaigns
        if c.starts <= LAST
    ]
    return Table(file="campaigns.csv", entity="campaigns", source="outreach", header=header, rows=rows)


def consents(world: World) -> Table:
    """Permissions for letters as JSON lines: given with the first contract, or by a prospect; taken back by some."""
    header = "external_id email purpose channel granted effective_at source".split()
    told = []
    for life in world.lives:
        if life.contracts:
            given = max(at(life.contracts[0].starts, clock(10)), at(FIRST, clock(6)))
            if given < NOW:
                told.append((given, life.person.number, "true"))
    told += [(moment, number, "false") for number, moment in world.opted_out.items()]
    rows = [
        [number, "", "promotional", "email", granted, utc_text(moment), "outreach"] for moment, number, granted in sorted(told)
    ]
    rows += [
        [*_address(life), "promotional", "email", "true", utc_text(crm_created(life)), "outreach"] for life in _willing(world)
    ]
    return Table(file="consents.jsonl", entity="consents", source="outreach", header=header, rows=rows)


def _willing(world: World) -> list[Life]:
    """Those at home who let us write to them when they left their address, whatever came of it: two of five."""
    homes = [life for life in world.lives if life.person.kind == "home" and in_crm(life)]
    asked = [life for life in homes if life.chose is None or (life.discovered is not None and crm_created(life) < life.chose)]
    return [life for life in asked if life.person.email and int(life.person.number[1:]) % 5 < 2]


def _address(life: Life) -> tuple[str, str]:
    """The number of a customer, the email address of a prospect."""
    return ("", life.person.email) if life.chose is None else (life.person.number, "")
