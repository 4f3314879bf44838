"""Looking for a person in whatever a file is packed in: what cannot be searched is told, and never taken for no mention."""

import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from queries.intake.forgotten import Forgotten, Person, name_key
from queries.mentions import Unsearchable, contents, looked_for, remembered_in

PACKINGS = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
TEXT = "".join(f"{number},person{number}@example.com\n" for number in range(2000))

KEYS = ("email=bo.ash@example.com", "phone=+4930123456", name_key("Bo Ash"))
FORGOTTEN = Forgotten(secret=b"known", hashes=frozenset(map(Forgotten(secret=b"known").hash_of, KEYS)))


@pytest.fixture(params=PACKINGS)
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive with one table, packed in one of the ways that archives know."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", PACKINGS[request.param]) as archive:
        archive.writestr("a.csv", TEXT)
    return path


def test_what_is_packed_is_read_however_it_is(packed: Path, tmp_path: Path) -> None:
    assert TEXT.encode() in list(contents(packed, tmp_path))


def test_a_damaged_archive_cannot_be_searched_however_it_is_packed(packed: Path, tmp_path: Path) -> None:
    data = bytearray(packed.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(one ^ 0xFF for one in data[middle : middle + 40])
    packed.write_bytes(data)
    with pytest.raises(Unsearchable, match=r"all\.zip: is encrypted or damaged"):
        list(contents(packed, tmp_path))


@pytest.mark.parametrize("unit", ["a", "1", "A-", "a.", "A' ", "<a", "a@"])
def test_a_text_of_one_endless_word_is_searched_in_no_time(unit: str) -> None:
    look = remembered_in(FORGOTTEN)
    began = time.process_time()
    assert look(unit * 200_000) is False
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "text",
    [
        "<bo.ash@example.com>",
        "mail:Bo.Ash@Example.com,",
        "'Bo Ash'",
        "foo-Bo Ash",
        "Mr Bo  Ash says",
        "Bo Ash's lamp",
        "call +49 (0)30 123456!",
    ],
)
def test_somebody_who_was_forgotten_is_known_by_address_number_and_name(text: str) -> None:
    assert remembered_in(FORGOTTEN)(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_however_its_accents_are_written(form: Literal["NFC", "NFD"]) -> None:
    secret = Forgotten(secret=b"known")
    forgotten = replace(secret, hashes=frozenset({secret.hash_of(name_key(normalize(form, "José Núñez")))}))
    jose = Person(customer_ids=(), keys=(), words=(), names=(normalize(form, "José Núñez"),), kept=())
    for told in ("NFC", "NFD"):
        text = normalize(told, "as José Núñez says")
        assert looked_for([jose])(text)
        assert remembered_in(forgotten)(text)


def test_a_name_is_found_however_wide_its_space_is_written() -> None:
    bo = Person(customer_ids=(), keys=(), words=(), names=("Bo Ash",), kept=())
    assert [looked_for([bo])(text) for text in ("ask bo  ash", "Bo\nAsh", "Bo\u00a0Ash", "Boash")] == [True, True, True, False]
