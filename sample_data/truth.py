"""The intended facts, worked out in plain Python from the plan and not from the exports."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sample_data.lives import GRACE, Contract, Life
from sample_data.moments import LAST, local_day
from sample_data.money import RateBook

FOREVER = 10**9
LAPSE = {"home": 365, "company": 180}


@dataclass(slots=True, kw_only=True)
class Move:
    """A change of the number or value of customers on a local day."""

    on: int
    what: str
    value: float
    reason: str = ""
    number: str = ""
    kind: str = "home"


@dataclass(slots=True)
class Cover:
    """A stretch of days in which an account is a customer."""

    since: int
    until: int
    by: str
    reason: str = ""
    parts: list[Contract] = field(default_factory=list)


def over(contract: Contract) -> int:
    """The first day on which a contract is no longer in force."""
    return contract.ended if contract.ended is not None else (contract.ends or FOREVER)


def contract_cover(contract: Contract, contracts: Iterable[Contract]) -> Cover:
    """The days on which a contract counts: until its end, and where the account then has none, through the grace or until the next one."""
    end, told = over(contract), list(contracts)
    if end >= FOREVER:
        return Cover(contract.starts, FOREVER, "contract")
    if any(other.starts <= end < over(other) for other in told):
        return Cover(contract.starts, end, "contract", contract.reason)
    following = [other.starts for other in told if other.starts > end]
    return Cover(contract.starts, min([end + GRACE, *following]), "contract", contract.reason)


def covers_of(life: Life) -> list[Cover]:
    """Every stretch of contract or purchase that makes the account a customer."""
    covers = [contract_cover(contract, life.contracts) for contract in life.contracts]
    lapse = LAPSE[life.person.kind]
    by_contract = list(covers)
    for order in life.orders:
        on = local_day(order.moment)
        if order.status == "completed" and not any(cover.since <= on < cover.until for cover in by_contract):
            covers.append(Cover(on, on + lapse, "order"))
    return sorted(covers, key=lambda cover: (cover.since, cover.until))


def stretches_of(life: Life) -> list[Cover]:
    """The covers joined into stretches without a gap, each with what ended it."""
    joined: list[Cover] = []
    for cover in covers_of(life):
        if joined and cover.since <= joined[-1].until:
            if cover.until >= joined[-1].until:
                joined[-1] = Cover(joined[-1].since, cover.until, cover.by, cover.reason)
        else:
            joined.append(Cover(cover.since, cover.until, cover.by, cover.reason))
    return joined


def _value_steps(life: Life, book: RateBook) -> dict[int, float]:
    """The rises and falls of the account's value a year, by local day."""
    steps: dict[int, float] = defaultdict(float)
    for contract in life.contracts:
        rate = book.rate(contract.currency, contract.starts)
        if rate is not None:
            cover = contract_cover(contract, life.contracts)
            steps[cover.since] += 12 * contract.amount * rate
            steps[cover.until] -= 12 * contract.amount * rate
    for order in life.orders:
        rate = book.rate(order.currency, local_day(order.moment))
        if rate is not None and order.status == "completed":
            on = local_day(order.moment)
            steps[on] += order.amount * rate
            steps[on + 365] -= order.amount * rate
    return steps


def value_is_known(life: Life, book: RateBook, on: int) -> bool | None:
    """Whether all that makes an account's value on a day has a rate; None when it is no customer then."""
    if not any(stretch.since <= on < stretch.until for stretch in stretches_of(life)):
        return None
    covers = ((contract, contract_cover(contract, life.contracts)) for contract in life.contracts)
    rates = [book.rate(contract.currency, contract.starts) for contract, cover in covers if cover.since <= on < cover.until]
    rates += [
        book.rate(order.currency, local_day(order.moment))
        for order in life.orders
        if order.status == "completed" and local_day(order.moment) <= on < local_day(order.moment) + 365
    ]
    return None not in rates


def moves_of(life: Life, book: RateBook) -> list[Move]:
    """Gained, returned, lost, grown and shrunk of one account up to the last day."""
    stretches, steps = stretches_of(life), _value_steps(life, book)
    moves: list[Move] = []
    value, last_lost = 0.0, ""
    for stretch in stretches:
        opening = sum(step for on, step in steps.items() if on <= stretch.since)
        what = "gained" if not last_lost else "returned"
        moves.append(Move(on=stretch.since, what=what, value=opening, reason=last_lost))
        value = opening
        for on in sorted(day for day in steps if stretch.since < day < stretch.until):
            value += steps[on]
            moves.append(Move(on=on, what="grown" if steps[on] > 0 else "shrunk", value=steps[on]))
        last_lost = "ended" if stretch.by == "contract" else "fell_silent"
        moves.append(Move(on=stretch.until, what=last_lost, value=-value, reason=stretch.reason))
    for move in moves:
        move.number, move.kind = life.person.number, life.person.kind
    return [move for move in moves if move.on <= LAST and (abs(move.value) > 0.004 or move.what not in ("grown", "shrunk"))]


def equation(moves: Iterable[Move], start: int, end: int) -> dict[str, dict[str, float]]:
    """Customers and value at the start, what happened in [start, end), and at the end."""
    sign = {"gained": 1, "returned": 1, "ended": -1, "fell_silent": -1}
    parts: dict[str, dict[str, float]] = {
        part: {"customers": 0, "value": 0.0}
        for part in ("opening", "gained", "returned", "ended", "fell_silent", "grown", "shrunk", "closing")
    }
    for move in moves:
        change = sign.get(move.what, 0)
        if move.on < end:
            parts["closing"]["customers"] += change
            parts["closing"]["value"] += move.value
        if move.on < start:
            parts["opening"]["customers"] += change
            parts["opening"]["value"] += move.value
        elif move.on < end:
            parts[move.what]["customers"] += 1
            parts[move.what]["value"] += abs(move.value)
    return {part: {"customers": counts["customers"], "value": round(counts["value"], 2)} for part, counts in parts.items()}


def reasons_lost(moves: Iterable[Move], start: int, end: int) -> dict[str, int]:
    """How many left for which reason in [start, end)."""
    counts = Counter(
        move.reason or "unknown" for move in moves if move.what in ("ended", "fell_silent") and start <= move.on < end
    )
    return dict(counts.most_common())
