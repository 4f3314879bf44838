"""Journeys: how they are written, how they become rows, and what is told of mistakes."""

from pathlib import Path

import pytest

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
    assert tables["journey"] == [("buying", "Buying", 2592000, 8640000, 3, True)]
    assert tables["journey_stage"] == [
        ("buying", 1, "see", "I see you", "Attract", None, None, False, None, None, None, None),
        ("buying", 2, "ask", "I ask", "Consider", None, None, True, 172800, "offer", 0.4, "asked"),
        ("buying", 3, "buy", "I buy", "Convert", "Sales", "convert", False, None, None, None, None),
    ]
    assert tables["journey_rule"] == [
        ("buying", "stage", 1, "visit", None, None, None, None, None),
        ("buying", "stage", 1, "call", "web", "topic", "solar", None, None),
        ("buying", "stage", 1, "call", "phone", "topic", "solar", None, None),
        ("buying", "stage", 2, "asked", None, None, None, None, None),
        ("buying", "stage", 3, "bought", None, None, None, None, None),
        ("buying", "exclusion", None, "moved away", None, None, None, 2, 3),
        ("buying", "exit", None, "gone", "mail", None, None, None, None),
    ]


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
        .replace('"phone"], topic', '"fone"], size = ["big"], topic')
        .replace("target      = 0.4", "target = 40")
        .replace('after  = "ask"', 'after = "buy"')
        .replace('before = "buy"', 'before = "se"'),
        two='title = "Two"\n'
        + STAGE.format("a").replace("events", "optional = true\nwithin = '1 day'\nevents")
        + STAGE.format("a").replace('["a"]', "[]"),
        three='title = "Three"\n[[exits]]\nevent = "x"\n',
    )
    for part in (
        '"say" is not known here. Did you mean "says"?',
        '"says" is missing',
        'window = "soon" is not a duration',
        'promise = "ofer" is not one. Did you mean "offer"?',
        'channel = "fone" is not one. Did you mean "phone"?',
        "it asks for size and topic. Name the channel and at most one property",
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
