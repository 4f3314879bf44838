"""Hand-made answers of what customers say, for tests of what is drawn from them."""

from datetime import timedelta
from typing import Any

from metrics.answer import Answer, Change, Row, Value
from metrics.selection import Selection
from tests.metrics import factory
from tests.metrics.factory import AS_OF, number


def waves(*extra: Row) -> Answer:
    """Three waves: one well answered, one of too few, one that only indicates."""
    rows = (
        Row(by={"wave": "2024"}, value=number(31.0, 610, 610, 24.0, 38.0)),
        Row(by={"wave": "2025"}, value=number(60.0, 7, 7, 20.0, 80.0)),
        Row(by={"wave": "2026"}, value=number(40.0, 25, 25, 8.0, 62.0)),
        *extra,
    )
    return factory.answer(
        "nps_relational", "nps", number(35.0, 642, 640, 29.0, 41.0), rows, selection=Selection.of(period="all", by="wave"),
        caption="642 answers over all time: NPS 35, between 29 and 41.",
    )  # fmt: skip


def satisfied(scales: dict[str, Value]) -> Answer:
    """How satisfied they are, on each scale; of several scales there is no score of all."""
    rows = tuple(Row(by={"scale": scale}, value=value) for scale, value in scales.items())
    n = sum(value.n for value in scales.values())
    total = next(iter(scales.values())) if len(scales) == 1 else number(None, n)
    return factory.answer("satisfied_after_contact", "percent", total, rows)


def themes(name: str) -> Answer:
    """One theme that clearly lowers the score, one of which it is not clear, one that is hidden."""

    def extra(with_it: float, without: float, clear: bool, words: list[str]) -> dict[str, Any]:
        return {"share": number(0.1, 743), "score_with": number(with_it, 60), "score_without": number(without, 683), "clear": clear,
                "words": words}  # fmt: skip

    rows = (
        Row(by={"theme": "Waiting"}, value=number(-4.9, 60, 58, -6.1, -3.7), extra=extra(-70, 40.9, True, ["waited", name])),
        Row(by={"theme": "Ease"}, value=number(0.6, 90, 90, -0.2, 1.4), extra=extra(41, 35.4, False, ["simple"])),
        Row(by={"theme": "Price"}, value=number(None, 12, 12)),
    )
    return factory.answer("nps_themes", "nps", number(36.0, 743, 743, 30, 41), rows, caption="743 answers: NPS 36.")


def voices() -> Answer:
    """Two stages: one that answers, one that only asks for help."""

    def row(stage: str, score: Value, requests: int, complaints: int) -> Row:
        extra = {
            "requests": number(float(requests), requests),
            "complaints": number(float(complaints), complaints),
            "categories": [{"category": "Bill", "requests": requests // 2}, {"category": "unknown", "requests": 1}],
        }
        return Row(by={"stage": stage}, value=score, extra=extra)

    rows = (row("Attract", number(None, 0), 17, 0), row("Retain", number(9.0, 158, 158, -4.0, 21.0), 123, 12))
    return factory.answer("voice_by_stage", "nps", number(36.0, 743, 743, 30, 41), rows, caption="743 answers: NPS 36.")


def comments(name: str) -> Answer:
    """What three customers wrote; the last one in confidence."""

    def row(no: int, comment: str, score: float | None, words: list[str], is_confidential: bool = False) -> Row:
        extra = {
            "comment": comment, "score": score, "scale": "0–10", "wave": "2026", "is_confidential": is_confidential,
            "themes": [{"theme": "Waiting", "word": word} for word in words], "customer_id": f"C-{no:012x}",
            "answered_at": AS_OF - timedelta(days=no), "kind": {3.0: "detractor", 8.0: "passive"}.get(score or 0.0, ""),
        }  # fmt: skip
        return Row(by={"comment": str(no)}, value=number(1.0, 1, 1), extra=extra)

    rows = (row(1, f"I Waited a week, {name}", 3.0, ["waited"]), row(2, "Fine.", 8.0, []), row(3, "A secret.", None, [], True))
    return factory.answer("comments", "count", number(3.0, 3), rows, options={"theme": "", "given": "", "most": 100})


def affected(metric: str, unit: str, customers: int, value: float) -> Answer:
    """A figure that tells whom it hit and what they are worth a year."""
    extra = {"affected": customers + 2, "customers_affected": customers, "accounts": customers, "known_accounts": customers,
             "value_a_year": value}  # fmt: skip
    total = number(0.03, 1204, 900, 0.02, 0.04) if unit == "percent" else number(float(customers), customers)
    return factory.answer(metric, unit, total, (Row(value=total, extra=extra),))


def recovered() -> Answer:
    """Who was won back, by whether they were called; of those who were not, too few to say."""
    split = (
        Row(by={"called_back": "called back"}, value=number(0.42, 60, 60, 0.3, 0.55)),
        Row(by={"called_back": "not called back"}, value=number(0.5, 4, 4, 0.1, 0.9)),
    )
    return factory.answer("detractors_recovered", "percent", number(0.4, 64, 64, 0.29, 0.52), split)


def rate() -> Answer:
    """How many answer, clearly fewer than before."""
    before = number(0.41, 900, 900, 0.38, 0.44)
    comparison = factory.compared_to(before, Change(value=-0.07, low=-0.11, high=-0.03, clear=True))
    return factory.answer("response_rate", "percent", number(0.34, 1000, 990, 0.31, 0.37), comparison=comparison)
