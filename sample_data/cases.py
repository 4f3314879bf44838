"""Requests for help: prospects' questions, customers' problems and complaints, and what is running right now."""

from collections import defaultdict
from dataclasses import dataclass, replace

from sample_data.draw import Draw, Mix
from sample_data.lives import Life
from sample_data.moments import DAY, FIRST, HOLIDAYS, HOUR, LAST, MINUTE, NOW, at, day, is_open, open_after, open_before
from sample_data.people import People, Person
from sample_data.sizes import Size

TARGETS = {"urgent": 1 * HOUR, "high": 2 * HOUR, "normal": 4 * HOUR, "low": 8 * HOUR}
PRIORITIES = Mix({"urgent": 0.05, "high": 0.16, "normal": 0.56, "low": 0.23})
CHANNELS = Mix({"email": 0.44, "phone": 0.25, "chat": 0.15, "web": 0.13, "social": 0.03})
KINDS = Mix({"question": 0.47, "problem": 0.34, "complaint": 0.14, "return": 0.05})
CATEGORIES = Mix({"Bill": 0.3, "Moving house": 0.16, "Installation": 0.2, "Meter": 0.14, "Tariff": 0.14, "Website": 0.06})
KEPT = {"phone": 0.965, "chat": 0.95, "email": 0.915, "web": 0.91, "social": 0.88}
TEAMS = {"phone": "Phone desk", "chat": "Chat desk", "email": "Post desk", "web": "Post desk", "social": "Chat desk"}
SUBJECTS = {
    "Bill": ("My bill is higher than I thought", "What is this line on my bill?", "Please send the bill again"),
    "Moving house": ("I am moving next month", "Can I take my contract with me?"),
    "Installation": ("Nobody came to install it", "When will it be installed?", "The new panel shows an error"),
    "Meter": ("My meter reading was refused", "Who reads the meter?"),
    "Tariff": ("Does the price hold?", "Is there a better tariff for me?"),
    "Website": ("I cannot log in", "The page does not save my address"),
}
OCTOBER = day(2026, 10, 1)
# minutes until the promise of a first reply ends, by channel, as seen at 14:05 on the last day
RUNNING = (
    ("phone", "urgent", -42), ("phone", "high", -24), ("email", "normal", -36), ("email", "normal", -31), ("email", "high", -17),
    ("phone", "urgent", 8), ("chat", "high", 22), ("chat", "normal", 28), ("email", "normal", 11), ("email", "normal", 19),
    ("email", "low", 47), ("phone", "high", 79), ("chat", "normal", 93), ("chat", "normal", 138), ("email", "low", 99),
    ("email", "normal", 86), ("email", "normal", 107), ("email", "low", 124), ("email", "low", 158), ("email", "normal", 179),
    ("email", "low", 215), ("social", "normal", 149),
)  # fmt: skip
EARLIER_WAITING = 32
FIELD_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something in the course of a request after its first reply: words in public or a note, a new status, priority or desk."""

    moment: int
    by: str
    says: str = ""
    note: str = ""
    status: str = ""
    priority: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, with the moments that matter. A moment that lies after NOW never appears in one."""

    number: int
    person: Person
    opened: int
    kind: str
    channel: str
    priority: str
    category: str
    subject: str
    by_agent: bool = False
    replied: int | None = None
    solved: int | None = None
    reopened: int | None = None
    solved_again: int | None = None
    status: str = "open"
    steps: tuple[Step, ...] = ()
    is_withdrawn: bool = False

    @property
    def first_team(self) -> str:
        """The desk that had it at first."""
        return TEAMS[self.channel]

    @property
    def team(self) -> str:
        """The desk that has it."""
        return next((step.desk for step in reversed(self.steps) if step.desk), self.first_team)

    @property
    def priority_now(self) -> str:
        """Its priority after all changes; `priority` is the one it began with."""
        return next((step.priority for step in reversed(self.steps) if step.priority), self.priority)

    @property
    def last_solved(self) -> int | None:
        """When it was solved for the last time; None while it is open."""
        return self.solved_again if self.reopened is not None else self.solved

    @property
    def asked(self) -> int:
        """When the customer began to wait: an agent notes down a moment later what was said on the phone."""
        return self.opened + (5 if self.by_agent else 0)

    @property
    def due(self) -> int:
        """By when the first reply was promised."""
        return open_after(self.asked, TARGETS[self.priority], HOLIDAYS)

    @property
    def touched(self) -> int:
        """When it last changed."""
        moments = (self.opened, self.replied, self.solved, self.reopened, self.solved_again)
        return max([moment for moment in moments if moment is not None] + [step.moment for step in self.steps])


def in_zendesk(case: Case) -> bool:
    """Some finished requests were handled by the field service in a system of its own."""
    return case.number % FIELD_EVERY != 0 or case.status != "closed"


class Desk:
    """Opens cases one after the other."""

    def __init__(self, people: People, lives: list[Life], size: Size, seed: int) -> None:
        self.draw = Draw(seed, "cases")
        self.size = size
        self.lives = lives
        self.contacts: dict[str, list[Person]] = defaultdict(list)
        for contact in people.contacts:
            self.contacts[contact.account.number].append(contact)
        self.cases: list[Case] = []
        self._number = 30_000

    def writer(self, life: Life) -> Person:
        """Who writes for an account: itself, or one of a company's contacts."""
        contacts = self.contacts.get(life.person.number)
        return self.draw.pick(contacts) if contacts else life.person

    def open(self, person: Person, opened: int, kind: str, channel: str, priority: str, category: str) -> Case:
        """A case that nobody has touched."""
        self._number += 1
        by_agent = channel == "phone" and self.draw.chance(0.15)
        return Case(
            number=self._number,
            person=person,
            opened=opened,
            kind=kind,
            channel=channel,
            priority=priority,
            category=category,
            subject=self.draw.pick(SUBJECTS[category]),
            by_agent=by_agent,
            status="new",
        )

    # -- what happens to a case ---------------------------------------------------------------------

    def answer(self, case: Case, kept: float) -> Case:
        """Reply in the promised time so often, else late."""
        draw, target = self.draw, TARGETS[case.priority]
        if draw.chance(kept):
            replied = open_after(
                case.opened, max(30, int(target * draw.unit() ** (4 if case.channel in ("phone", "chat") else 1.5) * 0.97))
            )
        else:
            replied = open_after(case.opened, int(target * (1.05 + 1.6 * draw.unit() ** 2)))
        return replace(case, replied=replied, status="open")

    def solve(self, case: Case, hours: float) -> Case:
        """Solve a while after the reply; some come back once more."""
        draw = self.draw
        assert case.replied is not None
        solved = open_after(case.replied, int(draw.around(hours, 1.45) * HOUR) + MINUTE)
        if solved > NOW:
            return replace(case, status=draw.pick(("open", "open", "pending", "hold")))
        if draw.chance(0.06):
            reopened = solved + draw.between(2 * HOUR, 4 * DAY)
            again = open_after(reopened, int(draw.around(6, 1.0) * HOUR) + MINUTE)
            if again <= NOW:
                return replace(case, solved=solved, reopened=reopened, solved_again=again, status=rest_of(again))
        return replace(case, solved=solved, status=rest_of(solved))

    def work(self, case: Case) -> Case | None:
        """The usual course; None when its reply would lie in the future."""
        late_autumn = case.opened >= at(OCTOBER, 0)
        answered = self.answer(case, KEPT[case.channel] - (0.012 if late_autumn and case.channel in ("email", "web") else 0))
        if answered.replied is not None and answered.replied > NOW - 5 * MINUTE:
            return None
        if late_autumn and self.draw.chance(0.26):
            return replace(answered, status=self.draw.pick(("open", "open", "pending", "hold")))
        return self.solve(answered, 15.0 if case.kind == "complaint" else 4.6)

    # -- whose cases --------------------------------------------------------------------------------

    def questions(self) -> None:
        """Prospects ask; some are answered within two days and some are not."""
        draw = self.draw
        for life in self.lives:
            if not life.question:
                continue
            assert life.discovered is not None
            opened = _in_hours(life.discovered + draw.between(3 * HOUR, 50 * HOUR))
            channel, priority = draw.pick(("email", "email", "web", "chat")), draw.pick(("normal", "normal", "high"))
            case = self.open(life.person, opened, "question", channel, priority, "Tariff")
            if life.question == "answered":
                case = self.answer(case, 0.93)
                case = replace(case, replied=min(case.replied or opened, opened + 47 * HOUR))
                case = self.solve(case, 3)
            elif draw.chance(0.6):
                case = replace(case, replied=open_after(opened + draw.between(3 * DAY, 8 * DAY), 30), status="open")
                case = self.solve(case, 5)
            else:
                solved = open_after(opened + draw.between(8 * DAY, 14 * DAY), 60)
                case = replace(case, solved=solved, status=rest_of(solved))
            self.cases.append(case)

    def slow_help(self) -> None:
        """Those who say they waited too long for help did."""
        draw = self.draw
        for life in self.lives:
            ended = next((c.ended for c in life.contracts if c.reason == "Waited too long for help"), None)
            if ended is None or ended - 70 < FIRST:
                continue
            case = self.open(
                self.writer(life), draw.office_time(ended - draw.between(30, 60)), "problem", "email", "normal", "Bill"
            )
            case = replace(
                case, opened=_in_hours(case.opened), replied=open_after(case.opened, draw.between(9, 60) * HOUR), status="open"
            )
            self.cases.append(self.solve(case, 60))

    def customers(self) -> None:
        """Everybody else's requests, until there are enough."""
        draw = self.draw
        wanted = self.size.cases - len(self.cases) - self.size.quota(len(RUNNING) + EARLIER_WAITING, 24)
        while wanted > 0:
            life = draw.pick(self.lives)
            of_day = draw.between(OCTOBER, LAST) if draw.chance(0.045) else FIRST + int((LAST - FIRST + 1) * draw.unit() ** 0.85)
            if life.how == "never" or not life.is_customer(of_day):
                continue
            opened = draw.office_time(of_day) if draw.chance(0.8) else draw.daytime(of_day)
            channel = CHANNELS.pick(draw)
            opened = _in_hours(opened) if channel in ("phone", "chat") or (of_day - 1) % 7 > 4 else opened
            case = self.open(self.writer(life), opened, KINDS.pick(draw), channel, PRIORITIES.pick(draw), CATEGORIES.pick(draw))
            worked = self.work(case) if opened < NOW - HOUR else None
            if worked is not None:
                self.cases.append(worked)
                wanted -= 1

    def waiting(self) -> None:
        """Requests without a reply at the end: five just broken, some at risk, some with time left, and old ones."""
        draw = self.draw
        active = draw.shuffled(
            life for life in self.lives if life.person.kind == "home" and life.in_contract(LAST) and not life.question
        )
        for channel, priority, minutes in RUNNING:
            opened = open_before(NOW + minutes * MINUTE, TARGETS[priority])
            self.cases.append(self.open(active.pop().person, opened, "question", channel, priority, CATEGORIES.pick(draw)))
        for place in range(self.size.quota(EARLIER_WAITING, 2)):
            priority = draw.pick(("normal", "high", "low"))
            due = NOW - 3 * DAY + 6 * HOUR if place == 0 else NOW - draw.between(2 * HOUR, 2 * DAY)
            opened = open_before(due, TARGETS[priority])
            self.cases.append(self.open(active.pop().person, opened, "problem", "email", priority, CATEGORIES.pick(draw)))


def rest_of(solved: int) -> str:
    """Solved, or closed four weeks later."""
    return "closed" if solved < NOW - 28 * DAY else "solved"


def _in_hours(moment: int) -> int:
    """The moment itself while the desk is open, else the first moments of its next opening."""
    return moment if is_open(moment) else open_after(moment, 60 + moment % (3 * HOUR))


def make_cases(people: People, lives: list[Life], size: Size, seed: int) -> list[Case]:
    """All cases, oldest first."""
    desk = Desk(people, lives, size, seed)
    desk.questions()
    desk.slow_help()
    desk.customers()
    desk.waiting()
    return sorted((case for case in desk.cases if case.opened < NOW), key=lambda case: (case.opened, case.number))


def busy_spans(cases: list[Case]) -> dict[str, list[tuple[int, int, Case]]]:
    """By account number: from when to when a case was open, three days of rest included."""
    spans: dict[str, list[tuple[int, int, Case]]] = defaultdict(list)
    for case in cases:
        until = (case.last_solved + 3 * DAY) if case.last_solved is not None else NOW + 30 * DAY
        spans[case.person.account.number].append((case.opened, until, case))
    return spans
