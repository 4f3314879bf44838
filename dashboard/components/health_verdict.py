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
from metrics.language import _, _n

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
        return _("Not all of them: see what is marked below.")
    if late:
        return _n(
            "Yes, as far as they reach: every record is accounted for, but {n} source is late.",
            "Yes, as far as they reach: every record is accounted for, but {n} sources are late.",
            len(late),
            n=len(late),
        )
    return _("Yes: every record is accounted for, and no check finds an error.")


def _late(told: Verdict) -> list[str]:
    return [row["title"] for row in told.sources if lateness(row) in (LATE, VERY_LATE)]


def _rows(told: Verdict, look: Look) -> dict[str, Any]:
    ledger, count = told.ledger, look.reader.count
    words = _(
        "{records} in {files} = {new} new + {updated} updated + {refused} refused + {again} told before",
        records=look.reader.counted(ledger["records"], "record", "records"),
        files=look.reader.counted(ledger["files"], "file", "files"),
        new=count(ledger["loaded_new"]),
        updated=count(ledger["loaded_updated"]),
        refused=count(ledger["rejected"]),
        again=count(ledger["duplicates"]),
    )
    if ledger["removed"]:
        words = _("{sum} + {n} removed on request", sum=words, n=count(ledger["removed"]))
    if told.quarantined:
        waiting = _n("{n} file waits in quarantine", "{n} files wait in quarantine", told.quarantined, n=count(told.quarantined))
        return _line("rows", MISSED, waiting, _("The others: {sum}", sum=words))
    return _line("rows", MET, _("Every record is accounted for"), _("{sum}; no file in quarantine", sum=words))


def _fresh(told: Verdict) -> dict[str, Any]:
    late = _late(told)
    is_very = any(lateness(row) == VERY_LATE for row in told.sources)
    what = _("{n} of {whole} sources late", n=len(late), whole=len(told.sources)) if late else _("No source is late")
    return _line("fresh", MISSED if is_very else AT_RISK if late else MET, what, ", ".join(late))


def _alarms(told: Verdict) -> dict[str, Any]:
    found = newest(told.alarms)
    what = _n("{n} alarm", "{n} alarms", len(found), n=len(found))
    kinds = Counter(KINDS[row["alarm"]] for row in found)
    words = ", ".join(dict.fromkeys(name_of(row) for row in found))
    return _line("alarms", MISSED if kinds[MISSED] else AT_RISK if found else MET, what if found else _("No alarm"), words)


def _checks(told: Verdict, look: Look) -> dict[str, Any]:
    errors, warnings, notes = (_broken(told, severity) for severity in BY_SEVERITY)
    state = MISSED if errors else AT_RISK if warnings else MET
    holding = sum(not row["rows"] for row in told.checks)
    words = ", ".join(
        (
            look.reader.counted(errors, "error", "errors"),
            look.reader.counted(warnings, "warning", "warnings"),
            look.reader.counted(notes, "note", "notes"),
        )
    )
    return _line("checks", state, _("{n} of {whole} checks hold", n=holding, whole=len(told.checks)), words)


def _words(told: Verdict) -> dict[str, Any]:
    what = _n("{n} word nobody declared", "{n} words nobody declared", told.words, n=told.words)
    return _line("words", AT_RISK if told.words else MET, what if told.words else _("Every word is known"), "")


def _broken(told: Verdict, severity: str) -> int:
    return sum(row["rows"] > 0 and row["severity"] == severity for row in told.checks)


def _line(key: str, state: State, what: str, words: str) -> dict[str, Any]:
    return {"key": key, "state": state, "what": what, "words": words}
