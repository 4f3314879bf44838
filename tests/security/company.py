"""A company of canaries: each customer, and each row of theirs, is told by words that nobody else has, in each region, segment and team."""

import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from queries.load import load
from queries.policy import Policy
from queries.workspace import Workspace
from tests.conftest import TEMPLATES

SEGMENTS: Final = {"solar": "Homes, solar", "gas": "Homes, gas", "": "Small business"}
"""Those of the sample company, by the product that puts somebody there, and a company without any."""
GONE: Final = "Homes, other"
"""The segment of a home without a contract."""
TEAMS: Final = (("Care desk", "Care desk"), ("Phone desk", "Phone desk"), ("Care desk", "Phone desk"))
"""Whose the first and the second case of somebody are, in turn."""
NOBODYS: Final = "nobody's"
"""Where a row lies that was refused: in no region, no segment and no team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row lies: its customer's region and segment, and its own team, empty where it has none."""

    region: str
    segment: str
    team: str = ""

    def is_seen(self, policy: Policy) -> bool:
        """Tells whether a policy shows what lies there, by the rules as they are written down."""
        limits = ((policy.regions, self.region), (policy.segments, self.segment), (policy.teams, self.team))
        return all(limit is None or value in limit for limit, value in limits)


@dataclass(frozen=True, slots=True)
class Canary:
    """A word that tells of one customer, and every place where it stands."""

    word: str
    places: tuple[Place, ...]

    def is_told(self, policy: Policy) -> bool:
        return any(place.is_seen(policy) for place in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer as the exports tell of them, all of whom share nothing but what everybody does. key: their external id."""

    number: int
    word: str
    key: str
    region: str
    segment: str
    product: str
    teams: tuple[str, ...]
    record_id: str
    company: "Person | None" = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Where rows of theirs lie."""
        return tuple(Place(region=self.region, segment=self.segment, team=team) for team in ("", *self.teams))

    @property
    def email(self) -> str:
        return f"{self.word}@{self.word}.example".lower()

    @property
    def phone(self) -> str:
        return f"+49 221 4711000{self.number:02d}"


@dataclass(slots=True)
class Written:
    """The exports so far: their rows by file, the people, and every canary."""

    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    canaries: list[Canary] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def add(self, file: str, **row: Any) -> None:
        self.files.setdefault(file, []).append(row)

    def word(self, region: str, segment: str, *teams: str) -> str:
        """Returns a word that nobody has yet, of somebody there: on rows of these teams alone, of no team where none is named."""
        number = next(self._numbers)
        word = f"Zq{''.join(chr(ord('a') + number // 26**place % 26) for place in (2, 1, 0))}x"
        self._hides(word, region, segment, *teams)
        return word

    def person(self, region: str, product: str, company: Person | None = None) -> Person:
        """Returns another customer: their name is on no team's rows, the id by which a team's rows know them is."""
        number = len(self.people)
        segment = GONE if product and not number % 3 else SEGMENTS[product]
        teams = TEAMS[number % len(TEAMS)]
        name, record = self.word(region, segment), self.word(region, segment)
        key = self.word(region, segment, "", *teams)
        one = Person(
            number=number, word=name, key=key, region=region, segment=segment, product=product, teams=teams, record_id=f"r{record}",
            company=company,
        )  # fmt: skip
        self.people.append(one)
        self._hides(one.phone.split()[-1], region, segment)
        return one

    def _hides(self, word: str, region: str, segment: str, *teams: str) -> None:
        places = tuple(Place(region=region, segment=segment, team=team) for team in teams or ("",))
        self.canaries.append(Canary(word.lower(), places))


def written() -> Written:
    """Returns the exports of the company: in each of two regions six homes, a company, and somebody of the other region's company."""
    made = Written()
    for region in ("north", "south"):
        for product in ("solar", "gas", "solar", "gas", "solar", "gas", ""):
            _told_of(made, made.person(region, product))
    north, south = (one for one in made.people if not one.product)
    for region, company in (("north", south), ("south", north)):
        _works(made, made.person(region, "", company), company)
    _refused(made)
    return made


def _told_of(made: Written, one: Person) -> None:
    """Writes what every export tells of one customer."""

    def word(*teams: str) -> str:
        return made.word(one.region, one.segment, *teams)

    is_old = not one.number % 3  # and gone
    before = made.people[one.number - 6] if one.number >= 7 else None  # of the other region, and mostly of another segment
    record = {
        "record_id": one.record_id, "kind": "person" if one.product else "company", "name": f"{one.word} {word()}", "email": one.email,
        "phone": one.phone, "external_id": one.key, "region": one.region, "lifecycle": "customer", "acquired_through": "recommendation",
        "acquisition_reason": f"friends of {word()} told me", "referred_by": before.key if before else "",
        "created_at": f"{2024 if is_old else 2026}-0{1 + one.number % 9}-05T08:00:00Z",
    }  # fmt: skip
    made.add("customer_records", **record, source="crm")
    made.add(
        "customer_records",
        **{**record, "record_id": f"r{word()}", "name": f"{one.word} {word()}", "referred_by": ""},
        source="erp",
    )
    made.add(
        "contracts", contract_id=f"k{word()}", external_id=one.key, product=one.product or "power", amount_per_month=20 + one.number,
        starts_on="2024-03-01" if is_old else "2026-02-01", ends_on="2026-06-30" if is_old else "", currency="EUR",
        end_reason=f"moved near {word()}" if is_old else "", ended_on="2026-06-30" if is_old else "",
    )  # fmt: skip
    made.add(
        "orders", order_id=f"b{word()}", external_id=one.key, ordered_at=f"{2025 if is_old else 2026}-10-03T09:00:00Z", amount=30,
        currency="EUR", channel="web", status="completed",
    )  # fmt: skip
    for number, team in enumerate(one.teams):
        _case(made, one, number, f"t{word(team)}", f"Is it {word(team)} who reads the meter?", team)
        made.add(
            "interactions", interaction_id=f"i{word(team)}", external_id=one.key, happened_at=f"2026-10-{10 + number}T09:00:00Z",
            event=("newsletter", "sales call")[number], channel=("email", "phone")[number], direction="outbound",
            purpose=("promotional", "sales")[number], team=team, delivered="true",
        )  # fmt: skip
        made.add(
            "commitments", commitment_id=f"z{word(team)}", external_id=one.key, kind=("call_back", "offer")[number],
            made_at="2026-10-01T09:00:00Z", due_at="2026-10-05T09:00:00Z", kept_at=("", "2026-10-03T09:00:00Z")[number],
            subject=f"about {word(team)}", channel="phone", team=team,
        )  # fmt: skip
    for number, (instrument, programme) in enumerate((("nps", "relational"), ("csat", "transactional"))):
        made.add(
            "survey_responses", response_id=f"s{word()}", external_id=one.key, instrument=instrument, programme=programme,
            sent_at="2026-10-12T09:00:00Z", answered_at="2026-10-13T09:00:00Z", score=(one.number % 3 * 4 + 1, 2)[number],
            comment=f"The bill was wrong and nobody called, says {word()}",
        )  # fmt: skip
    made.add(
        "opportunities", opportunity_id=f"d{word(one.teams[0])}", external_id=one.key, created_at="2026-08-01T09:00:00Z", amount=600,
        currency="EUR", closed_at="2026-09-01T09:00:00Z" if is_old else "", outcome="lost" if is_old else "open",
        lost_reason=f"{word(one.teams[0])} was cheaper" if is_old else "", pipeline="Sales", stage="Lost" if is_old else "Proposal",
        product="contract", team=one.teams[0],
    )  # fmt: skip
    made.add(
        "properties", subject_kind="customer_records", subject_id=f"crm:{record['record_id']}", name="heating",
        value=f"stove {word('', *one.teams)}", sensitive="false",
    )  # fmt: skip
    made.add("consents", email=one.email, purpose="promotional", channel="email", granted=str(bool(one.number % 2)).lower(),
             effective_at="2026-10-01T00:00:00Z")  # fmt: skip


def _works(made: Written, one: Person, company: Person) -> None:
    """Writes what is told of somebody whose company lies in another region."""
    made.add(
        "customer_records", record_id=one.record_id, kind="person", name=one.word, email=one.email, phone=one.phone,
        external_id=one.key, company_id=company.record_id, role="owner", region=one.region, lifecycle="customer",
        referred_by=company.key, created_at="2026-03-05T08:00:00Z", source="crm",
    )  # fmt: skip
    for number, team in enumerate(one.teams):
        told = [made.word(one.region, one.segment, team) for _ in range(2)]
        _case(made, one, number, f"t{told[0]}", f"Is it {told[1]} who reads the meter?", team)


def _case(made: Written, one: Person, number: int, case_id: str, subject: str, team: str) -> None:
    """Writes a complaint that is open, or a question that was solved late, and what happened of it."""
    is_open = not number
    made.add(
        "cases", case_id=case_id, external_id=one.key, opened_at=f"2026-10-2{one.number % 8}T08:00:00Z", opened_by="customer",
        kind=("complaint", "question")[number], channel=("email", "phone")[number], priority="normal", category="Bill", team=team,
        subject=subject, status="open" if is_open else "solved", first_replied_at="" if is_open else "2026-10-28T15:00:00Z",
        resolved_at="" if is_open else "2026-10-28T16:00:00Z", first_resolved_at="" if is_open else "2026-10-28T16:00:00Z",
    )  # fmt: skip
    made.add("case_events", case_event_id=f"{case_id}-0", case_id=case_id, happened_at=f"2026-10-2{one.number % 8}T08:00:00Z",
             kind="created", value="open")  # fmt: skip


def _refused(made: Written) -> None:
    """Writes rows that no load takes in: nobody can tell whose they are."""
    told = (NOBODYS, NOBODYS)
    made.add("cases", case_id=f"t{made.word(*told)}", external_id=made.word(*told), opened_at="no day at all", opened_by="customer",
             kind="complaint", channel="email", priority="normal", category="Bill", team="Care desk", subject=made.word(*told),
             status="open")  # fmt: skip
    made.add("orders", order_id=f"b{made.word(*told)}", external_id=made.word(*told), ordered_at="2026-10-04T09:00:00Z", amount=30,
             currency="EUR", channel=f"by {made.word(*told)}", status="completed")  # fmt: skip


def loaded(folder: Path, made: Written) -> Workspace:
    """Loads the exports into a workspace with the declarations of the sample company."""
    exports = folder / "exports"
    exports.mkdir(parents=True)
    for name, rows in made.files.items():
        _write(exports / f"{name}.csv", rows)
    shutil.copytree(TEMPLATES, folder / "mine")
    workspace = Workspace.create(folder / "mine")
    report = load(workspace, sorted(exports.iterdir()))
    assert not report.refused, report.refused
    return workspace


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=[*dict.fromkeys(name for row in rows for name in row)])
        writer.writeheader()
        writer.writerows(rows)
