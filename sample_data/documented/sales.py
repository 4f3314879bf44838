"""The CRM's deals and the stages that they went through."""

from sample_data import hubspot
from sample_data.lives import Commitment, Life
from sample_data.moments import (
    DAY,
    HOUR,
    NOW,
    local_day,
    utc_text,
)
from sample_data.people import Person
from sample_data.plan import OCTOBER_START, in_crm
from sample_data.world import World
from sample_data.writers import Table


def _deals(world: World) -> list[tuple[Life, Person, Commitment, int]]:
    """The offers that the CRM follows as deals, with the person it names."""
    contacts = {contact.account.number: contact for contact in world.people.contacts}
    deals = []
    for life in world.lives:
        person = contacts.get(life.person.number, life.person)
        if life.person.kind == "home" and not (in_crm(life) and int(life.person.number[1:]) % _every(life) == 0):
            continue
        deals += [(life, person, promise, place) for place, promise in enumerate(life.commitments) if promise.kind == "offer"]
    return sorted(deals, key=lambda deal: (deal[2].made, deal[2].number))


def _every(life: Life) -> int:
    """A third of the homes are followed as deals; of the many who chose in the last October, half of that: they signed in a store."""
    return 6 if life.chose is not None and local_day(life.chose) >= OCTOBER_START else 3


def _deal_stages(life: Life, promise: Commitment) -> list[tuple[str, int]]:
    stages = [("Qualified", promise.made + HOUR)]
    if promise.kept is not None:
        stages.append(("Proposal", promise.kept))
    if life.chose is not None and life.chose > stages[-1][1]:
        stages.append(("Won", life.chose))
    elif life.chose is None:
        stages.append(("Lost", stages[-1][1] + 30 * DAY))
    return [(stage, moment) for stage, moment in stages if moment < NOW - HOUR]


def opportunities(world: World) -> Table:
    """Deals of the CRM with their outcome."""
    header = (
        "opportunity_id record_id created_at amount currency closed_at outcome lost_reason pipeline stage product team source"
    ).split()
    rows = []
    for life, person, promise, _ in _deals(world):
        stages = _deal_stages(life, promise)
        stage, moment = stages[-1] if stages else ("New", promise.made)
        outcome = {"Won": "won", "Lost": "lost"}.get(stage, "open")
        rows.append(
            [
                f"D{promise.number[1:]}",
                hubspot.record_id(person),
                utc_text(promise.made),
                f"{480 + int(promise.number[1:]) % 700}.00",
                "EUR",
                utc_text(moment) if outcome != "open" else "",
                outcome,
                "no answer" if outcome == "lost" else "",
                "Sales",
                stage,
                "contract",
                "Sales",
                "hubspot",
            ]
        )
    return Table(file="opportunities.csv", entity="opportunities", source="hubspot", header=header, rows=rows)


def stage_changes(world: World) -> Table:
    """The stages that deals went through."""
    header = "subject_kind subject_id pipeline stage entered_at left_at source".split()
    rows = []
    for life, _, promise, _ in _deals(world):
        stages = _deal_stages(life, promise)
        following = [moment for _, moment in stages[1:]] + [None]
        rows += [
            ["opportunity", f"D{promise.number[1:]}", "Sales", stage, utc_text(moment), utc_text(left), "hubspot"]
            for (stage, moment), left in zip(stages, following, strict=True)
        ]
    return Table(file="stage_changes.csv", entity="stage_changes", source="hubspot", header=header, rows=rows)
