"""Canaries: people's names, addresses and numbers in cells where they do not belong are refused, and shown nowhere as they stood."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from queries.quarantine import quarantined
from queries.workspace import Workspace

PATH = "/data-health"
CANARIES = ("ttilie", "anarie", "example.com", "5550177", "eisigweg")
ORDERS = "order_id,email,ordered_at,amount,currency,status\n"
GOOD = "1,b@example.org,2026-10-01,5,EUR,placed\n8,h@example.org,2026-10-01,5,EUR,ottilie.kanarie@example.com\n"
BAD = [
    "2,c@example.org,Ottilie Kanarie,5,EUR,placed\n",
    "3,d@example.org,2026-10-01,ottilie.kanarie@example.com,EUR,placed\n",
    "4,d@example.org,2026-10-01,5,Ottilie Kanarie,placed\n",
    "5,e@example.org,2026-10-01,+49 170 5550177,EUR,placed\n",
    "6,f@example.org,2026-10-01,5,Zeisigweg,placed\n",
    "7,g@example.org,2026-10-01,5,EUR,placed,Ottilie,Kanarie\n",
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace before its first load; one export holds good records and six bad ones, another holds bad ones alone."""
    root = tmp_path_factory.mktemp("canaries")
    (root / "exports").mkdir()
    (root / "exports" / "orders.csv").write_text(ORDERS + GOOD + "".join(BAD), encoding="utf-8")
    (root / "exports" / "all bad.csv").write_text(ORDERS + "".join(BAD[:2]), encoding="utf-8")
    return root / "workspace"


def shown(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text.lower()]


def everything(center: CommandCenter) -> Iterator[str]:
    """Whatever the page draws, and every table of it."""
    pages = Pages.found()
    page = pages.at(PATH)
    assert page is not None
    panels, view = Panels(center, pages), View.read(PATH, "")
    for section in page.sections:
        yield str(panels.draw(PATH, section.id, view))
        table = panels.table(PATH, section.id, view)
        yield str(table.plain() if table else "")


def test_what_a_refused_record_told_is_shown_nowhere_as_it_stood(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workspace.mkdir()
    told = {}
    for words in (["load", str(workspace.parent / "exports")], ["load", "--json"], ["ledger"], ["ledger", "--json"],
                  ["ledger", "--rejected"], ["ledger", "--rejected", "--json"], ["quarantine"], ["quarantine", "--json"]):  # fmt: skip
        with pytest.raises(SystemExit):
            main([*words, "--workspace", str(workspace)])
        told[" ".join(words)] = "".join(capfd.readouterr())
    center = CommandCenter.open(workspace)
    assert {words: shown(text) for words, text in told.items() if shown(text)} == {}
    assert [shown(html) for html in everything(center) if shown(html)] == []

    rejected = center.rejected()
    center.close()
    assert {row["source_line"] for row in rejected} == {3, 4, 5, 6, 7, 8}
    assert [one.file_name for one in quarantined(Workspace.at(workspace))] == ["all bad.csv"]
    assert "O•••••• K••••••" in told["ledger --rejected"]
    assert "O•••••• K••••••" in told["quarantine"]
