"""From files to what is foretold: the published purchases of CDNOW, and people who object, through the real intake."""

import csv
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from metrics import CommandCenter
from tests.conftest import run_module

CUSTOMERS = 2357
CONSENTS = (
    ("00004", "true", "1997-02-01T00:00:00"),
    ("00004", "false", "1997-03-01T00:00:00"),
    ("00021", "false", "1997-02-01T00:00:00"),
    ("00021", "true", "1997-03-01T00:00:00"),
)


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> CommandCenter:
    """The published tenth of CDNOW's customers and all they bought from January 1997 to September, in an otherwise empty workspace."""
    spec = find_spec("lifetimes")
    assert spec
    assert spec.submodule_search_locations
    lines = (Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt").read_text(encoding="utf-8").splitlines()
    bought = [line.split() for line in lines if line.split()[2] <= "19970930"]
    folder = tmp_path_factory.mktemp("cdnow")
    exports = folder / "exports"
    exports.mkdir()
    with (exports / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["order_id", "external_id", "ordered_at", "amount", "currency", "status", "source"])
        for number, (customer, _, day, _, amount) in enumerate(bought, start=1):
            at = datetime.strptime(day, "%Y%m%d").replace(hour=12).isoformat()
            rows.writerow([number, customer, at, amount, "USD", "completed", "cdnow"])
    with (exports / "consents.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "purpose", "granted", "effective_at", "source"])
        for customer, granted, at in CONSENTS:
            rows.writerow([customer, "profiling", granted, at, "crm"])
    workspace = folder / "workspace"
    workspace.mkdir()
    (workspace / "sources.toml").write_text('[cdnow]\nknown_until = "1997-09-30T23:59:59"\n', encoding="utf-8")
    run_module("dashboard.cli", "load", "--workspace", str(workspace), str(exports))
    return CommandCenter.open(workspace)


def test_the_published_parameters_come_out_of_a_file_of_orders(cdnow: CommandCenter) -> None:
    told = cdnow.ask("likely_to_buy_again").rows[0].extra["model"]
    assert told["customers"] == CUSTOMERS - 1  # one of them objects, which moves the parameters a little
    assert [told["r"], told["alpha_days"] / 7, told["a"], told["b"]] == pytest.approx([0.243, 4.414, 0.793, 2.426], rel=1e-2)


def test_who_took_their_consent_back_is_left_out_and_who_gave_it_again_is_not(cdnow: CommandCenter) -> None:
    answer = cdnow.ask("likely_to_buy_again")
    assert answer.total.n == CUSTOMERS - 1
    assert "1 customer objects to profiling and is left out." in answer.notices
    listed = {row["customer_id"] for row in cdnow.customers_behind("likely_to_buy_again", limit=10_000).rows}
    everybody = {row["customer_id"] for row in cdnow.customers_behind("orders_placed", period="all", limit=10_000).rows}
    (left_out,) = everybody - listed
    assert [consent["granted"] for consent in cdnow.story(left_out).consents] == [False, True]
    assert len(cdnow.story(left_out).orders) == 3


def test_the_forecast_for_the_next_thirty_nine_weeks_is_the_published_one(cdnow: CommandCenter) -> None:
    """Known of this model and these customers: it expects a little too few (they came back on 1,882 days, orders of a day once)."""
    answer = cdnow.ask("likely_to_buy_again", ahead="273 days")
    assert answer.total.value == pytest.approx(1653.4, rel=2e-3)
