"""Where buyers looked before they bought, against comparing every purchase with every look of its buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles.built import EXAMPLES, built

BERLIN = ZoneInfo("Europe/Berlin")
AUTUMN = datetime(2026, 10, 25, 1)  # the clock is about to go back, and the day has 25 hours
SPRING = datetime(2026, 3, 29, 1)  # the clock goes on, and the day has 23
EDGES = (0, 1, 86_400 * 30, 86_400 * 30 + 1, 86_400 * 30 - 1, 3600, 86_400 * 30 + 3600, 86_400, 86_400 * 31)
PLACES = {"web": "online", "app": "online", "store": "store"}
CUSTOMERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Something that a customer did, or that we did."""

    customer: str
    at: datetime
    channel: str
    direction: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase."""

    number: int
    customer: str
    at: datetime
    channel: str | None
    status: str
    by_day: bool


def local(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).astimezone(BERLIN).date()


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), BERLIN).astimezone(UTC).replace(tzinfo=None)


def some_looks(chance: Random, around: datetime) -> list[Look]:
    return [
        Look(
            customer=f"C-{chance.randrange(CUSTOMERS)}",
            at=around - timedelta(seconds=chance.choice(EDGES) + chance.randrange(3), milliseconds=chance.choice([0, 500])),
            channel=chance.choice(["web", "app", "store", "phone"]),
            direction=chance.choice(["inbound", "self", "self", "outbound"]),
            entity=chance.choice(["interactions", "interactions", "cases"]),
        )
        for _ in range(chance.randrange(40))
    ]


def some_orders(chance: Random, around: datetime) -> list[Order]:
    orders = []
    for number in range(chance.randrange(1, 25)):
        moment = around - timedelta(seconds=chance.choice([*EDGES, -3600, -86_400]) * chance.choice([0, 1]) + chance.randrange(3))
        by_day = chance.random() < 0.4
        orders.append(
            Order(
                number=number,
                customer=f"C-{chance.randrange(CUSTOMERS)}",
                at=midnight(local(moment)) if by_day else moment,
                channel=chance.choice(["web", "store", "app", "phone", None]),
                status=chance.choice(["placed", "completed", "other", "cancelled", "refunded"]),
                by_day=by_day,
            )
        )
    return orders


def is_a_look(look: Look) -> bool:
    return look.entity == "interactions" and look.direction in ("inbound", "self") and look.channel in PLACES


def before(look: Look, order: Order) -> bool:
    """Whether a look lies in the thirty days before a purchase: by the second, or by local days where only the day is told."""
    if order.by_day:
        return 0 <= (local(order.at) - local(look.at)).days <= 30
    return timedelta(0) <= order.at.replace(microsecond=0) - look.at.replace(microsecond=0) <= timedelta(days=30)


def wanted(order: Order, looks: Sequence[Look]) -> tuple[bool, bool, bool]:
    mine = [PLACES[look.channel] for look in looks if is_a_look(look) and look.customer == order.customer and before(look, order)]
    begun = min((look.at.replace(microsecond=0) for look in looks if is_a_look(look)), default=None)
    from_at = (
        midnight(local(order.at) - timedelta(days=30)) if order.by_day else order.at.replace(microsecond=0) - timedelta(days=30)
    )
    return "online" in mine, "store" in mine, order.customer != "C-0" and begun is not None and begun <= from_at


@settings(max_examples=EXAMPLES)
@given(st.sampled_from([AUTUMN, SPRING, datetime(2026, 7, 1, 12)]), st.integers(0, 2**32))
def test_each_purchase_knows_every_look_of_its_buyer(around: datetime, seed: int) -> None:
    chance = Random(seed)
    looks, orders = some_looks(chance, around), some_orders(chance, around)
    known = [local(around) + timedelta(days=back) for back in range(-100, 3)]
    connection = built(
        {
            "fct_event": (
                "customer_id varchar, happened_at timestamp, channel varchar, direction varchar, entity varchar",
                [(look.customer, look.at, look.channel, look.direction, look.entity) for look in looks],
            ),
            "orders": (
                "row_id varchar, ordered_at timestamp, channel varchar, status varchar, is_date_only boolean",
                [(f"o:{one.number}", one.at, one.channel, one.status, one.by_day or None) for one in orders],
            ),
            "customer_of": (
                "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
                [("orders", f"o:{one.number}", one.customer, one.customer) for one in orders],
            ),
            "customers": (
                "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
                [(f"C-{n}", "person" if n else "unidentified", None, None, None) for n in range(CUSTOMERS)],
            ),
            "entity_as_of": (
                "entity varchar, as_of timestamp",
                [("orders", around + timedelta(days=2)), ("interactions", around)],
            ),
            "local_day": (
                "day date, starts_at timestamp, ends_at timestamp",
                [(day, midnight(day), midnight(day + timedelta(days=1))) for day in known],
            ),
            "segment_at": ("account_id varchar, segment varchar, from_at timestamp, until_at timestamp", []),
            "workspace_setting": ("zone varchar", [("Europe/Berlin",)]),
        },
        ["first_look", "fct_purchase"],
    )
    made = connection.table("fct_purchase").select("row_id, bought_in, looked_online, looked_in_store, looks_known").fetchall()
    connection.close()
    counted = [one for one in orders if one.status not in ("cancelled", "refunded") and one.at <= around]
    assert sorted(made) == sorted(
        (f"o:{one.number}", PLACES.get(one.channel or "", "elsewhere"), *wanted(one, looks)) for one in counted
    )
