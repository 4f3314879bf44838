"""Who of those that became customers in a month was still with the company months later."""

from collections.abc import Iterable

from sample_data.lives import Life
from sample_data.moments import LAST, local_day, month_of
from sample_data.truth import contract_cover, stretches_of


def months_between(earlier: str, later: str) -> int:
    """From 2025-01 to 2025-03 are two months."""
    return (int(later[:4]) - int(earlier[:4])) * 12 + int(later[5:]) - int(earlier[5:])


def last_active_month(life: Life) -> str:
    """The last month with a day under contract, the grace included, or with a purchase."""
    covers = [contract_cover(contract, life.contracts) for contract in life.contracts]
    days = [min(cover.until - 1, LAST) for cover in covers]
    days += [local_day(order.moment) for order in life.orders if order.status == "completed"]
    return month_of(max(days))


def still_with_us(lives: Iterable[Life], cohort: str, most: int) -> list[int]:
    """Those who became customers in the month, and how many of them were active 1, 2 … months later or after that."""
    told = [0] * (most + 1)
    for life in lives:
        stretches = stretches_of(life)
        if stretches and month_of(stretches[0].since) == cohort:
            after = months_between(cohort, last_active_month(life))
            for place in range(min(after, most) + 1):
                told[place] += 1
    return told
