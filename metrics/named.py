"""What codes are called: the dimensions, and those of their values that the product itself gives, in the reader's words.

A value that a company's own files brought is shown as it came.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from metrics.errors import BadPeriod
from metrics.language import _, _c, later
from metrics.period_text import period_label

NAMES: Final = {
    # dimensions
    "acquired_through": later("acquired through"),
    "agent": later("agent"),
    "business_unit": later("business unit"),
    "called_back": later("called back"),
    "campaign": later("campaign"),
    "category": later("category"),
    "cause": later("cause"),
    "channel": later("channel"),
    "company": later("company"),
    "consent": later("permission"),
    "customer_kind": later("kind of customer"),
    "event": later("event"),
    "grade": later("trouble"),
    "instrument": later("survey"),
    "kind": later("kind"),
    "movement": later("what happened"),
    "objective": later("objective"),
    "other_segment": later("the other segment"),
    "pressure_group": later("contacts lately"),
    "priority": later("priority"),
    "programme": later("survey programme"),
    "promise": later("promise"),
    "purpose": later("purpose"),
    "reason": later("reason"),
    "region": later("region"),
    "reported_by": later("reported by"),
    "returned_after": later("returned after"),
    "scale": later("scale"),
    "segment": later("segment"),
    "source": later("source"),
    "stage": later("stage"),
    "team": later("team"),
    "value_group": later("value group"),
    "wave": later("wave"),
    # what is not told
    "unknown": later("not known"),
    "other": later("others"),
    "none": later("none"),
    "no campaign": later("no campaign"),
    "no company": later("no company"),
    "not counted": later("not counted"),
    "smaller teams": later("smaller teams"),
    "not a customer": later("not a customer"),
    # channels
    "email": later("e-mail"),
    "mail": later("letter"),
    "phone": later("phone"),
    "chat": later("chat"),
    "web": later("web"),
    "app": later("app"),
    "store": later("store"),
    "portal": later("portal"),
    "social": later("social media"),
    "sms": later("SMS"),
    "visit": later("visit"),
    "in_person": later("in person"),
    "field": later("on site"),
    # what kind of request
    "question": later("question"),
    "problem": later("problem"),
    "complaint": later("complaint"),
    "task": later("task"),
    # promises
    "first_reply": later("first reply"),
    "next_reply": later("next reply"),
    "first_solution": later("first solution"),
    "solution": later("solution"),
    "wait": later("wait"),
    "work": later("work"),
    "first reply": later("first reply"),
    "next reply": later("next reply"),
    "first solution": later("first solution"),
    "end of the wait": later("end of the wait"),
    "end of our work": later("end of our work"),
    "first_resolution": later("first solution"),
    "full_resolution": later("solution"),
    "customer_wait": later("customer’s wait"),
    "agent_work": later("our work"),
    "call-back": later("call-back"),
    "not decided": later("not decided"),
    "call_back": later("call-back"),
    "offer": later("offer"),
    "delivery": later("delivery"),
    "installation": later("installation"),
    "kept": later("kept"),
    "broken": later("broken"),
    "broken_open": later("broken, still open"),
    "broken_paused": later("broken, waiting for the customer"),
    "broken_closed": later("broken"),
    "closed_unanswered": later("closed without an answer"),
    "at_risk": later("at risk"),
    "open": later("open"),
    "paused": later("paused"),
    "superseded": later("replaced by another promise"),
    "void": later("called off"),
    "not_decided": later("not decided"),
    "late row": later("late row"),
    "late rows": later("late rows"),
    "merged": later("merged"),
    "removed": later("removed"),
    "definition changed": later("definition changed"),
    "known less far": later("known less far"),
    # contacts
    "promotional": later("promotional"),
    "sales": later("sales"),
    "service": later("service"),
    "survey": later("survey"),
    "transactional": later("about orders, bills and contracts"),
    "acquire": later("acquire"),
    "keep": later("keep"),
    "grow": later("grow"),
    "valid": later("allowed"),
    "breached": later("against their word"),
    "not needed": later("needs none"),
    # customers
    "person": later("person"),
    "ended": later("ended"),
    "silence": later("silence"),
    "fell_silent": later("fell silent"),
    "fell silent": later("fell silent"),
    "before any stage": later("before any stage"),
    "in time": later("in time"),
    "late": later("late"),
    "not yet": later("not yet"),
    "no consent": later("no consent"),
    "open complaint": later("open complaint"),
    "complaint just solved": later("complaint just solved"),
    "broken promise": later("broken promise"),
    "awaiting call-back": later("awaiting call-back"),
    "cap reached": later("cap reached"),
    "surveyed lately": later("surveyed lately"),
    "open request": later("open request"),
    "all sources": later("all sources"),
    "lifecycle": later("lifecycle"),
    "owner": later("owner"),
    "company_name": later("company"),
    "yes": later("yes"),
    "no": later("no"),
    "detractors": later("detractors"),
}
PART_WORDS: Final = {
    "nps_relational": later("recommendations asked once a year"),
    "nps_transactional": later("recommendations asked after a contact"),
    "csat_relational": later("satisfaction asked once a year"),
    "csat_transactional": later("satisfaction asked after a contact"),
    "ces_relational": later("effort asked once a year"),
    "ces_transactional": later("effort asked after a contact"),
    "surveys_sent": later("when surveys were sent"),
    "surveys_delivered": later("when surveys arrived"),
    "detractors": later("recommendations of 6 and less"),
}
ENTITIES: Final = {
    "campaigns": later("campaigns"),
    "case_events": later("case events"),
    "cases": later("cases"),
    "commitments": later("commitments"),
    "consents": later("permissions"),
    "contracts": later("contracts"),
    "costs": later("costs"),
    "customer_records": later("customer records"),
    "customers": later("customers"),
    "interactions": later("interactions"),
    "opportunities": later("opportunities"),
    "order_lines": later("order lines"),
    "orders": later("orders"),
    "properties": later("properties"),
    "rates": later("rates"),
    "reported_promises": later("reported promises"),
    "stage_changes": later("stage changes"),
    "survey_answers": later("survey answers"),
    "survey_responses": later("survey responses"),
    **PART_WORDS,
}
SEGMENTS: Final = (
    later("Best customers"),
    later("Loyal"),
    later("Recent"),
    later("Valuable, gone quiet"),
    later("Gone quiet"),
    later("No purchase in a year"),
    later("High value"),
    later("Middle value"),
    later("Low value"),
    later("No value yet"),
    later("Clarity of bills"),
    later("went no further"),
    later("all other paths"),
)
"""What segments and themes that ship are called, and ways that are told together."""
OF_THE_COMPANY: Final = ("agent", "business_unit", "campaign", "category", "company", "reason", "region", "team", "wave")
"""Dimensions whose values are a company's own words."""
PRIORITIES: Final = ("urgent", "high", "normal", "low")
_CODE: Final = re.compile(r"[a-z]+(_[a-z]+)+")
_PART_OF_A_YEAR: Final = re.compile(r"(\d{4})-(Q|W)(\d{1,2})", re.ASCII)
_TO: Final = re.compile(r"(\d+) to (\d+)", re.ASCII)


def group_name(value: str) -> str:
    """Returns what a group is called: "first_reply" is "first reply"; words that people wrote stay as they are."""
    if value in NAMES:
        return _(NAMES[value])
    if value in PRIORITIES:
        return _priority(value)
    if value in SEGMENTS:
        return _(value)
    between = _TO.fullmatch(value)
    if between:
        return _("{first} to {last}", first=between[1], last=between[2])
    return value.replace("_", " ") if _CODE.fullmatch(value) else value


def mark_name(name: str, value: str) -> str:
    """Returns what a part of an answer is called, by the name and the value of its mark."""
    if name == "at":
        return at_name(value)
    if name == "path":
        return path_name(value)
    said = group_name(value)
    return _(value) if said == value and name not in OF_THE_COMPANY else said


def path_name(path: str) -> str:
    """Returns a way through places, "Attract > Convert", each by its name."""
    return " > ".join(mark_name("place", place) for place in path.split(" > "))


def at_name(text: str) -> str:
    """Returns the period that a row in time is of, in words; what is none stays as it is."""
    try:
        return period_label(text)
    except BadPeriod:
        return text


def period_name(text: str) -> str:
    """Returns the short name of a part of a year: "2026-Q3" is "Q3 2026"; other periods stay as they are written."""
    part = _PART_OF_A_YEAR.fullmatch(text)
    if part is None:
        return text
    year, kind, number = part.groups()
    if kind == "Q":
        return _("Q{number} {year}", number=number, year=year)
    return _("week {number}, {year}", number=int(number), year=year)


def _priority(value: str) -> str:
    match value:
        case "urgent":
            return _c("priority", "urgent")
        case "high":
            return _c("priority", "high")
        case "low":
            return _c("priority", "low")
    return _c("priority", "normal")


def owner_name(owner: str) -> str:
    """Returns whose a figure or a change is; the departments that ship are named in the reader's language."""
    return _(owner[:1].upper() + owner[1:])


def owner_code(told: str, owners: Iterable[str]) -> str:
    """Returns which of these owners this is the name of in the language spoken, else what was told: what is kept has no language."""
    line = told.strip()
    return next((owner for owner in owners if owner_name(owner) == line), told)


def where_words(where: Mapping[str, Sequence[str]]) -> list[str]:
    """Returns filters in words: "region north or south", each by its name and those of its values."""
    either = _(" or ")
    return [f"{group_name(name)} {either.join(map(group_name, values))}" for name, values in where.items()]


def entity_name(entity: str) -> str:
    """Returns what an entity of the model is called: "case_events" is "case events"."""
    return _(ENTITIES[entity]) if entity in ENTITIES else _(entity.replace("_", " "))
