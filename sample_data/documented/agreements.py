"""The billing system: customers, contracts, commitments, and what else it knows of them."""

from sample_data.draw import Draw
from sample_data.lives import Commitment, Life
from sample_data.moments import (
    NOW,
    day_text,
    local_text,
    utc_text,
)
from sample_data.people import Person
from sample_data.plan import record_created
from sample_data.world import World
from sample_data.writers import Row, Table

HEATING = ("heat pump", "gas boiler", "district heating", "oil boiler")


def _record(world: World, person: Person, life: Life, seen: int) -> Row:
    lifecycle = "customer" if life.chose is not None else "lead"
    company = person.kind == "company"
    unit = "Business" if company or person.company else "Home"
    referred_by = life.referred_by.number if life.referred_by and not person.company else ""
    return [
        f"E{person.number[1:]}",
        "company" if company else "person",
        person.name,
        "" if company else person.family,
        person.email,
        person.phone,
        person.number,
        f"E{person.company.number[1:]}" if person.company else "",
        person.role,
        person.region,
        unit,
        lifecycle,
        life.acquired_through,
        "friends told me" if referred_by else "",
        referred_by,
        local_text(seen),
        local_text(seen),
        "erp",
    ]


def customer_records(world: World) -> Table:
    """The billing system's customers, saved by a spreadsheet: semicolons and cp1252."""
    header = (
        "record_id kind name family_name email phone external_id company_id role region business_unit "
        "lifecycle acquired_through acquisition_reason referred_by created_at updated_at source"
    ).split()
    rows = []
    seen_at: dict[str, tuple[Life, int]] = {}
    for life in world.lives:
        if life.chose is not None or life.person.kind == "company":
            seen = record_created(life) if life.chose is not None else (life.discovered or NOW)
            seen_at[life.person.number] = life, seen
            rows.append(_record(world, life.person, life, seen))
    rows += [_record(world, contact, *seen_at[contact.account.number]) for contact in world.people.contacts]
    rows[0][-2] = local_text(NOW)
    return Table(
        file="erp_customers.csv",
        entity="customer_records",
        source="erp",
        header=header,
        rows=rows,
        encoding="cp1252",
        delimiter=";",
    )


def contracts(world: World) -> Table:
    """All contracts with their end reasons."""
    header = "contract_id external_id product starts_on ends_on amount_per_month currency ended_on end_reason source".split()
    rows = [
        [
            contract.number,
            life.person.number,
            contract.product,
            day_text(contract.starts),
            day_text(contract.ends) if contract.ends else "",
            f"{contract.amount:.2f}",
            contract.currency,
            day_text(contract.ended) if contract.ended else "",
            contract.reason,
            "erp",
        ]
        for life in world.lives
        for contract in life.contracts
    ]
    return Table(file="contracts.csv", entity="contracts", source="erp", header=header, rows=rows)


def commitment_row(life: Life, promise: Commitment) -> Row:
    """An offer or installation; prospects are known by their address only."""
    by_number = life.chose is not None or life.person.kind == "company"
    key = [life.person.number, ""] if by_number else ["", life.person.email]
    return [
        promise.number,
        *key,
        promise.kind,
        utc_text(promise.made),
        utc_text(promise.due),
        utc_text(promise.kept),
        utc_text(promise.cancelled),
        promise.subject,
        promise.channel,
        promise.team,
        utc_text(_last(promise)),
        "erp",
    ]


def _last(promise: Commitment) -> int:
    return max(moment for moment in (promise.made, promise.kept, promise.cancelled) if moment is not None)


def commitments(world: World) -> Table:
    """Offers and installations, in the order in which they were promised."""
    header = (
        "commitment_id external_id email kind made_at due_at kept_at cancelled_at subject channel team updated_at source"
    ).split()
    pairs = sorted(
        ((promise.made, promise.number, life, promise) for life in world.lives for promise in life.commitments),
        key=lambda p: p[:2],
    )
    rows = [commitment_row(life, promise) for _, _, life, promise in pairs]
    return Table(file="commitments.csv", entity="commitments", source="erp", header=header, rows=rows)


def properties(world: World) -> Table:
    """What else the billing system knows; one of the properties must never be shown."""
    draw = Draw(world.seed, "properties")
    header = "subject_kind subject_id name value sensitive source".split()
    rows = []
    for life in world.lives:
        if life.person.kind == "home" and life.contracts and draw.chance(0.2):
            subject = f"erp:E{life.person.number[1:]}"
            rows.append(["customer_records", subject, "heating", draw.pick(HEATING), "false", "erp"])
            if draw.chance(0.05):
                rows.append(["customer_records", subject, "medical device at home", "yes", "true", "erp"])
    return Table(file="properties.csv", entity="properties", source="erp", header=header, rows=rows)
