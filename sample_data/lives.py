"""What became of each account: how it came, what it agreed and bought, when and why it left.

A life is planned in days; the exports tell it later, each in its own words. Facts that the stories
rest on are decided here: late installations, who was answered, who is lost in October 2026.
"""

from dataclasses import dataclass, field

from sample_data.draw import Mix
from sample_data.moments import DAY, at, day
from sample_data.people import Person

GRACE = 30
BAD_SUMMER = day(2026, 8, 20)
PRODUCTS = Mix({"power": 0.45, "gas": 0.36, "solar": 0.19})
SECOND = Mix({"care": 0.62, "gas": 0.15, "power": 0.13, "solar": 0.10})
MONTHLY = {"power": 31.0, "gas": 39.0, "solar": 66.0, "care": 9.5}
VISIT = {"solar": 1.0, "gas": 0.85, "power": 0.55}
SHELF = {
    "smart thermostat": 79.0,
    "heating check": 129.0,
    "smart plugs": 39.0,
    "energy monitor": 99.0,
    "draught seals": 24.0,
    "water heater service": 189.0,
    "garden lights": 54.0,
}
CAME_THROUGH = Mix({"search": 0.34, "comparison site": 0.28, "campaign": 0.14, "store": 0.12, "moved in": 0.12})
REASONS = Mix(
    {
        "Waited too long for help": 0.27,
        "Price after first year": 0.22,
        "Moved away": 0.16,
        "Installation went wrong": 0.1,
        "Found a better offer": 0.05,
        "House sold": 0.04,
        "": 0.16,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An agreement; days are first day, first day after the term, first day no longer in force."""

    number: str
    product: str
    starts: int
    ends: int | None
    amount: float
    currency: str
    ended: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase in the shop or at a till."""

    number: str
    moment: int
    amount: float
    currency: str
    channel: str
    status: str
    lines: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Something the company undertook to do by a time."""

    number: str
    kind: str
    made: int
    due: int
    kept: int | None
    cancelled: int | None
    subject: str
    channel: str
    team: str


@dataclass(slots=True, kw_only=True)
class Life:
    """One account's plan. `chose` and `settled` are moments of the first time."""

    person: Person
    how: str
    acquired_through: str = ""
    discovered: int | None = None
    asked_offer: bool = False
    question: str = ""
    chose: int | None = None
    settled: int | None = None
    contracts: list[Contract] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    installed_late: bool = False
    referred_by: Person | None = None
    referred: list[int] = field(default_factory=list)

    def in_contract(self, of_day: int, grace: int = 0) -> bool:
        """Whether a contract is in force on a day."""
        return any(c.starts <= of_day and (c.ended is None or of_day < c.ended + grace) for c in self.contracts)

    def is_customer(self, of_day: int) -> bool:
        """Whether the account has a contract, or bought within a year."""
        return self.in_contract(of_day, GRACE) or any(
            order.status == "completed" and at(of_day, 0) - 365 * DAY < order.moment < at(of_day, 0) for order in self.orders
        )
