"""The guide's second step: what each file was recognised as, and what became of its records, while it loads and afterwards."""

import shlex
from typing import Any

from markupsafe import Markup

from dashboard.first_run import Guide, guide, percent_of
from dashboard.look import Look
from dashboard.sizes import size_words
from dashboard.states import AT_RISK, MET, MISSED, NO_DATA, State
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, _n
from queries.arrivals import LOADED, REFUSED, Arrival

SHOWN = 20


def fetch(center: Any, view: View) -> Guide:
    return guide(center)


def draw(told: Guide, look: Look) -> Markup:
    return render(
        "guide_files.html",
        title=look.title,
        problem=told.problem,
        failed=MISSED,
        is_watched=told.is_watched,
        is_loading=told.is_loading,
        **_progress(told),
        waits=[{"key": one.file_name, "name": one.file_name, "size": size_words(one.size, look.reader)} for one in told.waits],
        files=[_file(one, told, look) for one in told.arrivals[:SHOWN]],
        more=max(0, len(told.arrivals) - SHOWN),
        others=0 if told.is_loading else len(set(told.in_quarantine) - {one.file_name for one in told.arrivals}),
        has_own=told.has_own,
        health=look.view.elsewhere("/data-health"),
    )


def _progress(told: Guide) -> dict[str, Any]:
    """Returns how far the load is, in words and percent; no percent while nobody can tell."""
    now = told.progress
    if now is None or not now.of:
        return {"doing": _("Looking at the files"), "part": None}
    chapters = {
        "take in": _("Reading the files"),
        "build": _("Working out the figures"),
        "publish": _("Showing them"),
    }
    return {"doing": chapters.get(now.chapter, _("Looking at the files")), "part": percent_of(now)}


def _file(one: Arrival, told: Guide, look: Look) -> dict[str, Any]:
    return {
        "key": f"{one.at} {one.file_name}",
        "name": one.file_name,
        "state": _state(one),
        "says": _says(one, look),
        "counts": _counts(one, look) if one.outcome == LOADED else [],
        "reasons": [_reason(each.rows, each.column, each.reason, each.first, look) for each in one.reasons],
        "unused": ", ".join(one.unused),
        **_what_next(one, told),
    }


def _state(one: Arrival) -> State:
    if one.outcome == REFUSED:
        return MISSED
    return NO_DATA if one.outcome != LOADED else AT_RISK if one.rejected else MET


def _says(one: Arrival, look: Look) -> str:
    if one.outcome == LOADED:
        sure = look.reader.percent(one.sure / 100, 0)
        return _("is {title}, {sure} sure", title=one.title, sure=sure)
    if one.outcome == REFUSED:
        return one.why.removeprefix(f"{one.file_name}: ")
    return (
        _("was loaded before as {name}: nothing to do", name=one.why)
        if one.why != one.file_name
        else _("was loaded before: nothing to do")
    )


def _counts(one: Arrival, look: Look) -> list[str]:
    told = [
        _n("{n} row read", "{n} rows read", one.records, n=look.reader.count(one.records)),
        _("{n} new", n=look.reader.count(one.new)),
        _("{n} refused", n=look.reader.count(one.rejected)) if one.rejected else "",
        _("{n} told before", n=look.reader.count(one.duplicates)) if one.duplicates else "",
        _("{n} removed on request", n=look.reader.count(one.removed)) if one.removed else "",
    ]
    return [each for each in told if each]


def _reason(rows: int, column: str, reason: str, first: int, look: Look) -> str:
    where = f"{column}: " if column else ""
    return _(
        "{n} refused, first in record {first}: {where}{reason}",
        n=look.reader.count(rows),
        first=look.reader.count(first),
        where=where,
        reason=reason,
    )


def _what_next(one: Arrival, told: Guide) -> dict[str, str]:
    """Returns what to do about a refused file that lies in quarantine: the commands that draft a format for it and try it again."""
    if one.outcome != REFUSED or one.file_name not in told.in_quarantine:
        return {"draft": "", "again": ""}
    file, root = shlex.quote(str(told.quarantine / one.file_name)), shlex.quote(str(told.root))
    return {
        "draft": f"cx new source {file} --workspace {root}",
        "again": f"cx retry {shlex.quote(one.file_name)} --workspace {root}",
    }
