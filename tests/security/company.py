"""A company of canaries: each customer, and each row of theirs, is told by words that nobody else has.

There are some in each region, segment and team, and whom one policy shows was recommended by one whom it hides.
"""

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
LEAVING: Final = (0, 3, 5, 9, 12)
"""The homes whose contracts are over, by their numbers: as many as a chart that was given away tells of."""
OF_A_REGION: Final = 7
"""So many homes and companies there are in each."""
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
    def is_company(self) -> bool:
        return not self.product and self.company is None

    @property
    def is_gone(self) -> bool:
        """Whether their contract is over, and nothing of theirs came after it."""
        return self.segment == GONE

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

    def word(self, of: "Person | None", *teams: str) -> str:
        """Returns a word that nobody has yet, which stands on rows of somebody: of these teams, or of none."""
        return self._word(of.region if of else NOBODYS, of.segment if of else NOBODYS, *teams)

    def person(self, region: str, product: str, company: Person | None = None) -> Person:
        """Returns another customer: their name is on no team's rows, the id by which a team's rows know them is."""
        number = len(self.people)
        segment = GONE if number in LEAVING else SEGMENTS[product]
        teams = TEAMS[number % len(TEAMS)]
        one = Person(
            number=number, word=self._word(region, segment), key=self._word(region, segment, "", *teams), region=region,
            segment=segment, product=product, teams=teams, record_id=f"r{self._word(region, segment)}", company=company,
        )  # fmt: skip
        self.people.append(one)
        self._stands(one.phone.split()[-1], region, segment)
        return one

    def _word(self, region: str, segment: str, *teams: str) -> str:
        number = next(self._numbers)
        word = f"Zq{''.join(chr(ord('a') + number // 26**place % 26) for place in (2, 1, 0))}x"
        self._stands(word, region, segment, *teams)
        return word

    def _stands(self, word: str, region: str, segment: str, *teams: str) -> None:
        places = tuple(Place(region=region, segment=segment, team=team) for team in teams or ("",))
        self.canaries.append(Canary(word.lower(), places))


def written() -> Written:
    """Returns the exports: in each of two regions six homes, a company, and somebody of the other region's company."""
    made = Written()
    for region in ("north", "south"):
        for product in ("solar", "gas", "solar", "gas", "solar", "gas", ""):
            one = made.person(region, product)
            for write in (_records, _contract, _order, _survey, _opportunity, _requests):
                write(made, one)
    north, south = (one for one in made.people if not one.product)
    for region, company in (("north", south), ("south", north)):
        one = made.person(region, "", company)
        _record(made, one, referred_by=company.key, company_id=company.record_id, role="owner")
        _requests(made, one)
    _refused(made)
    return made


def _records(made: Written, one: Person) -> None:
    """Writes what two sources tell of a customer, whom one of the other region, mostly of another segment, recommended."""
    before = made.people[one.number - 6].key if one.number >= OF_A_REGION else ""
    _record(made, one, referred_by=before, acquired_through="recommendation", acquisition_reason=f"friends of {made.word(one)}")
    _record(made, one, record_id=f"r{made.word(one)}", source="erp")
    made.add(
        "properties", subject_kind="customer_records", subject_id=f"crm:{one.record_id}", name="heating",
        value=f"stove {made.word(one, '', *one.teams)}", sensitive="false",
    )  # fmt: skip
    made.add(
        "consents", email=one.email, purpose="promotional", channel="email", granted="true" if one.number % 2 else "false",
        effective_at="2026-10-01T00:00:00Z",
    )  # fmt: skip


def _record(made: Written, one: Person, **told: str) -> None:
    row = {
        "record_id": one.record_id, "kind": "company" if one.is_company else "person", "name": f"{one.word} {made.word(one)}",
        "email": one.email, "phone": one.phone, "external_id": one.key, "region": one.region, "lifecycle": "customer",
        "created_at": f"{2024 if one.is_gone else 2026}-0{1 + one.number % 9}-05T08:00:00Z", "source": "crm",
    }  # fmt: skip
    made.add("customer_records", **{**row, **told})


def _contract(made: Written, one: Person) -> None:
    ended = (
        {"ends_on": "2026-06-30", "ended_on": "2026-06-30", "end_reason": f"moved near {made.word(one)}"} if one.is_gone else {}
    )
    made.add(
        "contracts", contract_id=f"k{made.word(one)}", external_id=one.key, product=one.product or "power", amount_per_month=20,
        starts_on="2024-03-01" if one.is_gone else "2026-02-01", currency="EUR", **ended,
    )  # fmt: skip


def _order(made: Written, one: Person) -> None:
    order = f"b{made.word(one)}"
    made.add(
        "orders", order_id=order, external_id=one.key, ordered_at=f"{2025 if one.is_gone else 2026}-10-03T09:00:00Z", amount=30,
        currency="EUR", channel="web", status="completed",
    )  # fmt: skip
    made.add("order_lines", order_id=order, line_number=1, product=f"lamp {made.word(one)}", quantity=1, amount=30)


def _survey(made: Written, one: Person) -> None:
    """Writes a promoter's, a passive's or a detractor's answer, and one after a contact."""
    for instrument, programme, score in (("nps", "relational", 1 + one.number % 3 * 4), ("csat", "transactional", 2)):
        response = f"s{made.word(one)}"
        made.add(
            "survey_responses", response_id=response, external_id=one.key, instrument=instrument, programme=programme,
            sent_at="2026-10-12T09:00:00Z", answered_at="2026-10-13T09:00:00Z", score=score,
            comment=f"The bill was wrong and nobody called, says {made.word(one)}",
        )  # fmt: skip
        made.add("survey_answers", response_id=response, question="Why?", answer=f"Because of {made.word(one)}")


def _opportunity(made: Written, one: Person) -> None:
    team = one.teams[0]
    closed = {"closed_at": "2026-09-01T09:00:00Z", "lost_reason": f"{made.word(one, team)} was cheaper"} if one.is_gone else {}
    opportunity, stage = f"d{made.word(one, team)}", "Lost" if one.is_gone else "Proposal"
    made.add(
        "opportunities", opportunity_id=opportunity, external_id=one.key, created_at="2026-08-01T09:00:00Z", amount=600,
        currency="EUR", outcome="lost" if one.is_gone else "open", pipeline="Sales", stage=stage, product="contract", team=team,
        **closed,
    )  # fmt: skip
    made.add(
        "stage_changes", subject_kind="opportunity", subject_id=opportunity, pipeline="Sales", stage=stage,
        entered_at="2026-08-01T09:00:00Z",
    )  # fmt: skip


def _requests(made: Written, one: Person) -> None:
    """Writes what teams have to do with somebody: an open complaint, a question that was solved late, contacts, promises."""
    for kind, team in zip(("complaint", "question"), one.teams, strict=True):
        _case(made, one, kind, team)
        is_first = kind == "complaint"
        made.add(
            "interactions", interaction_id=f"i{made.word(one, team)}", external_id=one.key, direction="outbound",
            delivered="true", happened_at="2026-10-11T09:00:00Z", event="newsletter" if is_first else "sales call", team=team,
            channel="email" if is_first else "phone", purpose="promotional" if is_first else "sales",
        )  # fmt: skip
        made.add(
            "commitments", commitment_id=f"z{made.word(one, team)}", external_id=one.key,
            kind="call_back" if is_first else "offer", made_at="2026-10-01T09:00:00Z",
            due_at="2026-10-05T09:00:00Z", kept_at="" if is_first else "2026-10-03T09:00:00Z",
            subject=f"about {made.word(one, team)}", channel="phone", team=team,
        )  # fmt: skip


def _case(made: Written, one: Person, kind: str, team: str) -> None:
    case, opened = f"t{made.word(one, team)}", f"2026-10-2{one.number % 8}T08:00:00Z"
    solved = dict.fromkeys(("first_replied_at", "resolved_at", "first_resolved_at"), "2026-10-28T16:00:00Z")
    made.add(
        "cases", case_id=case, external_id=one.key, opened_at=opened, opened_by="customer", kind=kind, channel="email", team=team,
        priority="normal", category="Bill", subject=f"Is it {made.word(one, team)} who reads the meter?",
        **({"status": "open"} if kind == "complaint" else {"status": "solved", **solved}),
    )  # fmt: skip
    made.add("case_events", case_event_id=f"{case}-0", case_id=case, happened_at=opened, kind="created", value="open")
    made.add(
        "reported_promises", case_id=case, promise="first_reply", target_seconds=14400, elapsed_seconds=66795, kept="false",
        business_time="false", reported_at="2026-10-28T16:00:00Z",
    )  # fmt: skip


def _refused(made: Written) -> None:
    """Writes rows that are refused, or hold a word that is not known: they are told to nobody who is limited."""
    made.add(
        "cases", case_id=f"t{made.word(None)}", external_id=made.word(None), opened_at="no day at all", opened_by="customer",
        kind="complaint", channel="email", team="Care desk", subject=made.word(None), status="open",
    )  # fmt: skip
    made.add(
        "orders", order_id=f"b{made.word(None)}", external_id=made.word(None), ordered_at="2026-10-04T09:00:00Z", amount=30,
        currency="EUR", channel=f"by {made.word(None)}", status="completed",
    )  # fmt: skip


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
