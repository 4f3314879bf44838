"""The figures worked out a second time, row by row in plain Python, from the rows of the facts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from metrics.selection import Period

Row = Mapping[str, Any]
DAY = timedelta(days=1)


def within(moment: datetime | None, period: Period) -> bool:
    """Whether a moment lies in a half-open period."""
    return moment is not None and period.starts_at <= moment < period.ends_at


def nps(rows: Iterable[Row], period: Period) -> tuple[float | None, int]:
    """Returns the score of the yearly survey and its number of answers."""
    counted = [
        row
        for row in rows
        if row["instrument"] == "nps" and row["programme"] == "relational" and within(row["answered_at"], period)
        and row["is_comparable"] and row["counts_once"] and row["is_answered"]
    ]  # fmt: skip
    kinds = Counter(
        "promoter" if row["nps_points"] > 0 else "detractor" if row["nps_points"] < 0 else "passive" for row in counted
    )
    score = 100 * (kinds["promoter"] - kinds["detractor"]) / len(counted) if counted else None
    return score, len(counted)


def attainment(rows: Iterable[Row], period: Period, promise: str) -> tuple[int, int]:
    """Returns how many promises were kept, and how many decided."""
    decided = [row for row in rows if row["promise"] == promise and row["is_decided"] and within(row["decided_at"], period)]
    return sum(bool(row["was_kept"]) for row in decided), len(decided)


def part_of_clock(row: Row, as_of: datetime) -> str | None:
    """The last hour up to as_of, and the four hours after it."""
    ahead = (row["due_at"] - as_of).total_seconds()
    if -3600 < ahead <= 0:
        return "broke_last_hour"
    if 0 < ahead <= 4 * 3600:
        return "at_risk" if row["state"] == "at_risk" else "time_left"
    return None


def equation(rows: Iterable[Row], period: Period, holds: Callable[[Row], bool] = lambda row: True) -> dict[str, Any]:
    """Returns the customer equation of the rows that hold, one row after the other."""
    told: dict[str, Any] = {"opening": [0, 0.0], "closing": [0, 0.0], "n": Counter(), "value": defaultdict(float)}
    told["customers"] = defaultdict(set)
    for row in filter(holds, rows):
        if row["happened_at"] < period.starts_at:
            _add(told["opening"], row)
        if row["happened_at"] < period.ends_at:
            _add(told["closing"], row)
        if within(row["happened_at"], period):
            told["n"][row["movement"]] += 1
            told["customers"][row["movement"]].add(row["customer_id"])
            told["value"][row["movement"]] += row["value_change"]
    return told


def _add(stock: list[Any], row: Row) -> None:
    stock[0] += row["customers_change"]
    stock[1] += row["value_change"]


def strip(rows: Iterable[Row], period: Period, stage: int, journey: str) -> dict[str, int]:
    """Returns the people of a stage (here at the period's end, and those whose time ended in it), and the visits begun and moved on."""
    told: dict[str, set[str]] = defaultdict(set)
    visits = {"entered": 0, "moved_on": 0}
    ended: dict[str, Row] = {}
    stays = [
        row
        for row in rows
        if row["journey_id"] == journey and row["stage_no"] == stage and row["customer_kind"] != "unidentified"
    ]
    for row in sorted(stays, key=lambda row: (row["entered_at"], row["attempt_no"])):
        who = row["customer_id"]
        if row["entered_at"] >= period.ends_at:
            continue
        if row["left_at"] is None or row["left_at"] >= period.ends_at:
            told["here_now"].add(who)
        if row["entered_at"] >= period.starts_at:
            told["entered_people"].add(who)
            visits["entered"] += 1
        if within(row["moved_at"], period):
            told["moved_on_people"].add(who)
            visits["moved_on"] += 1
        if row["within_seconds"] is not None:
            over_at = row["entered_at"] + timedelta(seconds=row["within_seconds"])
            if within(over_at, period):
                ended.setdefault(who, row)
            elif over_at >= period.ends_at:
                told["not_yet_known"].add(who)
    moved = sum(_in_time(row) for row in ended.values())
    return {
        **{name: len(told[name]) for name in ("here_now", "entered_people", "moved_on_people", "not_yet_known")},
        **visits,
        "known": len(ended),
        "moved": moved,
        "turned_away": len(ended) - moved,
    }


def _in_time(row: Row) -> bool:
    return row["moved_at"] is not None and (row["moved_at"] - row["entered_at"]).total_seconds() <= row["within_seconds"]


def funnel(
    rows: Iterable[Row], starts_at: datetime, ends_at: datetime, as_of: datetime, window: int, stages: int
) -> dict[str, Any]:
    """Returns, by stage, who of the known reached it or a later one, who skipped it; and who is set aside or not yet known."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["entered_at"], row["attempt_no"])):
        if row["starts_attempt"] and starts_at <= row["entered_at"] < ends_at and row["customer_kind"] != "unidentified":
            first.setdefault(row["customer_id"], row)
    told: dict[str, Any] = {"entered": len(first), "set_aside": 0, "known": 0, "not_yet_known": 0}
    told |= {name: Counter() for name in ("reached", "skipped", "left", "open", "waiting", "excluded")}
    for row in first.values():
        after = {k: row[f"next_{k}"] for k in range(1, stages + 1)}
        seen = {k for k, seconds in after.items() if seconds is not None and seconds <= window}
        level = max(seen, default=1)
        if is_set_aside(row, window, stages):
            told["set_aside"] += 1
            told["excluded"][level] += 1
        elif row["entered_at"] + timedelta(seconds=window) <= as_of:
            told["known"] += 1
            for k in range(1, level + 1):
                told["reached"][k] += 1
                told["skipped"][k] += k not in seen
        else:
            told["not_yet_known"] += 1
            told["left" if row["left_after"] is not None else "open"][level] += 1
            for k in range(1, level + 1):
                told["waiting"][k] += 1
    return told


def is_set_aside(row: Row, window: int, stages: int) -> bool:
    """Tells whether something set the person aside in time, before the last stage was reached."""
    excluded, last = row["excluded_after"], row[f"next_{stages}"]
    return excluded is not None and excluded <= window and (last is None or excluded < last)


def steps(
    rows: Sequence[Row], starts_at: datetime, ends_at: datetime, as_of: datetime, window: int, stages: int, stage: int
) -> list[int]:
    """Returns how long known people who were not set aside took from the stage before, of those seen in both in this order."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["entered_at"], row["attempt_no"])):
        if row["starts_attempt"] and starts_at <= row["entered_at"] < ends_at and row["customer_kind"] != "unidentified":
            first.setdefault(row["customer_id"], row)
    known = [row for row in first.values() if row["entered_at"] + timedelta(seconds=window) <= as_of]
    known = [row for row in known if not is_set_aside(row, window, stages)]
    pairs = [(row[f"next_{stage - 1}"], row[f"next_{stage}"]) for row in known]
    return [there - here for here, there in pairs if here is not None and there is not None and here <= there <= window]


def cohort(rows: Iterable[Row], month: date, since: int, today: date) -> tuple[int, int | None, bool]:
    """Returns a cohort's size, how many were active so many months later or after, None when that is not over, and if provisional."""
    members = [row for row in rows if row["cohort_month"] == month]
    over_on = months_after(month, since + 1)
    active = sum(row["last_active_since"] >= since for row in members)
    lapse = max((row["lapse_after_days"] for row in members), default=0)
    provisional = over_on > today if since == 0 else over_on + lapse * DAY > today
    return len(members), active if since == 0 or over_on <= today else None, provisional


def months_after(month: date, count: int) -> date:
    years, place = divmod(month.month - 1 + count, 12)
    return date(month.year + years, place + 1, 1)
