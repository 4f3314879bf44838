"""The dirt that real exports have, planted where it is known and counted."""

from sample_data.draw import Draw
from sample_data.world import World
from sample_data.writers import Table

FUTURE = "2031-01-01T09:00:00Z"
FORMULAS = ("=SUM(A1:A9)", "+49 only", "-Müller", "@home")


def spoil(tables: dict[str, Table], world: World) -> None:
    """Plant every kind of dirt."""
    draw = Draw(world.seed, "dirt")
    _refused(tables, world)
    _repeated(tables, world, draw)
    _odd_but_legal(tables, world, draw)


def _copy(table: Table, **cells: str) -> list[str]:
    """A row like the first one, with some cells changed."""
    row = list(table.rows[0])
    for name, cell in cells.items():
        row[table.column(name)] = cell
    return row


def _refuse(table: Table, column: str, cell: str, why: str, **others: str) -> None:
    table.plant(_copy(table, **{column: cell}, **others), column, why)


def _refused(tables: dict[str, Table], world: World) -> None:
    """Rows that no reading can save."""
    often = world.size.quota(12)
    web, desk, shop = tables["web_interactions.csv.gz"], tables["desk_interactions.csv"], tables["shop_orders.csv"]
    for place in range(often):
        _refuse(web, "happened_at", "", "no time", interaction_id=f"x{place}")
        _refuse(shop, "amount", "twelve", "not a number", order_id=f"X{place}")
    _refuse(web, "happened_at", "2026-02-30T10:00:00Z", "no such day", interaction_id="x-day")
    _refuse(desk, "happened_at", "yesterday", "not a time", interaction_id="x-time")
    _refuse(shop, "currency", "EURO", "not three letters", order_id="X-euro")
    _refuse(tables["contracts.csv"], "starts_on", "soon", "not a day", contract_id="X1")
    _refuse(tables["contracts.csv"], "contract_id", "", "no id")
    _refuse(tables["contracts.csv"], "amount_per_month", "-12.00", "below zero", contract_id="X2")
    _refuse(tables["contracts.csv"], "ended_on", "2021-01-01", "ended before it began", contract_id="X3")
    _refuse(tables["commitments.csv"], "kind", "miracle", "no such kind", commitment_id="X1")
    _refuse(tables["commitments.csv"], "due_at", "", "no time", commitment_id="X2")
    _refuse(tables["erp_customers.csv"], "record_id", "", "no id")
    _refuse(tables["erp_customers.csv"], "email", "not an address", "no @", record_id="X1")
    _refuse(
        tables["survey_responses.csv"],
        "score",
        "9",
        "outside its scale",
        response_id="X1",
        answered_at="2026-01-05T10:00:00Z",
        sent_at="2026-01-05T09:00:00Z",
        delivered_at="2026-01-05T09:00:02Z",
    )
    _refuse(tables["costs.csv"], "month", "2026-05-17", "not the first of a month")
    _refuse(tables["rates.csv"], "rate", "0", "not above zero", day="2026-01-01")
    _refuse(tables["till_orders.csv"], "ordered_at", "32.10.2026 10:00", "no such day", order_id="X1")
    _refuse(tables["zendesk_tickets_2026-10-30.csv"], "Created at", "", "no time", Id="1")


def _repeated(tables: dict[str, Table], world: World, draw: Draw) -> None:
    """Rows that are in the file twice, exactly."""
    for file, count in (
        ("web_interactions.csv.gz", 90),
        ("shop_orders.csv", 25),
        ("contracts.csv", 20),
        ("commitments.csv", 8),
        ("erp_customers.csv", 15),
        ("zendesk_tickets_2026-10-30.csv", 10),
    ):
        table = tables[file]
        bad = {id(row) for row, _, _ in table.refused}
        places = draw.sample([place for place, row in enumerate(table.rows) if id(row) not in bad], world.size.quota(count))
        for place in sorted(places, reverse=True):
            table.repeat(place)


def _odd_but_legal(tables: dict[str, Table], world: World, draw: Draw) -> None:
    """Rows that load, but that someone should hear of."""
    web, erp, tickets = tables["web_interactions.csv.gz"], tables["erp_customers.csv"], tables["zendesk_tickets_2026-10-30.csv"]
    future = world.size.quota(5)
    for place in range(future):
        web.plant(_copy(web, interaction_id=f"future{place}", happened_at=FUTURE))
    web.notes["future_rows"] = future
    desk = tables["desk_interactions.csv"]
    pigeons = world.size.quota(12)
    for place in range(pigeons):
        desk.plant(_copy(desk, interaction_id=f"pigeon{place}", channel="carrier pigeon"))
    desk.notes["unknown_channel"] = {"carrier pigeon": pigeons}
    named = [row for row in erp.rows if row[erp.column("kind")] == "company"]
    for row, formula in zip(draw.sample(named, len(FORMULAS)), FORMULAS, strict=False):
        row[erp.column("name")] = formula
    erp.notes["formula_names"] = min(len(named), len(FORMULAS))
    status = tickets.column("Status")
    unknown = [row for row in tickets.rows if row[status] == "Closed"][: world.size.quota(7)]
    for row in unknown:
        row[status] = "Waiting for parts"
    tickets.notes.update(unknown_status={"Waiting for parts": len(unknown)}, sentinel_date="1900-01-01 00:00:00")
    orders = tables["shop_orders.csv"]
    planted = {id(row) for row, _, _ in orders.refused}
    odd = [row for row in orders.rows if row[orders.column("status")] == "completed" and id(row) not in planted][
        : world.size.quota(9)
    ]
    for row in odd:
        row[orders.column("status")] = "on backorder"
    orders.notes["unknown_status"] = {"on backorder": len(odd)}
