"""The document around every page: language, theme before the first paint, our own style, no inline script."""

import json
from collections.abc import Sequence

from markupsafe import escape

from dashboard.scripts import asset
from metrics.language import SOURCE, _, later, spoken

INDEX = """<!DOCTYPE html>
<html lang="{%language%}" data-bs-theme="light" data-words="{%words%}" data-ways="{%ways%}"{%start%}>
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="{%icon%}">
<link rel="preload" href="/_dash-layout" as="fetch" crossorigin="anonymous">
<link rel="preload" href="/_dash-dependencies" as="fetch" crossorigin="anonymous">
<script src="{%theme%}"></script>
{%css%}
</head>
<body>
<a class="skip" href="#page">{%skip%}</a>
<noscript>{%needs_script%}</noscript>
{%app_entry%}
<div hidden>
{%config%}
{%scripts%}
{%renderer%}
</div>
</body>
</html>
"""

SCRIPT = (
    later("less than a minute ago"),
    later("{n} min ago"),
    later("{n} h ago"),
    later("{n} days ago"),
    later("▲ No answer from the server since {time}: these are the last figures, and they may be old."),
    later("The customers behind a number"),
    later("Find a page, a number, a customer, or what to do"),
    later("The server does not answer. Try again in a moment."),
    later("Close"),
    later("What are these people needed for?"),
    later("Purpose"),
    later("It is written into the audit log, with who takes the list along, when, and whom it holds. Name no customer here."),
    later("Download"),
)
"""What the script of the pages says by itself."""

WALL_SCRIPT = (
    *SCRIPT[:4],
    later("Command center"),
    later("Wall"),
    later("▲ Not drawn anew since {time}: as of {drawn} ({failure})"),
    later("▲ This could not be drawn. It is asked for again by itself. Id {failure}"),
    later("{period} against {other}"),
    later("data as of {time}, {ago}"),
    later("▲ late: data as of {time}, {ago}"),
    later("◆ very late: data as of {time}, {ago}"),
    later("❚❚ Paused · the space key goes on"),
    later("Next panels in {n} s"),
    later("{page} in {n} s"),
    later("▲ STALE · {problem} since {time}. These are the last figures."),
    later("▲ STALE · {problem} since {time}. There are no figures yet."),
    later("No answer from the server"),
    later("The server cannot read its figures."),
    later("The login has ended."),
)
"""What the script of the wall says by itself."""

EMBED_SCRIPT = (
    later("▲ No longer kept up to date, last at {time}. {why}"),
    later("▲ No answer since {time}: these are the last figures, and they may be old."),
)
"""What the script of a chart on another page says by itself."""


def words_of(script: Sequence[str]) -> str:
    """Returns what a script says by itself, in the language spoken, by its English texts; nothing where English is spoken."""
    return json.dumps({text: _(text) for text in script} if spoken() != SOURCE else {}, ensure_ascii=False)


def in_language(document: str, *, has_start: bool = False) -> str:
    """Returns the document in the language spoken, with the words that the script says.

    has_start: whether `/` alone opens a saved view, so that the overview is asked for by an address that says so.
    """
    said = {
        "icon": asset("icon.svg"),
        "theme": asset("theme.js"),
        "language": spoken(),
        "words": words_of(SCRIPT),
        "skip": _("Skip to the page"),
        "needs_script": _("This page needs JavaScript to show what it knows."),
    }
    for name, text in said.items():
        document = document.replace(f"{{%{name}%}}", str(escape(text)))
    return document.replace("{%ways%}", asset("ways.js")).replace("{%start%}", " data-start" if has_start else "")


NOT_ON_EVERY_PAGE = (
    r"(theme|picture|ways|first_run|embed_host)\.js|(wall|embed|pack)\.(js|css)"  # served, but put by hand where they belong
)
