"""Hand-made answers of service and respect, for tests of what is drawn from them; `name` is a group that anybody may have named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from metrics.answer import Answer, Row, Value
from metrics.hold_list import HoldList
from metrics.selection import Selection
from tests.metrics import factory
from tests.metrics.factory import AS_OF, OCTOBER, SNAPSHOT, number

PARTS = ("kept", "broken", "closed_unanswered", "undecided", "paused", "provisional", "void", "superseded")
AGES = ("0–1 days", "1–3 days", "3–7 days", "7–14 days", "14–30 days", "30+ days")
MONTHS = ("2026-08", "2026-09", "2026-10")


def share(kept: int, n: int) -> Value:
    """A share with an interval of five points on either side."""
    value = kept / n if n else None
    return number(
        value, n, n, None if value is None else max(0.0, value - 0.05), None if value is None else min(1.0, value + 0.05), kept, n
    )


def groups(names: Sequence[str], by: Sequence[str]) -> list[dict[str, str]]:
    """One group per name of a split, two per name where there are two splits."""
    seconds = {"priority": ("high", "low"), "consent": ("valid", "breached"), "channel": ("email", "phone")}
    if len(by) < 2:
        return [{by[0]: name} for name in names]
    return [{by[0]: name, by[1]: second} for name in names for second in seconds.get(by[1], ("one", "two"))]


def names_of(split: str, name: str) -> tuple[str, ...]:
    known = {
        "promise": ("first_reply", "full_resolution"),
        "pressure_group": ("1", "2", "5 to 9"),
        "priority": ("high", "low"),
        "purpose": ("promotional", "survey"),
        "consent": ("valid", "breached"),
        "grade": ("open", "just solved"),
        "channel": ("email", "phone"),
    }
    return known.get(split, (name, "unknown"))


def promises_kept(name: str, selection: Selection) -> Answer:
    if selection.options.get("series"):
        rows = tuple(Row(at=month, value=share(900 + 20 * i, 1000)) for i, month in enumerate(MONTHS))
        return factory.answer("promises_kept", "percent", rows[-1].value, rows)
    by = selection.by or ("promise",)
    rows = tuple(
        Row(
            by=group,
            value=share(size - 40, size) if size else number(None, 0),
            extra=dict.fromkeys(PARTS, 0) | {"kept": size, "broken": 40, "undecided": 7},
        )
        for group, size in zip(groups(names_of(by[0], name), by), (900, 300, 12, 0), strict=False)
    )
    caption = "Of 1,212 promises decided in October 2026 to date, 1,052 were kept in time: 86.8 %."
    return factory.answer("promises_kept", "percent", share(1052, 1212), rows, caption=caption)


def by_one(metric: str, unit: str, name: str, selection: Selection, values: Sequence[Value]) -> Answer:
    """Groups of one split, with a value each."""
    by = selection.by
    rows = (
        tuple(Row(by=group, value=value) for group, value in zip(groups(names_of(by[0], name), by), values, strict=False))
        if by
        else ()
    )
    return factory.answer(metric, unit, values[0], rows, caption=f"{metric} of {values[0].n}.")


def affected(metric: str, unit: str, name: str, selection: Selection) -> Answer:
    """Rows that also tell whom it hit; what hit nobody is told as 0."""
    by, hits = selection.by, (46, 0, 12)
    made = groups(names_of(by[0], name), by) if by else [{}]
    rows = tuple(
        Row(
            by=group,
            value=number(
                hit / 400 if unit == "percent" else float(hit or 7), 400 if unit == "percent" else hit or 7, 390, 0.01, 0.2
            ),
            extra={
                "affected": hit,
                "customers_affected": hit - 1 if hit else 0,
                "accounts": hit,
                "known_accounts": hit,
                "value_a_year": 1000.0 * hit,
            },
        )
        for group, hit in zip(made, hits, strict=False)
    )
    total = number(0.05, 1200, 1100, 0.04, 0.06) if unit == "percent" else number(65.0, 65, 60)
    return factory.answer(metric, unit, total, rows, caption="That hit 46 customers worth €46,000 a year.")


def waiting(name: str, selection: Selection) -> Answer:
    rows = tuple(
        Row(
            by=group,
            value=number(float(n), n),
            extra={"promises": n + 2, "accounts": n, "accounts_with_value": n, "value_a_year": 900.0 * n, "value_coverage": 1.0},
        )
        for group, n in zip(
            groups(names_of(*(selection.by or ("promise",)), name), selection.by or ("promise",)), (30, 9), strict=False
        )
    )
    return factory.answer(
        "past_promise_now",
        "customers",
        number(37.0, 37, 37),
        rows,
        caption="37 customers past our promise, worth €33,300 a year together.",
    )


def forecast(name: str, selection: Selection) -> Answer:
    def row(by: Mapping[str, str], expected: float | None, n: int) -> Row:
        extra = {"at_risk": 6, "paused": 0, "foretold": n, "too_few": 2, "fewest_past_promises": 40, "most_past_promises": 900}
        return Row(
            by=by,
            value=number(expected, n, n, None if expected is None else expected - 2, None if expected is None else expected + 2),
            extra=extra,
        )

    rows = (row({"promise": "first_reply"}, 12.4, 60), row({"promise": "call_back"}, None, 9))
    return factory.answer(
        "promises_expected_to_break",
        "count",
        number(12.4, 69, 60, 10.4, 14.4),
        rows,
        caption="69 promises run; about 12 are expected to break.",
    )


def backlog(name: str, selection: Selection) -> Answer:
    ages = dict(zip(AGES, (40, 30, 20, 10, 5, 2), strict=True))
    extra = {
        "ages": ages,
        "opening": 90,
        "opened": 60,
        "reopened": 4,
        "solved": 47,
        "median_age_seconds": 200_000.0,
        "p90_age_seconds": 900_000.0,
        "greatest_age_seconds": 4_000_000.0,
    }
    months = MONTHS if selection.options.get("series") else (None,)
    rows = tuple(Row(at=month, value=number(107.0, 107, 101), extra=extra) for month in months)
    return factory.answer("backlog", "count", rows[-1].value, rows, caption="107 requests were waiting for a solution.")


def wait(metric: str, name: str, selection: Selection) -> Answer:
    def row(by: Mapping[str, str], middle: float) -> Row:
        shares = (0.2, 0.5, 0.9, 0.95)
        curve = [
            {"seconds": middle * step, "share": share_, "low": share_ - 0.03, "high": share_ + 0.03, "at_risk": 10}
            for step, share_ in zip((0.5, 1, 3, 4), shares, strict=True)
        ]
        open_time = {"n": 300, "median_seconds": middle / 2, "p90_seconds": middle, "mean_seconds": middle}
        extra = {
            "p90_seconds": 3 * middle,
            "finished": 380,
            "left": 12,
            "open": 8,
            "set_aside": 0,
            "finished_median_seconds": middle,
            "finished_p90_seconds": 3 * middle,
            "finished_mean_seconds": 2 * middle,
            "open_time": open_time,
            "curve": curve,
            "left_curve": [],
        }
        return Row(by=by, value=number(middle, 400, 390, 0.9 * middle, 1.1 * middle), extra=extra)

    by = selection.by[:1]
    rows = (
        tuple(row({by[0]: group}, 7200.0 * i) for i, group in enumerate((name, "unknown"), start=1)) if by else (row({}, 7200.0),)
    )
    return factory.answer(metric, "seconds", rows[0].value, rows, caption="Half got it within 2.0 h.")


def bridge() -> Answer:
    steps = (
        ("reported", "One verdict for each request", 0.7, 500),
        ("scope", "Only requests that our own clocks have decided", 0.74, 60),
        ("hours", "In the open hours", 0.9, 120),
        ("not_reported", "Promises that the other tool does not report: our figure", 0.889, 30),
    )
    changes = [None, *(after[2] - before[2] for before, after in pairwise(steps))]
    rows = tuple(
        Row(
            by={"step": step},
            value=number(value, 500, 480, value - 0.03, value + 0.03),
            extra={"says": says, "change": change, "touched": touched},
        )
        for (step, says, value, touched), change in zip(steps, changes, strict=True)
    )
    return factory.answer(
        "promise_bridge", "percent", rows[-1].value, rows, caption="First reply: 70.0 % as reported, 88.9 % by our own clocks."
    )


def rehearsal(name: str, selection: Selection) -> Answer:
    def row(group: str, was: Value, would: Value, mended: int) -> Row:
        return Row(
            by={"priority": group}, value=would, extra={"promised": was, "mended": mended, "worsened": 0, "not_yet_known": 3}
        )

    rows = (row("high", share(300, 400), share(380, 400), 80), row(name, share(3, 4), share(4, 4), 1))
    return factory.answer(
        "promise_rehearsal", "percent", share(384, 404), rows, caption="Open on saturday, too: 75.0 % → 95.0 %."
    )


def hold_list(tool: str) -> HoldList:
    row = {"Email Address": "ada@example.com", "Name": "=Ada Example", "Do not contact": "open complaint", "Until": AS_OF}
    return HoldList(
        tool=tool,
        columns=tuple(row),
        rows=({"customer_id": "C-00000000002a", **row},),
        customers=46,
        listed=40,
        purpose=None,
        channel=None,
        as_of=AS_OF,
        snapshot=SNAPSHOT,
    )


def restated(name: str, selection: Selection) -> Answer:
    rows = (Row(by={"cause": "came late"}, value=number(3.0, 3)), Row(by={"cause": name}, value=number(1.0, 1)))
    return factory.answer("promises_restated", "count", number(4.0, 4), rows, period=OCTOBER)


UNITS = {
    "promises_expected_to_break": "count",
    "backlog": "count",
    "time_to_first_reply": "seconds",
    "time_to_solve": "seconds",
    "fatigue": "score",
    "outreach_near_complaint": "count",
    "must_not_be_contacted": "customers",
    "silence": "customers",
    "contacts_sent": "count",
    "service_messages_sent": "count",
    "targets_loosened_late": "count",
    "promises_restated": "count",
}
NOW = ("promise_rehearsal", "promises_expected_to_break", "must_not_be_contacted", "silence")
FEW = (share(380, 400), share(300, 380), share(4, 9))


def answers() -> Mapping[str, Any]:
    """Each metric's answer, made for a center and a selection."""
    summaries = (
        "customers_every_promise_kept",
        "first_contact_resolution",
        "one_touch",
        "reopened",
        "pause_share",
        "sent_without_consent",
        "engagement",
        "promise_kept_as_reported",
    )
    counts = ("targets_loosened_late", "contacts_sent", "service_messages_sent", "silence")
    hit = ("asked_twice", "outreach_during_complaint", "contact_pressure", "outreach_near_complaint", "must_not_be_contacted")
    return {
        "promises_kept": lambda center, selection: promises_kept(center.name, selection),
        "past_promise_now": lambda center, selection: waiting(center.name, selection),
        "promises_expected_to_break": lambda center, selection: forecast(center.name, selection),
        "backlog": lambda center, selection: backlog(center.name, selection),
        "promise_rehearsal": lambda center, selection: rehearsal(center.name, selection),
        "promise_bridge": lambda center, selection: bridge(),
        "promises_restated": lambda center, selection: restated(center.name, selection),
        "fatigue": lambda center, selection: by_one(
            "fatigue",
            "score",
            center.name,
            selection,
            (number(4.1, 400, 390, 2.0, 8.0), number(9.0, 300, 280, 5.0, 15.0), number(2.0, 20)),
        ),
        **{metric: _wait(metric) for metric in ("time_to_first_reply", "time_to_solve")},
        **{metric: _by_one(metric, "percent", FEW) for metric in summaries},
        **{metric: _by_one(metric, UNITS[metric], (number(380.0, 380), number(40.0, 40))) for metric in counts},
        **{metric: _affected(metric, UNITS.get(metric, "percent")) for metric in hit},
    }


def _wait(metric: str) -> Any:
    return lambda center, selection: wait(metric, center.name, selection)


def _by_one(metric: str, unit: str, values: Sequence[Value]) -> Any:
    return lambda center, selection: by_one(metric, unit, center.name, selection, values)


def _affected(metric: str, unit: str) -> Any:
    return lambda center, selection: affected(metric, unit, center.name, selection)


def too_few(answer: Answer) -> Answer:
    """The same answer of nobody."""
    return replace(answer, total=number(None, 0), rows=(), notices=("There is no promise in this range.",))
