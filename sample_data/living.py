"""Leads lives: signing, settling in, buying, leaving and coming back."""

from sample_data.draw import Draw
from sample_data.lives import (
    BAD_SUMMER,
    GRACE,
    MONTHLY,
    PRODUCTS,
    REASONS,
    SECOND,
    SHELF,
    VISIT,
    Commitment,
    Contract,
    Life,
    Order,
)
from sample_data.moments import CRM_NOW, DAY, FIRST, LAST, NOW, at, clock, day
from sample_data.people import Person


class Lives:
    """Plans lives one after the other; numbers of contracts, orders and commitments run through."""

    def __init__(self, seed: int) -> None:
        self.draw = Draw(seed, "lives")
        self._numbers = {"V": 10_000, "B": 200_000, "Z": 40_000}

    def number(self, letter: str) -> str:
        """The next number of contracts (V), orders (B) or commitments (Z)."""
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]}"

    # -- agreements ---------------------------------------------------------------------------------

    def contract(self, person: Person, product: str, starts: int, ends: int | None = None) -> Contract:
        """A contract that has not ended."""
        company = person.kind == "company"
        amount = MONTHLY[product] * (3.6 if company else 1.0)
        currency = "DKK" if person.region == "north" and self.draw.chance(0.13) else "EUR"
        return Contract(
            number=self.number("V"),
            product=product,
            starts=starts,
            ends=ends,
            amount=round(self.draw.around(amount, 0.28) * (7.5 if currency == "DKK" else 1.0), 2),
            currency=currency,
        )

    def settle(self, life: Life, product: str, signed: int) -> None:
        """Plan the installation or the account set up that makes a newcomer feel at home."""
        draw = self.draw
        needs_visit = draw.chance(VISIT[product])
        if needs_visit and signed >= FIRST:
            life.settled = self.installation(life, product, signed)
        elif draw.chance(0.955 if signed < BAD_SUMMER else 0.93):
            settled = at(signed, clock(9)) + int(draw.around(9.5 if signed < BAD_SUMMER else 11, 0.95) * DAY)
            life.settled = draw.daytime(signed + max(1, (settled - at(signed, 0)) // DAY))
        if life.settled is not None and life.settled > NOW:
            life.settled = None

    def installation(self, life: Life, subject: str, signed: int) -> int | None:
        """Promise an installation; tells when it was done, if it was."""
        draw = self.draw
        due_day = signed + draw.between(10, 24)
        due_day += (due_day - 1) % 7 == 6
        on_time = 0.86
        if due_day >= BAD_SUMMER + 20:
            on_time = 0.4 if life.person.region == "north" else 0.62
        late = not draw.chance(on_time)
        done_day = due_day + draw.between(2, 24) if late else due_day - draw.between(0, 5)
        kept: int | None = at(done_day, clock(9) + draw.below(clock(8)))
        cancelled = at(due_day - 1, clock(11)) if draw.chance(0.025) else None
        made = at(signed, clock(10) + draw.below(clock(4)))
        if cancelled is not None or (kept is not None and kept > NOW):
            kept = None
        if cancelled is not None and cancelled > NOW:
            cancelled = None
        due = at(due_day, clock(18))
        life.installed_late |= late and cancelled is None and due < NOW
        life.commitments.append(
            Commitment(
                number=self.number("Z"),
                kind="installation",
                made=min(made, NOW - 60),
                due=due,
                kept=kept,
                cancelled=cancelled,
                subject=subject,
                channel="field",
                team="Installation " + life.person.region,
            )
        )
        return kept

    def offer(self, life: Life, asked: int) -> None:
        """Promise an offer within five days of asking."""
        draw = self.draw
        due = at(asked + 5, clock(18))
        on_time = draw.chance(0.89 if asked < BAD_SUMMER else 0.81)
        span = (
            int((due - at(asked, clock(16))) * draw.unit()) if on_time else due - at(asked, clock(16)) + draw.between(1, 9) * DAY
        )
        made = at(asked, clock(16)) + span
        given_up = not on_time and draw.chance(0.3)
        called_off = due + 6 * DAY
        life.asked_offer = True
        life.commitments.append(
            Commitment(
                number=self.number("Z"),
                kind="offer",
                made=at(asked, clock(9) + draw.below(clock(7))),
                due=due,
                kept=None if given_up or made > NOW else made,
                cancelled=called_off if given_up and called_off <= NOW else None,
                subject="offer",
                channel=draw.pick(("web", "phone", "store")),
                team="Sales",
            )
        )

    # -- purchases ----------------------------------------------------------------------------------

    def order(self, life: Life, moment: int) -> None:
        """A purchase of one to three things."""
        draw = self.draw
        company = life.person.kind == "company"
        lines = []
        for product in draw.sample(SHELF, 1 + (draw.unit() < 0.35)):
            quantity = 1 + (draw.unit() < 0.2) + 2 * company
            lines.append((product, quantity, round(SHELF[product] * quantity * (0.9 + 0.2 * draw.unit()), 2)))
        currency, channel = "EUR", "web" if draw.chance(0.68) else "store"
        if channel == "web" and life.person.region == "south" and draw.chance(0.12):
            currency = draw.pick(("CHF", "GBP", "CHF", "SEK"))
        status = "cancelled" if draw.chance(0.025) and life.how != "shop" else "completed"
        life.orders.append(
            Order(
                number=self.number("B"),
                moment=moment,
                amount=round(sum(line[2] for line in lines), 2),
                currency=currency,
                channel=channel,
                status=status,
                lines=tuple(lines),
            )
        )

    def occasional_orders(self, life: Life, since: int, until: int, per_year: float) -> None:
        """Now and then something from the shop."""
        since, until = max(FIRST, since), min(until, LAST)
        for _ in range(self.draw.some(per_year * max(0, until - since) / 365)):
            moment = self.draw.daytime(self.draw.between(since, until - 1))
            if moment < CRM_NOW:
                self.order(life, moment)

    # -- leaving and coming back --------------------------------------------------------------------

    def end_day(self, life: Life, since: int) -> int | None:
        """The day on which all contracts end, or None while they last."""
        company = life.person.kind == "company"
        worth = sum(c.amount for c in life.contracts if c.currency == "EUR")
        of_day = max(since + 75, FIRST - 28) + self.draw.below(30)
        while of_day <= LAST:
            hazard = 0.0106 + (0.014 if 350 <= of_day - since <= 400 else 0)
            hazard *= 1.25 if life.installed_late else 1.0
            if day(2026, 9, 1) <= of_day < day(2026, 10, 1):
                hazard *= 3.6 if company or worth > 62 else 1.15
            elif company:
                hazard *= 0.8
            if self.draw.chance(hazard):
                return of_day
            of_day += 30
        return None

    def reason(self, life: Life, since: int, ended: int) -> str:
        """Why the contracts ended; empty when nobody knows."""
        if life.installed_late and self.draw.chance(0.55):
            return "Installation went wrong"
        if 350 <= ended - since <= 400 and self.draw.chance(0.45):
            return "Price after first year"
        return REASONS.pick(self.draw)

    def end(self, life: Life, since: int) -> int | None:
        """Let the contracts end some day; tells the day."""
        ended = self.end_day(life, since)
        if ended is None:
            return None
        reason = self.reason(life, since, ended)
        kept = [contract for contract in life.contracts if contract.starts < ended]
        life.contracts = [
            contract if contract.ended is not None else _ended(contract, ended, reason)
            for contract in kept
            if contract.starts < ended
        ]
        life.commitments = [c for c in life.commitments if c.kind == "offer" or c.made < at(ended, 0)]
        life.added = [moment for moment in life.added if moment < at(ended, 0)]
        return ended

    def come_back(self, life: Life, ended: int) -> None:
        """Some who ended sign again, a month of grace and more later."""
        if not self.draw.chance(0.26):
            return
        back = ended + GRACE + int(self.draw.around(80, 0.8)) + 2
        if back < LAST:
            life.contracts.append(self.contract(life.person, "power", back))


def _ended(contract: Contract, ended: int, reason: str) -> Contract:
    return Contract(
        number=contract.number,
        product=contract.product,
        starts=contract.starts,
        ends=contract.ends,
        amount=contract.amount,
        currency=contract.currency,
        ended=ended,
        reason=reason,
    )


def with_contract(lives: Lives, life: Life, signed: int) -> None:
    """The life of someone whose first agreement starts on a day."""
    draw = lives.draw
    product = PRODUCTS.pick(draw)
    life.contracts.append(lives.contract(life.person, product, signed))
    life.chose = at(signed, 0)
    lives.settle(life, product, signed)
    if draw.chance(0.62):
        _second_product(lives, life, signed)
    ended = lives.end(life, signed)
    if life.settled is not None and ended is not None and life.settled >= at(ended, 0):
        life.settled = None
    lives.occasional_orders(life, signed + 40, ended or LAST, 0.32)
    if ended is not None:
        lives.come_back(life, ended)


def _second_product(lives: Lives, life: Life, signed: int) -> None:
    draw = lives.draw
    settled = (life.settled or at(signed + 40, 0)) + int(draw.around(75, 0.75) * DAY)
    product = SECOND.pick(draw)
    starts = signed + max(25, (settled - at(signed, 0)) // DAY)
    if starts >= LAST - 1 or product == life.contracts[0].product:
        return
    life.contracts.append(lives.contract(life.person, product, starts))
    life.added.append(draw.daytime(starts - 1))
    if product == "solar" and starts >= FIRST:
        lives.installation(life, product, starts)
    if draw.chance(0.12) and starts + 400 < LAST:
        life.contracts[-1] = _ended(life.contracts[-1], starts + draw.between(200, 380), "No longer needed")


def shopper(lives: Lives, life: Life, first: int) -> None:
    """Someone who only buys in the shop: again within months, or never more."""
    draw = lives.draw
    of_day = first
    while of_day <= LAST:
        moment = draw.daytime(of_day)
        if moment < CRM_NOW:
            lives.order(life, moment)
        if not draw.chance(0.78 if of_day == first else 0.70):
            break
        of_day += max(3, int(draw.around(120, 0.7)))
    if not life.orders:
        life.how = "never"
        return
    life.chose = life.orders[0].moment
    if draw.chance(0.86):
        settled = draw.daytime(first + max(1, int(draw.around(8, 0.9))))
        life.settled = settled if settled < NOW else None


def term_contracts(lives: Lives, life: Life, signed: int) -> None:
    """A company's yearly terms, each with a price of its own, until it leaves."""
    draw = lives.draw
    product = draw.pick(("power", "power", "gas"))
    life.chose = at(signed, 0)
    starts = signed
    life.contracts.append(lives.contract(life.person, product, starts, starts + 365))
    lives.settle(life, product, signed)
    ended = lives.end_day(life, signed)
    while starts + 365 <= min(LAST - 1, (ended or LAST) - 1):
        starts += 365
        before = life.contracts[-1]
        amount = round(before.amount * (0.93 + 0.16 * draw.unit()), 2)
        life.contracts.append(
            Contract(
                number=lives.number("V"),
                product=product,
                starts=starts,
                ends=starts + 365,
                amount=amount,
                currency=before.currency,
            )
        )
        life.added.append(draw.office_time(starts - 1))
    if ended is not None:
        life.contracts[-1] = _ended(life.contracts[-1], ended, lives.reason(life, signed, ended))
    lives.occasional_orders(life, signed + 40, ended or LAST, 0.5)
    if ended is not None:
        lives.come_back(life, ended)
