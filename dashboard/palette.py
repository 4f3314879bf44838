"""What can be found by a few letters: pages, their sections, metrics, segments, lists, saved views, and what can be done.

Customers are not in here: they are asked for one search at a time (`customers`), and nothing of them is kept.
"""

from typing import Any, Final

from dashboard.access.noted import noted
from dashboard.page import Ask, Page, Pages
from dashboard.saved_views import SavedViews, as_told
from metrics.language import LANGUAGES, _, later, spoken
from queries.audit import LIST

MOST_CUSTOMERS: Final = 6
KEYS: Final = (
    ("Ctrl K, ⌘ K", later("find a page, a number, a customer, or what to do")),
    ("Tab, Shift Tab", later("to the next and the one before; first of all: skip to the page")),
    ("Enter", later("open what has the focus: the customers behind a number, a customer's story")),
    ("↑ ↓", later("through what was found")),
    ("Esc", later("close the menu, the dialog or the drawer; the focus goes back to what opened it")),
    ("Alt ←, Alt →", later("back and forward: every step has an address")),
    ("?", later("these keys")),
)
WORDS: Final = {
    "page": later("page"), "section": later("on a page"), "metric": later("number"), "segment": later("segment"),
    "list": later("list of people"), "view": later("saved view"), "action": later("do"), "customer": later("customer"),
    "none": later("Nothing is called that. Try a part of the name."), "found": later("{n} found"), "keys": later("Keys"),
    "close": later("Close"), "single": later("Keys without Ctrl, such as ?, work"), "copied": later("The link is copied."),
    "looking": later("Looking for customers …"), "hint": later("↑ ↓ choose · Enter open · Esc close"),
}  # fmt: skip
SHOWS_EVERYBODY: Final = {"where.segment": None, "where.list": None}

Entry = dict[str, Any]


def fixed(center: Any, pages: Pages) -> dict[str, Any]:
    """Returns what the program and the snapshot bring, in the language spoken: the same for everybody, and nothing that people wrote.

    An entry has its kind, its title, what is said of it (text), other names that lead to it (also), and one of: path, to which the
    selection goes along, with its part of the page (at); change, what it sets in the address of the page at hand; act.
    """
    menu = pages.menu
    entries = [*(_page(page) for page in menu), *(each for page in menu for each in _sections(page))]
    entries += [*_metrics(center, menu), *_segments(center), *_actions()]
    keys = [[key, _(words)] for key, words in KEYS]
    return {"entries": entries, "words": {name: _(text) for name, text in WORDS.items()}, "keys": keys}


def own(center: Any, views: SavedViews) -> list[Entry]:
    """Returns what people of this workspace made: saved views and lists."""
    lists = sorted(center.list_titles().items(), key=lambda each: each[1].casefold())
    return [
        *(
            {"kind": "view", "title": one.title, "text": _("opens first") if one.is_start else one.link, "also": one.name,
             "address": one.address}
            for one in as_told(views.all(), center) if not one.problem
        ),
        *(
            {"kind": "list", "title": title, "text": _("only these people, on this page"), "also": name, "change": {"where.list": name}}
            for name, title in lists
        ),
    ]  # fmt: skip


def customers(center: Any, search: str) -> list[Entry]:
    """Returns the first customers whom a search finds, as entries; whom it found is written down, not what was typed."""
    found = center.search(search, limit=MOST_CUSTOMERS)
    if found:
        noted(center, LIST, of="search", customers=[str(row["customer_id"]) for row in found])
    return [
        {
            "kind": "customer",
            "title": str(row.get("name") or row["customer_id"]),
            "text": " · ".join(
                str(row[name]) for name in ("kind", "segment", "region") if row.get(name) not in (None, "", "unknown")
            ),
            "also": "",
            "path": f"/customers/{row['customer_id']}",
        }
        for row in found
    ]


def _page(page: Page) -> Entry:
    return {"kind": "page", "title": _(page.title), "text": _(page.question), "also": page.path.strip("/"), "path": page.path}


def _sections(page: Page) -> list[Entry]:
    return [
        {"kind": "section", "title": _(section.title), "text": _(page.title), "also": _(section.question), "path": page.path,
         "at": section.id}
        for section in page.sections
        if _(section.title) != _(page.title)
    ]  # fmt: skip


def _metrics(center: Any, menu: tuple[Page, ...]) -> list[Entry]:
    """Returns every metric, leading to the panel that names it first, the first of several; else to its entry in the glossary."""
    shown: dict[str, list[tuple[int, Page, str]]] = {}
    for page in menu:
        for section in page.sections:
            for at, one in enumerate(section.metrics):
                shown.setdefault(one.metric if isinstance(one, Ask) else one, []).append((at, page, section.id))
    first = {name: min(places, key=lambda place: place[0])[1:] for name, places in shown.items()}
    return [_metric(metric, first.get(metric.metric_id)) for metric in center.metrics()]


def _metric(metric: Any, shown: tuple[Page, str] | None) -> Entry:
    path, at = (shown[0].path, shown[1]) if shown else ("/glossary", metric.metric_id)
    text = f"{_(shown[0].title) if shown else _('Glossary')} · {_(metric.question)}"
    return {"kind": "metric", "title": _(metric.title), "text": text, "also": metric.metric_id, "path": path, "at": at}


def _segments(center: Any) -> list[Entry]:
    return [
        {
            "kind": "segment",
            "title": name,
            "text": _("only these customers, on this page"),
            "also": "",
            "change": {"where.segment": name},
        }
        for name in center.dimension_values("segment")
        if name != "unknown"
    ]


def _actions() -> list[Entry]:
    """Returns what can be done from any page."""
    others = [(code, name) for code, name in LANGUAGES.items() if code != spoken()]
    return [
        _action(_("Light or dark"), _("switch the theme"), "theme dark light night", act="theme"),
        *(_action(name, _("read everything in this language"), f"language {code}", change={"lang": code}, anew=True)
          for code, name in others),
        _action(_("Compare with the year before"), _("every change is told against the same days a year earlier"), "year",
                change={"compare": "year"}),
        _action(_("Compare with the period before"), _("the usual comparison"), "month", change={"compare": None}),
        _action(_("Go live: show the newest data"), _("without a chosen period the page follows every load"), "now today period",
                change={"period": None}),
        _action(_("Show everybody"), _("without a segment or a list of people"), "all reset filter", change=SHOWS_EVERYBODY),
        _action(_("Save this view"), _("and open, rename or delete those that are saved"), "views bookmark start", act="views"),
        _action(_("Copy the link of this view"), _("with everything chosen, and the number that is open"), "share url", act="copy"),
        _action(_("Put this page on a wall"), _("large, turning, and mending itself"), "screen tv", act="wall"),
        _action(_("Keys"), _("what the keyboard does here"), "shortcuts help ?", act="keys"),
    ]  # fmt: skip


def _action(title: str, text: str, also: str, **does: Any) -> Entry:
    return {"kind": "action", "title": title, "text": text, "also": also, **does}
