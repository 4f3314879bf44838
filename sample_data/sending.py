"""What the company sends: letters and sales calls, and when it should not have sent them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sample_data.cases import Case
from sample_data.contacts import Contact, Contacts
from sample_data.draw import Draw
from sample_data.lives import Life
from sample_data.moments import DAY, FIRST, HOUR, LAST, NOW, at, day, local_day
from sample_data.money import Campaign
from sample_data.sizes import Size

AUTUMN = "K105"


def letters(contacts: Contacts, campaign: Campaign, readers: list[Life], count: int) -> Iterator[Contact]:
    """A promotional letter to so many customers without an open request."""
    draw = contacts.draw
    for life in draw.sample(readers, count):
        moment = draw.office_time(draw.between(campaign.starts, campaign.ends))
        if moment < NOW and life.is_customer(local_day(moment)) and not contacts.is_busy(life.person, moment):
            answered = moment + draw.between(HOUR, 5 * DAY) if draw.chance(0.07) else None
            answered = answered if answered is not None and answered < NOW else None
            yield Contact(
                moment,
                "outreach",
                life.person,
                "number",
                "letter sent",
                "email",
                "outbound",
                "promotional",
                campaign.number,
                "Marketing",
                draw.chance(0.97),
                answered,
            )


def sales_calls(contacts: Contacts, lives: list[Life], count: int) -> Iterator[Contact]:
    """Calls to those who asked for an offer and to customers, never during an open request."""
    draw = contacts.draw
    askers = [life for life in lives if life.asked_offer and life.discovered is not None]
    for _ in range(count):
        life = draw.pick(askers)
        moment = draw.office_time(local_day(life.discovered or NOW) + draw.between(3, 40))
        if moment < NOW and not contacts.is_busy(life.person, moment):
            answered = moment if draw.chance(0.55) else None
            yield Contact(
                moment,
                "outreach",
                life.person,
                "email",
                "sales call",
                "phone",
                "outbound",
                "sales",
                "",
                "Field sales",
                answered is not None,
                answered,
            )


def sold_to_during_complaint(contacts: Contacts, cases: list[Case], size: Size) -> list[Contact]:
    """The autumn campaign's sales calls and letters to customers whose complaint was open."""
    draw = contacts.draw
    start, end = day(2026, 10, 12), day(2026, 10, 24)
    chosen: dict[str, Contact] = {}
    for case in draw.shuffled(case for case in cases if case.kind == "complaint" and case.opened < at(end, 0)):
        if len(chosen) == size.quota(46, 2):
            break
        until = min(at(end, 0), case.last_solved or NOW, (case.reopened and case.solved) or NOW)
        low = max(local_day(case.opened) + 1, start)
        if low >= local_day(until) or case.person.number in chosen:
            continue
        moment = draw.office_time(draw.between(low, local_day(until) - 1))
        call = draw.chance(0.4)
        chosen[case.person.number] = Contact(
            moment,
            "outreach",
            case.person,
            "number",
            "sales call" if call else "letter sent",
            "phone" if call else "email",
            "outbound",
            "sales" if call else "promotional",
            AUTUMN,
            "Field sales" if call else "Marketing",
            True,
            None,
        )
    return list(chosen.values())


def anonymous(draw: Draw, count: int) -> Iterator[Contact]:
    """Visits of people nobody knows."""
    for _ in range(count):
        yield Contact(
            draw.daytime(draw.between(FIRST, LAST - 1)), "web", None, "", "anonymous web visit", "web", "self", value=1.0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All contacts, those made while a complaint was open, and when readers opted out, by customer number."""

    told: list[Contact]
    sold: list[Contact]
    opted_out: dict[str, int]


def _opt_outs(draw: Draw, readers: list[Life], sold: list[Contact], size: Size) -> dict[str, int]:
    """Some readers take their consent back; nine of those sold to during a complaint do so within a week."""
    opted_out = {life.person.number: draw.daytime(draw.between(FIRST + 60, LAST - 30)) for life in readers if draw.chance(0.045)}
    for contact in draw.sample(sold, size.quota(9)):
        if contact.person is not None:
            opted_out[contact.person.number] = min(contact.moment + draw.between(2 * HOUR, 6 * DAY), NOW - HOUR)
    return opted_out


def _after_opting_out(contacts: Contacts, opted_out: dict[str, int], readers: list[Life], size: Size) -> list[Contact]:
    """Letters that should not have been sent."""
    draw = contacts.draw
    early = [
        life
        for life in readers
        if opted_out.get(life.person.number, NOW) < NOW - 60 * DAY and not contacts.busy.get(life.person.number)
    ]
    return [
        Contact(
            opted_out[life.person.number] + draw.between(DAY, 40 * DAY),
            "outreach",
            life.person,
            "number",
            "letter sent",
            "email",
            "outbound",
            "promotional",
            "",
            "Marketing",
            True,
        )
        for life in draw.sample(early, size.quota(30))
    ]


def make_contacts(lives: list[Life], cases: list[Case], campaigns: list[Campaign], size: Size, seed: int) -> Told:
    """All contacts, oldest first."""
    contacts = Contacts(seed, cases)
    told: list[Contact] = []
    for life in lives:
        for part in (contacts.finding_out, contacts.settling, contacts.using, contacts.winning_back):
            told.extend(part(life))
    sold = sold_to_during_complaint(contacts, cases, size)
    readers = [life for life in lives if life.contracts and contacts.draw.chance(0.72)]
    opted_out = _opt_outs(contacts.draw, readers, sold, size)
    for campaign in campaigns:
        count = size.quota(3_000 if campaign.number > "K1" else 1_450, 6)
        sent = letters(contacts, campaign, readers, count)
        told.extend(letter for letter in sent if letter.person and letter.moment < opted_out.get(letter.person.number, NOW))
    told.extend(_after_opting_out(contacts, opted_out, readers, size))
    told.extend(sales_calls(contacts, lives, size.quota(13_000, 25)))
    told.extend(anonymous(contacts.draw, size.quota(1_800, 5)))
    told.extend(sold)
    told = sorted((c for c in told if c.moment < NOW), key=lambda c: (c.moment, c.event, c.person.number if c.person else ""))
    return Told(told=told, sold=sold, opted_out=opted_out)
