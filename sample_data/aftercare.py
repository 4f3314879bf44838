"""The short survey after each contact."""

from dataclasses import dataclass

from sample_data.cases import Case
from sample_data.draw import Draw
from sample_data.moments import DAY, HOUR, MINUTE, SURVEY_NOW
from sample_data.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CsatInvitation:
    """One invitation to say how a contact was, answered or not."""

    number: str
    person: Person
    case: int
    sent: int
    answered: int | None
    score: int | None
    ease: int | None
    dismissed: bool


def was_late(case: Case) -> bool:
    """Whether help came late: no reply in the promised time, or no solution within four days."""
    return case.replied is None or case.replied > case.due or (case.solved or case.opened) - case.opened > 4 * DAY


def make_csat(cases: list[Case], seed: int) -> list[CsatInvitation]:
    """An invitation after nearly half of the solved cases."""
    draw, invitations = Draw(seed, "csat"), []
    for case in cases:
        if case.solved is None or not draw.chance(0.45):
            continue
        sent = case.solved + 2 * HOUR
        answered = sent + int(draw.around(9, 1.1) * HOUR) + MINUTE if draw.chance(0.36) else None
        if sent >= SURVEY_NOW:
            continue
        if answered is not None and answered >= SURVEY_NOW:
            answered = None
        good = draw.chance(0.52 if was_late(case) else 0.85)
        score = draw.pick((4, 5, 5)) if good else draw.pick((1, 2, 3, 3))
        invitations.append(
            CsatInvitation(
                number=f"A{case.number}",
                person=case.person,
                case=case.number,
                sent=sent,
                answered=answered,
                score=score if answered else None,
                ease=max(1, min(7, score + draw.between(0, 2))) if answered and draw.chance(0.3) else None,
                dismissed=answered is None and draw.chance(0.05),
            )
        )
    return invitations
