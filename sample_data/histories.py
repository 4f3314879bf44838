"""The course of requests after the first reply: waiting for customers and others, further questions, priorities, other desks.

Its chance is drawn from streams of its own, so that who asks, when a request is answered first, and when it is solved stay as they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sample_data.cases import OCTOBER, TARGETS, Case, Step, in_zendesk, rest_of
from sample_data.draw import Draw
from sample_data.moments import DAY, HOLIDAYS, HOUR, MINUTE, NOW, at, open_after, open_before, open_seconds

CARE = "Care desk"
ORDER = ("low", "normal", "high", "urgent")
FULL_TARGETS = {"urgent": 8 * HOUR, "high": 16 * HOUR, "normal": 32 * HOUR, "low": 54 * HOUR}
ASKS = {"Phone desk": 0.16, "Post desk": 0.30, "Chat desk": 0.62, CARE: 0.25}
PAUSED_FOR = {"Phone desk": (0.1, 0.3), "Post desk": (0.1, 0.4), "Chat desk": (0.5, 0.85), CARE: (0.1, 0.3)}
LATE = {"email": 0.34, "web": 0.16, "social": 0.14, "phone": 0.05, "chat": 0.07}
LOOSENS = {"Phone desk": 0.45, "Post desk": 0.02, "Chat desk": 0.03, CARE: 0.0}
OTHERS = {"Installation": "Waiting for a part.", "Meter": "Asked the grid operator."}
OFTEN_AGAIN = "Installation"


@dataclass(slots=True, kw_only=True)
class Course:
    """A request while its steps are told; `now` is how far they have come, `until` when they must be over."""

    case: Case
    draw: Draw
    now: int
    until: int
    desk: str
    steps: list[Step] = field(default_factory=list)

    @property
    def left(self) -> int:
        """The open seconds until it must be over."""
        return open_seconds(self.now, self.until, HOLIDAYS)

    def step(self, moment: int, by: str, **told: str) -> None:
        """Tell a step, and go on from there."""
        self.steps.append(Step(moment=moment, by=by, **told))
        self.now = moment

    def after(self, seconds: int) -> int:
        """So many open seconds from now."""
        return open_after(self.now, seconds, HOLIDAYS)


def with_history(case: Case, draw: Draw) -> Case:
    """A request of the help desk with the steps between its first reply and its solution, or the end of the data."""
    if case.replied is None or not in_zendesk(case) or (case.solved is None and case.status != "open"):
        return case
    until = case.solved if case.solved is not None else NOW
    course = Course(case=case, draw=draw, now=case.replied, until=until, desk=case.first_team)
    if course.left < 2 * HOUR:
        return case
    _raised_before_the_reply(course)
    if not _loosened(course):
        _escalated(course)
        _paused(course)
        _asked_again(course)
        _waited_for_others(course)
        _raised(course)
    if case.solved is None:
        _still_asking(course)
    return replace(case, steps=tuple(course.steps))


def _raised_before_the_reply(course: Course) -> None:
    """Sometimes a request is raised once its first promise is broken."""
    case, draw = course.case, course.draw
    assert case.replied is not None
    if case.replied > case.due + 20 * MINUTE and case.priority != "urgent" and draw.chance(0.05):
        course.steps.append(Step(moment=(case.due + case.replied) // 2, by="agent", priority=_higher(case.priority)))


def _loosened(course: Course) -> bool:
    """Lower the priority when little of the time to solve is left, where the desk does so; nothing else happens then."""
    case, target = course.case, FULL_TARGETS[_priority(course)]
    moment = open_after(case.asked, int(target * (0.83 + 0.13 * course.draw.unit())), HOLIDAYS)
    due, lower = open_after(case.asked, target, HOLIDAYS), _lower(_priority(course))
    if not course.now + MINUTE < moment or not due < course.until or not lower or not course.draw.chance(LOOSENS[course.desk]):
        return False
    course.step(moment, "agent", priority=lower)
    return True


def _escalated(course: Course) -> None:
    """Some written complaints go to a small desk of three."""
    if course.case.kind == "complaint" and course.desk == "Post desk" and course.draw.chance(0.4):
        course.desk = CARE
        course.step(course.after(15 * MINUTE), "agent", note="Please take over.", desk=CARE)


def _paused(course: Course) -> None:
    """We ask the customer for something and wait, until an answer comes and is answered."""
    draw = course.draw
    if course.left < HOUR or not draw.chance(ASKS[course.desk]):
        return
    low, high = PAUSED_FOR[course.desk]
    lasts = int(course.left * (low + (high - low) * draw.unit()))
    course.step(course.after(MINUTE), "agent", says="Could you send us a picture of the meter?", status="pending")
    answered = course.after(lasts)
    in_the_evening = answered + draw.between(HOUR, 5 * HOUR)
    if draw.chance(0.25) and open_seconds(in_the_evening, course.until, HOLIDAYS) > 30 * MINUTE:
        answered = in_the_evening
    course.step(answered, "customer", says="Here it is.", status="open")
    _reply(course)


def _asked_again(course: Course) -> None:
    """The customer writes again, and sometimes twice before we answer."""
    if course.left < HOUR or not course.draw.chance(0.6):
        return
    course.step(course.after(course.draw.between(10 * MINUTE, course.left // 4)), "customer", says="One more question.")
    asked = course.now
    replied = _reply(course)
    if replied - asked > HOUR and course.draw.chance(0.2):
        course.steps.append(Step(moment=(asked + replied) // 2, by="customer", says="Did you see my question?"))


def _reply(course: Course) -> int:
    """Answer what the customer wrote last, late so often as the channel's letters are, and before it is solved."""
    draw, target, most = course.draw, TARGETS[_priority(course)], course.left - 15 * MINUTE
    waits = int(target * (0.04 + 0.86 * draw.unit() ** 1.6))
    if draw.chance(LATE[course.case.channel]):
        waits = int(target * (1.1 + draw.unit()))
    if waits > most:
        waits = int(most * (0.2 + 0.6 * draw.unit()))
    course.step(course.after(max(MINUTE, waits)), "agent", says="Thank you, we are looking into it.")
    return course.now


def _waited_for_others(course: Course) -> None:
    """A part is missing, or the grid operator must act."""
    draw, why = course.draw, OTHERS.get(course.case.category)
    if why is None or course.left < 3 * HOUR or not draw.chance(0.35):
        return
    course.step(course.after(10 * MINUTE), "agent", note=why, status="hold")
    course.step(course.after(int(course.left * (0.2 + 0.5 * draw.unit()))), "agent", note="It is here.", status="open")


def _raised(course: Course) -> None:
    """Now and then somebody sees that it is more urgent."""
    priority = _priority(course)
    if course.left > HOUR and priority != "urgent" and course.draw.chance(0.06):
        course.step(course.after(course.draw.between(MINUTE, course.left // 2)), "agent", priority=_higher(priority))


def _still_asking(course: Course) -> None:
    """Some of those not solved yet wait for an answer right now, some of them past its promise."""
    draw, target = course.draw, TARGETS[_priority(course)]
    if course.case.opened < at(OCTOBER, 0) or not draw.chance(0.3):
        return
    asked = open_before(NOW + draw.between(-10 * HOUR, 3 * HOUR), target)
    if asked > course.now + HOUR and asked < NOW - 5 * MINUTE:
        course.step(asked, "customer", says="Is there any news?")


def _priority(course: Course) -> str:
    return next((step.priority for step in reversed(course.steps) if step.priority), course.case.priority)


def _higher(priority: str) -> str:
    return ORDER[ORDER.index(priority) + 1]


def _lower(priority: str) -> str:
    place = ORDER.index(priority)
    return ORDER[place - 1] if place else ""


def _answered_after_holidays(case: Case) -> Case:
    """A first reply that came late stays late by the calendar that closes on holidays: it came after them."""
    replied = case.replied
    if replied is None or not open_after(case.asked, TARGETS[case.priority]) < replied <= case.due:
        return case
    late = open_after(case.due, 5 * MINUTE + replied % HOUR, HOLIDAYS)
    if late > case.opened + 2 * DAY > replied:  # a question that was answered within two days stays one
        late = case.due + 5 * MINUTE + replied % HOUR
    if case.solved is None or case.solved > late:
        return replace(case, replied=late)
    return replace(case, replied=late, solved=open_after(late, 10 * MINUTE + replied % HOUR, HOLIDAYS))


def after_holidays(cases: list[Case]) -> list[Case]:
    """The requests, where nobody replies on a holiday to one that waits past its promise."""
    return [_answered_after_holidays(case) for case in cases]


def _opened_again(case: Case, draw: Draw) -> Case:
    """One category comes back more often: within hours of its solution, and is solved for good within three days."""
    may = case.solved is not None and case.reopened is None and case.kind != "complaint" and in_zendesk(case)
    if not may or case.category != OFTEN_AGAIN or not draw.chance(0.13):
        return case
    assert case.solved is not None
    reopened = case.solved + draw.between(3 * HOUR, 20 * HOUR)
    again = open_after(reopened, draw.between(20 * MINUTE, 5 * HOUR), HOLIDAYS)
    if again > min(NOW, case.solved + 3 * DAY):
        return case
    return replace(case, reopened=reopened, solved_again=again, status=rest_of(again))


def _withdrawn(cases: list[Case], count: int, draw: Draw) -> set[int]:
    """Requests of the field service that customers took back before October."""
    old = [case for case in cases if not in_zendesk(case) and case.reopened is None and case.opened < at(OCTOBER, 0) - 30 * DAY]
    return {case.number for case in draw.sample((case for case in old if case.kind in ("problem", "return")), count)}


def with_histories(cases: list[Case], *, withdrawn: int, seed: int) -> list[Case]:
    """All requests with what happened to them after the first reply; so many were taken back."""
    again, draw = Draw(seed, "opened again"), Draw(seed, "histories")
    told = list(_told(cases, again, draw))
    taken_back = _withdrawn(told, withdrawn, Draw(seed, "withdrawn"))
    return [replace(case, is_withdrawn=True) if case.number in taken_back else case for case in told]


def _told(cases: list[Case], again: Draw, draw: Draw) -> Iterator[Case]:
    for case in cases:
        yield with_history(_opened_again(case, again), draw)
