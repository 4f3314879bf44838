"""Attraction and sales told a second time: one customer, sale or contract at a time, in plain Python from the words of the definitions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
Row = Mapping[str, Any]


def local_day(moment: datetime, zone: str) -> date:
    """The day on the wall of a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


class Prospect(NamedTuple):
    """What came of somebody whom we knew before they were a customer."""

    name: str
    known_at: datetime
    seconds_to_contact: int
    in_time: bool
    is_prospect: bool
    consent: str
    may_be_written_to: bool


def approached(events: Iterable[Row], name: str) -> datetime | None:
    """When one of us first turned to a person, by sales or service, with an offer or a call-back."""
    moments = []
    for event in events:
        is_ours = (
            event["entity"] == "interactions" and event["direction"] == "outbound" and event["purpose"] in ("sales", "service")
        )
        if event["customer_id"] == name and (is_ours or event["event"] in ("offer made", "call-back done")):
            moments.append(event["happened_at"])
    return min(moments, default=None)


def consent(words: Iterable[Row], name: str, as_of: datetime) -> str:
    """What somebody said of promotion: walk through their words in order and keep what holds of each channel."""
    holds: dict[str, bool] = {}
    mine = [
        word
        for word in words
        if word["customer_id"] == name and word["purpose"] == "promotional" and word["effective_at"] <= as_of
    ]
    refused_all = max((word["effective_at"] for word in mine if not word["channel"] and not word["granted"]), default=None)
    for word in sorted(mine, key=lambda word: (word["effective_at"], not word["granted"])):
        undone = refused_all is not None and word["effective_at"] <= refused_all
        holds[word["channel"] or "all"] = word["granted"] and not undone
    return "unknown" if not holds else "given" if any(holds.values()) else "taken back"


def prospects(
    customers: Iterable[Row], gained: Mapping[str, datetime], events: Sequence[Row], words: Sequence[Row], as_of: datetime
) -> list[Prospect]:
    """Everyone known before their account became a customer."""
    told = []
    for one in customers:
        known_at, became = one["created_at"] or one["first_seen_at"], gained.get(one["account_id"])
        if one["kind"] == "unidentified" or known_at > as_of or (became is not None and became <= known_at):
            continue
        first, said = approached(events, one["customer_id"]), consent(words, one["customer_id"], as_of)
        waited = 30 * DAY if first is None else min(30 * DAY, max(timedelta(0), first - known_at))
        told.append(
            Prospect(
                one["customer_id"],
                known_at,
                int(waited.total_seconds()),
                became is not None and became - known_at <= 180 * DAY,
                became is None,
                said,
                bool(one["email"] or one["phone"]) and said == "given",
            )
        )
    return told


def lifecycle_steps(
    stages: Iterable[Row], accounts: Mapping[str, str], gained: Mapping[str, datetime], as_of: datetime
) -> list[tuple[str, datetime, str, bool]]:
    """By person and moment: the stages entered for the first time, and whether another, or being a customer, came within 30 days."""
    first: dict[str, dict[str, datetime]] = {}
    for row in stages:
        if row["subject_kind"] == "customer" and row["entered_at"] <= as_of:
            of_person, stage = first.setdefault(row["customer_id"], {}), row["stage"].strip().lower()
            of_person[stage] = min(of_person.get(stage, row["entered_at"]), row["entered_at"])
    told = []
    for name, entered in first.items():
        became = gained.get(accounts[name])
        for moment in sorted(set(entered.values())):
            here = sorted(stage for stage, since in entered.items() if since == moment)
            if {"customer", "evangelist"} & set(here) or (became is not None and became <= moment):
                continue
            later = [since for since in (*entered.values(), became) if since is not None and since > moment]
            told.append((name, moment, " and ".join(here), bool(later) and min(later) - moment <= 30 * DAY))
    return told


def newcomers(
    movements: Iterable[Row], products: Iterable[tuple[str, str, date]]
) -> dict[str, tuple[bool, bool, int, date | None, date | None, bool]]:
    """By account gained: is it a customer on the 365th day, is its value known, its cents; first and second product, and if in 180 days."""
    rows, bought = list(movements), list(products)
    told = {}
    for gained in (row for row in rows if row["movement"] == "gained"):
        account = gained["account_id"]
        year = [row for row in rows if row["account_id"] == account and row["moved_on"] <= gained["moved_on"] + 365 * DAY]
        customers, known = (sum(row[name] for row in year) for name in ("customers_change", "known_change"))
        cents = sum(round(row["value_change"] * 100) for row in year)
        days = sorted((day, product) for one, product, day in bought if one == account)
        first = days[0][0] if days else None
        at_first = {product for day, product in days if day == first}
        later = [day for day, product in days if product not in at_first]
        second = min(later, default=None)
        soon = first is not None and second is not None and (second - first).days <= 180
        told[account] = (customers > 0, customers == 0 or known > 0, cents, first, second, soon)
    return told


def contract_changes(contracts: Sequence[Row], grace: int) -> dict[str, tuple[str, bool]]:
    """By contract that took another's place: which, and whether it brings over 10 % more."""
    told = {}
    for later in contracts:
        over = [
            one
            for one in contracts
            if one["account_id"] == later["account_id"] and one["over_on"] <= later["counts_from"] <= one["over_on"] + grace * DAY
        ]
        same = [one for one in over if (one["product"] or "").lower() == (later["product"] or "").lower()]
        if over:
            earlier = max(same or over, key=lambda one: (one["over_on"], one["row_id"]))
            known = later["cents"] is not None and earlier["cents"] is not None
            told[later["row_id"]] = earlier["row_id"], known and 10 * later["cents"] > 11 * earlier["cents"]
    return told


def opportunity_stages(
    opportunities: Iterable[Row], changes: Sequence[Row], as_of: datetime
) -> list[tuple[str, str, bool, bool, bool, int | None]]:
    """By sale and stage it was in: is it there now, is it decided, was it won, and its cents."""
    told = []
    for one in opportunities:
        opened = one["created_at"] or one["closed_at"]
        if opened is not None and opened > as_of:
            continue
        is_open = one["outcome"] == "open" or (one["closed_at"] is not None and one["closed_at"] > as_of)
        mine = [row for row in changes if row["subject"] == one["row_id"] and row["entered_at"] <= as_of]
        here = max(
            mine,
            key=lambda row: (row["entered_at"], row["left_at"] is None, row["left_at"] or as_of, row["row_id"]),
            default=None,
        )
        stages = {row["stage"].strip() for row in mine} or {one["stage"] or "unknown"}
        for stage in stages:
            is_here = is_open and (here is None or here["stage"].strip() == stage)
            told.append((one["row_id"], stage, is_here, not is_open, not is_open and one["outcome"] == "won", one["cents"]))
    return told


def promoters(answers: Iterable[Row], brought: Iterable[tuple[str, datetime]], as_of: datetime) -> dict[str, tuple[bool, bool]]:
    """By answer of a promoter that counts: are its 180 days over, and did the customer bring somebody in them."""
    people = list(brought)
    return {
        row["row_id"]: (
            row["answered_at"] + 180 * DAY <= as_of,
            any(
                who == row["customer_id"] and timedelta(0) < moment - row["answered_at"] <= 180 * DAY and moment <= as_of
                for who, moment in people
            ),
        )
        for row in answers
        if row["nps_points"] == 100
        and row["is_answered"]
        and row["is_comparable"]
        and row["counts_once"]
        and not row["confidential"]
    }
