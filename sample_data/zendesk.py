"""The help desk's tickets as its CSV export tells them."""

from sample_data.cases import Case
from sample_data.moments import MINUTE, NOW, local_text
from sample_data.people import Person
from sample_data.world import World
from sample_data.writers import Row, Table

HEADER = [
    "Summation column",
    "Id",
    "Requester",
    "Requester id",
    "Requester external id",
    "Requester email",
    "Requester domain",
    "Submitter",
    "Assignee",
    "Group",
    "Subject",
    "Tags",
    "Status",
    "Priority",
    "Via",
    "Ticket type",
    "Created at",
    "Updated at",
    "Assigned at",
    "Organization",
    "Due date",
    "Initially assigned at",
    "Solved at",
    "Resolution time",
    "Satisfaction Score",
    "Reopens",
    "Replies",
    "First reply time in minutes",
    "Full resolution time in minutes",
    "Category [list]",
]
VIA = {"email": "Mail", "phone": "Phone", "chat": "Chat", "web": "Web form", "social": "Twitter"}
TYPES = {"question": "Question", "problem": "Problem", "complaint": "Incident", "return": "Task"}
STATUS = {"new": "New", "open": "Open", "pending": "Pending", "hold": "Hold", "solved": "Solved", "closed": "Closed"}
NAMES = (
    "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen "
    "Twenty Twenty-one Twenty-two Twenty-three Twenty-four Twenty-five Twenty-six Twenty-seven"
).split()
AGENTS = tuple(f"Agent {name}" for name in NAMES)
DESKS = {"Phone desk": range(8), "Post desk": range(8, 17), "Chat desk": range(17, 24), "Care desk": range(24, 27)}
NO_DATE = "1900-01-01 00:00:00"


def requester_id(person: Person) -> str:
    """The help desk's own id of a person."""
    return str(360_000_000_000 + int(person.number[1:]))


def agent_of(case: Case, desk: str = "") -> int:
    """Which agent of a desk has the case; without a desk, who has it now."""
    agents = DESKS[desk or case.team]
    return agents[case.number % len(agents)]


def agent_id(case: Case, desk: str = "") -> int:
    """The help desk's own id of that agent."""
    return 361_500_000_000 + agent_of(case, desk)


def updated_at(case: Case) -> int:
    """When the ticket last changed; finished ones are closed four weeks later."""
    last = case.last_solved
    return last + 28 * 86_400 if case.status == "closed" and last is not None else max(case.touched, case.opened + 12)


def _minutes(since: int, until: int | None) -> str:
    return "" if until is None else str((until - since) // MINUTE)


def ticket_row(case: Case, *, numbered: bool, until: int) -> Row:
    """One ticket as the CSV export tells it; an empty date is 1900."""
    person, agent = case.person, AGENTS[agent_of(case)]
    solved = case.last_solved
    score = "Offered" if solved else "Not Offered"
    return [
        "1",
        str(case.number),
        person.name,
        requester_id(person),
        person.number if numbered else "",
        person.email,
        person.email.partition("@")[2],
        AGENTS[agent_of(case, case.first_team)] if case.by_agent else person.name,
        agent if case.replied else "",
        case.team,
        case.subject,
        " ".join(sorted({case.category.lower().replace(" ", "_"), *(("complaint",) if case.kind == "complaint" else ())})),
        STATUS[case.status],
        case.priority_now.title(),
        VIA[case.channel],
        TYPES[case.kind],
        local_text(case.opened),
        local_text(min(updated_at(case), until)),
        local_text(case.replied) or NO_DATE,
        person.company.name if person.company else "",
        NO_DATE,
        local_text(case.replied) or NO_DATE,
        local_text(solved) or NO_DATE,
        "" if solved is None else str((solved - case.opened) // 3600),
        score,
        "1" if case.reopened else "0",
        str(bool(case.replied) + sum(step.by == "agent" and bool(step.says) for step in case.steps)),
        _minutes(case.opened, case.replied),
        _minutes(case.opened, solved),
        case.category,
    ]


def tickets_table(world: World, cases: list[Case], file: str = "zendesk_tickets_2026-10-30.csv", until: int = NOW) -> Table:
    """The export of some tickets. Prospects have no customer number yet."""
    chose = {life.person.number: life.chose for life in world.lives}
    rows = [ticket_row(case, numbered=(chose[case.person.account.number] or 2**40) < case.opened, until=until) for case in cases]
    return Table(file=file, entity="cases", source="zendesk", header=HEADER, rows=rows)
