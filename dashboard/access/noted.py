"""Writes down who looked at a person or took people along; what cannot be written down is not shown."""

import re
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import unquote

from flask import g, has_request_context, request

from dashboard.access.who import asking
from dashboard.errors import BadInput, NotAllowed
from metrics.language import _
from queries.audit import LIST, note
from queries.workspace import Workspace

STORIES: Final = re.compile(r'href="/customers/([^"/?#&]+)')
"""The way to somebody's story, which everything has that is drawn of a person."""


def noted(center: Any, what: str, *, of: str = "", customers: Collection[str] = ()) -> None:
    """Adds a line to the audit log of the workspace that is asked; its purpose is the token's, or the address's `why`.

    Outside of a request nobody looks: programs that write packs note them by themselves.
    """
    held = getattr(center, "warehouse", None)  # a center without a workspace holds nobody
    if has_request_context() and held is not None:
        noted_in(held.workspace, what, of=of, customers=customers)


def noted_in(workspace: Workspace, what: str, *, of: str = "", customers: Collection[str] = ()) -> None:
    """Adds a line to the audit log of a workspace, for whoever asks."""
    note(workspace, what, by=asking().name, of=of, purpose=purpose_said(), customers=customers)


def noted_if_shown(center: Any, html: str, *, of: str, but: str = "") -> None:
    """Adds a line where somebody stands in what is drawn, also in what was kept; but: whose story it is, which is noted as one."""
    if shown := {unquote(found) for found in STORIES.findall(html)} - {but}:
        noted(center, LIST, of=of, customers=shown)


def names_nobody(html: str) -> bool:
    """Tells whether what was drawn tells nobody's name: it leads to no story, or whoever asks is told no names."""
    return not asking().policy.names or not STORIES.search(html)


def must_own(what: str, owner: str) -> None:
    """Raises NotAllowed for whoever may not change what somebody else keeps; what: its name."""
    if not asking().owns(owner):
        whose = _("{owner} keeps it", owner=owner) if owner else _("nobody is known to keep it")
        raise NotAllowed(_("“{name}” stays as it is: {whose}. An administrator may change it, too.", name=what, whose=whose))


def owner_asking() -> str:
    """Returns who keeps what is made now; empty for whoever sits at this machine, where nobody is told apart."""
    return "" if asking().is_local else asking().name


def purpose_said() -> str:
    """Returns what people are asked for, empty where nobody says it."""
    return str(g.get("purpose", "") or request.args.get("why", "")).strip()


def must_say_why() -> None:
    """Raises BadInput where a list of people is taken out and nobody says what for; whoever sits at this machine need not."""
    if not purpose_said() and not asking().is_local:
        raise BadInput("Say what these people are needed for: the address needs why=<purpose>. It is written down.")
