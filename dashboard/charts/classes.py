"""Classes of each group as parts of a whole bar, in words and numbers; every part opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import told, worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import BROKEN, MET, NO_DATA, State
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _, later
from metrics.named import group_name

ORDER = ("valid", "unknown", "not needed", "breached")
WORDS = {
    "valid": later("allowed"),
    "unknown": later("not known"),
    "breached": later("against their word"),
    "not needed": later("needs none"),
}
STATES: Mapping[str, State] = {"valid": MET, "unknown": NO_DATA, "breached": BROKEN}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the answer "parts", split by a group and by its classes, as a bar per group; "share" tells the sentence above, if there."""
    parts, share = told(answers, "parts"), answers.get("share")
    if not parts.total.n:
        return nothing(look, parts)
    groups, classes = _groups(parts), _classes(parts)
    return render(
        "classes.html",
        title=look.title,
        question=look.question,
        caption=share.caption if isinstance(share, Answer) else parts.caption,
        classes=[{"kind": _kind(each), "words": _named(each), "state": STATES.get(each)} for each in classes],
        rows=[_row(group, classes, parts, look) for group in groups],
        notices=worth_saying(parts),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group and class."""
    parts = told(answers, "parts")
    group, kind = parts.selection.by
    rows = [
        [
            tables.text(group_name(row.by[group])),
            tables.text(_named(row.by[kind])),
            tables.count(row.value.n, look, look.behind(parts, dict(row.by))),
            tables.count(row.value.customers, look),
        ]
        for row in parts.rows
    ]
    return Table((group_name(group), group_name(kind), look.specs[parts.metric].noun, _("customers")), rows)


def _kind(name: str) -> str:
    return name.replace(" ", "_")


def _named(name: str) -> str:
    return _(WORDS[name]) if name in WORDS else name


def _groups(parts: Answer) -> list[str]:
    sizes: dict[str, int] = {}
    for row in parts.rows:
        name = row.by[parts.selection.by[0]]
        sizes[name] = sizes.get(name, 0) + row.value.n
    return sorted((name for name in sizes if sizes[name]), key=lambda name: (name in LAST, -sizes[name], name))


def _classes(parts: Answer) -> list[str]:
    found = dict.fromkeys(row.by[parts.selection.by[1]] for row in parts.rows)
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def _row(group: str, classes: Sequence[str], parts: Answer, look: Look) -> dict[str, Any]:
    by, kind = parts.selection.by
    counts = {row.by[kind]: row for row in parts.rows if row.by[by] == group and row.value.n}
    whole = sum(row.value.n for row in counts.values()) or 1
    drawn = [
        {
            "kind": _kind(name),
            "width": round(100 * counts[name].value.n / whole, 2),
            "text": look.reader.count(counts[name].value.n),
            "share": look.reader.percent(counts[name].value.n / whole),
            "state": STATES.get(name),
            "href": look.behind(parts, dict(counts[name].by)),
            "name": f"{group_name(group)}: {look.reader.count(counts[name].value.n)} {_named(name)}",
        }
        for name in classes
        if name in counts
    ]
    return {
        "key": group,
        "name": group_name(group),
        "count": look.reader.count(whole),
        "href": look.behind(parts, {by: group}),
        "parts": drawn,
    }
