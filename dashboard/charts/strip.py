"""The journey strip: each stage in the customers' words, who is here, the share that moved on, what was promised, the voice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts import ratebar
from dashboard.look import Look
from dashboard.phrases import before_words
from dashboard.states import MET, MISSED, TOO_FEW, TOO_FEW_FOR_A_SHARE, State, is_too_few, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _, _n, later
from metrics.period_text import period_words as words_of_period
from metrics.selection import Period

METRIC = "journey_strip"
PROMISES = {
    "offer": later("offer when promised"),
    "installation": later("installed on the day"),
    "delivery": later("delivered when promised"),
    "call_back": later("called back when promised"),
    "first_reply": later("answered when promised"),
}
THE_BEFORE = {
    "year": later("the year before"),
    "quarter": later("the quarter before"),
    "month": later("the month before"),
    "week": later("the week before"),
    "day": later("the day before"),
    "period": later("the period before"),
}
A_BEFORE = {
    "year": later("a year before"),
    "quarter": later("a quarter before"),
    "month": later("a month before"),
    "week": later("a week before"),
    "day": later("a day before"),
    "period": later("a period before"),
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
        shares_are=_("shares: people whose time for the step ended {when}", when=_within(strip.period, look)),
        before_name=_(THE_BEFORE[before]),
        stages=[_stage(row, answers, look, before) for row in strip.rows],
        lane=_lane(answers, look),
    )


def table(answers: Answers, look: Look) -> Table:
    """Returns a row per stage: who is here, who came and went, and the share that went on with what it stands on."""
    strip: Answer = answers[METRIC]
    heads = (
        _("stage"), _("here now"), _("entered"), _("moved on"), _("turned away"), _("share"), _("of"), _("95 % interval"), _("before"),
    )  # fmt: skip
    return Table(heads, [_cells(row.extra, look) for row in strip.rows])


def _cells(stage: Mapping[str, Any], look: Look) -> list[tables.Cell]:
    share: Value | None = stage["share"]
    return [
        tables.text(stage["says"]),
        *(
            tables.count(stage[part], look, _opens(stage, part, look))
            for part in ("here_now", "entered", "moved_on", "turned_away")
        ),
        tables.share(share, look),
        tables.count(share.n, look, _opens(stage, "share", look)) if share else tables.text(""),
        tables.interval(share, look),
        tables.share(stage["previous"], look),
    ]


def _stage(row: Row, answers: Answers, look: Look, before: str) -> dict[str, Any]:
    stage = row.extra
    here = stage.get("counts_words") or (_("prospects") if stage["stage_no"] == 1 else _("customers"))
    return {
        "key": stage["stage_id"],
        "says": stage["says"],
        "own": " · ".join(_(word) for word in (stage["label"], stage["owner"]) if word),
        "here": {
            "count": look.reader.count(stage["here_now"]),
            "words": _("{who} here {when}", who=here, when=_instant(answers[METRIC].period, look)),
            "href": _opens(stage, "here_now", look),
        },
        "share": _share(stage, look, before) if stage["share"] is not None else None,
        "lines": [line for line in _lines(stage, answers, look) if line],
    }


def _share(stage: Mapping[str, Any], look: Look, before: str) -> dict[str, Any]:
    share, reader, aim = stage["share"], look.reader, stage["target"]
    previous: Value | None = stage["previous"]
    value_before = previous.value if previous and not is_too_few(previous, "percent") else None
    words = moved_words(stage)
    return {
        "words": words,
        "is_too_few": is_too_few(share, "percent"),
        "state": state_of_share(stage),
        "value": reader.percent(share.value),
        "range": f"{reader.points(share.low, 1)}–{reader.points(share.high, 1)}" if share.low is not None else "",
        "aim": _aim(aim, look),
        "n": reader.count(share.n),
        "href": _opens(stage, "share", look),
        "bar": _bar(share, value_before, aim, words, look),
        "change": _change(stage, value_before, look, before),
    }


def moved_words(stage: Mapping[str, Any]) -> str:
    """Returns what those did who went on from a stage: "chose us within 90 days"."""
    moved = {"moved": stage["moved_words"]}
    return (
        _("{moved} within {days}", **moved, days=_days(stage["within_days"]))
        if stage["within_days"]
        else str(stage["moved_words"])
    )


def state_of_share(stage: Mapping[str, Any]) -> State | None:
    """Returns how the share of those who went on stands to its aim."""
    share = stage["share"]
    return TOO_FEW if is_too_few(share, "percent") else state_of(share, target=stage["target"], better="higher", unit="percent")


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
        "before": f"{_(A_BEFORE[before])} {look.reader.points(value_before, 1)}",
        "is_clear": change.clear,
        "tone": "met" if is_better else "missed",
        "words": _moved(points, is_better) if change.clear else _("no clear change"),
    }


def _moved(points: str, is_better: bool) -> str:
    return _("{points} points better", points=points) if is_better else _("{points} points worse", points=points)


def _lines(stage: Mapping[str, Any], answers: Answers, look: Look) -> list[dict[str, Any] | None]:
    return [
        _flow(stage, answers[METRIC].period, look),
        _promise(stage, answers.get("commitments_kept"), look),
        _voice(stage, answers, look),
    ]


def _flow(stage: Mapping[str, Any], period: Period | None, look: Look) -> dict[str, Any]:
    """Who turned away from here; of the last stage, from which nothing leads on, who came."""
    part, name = "turned_away", _("turned away")
    if stage["share"] is None and not stage["turned_away"]:
        part, name = "entered", _("came here {when}", when=_within(period, look))
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
    text = _("too few to say") if is_too_few(value, "percent") else f"{reader.percent(value.value, 0)}{_range(value, look)}"
    aimed = "" if is_too_few(value, "percent") else _aim(aim, look)
    href = look.opens("commitments_kept", where={"promise": (promise,)})
    name = _(PROMISES[promise]) if promise in PROMISES else _("{promise} kept", promise=promise)
    return {"name": name, "text": text, "aim": aimed, "href": href, "state": state}


def _voice(stage: Mapping[str, Any], answers: Answers, look: Look) -> dict[str, Any] | None:
    voice = answers.get("nps_relational")
    if not isinstance(voice, Answer) or _period_name(voice) != _period_name(answers[METRIC]):
        return None  # where surveys lag into the month before, its voice is not this month's
    row = next((row for row in voice.rows if row.by.get("stage") in (stage["label"], stage["says"], stage["stage_id"])), None)
    if row is None or not row.value.n:
        return None
    value, aim, reader = row.value, look.target("nps_relational"), look.reader
    state = look.state("nps_relational", value)
    between = "–" if (value.low or 0) >= 0 else _(" to ")
    scored = f"NPS {reader.number(value.value, 0)} ({reader.number(value.low, 0)}{between}{reader.number(value.high, 0)})"
    aimed = (
        _(", aim {aim}", aim=reader.number(aim, 0)) if aim is not None and not look.is_too_few("nps_relational", value) else ""
    )
    few = _("{counted}, too few", counted=reader.counted(value.n, "answer", "answers"))
    text = few if look.is_too_few("nps_relational", value) else scored
    return {
        "name": _("voice, asked"),
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
    return {"key": "replied", "state": TOO_FEW, "text": _("no promise of a reply fell due"), "href": look.opens(answer.metric)}


def _open(answer: Answer, look: Look) -> dict[str, Any]:
    customers = answer.total.customers
    return {
        "key": "open",
        "state": None,
        "before": "",
        "count": look.reader.count(customers),
        "words": _n("customer with an open request now", "customers with an open request now", customers),
        "href": look.opens(answer.metric),
    }


def _replied(answer: Answer, look: Look) -> dict[str, Any]:
    value, reader = answer.total, look.reader
    text = _(
        "{share} answered when promised{range}{aim}, of {n}",
        share=reader.percent(value.value),
        range=_range(value, look, 1),
        aim=_aim(look.target(answer.metric), look),
        n=reader.count(value.n),
    )
    if look.is_too_few(answer.metric, value):
        answers = reader.counted(value.n, "answer", "answers")
        text = _("{answers} due, too few to say how many came when promised", answers=answers)
    return {"key": "replied", "state": look.state(answer.metric, value) or MET, "text": text, "href": look.opens(answer.metric)}


def _past(answer: Answer, look: Look) -> dict[str, Any]:
    customers = answer.total.customers
    if answer.selection.where.get("promise") == FIRST_REPLY:
        text = _("nobody waits past our promise of a reply")
        if customers:
            count = look.reader.count(customers)
            text = _n("{n} waits past our promise of a reply", "{n} wait past our promise of a reply", customers, n=count)
    else:
        past = look.reader.counted(customers, "customer", "customers")
        text = _("{customers} past our promise now", customers=past) if customers else _("nobody is past our promise now")
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
        "before": _("half solved in "),
        "count": look.reader.duration(answer.total.value),
        "words": _nine_in_ten(answer, look),
        "href": look.behind(answer),
    }


def _nine_in_ten(answer: Answer, look: Look) -> str:
    whole = next((row for row in answer.rows if not row.by), None)
    most = whole.extra.get("p90_seconds") if whole else None
    return (
        _("of their time") if most is None else _("of their time, nine in ten in {duration}", duration=look.reader.duration(most))
    )


def _at_first_contact(answer: Answer, look: Look) -> dict[str, Any] | None:
    if answer.total.value is None or look.is_too_few(answer.metric, answer.total):
        return None
    return {
        "key": "first-contact",
        "state": None,
        "before": "",
        "count": look.reader.percent(answer.total.value, 0),
        "words": _("of {n} solved at first contact", n=look.reader.count(answer.total.n)),
        "href": look.behind(answer),
    }


def _opens(stage: Mapping[str, Any], part: str, look: Look) -> str:
    return look.opens(METRIC, mark={"stage": str(stage["stage_no"]), "part": part})


def _range(value: Value, look: Look, digits: int = 0) -> str:
    if value.low is None or value.high is None:
        return ""
    return f" ({look.reader.points(value.low, digits)}–{look.reader.points(value.high, digits)})"


def _aim(aim: float | None, look: Look) -> str:
    return "" if aim is None else _(", aim {aim}", aim=look.reader.points(aim))


def _instant(period: Period | None, look: Look) -> str:
    """A stock is of the period's end: now, unless the period is over."""
    if period is None or period.is_to_date or period.text == "all":
        return _("now")
    return _("on {day}", day=look.reader.day(period.end_day - timedelta(days=1)))


def _days(days: float) -> str:
    if days == 365:
        return _("a year")
    return _n("{n} day", "{n} days", days, n=f"{days:g}")


def _within(period: Period | None, look: Look) -> str:
    if period is None or period.text == "all":
        return _("so far")
    if len(period.text) == 7 and "-Q" not in period.text:
        return _("in {month}", month=look.reader.month_name(period.first_day))
    return words_of_period(period.text)
