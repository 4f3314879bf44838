"""Hand-made answers with plausible numbers, for tests of what is drawn from an answer."""

from datetime import datetime
from typing import Any

from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.figures.strip import share_value
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
    return {"n": customers, "customers": customers, "value": value}


def equation_row(at: str | None, opening: tuple[int, float], closing: tuple[int, float]) -> Row:
    extra = {
        "opening": both(*opening), "gained": both(412, 318_000.0), "returned": both(41, 22_000.0), "returned_after_ended": 17,
        "returned_after_silence": 24, "ended": both(201, 262_000.0), "fell_silent": both(137, 139_000.0),
        "moved_in": both(0, 0.0), "moved_out": both(0, 0.0), "grown": both(611, 96_000.0), "shrunk": both(402, 57_000.0),
        "closing": both(*closing), "value_coverage": 0.94, "lost": both(338, 401_000.0),
        "net": both(closing[0] - opening[0], closing[1] - opening[1]), "opens_on": OCTOBER.first_day, "closes_on": AS_OF.date(),
        "headline": HEADLINE, "with_moves": False,
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


def funnel_row(by: dict[str, str], reached: tuple[int, int, int], waiting: tuple[int, int, int]) -> Row:
    """One group of a funnel of three stages: so many reached each, so many of those not yet known did."""
    stages = []
    for number_, (stage, says, label) in enumerate(
        (("discover", "I discover you", "Attract"), ("choose", "I choose you", "Convert"), ("settle", "I settle in", "Retain")),
        start=1,
    ):
        now, then = reached[number_ - 1], reached[max(0, number_ - 2)]
        stages.append(
            {
                "stage": stage, "stage_no": number_, "says": says, "label": label, "reached": now, "skipped": 60 if number_ == 2 else 0,
                "share_of_first": share_value(now, reached[0]), "share_of_previous": share_value(now, then),
                "turned_away": now - reached[number_] if number_ < 3 else 0, "excluded": 0,
                "not_yet_known": {"reached": waiting[number_ - 1], "skipped": 0, "left": 0, "open": 0},
                "median_seconds": 777_600.0, "mean_seconds": 900_000.0, "p90_seconds": 3_801_600.0,
            }
        )  # fmt: skip
    extra = {
        "entered": reached[0] + waiting[0],
        "known": reached[0],
        "set_aside": 0,
        "not_yet_known": waiting[0],
        "stages": stages,
    }
    return Row(by=by, value=share_value(reached[2], reached[0]), extra=extra)


def reasons_lost() -> Answer:
    told = (("Waited too long for help", 78, "ended"), ("Moved away", 58, "ended"), ("unknown", 98, "ended"),
            ("fell silent", 104, "fell_silent"))  # fmt: skip
    rows = tuple(
        Row(
            by={"reason": name}, value=number(float(n), n), extra={"value_a_year": 400.0 * n, "kind": kind, "share_of_ended": 0.2}
        )
        for name, n, kind in told
    )
    return answer("reasons_lost", "customers", number(338.0, 338), rows, caption="338 lost; the reason is known for 58 % of 234.")


def incidence(group: str) -> Answer:
    """A curve over 90 days that reaches 38.4 %, half of it within 12 days, and a group of too few."""

    def row(by: dict[str, str], n: int) -> Row:
        curve = [{"seconds": day * 86_400, "share": share, "low": share - 0.02, "high": share + 0.02, "at_risk": n - day}
                 for day, share in ((3, 0.07), (12, 0.192), (30, 0.296), (88, 0.384))]  # fmt: skip
        extra = {
            "curve": curve,
            "left_curve": [],
            "half_seconds": 12 * 86_400,
            "p90_seconds": None,
            "followed_seconds": 7_776_000,
        }
        return Row(by=by, value=number(0.384, n, n, 0.37, 0.40), extra=extra)

    rows = (row({"segment": "Homes"}, 4932), row({"segment": group}, 400), row({"segment": "Tiny"}, 7))
    options = {"window": "90 days", "journey": "becoming"}
    chosen = Selection.of(period="2026-10", by="segment")
    total = number(0.384, 4932)
    return answer("time_to_convert", "percent", total, rows, options=options, selection=chosen, caption="38.4 % within 90 days.")


def survival(group: str) -> Answer:
    curve = [{"days": day, "share": share, "low": share - 0.01, "high": share + 0.01, "at_risk": at_risk, "lost": 3}
             for day, share, at_risk in ((90, 0.98, 900), (365, 0.89, 700), (720, 0.78, 60), (900, 0.2, 3))]  # fmt: skip
    leaving = [{"from_days": 350, "until_days": 400, "lost": 40, "per_month": 0.0246, "low": 0.02, "high": 0.03}]
    extra = {"curve": curve, "last_days": 900, "lost": 200, "median_days": None, "leaving": leaving}
    row = Row(by={"segment": group}, value=number(0.89, 900, 900, 0.87, 0.91), extra=extra)
    chosen = Selection.of(by="segment")
    return answer("survival", "percent", row.value, (row,), selection=chosen, caption="89.0 % are still with us after 365 days.")


def lifecycle() -> Answer:
    def row(at: str, dormant: int | None) -> Row:
        extra = {"active_before": 11_967, "active": 12_125, "new": 334, "returning": 11_615, "resurrected": 176, "dormant": dormant,
                 "not_seen_yet": 0 if dormant else 321, "is_to_date": dormant is None}  # fmt: skip
        return Row(at=at, value=number(12_125.0, 12_125), extra=extra)

    rows = (row("2026-09", 352), row("2026-10", None))
    return answer("lifecycle", "customers", rows[-1].value, rows, options={"series": 2}, caption="12,125 customers are active.")


def drivers(thing: str) -> Answer:
    """One thing clearly with more turning away, one with less, one that is not clear."""

    def row(name: str, change: float, clear: bool) -> Row:
        extra = {"with": share_value(600, 1106), "without": share_value(1500, 3826), "against": "everyone else", "p": 1e-9,
                 "rate": 0.001, "clear": clear, "says": "associated"}  # fmt: skip
        return Row(by={"thing": name}, value=number(change, 4932, 4932, change - 0.04, change + 0.04), extra=extra)

    rows = (row("no answer to a question within 2 days", 0.17, True), row(thing, -0.22, True), row("nothing to it", 0.01, False))
    return answer("journey_drivers", "percent", share_value(3038, 4932), rows, caption="4,932 who asked; 214 tried.")


def why_moved(group: str) -> Answer:
    def row(name: str, mix: float, rate: float) -> Row:
        extra = {"people_now": 414, "people_before": 387, "rate_now": share_value(127, 414), "rate_before": share_value(126, 387),
                 "mix": mix, "rate": rate}  # fmt: skip
        return Row(by={"segment": name}, value=number(mix + rate, 414), extra=extra)

    rows = (row("Homes, other", -0.005, -0.013), row(group, 0.002, -0.01))
    options = {"mix": -0.003, "rate": -0.023, "stage": "choose", "journey": "becoming"}
    total = number(-0.026, 617, 617, -0.08, 0.03)
    change = Change(value=-0.026, low=-0.08, high=0.03, clear=False)
    return answer("journey_why_moved", "percent", total, rows, options=options, comparison=compared_to(number(0.548, 600), change),
                  caption="52.2 % moved on, 54.8 % before: −2.6 points.")  # fmt: skip


def paths(place: str) -> Answer:
    links = [
        {"from": "Attract", "to": place, "step": 1, "customers": 206, "share": 0.34},
        {"from": "Attract", "to": "went no further", "step": 1, "customers": 292, "share": 0.48},
        {"from": place, "to": "went no further", "step": 2, "customers": 206, "share": 0.34},
    ]
    rows = (
        Row(by={"path": "Attract"}, value=number(292.0, 292), extra={"share": share_value(292, 498), "places": ["Attract"]}),
        Row(by={"path": f"Attract > {place}"}, value=number(206.0, 206), extra={"share": share_value(206, 498), "places": []}),
    )
    return answer(
        "journey_paths", "customers", number(498.0, 498), rows, options={"links": links, "of": "stages"}, caption="498 people."
    )


def stock() -> Answer:
    def row(number_: int, stage: str, here: int) -> Row:
        extra = {"stage_no": number_, "stage_id": stage, "says": f"I {stage} you", "label": stage.title(), "owner": "Sales",
                 "re_entered": 7, "median_seconds_here": 8e6, "p90_seconds_here": 3e7}  # fmt: skip
        return Row(by={"stage": stage}, value=number(float(here), here), extra=extra)

    rows = (row(1, "discover", 4221), row(2, "choose", 702))
    before = compared_to(number(5000.0, 5000), Change(value=-77.0), (row(1, "discover", 4420), row(2, "choose", 653)))
    return answer(
        "journey_here_now", "customers", number(4923.0, 4923), rows, comparison=before, caption="4,923 people were here."
    )


def flow() -> Answer:
    def amount(visits: int, people: int) -> dict[str, int]:
        return {"visits": visits, "people": people}

    extra = {"stage_no": 1, "stage_id": "discover", "says": "I discover you", "label": "Attract", "owner": "Marketing",
             "opening": amount(4420, 4420), "entered": amount(358, 350), "re_entered": amount(6, 6), "moved_on": amount(265, 265),
             "left": amount(292, 292), "left_exit": amount(0, 0), "left_idle": amount(292, 292), "rework": None,
             "closing": amount(4221, 4221), "time_in_stage": {"people": 557, "median_seconds": 3.6e7, "p90_seconds": 4e7}}  # fmt: skip
    row = Row(by={"stage": "discover"}, value=number(358.0, 358, 350), extra=extra)
    return answer("journey_moved", "count", row.value, (row,), caption="358 visits were begun by 350 people.")


def likely() -> Answer:
    points = [
        {"low": 0.0, "high": 0.05, "predicted": 0.03, "observed": 0.04, "n": 900, "customers": 500, "interval": [0.03, 0.05]}
    ]
    rows = (
        Row(by={"band": "all"}, value=number(340.0, 11_765, 11_765, 288.0, 392.0), extra={"calibration": points}),
        Row(by={"band": "high"}, value=number(40.0, 430, 430, 28.0, 53.0), extra={"calibration": [], "value_at_risk": 26_000.0}),
    )
    return answer("likely_to_leave", "customers", rows[0].value, rows, caption="340 are expected to leave within 90 days.")


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
