"""What is still going on at the sample's end, carried on hour by hour."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sample_data.audits import Audits
from sample_data.cases import CATEGORIES, CHANNELS, KINDS, PRIORITIES, SUBJECTS, Case
from sample_data.contacts import Contact
from sample_data.draw import Draw
from sample_data.lives import MONTHLY, PRODUCTS, SHELF, Commitment, Contract, Life
from sample_data.moments import DAY, HOUR, NOW, day_first_moment, is_open, local_day, local_text, utc_text
from sample_data.people import Person, make_home
from sample_data.world import World
from sample_data.writers import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour: [start, end) in moments, its place, and its own chance."""

    place: int
    start: int
    draw: Draw

    @property
    def end(self) -> int:
        """The last moment that the hour's exports tell."""
        return self.start + HOUR

    @property
    def label(self) -> str:
        """2026-10-30_1505, for file names."""
        told = local_text(self.end)
        return f"{told[:10]}_{told[11:13]}{told[14:16]}"

    def moment(self) -> int:
        """Some moment of the hour."""
        return self.draw.between(self.start + 1, self.end - 1)


class Following:
    """What is still going on at the sample's end, carried on hour by hour."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.open_cases = [case for case in world.cases if case.last_solved is None]
        self.due = [(life, c) for life in world.lives for c in life.commitments if c.kept is None and c.cancelled is None]
        self.customers = [life for life in world.lives if life.in_contract(local_day(NOW)) and life.person.kind == "home"]
        self.undecided = [
            life for life in world.lives if life.discovered and life.chose is None and life.discovered > NOW - 60 * DAY
        ]
        self.audits = Audits(900_000_000)
        self.newcomers = 0

    # -- the help desk ------------------------------------------------------------------------------

    def work_on_cases(self, hour: Hour) -> tuple[list[Case], list[str]]:
        """Replies, solutions and new requests; tells the tickets that changed and their new audits."""
        changed, told = [], []
        staying: list[Case] = []
        for case in self.open_cases:
            after = self._progress(case, hour)
            if after is not case:
                changed.append(after)
                told += [audit for audit in self.audits.of_case(after) if audit[0] >= hour.start]
            if after.last_solved is None:
                staying.append(after)
        for place in range(hour.draw.between(2, 5)):
            case = self._new_case(hour, place)
            changed.append(case)
            staying.append(case)
            told += self.audits.of_case(case)
        told.append(self.audits.note(staying[-1], hour.end))
        self.open_cases = staying
        return changed, [line for _, line in sorted(told)]

    def _progress(self, case: Case, hour: Hour) -> Case:
        if not is_open(hour.start):
            return case
        if case.replied is None and hour.draw.chance(0.4):
            return replace(case, replied=hour.moment(), status="open")
        if case.replied is not None and hour.draw.chance(0.06):
            return replace(case, solved=hour.moment(), status="solved")
        return case

    def _new_case(self, hour: Hour, place: int) -> Case:
        draw, category = hour.draw, CATEGORIES.pick(hour.draw)
        return Case(
            number=80_000 + hour.place * 20 + place,
            person=draw.pick(self.customers).person,
            opened=hour.moment(),
            kind=KINDS.pick(draw),
            channel=CHANNELS.pick(draw),
            priority=PRIORITIES.pick(draw),
            category=category,
            subject=draw.pick(SUBJECTS[category]),
            status="new",
        )

    # -- the others ---------------------------------------------------------------------------------

    def contacts(self, hour: Hour) -> Iterator[Contact]:
        """Visits and calls of customers, one at least of every source at the end of the hour."""
        draw = hour.draw
        for _ in range(draw.between(20, 45)):
            yield Contact(hour.moment(), "web", draw.pick(self.customers).person, "number", "portal visit", "web", "self")
        for _ in range(draw.between(2, 6)):
            yield Contact(
                hour.moment(),
                "desk",
                draw.pick(self.customers).person,
                "number",
                "service call",
                "phone",
                "inbound",
                team="Phone desk",
            )
        for source in ("web", "outreach", "desk", "erp", "field"):
            person = draw.pick(self.customers).person
            yield Contact(hour.end, source, person, "number", "account statement", "email", "outbound", "transactional")

    def orders(self, hour: Hour, channel: str) -> list[Row]:
        """Some purchases of customers, the last at the end of the hour."""
        draw, rows = hour.draw, []
        moments = sorted([*(hour.moment() for _ in range(draw.between(1, 3))), hour.end])
        for place, moment in enumerate(moments):
            product = draw.pick(list(SHELF))
            told = utc_text(moment) if channel == "web" else day_first_moment(moment)
            rows.append(
                [
                    f"L{channel[0]}{hour.place}-{place}",
                    draw.pick(self.customers).person.number,
                    told,
                    f"{SHELF[product]:.2f}",
                    "EUR",
                    channel,
                    "completed",
                    "shop" if channel == "web" else "tills",
                ]
            )
        return rows

    def new_prospects(self, hour: Hour) -> list[Person]:
        """People nobody knew before."""
        people = []
        for _ in range(hour.draw.between(2, 5)):
            people.append(make_home(self.world.size.homes + self.newcomers, hour.draw))
            self.newcomers += 1
        return people

    def choosing(self, hour: Hour) -> list[tuple[Life, Contract]]:
        """One or two of those who looked round sign; the contract starts today."""
        chosen: list[tuple[Life, Contract]] = []
        for _ in range(min(hour.draw.between(1, 2), len(self.undecided))):
            life = self.undecided.pop(hour.draw.below(len(self.undecided)))
            product = PRODUCTS.pick(hour.draw)
            contract = Contract(
                number=f"VL{hour.place}-{len(chosen)}",
                product=product,
                starts=local_day(hour.start),
                ends=None,
                amount=MONTHLY[product],
                currency="EUR",
            )
            chosen.append((life, contract))
        return chosen

    def kept(self, hour: Hour) -> list[tuple[Life, Commitment]]:
        """Commitments that are done in this hour."""
        done = hour.draw.sample(range(len(self.due)), hour.draw.between(0, 3))
        told = [(self.due[place][0], replace(self.due[place][1], kept=hour.moment())) for place in sorted(done)]
        self.due = [pair for place, pair in enumerate(self.due) if place not in done]
        return told

    def csat(self, hour: Hour) -> list[Row]:
        """Answers to the short survey, and one invitation at the end of the hour."""
        draw, rows = hour.draw, []
        for place in range(draw.between(1, 3)):
            answered, score = hour.moment(), draw.pick((2, 4, 5, 5))
            person = draw.pick(self.customers).person
            rows.append(
                [
                    f"AL{hour.place}-{place}",
                    person.number,
                    "csat",
                    "transactional",
                    utc_text(hour.start - HOUR),
                    utc_text(hour.start - HOUR + 2),
                    utc_text(answered),
                    str(score),
                    "1",
                    "5",
                    "higher",
                    "askwell",
                ]
            )
        return rows
