"""The planted truths in figures, for tests to compare with what the product answers."""

from itertools import pairwise
from typing import Any

from sample_data.aftercare import was_late
from sample_data.belonging import moved_in
from sample_data.calling import called_back
from sample_data.cases import Case
from sample_data.desk_truth import desk_truth
from sample_data.hubspot import sharing_a_mailbox
from sample_data.lives import Life
from sample_data.moments import DAY, LAST, NOW, at, day, local_day, month_of
from sample_data.money import month_starts
from sample_data.plan import OCTOBER_START
from sample_data.sending import AUTUMN
from sample_data.staying import still_with_us
from sample_data.surveys import NpsAnswer, nps, nps_by, stage_at
from sample_data.travel import funnels_of, strips_of
from sample_data.truth import Move, equation, moves_of, reasons_lost, value_is_known
from sample_data.world import World

END = day(2026, 11, 1)
LABELS = {"discover": "Attract", "choose": "Convert", "settle": "Retain", "stay": "Loyalty", "bring": "Refer"}


def moves_of_world(world: World) -> list[Move]:
    """Every change of the customers, valued at the rate of the day."""
    book = world.rate_book()
    return [move for life in world.lives for move in moves_of(life, book)]


def _equations(moves: list[Move]) -> dict[str, Any]:
    starts = [*month_starts(), END]
    return {month_of(start): equation(moves, start, end) for start, end in pairwise(starts)}


def first_replies(cases: list[Case], start: int, end: int) -> dict[str, dict[str, int]]:
    """Kept and decided promises of a first reply by channel, booked when kept or when broken."""
    told: dict[str, dict[str, int]] = {}
    for case in cases:
        reply = min(case.replied, case.solved or case.replied) if case.replied is not None else None
        moments = [moment for moment in (reply, case.due, case.solved) if moment is not None]
        decided = min(moments)
        if start <= decided < end and decided <= NOW and not case.is_withdrawn:
            counts = told.setdefault(case.channel, {"decided": 0, "kept": 0})
            counts["decided"] += 1
            counts["kept"] += reply is not None and reply <= case.due
    return dict(sorted(told.items()))


def commitments_kept(lives: list[Life], start: int, end: int) -> dict[str, dict[str, int]]:
    """Kept and decided commitments by kind."""
    told: dict[str, dict[str, int]] = {}
    for life in lives:
        for promise in life.commitments:
            ended = min(moment for moment in (promise.kept, promise.cancelled, promise.due) if moment is not None)
            withdrawn = promise.cancelled is not None and promise.cancelled <= promise.due
            if withdrawn or not start <= ended < end or ended > NOW:
                continue
            counts = told.setdefault(promise.kind, {"decided": 0, "kept": 0})
            counts["decided"] += 1
            counts["kept"] += promise.kept is not None and promise.kept <= promise.due
    return dict(sorted(told.items()))


def installations_by_region(lives: list[Life], start: int, end: int) -> dict[str, dict[str, int]]:
    """Kept and decided installations of each region."""
    regions = sorted({life.person.region for life in lives})
    return {
        region: commitments_kept([life for life in lives if life.person.region == region], start, end).get("installation", {})
        for region in regions
    }


def satisfied_after(world: World) -> dict[str, dict[str, int]]:
    """Answers of four or five out of five after a contact, by whether the help came in time."""
    cases = {case.number: case for case in world.cases}
    told = {word: {"answers": 0, "satisfied": 0} for word in ("in time", "late")}
    for asked in world.csat:
        if asked.score is not None:
            counts = told["late" if was_late(cases[asked.case]) else "in time"]
            counts["answers"] += 1
            counts["satisfied"] += asked.score >= 4
    return told


def waiting(cases: list[Case]) -> dict[str, int]:
    """Requests open now, without a reply, and past the promise."""
    open_now = [case for case in cases if case.last_solved is None]
    unanswered = [case for case in open_now if case.replied is None]
    return {
        "open_cases": len(open_now),
        "customers_with_an_open_case": len({case.person.number for case in open_now}),
        "unanswered": len(unanswered),
        "past_promise": len([case for case in unanswered if case.due < NOW]),
        "broke_in_the_last_hour": len([case for case in unanswered if NOW - 3600 <= case.due < NOW]),
    }


def questions(world: World) -> dict[str, dict[str, int]]:
    """Prospects who asked, by whether they were answered within two days, and how many then chose within 90 days."""
    told = {}
    for word in ("answered", "unanswered"):
        asked = [life for life in world.lives if life.question == word]
        chose = [life for life in asked if life.chose is not None and life.chose - (life.discovered or 0) <= 90 * DAY]
        told[word] = {"people": len(asked), "chose": len(chose)}
    return told


def _stage(lives: dict[str, Life], answer: NpsAnswer) -> str:
    """The company's word for the stage before an answer; the contacts of a company travel no journey of their own."""
    return "before any stage" if answer.person.company else LABELS[stage_at(lives[answer.person.number], answer.answered)]


def truth_of(world: World) -> dict[str, Any]:
    """Every planted truth that has a figure."""
    moves = moves_of_world(world)
    october, end = at(OCTOBER_START, 0), at(END, 0)
    lives = {life.person.number: life for life in world.lives}
    wave = [answer for answer in world.nps if answer.wave == "2026"]
    return {
        "as_of": "2026-10-30T13:05:00Z",
        "accounts": len(world.lives),
        "people": len(world.people.everyone()),
        "known_customers": len(world.people.everyone()) + sharing_a_mailbox(world),
        "interactions": len(world.contacts),
        "cases": len(world.cases),
        "equation": _equations(moves),
        "reasons_lost": reasons_lost(moves, OCTOBER_START, END),
        "nps_2026": {
            "nps": nps(answer.score for answer in wave),
            "answers": len(wave),
            "by": nps_by(wave, lambda answer: answer.group),
            "by_stage": nps_by(wave, lambda answer: _stage(lives, answer)),
        },
        "first_replies": first_replies(world.cases, october, end),
        "commitments": commitments_kept(world.lives, october, end),
        "commitments_september": commitments_kept(world.lives, at(day(2026, 9, 1), 0), october),
        "waiting": waiting(world.cases),
        "desk": desk_truth(world.cases, october, end),
        "called_back": called_back(world.calls),
        "questions": questions(world),
        "funnel_spring": funnels_of(world, moves),
        "strip_october": strips_of(world, moves),
        "still_with_us_2025_01": still_with_us(world.lives, "2025-01", 12),
        "installations_by_region": installations_by_region(world.lives, at(day(2026, 9, 10), 0), end),
        "satisfied_after": satisfied_after(world),
        "moved_into_october": moved_in(world.lives, day(2026, 9, 1), OCTOBER_START),
        "installed_late": sum(life.installed_late for life in world.lives),
        "sold_to_during_complaint": {"customers": len({c.person.number for c in world.sold if c.person}), "campaign": AUTUMN},
        "opted_out_within_a_week": _opted_out_soon(world),
        "letters_after_opting_out": _letters_after_opting_out(world),
        "values_known": values_known(world),
        "brought_in_october": sum(1 for life in world.lives for moment in life.referred if october <= moment < end),
        "chose_in_october": sum(
            1 for life in world.lives if life.chose is not None and OCTOBER_START <= local_day(life.chose) <= LAST
        ),
    }


def values_known(world: World) -> dict[str, int]:
    """Customers on the last day, and those of them whose value a year is known."""
    book = world.rate_book()
    known = [value_is_known(life, book, LAST) for life in world.lives]
    return {"customers": sum(told is not None for told in known), "known": sum(told is True for told in known)}


def _letters_after_opting_out(world: World) -> dict[str, int]:
    """Letters sent when consent had been taken back, by whether they were of a campaign."""
    letters = [one for one in world.contacts if one.purpose == "promotional" and one.person is not None]
    late = [one for one in letters if one.person and one.moment >= world.opted_out.get(one.person.number, NOW)]
    return {"of no campaign": sum(not one.campaign for one in late), "of a campaign": sum(bool(one.campaign) for one in late)}


def _opted_out_soon(world: World) -> int:
    return sum(
        1
        for contact in world.sold
        if contact.person and contact.moment < world.opted_out.get(contact.person.number, 0) <= contact.moment + 7 * DAY
    )
