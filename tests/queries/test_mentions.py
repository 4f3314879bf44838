"""Looking for a person in whatever a file is packed in: what cannot be searched is told, and never taken for no mention."""

import zipfile
from pathlib import Path

import pytest

from queries.mentions import Unsearchable, contents

PACKINGS = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
TEXT = "".join(f"{number},person{number}@example.com\n" for number in range(2000))


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
