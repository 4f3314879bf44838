"""Every view is a link, and every link is read with limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import BadInput
from dashboard.view import MOST_ROWS, Target, View

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)


@given(
    metric=NAMES,
    mark=st.dictionaries(NAMES, TEXTS, max_size=2),
    where=st.dictionaries(NAMES, st.tuples(TEXTS), max_size=2),
    period=st.sampled_from([None, "2026", "2026-Q3", "2026-10", "all"]),
)
def test_a_view_survives_its_address(
    metric: str, mark: dict[str, str], where: dict[str, tuple[str, ...]], period: str | None
) -> None:
    view = View.read("/", "").selected(period=period).opened(Target(metric=metric, mark=mark, where=where))
    assert View.read("/", view.query()) == view


def test_the_usual_view_has_an_empty_address() -> None:
    assert View.read("/", "").href() == "/"
    assert View.read("/customers", "?compare=before").href() == "/customers"


def test_a_period_that_cannot_be_read_is_a_sentence_on_the_page() -> None:
    view = View.read("/", "?period=2026-13&open=customers_lost")
    assert view.problem is not None
    assert "2026-13" in view.problem
    assert view.target is not None


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (7, ""),
        ("/", ["period"]),
        ("/", "a" * 3000),
        ("/", "&".join(f"a{i}=1" for i in range(100))),
        ("/", "open=Drop%20table"),
        ("/", "open=a&mark.%3Cb%3E=1"),
        ("/", "open=a&rows=-1"),
        ("/", "open=a&rows=9e9"),
        ("/", "q=%00"),
        ("/", "q=%ff"),
        ("//evil.example.com", ""),
        ("/<script>", ""),
    ],
)
def test_what_no_link_of_ours_holds_is_refused(path: object, query: object) -> None:
    with pytest.raises(BadInput):
        View.read(path, query)


def test_a_list_unfolds_only_so_far() -> None:
    assert View.read("/", "open=a&rows=999999").rows == MOST_ROWS


def test_choosing_another_period_closes_the_drawer() -> None:
    view = View.read("/", "open=customers_lost&mark.part=ended&where.segment=Homes")
    assert view.selected(period="2026-09").query() == "period=2026-09&where.segment=Homes"
