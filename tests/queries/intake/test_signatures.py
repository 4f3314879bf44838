"""Every shipped format is told from every other one by its headers alone."""

import pytest

from queries.intake.declaration import shipped
from queries.intake.recognise import PATTERN, recognise


def plainly_told(names):
    """The spellings of a header that stand for themselves: not those told as a pattern."""
    return [name for name in names if not name.startswith(PATTERN)]


TOLD_BY_NAMES = sorted(name for name, source in shipped().items() if all(map(plainly_told, source.signature)))


@pytest.mark.parametrize("name", TOLD_BY_NAMES)
def test_the_headers_that_a_format_is_known_by_are_no_other_formats(name):
    source = shipped()[name]
    kinds = {"table", "json"} if source.kind == "any" else {source.kind}
    for kind in kinds:
        others = [other for other in shipped().values() if other.kind in (kind, "any")]
        for choose in (0, -1):
            headers = [plainly_told(names)[choose] for names in source.signature]
            assert recognise(headers, others, "export.csv").source_id == name
