"""The page about an export nobody has described yet, followed word for word on three files of quite different kinds."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.queries.intake.workbooks import workbook

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "NEW_EXPORT.md").read_text(encoding="utf-8")
RECIPE = re.findall(r"^\d\. `(cx [^`]+)`|, and `(cx [^`]+)`", PAGE, flags=re.MULTILINE)
COMMANDS = [first or second for first, second in RECIPE]


@dataclass(frozen=True)
class Case:
    """A file, the edits that a person makes, and what a figure must then say."""

    name: str
    content: bytes
    edits: dict[str, str]
    ask: list[str]
    expected: dict[str, float]


def offers() -> Case:
    """Semicolons, decimal commas, days before months: offers, as a house-made tool might list them."""
    dice = random.Random(7)
    lines = ["Angebots-Nr.;Kunden-Nr.;Kundenname;Angebotsdatum;Wert;Ergebnis;Entschieden am;Absagegrund;Betreuer"]
    worth: dict[str, float] = {}
    for number in range(1, 61):
        made = date(2026, dice.randint(1, 9), dice.randint(1, 28))
        outcome = dice.choice(["gewonnen", "verloren", "vertagt"])
        decided = made + timedelta(days=dice.randint(3, 20)) if outcome != "vertagt" else None
        cents = dice.randint(10_000, 900_000_000)
        amount = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"
        day = f"{decided:%d.%m.%Y}" if decided else ""
        reason = "zu teuer" if outcome == "verloren" else ""
        lines.append(f"A{number};K{number % 17};Firma {number % 17};{made:%d.%m.%Y};{amount};{outcome};{day};{reason};Uwe Holm")
        if outcome == "vertagt":
            worth["open"] = round(worth.get("open", 0) + cents / 100, 2)
    edits = {'"gewonnen" = "won"': '"gewonnen" = "won", "vertagt" = "open"'}
    return Case("angebote.csv", "\n".join(lines).encode("cp1252"), edits, ["pipeline"], {"": worth["open"]})


def tickets() -> Case:
    """JSON lines with objects inside, times with their shift: requests, as an interface might give them."""
    dice = random.Random(11)
    lines, by_channel = [], {}
    states = ["Done", "Open", "Parked"]
    for number in range(1, 81):
        opened = datetime(2026, 9, 1) + timedelta(minutes=dice.randint(0, 60 * 24 * 28))
        channel, word = dice.choice([("email", "mail"), ("phone", "call"), ("chat", "live chat")])
        state = dice.choice(states)
        ticket = {
            "ticket": {"id": number, "state": state, "type": "Problem", "labels": ["a", "b"]},
            "requester": {"id": f"u{number % 23}", "email": f"u{number % 23}@example.com", "name": "Invented"},
            "created_at": f"{opened:%Y-%m-%dT%H:%M:%S}+02:00",
            "via": word,
            "resolved_at": f"{opened + timedelta(hours=5):%Y-%m-%dT%H:%M:%S}+02:00" if state == "Done" else None,
        }
        lines.append(json.dumps(ticket))
        by_channel[channel] = by_channel.get(channel, 0) + 1
    edits = {'map = { "Done" = "solved" }': 'map = { "Done" = "solved", "Parked" = "on_hold" }'}
    ask = ["cases_opened", "--period", "2026", "--by", "channel"]
    return Case("helpdesk.jsonl", "\n".join(lines).encode(), edits, ask, by_channel)


def answers() -> Case:
    """A workbook with dates in cells and words for nothing: what customers answered, as a person might keep it."""
    dice = random.Random(13)
    rows: list[list[object]] = [["Nummer", "Kundennummer", "Beantwortet am", "Weiterempfehlung", "Kommentar", "Filiale"]]
    points = []
    for number in range(1, 71):
        day = datetime(2026, 10, dice.randint(1, 28), dice.randint(8, 18), 30)
        score = dice.choice([0, 3, 6, 7, 8, 9, 9, 10, 10])
        rows.append(
            [f"R-{number}", f"K{number}", day, score, dice.choice(["gut", "n/a", "zu langsam"]), dice.choice(["Nord", "Süd"])]
        )
        points.append(100 if score >= 9 else -100 if score <= 6 else 0)
    book = workbook({"Antworten": rows, "Notizen": [["nur", "Text"], ["ohne", "Zahl"]]})
    edits = {'# [rows.properties]\n# "filiale" = "Filiale"': '[rows.properties]\n"filiale" = "Filiale"'}
    ask = ["nps_relational", "--period", "all"]
    return Case("umfrage.xlsx", book, edits, ask, {"": sum(points) / len(points)})


def cx(words: str, *more: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = words.split()
    assert program == "cx"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = [sys.executable, "-m", "dashboard.cli", *arguments, *more]
    return subprocess.run(told, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("made", [offers, tickets, answers], ids=["semicolons", "nested JSON", "workbook"])
def test_an_unknown_export_becomes_published_figures_by_the_page_and_one_edit(made: Callable[[], Case], tmp_path: Path) -> None:
    case, workspace = made(), ("--workspace", str(tmp_path / "workspace"))
    file = tmp_path / case.name
    file.write_bytes(case.content)
    unknown, new, check, known, load, ledger = [one.replace("complaints.csv", str(file)) for one in COMMANDS]

    assert cx(unknown, *workspace).stdout.startswith("Not recognised.")
    drafted = cx(new, *workspace)
    assert drafted.returncode == 0, drafted.stderr
    assert "To fill in" not in drafted.stdout
    (written,) = (tmp_path / "workspace" / "sources").glob("*.toml")
    text = written.read_text(encoding="utf-8")
    for before, after in case.edits.items():
        assert before in text, text
        text = text.replace(before, after)
    written.write_text(text, encoding="utf-8")

    assert cx(check, *workspace).returncode == 0
    assert " % sure." in cx(known, *workspace).stdout
    loaded = cx(load, *workspace)
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    records = len(case.content.splitlines()) - case.name.endswith(".csv") if not case.name.endswith("xlsx") else 70
    assert str(records) in cx(ledger, *workspace).stdout

    asked = json.loads(cx("cx ask", *case.ask, "--json", *workspace).stdout)
    rows = asked["rows"] or [{"by": {}, **asked["total"]}]
    found = {row["by"].get("channel", ""): row.get("amount", row["value"]) for row in rows}
    assert found == pytest.approx(case.expected)
