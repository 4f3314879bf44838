"""`cx coverage`: which figures the files given make possible, what the others lack, and which export would add it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter
from metrics.coverage import NOT_YET, CoveredMetric, Wanted

MOST_EXPORTS = 5


def coverage(
    every: Annotated[bool, typer.Option("--all", help="List every figure by itself, also those that lack nothing.")] = False,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell which figures the loaded files make possible, what the others lack, and which export would add what.

    Of several things that a figure lacks one may be enough: what customers buy is told by orders, by contracts or by won sales.
    """
    found = CommandCenter.open(workspace).coverage()
    if as_json:
        terminal.say_json({"sentence": found.sentence, **asdict(found)})
        return
    terminal.say_line(found.sentence)
    for wanted in found.wanted:
        terminal.say_line(f"· {_advice(wanted)}")
    rows = [_row(one) for one in found.figures] if every else _alike(one for one in found.figures if one.missing)
    if rows:
        terminal.say_rows(rows)


def _row(one: CoveredMetric) -> dict[str, str]:
    return {"figure": one.metric, "is": one.state, "lacks": one.missing}


def _alike(figures: Iterable[CoveredMetric]) -> list[dict[str, str]]:
    """Return a row for all figures that lack the same, those that are not possible first."""
    found: dict[tuple[bool, str, str], list[str]] = {}
    for one in figures:
        found.setdefault((one.state != NOT_YET, one.state, one.missing), []).append(one.metric)
    groups = sorted(found.items(), key=lambda group: (group[0][0], -len(group[1])))
    return [{"is": state, "lacks": missing, "figures": ", ".join(names)} for (_, state, missing), names in groups]


def _advice(wanted: Wanted) -> str:
    alone = f", {wanted.opens_alone} of them for nothing else" if 0 < wanted.opens_alone < wanted.opens else ""
    waiting = f"{wanted.opens} {'figure waits' if wanted.opens == 1 else 'figures wait'} for it{alone}" if wanted.opens else ""
    whole = f"{wanted.completes} would be whole with it" if wanted.completes else ""
    shown = wanted.exports[:MOST_EXPORTS]
    more = f" and {len(wanted.exports) - len(shown)} more" if len(wanted.exports) > len(shown) else ""
    parts = f" ({', '.join(wanted.parts)})" if wanted.parts else ""
    gains = "; ".join(gain for gain in (waiting, whole) if gain)
    return f"{wanted.entity}{parts}: {gains}. Told by {', '.join(shown)}{more}."
