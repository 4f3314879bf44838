"""The top of every page: the pages there are, the selection, and how fresh each source is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.page import Pages
from dashboard.reader import Reader
from dashboard.states import AT_RISK, MISSED
from dashboard.templates import render
from dashboard.view import View
from metrics.errors import BadPeriod
from metrics.language import LANGUAGES, _, spoken
from metrics.named import group_name
from metrics.selection import Period, compared, earlier, resolve, utc_midnight

MONTHS = 13
SHOWN_SOURCES = 3
EXPECTED_SECONDS = 7 * 86_400  # of a source that declares no interval
LONG_AGO = datetime(1900, 1, 1)  # noqa: DTZ001 moments are naive UTC here


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the header is drawn from."""

    company: str
    pages: Pages
    sources: tuple[Mapping[str, Any], ...]
    segments: tuple[str, ...]
    lists: Mapping[str, str]


def fetch(center: Any, view: View) -> Frame:
    return Frame(
        company=str(center.settings()["title"]),
        pages=Pages.found(),
        sources=center.sources(),
        segments=center.dimension_values("segment"),
        lists=center.list_titles(),
    )


def draw(frame: Frame, look: Look) -> Markup:
    view, reader = look.view, look.reader
    sources = [told(source, reader, look.newest) for source in sorted(frame.sources, key=_freshest_last, reverse=True)]
    loaded = max((source["loaded_at"] for source in frame.sources), default=None)
    return render(
        "header.html",
        company=frame.company,
        menu=_menu(frame.pages, view),
        period=_period(look),
        segments=_segments(frame.segments, frame.lists, view),
        lists=_lists(frame.lists, view),
        filters=_filters(view),
        sources=sources,
        shown=shown(sources),
        more_late=max(0, sum(source["flag"] is not None for source in sources) - 1),
        newest=_newest(look),
        zone=reader.zone,
        loaded=reader.full_moment(loaded) if loaded else "",
        loaded_epoch=_epoch(loaded) if loaded else 0,
        languages=_languages(view),
    )


def bare(pages: Pages, view: View) -> Markup:
    """The header before anything is loaded: only the pages."""
    return render(
        "header.html",
        company=_("Command center"),
        menu=_menu(pages, view),
        period=None,
        segments={"choices": []},
        lists=[],
        filters=[],
        sources=[],
        languages=_languages(view),
    )


def _menu(pages: Pages, view: View) -> list[dict[str, str]]:
    return [{"href": view.elsewhere(page.path), "path": page.path, "title": _(page.title)} for page in pages.menu]


def _languages(view: View) -> list[dict[str, str]]:
    """Returns the languages that are not spoken here; choosing one reads the page anew, its frame and script too."""
    return [
        {"code": code, "name": name, "href": replace(view.opened(None), language=code).href(".")}
        for code, name in LANGUAGES.items()
        if code != spoken()
    ]


def shown(sources: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns the few sources that the header names: those that come most often, and the latest of those that are late."""
    late = sorted((source for source in sources if source["flag"]), key=lambda source: (-source["age_seconds"], source["name"]))[
        :1
    ]
    on_time = [source for source in sources if not source["flag"] and not source["is_finished"]]
    named = 1 if late else SHOWN_SOURCES  # how late it is takes the room of the others
    return [*sorted(on_time, key=lambda source: source["expected"])[:named], *late]


def _newest(look: Look) -> dict[str, Any]:
    """The newest data, and until when the clock on the wall shows the same day."""
    if look.newest is None:
        return {"epoch": 0, "same_day_until": 0}
    day = look.reader.local(look.newest).date() + timedelta(days=1)
    return {"epoch": _epoch(look.newest), "same_day_until": _epoch(utc_midnight(day, look.reader.zone))}


def _epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def told(source: Mapping[str, Any], reader: Reader, newest: datetime | None = None) -> dict[str, Any]:
    """Returns a source's freshness in words: amber when two exports are overdue, red when four are."""
    age, expected = source["age_seconds"] or 0, source["interval_seconds"] or EXPECTED_SECONDS
    late = None if source["is_finished"] else "missed" if age > 4 * expected else "risk" if age > 2 * expected else None
    behind = _("{duration} older than the newest", duration=reader.duration(age))
    words = _("finished") if source["is_finished"] else behind if age > 60 else _("newest")
    return {
        "name": source["title"],
        "time": _short_moment(source["known_until"], reader, newest),
        "dated": reader.moment(source["known_until"]) if source["known_until"] else _("not known"),
        "age_seconds": age,
        "expected": expected,
        "moment": reader.full_moment(source["known_until"]) if source["known_until"] else _("not known"),
        "age": _("{duration} old", duration=reader.duration(age)),
        "flag": late,
        "state": MISSED if late == "missed" else AT_RISK,
        "words": {"missed": _("very late: {behind}", behind=behind), "risk": _("late: {behind}", behind=behind)}.get(
            late or "", words
        ),
        "is_finished": source["is_finished"],
    }


def _freshest_last(source: Mapping[str, Any]) -> tuple[bool, datetime]:
    return not source["is_finished"], source["known_until"] or LONG_AGO


def _short_moment(moment: datetime | None, reader: Reader, newest: datetime | None) -> str:
    """A time of day on the day of the newest data, a day and a time before it."""
    if moment is None:
        return _("not known")
    is_plain = newest is not None and reader.local(moment).date() == reader.local(newest).date()
    return reader.time(moment) if is_plain else reader.moment(moment)


def _period(look: Look) -> dict[str, Any]:
    view, reader = look.view, look.reader
    if look.newest is None:
        return {"name": _("No data yet"), "is_to_date": False, "against": "", "choices": [], "comparisons": []}
    try:
        chosen = resolve(view.selection.period, as_of=look.newest, zone=reader.zone)
    except BadPeriod:  # the panels say why; here another one can be chosen
        return _unreadable_period(look)
    usual = resolve(None, as_of=look.newest, zone=reader.zone)
    other = compared(chosen, view.selection.compare, zone=reader.zone)
    months = [period.text for period in reversed(earlier(usual, MONTHS, zone=reader.zone))]
    year, quarter = f"{usual.first_day:%Y}", f"{usual.first_day:%Y}-Q{(usual.first_day.month + 2) // 3}"
    return {
        "name": period_name(chosen, reader),
        "is_to_date": chosen.is_to_date,
        "against": period_name(other, reader, beside=chosen) if other else "",
        "choices": [_choice(text, view, chosen.text, usual.text, look) for text in [*months, quarter, year, "all"]],
        "comparisons": [
            {"name": name, "href": view.selected(compare=text).href("."), "is_chosen": view.selection.compare == text}
            for text, name in (("before", _("the period before")), ("year", _("the same a year before")))
        ],
    }


def _unreadable_period(look: Look) -> dict[str, Any]:
    usual = replace(look, view=look.view.selected(period=None))
    return {**_period(usual), "name": look.view.selection.period, "is_to_date": False, "against": ""}


def _choice(text: str, view: View, chosen: str, usual: str, look: Look) -> dict[str, Any]:
    period = resolve(text, as_of=look.newest or LONG_AGO, zone=look.reader.zone)
    href = view.selected(period=None if text == usual else text).href(".")
    return {"name": period_name(period, look.reader), "href": href, "is_chosen": text == chosen}


def period_name(period: Period, reader: Reader, beside: Period | None = None) -> str:
    """Returns a period in words; a month beside one of the same year goes without the year."""
    if len(period.text) == 7 and "-Q" not in period.text:
        is_same_year = beside is not None and beside.first_day.year == period.first_day.year
        return reader.month_name(period.first_day) if is_same_year else reader.month(period.first_day)
    return period.label


def _segments(names: tuple[str, ...], lists: Mapping[str, str], view: View) -> dict[str, Any]:
    where = view.selection.where
    chosen, listed = where.get("segment", ()), where.get("list", ())
    others = {name: values for name, values in where.items() if name != "segment"}
    everybody = {name: values for name, values in others.items() if name != "list"}
    every = {"name": _("All segments"), "href": view.selected(where=everybody).href("."), "is_chosen": not (chosen or listed)}
    each = [
        {
            "name": group_name(name),
            "href": view.selected(where={**others, "segment": name}).href("."),
            "is_chosen": chosen == (name,),
        }
        for name in names
        if name != "unknown"
    ]
    shown = [*map(group_name, chosen), *(lists.get(name, name) for name in listed)]
    return {"name": ", ".join(shown) or _("All segments"), "is_filtered": bool(shown), "choices": [every, *each]}


def _lists(titles: Mapping[str, str], view: View) -> list[dict[str, Any]]:
    """Returns the lists of people, each as the filter that it is."""
    where, chosen = view.selection.where, view.selection.where.get("list", ())
    return [
        {"name": title, "href": view.selected(where={**where, "list": name}).href("."), "is_chosen": chosen == (name,)}
        for name, title in sorted(titles.items(), key=lambda each: each[1].casefold())
    ]


def _filters(view: View) -> list[dict[str, str]]:
    where = view.selection.where
    return [
        {
            "name": f"{group_name(name)}: {', '.join(map(group_name, values))}",
            "href": view.selected(where={other: where[other] for other in where if other != name}).href("."),
        }
        for name, values in where.items()
        if name not in ("segment", "list")  # these two have a menu, which names them
    ]
