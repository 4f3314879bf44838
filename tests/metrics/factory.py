"""Hand-made answers with plausible numbers, for tests of what is drawn from an answer."""

from datetime import datetime
from typing import Any

from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.selection import Period, Selection, resolve

ZONE = "Europe/Berlin"
AS_OF = datetime(2026, 10, 30, 13, 5)  # naive UTC, as the snapshot keeps it
SNAPSHOT = "20261030T130712-0001"
OCTOBER = resolve("2026-10", as_of=AS_OF, zone=ZONE)
SEPTEMBER = resolve("2026-09", as_of=AS_OF, zone=ZONE)


HEADLINE = (
    {"text": "115 more customers", "tone": "plain"},
    {"text": ", but ", "tone": "plain"},
    {"text": "€22K a year less", "tone": "worse"},
    {"text": ": we lose the more valuable ones.", "tone": "plain"},
)


def number(value: float | None, n: int, customers: int | None = None, low: float | None = None, high: float | None = None,
           numerator: float | None = None, denominator: float | None = None) -> Value:  # fmt: skip
    return Value(
        value=value, n=n, customers=n if customers is None else customers, low=low, high=high,
        numerator=numerator, denominator=denominator,
    )  # fmt: skip


def answer(metric: str, unit: str, total: Value, rows: tuple[Row, ...] = (), **changes: Any) -> Answer:
    parts: dict[str, Any] = {
        "metric": metric, "selection": Selection.of(period="2026-10"), "period": OCTOBER, "options": {}, "snapshot": SNAPSHOT,
        "as_of": AS_OF, "unit": unit, "total": total, "rows": rows, "comparison": None, "notices": (), "caption": "",
    }  # fmt: skip
    return Answer(**(parts | changes))


def compared_to(total: Value, change: Change, rows: tuple[Row, ...] = (), period: Period = SEPTEMBER) -> Comparison:
    return Comparison(period=period, total=total, rows=rows, change=change)


def both(customers: int, value: float) -> dict[str, float]:
    return {"customers": customers, "value": value}


def equation_row(at: str | None, opening: tuple[int, float], closing: tuple[int, float]) -> Row:
    extra = {
        "opening": both(*opening), "gained": both(412, 318_000.0), "returned": both(41, 22_000.0), "returned_after_ended": 17,
        "returned_after_silence": 24, "ended": both(201, 262_000.0), "fell_silent": both(137, 139_000.0),
        "moved_in": both(0, 0.0), "moved_out": both(0, 0.0), "grown": both(611, 96_000.0), "shrunk": both(402, 57_000.0),
        "closing": both(*closing), "value_coverage": 0.94, "lost": both(338, 401_000.0),
        "net": both(closing[0] - opening[0], closing[1] - opening[1]), "opens_on": OCTOBER.first_day, "closes_on": AS_OF.date(),
        "headline": HEADLINE,
    }  # fmt: skip
    change = closing[0] - opening[0]
    return Row(at=at, value=number(float(change), 791, 788), extra=extra)


def equation() -> Answer:
    row = equation_row("2026-10", (12_904, 8_610_000.0), (13_019, 8_588_000.0))
    before = equation_row("2026-09", (12_790, 8_580_000.0), (12_904, 8_610_000.0))
    return answer(
        "customer_equation", "customers", row.value, (row,),
        comparison=compared_to(before.value, Change(value=1.0, low=None, high=None, clear=False), (before,)),
        notices=("October 2026 is not over: to date.",),
        caption="In October 2026 to date 115 more customers, but €22K a year less: we lose the more valuable ones.",
    )  # fmt: skip


def equation_series() -> Answer:
    months = [f"2025-{m:02d}" for m in range(10, 13)] + [f"2026-{m:02d}" for m in range(1, 11)]
    nets = (9, 14, 6, 22, 17, 31, 28, 11, 3, -4, -11, -17, -22)
    rows, value = [], 8_523_000.0
    for month, net in zip(months, nets, strict=True):
        rows.append(equation_row(month, (12_904, value), (13_019, value + net * 1000)))
        value += net * 1000
    return answer("customer_equation", "customers", rows[-1].value, tuple(rows), options={"series": 13})


def lost_by_reason() -> Answer:
    reasons = {"Waited too long for help": 78, "Price after first year": 58, "Moved away": 40,
               "Installation went wrong": 28, "Found a better offer": 20, "Other": 16, "unknown": 98}  # fmt: skip
    rows = tuple(Row(by={"reason": name}, value=number(float(n), n)) for name, n in reasons.items())
    return answer("customers_lost", "customers", number(338.0, 338), rows, selection=Selection.of(period="2026-10", by="reason"))


STAGES = (
    ("discover", "I discover you", "Attract", "Marketing", 8412, 90, None, "chose us", (0.131, 3214, 0.120, 0.143), 0.140),
    ("choose", "I choose you", "Convert", "Sales", 618, 30, 0.80, "settled in", (0.729, 428, 0.685, 0.769), 0.810),
    ("settle", "I settle in", "Retain", "Onboarding", 2104, 180, 0.60, "bought again", (0.591, 391, 0.541, 0.638), 0.572),
    (
        "stay",
        "I stay for more",
        "Loyalty",
        "Customer success",
        9895,
        365,
        None,
        "brought someone",
        (0.062, 2210, 0.053, 0.073),
        0.060,
    ),
    ("bring", "I bring others", "Refer", "Marketing", 402, None, None, None, None, None),
)


def stage_row(number_: int, stage: tuple[Any, ...]) -> Row:
    stage_id, says, label, owner, here, within, target, moved_words, share, before = stage
    extra: dict[str, Any] = {
        "stage_no": number_, "stage_id": stage_id, "says": says, "label": label, "owner": owner, "here_now": here,
        "entered": here // 9, "moved_on": here // 11, "turned_away": 0 if share is None else round(share[1] * (1 - share[0])),
        "within_days": within, "target": target, "promise": "offer" if number_ == 1 else None, "moved_words": moved_words,
        "share": None, "previous": None, "change": None, "not_yet_known": here // 7,
    }  # fmt: skip
    if share is not None:
        value, n, low, high = share
        extra["share"] = number(value, n, n, low, high, round(value * n), n)
        extra["previous"] = number(before, n - 40, n - 40, low, high, round(before * (n - 40)), n - 40)
        extra["change"] = Change(value=value - before, low=value - before - 0.03, high=value - before + 0.03, clear=number_ == 2)
    return Row(by={"stage": stage_id}, value=number(float(here), here), extra=extra)


def strip() -> Answer:
    rows = tuple(stage_row(number_, stage) for number_, stage in enumerate(STAGES, start=1))
    return answer(
        "journey_strip", "customers", number(21_431.0, 21_431), rows,
        options={"journey": "becoming_and_staying", "journey_title": "The journey, in our customers' words"},
        caption="Shares are of people whose time for the step ended in October 2026.",
    )  # fmt: skip


def percent(metric: str, kept: int, n: int, low: float, high: float, before: float, clear: bool = False) -> Answer:
    value = kept / n
    return answer(
        metric, "percent", number(value, n, n - n // 20, low, high, kept, n),
        comparison=compared_to(
            number(before, n - 30, n - 60, low, high, round(before * (n - 30)), n - 30),
            Change(value=value - before, low=value - before - 0.02, high=value - before + 0.02, clear=clear),
        ),
        caption=f"Of {n:,} decided in October 2026, {kept:,} were kept: {value:.1%}, between {low:.1%} and {high:.1%}.",
    )  # fmt: skip


def replied_in_time() -> Answer:
    return percent("replied_in_time", 1091, 1204, 0.888, 0.921, 0.902)


def nps_by_stage() -> Answer:
    groups = {"Choosing": (35, 120, 22, 47), "Settling in": (11, 150, 0, 22), "Staying": (41, 420, 33, 48), "Bringing": (68, 70, 53, 78),
              "before any stage": (20, 7, -40, 70)}  # fmt: skip
    rows = tuple(Row(by={"stage": name}, value=number(v, n, n, low, high)) for name, (v, n, low, high) in groups.items())
    return answer(
        "nps_relational", "nps", number(35.0, 767, 767, 30.0, 40.0), rows,
        selection=Selection.of(period="2026-10", by="stage"),
        notices=("before any stage: 7 answers, too few to say.",),
        caption="767 answers in October 2026: NPS 35, between 30 and 40.",
    )  # fmt: skip


def clock_rows() -> tuple[dict[str, Any], ...]:
    kinds = (("broken_open", -1500), ("at_risk", 540), ("open", 6_000))
    rows = []
    for i, (channel, k) in enumerate((c, k) for c in ("phone", "chat", "email", "social") for k in range(3)):
        state, remaining = kinds[k]
        rows.append({
            "customer_id": f"C-{i:012x}", "name": f"Example Person {i}", "value": float(remaining), "at": AS_OF, "state": state,
            "subject": f"T-{1000 + i}", "because": "first reply promised within 4 open hours", "channel": channel, "due_at": AS_OF,
            "remaining_seconds": remaining, "promise": "first_reply",
        })  # fmt: skip
    return tuple(rows)


def running_clocks() -> People:
    rows = clock_rows()
    return People(
        metric="running_clocks", selection=Selection(), period=None, mark={}, unit="clocks", count=len(rows), customers=len(rows),
        rows=rows, as_of=AS_OF, snapshot=SNAPSHOT, notices=(), sentence=f"{len(rows)} clocks of {len(rows)} customers.",
    )  # fmt: skip


def too_few() -> Answer:
    return answer("nps_relational", "nps", number(14.0, 7, 7, -30.0, 60.0), notices=("7 answers, too few to say.",))


def nothing() -> Answer:
    return answer("replied_in_time", "percent", number(None, 0), notices=("No first replies in this range.",))
