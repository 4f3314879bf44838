"""A view: everything an address asks for. Every view is a link, and every link is read with limits.

The selection's own keys are metrics' (period, compare, by, where.<dimension>); ours are
lang, open, over, per, mark.<part>, with.<dimension>, opt.<option> (the drawer), rows (how far its list is unfolded), show and draw
(how its number is worked out, or five of its stories and which) and q (a search).
Every other name is an option of the page, which takes those that it knows; dashboard/link_told.py says which it does not.
v is the version of the address: 1, and left out. One of another version is read as far as it can be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from dashboard.errors import BadInput
from metrics.language import LANGUAGES
from metrics.selection import Selection
from queries.errors import QueriesError

LONGEST: Final = 2000
MOST_FIELDS: Final = 40
MOST_ROWS: Final = 2000
PAGE_OF_ROWS: Final = 50
OURS: Final = ("lang", "open", "over", "per", "rows", "show", "draw", "q")
SHOWN: Final = ("how", "five")
MOST_DRAWS: Final = 9999
LONGEST_OPTION: Final = 120
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
_PATH: Final = re.compile(r"/(?!/)[\w\-./%@~:+]{0,200}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A number that was opened: its metric, the part of the figure, and what narrows it beyond the page's selection.

    period is the panel's own, where it is not the page's.   by is what the figure was split by, whose group the mark names.
    """

    metric: str
    period: str | None = None
    by: tuple[str, ...] = ()
    mark: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        marks = [(f"mark.{name}", self.mark[name]) for name in sorted(self.mark)]
        where = [(f"with.{name}", value) for name in sorted(self.where) for value in self.where[name]]
        options = [(f"opt.{name}", self.options[name]) for name in sorted(self.options)]
        over = [("over", self.period)] if self.period else []
        return [("open", self.metric), *over, *(("per", name) for name in self.by), *marks, *where, *options]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one address asks for. problem tells why its selection could not be read; the default one stands in.

    options are the page's own, as text; one that has its usual value is left out.
    language is the one that the reader chose; empty: the workspace's own.
    show is what the drawer shows beside its list: "how" the number is worked out, or "five" of its stories; draw says which five.
    """

    path: str = "/"
    selection: Selection = field(default_factory=Selection)
    options: Mapping[str, str] = field(default_factory=dict)
    target: Target | None = None
    rows: int = PAGE_OF_ROWS
    show: str = ""
    draw: int = 1
    search: str = ""
    language: str = ""
    problem: str | None = None

    @classmethod
    def read(cls, path: Any, query: Any) -> "View":
        """Reads an address. Raises BadInput for what no link of ours holds; a selection that makes no sense is a problem."""
        pairs = _pairs(_text(query, "query"))
        ours = {name: value for name, value in pairs if name in OURS}
        selection, problem = _selection([(name, value) for name, value in pairs if _is_metrics(name) and name != "v"])
        return cls(
            path=_path(path),
            selection=selection,
            options=_options(pairs),
            target=_target(ours, pairs),
            rows=_rows(ours.get("rows")),
            show=shown if (shown := ours.get("show", "")) in SHOWN else "",
            draw=_draw(ours.get("draw", "")),
            search=ours.get("q", "").strip()[:100],
            language=chosen if (chosen := ours.get("lang", "")) in LANGUAGES else "",
            problem=problem,
        )

    @classmethod
    def of_address(cls, path: Any, query: Any) -> "View":
        """Reads an address that anybody may have made by hand: what cannot be read of its query is a problem like any other."""
        try:
            return cls.read(path, query)
        except BadInput as problem:
            if not isinstance(query, str):
                raise
            return cls(path=_path(path), problem=str(problem))

    def query(self) -> str:
        """Returns the address's query, defaults left out."""
        pairs = parse_qsl(self.selection.to_query(), keep_blank_values=True)
        pairs += [(name, self.options[name]) for name in sorted(self.options)]
        if self.language:
            pairs.append(("lang", self.language))
        if self.search:
            pairs.append(("q", self.search))
        if self.target:
            pairs += self.target.pairs()
        if self.target and self.rows != PAGE_OF_ROWS:
            pairs.append(("rows", str(self.rows)))
        if self.target and self.show:
            pairs.append(("show", self.show))
        if self.target and self.show == "five" and self.draw != 1:
            pairs.append(("draw", str(self.draw)))
        return urlencode(pairs)

    def href(self, path: str | None = None) -> str:
        query = self.query()
        return (path or self.path) + (f"?{query}" if query else "")

    def elsewhere(self, path: str) -> str:
        """Returns the link to another page: the selection goes along, what is this page's own stays here."""
        return View(path=path, selection=self.selection.changed(by=()), language=self.language).href()

    def opened(self, target: Target | None) -> "View":
        """Returns this view with another drawer, or none."""
        return replace(self, target=target, rows=PAGE_OF_ROWS, show="", draw=1)

    def selected(self, **changes: Any) -> "View":
        """Returns this view with parts of its selection replaced and the drawer closed."""
        return replace(self.opened(None), selection=self.selection.changed(**changes))

    def chosen(self, **options: str | None) -> "View":
        """Returns this view with options of the page set, or taken back to the usual (None), and the drawer closed."""
        kept = {name: value for name, value in {**self.options, **options}.items() if value is not None}
        return replace(self.opened(None), options=kept)


def _selection(pairs: list[tuple[str, str]]) -> tuple[Selection, str | None]:
    try:
        return Selection.from_query(urlencode(pairs)), None
    except QueriesError as problem:
        return Selection(), str(problem)


def _is_metrics(name: str) -> bool:
    return name in ("period", "compare", "by", "v") or name.startswith("where.")


def is_ours(name: str) -> bool:
    """Tells whether every page knows this name of an address."""
    return name in OURS or _is_metrics(name) or name.startswith(("mark.", "with.", "opt."))


def _options(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Returns what may be an option of the page; mail and ad tools hang longer and stranger names to links, which are left alone."""
    named = {name: value for name, value in pairs if name not in OURS and not _is_metrics(name)}
    return {name: value for name, value in named.items() if _ID.fullmatch(name) and len(value) <= LONGEST_OPTION}


def _target(ours: Mapping[str, str], pairs: list[tuple[str, str]]) -> Target | None:
    metric = ours.get("open")
    if not metric:
        return None
    if not _ID.fullmatch(metric):
        raise BadInput("open names a metric: small letters, digits and underscores.")
    return Target(
        metric=metric,
        period=ours.get("over") or None,
        by=tuple(value for name, value in pairs if name == "per"),
        mark={name: values[-1] for name, values in _named(pairs, "mark.").items()},
        where=_named(pairs, "with."),
        options={name: values[-1] for name, values in _named(pairs, "opt.").items()},
    )


def _named(pairs: list[tuple[str, str]], prefix: str) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name.startswith(prefix):
            part = name.removeprefix(prefix)
            if not _ID.fullmatch(part):
                raise BadInput(f"{prefix}… names a part: small letters, digits and underscores.")
            named[part] = (*named.get(part, ()), value)
    return named


def _rows(text: str | None) -> int:
    if text is None:
        return PAGE_OF_ROWS
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadInput("rows is a whole number.")
    return max(PAGE_OF_ROWS, min(int(text), MOST_ROWS))


def _draw(text: str) -> int:
    """Returns which five stories are drawn; anything but a number of ours is the first five."""
    return min(max(int(text), 1), MOST_DRAWS) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else 1


def _path(path: Any) -> str:
    text = _text(path, "path") or "/"
    if not _PATH.fullmatch(text):
        raise BadInput("The path is not one of ours.")
    return text.rstrip("/") or "/"


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or "\x00" in value:
        raise BadInput(f"The {name} is text of at most {LONGEST} characters.")
    return value


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise BadInput("The address cannot be read: write name=value pairs joined by &.") from None
    if any("\x00" in name + value for name, value in pairs):
        raise BadInput("The address holds a character that no text has.")
    return pairs
