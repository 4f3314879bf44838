"""Orders of the web shop and of the tills, and what was in them."""

from sample_data.draw import Draw
from sample_data.lives import Life, Order
from sample_data.moments import (
    FIRST,
    LAST,
    NOW,
    day_first_moment,
    utc_text,
)
from sample_data.world import World
from sample_data.writers import Row, Table


def _orders(world: World) -> list[tuple[Life, Order]]:
    pairs = [(life, order) for life in world.lives for order in life.orders]
    return sorted(pairs, key=lambda pair: (pair[1].moment, pair[1].number))


def shop_order_row(life: Life, order: Order, draw: Draw) -> Row:
    """An order in the web shop, by e-mail in some spelling or by customer number."""
    email = life.person.email.upper() if draw.chance(0.15) else life.person.email
    by_email = life.person.kind == "home" and draw.chance(0.7)
    key = [email, ""] if by_email else ["", life.person.number]
    return [
        order.number,
        *key,
        utc_text(order.moment),
        f"{order.amount:.2f}",
        order.currency,
        order.channel,
        order.status,
        "shop",
    ]


def shop_orders(world: World) -> Table:
    """The web shop's orders; a line under them tells when they were exported."""
    draw = Draw(world.seed, "shop orders")
    header = "order_id email external_id ordered_at amount currency channel status source".split()
    rows = [shop_order_row(life, order, draw) for life, order in _orders(world) if order.channel == "web"]
    last = list(rows[-1])
    last[0], last[3], last[7] = "B999999", utc_text(NOW), "cancelled"
    rows.append(last)
    return Table(
        file="shop_orders.csv",
        entity="orders",
        source="shop",
        header=header,
        rows=rows,
        footer="Exported by Fernhill Shop on 30.10.2026 14:05",
    )


def till_orders(world: World) -> Table:
    """Sales in the stores, dates day first; some buyers showed no card and stay unknown."""
    draw = Draw(world.seed, "till orders")
    header = "order_id external_id ordered_at amount currency channel status source".split()
    rows = [
        [
            order.number,
            life.person.number,
            day_first_moment(order.moment),
            f"{order.amount:.2f}",
            order.currency,
            "store",
            order.status,
            "tills",
        ]
        for life, order in _orders(world)
        if order.channel == "store"
    ]
    unknown = world.size.quota(180, 3)
    for place in range(unknown):
        moment = draw.office_time(draw.between(FIRST, LAST - 1))
        rows.append(
            [f"T{place + 1}", "", day_first_moment(moment), f"{20 + 60 * draw.unit():.2f}", "EUR", "store", "completed", "tills"]
        )
    rows.append(["T999999", rows[0][1], day_first_moment(NOW), rows[0][3], "EUR", "store", "cancelled", "tills"])
    table = Table(file="till_orders.csv", entity="orders", source="tills", header=header, rows=rows)
    table.notes.update(day_first_column="ordered_at", unknown_buyers=unknown)
    return table


def order_lines(world: World) -> Table:
    """What was in the web shop's orders."""
    header = "order_id line_number product quantity amount source".split()
    rows = [
        [order.number, str(place), product, str(quantity), f"{amount:.2f}", "shop" if order.channel == "web" else "tills"]
        for _, order in _orders(world)
        for place, (product, quantity, amount) in enumerate(order.lines, start=1)
    ]
    return Table(file="order_lines.csv.gz", entity="order_lines", source="shop", header=header, rows=rows)
