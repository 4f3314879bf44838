"""How one cell of a declared format is told: in several ways, with a currency, as a day beside a moment, above a footer."""

from datetime import datetime
from decimal import Decimal

import pytest

from queries.errors import DeclarationErrors
from queries.intake.declaration import sources_of

DEALS = """
title  = "Our deals"
source = "deals"
zone   = "UTC"
footer = ["^copyright"]

[recognise]
columns = ["deal", "made", "won"]

[[rows]]
entity  = "opportunities"
primary = true

[rows.columns]
opportunity_id = "deal"
created_at     = "made"
closed_at      = { column = "closed", zone = "workspace", same_day_as = "created_at" }
amount         = "worth"
outcome.first     = [{ value = "won", when = [{ column = "won", is_one_of = ["yes"] }] }, { column = "stage" }]
outcome.map       = { "Lost to another" = "lost" }
outcome.otherwise = "open"
outcome.empty     = "open"
"""
HEADER = "deal;made;closed;worth;won;stage\n"


@pytest.fixture
def deals(intake):
    intake.declare("sources/deals.toml", DEALS)
    return intake


def test_a_cell_is_told_by_the_first_way_that_tells_something(deals):
    taken = deals.take({"d.csv": HEADER + "1;2026-01-01;;;yes;Talks\n2;2026-01-01;;;no;Lost to another\n3;2026-01-01;;;;Talks\n"})
    assert taken.rows("opportunities", "opportunity_id", "outcome") == [("1", "won"), ("2", "lost"), ("3", "open")]
    assert taken.rows("unknown_values", "value", "read_as") == [("Talks", "open")]


AMOUNTS = {
    "$1,234,567": "1234567",
    "-$1,234.50": "-1234.5",
    "($1,234.50)": "-1234.5",
    "USD 12.50": "12.5",
    "12.50 €": "12.5",
    "EUR12.50": None,
    "$": None,
    "12 apples": None,
}


def test_an_amount_may_carry_its_currency(deals):
    rows = [f"{number};2026-01-01;;{told};;" for number, told in enumerate(AMOUNTS, start=1)]
    taken = deals.take({"d.csv": HEADER + "\n".join(rows) + "\n"})
    assert [row[1] for row in taken.rows("opportunities", "opportunity_id", "amount")] == [
        Decimal(amount) for amount in AMOUNTS.values() if amount
    ]
    assert [value for _, _, value in taken.rejections()] == [told for told, amount in AMOUNTS.items() if not amount]


def test_a_day_is_the_moment_within_it_and_an_earlier_one_is_still_refused(deals):
    rows = [
        "1;2026-03-05T16:30:00Z;2026-03-05;;yes;",
        "2;2026-03-05T16:30:00Z;2026-03-05 00:00:00;;yes;",
        "3;2026-03-05T16:30:00Z;2026-03-06;;yes;",
        "4;2026-03-05T16:30:00Z;2026-03-04;;yes;",
        "5;2026-03-05 9:30:00;2026-03-05 09:00:00;;yes;",
    ]
    taken = deals.take({"d.csv": HEADER + "\n".join(rows) + "\n"})
    assert taken.rows("opportunities", "opportunity_id", "closed_at") == [
        ("1", datetime(2026, 3, 5, 16, 30)),
        ("2", datetime(2026, 3, 5, 16, 30)),
        ("3", datetime(2026, 3, 6)),
    ]
    assert [line for line, _, _ in taken.rejections()] == [4, 5]


def test_a_footer_is_left_out_with_the_name_above_it(deals):
    taken = deals.take({"d.csv": HEADER + '1;2026-01-01;;;;\n2\n"Deals; all of them"\nCopyright 2026\n'})
    assert taken.ledger() == {"d.csv/opportunities": (2, 1, 0, 1, 0)}
    assert taken.rows("files", "footer_lines") == [(2,)]


def test_what_is_wrong_with_a_cell_of_several_ways_is_told(deals):
    wrong = DEALS.replace('{ column = "stage" }]', '{ column = "stage", empty = "open" }]\noutcome.column = "state"')
    deals.declare("sources/deals.toml", wrong.replace('same_day_as = "created_at"', 'same_day_as = "updated_at"'))
    with pytest.raises(DeclarationErrors) as raised:
        sources_of(deals.workspace)
    told = str(raised.value)
    assert "empty is said beside first, once for all that stands in it" in told
    assert "is told in no way, or in several" in told
    assert 'closed_at: same_day_as = "updated_at" is no other time of this block' in told


LINKS = """
title  = "Whose deals they are"
source = "deals"

[recognise]
columns = ["deal", "contact"]

[[rows]]
entity  = "opportunities"
primary = true
adds    = true

[rows.columns]
opportunity_id = "deal"
record_id      = "contact"
team           = "team"
updated_at     = "linked"
"""
MERGES = """
title  = "People"
source = "deals"

[recognise]
columns = ["person", "name"]

[[rows]]
entity  = "customer_records"
primary = true

[rows.columns]
record_id  = "person"
kind       = { value = "person" }
name       = "name"
updated_at = "changed"

[[rows]]
entity = "customer_records"
name   = "merged"
adds   = true
unnest = "merged"
split  = ";"
when   = [{ column = "@", is_present = true }]

[rows.columns]
record_id   = "@"
kind        = { value = "person" }
merged_into = "person"
"""


def test_what_adds_to_a_row_fills_what_it_leaves_empty_and_never_takes_its_place(deals):
    deals.declare("sources/links.toml", LINKS)
    links = "deal,contact,team,linked\n1,5,,2026-05-01\n1,6,,2026-05-02\n1,5,,2026-05-01\n2,7,North,2026-05-01\n"
    links += "9,7,,2026-05-01\n,8,,2026-05-01\n"
    taken = deals.take({"links.csv": links, "d.csv": HEADER + "1;2026-01-01;;5;;\n2;2026-01-01;;6;;\n3;2026-01-01;;7;;\n"})
    assert taken.rows("opportunities", "opportunity_id", "record_id", "team", "amount") == [
        ("1", "6", None, Decimal(5)),
        ("2", "7", "North", Decimal(6)),
        ("3", None, None, Decimal(7)),
    ]
    assert taken.ledger()["links.csv/opportunities"] == (6, 3, 1, 1, 1)


def test_a_merge_keeps_what_the_record_tells_of_itself_and_stands_alone_without_it(intake):
    intake.declare("sources/people.toml", MERGES)
    intake.take({"old.csv": "person,name,changed,merged\n8,Bo,2026-04-01,\n"})
    taken = intake.take({"new.csv": "person,name,changed,merged\n5,Ann,2026-01-01,8;9\n"})
    assert taken.rows("customer_records", "record_id", "name", "merged_into") == [
        ("5", "Ann", None),
        ("8", "Bo", "5"),
        ("9", None, "5"),
    ]


def test_what_is_judged_together_with_other_columns_cannot_be_added(deals):
    deals.declare("sources/links.toml", LINKS.replace("team           =", "closed_at      ="))
    with pytest.raises(DeclarationErrors, match="closed_at cannot be added: it is judged together with other columns"):
        sources_of(deals.workspace)


BASKETS = """
title  = "Our baskets"
source = "till"
kind   = "any"

[recognise]
columns = ["basket", "rung", "thing"]

[[leave_out]]
column    = "thing"
is_one_of = ["carrier bag"]
reason    = "A bag."

[[rows]]
entity = "order_lines"
when   = [{ column = "thing", is_present = true }]

[rows.columns]
order_id    = "basket"
line_number = { nth_of = "basket" }
product     = "thing"

[rows.columns.amount]
column = "price"
by     = [{ column = "pieces", empty = "1" }]
over   = [{ column = "money", map = { yen = "1" }, otherwise = "100" }]

[[rows]]
entity = "orders"
when   = [{ column = "rung", is_present = true }]

[rows.columns]
order_id   = "basket"
ordered_at = { column = "rung", formats = ["unix"] }
amount     = "paid"
currency   = { value = "EUR" }
status     = { value = "completed" }
"""


def test_a_number_may_be_a_product_and_a_place_among_those_with_the_same(intake):
    intake.declare("sources/baskets.toml", BASKETS)
    rows = [
        "B1;1790000000;Tea;250;3;cents;9.00",
        "B1;;Cup;150;;cents;",
        "B2;1790000000500;Tea;250;two;cents;2",
        "B1;;carrier bag;10;;cents;",
        "B1;;Pot;80;0.5;yen;",
        "B3;17;Tea;250;1;;1",
    ]
    taken = intake.take({"b.csv": "basket;rung;thing;price;pieces;money;paid\n" + "\n".join(rows) + "\n"})
    assert taken.rows("order_lines", "order_id", "line_number", "product", "amount") == [
        ("B1", 1, "Tea", Decimal("7.50")),
        ("B1", 2, "Cup", Decimal("1.50")),
        ("B1", 3, "Pot", Decimal("40.00")),
        ("B3", 1, "Tea", None),
    ]
    assert taken.rows("orders", "order_id", "ordered_at") == [
        ("B1", datetime(2026, 9, 21, 14, 13, 20)),
        ("B2", datetime(2026, 9, 21, 14, 13, 20, 500000)),
    ]
    assert taken.rejections() == [(3, "amount", "250"), (4, None, None), (6, "ordered_at", "17")]


def test_what_is_left_out_of_a_file_without_a_primary_block_is_told(intake):
    intake.declare("sources/baskets.toml", BASKETS)
    taken = intake.take({"b.csv": "basket;rung;thing\nB1;;carrier bag\nB1;;Tea\n"})
    assert taken.rows("rejected_rows", "source_line", "reason") == [(1, "A bag.")]
    assert taken.ledger()["b.csv/records"] == (2, 1, 0, 1, 0)


def test_only_a_number_is_multiplied(intake):
    intake.declare(
        "sources/baskets.toml",
        BASKETS.replace('product     = "thing"', 'product = { column = "thing", by = [{ column = "pieces" }] }'),
    )
    with pytest.raises(DeclarationErrors) as raised:
        sources_of(intake.workspace)
    assert "by and over are for numbers" in str(raised.value)


def test_nothing_that_only_the_build_needs_is_left_behind(intake):
    intake.declare("sources/people.toml", MERGES)
    taken = intake.take({"new.csv": "person,name,changed,merged\n5,Ann,2026-01-01,8\n"})
    left = {name for (name,) in taken.connection.execute("select view_name from duckdb_views() where not internal").fetchall()}
    assert not left & {"added_rows", "typed_rows", "loaded_sources"}


def test_what_is_said_of_all_with_the_same_names_a_column(intake):
    wrong = (
        BASKETS
        + """
[[rows]]
entity = "orders"
name   = "when"
adds   = true
of     = "weather"
when   = [{ column = "rung", is_present = true }]

[rows.columns]
order_id = "basket"
"""
    )
    intake.declare("sources/baskets.toml", wrong)
    with pytest.raises(DeclarationErrors) as raised:
        sources_of(intake.workspace)
    assert 'of = "weather" is for what adds = true says of every row with the same in a column of orders' in str(raised.value)


def test_a_misspelt_entity_is_one_mistake_and_its_columns_are_judged_by_the_nearest(intake):
    intake.declare("sources/deals.toml", DEALS.replace('"opportunities"', '"opportunity"'))
    with pytest.raises(DeclarationErrors) as told:
        sources_of(intake.workspace)
    assert str(told.value) == 'sources/deals.toml, rows 1: entity = "opportunity" is not one. Did you mean "opportunities"?'
