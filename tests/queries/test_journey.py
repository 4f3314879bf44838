"""Journeys: how they are written, how they become rows, and what is told of mistakes."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from queries.declarations import SHIPPED
from queries.errors import DeclarationErrors
from queries.journey import journey_tables, load_journeys

BUYING = """
title    = "Buying"
window   = "30 days"
idle_gap = "100 days"

[[stages]]
id     = "see"
says   = "I see you"
label  = "Attract"
events = ["visit", { event = "call", where = { channel = ["web", "phone"], topic = "solar" } }]

[[stages]]
id          = "ask"
says        = "I ask"
label       = "Consider"
optional    = true
within      = "2 days"
promise     = "offer"
target      = 0.4
moved_words = "asked"
events      = ["asked"]

[[stages]]
id     = "buy"
says   = "I buy"
label  = "Convert"
owner  = "Sales"
dimension = "convert"
events = ["bought"]

[[exits]]
event = "gone"
where = { channel = ["mail"] }

[[exclusions]]
event  = "moved away"
after  = "ask"
before = "buy"
"""
STAGE = '[[stages]]\nid = "{0}"\nsays = "I"\nlabel = "L"\nevents = ["{0}"]\n'


def tables_of(folder: Path, default: str = "buying", **files: str) -> dict[str, list[tuple[object, ...]]]:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return journey_tables(load_journeys([folder]), default)


def mistakes(folder: Path, default: str = "buying", **files: str) -> str:
    with pytest.raises(DeclarationErrors) as told:
        tables_of(folder, default, **files)
    return str(told.value)


def test_a_journey_becomes_rows(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, buying=BUYING)
    assert tables["journey"] == [("buying", "Buying", 2592000, 8640000, 3, True, "person")]
    assert tables["journey_stage"] == [
        ("buying", 1, "see", "I see you", "Attract", None, None, False, None, None, None, None),
        ("buying", 2, "ask", "I ask", "Consider", None, None, True, 172800, "offer", 0.4, "asked"),
        ("buying", 3, "buy", "I buy", "Convert", "Sales", "convert", False, None, None, None, None),
    ]
    assert tables["journey_rule"] == [
        ("buying", 1, "stage", 1, "visit", None, 0, None, None),
        ("buying", 2, "stage", 1, "call", "web", 1, None, None),
        ("buying", 2, "stage", 1, "call", "phone", 1, None, None),
        ("buying", 3, "stage", 2, "asked", None, 0, None, None),
        ("buying", 4, "stage", 3, "bought", None, 0, None, None),
        ("buying", 5, "exclusion", None, "moved away", None, 0, 2, 3),
        ("buying", 6, "exit", None, "gone", "mail", 0, None, None),
    ]
    assert tables["journey_condition"] == [("buying", 2, "topic", "solar")]


def test_a_journey_follows_accounts_where_it_says_so(tmp_path: Path) -> None:
    assert tables_of(tmp_path, buying='per = "account"\n' + BUYING)["journey"][0][-1] == "account"
    told = mistakes(tmp_path, buying='per = "company"\n' + BUYING)
    assert 'per = "company" is not one. Use one of: account, person.' in told


def test_several_properties_are_asked_for_at_once(tmp_path: Path) -> None:
    text = BUYING.replace('topic = "solar"', 'topic = ["solar", "gas"], size = "big"')
    tables = tables_of(tmp_path, buying=text)
    assert [row[6] for row in tables["journey_rule"] if row[1] == 2] == [2, 2]
    assert tables["journey_condition"] == [
        ("buying", 2, "topic", "solar"),
        ("buying", 2, "topic", "gas"),
        ("buying", 2, "size", "big"),
    ]


def test_one_event_may_exclude_in_several_brackets(tmp_path: Path) -> None:
    text = BUYING + '[[exclusions]]\nevent = "moved away"\nafter = "see"\nbefore = "ask"\n'
    assert [row[-2:] for row in tables_of(tmp_path, buying=text)["journey_rule"] if row[2] == "exclusion"] == [(2, 3), (1, 2)]


def test_the_default_journey_has_to_be_declared(tmp_path: Path) -> None:
    assert '"bying" is not a journey. Did you mean "buying"?' in mistakes(tmp_path, "bying", buying=BUYING)


def test_a_journey_has_at_most_twelve_stages(tmp_path: Path) -> None:
    twelve = 'title = "Long"\n' + "".join(STAGE.format(f"s{number}") for number in range(12))
    assert tables_of(tmp_path, "long", long=twelve)["journey"][0][4] == 12
    assert "it has 13 stages. A journey has 2 to 12" in mistakes(tmp_path, "long", long=twelve + STAGE.format("s12"))


def test_an_event_that_could_never_count_is_a_mistake(tmp_path: Path) -> None:
    text = BUYING.replace('event  = "moved away"', 'event = "Bought"')
    assert '"Bought" in the exclusions can never count: stage "buy" has it already. Name it once.' in mistakes(
        tmp_path, buying=text
    )


def test_every_mistake_is_told_with_the_nearest_right_word(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        one=BUYING.replace("says   =", "say    =")
        .replace('"30 days"', '"soon"')
        .replace('promise     = "offer"', 'promise = "ofer"')
        .replace('"phone"], topic', '"fone"], topic')
        .replace("target      = 0.4", "target = 40")
        .replace('after  = "ask"', 'after = "buy"')
        .replace('before = "buy"', 'before = "se"'),
        two='title = "Two"\n'
        + STAGE.format("a").replace("events", "optional = true\nwithin = '1 day'\nevents")
        + STAGE.format("a").replace('["a"]', "[]"),
        three='title = "Three"\nidle_gap = "36501 days"\n[[exits]]\nevent = "x"\n',
    )
    for part in (
        '"say" is not known here. Did you mean "says"?',
        '"says" is missing',
        'window = "soon" is not a duration',
        "idle_gap is longer than any journey",
        'promise = "ofer" is not one. Did you mean "offer"?',
        'channel = "fone" is not one. Did you mean "phone"?',
        "target = 40 is not a share",
        'before = "se" is not one. Did you mean "see"?',
        'before = "see" does not come after "buy"',
        'two stages are called "a"',
        '"a" is optional',
        '"a" has a within',
        "it has no events",
        "it has 0 stages",
    ):
        assert part in told


def test_shipped_journeys_name_only_what_every_load_derives() -> None:
    """Interactions are called as every company likes: a journey that works for any of them cannot name one."""
    kinds = ("offer", "delivery", "installation", "call-back")
    derived = {f"{kind} {word}" for kind in kinds for word in ("promised", "made" if kind == "offer" else "done")}
    for model in ("sale_event", "first_event", "care_event", "customer_event"):
        tree = sqlglot.parse_one((SHIPPED / "facts" / f"{model}.sql").read_text(encoding="utf-8"), read="duckdb")
        derived |= {literal.this for literal in tree.find_all(exp.Literal)}
    derived |= {"opportunity won", "opportunity lost", "returned", "ended"}
    for journey in load_journeys([SHIPPED / "journeys"]).values():
        rules = [*(rule for stage in journey.stages for rule in stage.events), *journey.exits]
        named = {rule.event for rule in rules if not rule.event.startswith(("lifecycle: ", "opportunity: "))}
        assert named <= derived, journey.journey


def test_everything_that_ships_beside_the_sample_is_there() -> None:
    assert {"attract_to_refer", "four_stages", "opportunity", "case"} <= load_journeys([SHIPPED / "journeys"]).keys()
