"""What went wrong, as a program reads it: RFC 9457 problems, each kind with an address that says what it means.

A sentence is the same that a person gets. `instead` is the part of it that says what to do, where there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from dashboard.errors import BadInput, NotAllowed
from dashboard.gate import log_failure
from metrics.errors import BadPeriod, UnknownName
from queries.errors import QueriesError, SnapshotError, WorkspaceError

MIMETYPE: Final = "application/problem+json"
PREFIX: Final = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its title, and what to do about it."""

    status: int
    title: str
    means: str


KINDS: Final[Mapping[str, Kind]] = {
    "bad-request": Kind(400, "The request cannot be read", "A parameter is unknown, is given twice, or is not of its form."),
    "no-token": Kind(401, "A token is needed", "Send Authorization: Bearer with a token that `cx token add` made and that is still good."),
    "not-allowed": Kind(403, "Not allowed", "The token lacks the scope or the role, or the caller is none that may call here."),
    "not-found": Kind(404, "There is nothing here", "The address is none of those that the OpenAPI document lists."),
    "unknown-metric": Kind(404, "There is no such metric", "/api/v1/metrics lists every metric."),
    "not-this-method": Kind(405, "Only reading is possible", "Every address is read with GET."),
    "too-large": Kind(413, "The request is too large", "Nothing here takes a body."),
    "unknown-name": Kind(422, "A name is not known", "A dimension, an option or one of its words does not exist."),
    "bad-period": Kind(422, "The period cannot be answered", "It cannot be read, has not begun, or the metric takes none."),
    "no-answer": Kind(422, "The question cannot be answered as it was asked", "The sentence says why, and what to ask instead."),
    "too-many": Kind(429, "Too many requests", "Wait for as many seconds as Retry-After says."),
    "failed": Kind(500, "This failed", "It is our fault. Tell your administrator the id in `failure`."),
    "nothing-loaded": Kind(503, "There is no data to ask", "Nothing has been loaded yet, or what is there cannot be read."),
}  # fmt: skip
_BY_STATUS: Final = {kind.status: slug for slug, kind in reversed(KINDS.items())}


def problem(slug: str, sentence: str, **more: Any) -> Response:
    """Returns a problem as an answer."""
    kind = KINDS[slug]
    told = {"type": f"{PREFIX}problems/{slug}", "title": kind.title, "status": kind.status, "detail": sentence, **more}
    return Response(orjson.dumps(told), kind.status, mimetype=MIMETYPE)


def of_error(error: Exception) -> Response:
    """Returns what is answered where an error ended a request."""
    if isinstance(error, HTTPException):
        return of_status(error)
    if isinstance(error, BadInput | NotAllowed):
        return problem("bad-request" if isinstance(error, BadInput) else "not-allowed", str(error))
    if isinstance(error, SnapshotError | WorkspaceError):
        return problem("nothing-loaded", str(error))
    if isinstance(error, QueriesError):
        slug = "bad-period" if isinstance(error, BadPeriod) else "unknown-name" if isinstance(error, UnknownName) else "no-answer"
        return problem(slug, str(error), **({"instead": error.instead} if error.instead else {}))
    failure = log_failure(error)
    return problem("failed", f"This failed. Tell your administrator the id {failure}.", failure=failure)


def of_status(error: HTTPException) -> Response:
    """Returns the problem of what Flask itself refuses; one of a method tells which are taken."""
    told = problem(_BY_STATUS.get(error.code or 500, "bad-request"), f"{error.code} {error.name}.")
    if isinstance(error, MethodNotAllowed):
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return told


def refused_before(response: Response) -> Response:
    """Turns what the gate said in a plain sentence, before any view of ours was chosen, into a problem."""
    is_ours = request.path.startswith(PREFIX) and response.status_code >= 400
    if not is_ours or response.mimetype == MIMETYPE:
        return response
    if isinstance(request.routing_exception, HTTPException) and request.routing_exception.code == response.status_code:
        return of_status(request.routing_exception)
    told = problem(_BY_STATUS.get(response.status_code, "bad-request"), response.get_data(as_text=True))
    if "Retry-After" in response.headers:
        told.headers["Retry-After"] = response.headers["Retry-After"]
    return told
