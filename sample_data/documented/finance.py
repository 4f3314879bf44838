"""Costs by month and exchange rates."""

from sample_data.moments import (
    day_text,
)
from sample_data.world import World
from sample_data.writers import Table


def costs(world: World) -> Table:
    """What each month cost."""
    rows = [[day_text(month), kind, channel, f"{amount:.2f}", "EUR", "finance"] for month, kind, channel, amount in world.costs]
    return Table(
        file="costs.csv", entity="costs", source="finance", header="month kind channel amount currency source".split(), rows=rows
    )


def rates(world: World) -> Table:
    """Exchange rates by working day; two currencies of contracts and orders have none."""
    rows = [[day_text(of_day), currency, f"{rate:.4f}", "finance"] for of_day, currency, rate in world.rates]
    return Table(file="rates.csv", entity="rates", source="finance", header="day currency rate source".split(), rows=rows)
