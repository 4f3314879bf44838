"""What passed between customers and the company: visits, letters, calls, chats, meter readings."""

from collections.abc import Iterator
from typing import NamedTuple

from sample_data.cases import Case, busy_spans
from sample_data.draw import Draw
from sample_data.lives import Life
from sample_data.moments import DAY, FIRST, HOUR, LAST, NOW, OPEN_FIRST, at, clock, local_day
from sample_data.people import Person


class Contact(NamedTuple):
    """One thing that passed between a customer and us; `key` says by which key its source knows the customer."""

    moment: int
    source: str
    person: Person | None
    key: str
    event: str
    channel: str
    direction: str
    purpose: str = ""
    campaign: str = ""
    team: str = ""
    delivered: bool | None = None
    responded: int | None = None
    value: float | None = None


class Contacts:
    """Tells the contacts of every life."""

    def __init__(self, seed: int, cases: list[Case]) -> None:
        self.draw = Draw(seed, "contacts")
        self.busy = busy_spans(cases)

    def is_busy(self, person: Person, moment: int) -> bool:
        """Whether a request of the account was open then, or until three days before."""
        return any(since <= moment < until for since, until, _ in self.busy.get(person.account.number, ()))

    # -- before choosing ----------------------------------------------------------------------------

    def finding_out(self, life: Life) -> Iterator[Contact]:
        """Visits to the web pages and the store, and asking for an offer."""
        if life.discovered is None:
            return
        draw, first = self.draw, life.discovered
        until = min(life.chose if life.chose is not None else first + 60 * DAY, first + 60 * DAY, NOW)
        yield self._visit(life, first, draw.chance(0.16))
        for _ in range(draw.some(5.2)):
            moment = draw.daytime(local_day(first + int((until - first) * draw.unit() ** 1.6)))
            if first < moment < until:
                yield self._visit(life, moment, draw.chance(0.1))
        if life.chose is None and draw.chance(0.16):
            again = draw.daytime(local_day(first) + draw.between(70, 190))
            if again < NOW:
                yield self._visit(life, again, False)
        for promise in life.commitments:
            if promise.kind == "offer" and first < promise.made:
                channel = promise.channel
                source = "web" if channel == "web" else "desk"
                yield Contact(
                    promise.made - 30, source, life.person, "email", "asked for an offer", channel, "inbound", team="Sales"
                )

    def _visit(self, life: Life, moment: int, in_store: bool) -> Contact:
        if in_store:
            return Contact(moment, "desk", life.person, "email", "store visit", "store", "inbound", team="Stores")
        return Contact(moment, "web", life.person, "email", "web visit", "web", "self", value=float(self.draw.between(1, 9)))

    # -- as a customer ------------------------------------------------------------------------------

    def settling(self, life: Life) -> Iterator[Contact]:
        """Setting up the account, adding a product, renewing each year."""
        draw, person = self.draw, life.person
        installed = any(c.kind == "installation" and c.kept == life.settled for c in life.commitments)
        if life.settled is not None and not installed:
            source = "web" if life.settled >= OPEN_FIRST else "erp"
            yield Contact(life.settled, source, person, "number", "account set up", draw.pick(("web", "app")), "self")
        what = "contract renewed" if person.kind == "company" else "product added"
        for moment in life.added:
            if moment < NOW:
                yield Contact(moment, "erp", person, "number", what, "web" if what == "product added" else "mail", "self")
        if person.kind == "home":
            for contract in life.contracts[:1]:
                last = min(LAST, contract.ended or LAST)
                for of_day in range(contract.starts + 365, last, 365):
                    yield Contact(at(of_day, clock(6)), "erp", person, "number", "contract renewed", "mail", "self")

    def using(self, life: Life) -> Iterator[Contact]:
        """What customers and the company do every month."""
        draw, person = self.draw, life.person
        for since, until in _contract_days(life):
            years = (until - since) / 365
            for _ in range(draw.some(4.0 * years)):
                yield self._in(life, since, until, "web", "portal visit", draw.pick(("web", "web", "app")), "self")
            for _ in range(draw.some(0.9 * years)):
                yield self._in(life, since, until, "desk", "service call", "phone", "inbound", team="Phone desk")
            for _ in range(draw.some(0.55 * years)):
                yield self._in(life, since, until, "desk", "chat", "chat", "inbound", team="Chat desk")
            for _ in range(draw.some(0.5 * years)):
                yield self._in(life, since, until, "desk", "store advice", "store", "inbound", team="Stores")
            for of_day in range(since + 20 + len(person.name) % 60, until, 106):
                moment = at(of_day, clock(7) + draw.below(3 * HOUR))
                yield Contact(
                    moment,
                    "outreach",
                    person,
                    "number",
                    "bill sent",
                    "email",
                    "outbound",
                    "transactional",
                    delivered=draw.chance(0.99),
                )
            for of_day in range(since + 120 + len(person.family) * 5, until, 365):
                yield Contact(
                    draw.office_time(of_day),
                    "field",
                    person,
                    "number",
                    "meter read",
                    "field",
                    "outbound",
                    "service",
                    team="Field",
                )

    def _in(
        self, life: Life, since: int, until: int, source: str, event: str, channel: str, direction: str, team: str = ""
    ) -> Contact:
        of_day = self.draw.between(since, until - 1)
        moment = self.draw.daytime(of_day) if source == "web" else self.draw.office_time(of_day)
        return Contact(moment, source, life.person, "number", event, channel, direction, team=team)

    def winning_back(self, life: Life) -> Iterator[Contact]:
        """Those who come back look round first."""
        for before, after in zip(life.contracts, life.contracts[1:], strict=False):
            if before.ended is not None and after.starts > before.ended and after.starts - 12 > FIRST:
                yield self._visit(life, self.draw.daytime(after.starts - self.draw.between(3, 11)), False)


def _contract_days(life: Life) -> list[tuple[int, int]]:
    """The stretches of days with a contract, from the first day of the sample on."""
    stretches: list[tuple[int, int]] = []
    for contract in sorted(life.contracts, key=lambda contract: contract.starts):
        since, until = max(FIRST, contract.starts), min(LAST, contract.ended or contract.ends or LAST)
        if stretches and since <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(until, stretches[-1][1]))
        elif since < until:
            stretches.append((since, until))
    return stretches
