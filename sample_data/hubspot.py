"""The CRM's contacts, as HubSpot's interface exports them: labels as headers, no zone, two generations of stage dates."""

from sample_data.draw import Draw
from sample_data.lives import Life
from sample_data.moments import CRM_NOW, DAY, HOUR, local_text
from sample_data.people import Person
from sample_data.plan import crm_created, in_crm, record_created
from sample_data.world import World
from sample_data.writers import Row, Table

HEADER = [
    "Record ID",
    "First Name",
    "Last Name",
    "Email",
    "Phone Number",
    "Customer Number",
    "Contact owner",
    "Associated Company",
    "Original Traffic Source",
    "Lifecycle Stage",
    "Lead Status",
    "Create Date",
    "Last Modified Date",
    "Last Activity Date",
    "Became a Subscriber Date",
    "Became a Lead Date",
    "Became a Marketing Qualified Lead Date",
    "Became a Customer Date",
    'Date entered "Sales Qualified Lead (Lifecycle Stage Pipeline)"',
    'Date entered "Opportunity (Lifecycle Stage Pipeline)"',
    "Unsubscribed from all email",
    "Merged Contact IDs",
]
SOURCES = {
    "search": "Organic Search",
    "comparison site": "Referrals",
    "campaign": "Paid Social",
    "store": "Offline Sources",
    "moved in": "Direct Traffic",
    "recommendation": "Referrals",
}
OWNERS = ("Team Nordlicht", "Team Sonnenhang", "Team Werkhof")


def record_id(person: Person) -> str:
    """The CRM's own id of a person."""
    return str(70_000_000 + int(person.number[1:]) * 7)


def _minute(moment: int | None) -> str:
    return local_text(moment)[:16]


class Contacts:
    """Writes one row a person."""

    def __init__(self, world: World) -> None:
        self.draw = Draw(world.seed, "hubspot")
        self.world = world

    def row(self, person: Person, life: Life) -> Row:
        """The row of a person whose account leads a life."""
        created = crm_created(life)
        lead = created + self.draw.between(0, 2 * DAY)
        qualified = lead + self.draw.between(HOUR, 6 * DAY) if life.asked_offer or life.chose is not None else None
        offers = [promise.made for promise in life.commitments if promise.kind == "offer"]
        customer = record_created(life) + 17 * HOUR if life.chose is not None else None
        stages = [_until_now(moment) for moment in (lead, qualified, customer, min(offers, default=None))]
        lead_at, qualified_at, customer_at, offer_at = stages
        opted_out = self.world.opted_out.get(person.number)
        changed = max(moment for moment in (created, *stages, opted_out) if moment is not None)
        stage = (
            "Customer" if customer_at else "Opportunity" if offer_at else "Marketing Qualified Lead" if qualified_at else "Lead"
        )
        return [
            record_id(person),
            person.first,
            person.family,
            self._email(person),
            self._phone(person),
            self._number(person, life),
            self.draw.pick(OWNERS),
            person.company.name if person.company else "",
            SOURCES[life.acquired_through],
            stage,
            "Open deal" if offer_at and not customer_at else "Connected",
            _minute(created),
            _minute(changed),
            _minute(changed),
            "",
            _minute(lead_at),
            _minute(qualified_at),
            _minute(customer_at),
            _minute(offer_at),
            _minute(offer_at),
            "true" if opted_out is not None else "false",
            "",
        ]

    def _email(self, person: Person) -> str:
        return (
            person.email.replace("@example", "@Example").title().replace(".Com", ".com")
            if self.draw.chance(0.1)
            else person.email
        )

    def _phone(self, person: Person) -> str:
        if not person.phone or self.draw.chance(0.4):
            return ""
        if self.draw.chance(0.3):
            return "00" + person.phone[1:]
        return f"{person.phone[:3]} {person.phone[3:6]} {person.phone[6:]}"

    def _number(self, person: Person, life: Life) -> str:
        return person.number if life.chose is not None and self.draw.chance(0.6) else ""


def _until_now(moment: int | None) -> int | None:
    return moment if moment is not None and moment <= CRM_NOW else None


def contacts_table(world: World) -> Table:
    """The export; its newest row was made at 14:00."""
    contacts = Contacts(world)
    lives = {life.person.number: life for life in world.lives}
    rows = [contacts.row(life.person, life) for life in world.lives if life.person.kind == "home" and in_crm(life)]
    rows += [contacts.row(person, lives[person.account.number]) for person in world.people.contacts]
    newest = next(row for row in reversed(rows[: len(rows) // 2]) if row[9] == "Lead")
    newest[11] = newest[12] = newest[13] = newest[15] = _minute(CRM_NOW)
    table = Table(
        file="hubspot-crm-exports-all-contacts-2026-10-30.csv",
        entity="customer_records",
        source="hubspot",
        header=HEADER,
        rows=rows,
    )
    _duplicates(table, world)
    return table


def sharing_a_mailbox(world: World) -> int:
    """How many people are known by one address of an office only."""
    return world.size.quota(14, 4)


def _duplicates(table: Table, world: World) -> None:
    """Second records of the same people: the address in capitals, or another address with the same phone number and name.

    One in ten was merged in the CRM: it has no row of its own, the record that stayed names it.
    """
    draw, size = Draw(world.seed, "hubspot twins"), world.size
    people = {record_id(person): person for person in world.people.homes}
    known = [row for row in table.rows if row[0] in people]
    same_email = draw.sample(known, size.quota(300, 3))
    taken = {row[0] for row in same_email}
    with_phone = [row for row in known if people[row[0]].phone and row[17] and row[0] not in taken]
    same_phone = draw.sample(with_phone, size.quota(240, 3))
    for place, row in enumerate(same_email + same_phone):
        twin = list(row)
        twin[0], twin[5] = str(90_000_000 + place), ""
        twin[3] = row[3].upper() if place < len(same_email) else f"private{place}.{row[3].lower()}"
        twin[4] = people[row[0]].phone
        if place % 10 == 0:
            row[21] = twin[0]
        else:
            table.rows.append(twin)
    for place in range(sharing_a_mailbox(world)):
        row = list(draw.pick(known))
        row[0], row[3], row[4], row[5] = str(95_000_000 + place), "info@nordhagen-estate.example.com", "", ""
        row[9], row[15], row[16], row[17], row[18], row[19], row[21] = "Subscriber", "", "", "", "", "", ""
        row[14] = row[11]
        table.rows.append(row)
    table.notes["same_person_by_email"] = len(same_email)
    table.notes["same_person_by_phone_and_family_name"] = len(same_phone)
    table.notes["shared_mailbox"] = "info@nordhagen-estate.example.com"
