"""Writes down who looked at a person or took people along; what cannot be written down is not shown."""

from collections.abc import Collection
from typing import Any

from flask import g, has_request_context, request

from dashboard.access.who import asking
from queries.audit import note


def noted(center: Any, what: str, *, of: str = "", customers: Collection[str] = ()) -> None:
    """Adds a line to the audit log of the workspace that is asked; its purpose is the token's, or the address's `why`.

    Outside of a request nobody looks: programs that write packs note them by themselves.
    """
    held = getattr(center, "warehouse", None)  # a center without a workspace holds nobody
    if has_request_context() and held is not None:
        purpose = g.get("purpose", "") or request.args.get("why", "")
        note(held.workspace, what, by=asking().name, of=of, purpose=purpose, customers=customers)
