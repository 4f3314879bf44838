"""Who would not recommend us and was called back: in time, late, or not at all; and what some of them said later."""

from dataclasses import dataclass

from sample_data.contacts import Contact
from sample_data.draw import Draw
from sample_data.moments import DAY, HOLIDAYS, HOUR, MINUTE, SURVEY_NOW, open_after
from sample_data.people import Person
from sample_data.surveys import NpsAnswer, feeling

WITHIN = 48 * HOUR
IN_TIME = {"2024": 0.31, "2025": 0.46, "2026": 0.63}
LATE = {"2024": 0.17, "2025": 0.21, "2026": 0.16}
ASKED_AGAIN_AFTER = 5 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """A detractor's answer, when somebody of ours called, and the second answer to a letter some days after the call."""

    answer: NpsAnswer
    called: int | None
    asked: int | None = None
    answered: int | None = None
    score: int | None = None

    @property
    def person(self) -> Person:
        """Who is called."""
        return self.answer.person

    @property
    def due(self) -> int:
        """By when: two days and nights after the answer."""
        return self.answer.answered + WITHIN


def _called(answer: NpsAnswer, draw: Draw) -> int | None:
    """When the desk calls, in its hours; whoever answers at the very end is called at once."""
    soon = open_after(answer.answered, draw.between(10 * MINUTE, 7 * HOUR), HOLIDAYS)
    late = open_after(answer.answered + WITHIN + HOUR, draw.between(MINUTE, 40 * HOUR), HOLIDAYS)
    kind = draw.unit()
    if answer.answered > SURVEY_NOW - WITHIN - 2 * HOUR or kind < IN_TIME[answer.wave]:
        called = soon if soon <= answer.answered + WITHIN else open_after(answer.answered, MINUTE, HOLIDAYS)
    elif kind < IN_TIME[answer.wave] + LATE[answer.wave]:
        called = late
    else:
        return None
    return called if called < SURVEY_NOW else None


def make_call_backs(answers: list[NpsAnswer], seed: int) -> list[CallBack]:
    """One for each detractor's answer; of those called, some are asked once more, and half of these like us better."""
    draw, told = Draw(seed, "call-backs"), []
    for answer in answers:
        if feeling(answer.score) != "detractor":
            continue
        called = _called(answer, draw)
        asks, replies, score = draw.chance(0.6), draw.chance(0.55), draw.pick((7, 8, 8, 9, 9, 10))
        asked = called + ASKED_AGAIN_AFTER if called is not None and asks else None
        answered = asked + draw.between(HOUR, 3 * DAY) if asked is not None and replies else None
        if asked is not None and asked >= SURVEY_NOW:
            asked = answered = None
        if answered is not None and answered >= SURVEY_NOW:
            answered = None
        told.append(
            CallBack(answer=answer, called=called, asked=asked, answered=answered, score=score if answered is not None else None)
        )
    return told


def contacts_of(calls: list[CallBack]) -> list[Contact]:
    """The calls as the phones' system tells them."""
    return [
        Contact(call.called, "desk", call.person, "number", "call-back", "phone", "outbound", "service", team="Care desk")
        for call in calls
        if call.called is not None
    ]


def called_back(calls: list[CallBack]) -> dict[str, dict[str, int]]:
    """Of each wave: answers whose time is over or who were called, those called in time, called late, and better later."""
    told: dict[str, dict[str, int]] = {}
    for call in calls:
        counts = told.setdefault(call.answer.wave, {"detractors": 0, "decided": 0, "kept": 0, "reached": 0, "liked_us_later": 0})
        in_time = call.called is not None and call.called <= call.due
        counts["detractors"] += 1
        counts["decided"] += in_time or call.due <= SURVEY_NOW
        counts["kept"] += in_time
        counts["reached"] += call.called is not None
        counts["liked_us_later"] += call.score is not None
    return told
