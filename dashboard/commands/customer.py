"""`cx customer`: every record of a customer, what it says and why it is joined, and what the records disagree about."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.reader import Reader
from metrics import CommandCenter
from metrics.customer_records import MOST_PEOPLE, CustomerRecords
from queries.audit import STORY, note
from queries.workspace import Workspace

SAID = (
    "name", "family_name", "email", "phone", "external_id", "company_id", "role", "region", "business_unit", "lifecycle",
    "acquired_through", "acquisition_reason", "referred_by", "owner", "merged_into",
)  # fmt: skip


def customer(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="A customer id, SOURCE:ID of a record, an e-mail address, a phone number or an external id.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:  # fmt: skip
    """Tell every record of a customer, what it says, why it is joined with the others, and which value wins where they disagree.

    Where the join is wrong, one line in the workspace's identity.toml splits it: apart = [["crm:17", "shop:99"]].
    """
    center = CommandCenter.open(workspace)
    told = center.customer(key)
    note(Workspace.at(workspace), STORY, customers=[str(told.customer["customer_id"])])
    if as_json:
        terminal.say_json(told)
        return
    for line in lines_of(told, Reader.of(center.settings())):
        terminal.say_line(line)


def lines_of(told: CustomerRecords, reader: Reader) -> Iterator[str]:
    """Yields a customer as lines to read, days on the calendar of the workspace."""
    one = told.customer
    count = reader.counted(one["records"], "record", "records")
    yield f"{one['name'] or 'Without a name'} · {one['kind']} · {one['customer_id']} · {count}"
    if told.former_ids:
        yield f"formerly {', '.join(told.former_ids)}"
    if one["account_id"] != one["customer_id"]:
        yield f"of {one['company_name'] or 'a company'} ({one['account_id']})"
    for record in told.records:
        yield ""
        yield from _record_lines(record, reader)
    yield from _part("Where they disagree", _conflict_lines(told.conflicts, reader))
    yield from _part("Kept apart by identity.toml", _parted_lines(told.parted))
    yield from _part(
        "Rows", (f"  {row['n']:,} {row['entity'].replace('_', ' ')}, found by {row['matched_by']}" for row in told.rows)
    )
    more = "" if len(told.people) < MOST_PEOPLE else f" (the first {MOST_PEOPLE})"
    yield from _part(
        f"People{more}", (f"  {row['name'] or row['email'] or 'without a name'} ({row['customer_id']})" for row in told.people)
    )


def _part(title: str, lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not number:
            yield ""
            yield title
        yield line


def _record_lines(record: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    if record["source"] is None:
        yield f"{record['record']} · no record of its own, rows are told by it"
    else:
        days = [
            f"{word} {reader.full_moment(record[name])}"
            for word, name in (("created", "created_at"), ("changed", "updated_at"))
            if record[name]
        ]
        yield " · ".join(
            [record["record"], str(record["kind"]), *days, f"{record['source_file']}, record {record['source_line']}"]
        )
        said = " · ".join(f"{name.replace('_', ' ')} {record[name]}" for name in SAID if str(record[name] or "").strip())
        yield f"  says    {said or 'nothing more'}"
    for join in record["joins"]:
        yield f"  joined  with {join['other_record']}: {join['rule']}{' ' if join['evidence'] else ''}{join['evidence'] or ''}"
    if record["source_url"]:
        yield f"  there   {record['source_url']}"


def _conflict_lines(conflicts: Sequence[Mapping[str, Any]], reader: Reader) -> Iterator[str]:
    for field, rows in groupby(conflicts, key=lambda row: row["field"]):
        values = list(rows)
        shown = [row for row in values if row["is_shown"]]
        yield f"  {field.replace('_', ' ')}"
        yield from (f"    shown  {_value(row, reader)}: {row['why']}" for row in shown)
        yield from (f"    not    {_value(row, reader)}" for row in values if not row["is_shown"])


def _value(row: Mapping[str, Any], reader: Reader) -> str:
    told = f", told {reader.full_moment(row['told_at'])}" if row["told_at"] else ""
    return f"“{row['value']}” ({row['source']}{told})"


def _parted_lines(parted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in parted:
        why = f"{row['rule']} {row['evidence'] or ''}".rstrip()
        other = f"{row['other_name'] or 'a customer without a name'} ({row['other_customer_id']})"
        yield f"  {row['record']} and {row['other_record']} of {other}, despite {why}"
