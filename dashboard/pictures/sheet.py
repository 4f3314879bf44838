"""A document that holds one panel and needs nothing else: to be photographed, or to stand in a pack."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from markupsafe import Markup

from dashboard.scripts import ASSETS
from dashboard.templates import render
from metrics.language import spoken

STYLES: Final = ("tokens.css", "command_center.css", "panel_menu.css")


def sheet(drawn: Markup, told: Mapping[str, Any], theme: str = "light") -> str:
    """Returns the document of a panel.

    drawn: what its chart drew.   told: its title and question, and the lines that say of when and from which data it is, as
    `panel_menu.standing` returns them.
    """
    return str(
        render(
            "picture.html",
            drawn=drawn,
            title=told["title"],
            told=json.dumps(dict(told), ensure_ascii=False),
            theme=theme if theme == "dark" else "light",
            language=spoken(),
            styles=styles(STYLES),
        )
    )


def standing_alone(drawing: str) -> str:
    """Returns the document of a drawing alone, as wide as the window that shows it."""
    return str(render("drawing.html", drawing=Markup(drawing)))  # its words are escaped


@cache
def _style(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def styles(names: Iterable[str]) -> Markup:
    """Returns style sheets of ours, one behind the other."""
    return Markup("\n".join(map(_style, names)))  # files of ours, which end no style element
