"""A command center without a warehouse: answers made by hand, so that drawing is tested alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from metrics.answer import Answer, Change, Explanation, People, Row, Story
from metrics.errors import UnknownName
from metrics.hold_list import HoldList
from metrics.needs import Finding
from metrics.selection import Selection
from queries.policy import Policy
from queries.purpose import Aim
from tests.metrics import factory, service_factory, voice_factory
from tests.metrics.factory import AS_OF, SNAPSHOT, number

SECRET = "the name of a customer"
HOSTILE = '<img src=x onerror="alert(1)">&"\''
UNITS = {
    "customer_equation": "customers",
    "customers_lost": "customers",
    "value_lost": "money",
    "nps_relational": "nps",
    "open_cases": "customers",
    "past_promise_now": "count",
    "running_clocks": "count",
    "journey_strip": "customers",
    "reasons_lost": "customers",
    "value_movement": "customers",
    "lifecycle": "customers",
    "journey_here_now": "customers",
    "journey_moved": "count",
    "journey_paths": "customers",
    "likely_to_leave": "customers",
    "nps_themes": "nps",
    "voice_by_stage": "nps",
    "comments": "count",
    "detractors_waiting": "customers",
    **service_factory.UNITS,
}
NOW = ("open_cases", "past_promise_now", "running_clocks", "likely_to_leave", "detractors_waiting", *service_factory.NOW)
TARGETS = {"replied_in_time": 0.9, "commitments_kept": 0.9, "nps_relational": 40.0}


class FakeCenter:
    """Answers like metrics.CommandCenter; `version` may be changed to publish, `failing` names metrics that break."""

    def __init__(self, name: str = "Ada Example", failing: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> None:
        self.version, self.name, self.failing, self.missing = SNAPSHOT, name, failing, missing
        self.lost = 338
        self.selections: list[tuple[str, Selection]] = []

    def under(self, policy: Policy) -> "FakeCenter":
        return self

    @property
    def snapshot(self) -> str:
        return self.version

    @property
    def definitions(self) -> str:
        return "0123456789abcdef"

    def settings(self) -> dict[str, Any]:
        return {"title": "Fernhill Energy", "zone": "Europe/Berlin", "currency": "EUR", "locale": "en_GB", "week_start": "monday",
                "default_journey": "becoming", "segmentation": "kinds"}  # fmt: skip

    def metrics(self) -> tuple[Any, ...]:
        return tuple(
            SimpleNamespace(
                metric_id=name,
                title=name.replace("_", " "),
                question="Why?",
                formula="a ÷ b",
                unit=UNITS.get(name, "percent"),
                better="higher",
                target=TARGETS.get(name),
                noun="rows",
                one="row",
                owner="service",
                verb="came in time",
                is_personal_score=False,
                is_now=name in NOW,
                split_by=("segment",),
                figure={"retention": "cohort_grid", "customer_equation": "equation", "journey_funnel": "funnel"}.get(
                    name, "summary"
                ),
            )
            for name in [*ANSWERS, "running_clocks"]
        )

    def metric(self, metric: str) -> Any:
        for known in self.metrics():
            if known.metric_id == metric and metric not in self.missing:
                return known
        raise UnknownName(f'there is no metric "{metric}"', name=metric, known=ANSWERS)

    def ask(self, metric: str, selection: Selection | None = None, **_: Any) -> Answer:
        self.selections.append((metric, selection or Selection()))
        if metric in self.failing:
            raise RuntimeError(SECRET)
        if metric not in ANSWERS or metric in self.missing:
            raise UnknownName(f'there is no metric "{metric}"', name=metric, known=ANSWERS)
        chosen = selection or Selection()
        return replace(ANSWERS[metric](self, chosen), selection=chosen)

    def customers_behind(
        self, metric: str, selection: Selection | None = None, *, mark: Any = None, limit: int = 1000, **_: Any
    ) -> People:
        if metric == "running_clocks":
            return running_clocks((mark or {}).get("part", ""))
        rows = tuple(
            {
                "customer_id": f"C-{i:012x}",
                "name": f"{self.name} {i}",
                "value": 1.0,
                "at": AS_OF - timedelta(hours=i),
                "subject": f"T-{1000 + i}",
                "because": "contract ended on 3 October, no other within 30 days",
                "segment": "Homes, gas",
            }
            for i in range(min(limit, self.lost))
        )
        return People(
            metric=metric,
            selection=selection or Selection(),
            period=factory.OCTOBER,
            mark=mark or {},
            unit="customers lost",
            count=self.lost,
            customers=331,
            rows=rows,
            as_of=AS_OF,
            snapshot=self.version,
            notices=(),
            sentence=f"{self.lost} customers lost in October 2026 to date.",
        )

    def explain(self, metric: str, selection: Selection | None = None) -> Explanation:
        return Explanation(
            metric=metric,
            title="Customers lost",
            question="What made me go?",
            formula="accounts that ended or fell silent",
            unit=UNITS.get(metric, "percent"),
            better="lower",
            target=None,
            fact="fct_customer_movement",
            judged_by=("erp", "shop"),
            as_of=AS_OF,
            split_by=("reason",),
            interval="none",
            owner="management",
            reviewed=date(2026, 11, 21),
            sql="select count(*)\nfrom selected_rows",
            coverage="reason known for 71 %",
            snapshot=SNAPSHOT,
        )

    def redacted(self, texts: Any) -> list[str]:
        return [text.replace(self.name, "[…]") for text in texts]

    def story(self, customer_id: str) -> Story:
        if not customer_id.startswith("C-"):
            raise UnknownName(f'there is no customer "{customer_id}"', name=customer_id, known=())
        return story(customer_id, self.name)

    def search(self, text: str, *, limit: int = 20) -> tuple[dict[str, Any], ...]:
        found = {
            "customer_id": "C-00000000002a",
            "name": self.name,
            "kind": "person",
            "email": "ada@example.com",
            "phone": "+49301234567",
            "region": "north",
            "segment": "Homes, gas",
            "lifecycle": "customer",
        }
        return (found,) if text.lower() in self.name.lower() else ()

    def sources(self) -> tuple[dict[str, Any], ...]:
        told = (
            ("zendesk", "Help desk", 0, 3600),
            ("hubspot", "CRM", 300, 3600),
            ("qualtrics", "Surveys", 93_600, 21_600),
            ("erp", "ERP", 600, 86_400),
            ("shop", "Shop", 900, 86_400),
        )
        return tuple(
            {
                "source": source,
                "title": title,
                "known_until": AS_OF - timedelta(seconds=age),
                "told_by": "export",
                "newest_event_at": AS_OF - timedelta(seconds=age),
                "loaded_at": AS_OF + timedelta(minutes=7),
                "is_finished": False,
                "interval_seconds": interval,
                "age_seconds": age,
            }
            for source, title, age, interval in told
        )

    def ledger_summary(self) -> dict[str, int]:
        return {
            "files": 12,
            "sources": 7,
            "records": 84_310,
            "loaded_new": 84_100,
            "loaded_updated": 0,
            "rejected": 12,
            "duplicates": 198,
            "removed": 0,
        }

    def dimensions(self) -> tuple[dict[str, Any], ...]:
        return (
            {"dimension_id": "segment", "label": "Segment", "kind": "as of the row", "sort_no": 1, "segmentation": "kinds"},
            {"dimension_id": "rfm", "label": "Recency", "kind": "as of the row", "sort_no": 2, "segmentation": "rfm"},
        )

    def journeys(self) -> tuple[dict[str, Any], ...]:
        stages = (
            ("discover", "I discover you", "Attract"),
            ("choose", "I choose you", "Convert"),
            ("settle", "I settle in", "Retain"),
        )
        return tuple(
            {"journey_id": "becoming", "title": "Becoming a customer", "stage_no": number, "stage_id": stage, "says": says,
             "label": label, "owner": "Marketing", "within_seconds": 7_776_000, "window_seconds": 7_776_000}
            for number, (stage, says, label) in enumerate(stages, start=1)
        )  # fmt: skip

    def events(self) -> tuple[dict[str, Any], ...]:
        return ({"event": "order placed", "n": 12_154}, {"event": self.name, "n": 3})

    def hold_list(self, tool: str = "csv") -> HoldList:
        if tool not in ("hubspot", "mailchimp", "csv"):
            raise UnknownName(f'"{tool}" is not one', name=tool, known=("hubspot", "mailchimp", "csv"))
        return service_factory.hold_list(tool)

    def dimension_values(self, dimension: str, *, metric: str = "") -> tuple[str, ...]:
        return ("Homes, gas", "Homes, solar", "Small business", "unknown")

    def not_found(self, where: Any) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, values in where.items() for value in values if value == "nobody's")

    def purpose(self, period: str | None = None, where: Any = None) -> tuple[tuple[Aim, Answer], ...]:
        aim = Aim(metric="replied_in_time", target=0.92, owner="service", by=date(2026, 12, 31))
        return ((aim, self.ask("replied_in_time")),)

    def needs_a_decision(self, where: Any = None) -> tuple[tuple[Finding, ...], int]:
        share, before = number(0.66, 142, 142, 0.58, 0.73, 94, 142), number(0.7, 140, 140, 0.62, 0.77, 98, 140)
        found = Finding(
            metric="commitments_kept", title="Commitments kept", owner="operations", unit="percent", why="off its aim",
            month="2026-09", value=share, before=before, target=0.9, p=0.0001, mark={"part": "no"}, count=48, customers=48,
            value_a_year=31_000.0,
        )  # fmt: skip
        return (found,), 24

    def changes(self) -> tuple[Any, ...]:
        return ()

    def before_and_after(self) -> tuple[Any, ...]:
        return ()

    def compared_metrics(self) -> tuple[Any, ...]:
        return ()

    def outcomes(self) -> tuple[Any, ...]:
        return ()

    def lists(self) -> tuple[dict[str, Any], ...]:
        told = {"kind": "living", "metric": "customers_lost", "address": "period=2026-09", "mark": {"reason": "Moved away"}}
        return (
            {"name": "movers", "title": self.name, "saved_at": "2026-10-30T13:05:00Z", "customers": 29, "problem": None, **told},
            {"name": "gone", "title": "Gone", "saved_at": "2026-10-01T00:00:00Z", "customers": None, "problem": "it is no more", **told},
        )  # fmt: skip

    def as_told(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def names_anybody(self, texts: Sequence[str]) -> bool:
        return False

    def list_titles(self) -> dict[str, str]:
        return {"movers": self.name, "gone": "Gone"}

    def glossary(self) -> tuple[dict[str, Any], ...]:
        return tuple(
            {
                "metric": metric.metric_id,
                "title": metric.title,
                "question": metric.question,
                "formula": "a ÷ b",
                "unit": metric.unit,
                "better": metric.better,
                "target": metric.target,
                "owner": "service",
                "reviewed": "2026-11-21",
                "fact": "fct_case",
                "split_by": ("segment", "channel"),
            }
            for metric in self.metrics()
        )


def equation(center: FakeCenter, selection: Selection) -> Answer:
    if selection.by:
        rows = tuple(
            replace(factory.equation_row(None, (4000 + i, 2_000_000.0), (4100 + i, 2_100_000.0)), by={"segment": name})
            for i, name in enumerate(("Homes, gas", "Homes, solar", "Small business"))
        )
        return replace(factory.equation(), rows=rows)
    series = factory.equation_series().rows
    last = factory.equation_row("2026-10", (12_904, 8_610_000.0), (13_019, 8_588_000.0))
    ended = {"n": center.lost - 137, "customers": center.lost - 137, "value": 262_000.0}
    lost = {"n": center.lost, "customers": center.lost, "value": 401_000.0}
    last = replace(last, extra={**last.extra, "ended": ended, "lost": lost})
    return replace(factory.equation(), rows=(*series[:-1], last))


def value_lost(center: FakeCenter, selection: Selection) -> Answer:
    worth = {
        "Waited too long for help": 22,
        "Price after first year": 71,
        "Moved away": 44,
        "Installation went wrong": 39,
        "Found a better offer": 40,
        "Other": 12,
        "unknown": 185,
    }
    rows = tuple(Row(by={"reason": name}, value=number(1000.0 * value, 40)) for name, value in worth.items())
    return factory.answer("value_lost", "money", number(413_000.0, 338), rows)


def commitments(center: FakeCenter, selection: Selection) -> Answer:
    rows = (
        Row(by={"promise": "offer"}, value=number(0.81, 620, 600, 0.78, 0.84, 502, 620)),
        Row(by={"promise": "installation"}, value=number(0.64, 330, 330, 0.59, 0.69, 211, 330)),
    )
    return factory.answer("commitments_kept", "percent", number(0.75, 950, 930, 0.72, 0.78, 713, 950), rows)


def strip(center: FakeCenter, selection: Selection) -> Answer:
    plain = factory.strip()
    rows = tuple(
        replace(row, extra={**row.extra, "promise": {1: "offer", 2: "installation"}.get(row.extra["stage_no"])})
        for row in plain.rows
    )
    return replace(plain, rows=rows)


def voice(center: FakeCenter, selection: Selection) -> Answer:
    names = {"Choosing": "Convert", "Settling in": "Retain", "Staying": "Loyalty", "Bringing": "Refer"}
    if selection.by == ("wave",):
        return voice_factory.waves()
    plain = factory.nps_by_stage()
    rows = tuple(replace(row, by={"stage": names.get(row.by["stage"], row.by["stage"])}) for row in plain.rows)
    return replace(plain, rows=rows, as_of=AS_OF - timedelta(hours=26))


def running_clocks(part: str = "") -> People:
    states = {"broke_last_hour": "broken_open", "at_risk": "at_risk", "time_left": "open"}
    minutes = {
        "phone": (-55, -35, 8, 100),
        "chat": (30, 36, 115, 165),
        "email": (-50, -42, -25, 15, 22, 45, 96, 104, 118, 140, 175, 200, 225),
        "social": (180,),
    }
    rows, count = [], -1
    for channel, due in minutes.items():
        for minute in due:
            count += 1
            state = "broken_open" if minute < 0 else "at_risk" if minute < 50 else "open"
            row = {
                "clock_id": f"{channel}{minute}",
                "customer_id": f"C-{count:012x}",
                "name": f"Example Person {count}",
                "value": 60.0 * minute,
                "at": AS_OF,
                "due_at": AS_OF + timedelta(minutes=minute),
                "state": state,
                "channel": channel,
                "subject": f"T-{1000 + count}",
                "because": "first reply promised within 4 open hours",
                "promise": "first_reply",
            }
            if not part or states[part] == state:
                rows.append(row)
    unit = f"promises {part.replace('_', ' ')}" if part else "promises running"
    return replace(factory.running_clocks(), rows=tuple(rows), count=len(rows), customers=len(rows), unit=unit)


def retention(center: FakeCenter, selection: Selection) -> Answer:
    """An overall row and three cohorts: the share falls with the months, the newest months are provisional or blank."""

    def row(cohort: str, size: int, known: int, seen: int) -> Row:
        cells = tuple(
            {
                "since": month,
                "value": number(1 - month / 50, size) if month <= seen else None,
                "provisional": known < month,
            }
            for month in range(13)
        )
        extra = {"size": size, "left_censored": cohort == "2024-08", "cells": cells}
        return Row(by={"cohort": cohort}, value=number(float(size), size), extra=extra)

    rows = (row("all known", 900, 12, 12), row("2024-08", 90, 12, 12), row("2025-09", 300, 6, 12), row("2026-06", 310, 1, 3))
    caption = "Of 900 customers of known cohorts, 792 were still with us 6 months on: 88.0 %."
    return factory.answer("retention", "percent", number(0.88, 900), rows, caption=caption, options={"interval": "month"})


def funnel(center: FakeCenter, selection: Selection) -> Answer:
    """Three stages: some skipped ahead, some not yet known, the last step worse than the month before; split, two groups."""
    before = factory.funnel_row({}, (900, 500, 240), (0, 0, 0))
    rows = (factory.funnel_row({}, (963, 493, 189), (120, 40, 9)),)
    if selection.by:
        by = selection.by[0]
        rows = (
            factory.funnel_row({by: "web"}, (600, 250, 80), (0, 0, 0)),
            factory.funnel_row({by: center.name}, (12, 8, 2), (0, 0, 0)),
        )
    change = Change(value=-0.07, low=-0.1, high=-0.03, clear=True)
    return factory.answer(
        "journey_funnel", "percent", rows[0].value, rows, comparison=factory.compared_to(before.value, change, (before,)),
        caption="Of 963 people whose 90 days ended in October 2026, 189 reached Retain: 19.6 %.",
    )  # fmt: skip


def movement(center: FakeCenter, selection: Selection) -> Answer:
    def row(before: str, after: str, kind: str, n: int, worth: tuple[float, float]) -> Row:
        extra = {"kind": kind, "value_before": worth[0], "value_after": worth[1]}
        return Row(by={"from": before, "to": after}, value=number(float(n), n), extra=extra)

    rows = (
        row("High value", "High value", "stayed", 2125, (3e6, 3e6)),
        row("High value", center.name, "moved", 17, (9000.0, 8000.0)),
        row(center.name, center.name, "stayed", 900, (2e5, 2e5)),
        row("not a customer", "High value", "new", 27, (0.0, 35_000.0)),
        row("High value", "not a customer", "lost", 83, (124_000.0, 0.0)),
    )
    return factory.answer("value_movement", "customers", number(3152.0, 3152), rows, caption="17 customers moved.")


def story(customer_id: str, name: str) -> Story:
    def event(days: float, what: str, channel: str, direction: str = "inbound", detail: str = "") -> dict[str, Any]:
        return {
            "happened_at": AS_OF - timedelta(days=days),
            "event": what,
            "channel": channel,
            "direction": direction,
            "purpose": None,
            "detail": detail,
            "source": "zendesk",
            "value": None,
        }

    def named(promise: str) -> dict[str, str]:
        return {"promise": promise, "promise_name": promise.replace("_", " ").capitalize()}

    return Story(
        customer={
            "customer_id": customer_id,
            "name": name,
            "kind": "person",
            "email": "ada@example.com",
            "phone": "+49301234567",
            "region": "north",
            "lifecycle": "customer",
            "company_name": None,
            "business_unit": None,
            "acquired_through": "store",
            "owner": None,
        },
        records=(
            {"source": "hubspot", "record_id": "88123", "rule": "its own record", "evidence": ""},
            {"source": "shop", "record_id": "K-1001", "rule": "same e-mail", "evidence": "ada@example.com"},
        ),
        conflicts=({"field": "phone", "value": "+49309999999", "source": "shop"},),
        events=(
            event(70, "store visit", "store"),
            event(68, "asked for an offer", "web"),
            event(56, "case opened", "email", "inbound", name),
            event(50, "autumn campaign", "email", "outbound"),
            event(49, "sales call", "phone", "outbound"),
        ),
        promises=(
            {**named("first_reply"), "state": "broken_open", "due_at": AS_OF - timedelta(days=55), "subject": "T-1001"},
            {**named("offer"), "state": "kept", "due_at": AS_OF - timedelta(days=60), "subject": "O-77"},
        ),
        contracts=(
            {
                "product": "solar",
                "starts_on": date(2025, 3, 1),
                "ends_on": None,
                "ended_on": None,
                "amount_per_month": 92.5,
                "end_reason": None,
            },
        ),
        orders=(),
        cases=(),
        consents=({"purpose": "promotional", "channel": "email", "granted": False, "effective_at": AS_OF - timedelta(days=46)},),
        scores=(
            {
                "instrument": "nps",
                "programme": "relational",
                "score": 4,
                "answered_at": AS_OF - timedelta(days=40),
                "comment": name,
            },
        ),
        value=number(1_110.0, 1),
        as_of=AS_OF,
        snapshot=SNAPSHOT,
    )


def _hit(metric: str, unit: str, count: int, worth: float) -> Any:
    """Whom it hit in all, or by group where it is split."""
    return lambda center, selection: (
        service_factory.affected(metric, unit, center.name, selection)
        if selection.by
        else voice_factory.affected(metric, unit, count, worth)
    )


ANSWERS: dict[str, Any] = {
    "customer_equation": equation,
    "customers_lost": lambda center, selection: factory.lost_by_reason(),
    "value_lost": value_lost,
    "journey_strip": strip,
    "commitments_kept": commitments,
    "nps_relational": voice,
    "replied_in_time": lambda center, selection: factory.replied_in_time(),
    "open_cases": lambda center, selection: factory.answer("open_cases", "customers", number(1003.0, 1003, 1003)),
    "retention": retention,
    "journey_funnel": funnel,
    "reasons_lost": lambda center, selection: factory.reasons_lost(),
    "value_movement": movement,
    "time_to_convert": lambda center, selection: factory.incidence(center.name),
    "survival": lambda center, selection: factory.survival(center.name),
    "lifecycle": lambda center, selection: factory.lifecycle(),
    "journey_drivers": lambda center, selection: factory.drivers(center.name),
    "journey_why_moved": lambda center, selection: factory.why_moved(center.name),
    "journey_paths": lambda center, selection: factory.paths(center.name),
    "journey_here_now": lambda center, selection: factory.stock(),
    "journey_moved": lambda center, selection: factory.flow(),
    "likely_to_leave": lambda center, selection: factory.likely(),
    "earned_growth": lambda center, selection: factory.answer(
        "earned_growth", "percent", number(-0.019, 900, 900, -0.019, 0.004)
    ),
    "value_gained": lambda center, selection: factory.answer("value_gained", "money", number(318_000.0, 412)),
    "customers_gained": lambda center, selection: factory.answer("customers_gained", "customers", number(412.0, 412)),
    **service_factory.answers(),
    "satisfied_after_contact": lambda center, selection: voice_factory.satisfied({"1–5": number(0.78, 300, 290, 0.73, 0.82)}),
    "response_rate": lambda center, selection: voice_factory.rate(),
    "nps_themes": lambda center, selection: voice_factory.themes(center.name),
    "voice_by_stage": lambda center, selection: voice_factory.voices(),
    "comments": lambda center, selection: voice_factory.comments(center.name),
    "detractors_waiting": lambda center, selection: factory.answer("detractors_waiting", "customers", number(29.0, 29)),
    "detractors_called_back": lambda center, selection: factory.answer(
        "detractors_called_back", "percent", number(0.62, 120, 118, 0.53, 0.7)
    ),
    "detractors_recovered": lambda center, selection: voice_factory.recovered(),
    "outreach_during_complaint": _hit("outreach_during_complaint", "percent", 46, 31_000.0),
    "silence": _hit("silence", "customers", 29, 19_000.0),
    "must_not_be_contacted": _hit("must_not_be_contacted", "customers", 210, 150_000.0),
}
