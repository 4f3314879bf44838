"""Packs that are written by themselves, beside the watch of the inbox: each once after its period is over."""

import sys
from collections.abc import Collection
from datetime import datetime
from typing import Any

from dashboard import terminal
from dashboard.asking import newest_of
from dashboard.packs.writing import Writing, Written
from dashboard.settings import Settings
from metrics import CommandCenter
from metrics.packs import due_period
from metrics.period import local_time, utc_midnight
from metrics.period_text import days_of
from queries.clock import utc_now
from queries.errors import QueriesError
from queries.pack_state import written
from queries.workspace import Workspace


def write_due(workspace: Workspace, now: datetime, writing: Writing) -> tuple[list[Written], list[str]]:
    """Writes every pack that is due and was not written for its period yet; returns what was written, and what was not and why.

    now: UTC, naive. A pack whose period is over but not known to its end waits for the exports that are late.
    """
    center = writing.center
    packs = [pack for pack in center.packs().values() if pack.is_written]
    if not packs:
        return [], []
    zone, made, problems = center.settings()["zone"], [], []
    with written(workspace) as found:
        for gone in found.keys() - {pack.name for pack in packs}:
            del found[gone]
        for pack in packs:
            period = due_period(pack, local_time(now, zone))
            if found.get(pack.name, "") >= period:
                continue
            if not _is_known(center, period, zone):
                problems.append(f"Pack {pack.name}: {period} is over, and the data does not reach its end yet.")
                continue
            try:
                made += writing.write(pack, period)
            except QueriesError as error:
                problems.append(f"Pack {pack.name}: {error}")
                continue
            found[pack.name] = period
    return made, problems


def make_round(workspace: Workspace, said: set[str] | None = None) -> None:
    """Writes what is due and prints it; where no pack is written by itself there is nothing to look at.

    said: what was not in the round before, which is not printed again; it holds that of this one afterwards.
    """
    if not workspace.current.exists() or not any(workspace.packs.glob("*.toml")):
        return
    before = said if said is not None else set()
    try:
        center = CommandCenter.open(workspace.root)
        try:
            made, problems = write_due(workspace, utc_now(), Writing(center=center, base=Settings().public_url, by="cx watch"))
        finally:
            center.close()
    except QueriesError as error:
        made, problems = [], [f"No pack was written: {error}"]
    say(made)
    for problem in problems:
        if problem not in before:
            terminal.say_line(problem, sys.stderr)
    before.clear()
    before.update(problems)


def say(made: Collection[Written]) -> None:
    """Prints which files were written for whom, and on standard error what could not be."""
    for one in made:
        whom = f" for {one.reader}" if one.reader else ""
        for path in one.files:
            terminal.say_line(f"Wrote {path}{whom}")
        for missing in one.missing:
            terminal.say_line(f"Pack {one.pack}{whom}: no {missing}", sys.stderr)


def _is_known(center: Any, period: str, zone: str) -> bool:
    newest = newest_of(center)
    return newest is not None and newest >= utc_midnight(days_of(period)[1], zone)
