"""One customer's story: who it is and how we know, everything that happened over all sources, the promises on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from dashboard import timeline
from dashboard.access.noted import noted
from dashboard.look import Look
from dashboard.reader import Reader
from dashboard.states import AT_RISK, BROKEN, CANT_TELL, MET, NO_DATA, State
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Story
from metrics.language import _, later
from metrics.named import group_name
from metrics.sentences import in_words
from queries.audit import STORY

PROMISE_STATES: Mapping[str, tuple[State, str]] = {
    "kept": (MET, later("kept")),
    "broken_open": (BROKEN, later("broken, still open")),
    "broken_paused": (BROKEN, later("broken, waiting for the customer")),
    "broken_closed": (BROKEN, later("broken")),
    "closed_unanswered": (BROKEN, later("closed without an answer")),
    "at_risk": (AT_RISK, later("at risk")),
    "open": (CANT_TELL, later("time left")),
    "paused": (CANT_TELL, later("waiting for the customer")),
    "superseded": (NO_DATA, later("replaced by another promise")),
    "void": (NO_DATA, later("void")),
}
OWN_RECORD = "its own record"
FACTS = {
    "email": later("e-mail"),
    "phone": later("phone"),
    "region": later("region"),
    "business_unit": later("business unit"),
    "lifecycle": later("lifecycle"),
    "company_name": later("company"),
    "acquired_through": later("acquired through"),
    "owner": later("owner"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story, and the names of the sources that tell it."""

    story: Story
    titles: Mapping[str, str]


def fetch(center: Any, view: View) -> Told:
    titles = {source["source"]: source["title"] for source in center.sources()}
    story = center.story(view.path.rsplit("/", 1)[-1])
    noted(center, STORY, customers=[str(story.customer["customer_id"])])  # whose it is now: ids that were merged lead there
    return Told(story=story, titles=titles)


def draw(told: Told, look: Look) -> Markup:
    reader, story, customer = look.reader, told.story, told.story.customer
    years = timeline.years(story, reader, told.titles)
    return render(
        "story.html",
        name=customer.get("name") or customer["customer_id"],
        id=customer["customer_id"],
        kind=group_name(customer.get("kind") or ""),
        since=_since(customer, reader),
        facts=_facts(customer),
        back=look.view.href("/customers"),
        joined=_joined(story.records),
        records=_records(story.records, told.titles),
        conflicts=[_conflict(conflict, told.titles) for conflict in story.conflicts if not conflict.get("is_shown")],
        years=years,
        counted=reader.counted(sum(year["count"] for year in years), "moment", "moments"),
        broken=sum(year["broken"] for year in years),
        broken_state=BROKEN,
        promises=[_promise(promise, reader) for promise in story.promises],
        value=reader.exact_money(story.value.value) if story.value.value is not None else _("not known"),
        contracts=[_contract(contract, reader) for contract in story.contracts],
        consents=_once(_consent(consent, reader) for consent in story.consents),
        scores=[_score(score, reader) for score in story.scores],
        as_of=f"{reader.full_moment(story.as_of)} {reader.zone}",
    )


def _promise(promise: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    state, word = PROMISE_STATES.get(str(promise["state"]), (NO_DATA, str(promise["state"])))
    word = _(word)
    return {
        "name": _(str(promise["promise_name"])),
        "state": state,
        "word": word,
        "about": str(promise.get("subject") or ""),
        "due": reader.full_moment(promise["due_at"]) if promise.get("due_at") else "",
    }


def _facts(customer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(_(FACTS[name]), str(customer[name])) for name in FACTS if customer.get(name) not in (None, "", "unknown")]


def _since(customer: Mapping[str, Any], reader: Reader) -> str:
    since = _day(customer.get("customer_since"), reader)
    if not since:
        return ""
    told = (
        _("customer since {day}", day=since) if customer.get("is_customer") else _("was a customer, first since {day}", day=since)
    )
    return f" · {told}"


def _joined(records: Sequence[Mapping[str, Any]]) -> str:
    """Says in one line how many records make this customer and by which rules they were joined."""
    count = len({(record["source"], record["record_id"]) for record in records})
    if count < 2:
        return _("one record")
    rules = dict.fromkeys(str(record["rule"]) for record in records if record.get("rule") not in (None, OWN_RECORD))
    return _("{n} records, one customer: {rules}", n=count, rules=", ".join(map(in_words, rules)))


def _records(records: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns each record once, with every rule that joined it and the evidence."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for record in records:
        rule, evidence = str(record.get("rule") or ""), str(record.get("evidence") or "")
        why = " ".join(each for each in (in_words(rule), evidence) if each)
        grouped.setdefault((str(record["source"]), str(record["record_id"])), []).append(why)
    return [
        {"source": titles.get(source, source), "id": record_id, "why": list(dict.fromkeys(why))}
        for (source, record_id), why in grouped.items()
    ]


def _contract(contract: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    until = contract.get("ended_on") or contract.get("ends_on")
    told = {
        "product": contract.get("product") or _("contract"),
        "from": _day(contract.get("starts_on"), reader),
        "until": _day(until, reader) if until else _("open"),
        "month": reader.exact_money(contract.get("amount_per_month")),
        "reason": contract.get("end_reason"),
    }
    return _texts(told)


def _consent(consent: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    granted = consent.get("granted")
    return {
        "what": _consented(consent.get("purpose"), consent.get("channel")),
        "word": _("given") if granted else _("taken back"),
        "since": _day(consent.get("effective_at"), reader),
    }


def _consented(purpose: Any, channel: Any) -> str:
    told = [group_name(str(each)) for each in (purpose, channel) if each]
    return _("{purpose} by {channel}", purpose=told[0], channel=told[1]) if len(told) == 2 else "".join(told)


def _score(score: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    answered, given = score.get("answered_at"), score.get("score")
    return {
        "what": f"{str(score.get('instrument') or '').upper()} {score.get('programme') or ''}".strip(),
        "score": _("not answered") if given is None else reader.number(given, 0),
        "when": _day(answered or score.get("sent_at"), reader),
        "comment": score.get("comment") or "",
    }


def _day(moment: Any, reader: Reader) -> str:
    if isinstance(moment, datetime):
        return reader.full_day(reader.local(moment).date())
    return reader.full_day(moment) if isinstance(moment, date) else ""


def _conflict(conflict: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    source = str(conflict["source"])
    return {**_texts(conflict), "field": _(str(conflict["field"]).replace("_", " ")), "source": titles.get(source, source)}


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns each row once: two systems that keep the same permission tell it alike."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        if row not in kept:
            kept.append(row)
    return kept


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}
