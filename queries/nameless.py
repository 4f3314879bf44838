"""What a policy without names tells in place of names, addresses and people's own words, by the columns' names.

Names become ids, by which people are still told apart; free text goes through the redaction; an id of a source that is made of
an address or a phone number is told as its hash, the same in every table, so that what is joined by it stays joined. It is keyed with
the workspace's own key: who has an address cannot try which id it has.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from queries.intake.forgotten import made_key
from queries.workspace import Workspace

REDACTED: Final = "told_without_persons"
"""The function that the warehouse gives the database for free text."""

UNTOLD: Final = frozenset(
    {
        "email", "phone", "external_id", "family_name", "full_name", "evidence", "email_key", "phone_key", "external_key",
        "referred_by", "source_url", "named",
    }
)  # fmt: skip
UNTOLD_OF: Final = frozenset(
    {
        ("customer_records", "name"), ("identity_conflict", "value"), ("record_value", "value"), ("senior_value", "value"),
        ("properties", "value"), ("row_property", "value"), ("event_property", "value"), ("group_key", "key"), ("never_key", "key"),
    }
)  # fmt: skip
NAMED_BY: Final = {
    ("customers", "name"): "customer_id",
    ("golden_record", "name"): "customer_id",
    ("customers", "company_name"): "account_id",
}
COMPANY: Final = "company"
NO_COMPANY: Final = ("unknown", "no company")
"""What a fact's company says of somebody who belongs to none."""
TEXTS: Final = frozenset(
    {
        ("cases", "subject"), ("survey_responses", "comment"), ("fct_survey_response", "comment"), ("survey_answers", "answer"),
        ("fct_referral", "because"),
    }
)  # fmt: skip
IDS: Final = frozenset(
    {
        "actor", "began_subject", "case_event_id", "case_id", "case_row_id", "clock_id", "commitment_id", "company_id", "contact_id",
        "contract_id", "earlier_contract_id", "entity_id", "event_id", "group_key", "hold_id", "interaction_id", "key",
        "lost_subject", "movement_id", "node_key", "opportunity_id", "order_id", "other_key", "record_id", "response_id", "row_id",
        "span_id", "spell_id", "stay_id", "step_back_id", "subject", "subject_id", "subject_row_id", "wait_id",
    }
)  # fmt: skip
FILES: Final = ("file_name", "source_file", "newest_file")
DIGITS: Final = 32
OF_A_FILE: Final = 6
"""How many digits of a file's id tell it apart from the others of its format."""
MADE_OF_ADDRESSES: Final = "%|%|%|%|%|%|%"
PHONE: Final = r"(^|[:=|])([+(][0-9 ()/.-]{6,}|[0-9]{10,15}|[0-9]{2,}[ (/][0-9 ()/.-]{4,}|[0-9]{2,}([-.][0-9]{2,}){2,})($|[|])"
"""An id, or what follows its source's name, that may be a phone number; a number of fewer than ten digits is none by itself."""

Pads = tuple[str, str]


def pads_of(workspace: Workspace) -> Pads:
    """Returns the inner and outer pad of the key by which ids are hashed, made of the workspace's own.

    Where that can neither be read nor made, a key of this process's own: its ids are those of no other.
    """
    try:
        key = made_key(workspace)
    except OSError:
        key = secrets.token_bytes()
    inner, outer = (hmac.new(key, told, hashlib.sha256).hexdigest() for told in (b"ids told, inner", b"ids told, outer"))
    return inner, outer


def told_without_names(table: str, name: str, columns: Sequence[str], pads: Pads) -> exp.Expr | None:
    """Returns what is told of a column where people have no names, None where it is told as it is."""
    column = exp.column(name, table=table, quoted=True)
    place = (table, name)
    if name in FILES:
        return _file(table, name, columns)
    if place == ("alarm", "sentence"):
        return exp.func("replace", column, exp.column("file_name", table=table, quoted=True), _file(table, "file_name", columns))
    if name in UNTOLD or place in UNTOLD_OF:
        return exp.cast(exp.null(), "VARCHAR")
    if place in TEXTS:
        return exp.func(REDACTED, column)
    if place in NAMED_BY:
        return _instead(column, exp.column(NAMED_BY[place], table=table, quoted=True))
    if name == COMPANY and "account_id" in columns:
        return _instead(column, exp.column("account_id", table=table, quoted=True), *map(exp.Literal.string, NO_COMPANY))
    return _without_address(column, pads) if name in IDS else None


def _file(table: str, name: str, columns: Sequence[str]) -> exp.Expr:
    """Returns the format and a few digits of the id of a file, or its source alone: who exports names files after people, too."""
    named = exp.column(name, table=table, quoted=True)
    if "file_id" not in columns:
        source = next((one for one in ("source_format", "source") if one in columns), None)
        return _instead(named, exp.column(source, table=table, quoted=True) if source else exp.cast(exp.null(), "VARCHAR"))
    file_id = exp.column("file_id", table=table, quoted=True)
    known = exp.func("coalesce", exp.column("source_format", table="known_file"), exp.column("source", table="known_file"))
    known_file = exp.alias_(exp.table_("files", db="main", catalog="snap", quoted=True), "known_file", table=True)
    of_file = exp.select(known).from_(known_file).where(exp.column("file_id", table="known_file").eq(file_id.copy()))
    short = exp.func("left", file_id, exp.Literal.number(OF_A_FILE))
    return _instead(named, exp.func("concat_ws", exp.Literal.string(" "), of_file.subquery(), short))


def _instead(column: exp.Expr, other: exp.Expr, *kept: exp.Expr) -> exp.Expr:
    """Return another column in place of what a column tells, where it tells anything."""
    is_left = exp.or_(column.is_(exp.null()), *(column.eq(one) for one in kept))
    return exp.case().when(is_left, column).else_(other)


def _without_address(column: exp.Expr, pads: Pads) -> exp.Expr:
    """Return an id, or its keyed hash where it holds an e-mail address or a phone number, or is put together of many keys."""
    has_address = exp.or_(
        exp.func("contains", column, exp.Literal.string("@")),
        column.like(exp.Literal.string(MADE_OF_ADDRESSES)),
        exp.func("regexp_matches", column, exp.Literal.string(PHONE)),
    )
    hashed: exp.Expr = column
    for pad in pads:
        hashed = exp.func("sha256", exp.func("concat", exp.Literal.string(pad), hashed))
    told = exp.func("concat", exp.Literal.string("id "), exp.func("left", hashed, exp.Literal.number(DIGITS)))
    return exp.case().when(has_address, told).else_(column)
