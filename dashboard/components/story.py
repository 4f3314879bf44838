"""One customer's story: who it is and how we know, everything that happened over all sources, the promises on it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.reader import Reader
from dashboard.states import AT_RISK, BROKEN, CANT_TELL, MET, NO_DATA, State
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Story

MOST_EVENTS = 300
SHOWN_EVENTS = 60
PROMISE_STATES: Mapping[str, tuple[State, str]] = {
    "kept": (MET, "kept"),
    "broken_open": (BROKEN, "broken, still open"),
    "broken_closed": (BROKEN, "broken, kept later"),
    "closed_unanswered": (BROKEN, "closed without an answer"),
    "at_risk": (AT_RISK, "at risk"),
    "open": (CANT_TELL, "time left"),
    "void": (NO_DATA, "void"),
}
PROMISES = {
    "first_reply": "First reply",
    "offer": "Offer",
    "delivery": "Delivery",
    "installation": "Installation",
    "call_back": "Call-back",
}
OWN_RECORD = "its own record"
IDENTITY_FIELDS = ("email", "phone", "region", "business_unit", "lifecycle", "company_name", "acquired_through", "owner")


def fetch(center: Any, view: View) -> Story:
    return center.story(view.path.rsplit("/", 1)[-1])


def draw(story: Story, look: Look) -> Markup:
    reader, customer = look.reader, story.customer
    events = timeline(story, reader)
    return render(
        "story.html",
        name=customer.get("name") or customer["customer_id"],
        id=customer["customer_id"],
        kind=customer.get("kind") or "",
        since=_since(customer, reader),
        facts=_facts(customer),
        back=look.view.href("/customers"),
        joined=_joined(story.records),
        records=_records(story.records),
        conflicts=[{**_texts(conflict), "field": str(conflict["field"]).replace("_", " ")} for conflict in story.conflicts],
        events=events[:SHOWN_EVENTS],
        older=events[SHOWN_EVENTS:MOST_EVENTS],
        event_count=reader.count(len(events)),
        promises=[_promise(promise, reader) for promise in story.promises],
        value=reader.exact_money(story.value.value) if story.value.value is not None else "not known",
        contracts=[_contract(contract, reader) for contract in story.contracts],
        consents=[_consent(consent, reader) for consent in story.consents],
        scores=[_score(score, reader) for score in story.scores],
        as_of=f"{reader.full_moment(story.as_of)} {reader.zone}",
    )


def timeline(story: Story, reader: Reader) -> list[dict[str, Any]]:
    """Returns what happened and the promises that broke, newest first, each with its mark."""
    happened = [(event["happened_at"], _event(event, reader)) for event in story.events]
    broken = [
        (promise["due_at"], _broken(promise, reader))
        for promise in story.promises
        if promise["state"] in ("broken_open", "broken_closed") and promise.get("due_at")
    ]
    return [item for _, item in sorted([*happened, *broken], key=lambda pair: pair[0], reverse=True)]


def _event(event: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    name = str(event["event"])
    details = [event.get("channel"), event.get("purpose"), event.get("detail"), event.get("source")]
    return {
        "day": reader.full_day(reader.local(event["happened_at"]).date()),
        "time": reader.time(event["happened_at"]),
        "what": name[:1].upper() + name[1:],
        "about": " · ".join(dict.fromkeys(str(each) for each in details if each and each != "unknown")),
        "mark": "ours" if event.get("direction") == "outbound" else "theirs",
        "state": None,
    }


def _broken(promise: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    told = _promise(promise, reader)
    return {
        "day": reader.full_day(reader.local(promise["due_at"]).date()),
        "time": reader.time(promise["due_at"]),
        "what": f"Promise broken: {told['name'].lower()}",
        "about": f"{told['word']} · {told['about']}" if told["about"] else told["word"],
        "mark": "broken",
        "state": BROKEN,
    }


def _promise(promise: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    state, word = PROMISE_STATES.get(str(promise["state"]), (NO_DATA, str(promise["state"])))
    return {
        "name": PROMISES.get(str(promise["promise"]), str(promise["promise"])),
        "state": state,
        "word": word,
        "about": str(promise.get("subject") or ""),
        "due": reader.full_moment(promise["due_at"]) if promise.get("due_at") else "",
    }


def _facts(customer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), str(customer[name]))
        for name in IDENTITY_FIELDS
        if customer.get(name) not in (None, "", "unknown")
    ]


def _since(customer: Mapping[str, Any], reader: Reader) -> str:
    since = _day(customer.get("customer_since"), reader)
    if not since:
        return ""
    return f" · customer since {since}" if customer.get("is_customer") else f" · was a customer, first since {since}"


def _joined(records: Sequence[Mapping[str, Any]]) -> str:
    """Says in one line how many records make this customer and by which rules they were joined."""
    count = len({(record["source"], record["record_id"]) for record in records})
    if count < 2:
        return "one record"
    rules = dict.fromkeys(str(record["rule"]) for record in records if record.get("rule") not in (None, OWN_RECORD))
    return f"{count} records, one customer: {', '.join(rules)}"


def _records(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns each record once, with every rule that joined it and the evidence."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for record in records:
        why = " ".join(str(each) for each in (record.get("rule"), record.get("evidence")) if each)
        grouped.setdefault((str(record["source"]), str(record["record_id"])), []).append(why)
    return [{"source": source, "id": record_id, "why": list(dict.fromkeys(why))} for (source, record_id), why in grouped.items()]


def _contract(contract: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    until = contract.get("ended_on") or contract.get("ends_on")
    told = {
        "product": contract.get("product") or "contract",
        "from": _day(contract.get("starts_on"), reader),
        "until": _day(until, reader) if until else "open",
        "month": reader.exact_money(contract.get("amount_per_month")),
        "reason": contract.get("end_reason"),
    }
    return _texts(told)


def _consent(consent: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    granted = consent.get("granted")
    return {
        "what": " by ".join(str(each) for each in (consent.get("purpose"), consent.get("channel")) if each),
        "word": "given" if granted else "taken back",
        "since": _day(consent.get("effective_at"), reader),
    }


def _score(score: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    answered, given = score.get("answered_at"), score.get("score")
    return {
        "what": f"{str(score.get('instrument') or '').upper()} {score.get('programme') or ''}".strip(),
        "score": "not answered" if given is None else reader.number(given, 0),
        "when": _day(answered or score.get("sent_at"), reader),
        "comment": score.get("comment") or "",
    }


def _day(moment: Any, reader: Reader) -> str:
    if isinstance(moment, datetime):
        return reader.full_day(reader.local(moment).date())
    return reader.full_day(moment) if isinstance(moment, date) else ""


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}
