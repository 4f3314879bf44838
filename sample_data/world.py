"""Everything that happened at the sample company, before anyone exported it."""

from dataclasses import dataclass

from sample_data.aftercare import CsatInvitation, make_csat
from sample_data.cases import Case, make_cases
from sample_data.contacts import Contact
from sample_data.lives import Life
from sample_data.money import Campaign, RateBook, make_campaigns, make_costs, make_rates
from sample_data.people import People, make_people
from sample_data.plan import make_lives
from sample_data.sending import make_contacts
from sample_data.sizes import Size
from sample_data.surveys import NpsAnswer, make_nps


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The plan of one sample: the same seed and size give the same world."""

    size: Size
    seed: int
    people: People
    lives: list[Life]
    cases: list[Case]
    campaigns: list[Campaign]
    contacts: list[Contact]
    sold: list[Contact]
    opted_out: dict[str, int]
    nps: list[NpsAnswer]
    csat: list[CsatInvitation]
    costs: list[tuple[int, str, str, float]]
    rates: list[tuple[int, str, float]]

    def rate_book(self) -> RateBook:
        """The exchange rates by day."""
        return RateBook(self.rates)


def make_world(size: Size, seed: int) -> World:
    """Plan people, lives, requests, contacts and surveys, in this order."""
    people = make_people(size, seed)
    lives = make_lives(people, size, seed)
    cases = make_cases(people, lives, size, seed)
    campaigns = make_campaigns(seed)
    contacts = make_contacts(lives, cases, campaigns, size, seed)
    return World(
        size=size,
        seed=seed,
        people=people,
        lives=lives,
        cases=cases,
        campaigns=campaigns,
        contacts=contacts.told,
        sold=contacts.sold,
        opted_out=contacts.opted_out,
        nps=make_nps(people, lives, size, seed),
        csat=make_csat(cases, seed),
        costs=make_costs(seed),
        rates=make_rates(every=1 if size.scale == 1 else 21),
    )
