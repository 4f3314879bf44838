"""The join-up against an oracle in plain Python that shares none of its SQL: who is one customer, and whose each row is."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from queries.build import run_model, run_models
from queries.engines.duckdb import Connection, insert_rows, read_rows, run_script
from queries.identity_rule import IdentityRule, identity_rows
from queries.local_day import ENTITIES
from queries.model import FOLDERS, read_model, read_models
from tests.databases import empty_database

Record = dict[str, str | None]
DECLARED = ENTITIES.parent / "declared"
START = datetime(2025, 1, 1)
MANY_NAMES = 3


@pytest.mark.parametrize("seed", range(6))
def test_random_records_and_rows_find_the_customers_that_the_oracle_finds(seed: int) -> None:
    draw = random.Random(seed)
    records = [random_record(draw, number) for number in range(120)]
    rows = [random_row(draw, number) for number in range(160)]
    found = built(records, rows)
    assert parts(found) == parts(oracle(records, rows))


@pytest.mark.parametrize("seed", range(4))
def test_what_a_person_decides_holds_over_every_chain(seed: int) -> None:
    draw = random.Random(seed)
    records = [random_record(draw, number) for number in range(120)]
    without = built(records, [])
    crowded = max(parts(without), key=lambda part: (len(part), sorted(part)))
    kept_apart = draw.sample(sorted(crowded), 3)
    alone = sorted(next(iter(part)) for part in parts(without) if len(part) == 1)[:2]
    rule = IdentityRule(apart=[tuple(kept_apart)], together=[tuple(alone)])
    found = built(records, [], rule)
    assert len({found[record] for record in kept_apart}) == 3, "apart stays apart, whatever joins them"
    assert len({found[record] for record in alone}) == 1, "together is together"
    assert {frozenset(alone)} | {part for part in parts(without) if part != crowded and not part & set(alone)} == {
        part for part in parts(found) if not part & crowded
    }, "nobody else is touched"


@pytest.mark.parametrize("seed", range(20))
def test_parting_is_the_same_as_taking_one_link_after_the_other(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"r{number:02}" for number in range(draw.randrange(4, 40))]
    links = [tuple(draw.sample(names, 2)) for _ in range(draw.randrange(4, 80))]
    apart = {tuple(draw.sample(names, 2)) for _ in range(draw.randrange(1, 8))}
    connection = empty_database()
    for table, columns in (
        ("contested_node", "node_key varchar, group_key varchar"),
        ("contested_link", "node_key varchar, other_key varchar, link_no bigint"),
        ("identity_apart", "node_key varchar, other_key varchar"),
    ):
        run_script(connection, f"create table {table} ({columns})")
    insert_rows(connection, "contested_node", [(name, name) for name in names])
    insert_rows(connection, "contested_link", [(*link, number) for number, link in enumerate(links)])
    insert_rows(connection, "identity_apart", [*apart, *((other, one) for one, other in apart)])
    run_model(connection, read_model(FOLDERS[0] / "identity_parted.sql"))
    assert parts(dict(read_rows(connection, "identity_parted"))) == parts(one_after_the_other(names, links, apart))


def one_after_the_other(names: list[str], links: list[tuple[str, ...]], apart: set[tuple[str, ...]]) -> dict[str, str]:
    """The group of every name: links taken in order, but for one that would unite what is apart."""
    group = {name: name for name in names}
    for one, other in links:
        united = {name: group[one] if its == group[other] else its for name, its in group.items()}
        if all(united[name] != united[far] for name, far in apart):
            group = united
    return group


def random_record(draw: random.Random, number: int) -> Record:
    family = draw.choice(["Alder", "Birch", "Cedar", None])
    source = draw.choice(["crm", "erp"])
    return {
        "row_id": f"{source}:{number}",
        "source": source,
        "record_id": str(number),
        "kind": draw.choice(["person", "person", "person", "company"]),
        "name": draw.choice([f"{draw.choice('ABCDEFGH')} {family}", None]),
        "family_name": family,
        "email": random_email(draw),
        "phone": draw.choice([None, None, f"+49 30 00{draw.randrange(40):04}", f"004930 00{draw.randrange(40):04}"]),
        "external_id": draw.choice([None, None, f"K{draw.randrange(60)}", f"k{draw.randrange(60)}", "unknown"]),
        "merged_into": str(draw.randrange(120)) if draw.random() < 0.05 else None,
    }


def random_row(draw: random.Random, number: int) -> Record:
    source = draw.choice(["crm", "shop"])
    return {
        "row_id": f"shop:~{number}",
        "source": source,
        "record_id": str(draw.randrange(150)) if draw.random() < 0.4 else None,
        "email": random_email(draw),
        "phone": draw.choice([None, f"+49 30 00{draw.randrange(60):04}"]),
        "external_id": draw.choice([None, None, None, f"K{draw.randrange(80)}"]),
    }


def random_email(draw: random.Random) -> str | None:
    crowd, private = f"crowd{draw.randrange(2)}@example.com", f"p{draw.randrange(70)}@example.com"
    return draw.choice([None, None, crowd, private, private.upper(), "info@firm.example.com"])


def built(records: list[Record], rows: list[Record], rule: IdentityRule | None = None) -> dict[str, str]:
    """The customer of every record and row, as the models find it."""
    connection = empty_database()
    for path in [*sorted(ENTITIES.glob("*.sql")), *sorted(DECLARED.glob("*.sql"))]:
        run_script(connection, path.read_text(encoding="utf-8"))
    for number, record in enumerate(records):
        put(connection, "customer_records", record | {"created_at": str(START + timedelta(days=number))})
    for row in rows:
        put(connection, "orders", row | {"ordered_at": str(START), "amount": "1", "currency": "EUR", "status": "placed"})
    for table, told in identity_rows(rule or IdentityRule()).items():
        insert_rows(connection, table, told)
    run_models(connection, read_models(FOLDERS[:1]))
    return {row_id: customer for _, row_id, customer, *_ in read_rows(connection, "customer_of")}


def put(connection: Connection, table: str, values: Record) -> None:
    told = {name: value for name, value in {**values, "source_file": "x.csv", "source_line": "1"}.items() if value is not None}
    marks = ", ".join("?" for _ in told)
    connection.execute(f"insert into {table} ({', '.join(told)}) values ({marks})", list(told.values()))


def oracle(records: list[Record], rows: list[Record]) -> dict[str, str]:
    """The customer of every record and row, worked out with sets and loops."""
    nodes = {str(record["row_id"]): record | folded(record) for record in records}
    known = {key for node in nodes.values() for key in (node["external_id"], node["email"], node["phone"]) if key} | nodes.keys()
    for row in rows:
        keys = folded(row)
        first = first_key(row, keys)
        if first and first not in known:
            stand_in = nodes.setdefault(first, {"kind": "person", "name": None, "family_name": None, "stands_in": "yes"})
            for name, value in keys.items():
                stand_in[name] = min(filter(None, [stand_in.get(name), value]), default=None)
    group = joined(nodes)
    leads = leading_keys(nodes, group)
    return {row_id: group[row_id] for row_id in (str(record["row_id"]) for record in records)} | {
        str(row["row_id"]): owner(row, group, leads) for row in rows
    }


def folded(record: Record) -> Record:
    """The keys of a record or row in one form."""
    email, phone, external = record["email"], record["phone"], record["external_id"]
    digits = phone.replace(" ", "") if phone else None
    return {
        "email": f"email={email.lower()}" if email else None,
        "phone": f"phone={'+' + digits[2:] if digits.startswith('00') else digits}" if digits else None,
        "external_id": f"external={external.lower()}" if external and external != "unknown" else None,
    }


def first_key(row: Record, keys: Record) -> str | None:
    record = f"{row['source']}:{row['record_id']}" if row["record_id"] else None
    return record or keys["external_id"] or keys["email"] or keys["phone"]


def joined(nodes: dict[str, Record]) -> dict[str, str]:
    """The group of every node: pairs that any rule joins, closed transitively by painting over."""
    group = {key: key for key in nodes}
    for one, other in pairs(nodes):
        old, new = group[other], group[one]
        if old != new:
            group = {key: new if painted == old else painted for key, painted in group.items()}
    return group


def pairs(nodes: dict[str, Record]) -> Iterator[tuple[str, str]]:
    names = defaultdict(set)
    for node in nodes.values():
        if node["name"] and node["name"].strip():
            names[node["email"]].add(node["name"].lower())
    for key, node in nodes.items():
        target = f"{node.get('source')}:{node.get('merged_into')}"
        if node.get("merged_into"):
            targets = [other for other in nodes.values() if f"{other.get('source')}:{other.get('merged_into')}" == target]
            yield key, target if target in nodes else str(targets[0]["row_id"])
        for other_key, other in nodes.items():
            same_kind = (node["kind"] == "company") == (other["kind"] == "company")
            by_external = node["external_id"] and node["external_id"] == other["external_id"]
            is_shared = str(node["email"]).startswith("email=info@") or len(names[node["email"]]) > MANY_NAMES
            by_email = node["email"] and node["email"] == other["email"] and not is_shared
            by_phone = node["phone"] and node["phone"] == other["phone"] and node["kind"] == "person"
            by_name = node["family_name"] and node["family_name"] == other["family_name"]
            if same_kind and (by_external or by_email or (by_phone and by_name)):
                yield key, other_key


def leading_keys(nodes: dict[str, Record], group: dict[str, str]) -> dict[str, str]:
    """The keys that lead to one customer: the company before the person for a number, the other way round for an address."""
    carried: dict[str, dict[bool, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, node in nodes.items():
        for name in ("external_id", "email", "phone"):
            if node[name]:
                carried[str(node[name])][node["kind"] == "company"].add(group[key])
    leads = {}
    for key, by_kind in carried.items():
        order = [True, False] if key.startswith("external=") else [False, True]
        groups = next(by_kind[is_company] for is_company in order if by_kind[is_company])
        if len(groups) == 1:
            leads[key] = next(iter(groups))
    return leads


def owner(row: Record, group: dict[str, str], leads: dict[str, str]) -> str:
    keys = folded(row)
    record = group.get(f"{row['source']}:{row['record_id']}") if row["record_id"] else None
    ways = (record, *(leads.get(str(keys[name])) for name in ("external_id", "email", "phone")))
    return next((way for way in ways if way), f"nobody {row['row_id']}")


def parts(owners: dict[str, str]) -> set[frozenset[str]]:
    """Who belongs together, whatever the customers are called."""
    together = defaultdict(set)
    for row_id, customer in owners.items():
        together[customer].add(row_id)
    return {frozenset(rows) for rows in together.values()}


def test_the_oracle_tells_two_customers_apart() -> None:
    assert parts({"a": "1", "b": "2"}) != parts({"a": "1", "b": "1"})


def test_the_random_records_hold_what_the_rules_are_about() -> None:
    draw = random.Random(0)
    records = [random_record(draw, number) for number in range(120)]
    sizes = [len(part) for part in parts(oracle(records, []))]
    assert max(sizes) >= 3, "some customers have several records"
    assert len(sizes) > 40, "and not everybody is one customer"
