"""The guide's first step: files are chosen or dropped; assets/first_run.js sends them and says how far each is."""

import json
from typing import Any

from markupsafe import Markup

from dashboard.first_run import Guide, guide
from dashboard.look import Look
from dashboard.sizes import size_words
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later
from queries.intake.limits import FILE_BYTES

WORDS = (
    later("waits"),
    later("{done} of {size}"),
    later("arrived"),
    later("lies there already"),
    later("The connection was cut, and nothing of it was kept."),
    later("Send it again"),
    later("It is larger than {size}. Export it in parts."),
    later("It is empty. Export it again, with its header."),
    later("It is a folder, or cannot be read. Choose the files in it."),
    later("Stop"),
    later("stopped"),
)
"""What the script of the guide says by itself."""


def fetch(center: Any, view: View) -> Guide:
    return guide(center)


def draw(told: Guide, look: Look) -> Markup:
    return render(
        "guide_give.html",
        title=look.title,
        words=json.dumps({text: _(text) for text in WORDS}, ensure_ascii=False),
        most=FILE_BYTES,
        most_words=size_words(FILE_BYTES, look.reader),
        language=look.view.language,
        folder=str(told.root / "inbox"),
        is_watched=told.is_watched,
    )
