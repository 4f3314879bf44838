"""`cx forget`: removes a person from all that the workspace holds, and sees that no later export brings them back."""

from typing import Annotated

import typer

from dashboard import loading, terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter
from metrics.customer_records import CustomerRecords
from metrics.errors import QuestionError
from queries.audit import Noted
from queries.forget import Found, Outcome, find, is_pending, was_forgotten
from queries.forget import forget as forget_person
from queries.workspace import Workspace

MOST_NAMED = 5


def forget(
    customer: Annotated[
        str,
        typer.Argument(
            help="A customer id, SOURCE:ID of a record, an e-mail address or a phone number; none: end what was begun."
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Remove a person from raw exports, registry, lists, quarantine, packs and every snapshot; only counts and sums are kept.

    It first says what it found and asks. A keyed hash of what the person is known by stays, so that the next export that holds
    them is loaded without them. Killed in the middle it goes on with the next load, or with `cx forget` alone. Exports outside
    the workspace, and copies that people made, are not touched.
    """
    found = Workspace.at(workspace)
    if not customer:
        if not is_pending(found):
            raise typer.BadParameter("Name a customer: nobody is waiting to be forgotten.")
        _say(None, forget_person(found, None), as_json=as_json)
        return
    if was_forgotten(found, customer):
        terminal.say_line(f'Nothing to do: whoever was known by "{customer}" was forgotten already.')
        return
    person, rows, known = CommandCenter.open(workspace).person(customer)
    _check_person(known)
    told = find(found, str(known.customer["customer_id"]), person, rows)
    if not as_json:
        for line in _lines(told):
            terminal.say_line(line)
    if not yes and not typer.confirm("Remove all of it, for good?"):
        raise typer.Exit(1)
    with loading.progress_bar(hidden=as_json) as progress:
        outcome = forget_person(found, person, progress)
    _say(told, outcome, as_json=as_json)


def _check_person(known: CustomerRecords) -> None:
    """Raise QuestionError for a company: people are forgotten, each by themselves."""
    if known.customer["kind"] != "company":
        return
    people = ", ".join(str(one["customer_id"]) for one in known.people[:MOST_NAMED])
    raise QuestionError(
        f"{known.customer['name'] or known.customer['customer_id']} is a company, and only people are forgotten",
        instead=f"Name one of its people: {people}" if people else "None of its people is known",
    )


def _lines(told: Found) -> list[str]:
    rows = ", ".join(f"{count:,} {entity.replace('_', ' ')}" for entity, count in sorted(told.rows.items()))
    lines = [f"Of {told.customer_id} there are {rows or 'no rows'}.", f"In {len(told.files):,} exports: {', '.join(told.files)}."]
    if told.mentions:
        lines.append(
            f"Named in {', '.join(told.mentions)}: copies of exports among these are deleted, other files lose the name."
        )
    if told.closed:
        lines.append(f"Cannot be searched, and is deleted, too: {', '.join(told.closed)}.")
    if told.unsearched:
        lines.append(f"Cannot be searched, and stays: {', '.join(told.unsearched)}. See for yourself.")
    if told.packs:
        lines.append(
            f"Told of in {', '.join(told.packs)}: these packs are deleted. Whoever was handed one has to delete it, too."
        )
    lines += map(_elsewhere, told.taken_along)
    lines.append(f"Snapshots: {told.snapshots:,}. One is built anew, every other one is deleted.")
    return lines


def _elsewhere(one: Noted) -> str:
    """Names what was taken along, or written where nothing is removed."""
    what = f"{one.what}{f' of {one.of}' if one.of else ''}"
    if one.files:
        return f"Written by {one.by} on {one.at[:10]}: {what}, to {', '.join(one.files)}. Delete it, and where it was handed on."
    return f"Taken along by {one.by} on {one.at[:10]}: {what}. Ask them to delete it."


def _say(told: Found | None, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(
            {"found": loading.as_plain(told) if told else None, "removed": outcome.removed, "snapshot": outcome.report.snapshot}
        )
        return
    records = f"{outcome.removed:,} {'record' if outcome.removed == 1 else 'records'}"
    terminal.say_line(f"Forgotten: {records} removed from the raw exports; snapshot {outcome.report.snapshot} is served.")
    for folder in outcome.copies:
        terminal.say_line(f"Copies in {folder} still hold them. Run cx backup {folder}, then delete the older ones.")
    for notice in outcome.report.notices:
        terminal.say_line(notice)
