"""What happened to a customer, as a story: the years, the newest first, each with its moments and the promises that broke."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from dashboard.reader import Reader
from dashboard.states import BROKEN
from metrics.answer import Story
from metrics.language import _, later
from metrics.named import group_name
from metrics.words import Words, event_words

MOST_OPEN = 40  # moments of one stretch before the rest is folded away
RUN = 3  # so many of the same in a row are told as one
IMPLIED = {"order placed": ("first order", "second order"), "contract started": ("first contract started", "returned")}
BROKE = {
    "broken_open": {
        "first_reply": later("no answer"),
        "offer": later("no offer"),
        "installation": later("not installed"),
        "delivery": later("not delivered"),
    },
    "broken_paused": {},
    "broken_closed": {
        "first_reply": later("answered late"),
        "offer": later("offer late"),
        "installation": later("installed late"),
    },
    "closed_unanswered": {"first_reply": later("closed without an answer")},
}
ELSE_BROKE = {
    "broken_open": later("not kept"),
    "broken_paused": later("not kept"),
    "broken_closed": later("kept late"),
    "closed_unanswered": later("never kept"),
}
PROMISED = {
    "first_reply": later("an answer"),
    "offer": later("an offer"),
    "installation": later("the installation"),
    "delivery": later("the delivery"),
}
HELPED = {
    "case first reply": later("Answered: “{subject}”"),
    "case reopened": later("Opened again: “{subject}”"),
    "case solved": later("Solved: “{subject}”"),
}
Moment = dict[str, Any]


def years(story: Story, reader: Reader, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns the story by year, the newest first; titles are the sources' names. A long year is folded after its newest part."""
    told = moments(story, reader, titles)
    found = []
    for number, (year, of_year) in enumerate(groupby(told, key=lambda moment: moment["year"])):
        every = list(of_year)
        broken = sum(moment["state"] is not None for moment in every)
        found.append({
            "name": str(year),
            "count": sum(moment["times"] for moment in every),
            "counted": reader.counted(sum(moment["times"] for moment in every), "moment", "moments"),
            "broken": broken,
            "is_open": number == 0 or len(told) <= MOST_OPEN,
            "shown": every[:MOST_OPEN],
            "folded": every[MOST_OPEN:],
        })  # fmt: skip
    return found


def moments(story: Story, reader: Reader, titles: Mapping[str, str]) -> list[Moment]:
    """Returns everything that happened and every promise that broke, the newest first."""
    happened = [(event["happened_at"], 0, _moment(event, story, reader, titles)) for event in _telling(story.events)]
    broken = [
        (_broke_at(promise), 1, _broken(promise, reader))
        for promise in story.promises
        if promise["state"] in BROKE and promise.get("due_at") and _broke_at(promise) <= story.as_of
    ]
    ordered = sorted([*happened, *broken], key=lambda told: told[:2], reverse=True)
    return list(_runs(moment for _, _, moment in ordered))


def _telling(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leaves out what another event of the same moment says better, and what a second source tells again."""
    every = list(events)
    there = {(event["happened_at"], str(event["event"])) for event in every}
    kept, seen = [], set()
    for event in every:
        name = str(event["event"])
        place = (name, event["happened_at"].replace(second=0, microsecond=0), event.get("channel"), event.get("detail"))
        is_implied = any((event["happened_at"], better) in there for better in IMPLIED.get(name, ()))
        if not is_implied and place not in seen:
            kept.append(event)
        seen.add(place)
    return kept


def _runs(told: Iterable[Moment]) -> Iterable[Moment]:
    """Yields moments, several of the same in a row as one."""
    for _key, same in groupby(
        told, key=lambda moment: (moment["year"], moment["what"], moment["about"], moment["state"] is not None)
    ):
        every = list(same)
        if len(every) < RUN or every[0]["state"]:
            yield from every
            continue
        newest, oldest = every[0], every[-1]
        yield {
            **newest,
            "times": len(every),
            "time": "",
            "about": " · ".join(
                part for part in (_("{n} times since {day}", n=len(every), day=oldest["day"]), newest["about"]) if part
            ),
        }


def _moment(event: Mapping[str, Any], story: Story, reader: Reader, titles: Mapping[str, str]) -> Moment:
    name = str(event["event"])
    what, about = _WORDS.get(name, _plainly)(event, story, reader)
    source = titles.get(str(event.get("source")), group_name(str(event.get("source") or "")))
    return {
        **_when(event["happened_at"], reader),
        "what": what,
        "about": " · ".join(dict.fromkeys(part for part in (*about, source) if part)),
        "mark": "ours" if event.get("direction") == "outbound" else "theirs",
        "state": None,
        "times": 1,
    }


def _plainly(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    about = [_channel(event), group_name(_text(event.get("purpose"))), _text(event.get("detail"))]
    return _capital(event_words(str(event["event"]))), about


def _asked(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    case = _case_of(event, story)
    subject = case.get("subject")
    asked = (
        _("Complained: “{subject}”", subject=subject)
        if event["event"] == "complaint opened"
        else _("Asked: “{subject}”", subject=subject)
    )
    about = [_channel(event), _text(event.get("detail")), _promised(case, event, story, reader)]
    return (asked if subject else _capital(event_words(str(event["event"])))), about


def _helped(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    case, name = _case_of(event, story), str(event["event"])
    about = [_channel(event), _text(case.get("team"))]
    return (_(HELPED[name], subject=case["subject"]) if case.get("subject") else _capital(event_words(name))), about


def _bought(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    """An order's detail is its currency."""
    amount, currency = event.get("value"), str(event.get("detail") or "")
    is_told = amount is not None and re.fullmatch("[A-Z]{3}", currency)
    money = Words(locale=reader.locale, currency=currency).exact_money(amount) if is_told else ""
    return _capital(event_words(str(event["event"]))), [_channel(event), money]


def _signed(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    a_month = _("{amount} a month", amount=reader.exact_money(event["value"])) if event.get("value") else ""
    return _capital(event_words(str(event["event"]))), [_channel(event), _text(event.get("detail")), a_month]


def _answered(event: Mapping[str, Any], story: Story, reader: Reader) -> tuple[str, list[str]]:
    given = next((score for score in story.scores if score.get("answered_at") == event["happened_at"]), {})
    about = [_channel(event), _("“{words}”", words=given["comment"]) if given.get("comment") else ""]
    if given.get("score") is None:
        return _("Answered our survey"), about
    score = f"{str(given.get('instrument') or '').upper()} {reader.number(given['score'], 0)}"
    return _("Answered our survey: {score}", score=score), about


def _case_of(event: Mapping[str, Any], story: Story) -> Mapping[str, Any]:
    entity_id = str(event.get("entity_id") or "")
    return next((case for case in story.cases if entity_id == f"{case['source']}:{case['case_id']}"), {})


def _promised(case: Mapping[str, Any], event: Mapping[str, Any], story: Story, reader: Reader) -> str:
    for promise in story.promises:
        if (
            case
            and promise["subject"] == case["case_id"]
            and promise.get("due_at")
            and promise["started_at"] == event["happened_at"]
        ):
            thing = PROMISED.get(str(promise["promise"]), later("it"))
            return _("we promised {thing} by {moment}", thing=_(thing), moment=reader.moment(promise["due_at"]))
    return ""


def _broke_at(promise: Mapping[str, Any]) -> datetime:
    """When a promise broke: at its due time, unless it came into force after that or its case was closed before."""
    moment: datetime = promise.get("decided_at") or promise["due_at"]
    return moment


def _broken(promise: Mapping[str, Any], reader: Reader) -> Moment:
    state = str(promise["state"])
    how = _(BROKE[state].get(str(promise["promise"]), ELSE_BROKE[state]))
    kept_at = promise.get("fulfilled_at")
    since = (
        _("still open")
        if state in ("broken_open", "broken_paused")
        else _("kept {moment}", moment=reader.moment(kept_at))
        if kept_at
        else ""
    )
    about = (_channel(promise), _text(promise.get("team")), since, _text(promise.get("subject")))
    return {
        **_when(_broke_at(promise), reader),
        "what": _("Promise broken: {how}", how=how),
        "about": " · ".join(part for part in about if part),
        "mark": "broken",
        "state": BROKEN,
        "times": 1,
    }


def _when(moment: datetime, reader: Reader) -> dict[str, Any]:
    """The year, the day and the time of day; none of what is known by its day only."""
    local, time = reader.local(moment), reader.time(moment)
    return {"year": local.year, "day": reader.short_day(local.date()), "time": "" if time == "00:00" else time}


def _channel(row: Mapping[str, Any]) -> str:
    channel = _text(row.get("channel"))
    return group_name(channel)


def _text(value: Any) -> str:
    return "" if value in (None, "", "unknown") else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_WORDS = {
    "case opened": _asked,
    "complaint opened": _asked,
    **dict.fromkeys(HELPED, _helped),
    "order placed": _bought,
    "first order": _bought,
    "second order": _bought,
    "contract started": _signed,
    "first contract started": _signed,
    "survey answered": _answered,
}
