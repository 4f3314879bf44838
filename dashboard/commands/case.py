"""`cx case`: a case's clocks step by step: what happened, its statuses, and for each promise why it was made and how it stands."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.reader import Reader
from dashboard.terminal import lasted, moment
from metrics import CommandCenter
from metrics.case_clocks import CaseCourse

WRITERS = {
    "customer": "the customer wrote",
    "person": "a person of ours replied",
    "machine": "an automatic reply",
    "note": "a note",
}
KINDS = {"created": "created", "assignment": "given to", "priority": "priority", "status": "status", "policy": "policy"}


def case(
    case_id: Annotated[
        str, typer.Argument(metavar="ID", help="The case's id as its source tells it, or SOURCE:ID.", show_default=False)
    ],
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell a case's clocks step by step: what happened, what was promised and why, its pauses, when it was due, how it stands."""
    center = CommandCenter.open(workspace)
    told = center.case(case_id)
    if as_json:
        terminal.say_json(told)
        return
    for line in lines_of(told, Reader.of(center.settings())):
        terminal.say_line(line)


def lines_of(told: CaseCourse, reader: Reader) -> Iterator[str]:
    """Yields a case as lines to read, times on the clock of the workspace."""
    one = told.case
    yield f"{one['source']}:{one['case_id']} · {one['kind']} by {one['channel']} · {one['name'] or one['customer_id']}"
    yield f"opened {moment(one['opened_at'], reader)} by the {one['opened_by']} · now {one['status'].replace('_', ' ')}{_void(one)}"
    if told.events:
        yield ""
        yield f"What happened ({reader.zone})"
        yield from (f"  {moment(event['happened_at'], reader)}  {event_words(event)}" for event in told.events)
    yield ""
    yield from _status_lines(told, reader)
    for clock in told.clocks:
        yield ""
        yield from clock_lines(clock, reader)
    for row in told.untold:
        yield ""
        yield f"{row['promise_name']}: cannot be told, it {row['reason']}"
    if not told.clocks and not told.untold:
        yield ""
        yield "Nothing is promised for it: no policy with a target fits, or nobody waits in it."


def clock_lines(clock: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    """Yields one clock as lines to read."""
    number = f" {clock['occurrence']}" if clock["promise"] == "next_reply" else ""
    version = f", version {clock['version']}" if clock["version"] > 1 else ""
    yield f"{clock['promise_name']}{number}{version}: {clock['state'].replace('_', ' ')}"
    yield f"  promised   {lasted(clock['target_seconds'])} of {clock['calendar']}, priority {clock['priority']}"
    yield f"  policy     {clock['policy']}: {clock['why']}"
    yield f"  start      {moment(clock['started_at'], reader)}"
    if clock["in_force_at"] != clock["started_at"]:
        yield f"  in force   {moment(clock['in_force_at'], reader)}, measured from the start"
    for span in clock["spans"]:
        if not span["is_running"]:
            until = moment(span["until_at"], reader) if span["until_at"] else "now"
            yield f"  stood still {moment(span['from_at'], reader)} until {until}: {(span['status'] or '').replace('_', ' ')}"
    if clock["due_at"]:
        yield f"  due        {moment(clock['due_at'], reader)}"
    elif clock["remaining_seconds"] is not None:
        yield f"  due        not while time stands still; {lasted(clock['remaining_seconds'])} are left"
    if clock["fulfilled_at"]:
        yield f"  done       {moment(clock['fulfilled_at'], reader)}"
    if clock["ended_at"]:
        yield f"  ended      {moment(clock['ended_at'], reader)}"
    yield (
        f"  used       {lasted(clock['open_seconds'])} of open time, {lasted(clock['calendar_seconds'])} of calendar time, "
        f"{lasted(clock['paused_seconds'])} paused"
    )
    decided = f", decided {moment(clock['decided_at'], reader)}" if clock["decided_at"] else ""
    yield f"  so         {clock['because']}{decided}"


def event_words(event: Mapping[str, Any]) -> str:
    """Returns an event in plain words."""
    later = " (after what is known of all sources: not counted yet)" if event["is_later"] else ""
    if event["kind"] in KINDS:
        return f"{KINDS[event['kind']]} {event['value'] or ''}".strip() + later
    return WRITERS.get(event["written_by"], event["kind"].replace("_", " ")) + later


def _status_lines(told: CaseCourse, reader: Reader) -> Iterator[str]:
    if not told.statuses:
        yield "Its statuses are not known."
        return
    is_history = told.statuses[0]["has_history"]
    yield "Statuses" if is_history else "Statuses, by its own dates only: no history tells when it waited for whom"
    for row in told.statuses:
        until = moment(row["until_at"], reader) if row["until_at"] else "now"
        yield f"  {moment(row['from_at'], reader)} until {until}  {row['status'].replace('_', ' ')}"


def _void(one: Mapping[str, Any]) -> str:
    words = (("merged_into", "merged into another"), ("is_spam", "spam"), ("is_withdrawn", "taken back by the customer"))
    said = [word for name, word in words if one[name]]
    return f" · {', '.join(said)}: its promises are void" if said else ""
