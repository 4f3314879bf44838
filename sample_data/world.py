"""Everything that happened at the sample company, before anyone exported it."""

from dataclasses import dataclass

from sample_data.aftercare import CsatInvitation, make_csat
from sample_data.calling import CallBack, contacts_of, make_call_backs
from sample_data.cases import Case, make_cases
from sample_data.contacts import Contact
from sample_data.histories import after_holidays, with_histories
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
    calls: list[CallBack]
    costs: list[tuple[int, str, str, float]]
    rates: list[tuple[int, str, float]]

    def rate_book(self) -> RateBook:
        """The exchange rates by day."""
        return RateBook(self.rates)


def make_world(size: Size, seed: int) -> World:
    """Plan people, lives, requests, contacts and surveys, in this order."""
    people = make_people(size, seed)
    lives = make_lives(people, size, seed)
    planned = make_cases(people, lives, size, seed)
    cases = after_holidays(planned)
    campaigns = make_campaigns(seed)
    contacts = make_contacts(lives, planned, campaigns, size, seed)
    nps = make_nps(people, lives, size, seed)
    calls = make_call_backs(nps, seed)
    told = sorted([*contacts.told, *contacts_of(calls)], key=lambda contact: contact.moment)
    return World(
        size=size,
        seed=seed,
        people=people,
        lives=lives,
        cases=with_histories(cases, withdrawn=size.quota(12), seed=seed),
        campaigns=campaigns,
        contacts=told,
        sold=contacts.sold,
        opted_out=contacts.opted_out,
        nps=nps,
        csat=make_csat(cases, seed),
        calls=calls,
        costs=make_costs(seed),
        rates=make_rates(every=1 if size.scale == 1 else 21),
    )
