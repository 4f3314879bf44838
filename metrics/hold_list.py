"""The hold list: who must not be contacted now, and why, with the ids by which a campaign tool knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from metrics.errors import QuestionError, UnknownName
from queries.respect import CHANNELS, PURPOSES

REASONS: Final = "Do not contact"
UNTIL: Final = "Until"

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldList:
    """The list as a campaign tool takes it.

    columns: the file's header.   rows: a cell for each; until is a moment in UTC, None where nobody can know.
    customers: how many must not be contacted.   listed: how many of them the tool knows by an id.
    purpose, channel: what it is for; None is anything but surveys, and any channel.
    """

    tool: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    customers: int
    listed: int
    purpose: str | None
    channel: str | None
    as_of: datetime
    snapshot: str
    customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """How a campaign tool takes a list: its columns, what makes a row of them, and what it sends unless said."""

    columns: tuple[str, ...]
    key: str
    row: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    purpose: str | None = None
    channel: str | None = None


def read_purpose(
    tool: str, purpose: str | None, channel: str | None, *, with_unknown: bool = False
) -> tuple[str | None, str | None]:
    """Returns what the list is for: what was asked, else what the tool sends. Raises QuestionError."""
    for what, word, known in (("tool", tool, tuple(TOOLS)), ("purpose", purpose, PURPOSES), ("channel", channel, CHANNELS)):
        if word is not None and word not in known:
            raise UnknownName(f'"{word}" is not a {what} of the hold list', name=word, known=known)
    purpose, channel = purpose or TOOLS[tool].purpose, channel or TOOLS[tool].channel
    if with_unknown and (purpose is None or channel is None):
        raise QuestionError(
            "who never said yes or no differs by purpose and channel", instead="Say both: --purpose promotional --channel email"
        )
    return purpose, channel


def shaped(tool: str, found: Found) -> tuple[tuple[Mapping[str, Any], ...], int]:
    """Returns the rows of the tool's file, each id once with the reasons of all it stands for, and how many customers they hold."""
    told = TOOLS[tool]
    rows: dict[str, Mapping[str, Any]] = {}
    listed = set()
    for one in found:
        row = told.row(one)
        if row is None:
            continue
        listed.add(one["customer_id"])
        key = str(row[told.key]).lower()
        rows[key] = _both(rows[key], row) if key in rows else row
    return tuple(rows.values()), len(listed)


def _both(first: Mapping[str, Any], second: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns one row of two that have the same id, such as two people behind one address."""
    reasons = "; ".join(dict.fromkeys([*_parts(first), *_parts(second)]))
    untils = (first[UNTIL], second[UNTIL])
    return {**first, REASONS: reasons, UNTIL: None if None in untils else max(untils)}


def _parts(row: Mapping[str, Any]) -> Iterable[str]:
    return str(row[REASONS]).split("; ")


def _why(found: Mapping[str, Any]) -> dict[str, Any]:
    return {REASONS: found["reasons"], UNTIL: found["until_at"]}


def _hubspot(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if not str(found["source"]).startswith("hubspot") or not found["record_id"]:
        return None
    return {"Record ID": found["record_id"], "Email": found["email"], "Name": found["name"], **_why(found)}


def _mailchimp(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {"Email Address": found["email"], "Name": found["name"], **_why(found)} if found["email"] else None


def _csv(found: Mapping[str, Any]) -> Mapping[str, Any]:
    ids = {name: found[name] for name in ("customer_id", "name", "email", "source", "record_id", "external_id")}
    return {"key": "/".join(str(part) for part in ids.values()), **ids, **_why(found)}


TOOLS: Final[Mapping[str, Tool]] = {
    "hubspot": Tool(columns=("Record ID", "Email", "Name", REASONS, UNTIL), key="Record ID", row=_hubspot),
    "mailchimp": Tool(
        columns=("Email Address", "Name", REASONS, UNTIL),
        key="Email Address",
        row=_mailchimp,
        purpose="promotional",
        channel="email",
    ),
    "csv": Tool(
        columns=("customer_id", "name", "email", "source", "record_id", "external_id", REASONS, UNTIL), key="key", row=_csv
    ),
}
