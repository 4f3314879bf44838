"""A pack as one page that needs nothing else: the panels as they are drawn on the pages, their style inside, no script."""

from functools import cache
from typing import Final

from markupsafe import Markup

from dashboard.packs.contents import Contents
from dashboard.scripts import ASSETS
from dashboard.templates import render
from metrics.language import _, speaking

STYLES: Final = ("tokens.css", "command_center.css", "panel_menu.css", "embed.css", "pack.css")


def sheet(told: Contents) -> str:
    """Returns a pack as an HTML document; also what is printed."""
    with speaking(told.language):
        as_of = [_("data as of {moment}", moment=told.as_of)] if told.as_of else []
        standing = " · ".join([*as_of, _("snapshot {id}", id=told.snapshot), told.frozen])
        return str(render("pack.html", told=told, standing=standing, styles=_styles()))


@cache
def _styles() -> Markup:
    """The style sheets of the pages as one; files of ours, which end no style element and load nothing."""
    return Markup("\n".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES))
