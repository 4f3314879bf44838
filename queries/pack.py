"""What is handed out before a review: packs/NAME.toml, one file each; the file's name is its id.

A pack is a named set of sections over one period; who gets one, and what they may see, is told by name here and by access.toml.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Final

from queries.told import Told, read_each

FOLDER: Final = "packs"
PERIODS: Final = ("week", "month", "quarter")
LANGUAGES: Final = ("en", "de")
LAST_DAY: Final[Mapping[str, int]] = {"week": 7, "month": 28, "quarter": 90}
LONGEST_TITLE: Final = 80
MOST_SECTIONS: Final = 40
USUAL_HOUR: Final = "07:00"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_PANEL: Final = re.compile(r"(/[a-z0-9\-/]{0,60})#([a-z0-9\-]{1,80})", re.ASCII)
_HOUR: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section: a metric with its split, or a page's panel. title: its own; empty: the metric's, or the panel's.

    page, panel: of "/service#how-does-it-change" both sides of the #.
    """

    title: str = ""
    metric: str = ""
    page: str = ""
    panel: str = ""
    split_by: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """Of which number five customers' stories are told at the opening. mark: a part of its figure.   draw: which five."""

    metric: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mark: Mapping[str, str] = field(default_factory=dict)
    draw: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets a pack of their own: by the name under which access.toml knows them."""

    who: str

    @property
    def file_name(self) -> str:
        """The name as files have it: "ada-example-com"."""
        return re.sub(r"[^a-z0-9]+", "-", self.who.casefold()).strip("-") or "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack: of which period, narrowed to whom, what is in it, for whom, and when it is written by itself.

    period: the last whole one is told unless another is asked for.   language: empty: the workspace's own.
    decisions: whether it tells what needs a decision.   names: whether stories are told under the customer's name, to those who
    may be told it.   is_live: whether each figure leads to the page that tells it as it is when it is opened.
    is_written: whether `cx watch` writes it after each period, on this day after its end and at this hour of the workspace's clock.
    folder: where it is written; empty: packs/out of the workspace.
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    period: str = "month"
    language: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stories: Stories | None = None
    decisions: bool = False
    names: bool = False
    is_live: bool = False
    is_written: bool = False
    day: int = 1
    at: time = time(7)
    folder: str = ""
    recipients: tuple[Recipient, ...] = ()

    @property
    def place(self) -> str:
        """Its file, as an error names it."""
        return f"{FOLDER}/{self.name}.toml"


def load_packs(folder: Path) -> dict[str, Pack]:
    """Return the packs of this folder by name, none without it; raise DeclarationErrors telling every mistake of every file."""
    return read_each([folder], _read)


def _read(name: str, told: Told) -> Pack:
    title, every = told.text("title"), told.choice("every", PERIODS, None)
    if not _NAME.fullmatch(name):
        told.wrong(f'"{name}" cannot be a pack\'s name', "Use small letters, digits and _: monthly.toml")
    if title is not None and (len(title) > LONGEST_TITLE or not title.isprintable()):
        told.wrong(f"its title is longer than one line of {LONGEST_TITLE} letters", "Shorten it")
    period = told.choice("period", PERIODS, every or "month") or "month"
    if every and period != every:
        told.wrong(f"it is written every {every} and tells of a {period}", f'Leave period out, or write period = "{every}"')
    return Pack(
        name=name,
        title=title or name,
        parts=_parts(told),
        period=period,
        language=told.choice("language", LANGUAGES, "") or "",
        where=_where(told.table("where")),
        stories=_stories(told.table("stories")),
        decisions=told.flag("decisions", False),
        names=told.flag("names", False),
        is_live=told.flag("live", False),
        is_written=bool(every),
        day=_day(told, every),
        at=_hour(told, every),
        folder=told.text("folder", ""),
        recipients=_recipients(told),
    )


def _parts(told: Told) -> tuple[Part, ...]:
    found = told.tables("sections")
    if not found:
        told.wrong("it has no section", 'Write [[sections]] and below it metric = "replied_in_time"')
    if len(found) > MOST_SECTIONS:
        told.wrong(f"it has {len(found)} sections", f"A review that is followed has at most {MOST_SECTIONS}")
    return tuple(_part(one) for one in found)


def _part(told: Told) -> Part:
    metric, panel, split = told.text("metric", ""), told.text("panel", ""), told.text("split_by", "")
    place = _PANEL.fullmatch(panel or "")
    if bool(metric) == bool(panel):
        told.wrong("it names neither one metric nor one panel", 'Write metric = "…", or panel = "/service#how-does-it-change"')
    elif panel and place is None:
        told.wrong(f'panel = "{panel}" is no address', 'Write the page, a # and the panel: "/service#how-does-it-change"')
    if panel and split:
        told.wrong("split_by says nothing of a panel", "Leave it out: a page says how its panels are split")
    title = told.text("title", "")
    if title and (len(title) > LONGEST_TITLE or not title.isprintable()):
        told.wrong(f"its title is longer than one line of {LONGEST_TITLE} letters", "Shorten it")
    options = told.table("options")
    part = Part(
        title=title or "",
        metric=metric or "",
        page=place[1] if place else "",
        panel=place[2] if place else "",
        split_by=split or "",
        where=_where(told.table("where")),
        options={one: str(options.text(one)) for one in options.values},
    )
    told.done()
    return part


def _stories(told: Told) -> Stories | None:
    if not told.values:
        return None
    mark = told.table("mark")
    draw = told.whole("draw", 1)
    if draw is not None and not 1 <= draw <= 9999:
        told.wrong(f"draw = {draw} is not between 1 and 9999")
    found = Stories(
        metric=told.text("metric") or "",
        where=_where(told.table("where")),
        mark={one: str(mark.text(one)) for one in mark.values},
        draw=draw or 1,
    )
    told.done()
    return found


def _where(told: Told) -> dict[str, tuple[str, ...]]:
    found = {one: told.texts(one) for one in told.values}
    for one, values in found.items():
        if not values and isinstance(told.values[one], list):
            told.wrong(f"{one} names no value", "Name at least one, or leave it out")
    return found


def _day(told: Told, every: str | None) -> int:
    found = told.whole("day", 1)
    if "day" in told.values and not every:
        told.wrong("day says nothing of a pack that is not written by itself", 'Write every = "month", or leave it out')
    last = LAST_DAY[every or "month"]
    if found is not None and not 1 <= found <= last:
        told.wrong(f"day = {found} is not between 1 and {last}", "It is the day after the period's end on which it is written")
    return found or 1


def _hour(told: Told, every: str | None) -> time:
    found = told.text("at", USUAL_HOUR) or USUAL_HOUR
    match = _HOUR.fullmatch(found)
    if match is None:
        told.wrong(f'at = "{found}" is no time of day', 'Write for example "07:00"')
        return time(7)
    if "at" in told.values and not every:
        told.wrong("at says nothing of a pack that is not written by itself", 'Write every = "month", or leave it out')
    return time(int(match[1]), int(match[2]))


def _recipients(told: Told) -> tuple[Recipient, ...]:
    made = []
    for one in told.tables("for"):
        made.append(Recipient(who=(one.text("who") or "").strip().casefold()))
        one.done()
    names = [one.file_name for one in made]
    for name in sorted({each for each in names if names.count(each) > 1}):
        told.wrong(f'two of [[for]] would be written to one file "{name}"', "Keep one of them")
    return tuple(made)
