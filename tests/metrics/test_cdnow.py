"""CDNOW, a public set of purchases, through the real intake: 23,570 customers whose cohort of January 1997 is known in the literature.

Source: Fader and Hardie (2001), the master file as the package `lifetimes` carries it; only the file is read, the package is not run.
"""

from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path

import pytest

from metrics import CommandCenter
from tests.conftest import built_once, run_module

JANUARY = "1997-01"
Purchase = tuple[str, str, str]


def purchases() -> list[Purchase]:
    """Customer, day and amount of every purchase, twins kept."""
    spec = find_spec("lifetimes")
    assert spec
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(who, f"{day[:4]}-{day[4:6]}-{day[6:]}", amount) for who, day, _, amount in rows]


def load(folder: Path) -> None:
    (folder / "workspace.toml").write_text('title = "CDNOW"\ncurrency = "USD"\n', encoding="utf-8")
    exports = folder / "exports"
    exports.mkdir()
    lines = [f"{who},{day},{amount},USD,completed" for who, day, amount in purchases()]
    (exports / "orders.csv").write_text("\n".join(["record_id,ordered_at,amount,currency,status", *lines, ""]), encoding="utf-8")
    run_module("dashboard.cli", "load", "--workspace", str(folder), str(exports))


@pytest.fixture(scope="module")
def center() -> CommandCenter:
    return CommandCenter.open(built_once("cdnow", load))


def test_every_purchase_is_loaded_and_two_equal_ones_of_a_day_are_two(center: CommandCenter) -> None:
    rows = purchases()
    assert sum(count - 1 for count in Counter(rows).values()) > 0
    placed = center.ask("orders_placed", period="all").total
    assert (placed.n, placed.customers) == (len(rows), 23_570) == (69_659, 23_570)


def test_the_cohort_of_january_1997(center: CommandCenter) -> None:
    row = next(row for row in center.ask("retention", mode="on").rows if row.by["cohort"] == JANUARY)
    cells = {cell["since"]: int(cell["value"].numerator) for cell in row.extra["cells"] if cell["value"]}
    assert (row.extra["size"], cells[1], cells[12]) == (7_846, 1_157, 528)


@pytest.mark.parametrize("options", [{}, {"start": "order placed", "return": "order placed"}])
def test_every_month_of_every_cohort_is_what_the_file_says(center: CommandCenter, options: dict[str, str]) -> None:
    months: dict[str, set[int]] = defaultdict(set)
    for who, day, _ in purchases():
        months[who].add(12 * int(day[:4]) + int(day[5:7]) - 1)
    counted = Counter((min(those), month - min(those)) for those in months.values() for month in those)
    for row in center.ask("retention", mode="on", **options).rows[1:]:
        first = row.extra["begins_on"].year * 12 + row.extra["begins_on"].month - 1
        known = {cell["since"]: int(cell["value"].numerator) for cell in row.extra["cells"] if cell["value"]}
        assert known == {since: counted[first, since] for since in known}
        assert max(known) == 12 * 1998 + 5 - 1 - first or max(known) == 0


def test_whoever_bought_again_once_is_there_until_then(center: CommandCenter) -> None:
    answer = center.ask("retention", mode="on_or_after", lapse="30 days")
    row = next(row for row in answer.rows if row.by["cohort"] == JANUARY)
    there = [cell["value"].numerator for cell in row.extra["cells"] if cell["value"]]
    assert there == sorted(there, reverse=True)
    assert there[0] == 7_846
