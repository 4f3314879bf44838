"""Every clock of a case, found by living through the case event by event, one second after the other where something happens.

Written from the definitions of promises, without a step in common with the models. Instants are whole UTC seconds since 1970. At one
second the wait ends first, then a promise breaks, then another one is made, then the status changes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.metrics.oracles.clock_oracle import MINUTE

UNSOLVED = ("new", "open", "pending", "on_hold")
OVER = ("solved", "closed")
MESSAGES = ("customer_message", "message", "public_reply", "automatic_reply", "internal_note")
LASTING = ("full_resolution", "customer_wait", "agent_work")
ALWAYS_PAUSES = {"customer_wait": ("pending",), "agent_work": ("pending", "on_hold")}
FOREVER = 10**12
CASE_EVENTS = "needs case events"


@dataclass(frozen=True, slots=True)
class OpenTime:
    """The times that a calendar is open, in order."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]

    @classmethod
    def of(cls, minutes: Iterable[int]) -> "OpenTime":
        """Return the runs of these open minutes."""
        runs: list[list[int]] = []
        for minute in sorted(minutes):
            if runs and runs[-1][1] == minute * MINUTE:
                runs[-1][1] += MINUTE
            else:
                runs.append([minute * MINUTE, (minute + 1) * MINUTE])
        return cls(tuple(start for start, _ in runs), tuple(end for _, end in runs))

    def between(self, start: int, end: int) -> int:
        """Return the open seconds from one second until just before another."""
        total, place = 0, max(0, bisect_right(self.opens, start) - 1)
        while place < len(self.opens) and self.opens[place] < end:
            total += max(0, min(end, self.closes[place]) - max(start, self.opens[place]))
            place += 1
        return total

    def after(self, start: int, seconds: int) -> int:
        """Return when this many open seconds, one at least, have passed."""
        left, place = seconds, max(0, bisect_right(self.opens, start) - 1)
        while place < len(self.opens):
            begins = max(start, self.opens[place])
            if left <= self.closes[place] - begins:
                return begins + left
            left -= max(0, self.closes[place] - begins)
            place += 1
        raise AssertionError("the test's days are too few")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened in a case, in the order of its file."""

    second: int
    kind: str
    value: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One case as its help desk tells it."""

    opened_at: int
    opened_by: str = "customer"
    status: str = "open"
    channel: str = "email"
    priority: str | None = "normal"
    first_replied_at: int | None = None
    first_resolved_at: int | None = None
    resolved_at: int | None = None
    closed_at: int | None = None
    is_void: bool = False
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One policy: whom it fits, its targets by promise and priority, and in which statuses which promise pauses."""

    name: str
    calendar: str
    targets: Mapping[str, Mapping[str, int]]
    channel: str | None = None
    pauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    from_at: int | None = None
    until_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all cases of a workspace share."""

    rules: Sequence[Rule]
    hours: Mapping[str, OpenTime]
    final_after: int
    as_of: int


@dataclass(frozen=True, slots=True)
class Promised:
    """What is promised at an instant."""

    priority: str
    policy: str
    calendar: str
    target: int
    pauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One wait that a promise may bound, with what ended it."""

    promise: str
    occurrence: int
    started_at: int
    fulfilled_at: int | None = None
    ended_at: int | None = None
    final_at: int | None = None
    untold: str | None = None
    needs_history: bool = False
    begins_solved: bool = False

    @property
    def is_lasting(self) -> bool:
        return self.promise in LASTING

    @property
    def rests(self) -> bool:
        """Whether its time stands still while the case is solved."""
        return self.is_lasting or self.begins_solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A clock as it stands at as_of."""

    promise: str
    occurrence: int
    version: int
    priority: str
    policy: str
    calendar: str
    target_seconds: int
    started_at: int
    in_force_at: int
    due_at: int | None
    fulfilled_at: int | None
    ended_at: int | None
    state: str
    decided_at: int | None
    is_provisional: bool
    remaining_seconds: int | None
    open_seconds: int
    calendar_seconds: int
    paused_seconds: int
    paused_open_seconds: int
    lasted_seconds: int | None
    stood_still_seconds: int | None
    loosened_late: bool
    spans: tuple[tuple[int, int | None, bool], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one status within a wait: whether time ran, and whether a solution ended it."""

    start: int
    end: int
    runs: bool
    solved: bool
    then_solved: bool


class Course:
    """What is known of a case at as_of: its statuses over time, who wrote when, and what is promised at any instant."""

    def __init__(self, story: Story, desk: Sequence[Story], world: World) -> None:
        self.story, self.world = story, world
        self.known = [one for one in story.events if one.second <= world.as_of]
        self.statuses, self.has_history = _statuses(story, self.known, world.as_of, _tells_statuses(desk, world.as_of))
        tells = any(one.kind in MESSAGES and one.second <= world.as_of for each in desk for one in each.events)
        self.tells_messages = tells and bool(story.events)
        self.tells_reply = self.tells_messages or any(one.first_replied_at is not None for one in desk)
        spoken = sorted((one for one in self.known if one.kind in MESSAGES), key=lambda one: one.second)
        self.spoken = [(one.second, _writer(one)) for one in spoken]

    def status_at(self, now: int) -> tuple[str, bool]:
        """Return the status at an instant, and whether the case is solved then."""
        found = [(status, solved) for start, status, solved in self.statuses if start <= now]
        return found[-1] if found else ("", False)

    def endings(self) -> list[int]:
        """Return every moment at which the case is told to be solved or closed."""
        own = (self.story.first_resolved_at, self.story.resolved_at, self.story.closed_at)
        told = [one.second for one in self.known if one.kind == "status" and one.value in OVER]
        return sorted({*(one for one in own if one is not None and one <= self.world.as_of), *told})

    def start(self) -> int | None:
        """Return when the customer began to wait."""
        if self.story.opened_by == "customer":
            return self.story.opened_at
        return next((max(second, self.story.opened_at) for second, who in self.spoken if who == "customer"), None)

    def promised(self, promise: str, now: int) -> Promised | None:
        """Return what is promised at an instant: the policy that the source tells, else the first that fits."""
        start = self.start()
        asked = self.story.opened_at if start is None else start
        priority, told = self._priority(now, asked), self._policy(now)
        in_force = [
            rule
            for rule in self.world.rules
            if (rule.from_at is None or rule.from_at <= now) and (rule.until_at is None or now < rule.until_at)
        ]
        chosen = [rule for rule in in_force if rule.name == told]
        chosen += [rule for rule in in_force if rule.channel in (None, self.story.channel)]
        if not chosen:
            return None
        rule = chosen[0]
        targets = rule.targets.get(promise, {})
        target = targets.get(priority, targets.get("default"))
        if target is None:
            return None
        pauses = ALWAYS_PAUSES.get(promise, rule.pauses.get(promise, ()))
        return Promised(priority, rule.name, rule.calendar, target, pauses)

    def changes(self, after: int) -> list[int]:
        """Return every instant at which something else may be promised."""
        instants = {one.second for one in self.known if one.kind in ("priority", "policy")}
        for rule in self.world.rules:
            instants |= {one for one in (rule.from_at, rule.until_at) if one is not None}
        return sorted(one for one in instants if after < one <= self.world.as_of)

    def _priority(self, now: int, asked: int) -> str:
        told = sorted((one for one in self.known if one.kind == "priority"), key=lambda one: one.second)
        by_now = [one.value for one in told if one.second <= max(now, asked)]
        if by_now:
            return _priority(by_now[-1])
        if told and told[-1].value == self.story.priority:
            return "unknown"
        return self.story.priority or "unknown"

    def _policy(self, now: int) -> str:
        told = sorted((one for one in self.known if one.kind == "policy" and one.second <= now), key=lambda one: one.second)
        return (told[-1].value or "") if told else ""


def clocks_of(course: Course) -> tuple[list[Told], list[tuple[str, int, str]]]:
    """Return the clocks of a case, and the waits (promise, occurrence) that cannot be told with what they need."""
    clocks, untold = [], []
    for wait in _waits(course):
        instants = [wait.started_at, *course.changes(wait.started_at)]
        made = [promised for now in instants if (promised := course.promised(wait.promise, now)) and _before_end(wait, now)]
        if not made:
            continue
        lacks_history = not course.has_history and (wait.needs_history or any(one.pauses for one in made))
        reason = wait.untold or (CASE_EVENTS if lacks_history else None)
        if reason:
            untold.append((wait.promise, wait.occurrence, reason))
        else:
            clocks += _lived_through(course, wait)
    return clocks, untold


def _before_end(wait: Wait, now: int) -> bool:
    end = wait.final_at if wait.is_lasting else (wait.fulfilled_at if wait.fulfilled_at is not None else wait.ended_at)
    return now == wait.started_at or end is None or now < end


def _lived_through(course: Course, wait: Wait) -> list[Told]:
    """Live through a wait: at each instant the wait may end, the promise may break, and another one may be made."""
    told: list[Told] = []
    current: Promised | None = None
    came, version = 0, 0
    for now in [wait.started_at, *course.changes(wait.started_at), course.world.as_of]:
        if current and _is_decided(course, wait, current, came, now):
            break
        if not _before_end(wait, now):
            break
        promised = course.promised(wait.promise, now)
        if promised == current:
            continue
        if current:
            told.append(_superseded(course, wait, current, version, came, now, promised))
        if promised:
            version, came = version + 1, now
        current = promised
    if current:
        told.append(_standing(course, wait, current, version, came))
    return told


def _is_decided(course: Course, wait: Wait, promised: Promised, came: int, now: int) -> bool:
    """Whether the clock is over by this instant: it broke, or what was promised was done for good."""
    done = wait.final_at if wait.is_lasting else wait.fulfilled_at
    if (done is not None and done <= now) or (wait.ended_at is not None and wait.ended_at <= now):
        return True
    until = now if wait.fulfilled_at is None else min(now, wait.fulfilled_at)
    stretches = _stretches(course, wait, promised, came, until)
    runs_again = Stretch(until, until, not _is_still(course, wait, promised, until), False, False)
    due = _used_up(course, promised, [*stretches, runs_again], wait.fulfilled_at)
    return due is not None and due <= now and not (wait.fulfilled_at is not None and wait.fulfilled_at <= due)


def _stretches(course: Course, wait: Wait, promised: Promised, came: int, until: int) -> list[Stretch]:
    """Return the stretches from the start of a wait until an instant, each with the pauses of the policy of its time."""
    cuts = {one for one, _, _ in course.statuses} | set(course.changes(wait.started_at))
    instants = sorted({wait.started_at, until, *(one for one in cuts if wait.started_at < one < until)})
    found = []
    for start, end in pairwise(instants):
        status, solved = course.status_at(start)
        pauses = (promised if start >= came else _policy_of_time(course, wait, start, promised)).pauses
        solved = solved and wait.rests
        runs = not solved and status not in pauses
        found.append(Stretch(start, end, runs, solved, wait.rests and course.status_at(end)[1] and not solved))
    return found


def _policy_of_time(course: Course, wait: Wait, now: int, otherwise: Promised) -> Promised:
    """Return what is promised at an instant, else what comes next."""
    later = (course.promised(wait.promise, one) for one in [now, *course.changes(now)])
    return next((one for one in later if one), otherwise)


def _used_up(course: Course, promised: Promised, stretches: Iterable[Stretch], solved_for_good: int | None) -> int | None:
    """Return when the target was used up; used up in the second of a solution that does not last, it is when time runs again."""
    hours, left = course.world.hours[promised.calendar], promised.target
    for one in stretches:
        if not one.runs:
            continue
        if left == 0:
            return one.start
        ran = hours.between(one.start, one.end)
        if left <= ran:
            due = hours.after(one.start, left)
            if due < one.end or not one.then_solved or one.end == solved_for_good:
                return due
        left -= min(left, ran)
    return None


def _measured(course: Course, wait: Wait, promised: Promised, came: int, until: int) -> tuple[list[Stretch], int, int, int]:
    stretches, hours = _stretches(course, wait, promised, came, until), course.world.hours[promised.calendar]
    used = sum(hours.between(one.start, one.end) for one in stretches if one.runs)
    paused = [one for one in stretches if not one.runs and not one.solved]
    return stretches, used, sum(one.end - one.start for one in paused), sum(hours.between(one.start, one.end) for one in paused)


def _is_still(course: Course, wait: Wait, promised: Promised, now: int) -> bool:
    status, solved = course.status_at(now)
    return (solved and wait.rests) or status in promised.pauses


def _superseded(
    course: Course, wait: Wait, promised: Promised, version: int, came: int, now: int, following: Promised | None
) -> Told:
    """Return the clock that ends undecided because something else is promised from now on."""
    is_solved = wait.fulfilled_at is not None and wait.fulfilled_at <= now
    until = wait.fulfilled_at if is_solved and wait.fulfilled_at is not None else now
    stretches, used, paused, paused_open = _measured(course, wait, promised, came, until)
    due = _used_up(course, promised, stretches, wait.fulfilled_at)
    if due is None and (is_solved or not _is_still(course, wait, promised, now)):
        due = _projected(course, promised, until, used)
    is_longer = following is None or following.target > promised.target
    return _told(
        wait, promised, version, came, "superseded", due, None, now, None, stretches, used, paused, paused_open, None,
        loosened=not is_solved and (promised.target - used) * 5 <= promised.target and is_longer,
    )  # fmt: skip


def _projected(course: Course, promised: Promised, now: int, used: int) -> int:
    return course.world.hours[promised.calendar].after(now, promised.target - used) if used < promised.target else now


def _standing(course: Course, wait: Wait, promised: Promised, version: int, came: int) -> Told:
    """Return the clock that no other promise took the place of, as it stands at as_of."""
    as_of = course.world.as_of
    done, over = wait.fulfilled_at, wait.ended_at
    until = done if done is not None else over if over is not None else as_of
    stretches, used, paused, paused_open = _measured(course, wait, promised, came, until)
    still = _is_still(course, wait, promised, until) and done is None and over is None
    due = _used_up(course, promised, stretches, done)
    if due is None and not still:
        due = _projected(course, promised, until, used)
    state = _state(promised, due, done, over, used, as_of, still=still)
    decided = {
        "kept": wait.final_at if wait.is_lasting else done,
        "closed_unanswered": min(over, due) if over is not None and due is not None else None,
        "broken_closed": due,
        "broken_open": due,
        "broken_paused": due,
    }.get(state)
    if decided is not None:
        decided = max(decided, came)
    if course.story.is_void:
        state, decided = "void", None
    left = max(0, promised.target - used)
    is_running = state in ("open", "at_risk", "paused", "broken_open", "broken_paused")
    return _told(
        wait, promised, version, came, state, due, done, over, decided, stretches, used, paused, paused_open,
        left if is_running else None, stop=until, is_over=done is not None or over is not None,
    )  # fmt: skip


def _state(promised: Promised, due: int | None, done: int | None, over: int | None, used: int, as_of: int, *, still: bool) -> str:
    if done is not None and due is not None:
        return "kept" if done <= due else "broken_closed"
    if over is not None:
        return "closed_unanswered"
    if due is not None and due <= as_of:
        return "broken_paused" if still else "broken_open"
    if still:
        return "paused"
    return "at_risk" if promised.target - used <= max(900, promised.target / 5) else "open"


def _told(
    wait: Wait, promised: Promised, version: int, came: int, state: str, due: int | None, done: int | None, over: int | None,
    decided: int | None, stretches: Sequence[Stretch], used: int, paused: int, paused_open: int, left: int | None, *,
    loosened: bool = False, stop: int | None = None, is_over: bool = True,
) -> Told:  # fmt: skip
    end = over if stop is None else stop
    assert end is not None
    until = None if decided is None or due is None else min(due, due if done is None and over is None else end)
    return Told(
        promise=wait.promise,
        occurrence=wait.occurrence,
        version=version,
        priority=promised.priority,
        policy=promised.policy,
        calendar=promised.calendar,
        target_seconds=promised.target,
        started_at=wait.started_at,
        in_force_at=came,
        due_at=due,
        fulfilled_at=done,
        ended_at=over,
        state=state,
        decided_at=decided,
        is_provisional=state == "kept" and decided is None,
        remaining_seconds=left,
        open_seconds=used,
        calendar_seconds=end - wait.started_at,
        paused_seconds=paused,
        paused_open_seconds=paused_open,
        lasted_seconds=None if until is None else until - wait.started_at,
        stood_still_seconds=None if until is None else _stood_still(stretches, until),
        loosened_late=loosened,
        spans=tuple(_merged(stretches, is_over=is_over)),
    )


def _stood_still(stretches: Iterable[Stretch], until: int) -> int:
    """Return the seconds that time stood still before an instant, a solution left out."""
    return sum(max(0, min(one.end, until) - one.start) for one in stretches if not one.runs and not one.solved)


def _merged(stretches: Sequence[Stretch], *, is_over: bool) -> list[tuple[int, int | None, bool]]:
    """Return the runs of time that ran or stood still; the last has no end while the clock goes on."""
    runs: list[tuple[int, int | None, bool]] = []
    for one in stretches:
        if runs and runs[-1][2] == one.runs:
            runs[-1] = (runs[-1][0], one.end, one.runs)
        else:
            runs.append((one.start, one.end, one.runs))
    if runs and not is_over:
        runs[-1] = (runs[-1][0], None, runs[-1][2])
    return runs


def _waits(course: Course) -> list[Wait]:
    start = course.start()
    if start is None and course.tells_messages:
        return []
    begins = course.story.opened_at if start is None else start
    missing = CASE_EVENTS if start is None else None
    found = [_first_reply(course, begins, missing or (None if course.tells_reply else CASE_EVENTS))]
    if course.tells_messages:
        found += _next_replies(course, begins)
    else:
        found.append(Wait(promise="next_reply", occurrence=1, started_at=begins, untold=CASE_EVENTS))
    return found + _solutions(course, begins, missing)


def _first_reply(course: Course, start: int, untold: str | None) -> Wait:
    replies = [second for second, who in course.spoken if who == "person" and second >= start]
    own = course.story.first_replied_at
    if not course.tells_messages and own is not None and start <= own <= course.world.as_of:
        replies.append(own)
    wait = Wait(promise="first_reply", occurrence=1, started_at=start, untold=untold)
    return wait if untold else _ended(course, wait, replies)


def _ended(course: Course, wait: Wait, replies: Sequence[int]) -> Wait:
    """Return the wait with what came first: a reply, or the end of the case without one."""
    moments = [(second, 0) for second in replies if second >= wait.started_at]
    moments += [(second, 1) for second in course.endings() if second >= wait.started_at]
    if not moments:
        return wait
    second, is_end = min(moments)
    return Wait(
        promise=wait.promise,
        occurrence=wait.occurrence,
        started_at=wait.started_at,
        fulfilled_at=None if is_end else second,
        ended_at=second if is_end else None,
        untold=wait.untold,
    )


def _next_replies(course: Course, start: int) -> list[Wait]:
    """Read the conversation from the first reply on; in one second the customer speaks first."""
    spoken = sorted((second, who) for second, who in course.spoken if second >= start and who in ("customer", "person"))
    found: list[Wait] = []
    asked: int | None = None
    has_replied = False
    for second, who in spoken:
        if who == "customer" and has_replied and asked is None:
            asked = second
        elif who == "person":
            if asked is not None:
                found.append(_ended(course, Wait(promise="next_reply", occurrence=len(found) + 1, started_at=asked), [second]))
            has_replied, asked = True, None
    if asked is not None:
        found.append(_ended(course, Wait(promise="next_reply", occurrence=len(found) + 1, started_at=asked), []))
    return found


def _solutions(course: Course, start: int, missing: str | None) -> list[Wait]:
    story = course.story
    told = [one for one in (story.first_resolved_at, story.resolved_at) if one is not None]
    reopened = story.status in UNSOLVED and bool(told)
    reopened |= len(told) == 2 and told[0] < told[1]
    if not course.statuses:
        missing = missing or "needs the time of the solution"
    begins_solved = course.status_at(start - 1)[1] and course.status_at(start)[1]
    if begins_solved and all(solved for second, _, solved in course.statuses if second > start):
        return []
    solved = _solved(course, start)[begins_solved:] if course.statuses and course.start() is not None else []
    first = solved[0][0] if solved else None
    standing = next(((begins, final) for begins, until, final in solved if final is not None or until is None), (None, None))
    waits = [
        Wait(
            promise="first_resolution",
            occurrence=1,
            started_at=start,
            fulfilled_at=first,
            untold=missing,
            begins_solved=begins_solved,
        )
    ]
    return waits + [
        Wait(
            promise=promise,
            occurrence=1,
            started_at=start,
            fulfilled_at=standing[0],
            final_at=standing[1],
            untold=missing,
            needs_history=reopened,
        )
        for promise in LASTING
    ]


def _solved(course: Course, start: int) -> list[tuple[int, int | None, int | None]]:
    """Return every time that the case was solved since the start: from, until (None: still), and when that became final."""
    found: list[tuple[int, int | None, int | None]] = []
    begins: int | None = None
    closed: int | None = None
    for now, status, solved in [*course.statuses, (FOREVER, "", False)]:
        if solved and begins is None:
            begins = max(now, start)
        if status == "closed" and closed is None:
            closed = max(now, start)
        if not solved and begins is not None:
            if now > start:
                seen = course.world.as_of if now == FOREVER else now
                finals = [one for one in (closed, begins + course.world.final_after) if one is not None and one <= seen]
                found.append((begins, None if now == FOREVER else now, min(finals, default=None)))
            begins, closed = None, None
    return found


def _statuses(
    story: Story, known: Sequence[Happened], as_of: int, tells_statuses: bool
) -> tuple[list[tuple[int, str, bool]], bool]:
    """Return from when the case was in which status and whether it counts as solved, and whether a history tells it."""
    told = sorted((one for one in known if one.kind == "status"), key=lambda one: one.second)
    by_second = {max(one.second, story.opened_at): one.value for one in told}
    is_solved_now = story.status not in UNSOLVED
    own = {"solved": story.resolved_at, "closed": story.closed_at} if is_solved_now else {}
    endings = {word: second for word, second in own.items() if second is not None and second <= as_of}
    if by_second:
        course = {story.opened_at: "new"} | by_second
        last = max(by_second)
        if endings.get("solved", -1) >= last and by_second[last] not in OVER:
            course[endings["solved"]] = "solved"
        if endings.get("closed", -1) >= last and by_second[last] != "closed":
            course[endings["closed"]] = "closed"
        return _with_solved(course), True
    if story.status in OVER and story.resolved_at is None and story.closed_at is None:
        return [], False
    is_whole = tells_statuses and bool(known) and story.status in ("new", "open")
    first = story.status if is_whole else "other" if story.status == "other" else "open"
    course = {story.opened_at: first}
    for word in ("solved", "closed"):
        if word in endings and endings[word] >= story.opened_at:
            course[endings[word]] = word
    return _with_solved(course), is_whole


def _with_solved(course: Mapping[int, str | None]) -> list[tuple[int, str, bool]]:
    """A status that nobody knows solves nothing, and does not undo a solution."""
    found, is_solved = [], False
    for second in sorted(course):
        status = course[second] if course[second] in (*UNSOLVED, *OVER) else "other"
        assert status is not None
        if status != "other":
            is_solved = status in OVER
        found.append((second, status, is_solved))
    return found


def _tells_statuses(desk: Sequence[Story], as_of: int) -> bool:
    return any(one.kind == "status" and one.second <= as_of for each in desk for one in each.events)


def _writer(one: Happened) -> str:
    written = {"customer_message": "customer", "public_reply": "person"}
    if one.kind == "message" and one.actor is not None:
        return "customer" if one.actor == "customer" else "person"
    return written.get(one.kind, "nobody")


def _priority(value: str | None) -> str:
    word = (value or "").strip().lower()
    if word in ("low", "normal", "high", "urgent"):
        return word
    return "unknown" if word in ("", "unknown") else "other"
