"""Whether the numbers can be trusted, in one line each: rows accounted for, freshness, alarms, checks, words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.components.health_alarms import KINDS, name_of, newest
from dashboard.components.health_checks import BY_SEVERITY
from dashboard.components.health_sources import LATE, VERY_LATE, lateness
from dashboard.look import Look
from dashboard.states import AT_RISK, MET, MISSED, State
from dashboard.templates import render
from dashboard.view import View

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is summed up."""

    ledger: Mapping[str, Any]
    sources: Rows
    alarms: Rows
    checks: Rows
    quarantined: int
    words: int


def fetch(center: Any, view: View) -> Verdict:
    return Verdict(
        ledger=center.ledger_summary(),
        sources=center.sources(),
        alarms=center.alarms(),
        checks=center.checks(),
        quarantined=len(center.quarantine()),
        words=len(center.unknown_words()),
    )


def draw(told: Verdict, look: Look) -> Markup:
    lines = [_rows(told, look), _fresh(told), _alarms(told), _checks(told, look), _words(told)]
    return render("health_verdict.html", title=_title(told), lines=lines)


def _title(told: Verdict) -> str:
    errors, late = _broken(told, "error"), _late(told)
    if errors or told.quarantined:
        return "Not all of them: see what is marked below."
    if late:
        are = "source is" if len(late) == 1 else "sources are"
        return f"Yes, as far as they reach: every record is accounted for, but {len(late)} {are} late."
    return "Yes: every record is accounted for, and no check finds an error."


def _late(told: Verdict) -> list[str]:
    return [row["title"] for row in told.sources if lateness(row) in (LATE, VERY_LATE)]


def _rows(told: Verdict, look: Look) -> dict[str, Any]:
    ledger, count = told.ledger, look.reader.count
    words = (
        f"{look.reader.counted(ledger['records'], 'record', 'records')} in {look.reader.counted(ledger['files'], 'file', 'files')}"
        f" = {count(ledger['loaded_new'])} new + {count(ledger['loaded_updated'])} updated"
        f" + {count(ledger['rejected'])} refused + {count(ledger['duplicates'])} told before"
        + (f" + {count(ledger['removed'])} removed on request" if ledger["removed"] else "")
    )
    if told.quarantined:
        waiting = look.reader.counted(told.quarantined, "file waits", "files wait")
        return _line("rows", MISSED, f"{waiting} in quarantine", f"Of the others {words}")
    return _line("rows", MET, "Every record is accounted for", f"{words}; no file in quarantine")


def _fresh(told: Verdict) -> dict[str, Any]:
    late = _late(told)
    is_very = any(lateness(row) == VERY_LATE for row in told.sources)
    what = f"{len(late)} of {len(told.sources)} sources late" if late else "No source is late"
    return _line("fresh", MISSED if is_very else AT_RISK if late else MET, what, ", ".join(late))


def _alarms(told: Verdict) -> dict[str, Any]:
    found = newest(told.alarms)
    what = "1 alarm" if len(found) == 1 else f"{len(found)} alarms"
    kinds = Counter(KINDS[row["alarm"]] for row in found)
    words = ", ".join(dict.fromkeys(name_of(row) for row in found))
    return _line("alarms", MISSED if kinds[MISSED] else AT_RISK if found else MET, what if found else "No alarm", words)


def _checks(told: Verdict, look: Look) -> dict[str, Any]:
    errors, warnings, notes = (_broken(told, severity) for severity in BY_SEVERITY)
    state = MISSED if errors else AT_RISK if warnings else MET
    holding = sum(not row["rows"] for row in told.checks)
    counted = ((errors, "error"), (warnings, "warning"), (notes, "note"))
    words = ", ".join(look.reader.counted(count, one, f"{one}s") for count, one in counted)
    return _line("checks", state, f"{holding} of {len(told.checks)} checks hold", words)


def _words(told: Verdict) -> dict[str, Any]:
    what = f"{told.words} words nobody declared" if told.words != 1 else "1 word nobody declared"
    return _line("words", AT_RISK if told.words else MET, what if told.words else "Every word is known", "")


def _broken(told: Verdict, severity: str) -> int:
    return sum(row["rows"] > 0 and row["severity"] == severity for row in told.checks)


def _line(key: str, state: State, what: str, words: str) -> dict[str, Any]:
    return {"key": key, "state": state, "what": what, "words": words}
