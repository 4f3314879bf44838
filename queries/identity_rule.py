"""What people decide about who is one customer: identity.toml of the workspace.

apart = [["crm:17", "shop:99"]] keeps records apart, together = [["crm:17", "desk:4"]] joins them, never = ["email=info@example.com"]
lets nobody be known by an address, a phone number or a shared id, [seniority] email = ["crm", "shop"] says whom to believe.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.told import Told, read_one

FIELDS = (
    "name", "email", "phone", "region", "business_unit", "lifecycle", "acquired_through", "acquisition_reason", "referred_by",
    "owner",
)  # fmt: skip
KEYS = ("email", "phone", "external")
SHORTEST_PHONE = 7
MOST_COMPARED = 6
_NAMED = "A record reads SOURCE:ID, for example crm:17; one that only rows tell of email=…, phone=… or external=…"
_AS_ONE = str.maketrans("", "", " -/().")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRule:
    """Lists of records kept apart and joined by hand, keys that join nobody, and by field the sources believed first.

    A record is "SOURCE:ID"; a key "email=…", "phone=…" or "external=…", in the form in which records are compared.
    compare: the properties by which `cx propose-joins` compares people beside what every record holds.
    """

    apart: Sequence[tuple[str, ...]] = ()
    together: Sequence[tuple[str, ...]] = ()
    never: tuple[str, ...] = ()
    seniority: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compare: tuple[str, ...] = ()


def load_identity_rule(path: Path) -> IdentityRule:
    """Return what identity.toml says, nothing without one; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return IdentityRule()
    problems: list[QueriesError] = []
    rule = read_one(path, lambda _, told: _read(told), problems)
    if problems or rule is None:
        raise DeclarationErrors(problems)
    return rule


def identity_rows(rule: IdentityRule) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Return the rows of the tables `identity_apart`, `identity_together`, `never_key` and `field_seniority`."""
    apart = {pair for records in rule.apart for pair in permutations(records, 2)}
    together = {(other, records[0]) for records in rule.together for other in records[1:]}
    return {
        "identity_apart": sorted(apart),
        "identity_together": sorted(together),
        "never_key": [(key,) for key in sorted(rule.never)],
        "field_seniority": [
            (name, source, place) for name, sources in rule.seniority.items() for place, source in enumerate(sources, start=1)
        ],
    }


def key_of(kind: str, text: str) -> str:
    """Return an address, a phone number or a shared id (kind: email, phone, external) in the form in which it is compared."""
    told = text.strip().lower()
    if kind == "phone":
        digits = told.replace("(0)", "").translate(_AS_ONE)
        told = f"+{digits[2:]}" if digits.startswith("00") else digits
    return f"{kind}={told}"


def record_of(text: str) -> str | None:
    """Return how the join-up calls a record that a person names, or None when it cannot be one."""
    told = text.strip()
    kind, sign, value = told.partition("=")
    if sign and kind.strip().lower() in KEYS:
        return key_of(kind.strip().lower(), value) if value.strip() else None
    source, colon, record = told.partition(":")
    return f"{source.strip()}:{record.strip()}" if colon and source.strip() and record.strip() else None


def _read(told: Told) -> IdentityRule:
    apart, together = _read_records(told, "apart"), _read_records(told, "together")
    _refuse_both(told, apart, together)
    return IdentityRule(
        apart=apart,
        together=together,
        never=_read_never(told),
        seniority=_read_seniority(told.table("seniority")),
        compare=_read_compared(told.table("propose")),
    )


def _read_records(told: Told, key: str) -> list[tuple[str, ...]]:
    found = []
    for number, texts in enumerate(told.lists(key), start=1):
        records = [(text, record_of(text)) for text in texts]
        for text, record in records:
            if record is None:
                told.wrong(f'{key} {number} names "{text}", which is no record', _NAMED)
        named = tuple(dict.fromkeys(record for _, record in records if record))
        if len(named) < 2 and all(record for _, record in records):
            told.wrong(f"{key} {number} names fewer than two records", f'Write for example {key} = [["crm:17", "shop:99"]]')
        found.append(named)
    return found


def _refuse_both(told: Told, apart: Iterable[Sequence[str]], together: Iterable[Sequence[str]]) -> None:
    """Note a mistake where records kept apart are also joined by hand, be it over others."""
    groups = _groups(together)
    for records in apart:
        ends = [(record, groups[record]) for record in records if record in groups]
        for number, (record, group) in enumerate(ends):
            for other, other_group in ends[number + 1 :]:
                if group == other_group:
                    told.wrong(f'"{record}" and "{other}" are both apart and together', "Take one of the two lines out")


def _groups(together: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return of every record joined by hand the record that stands for all it is joined with."""
    above: dict[str, str] = {}

    def top(record: str) -> str:
        while above.setdefault(record, record) != record:
            above[record] = above[above[record]]
            record = above[record]
        return record

    for records in together:
        for one, other in pairwise(records):
            above[top(other)] = top(one)
    return {record: top(record) for record in tuple(above)}


def _read_never(told: Told) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_never_keys(told)))


def _never_keys(told: Told) -> Iterator[str]:
    for text in told.texts("never", ()):
        kind, _, value = text.partition("=")
        key = key_of(kind.strip().lower(), value)
        name, _, said = key.partition("=")
        if name not in KEYS or not said or (name == "email" and "@" not in said):
            told.wrong(f'never names "{text}", which is no key', "Write for example email=info@example.com, phone=+49301234567")
        elif name == "phone" and len(said) < SHORTEST_PHONE:
            told.wrong(f'never names "{text}", which is too short for a phone number', "So short a number joins nobody anyway")
        else:
            yield key


def _read_seniority(told: Told) -> dict[str, tuple[str, ...]]:
    found = {}
    for name in told.values:
        if name not in FIELDS:
            told.asked.add(name)
            told.wrong(f'"{name}" is not a field that records disagree about', did_you_mean(name, FIELDS))
            continue
        sources = tuple(source.strip() for source in told.texts(name))
        if len(set(sources)) < len(sources):
            told.wrong(f"{name} names a source twice", "Leave it where it is most senior")
        found[name] = tuple(dict.fromkeys(source for source in sources if source))
    return found


def _read_compared(told: Told) -> tuple[str, ...]:
    compared = tuple(dict.fromkeys(name.strip() for name in told.texts("compare", ())))
    if len(compared) > MOST_COMPARED:
        told.wrong(f"compare names {len(compared)} properties", f"Name the {MOST_COMPARED} that tell people apart best")
    told.done()
    return compared
