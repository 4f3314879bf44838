"""What is installed may be used by a company as it is."""

from email.message import Message

import pytest

from tools.licences import is_allowed, licence_of, licences, refused


def test_every_licence_is_one_that_is_allowed() -> None:
    assert [*refused()] == []
    assert len(licences()) > 30


@pytest.mark.parametrize(
    ("licence", "is_one"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("", False), ("MIT AND GPL-3.0-only", False), ("GPL-3.0-only OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True), ("AGPL-3.0 AND (Apache-2.0 OR MIT)", False), ("UNKNOWN", False),
    ],
)  # fmt: skip
def test_one_that_is_not_is_found(licence: str, is_one: bool) -> None:
    assert is_allowed(licence) is is_one


def test_an_old_package_says_it_by_its_classifiers() -> None:
    told = Message()
    told["Classifier"] = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    assert not is_allowed(licence_of(told))
