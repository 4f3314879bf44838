"""Respect told a second time: one contact, word or complaint at a time, in plain Python from the words of the definitions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CONTACTS = ("promotional", "sales", "survey")
OUTREACH = ("promotional", "sales")
Row = Mapping[str, Any]


class Rules(NamedTuple):
    """What respect.toml and consent.toml say."""

    cap: int
    window: timedelta
    cool_down: timedelta
    after_complaint: timedelta
    tired: timedelta
    responds: timedelta
    needs_yes: Mapping[tuple[str, str], bool]


class World(NamedTuple):
    """Everything that happened, each row with its customer_id and account_id; people by customer id are their kinds."""

    messages: Sequence[Row]
    surveys: Sequence[Row]
    words: Sequence[Row]
    complaints: Sequence[Row]
    spells: Sequence[Row]
    clocks: Sequence[Row]
    people: Mapping[str, Row]
    as_of: datetime


class Sent(NamedTuple):
    """Something that we sent."""

    contact_id: str
    customer: str
    account: str
    at: datetime
    purpose: str
    channel: str
    source: str
    responded_at: datetime | None


class Judged(NamedTuple):
    """What a message imposed on its customer."""

    contact_id: str
    pressure: int | None
    is_over_cap: bool
    consent: str
    is_during_complaint: bool
    grade: str
    asked_twice: bool
    opted_out: bool
    complained: bool
    responded: bool | None


class Held(NamedTuple):
    """A reason not to contact a customer: for what, by which channel, since when and until when, to the second."""

    customer: str
    reason: str
    purpose: str
    channel: str
    since: datetime
    until: datetime | None


def whole(moment: datetime) -> datetime:
    """The second that a moment lies in."""
    return moment.replace(microsecond=0)


def sent_of(world: World) -> list[Sent]:
    """What we sent until as_of: messages, and invitations that no message tells of already."""
    found = [
        _message(row, world.as_of)
        for row in world.messages
        if row["direction"] == "outbound" and row["happened_at"] <= world.as_of
    ]
    invited = [
        _invitation(row, world.as_of)
        for row in world.surveys
        if row["sent_at"] is not None and row["sent_at"] <= world.as_of and not row["confidential"]
    ]
    asked = [one for one in found if one.purpose == "survey"]
    rest = [one for one in found if one.purpose != "survey"]
    for customer in {one.customer for one in (*asked, *invited)}:
        rest += _surveys_of(
            [one for one in asked if one.customer == customer], [one for one in invited if one.customer == customer]
        )
    return rest


def _message(row: Row, as_of: datetime) -> Sent:
    is_answered = row["responded_at"] is not None and row["responded_at"] <= as_of
    return Sent(
        f"interactions/{row['row_id']}", row["customer_id"], row["account_id"], row["happened_at"], row["purpose"], row["channel"],
        row["source"], row["responded_at"] if is_answered else None,
    )  # fmt: skip


def _invitation(row: Row, as_of: datetime) -> Sent:
    is_answered = row["score"] is not None and not row["dismissed"] and row["answered_at"] and row["answered_at"] <= as_of
    answered = row["answered_at"] if is_answered else None
    return Sent(
        f"survey_responses/{row['row_id']}", row["customer_id"], row["account_id"], row["sent_at"], "survey", "unknown",
        row["source"], answered,
    )  # fmt: skip


def _surveys_of(asked: Sequence[Sent], invited: Sequence[Sent]) -> list[Sent]:
    """One customer's surveys: in each run without a day's gap as many as the one that tells more of them."""
    runs: list[list[Sent]] = []
    for one in sorted((*asked, *invited), key=lambda one: (one.at, one.contact_id)):
        if runs and one.at - runs[-1][-1].at <= DAY:
            runs[-1].append(one)
        else:
            runs.append([one])
    found = []
    for run in runs:
        mails = [one for one in run if one in asked]
        invitations = [one for one in run if one in invited]
        for place, mail in enumerate(mails):
            twin = invitations[place].responded_at if place < len(invitations) else None
            found.append(mail._replace(responded_at=mail.responded_at or twin))
        found += invitations[len(mails) :]
    return found


def judged(world: World, rules: Rules) -> list[Judged]:
    """Everything that we sent with what it imposed."""
    sent = sent_of(world)
    contacts = [one for one in sent if one.purpose in CONTACTS]
    telling = {(one.source, one.purpose) for one in sent if one.responded_at is not None}
    told = []
    for one in sent:
        responded = _responded(one, rules) if (one.source, one.purpose) in telling else None
        if one.purpose not in CONTACTS:
            told.append(Judged(one.contact_id, None, False, "not needed", False, "none", False, False, False, responded))
            continue
        mine = [other for other in contacts if other.customer == one.customer]
        now = whole(one.at)
        recent = [other for other in mine if now - rules.window < whole(other.at) <= now]
        upto = [other for other in recent if (whole(other.at), other.contact_id) <= (now, one.contact_id)]
        grade = grade_at(world, rules, one.account, now) if one.purpose in OUTREACH else "none"
        told.append(
            Judged(
                one.contact_id,
                len(recent),
                len(upto) > rules.cap,
                consent_of(world, rules, one),
                grade in ("open", "open and promise broken"),
                grade,
                one.purpose == "survey" and _is_asked_twice(world, rules, one, mine),
                _follows(now, [w["effective_at"] for w in world.words if _is_opt_out(w, one)], rules.tired),
                _follows(now, [c["opened_at"] for c in world.complaints if _is_complaint(c, one)], rules.tired),
                responded,
            )
        )
    return told


def _responded(one: Sent, rules: Rules) -> bool:
    return one.responded_at is not None and whole(one.responded_at) <= whole(one.at) + rules.responds


def _is_opt_out(word: Row, one: Sent) -> bool:
    return word["customer_id"] == one.customer and not word["granted"] and word["purpose"] in CONTACTS


def _is_complaint(case: Row, one: Sent) -> bool:
    return case["customer_id"] == one.customer and case["kind"] == "complaint" and not case["is_spam"] and not case["merged_into"]


def _follows(now: datetime, moments: Iterable[datetime], within: timedelta) -> bool:
    return any(now < whole(moment) <= now + within for moment in moments)


def _is_asked_twice(world: World, rules: Rules, one: Sent, mine: Sequence[Sent]) -> bool:
    now = whole(one.at)
    before = [
        whole(other.at)
        for other in (*(other for other in mine if other.purpose == "survey"), *proven(world, rules, mine, one.customer))
        if (whole(other.at), other.contact_id) < (now, one.contact_id)
    ]
    is_open = any(
        spell["customer_id"] == one.customer and spell["is_counted"] and _holds(now, spell["from_at"], spell["until_at"])
        for spell in world.spells
    )
    return is_open or any(now - moment < rules.cool_down for moment in before)


def proven(world: World, rules: Rules, mine: Sequence[Sent], customer: str) -> list[Sent]:
    """A customer's surveys known by their answers only, at the latest moment of asking; not what a message's survey was answered by."""
    mailed = [whole(one.at) for one in mine if one.purpose == "survey" and one.contact_id.startswith("interactions/")]
    found = []
    for row in world.surveys:
        at = row["delivered_at"] or row["answered_at"]
        if row["customer_id"] != customer or row["sent_at"] or row["confidential"] or at is None or at > world.as_of:
            continue
        if not any(timedelta(0) <= whole(at) - moment < rules.cool_down for moment in mailed):
            found.append(_invitation({**row, "sent_at": at}, world.as_of))
    return found


def _holds(now: datetime, start: datetime, end: datetime | None) -> bool:
    return start <= now and (end is None or now < end)


def consent_of(world: World, rules: Rules, one: Sent) -> str:
    """The newest word before a contact for its purpose and channel; at one second a no outweighs a yes."""
    mine = [
        word
        for word in world.words
        if word["customer_id"] == one.customer and word["purpose"] == one.purpose and whole(word["effective_at"]) <= whole(one.at)
    ]
    fitting = [word for word in mine if word["channel"] in (None, one.channel)]
    if fitting:
        newest = max(whole(word["effective_at"]) for word in fitting)
        is_allowed = all(word["granted"] for word in fitting if whole(word["effective_at"]) == newest)
        refused_since = any(word["channel"] and not word["granted"] and whole(word["effective_at"]) >= newest for word in mine)
        if is_allowed and one.channel == "unknown" and refused_since:
            return "unknown"
        return "valid" if is_allowed else "breached"
    if rules.needs_yes[one.purpose, one.channel] or world.people[one.customer]["kind"] == "unidentified":
        return "unknown"
    refused_somewhere = any(word["channel"] and not word["granted"] for word in mine)
    return "unknown" if one.channel == "unknown" and refused_somewhere else "valid"


def grade_at(world: World, rules: Rules, account: str, now: datetime) -> str:
    """In what trouble an account is with us at an instant, the worst of all."""
    spells = [spell for spell in world.spells if spell["account_id"] == account and spell["is_counted"]]
    is_open = [spell for spell in spells if _holds(now, spell["from_at"], spell["until_at"])]
    if any(_broke_at(world, spell["row_id"], now) for spell in is_open):
        return "open and promise broken"
    if any(spell["is_complaint"] for spell in is_open):
        return "open"
    if any(_is_awaited(clock, account, now) for clock in world.clocks):
        return "detractor awaiting call-back"
    solved = _solved(world, account)
    return "just solved" if any(moment <= now <= moment + rules.after_complaint for moment in solved) else "none"


def _solved(world: World, account: str) -> list[datetime]:
    """When complaints of an account were solved, those in the very second of their opening, too."""
    mine = [one for one in world.complaints if one["account_id"] == account and one["kind"] == "complaint" and not one["is_spam"]]
    return [
        *(spell["until_at"] for spell in world.spells for one in mine if spell["row_id"] == one["row_id"] and spell["until_at"]),
        *(one["opened_at"] for one in mine if one["is_at_once"]),
    ]


def _broke_at(world: World, case: str, now: datetime) -> list[datetime]:
    """When promises of a case broke, until now."""
    return [
        clock["decided_at"]
        for clock in world.clocks
        if clock["subject_kind"] == "case"
        and clock["subject_id"] == case
        and clock["was_kept"] is False
        and clock["decided_at"] <= now
    ]


def _is_awaited(clock: Row, account: str, now: datetime) -> bool:
    is_call = clock["subject_kind"] == "detractor" and clock["account_id"] == account and clock["state"] != "void"
    return is_call and _holds(now, clock["started_at"], clock["fulfilled_at"] or clock["ended_at"])


def held(world: World, rules: Rules) -> set[Held]:
    """Who must not be contacted at as_of, and why."""
    now, found = world.as_of, set()
    contacts = [one for one in sent_of(world) if one.purpose in CONTACTS]
    imposed = {one.contact_id: one for one in judged(world, rules)}
    for customer, person in world.people.items():
        if person["kind"] == "unidentified":
            continue
        troubles = _troubles(world, rules, person["account_id"])
        found |= {Held(customer, reason, "all", "all", since, until) for reason, (since, until) in troubles.items()}
        mine = [one for one in contacts if one.customer == customer]
        recent = sorted(whole(one.at) for one in mine if whole(one.at) + rules.window > now)
        if len(recent) >= rules.cap:
            full = [whole(one.at) for one in mine if _fills_up(imposed[one.contact_id], rules)]
            found.add(Held(customer, "cap reached", "all", "all", max(full), recent[-rules.cap] + rules.window))
        surveys = [whole(one.at) for one in mine if one.purpose == "survey"]
        surveys += [whole(one.at) for one in proven(world, rules, mine, customer)]
        if surveys and max(surveys) + rules.cool_down > now:
            found.add(Held(customer, "surveyed lately", "survey", "all", max(surveys), max(surveys) + rules.cool_down))
        own = [spell["from_at"] for spell in world.spells if spell["customer_id"] == customer and _is_open(spell, now)]
        if own:
            found.add(Held(customer, "open request", "survey", "all", min(own), None))
        found |= {
            Held(customer, "no consent", purpose, channel, since, None)
            for purpose, channel, since in _refused(world, rules, customer)
        }
    return found


def _fills_up(one: Judged, rules: Rules) -> bool:
    """Whether with this contact the cap was reached, without being exceeded by it."""
    return one.pressure is not None and one.pressure >= rules.cap and not one.is_over_cap


def _is_open(spell: Row, now: datetime) -> bool:
    return bool(spell["is_counted"]) and _holds(now, spell["from_at"], spell["until_at"])


def _troubles(world: World, rules: Rules, account: str) -> dict[str, tuple[datetime, datetime | None]]:
    """An account's troubles now: since when, the earliest of several of a kind, and until when, where that is known."""
    now = world.as_of
    spells = [spell for spell in world.spells if spell["account_id"] == account and spell["is_counted"]]
    is_open = [spell for spell in spells if _holds(now, spell["from_at"], spell["until_at"])]
    mine = [clock for clock in world.clocks if clock["account_id"] == account]
    broke = [clock["decided_at"] for clock in mine if clock["is_past"] and clock["subject_kind"] != "detractor"]
    broke += [max(spell["from_at"], min(moments)) for spell in is_open if (moments := _broke_at(world, spell["row_id"], now))]
    since = {
        "open complaint": [spell["from_at"] for spell in is_open if spell["is_complaint"]],
        "broken promise": broke,
        "awaiting call-back": [clock["started_at"] for clock in mine if _is_awaited(clock, account, now)],
    }
    found: dict[str, tuple[datetime, datetime | None]] = {
        reason: (min(moments), None) for reason, moments in since.items() if moments
    }
    solved = _solved(world, account)
    fresh = [moment for moment in solved if moment <= now <= moment + rules.after_complaint]
    if fresh:
        found["complaint just solved"] = min(fresh), max(fresh) + rules.after_complaint + SECOND
    return found


def _refused(world: World, rules: Rules, customer: str) -> list[tuple[str, str, datetime]]:
    """Purposes and channels on which a customer's newest word is no, and since when; "all" where it is no on every channel there is."""
    found = []
    for purpose in CONTACTS:
        channels = [channel for of, channel in rules.needs_yes if of == purpose]
        no: dict[str, datetime] = {}
        for channel in channels:
            words = [
                word
                for word in world.words
                if word["customer_id"] == customer and word["purpose"] == purpose and word["channel"] in (None, channel)
            ]
            newest = max((whole(word["effective_at"]) for word in words), default=None)
            if newest and any(not word["granted"] for word in words if whole(word["effective_at"]) == newest):
                no[channel] = newest
        if no and len(no) == len(channels):
            found.append((purpose, "all", min(no.values())))
        else:
            found += [(purpose, channel, since) for channel, since in no.items() if channel != "unknown"]
    return found
