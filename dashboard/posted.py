"""What a form of ours sends: taken from pages of this server only, small, each field once."""

from collections.abc import Mapping

from flask import abort, request

from dashboard.errors import BadInput

MOST_BYTES = 8000


def only_ours(most_bytes: int | None = None) -> None:
    """Refuses what no page of this server sent, and a body of more bytes than that or of unknown length."""
    if not request.headers.get("Origin"):  # the gate has refused every other one; a browser always sends its own
        abort(403)
    if most_bytes is not None and (request.content_length is None or request.content_length > most_bytes):
        abort(413)


def posted(what: str, fields: tuple[str, ...]) -> Mapping[str, str]:
    """Returns the fields of the form that was sent, empty where it does not say; what: "A view", for the sentence that refuses it."""
    only_ours(MOST_BYTES)
    told = request.form
    if set(told) - set(fields) or any(len(told.getlist(name)) > 1 for name in told):
        raise BadInput(f"{what} has {', '.join(fields)}, at most once each.")
    return {name: told.get(name, "") for name in fields}
