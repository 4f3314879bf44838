"""How long they wait: the share who got it by the time since they asked, those who still wait counted fairly, open time beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._lines import DAY, STEPS, Plane, apart, band, shares_axis, steps
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.charts.incidence import curve_of
from dashboard.look import Look
from dashboard.phrases import compared_words
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later
from metrics.named import group_name

MOST_LINES = 5
HOUR, MINUTE = 3600, 60
DRAWN = (later("still wait"), later(" ended without "), later("Calendar time. In open time"))  # as numbers above the curve
ROOM = 1.5  # how far the line goes beyond the time within which nine in ten got it
UNITS = (
    (3 * DAY, DAY, later("days since they asked, on the clock of the wall")),
    (3 * HOUR, HOUR, later("hours since they asked, on the clock of the wall")),
    (0, MINUTE, later("minutes since they asked, on the clock of the wall")),
)


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the curve, or one per group, with the period before dashed beside a single one, and what half and nine in ten waited."""
    answer: Answer = next(iter(answers.values()))
    rows = [row for row in answer.rows if curve_of(row) and not look.is_too_few_of(row.value, "percent")][:MOST_LINES]
    if not rows:
        return nothing(look, answer)
    end = _end(rows)
    before = _before(answer) if len(rows) == 1 else None
    plane = Plane(last=end, top=1.0)
    size, unit = next((size, unit) for least, size, unit in UNITS if end >= least)
    return render(
        "wait.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        is_single=len(rows) == 1 and before is None,
        told=_told(answer, look) if len(rows) == 1 and not rows[0].by else [],
        x_title=_(unit),
        ys=shares_axis(plane, look),
        xs=_axis(end, size, plane),
        bands=[{"path": band(_bounds(rows[0], end), plane), "series": 0}] if len(rows) == 1 else [],
        lines=[
            *([{"path": steps(_points(before, end), plane), "series": "before"}] if before else []),
            *({"path": steps(_points(row, end), plane), "series": i} for i, row in enumerate(rows)),
        ],
        labels=_labels(rows, before, end, plane, answer, look),
        notices=worth_saying(answer, drawn=() if answer.selection.by else DRAWN),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group: what half and nine in ten waited, in calendar and in open time, and how the waits ended."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by[:1]
    rows = [
        [
            *(tables.text(group_name(row.by[name])) for name in by),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            *(
                tables.count(row.extra[part], look, look.behind(answer, {**row.by, "part": part}))
                for part in ("finished", "open", "left")
            ),
            *(
                tables.number(each, "seconds", look)
                for each in (row.value.value, row.extra["p90_seconds"], row.extra["finished_mean_seconds"])
            ),
            tables.count(row.extra["open_time"]["n"], look),
            *(
                tables.number(row.extra["open_time"][name], "seconds", look)
                for name in ("median_seconds", "p90_seconds", "mean_seconds")
            ),
        ]
        for row in answer.rows
    ]
    calendar = (_("half within"), _("90 % within"), _("on average"))
    heads = (
        *map(group_name, by),
        _("requests"),
        _("got it"),
        _("still waiting"),
        _("ended without"),
        *calendar,
        _("promised by open time"),
    )
    return Table((*heads, *(_("open time, {what}", what=words) for words in calendar)), rows)


def _end(rows: Sequence[Row]) -> float:
    """Where the line ends: somewhat beyond what nine in ten waited, or where the last of them got it."""
    nine = [row.extra["p90_seconds"] for row in rows if row.extra["p90_seconds"]]
    last = max(curve_of(row)[-1]["seconds"] for row in rows)
    return max(min(ROOM * max(nine, default=last), last), MINUTE)


def _before(answer: Answer) -> Row | None:
    rows = answer.comparison.rows if answer.comparison else ()
    return next((row for row in rows if curve_of(row)), None)


def _points(row: Row, end: float) -> list[tuple[float, float]]:
    points = [(0.0, 0.0), *((point["seconds"], point["share"]) for point in curve_of(row) if point["seconds"] <= end)]
    return [*points, (end, points[-1][1])]


def _bounds(row: Row, end: float) -> list[tuple[float, float, float]]:
    known = [point for point in curve_of(row) if point["low"] is not None and point["high"] is not None]
    return [(point["seconds"], point["low"], point["high"]) for point in known if point["seconds"] <= end]


def _axis(end: float, size: int, plane: Plane) -> list[dict[str, Any]]:
    step = next((each for each in STEPS if end / size / each <= 6), STEPS[-1])
    return [{"at": plane.left(step * i * size), "name": f"{step * i}"} for i in range(int(end / size // step) + 1)]


def _told(answer: Answer, look: Look) -> list[dict[str, Any]]:
    """What half and nine in ten waited, in calendar and in open time, and how many wait still or ended without it."""
    row, reader = answer.rows[0], look.reader
    told, open_time = row.extra, row.extra["open_time"]

    def within(which: str, median: float | None, nine: float | None, href: str = "") -> dict[str, Any]:
        return {
            "before": which,
            "value": _time(median, look),
            "words": _("nine in ten"),
            "last": _time(nine, look),
            "href": href,
        }

    def counted(part: str, words: str) -> dict[str, Any]:
        href = look.behind(answer, {"part": part})
        return {"before": "", "value": reader.count(told[part]), "words": words, "last": "", "href": href}

    return [
        within(_("calendar time: half in"), row.value.value, told["p90_seconds"], look.behind(answer)),
        *([within(_("open time: half in"), open_time["median_seconds"], open_time["p90_seconds"])] if open_time["n"] else []),
        counted("open", _("still waiting")),
        counted("left", _("ended without it")),
    ]


def _time(seconds: float | None, look: Look) -> str:
    """A time within which so many got it; None where not so many have."""
    return _("not yet") if seconds is None else look.reader.value(seconds, "seconds")


def _labels(
    rows: Sequence[Row], before: Row | None, end: float, plane: Plane, answer: Answer, look: Look
) -> list[dict[str, Any]]:
    labels: list[dict[str, Any]] = []
    for i, row in enumerate(rows):
        share = _points(row, end)[-1][1]
        name = group_name(next(iter(row.by.values()), ""))
        words = f"{look.reader.percent(share, 0)} {name}".strip()
        labels.append(
            {"at": plane.down(share), "series": i, "words": words, "href": look.behind(answer, {**row.by, "part": "finished"})}
        )
    if before:
        share = _points(before, end)[-1][1]
        labels.append({"at": plane.down(share), "series": "before", "words": compared_words(answer), "href": ""})
    return apart(labels)
