"""Who is here, in the header: their name, what they may do, and the way out. Put in after a header was kept: it is everybody's."""

from typing import Final

from markupsafe import Markup

from dashboard.access.who import Role, Who
from dashboard.templates import render
from metrics.language import _, later

PLACE: Final = "<!-- who asks -->"
ROLES: Final = {
    Role.VIEWER: (later("viewer"), later("You see figures; small groups are hidden, and nobody is told by name.")),
    Role.MANAGER: (later("manager"), later("You also see who is behind a figure, decide, and keep lists and views.")),
    Role.ADMIN: (later("admin"), later("You may do everything, and load data.")),
}


def put_into(header: str, who: Who) -> str:
    """Returns a header with who asks in its place; where nobody logs in there is nothing to tell."""
    return header.replace(PLACE, str(drawn(who)) if who != Who.local() else "")


def drawn(who: Who) -> Markup:
    role, means = ROLES[who.role]
    letter = next((letter for letter in who.name if letter.isalnum()), "?").upper()
    return render("who.html", name=who.name, role=_(role), means=_(means), letter=letter, logs_out=who.logs_out)
