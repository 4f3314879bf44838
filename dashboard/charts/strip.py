"""The journey strip: each stage in the customers' words, who is here, the share that moved on, what was promised, the voice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from dashboard.charts import ratebar
from dashboard.look import Look
from dashboard.phrases import before_words
from dashboard.states import MET, MISSED, TOO_FEW, TOO_FEW_FOR_A_SHARE, is_too_few, state_of
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.selection import Period

METRIC = "journey_strip"
PROMISES = {
    "offer": "offer when promised",
    "installation": "installed on the day",
    "delivery": "delivered when promised",
    "call_back": "called back when promised",
    "first_reply": "answered when promised",
}
FIRST_REPLY = ("first_reply",)
Answers = Mapping[str, Any]


def draw(answers: Answers, look: Look) -> Markup:
    """Draws the strip and, where their answers are there, promises and voice by stage and the lane of help."""
    strip: Answer = answers[METRIC]
    before = before_words(strip.period)
    return render(
        "strip.html",
        title=look.title,
        question=look.question,
        shares_are=f"shares: people whose time for the step ended {_within(strip.period, look)}",
        before_name=f"the {before} before",
        stages=[_stage(row, answers, look, before) for row in strip.rows],
        lane=_lane(answers, look),
    )


def _stage(row: Row, answers: Answers, look: Look, before: str) -> dict[str, Any]:
    stage = row.extra
    here = stage.get("counts_words") or ("prospects" if stage["stage_no"] == 1 else "customers")
    return {
        "key": stage["stage_id"],
        "says": stage["says"],
        "own": " · ".join(word for word in (stage["label"], stage["owner"]) if word),
        "here": {
            "count": look.reader.count(stage["here_now"]),
            "words": f"{here} here {_instant(answers[METRIC].period, look)}",
            "href": _opens(stage, "here_now", look),
        },
        "share": _share(stage, look, before) if stage["share"] is not None else None,
        "lines": [line for line in _lines(stage, answers, look) if line],
    }


def _share(stage: Mapping[str, Any], look: Look, before: str) -> dict[str, Any]:
    share, reader, aim = stage["share"], look.reader, stage["target"]
    previous: Value | None = stage["previous"]
    value_before = previous.value if previous and not is_too_few(previous, "percent") else None
    words = f"{stage['moved_words']} within {_days(stage['within_days'])}" if stage["within_days"] else stage["moved_words"]
    return {
        "words": words,
        "is_too_few": is_too_few(share, "percent"),
        "state": TOO_FEW if is_too_few(share, "percent") else state_of(share, target=aim, better="higher", unit="percent"),
        "value": reader.percent(share.value),
        "range": f"{reader.points(share.low, 1)}–{reader.points(share.high, 1)}" if share.low is not None else "",
        "aim": f", aim {reader.points(aim)}" if aim is not None else "",
        "n": reader.count(share.n),
        "href": _opens(stage, "share", look),
        "bar": _bar(share, value_before, aim, words, look),
        "change": _change(stage, value_before, look, before),
    }


def _bar(share: Value, before: float | None, aim: float | None, words: str, look: Look) -> Markup:
    """An empty bar where there are too few to say: a figure that is not told is not drawn either."""
    if is_too_few(share, "percent"):
        share = replace(share, value=None, low=None, high=None)
    return ratebar.draw(share, before=before, aim=aim, label=f"{words}: {look.reader.percent(share.value)}")


def _change(stage: Mapping[str, Any], value_before: float | None, look: Look, before: str) -> dict[str, Any] | None:
    change = stage["change"]
    if change is None or change.value is None or value_before is None:
        return None
    is_better = change.value > 0
    points = look.reader.points(abs(change.value), 0 if abs(change.value) >= 0.02 else 1)
    return {
        "ago": f"a {before}",
        "before": f"before {look.reader.points(value_before, 1)}",
        "is_clear": change.clear,
        "tone": "met" if is_better else "missed",
        "words": f"{points} points {'better' if is_better else 'worse'}" if change.clear else "no clear change",
    }


def _lines(stage: Mapping[str, Any], answers: Answers, look: Look) -> list[dict[str, Any] | None]:
    return [
        _flow(stage, answers[METRIC].period, look),
        _promise(stage, answers.get("commitments_kept"), look),
        _voice(stage, answers, look),
    ]


def _flow(stage: Mapping[str, Any], period: Period | None, look: Look) -> dict[str, Any]:
    """Who turned away from here; of the last stage, from which nothing leads on, who came."""
    part, name = "turned_away", "turned away"
    if stage["share"] is None and not stage["turned_away"]:
        part, name = "entered", f"came here {_within(period, look)}"
    return {"name": name, "text": look.reader.count(stage[part]), "aim": "", "href": _opens(stage, part, look), "state": None}


def _promise(stage: Mapping[str, Any], kept: Any, look: Look) -> dict[str, Any] | None:
    """The promise of the stage's step, as kept in the period."""
    promise = stage["promise"]
    if not promise or not isinstance(kept, Answer):
        return None
    value = next((row.value for row in kept.rows if row.by.get("promise") == promise), None)
    if value is None or not value.n:
        return None
    state = look.state("commitments_kept", value)
    aim, reader = look.target("commitments_kept"), look.reader
    text = "too few to say" if is_too_few(value, "percent") else f"{reader.percent(value.value, 0)}{_range(value, look)}"
    aimed = "" if is_too_few(value, "percent") else _aim(aim, look)
    href = look.opens("commitments_kept", where={"promise": (promise,)})
    return {"name": PROMISES.get(promise, f"{promise} kept"), "text": text, "aim": aimed, "href": href, "state": state}


def _voice(stage: Mapping[str, Any], answers: Answers, look: Look) -> dict[str, Any] | None:
    voice = answers.get("nps_relational")
    if not isinstance(voice, Answer) or _period_name(voice) != _period_name(answers[METRIC]):
        return None  # where surveys lag into the month before, its voice is not this month's
    row = next((row for row in voice.rows if row.by.get("stage") in (stage["label"], stage["says"], stage["stage_id"])), None)
    if row is None or not row.value.n:
        return None
    value, aim, reader = row.value, look.target("nps_relational"), look.reader
    state = look.state("nps_relational", value)
    between = "–" if (value.low or 0) >= 0 else " to "
    scored = f"NPS {reader.number(value.value, 0)} ({reader.number(value.low, 0)}{between}{reader.number(value.high, 0)})"
    aimed = f", aim {reader.number(aim, 0)}" if aim is not None and not look.is_too_few("nps_relational", value) else ""
    text = f"{reader.counted(value.n, 'answer', 'answers')}, too few" if look.is_too_few("nps_relational", value) else scored
    return {
        "name": "voice, asked",
        "text": text,
        "aim": aimed,
        "href": look.opens("nps_relational", where={"stage": (row.by["stage"],)}),
        "state": state,
    }


def _period_name(answer: Answer) -> str:
    return answer.period.label if answer.period else ""


def _lane(answers: Answers, look: Look) -> list[dict[str, Any]]:
    makers = {
        "open_cases": _open,
        "replied_in_time": _replied,
        "past_promise_now": _past,
        "time_to_solve": _solved,
        "first_contact_resolution": _at_first_contact,
    }
    if all(
        isinstance(each := answers.get(name), Answer) and not each.total.n for name in ("replied_in_time", "past_promise_now")
    ):
        makers = {"open_cases": _open, "replied_in_time": _nothing_due}
    made = [make(answers[metric], look) for metric, make in makers.items() if isinstance(answers.get(metric), Answer)]
    return [item for item in made if item]


def _nothing_due(answer: Answer, look: Look) -> dict[str, Any]:
    return {"key": "replied", "state": TOO_FEW, "text": "no promise of a reply fell due", "href": look.opens(answer.metric)}


def _open(answer: Answer, look: Look) -> dict[str, Any]:
    customers = answer.total.customers
    return {
        "key": "open",
        "state": None,
        "before": "",
        "count": look.reader.count(customers),
        "words": f"{'customer' if customers == 1 else 'customers'} with an open request now",
        "href": look.opens(answer.metric),
    }


def _replied(answer: Answer, look: Look) -> dict[str, Any]:
    value, reader = answer.total, look.reader
    said = f"{reader.percent(value.value)} answered when promised{_range(value, look, 1)}{_aim(look.target(answer.metric), look)}"
    text = f"{said}, of {reader.count(value.n)}"
    if look.is_too_few(answer.metric, value):
        text = f"{reader.counted(value.n, 'answer', 'answers')} due, too few to say how many came when promised"
    return {"key": "replied", "state": look.state(answer.metric, value) or MET, "text": text, "href": look.opens(answer.metric)}


def _past(answer: Answer, look: Look) -> dict[str, Any]:
    customers = answer.total.customers
    if answer.selection.where.get("promise") == FIRST_REPLY:
        waiting = look.reader.count(customers) if customers else "nobody"
        text = f"{waiting} {'wait' if customers > 1 else 'waits'} past our promise of a reply"
    else:
        past = look.reader.counted(customers, "customer", "customers") if customers else "nobody is"
        text = f"{past} past our promise now"
    href = look.opens(
        answer.metric, where={name: answer.selection.where[name] for name in ("promise",) if name in answer.selection.where}
    )
    return {"key": "past", "state": MISSED if customers else MET, "text": text, "href": href}


def _solved(answer: Answer, look: Look) -> dict[str, Any] | None:
    """How long half of the requests wait for their solution; nothing where too few were opened."""
    if answer.total.value is None or answer.total.n < TOO_FEW_FOR_A_SHARE:
        return None
    return {
        "key": "solved",
        "state": None,
        "before": "half solved in ",
        "count": look.reader.duration(answer.total.value),
        "words": f"of their time{_nine_in_ten(answer, look)}",
        "href": look.behind(answer),
    }


def _nine_in_ten(answer: Answer, look: Look) -> str:
    whole = next((row for row in answer.rows if not row.by), None)
    most = whole.extra.get("p90_seconds") if whole else None
    return "" if most is None else f", nine in ten in {look.reader.duration(most)}"


def _at_first_contact(answer: Answer, look: Look) -> dict[str, Any] | None:
    if answer.total.value is None or look.is_too_few(answer.metric, answer.total):
        return None
    return {
        "key": "first-contact",
        "state": None,
        "before": "",
        "count": look.reader.percent(answer.total.value, 0),
        "words": f"of {look.reader.count(answer.total.n)} solved at first contact",
        "href": look.behind(answer),
    }


def _opens(stage: Mapping[str, Any], part: str, look: Look) -> str:
    return look.opens(METRIC, mark={"stage": str(stage["stage_no"]), "part": part})


def _range(value: Value, look: Look, digits: int = 0) -> str:
    if value.low is None or value.high is None:
        return ""
    return f" ({look.reader.points(value.low, digits)}–{look.reader.points(value.high, digits)})"


def _aim(aim: float | None, look: Look) -> str:
    return "" if aim is None else f", aim {look.reader.points(aim)}"


def _instant(period: Period | None, look: Look) -> str:
    """A stock is of the period's end: now, unless the period is over."""
    if period is None or period.is_to_date or period.text == "all":
        return "now"
    return f"on {look.reader.day(period.end_day - timedelta(days=1))}"


def _days(days: float) -> str:
    if days == 365:
        return "a year"
    return f"{days:g} day{'' if days == 1 else 's'}"


def _within(period: Period | None, look: Look) -> str:
    if period is None or period.text == "all":
        return "so far"
    if len(period.text) == 7 and "-Q" not in period.text:
        return f"in {look.reader.month_name(period.first_day)}"
    return f"in {period.label}"
