"""Five stories behind a number, drawn by lot and told without what tells who it is: the way to open a meeting.

Who is drawn hangs on the number's own address and on which five are asked for (draw), so that a link shows everybody the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from typing import Any, Final

from dashboard import timeline
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import Story
from metrics.language import _
from metrics.named import group_name
from metrics.sentences import in_words, without_people

HOW_MANY: Final = 5
MOST_LOOKED_AT: Final = 2000  # rows of a longer list, from a place in it that is drawn, too
MOST_MOMENTS: Final = 8
FEWEST_LETTERS: Final = 2
TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    "cases": ("subject",), "promises": ("subject",), "scores": ("comment",), "events": ("detail",),
}  # fmt: skip
"""What people wrote, or others about them, by the part of a story that holds it."""


Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One customer who was drawn: the row that put them on the list, and their story without what tells who it is."""

    row: Mapping[str, Any]
    story: Story
    titles: Mapping[str, str]


def fetch(center: Any, view: View, count: int, page: Callable[[int, int], Rows]) -> tuple[Drawn, ...]:
    """Returns up to five customers of a list of so many rows, each once, with their redacted stories.

    page: gives so many rows of the list after so many others.
    """
    seed = seed_of(view)
    rows = page(MOST_LOOKED_AT, Random(seed).randrange(max(1, count - MOST_LOOKED_AT + 1)))  # a lot, no secret
    titles = {source["source"]: source["title"] for source in center.sources()}
    chosen = [(row, center.story(str(row["customer_id"]))) for row in draw(rows, seed)]
    return tuple(Drawn(row=_bare(center, row), story=redacted(center, story), titles=titles) for row, story in chosen)


def _bare(center: Any, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the row that put somebody on the list, its reason without other customers' names and without ids."""
    return {**row, "because": without_people(row.get("because"), lambda words: center.redacted([words])[0])}


def seed_of(view: View) -> str:
    """Returns what decides who is drawn: the opened number, the page's selection, and which five."""
    return f"{view.draw} {replace(view, path='/', show='', draw=1, rows=50, language='', search='', options={}).query()}"


def draw(rows: Iterable[Mapping[str, Any]], seed: str) -> list[Mapping[str, Any]]:
    """Returns five rows of five different customers, the same for a seed whatever the rows' order; fewer where there are fewer.

    Each customer has a lot of their own: one who joins the list takes at most one place of the five.
    """
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(str(row["customer_id"]), row)
    by_lot = sorted(first, key=lambda customer: sha256(f"{seed} {customer}".encode()).digest())
    return [first[customer] for customer in by_lot[:HOW_MANY]]


def redacted(center: Any, story: Story) -> Story:
    """Returns a story without the names, addresses and numbers that stand in what was written."""
    places = [
        (part, at, name, str(row[name]))
        for part, names in TELLING.items()
        for at, row in enumerate(getattr(story, part))
        for name in names
        if row.get(name) and not _is_a_currency(part, row, name)
    ]
    bare = center.redacted([text for *_place, text in places])
    parts = {part: [dict(row) for row in getattr(story, part)] for part in TELLING}
    for (part, at, name, _text), text in zip(places, bare, strict=True):
        parts[part][at][name] = text if _tells(text) else ""
    return replace(story, **{part: tuple(rows) for part, rows in parts.items()})


def _tells(text: str) -> bool:
    """Tells whether anything is left of a text that was more than a number or a code: "K[…]" and "[…]" tell nothing."""
    return len(re.sub(r"[\W\d_]+", "", text)) > FEWEST_LETTERS


def _is_a_currency(part: str, row: Mapping[str, Any], name: str) -> bool:
    return part == "events" and name == "detail" and len(str(row[name])) == 3 and str(row[name]).isupper()


def told(number: int, drawn: Drawn, look: Look) -> dict[str, Any]:
    """Returns one story as it is shown: by its number, never by its name."""
    customer, reader = drawn.story.customer, look.reader
    moments = timeline.moments(drawn.story, reader, drawn.titles)
    more = sum(moment["times"] for moment in moments[MOST_MOMENTS:])
    return {
        "key": str(number),
        "title": _("Story {number}", number=number),
        "about": " · ".join(_about(drawn, look)),
        "because": in_words(drawn.row.get("because")),
        "moments": moments[:MOST_MOMENTS],
        "more": _("{n} earlier", n=reader.counted(more, "moment", "moments")) if more else "",
        "href": look.story(str(customer["customer_id"])),
    }


def _about(drawn: Drawn, look: Look) -> Sequence[str]:
    """Who it is without saying who: the segment, since when a customer, of what value."""
    customer, value, reader = drawn.story.customer, drawn.story.value, look.reader
    segment, since = drawn.row.get("segment"), customer.get("customer_since")
    return [
        *([group_name(str(segment))] if segment not in (None, "", "unknown") else []),
        *([_("customer since {year}", year=reader.local(since).year)] if hasattr(since, "tzinfo") else []),
        *([_("{amount} a year", amount=reader.money(value.value))] if value.value else []),
    ]
