"""Paths: from place to place, step by step, as bands as wide as the people on them; the rest grouped, and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._lines import apart
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _, later
from metrics.named import mark_name, path_name

SIDE = 1000.0
COLUMNS = 5
NODE, GAP = 12.0, 34.0  # how wide a place is drawn, and how far two lie apart
LEAST_NAMED = 0.01  # of everybody; narrower places are named only where they are pointed at
LEAST_APART = 6.5  # two names of a step, in percent of the height
MOST_LISTED = 6
FURTHER = later("went no further")
Link = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place at one step: where it is drawn, and from where its bands leave and arrive."""

    name: str
    column: int
    y: float
    height: float


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first steps as bands and lists the most frequent paths."""
    answer: Answer = next(iter(answers.values()))
    links = [link for link in answer.options["links"] if int(link["step"]) < COLUMNS and link["customers"]]
    if not links:
        return nothing(look, answer)
    places, scale = _places(links)
    return render(
        "paths.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        places=[_drawn(place, links, scale, look) for place in places.values()],
        names=_names(list(places.values()), links),
        room=round(100 / _last(links), 2),
        bands=_bands(links, places, scale, answer, look),
        rows=[
            {
                "key": row.by["path"],
                "name": _path(row.by["path"]),
                "count": look.reader.count(row.value.n),
                "share": look.reader.percent(row.extra["share"].value),
                "href": look.behind(answer, {"path": row.by["path"]}),
            }
            for row in answer.rows[:MOST_LISTED]
        ],
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per path."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.Cell(path_name(row.by["path"]), row.by["path"]),
            tables.count(row.value.n, look, look.behind(answer, {"path": row.by["path"]})),
            tables.share(row.extra["share"], look),
            tables.interval(row.extra["share"], look),
        ]
        for row in answer.rows
    ]
    return Table((_("path"), _("people"), _("share"), _("95 % interval")), rows)


def _path(path: str) -> str:
    return " → ".join(_end(name) for name in path.split(" > "))


def _places(links: Sequence[Link]) -> tuple[dict[tuple[int, str], Place], float]:
    """Returns every place of every step, the widest first, those who went no further last, and how wide one person is."""
    wide: dict[tuple[int, str], float] = {}
    for link in links:
        step = int(link["step"])
        for column, name in ((step - 1, link["from"]), (step, link["to"])):
            key = (column, str(name))
            wide[key] = max(_sum(links, key, "from"), _sum(links, key, "to"))
    columns = [[key for key in wide if key[0] == column] for column in range(COLUMNS + 1)]
    scale = min((SIDE - GAP * (len(keys) - 1)) / sum(wide[key] for key in keys) for keys in columns if keys)
    placed: dict[tuple[int, str], Place] = {}
    for keys in columns:
        y = 0.0
        for key in sorted(keys, key=lambda key: (key[1] == FURTHER, -wide[key])):
            placed[key] = Place(name=key[1], column=key[0], y=y, height=wide[key] * scale)
            y += placed[key].height + GAP
    return placed, scale


def _sum(links: Sequence[Link], key: tuple[int, str], end: str) -> float:
    column, name = key
    step = column + 1 if end == "from" else column
    return float(sum(link["customers"] for link in links if int(link["step"]) == step and link[end] == name))


def _last(links: Sequence[Link]) -> int:
    return max(int(link["step"]) for link in links)


def _x(column: int, links: Sequence[Link]) -> float:
    return (SIDE - NODE) * column / _last(links)


def _drawn(place: Place, links: Sequence[Link], scale: float, look: Look) -> dict[str, Any]:
    people = look.reader.counted(round(place.height / scale), "person", "people")
    return {
        "name": f"{_end(place.name)}, {people}",
        "x": round(_x(place.column, links), 1),
        "y": round(place.y, 1),
        "width": NODE,
        "height": round(max(place.height, 1), 1),
        "is_end": place.name == FURTHER,
    }


def _end(name: str) -> str:
    """Returns a place's name; of those who went no further, what is said of them."""
    return mark_name("place", name)


def _names(places: Sequence[Place], links: Sequence[Link]) -> list[dict[str, Any]]:
    """Returns the names written beside places, none on another; of those who went no further only the widest is named."""
    everybody = sum(place.height for place in places if place.column == 0)
    ends = [place for place in places if place.name == FURTHER]
    told = [place for place in places if place.name != FURTHER and place.height >= LEAST_NAMED * everybody]
    told += [max(ends, key=lambda place: place.height)] if ends else []
    return [
        {**name, "is_last": column == _last(links)}
        for column in sorted({place.column for place in told})
        for name in apart(
            [
                {
                    "name": _end(place.name),
                    "left": round(100 * (_x(column, links) + NODE) / SIDE, 2),
                    "at": round(100 * (place.y + place.height / 2) / SIDE, 2),
                    "is_end": place.name == FURTHER,
                }
                for place in told
                if place.column == column
            ],
            LEAST_APART,
        )
    ]


def _bands(
    links: Sequence[Link], places: Mapping[tuple[int, str], Place], scale: float, answer: Answer, look: Look
) -> list[dict[str, Any]]:
    left: dict[tuple[int, str], float] = {}
    arrived: dict[tuple[int, str], float] = {}
    bands = []
    for link in sorted(links, key=lambda link: places[(int(link["step"]), str(link["to"]))].y):
        step = int(link["step"])
        here, there = places[(step - 1, str(link["from"]))], places[(step, str(link["to"]))]
        wide = link["customers"] * scale
        out = here.y + left.setdefault((step, here.name), 0.0)
        into = there.y + arrived.setdefault((step, there.name), 0.0)
        left[(step, here.name)] += wide
        arrived[(step, there.name)] += wide
        people = look.reader.counted(link["customers"], "person", "people")
        told = {"start": _end(here.name), "end": _end(there.name), "step": step, "people": people}
        name = _("{start} to {end}, step {step}: {people}", **told)
        bands.append(
            {
                "key": f"{step} {here.name} {there.name}",
                "path": _ribbon(_x(step - 1, links) + NODE, out, _x(step, links), into, wide),
                "name": name,
                "is_end": there.name == FURTHER,
                "href": look.behind(answer, {"from": here.name, "to": there.name, "step": str(step)}),
            }
        )
    return bands


def _ribbon(x1: float, y1: float, x2: float, y2: float, wide: float) -> str:
    half = (x1 + x2) / 2
    numbers = [x1, y1, half, y1, half, y2, x2, y2, x2, y2 + wide, half, y2 + wide, half, y1 + wide, x1, y1 + wide]
    a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q = (round(number, 1) for number in numbers)
    return f"M{a} {b}C{c} {d} {e} {f} {g} {h}L{i} {j}C{k} {m} {n} {o} {p} {q}Z"
