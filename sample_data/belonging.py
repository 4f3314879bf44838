"""Which kind of customer each account is on the first of a month, and who moved from one kind to another."""

from collections import Counter
from collections.abc import Iterable

from sample_data.lives import Life
from sample_data.truth import contract_cover, stretches_of

HOMES = (("solar", "Homes, solar"), ("gas", "Homes, gas"), ("power", "Homes, power"))


def kind_on(life: Life, of_day: int) -> str:
    """The kind of customer on a day, by the contracts that count then."""
    if life.person.kind == "company":
        return "Small business"
    covers = [(contract.product, contract_cover(contract, life.contracts)) for contract in life.contracts]
    products = {product for product, cover in covers if cover.since <= of_day < cover.until}
    return next((name for product, name in HOMES if product in products), "Homes, other")


def _is_customer(life: Life, of_day: int) -> bool:
    return any(stretch.since <= of_day < stretch.until for stretch in stretches_of(life))


def moved_in(lives: Iterable[Life], month_before: int, month: int) -> dict[str, int]:
    """How many came into each kind of customer on the first of a month, having been customers on the day before."""
    counts: Counter[str] = Counter()
    for life in lives:
        began = min((stretch.since for stretch in stretches_of(life)), default=month)
        if began < month_before and _is_customer(life, month - 1) and _is_customer(life, month):
            before, after = kind_on(life, month_before), kind_on(life, month)
            if before != after:
                counts[after] += 1
    return dict(sorted(counts.items()))
