"""The gate every request goes through: who may call, what may be sent, what every answer carries."""

import gzip
import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from traceback import format_tb
from typing import Any
from uuid import uuid4

from dash import Dash
from dash.exceptions import DependencyException, InvalidResourceError, PreventUpdate
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from dashboard import scripts
from dashboard.access.callers import only_known_callers
from dashboard.access.doors import Doors
from dashboard.access.oidc import LOGIN
from dashboard.access.pace import Pace
from dashboard.access.proxy import counted_by
from dashboard.access.who import Role, needs
from dashboard.errors import BadInput, NoPicture, NotAllowed
from dashboard.logs import number_requests
from dashboard.settings import Access, Settings

log = logging.getLogger("dashboard")
CALLBACKS = "/_dash-update-component"
OF_DASH = ("/", "/<path:path>", "/_dash-layout", "/_dash-dependencies", "/_reload-hash", CALLBACKS)
PACKED_TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")


def guard(app: Dash, settings: Settings, doors: Doors) -> None:
    """Puts the gate before and after every route, Dash's own included."""
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    number_requests(server, settings)
    server.before_request(only_known_callers(settings, doors))
    server.before_request(
        _through(server, doors, settings, Pace(settings.requests_a_minute) if settings.access is not Access.NONE else None)
    )
    server.after_request(_headers(app))
    server.after_request(Packer().pack)
    server.view_functions[CALLBACKS] = _checked(app, server.view_functions[CALLBACKS])
    for name in OF_DASH:
        server.view_functions[name] = needs(Role.VIEWER)(server.view_functions[name])
    _say_errors(server)


def _through(server: Flask, doors: Doors, settings: Settings, pace: Pace | None) -> Callable[[], Response | None]:
    """Asks at the path's door who comes in, before any view runs. A view that says nobody's role is shut: it may have been forgotten.

    The role is looked at here, too: other things than the view may answer for its address.
    """

    def enter() -> Response | None:
        if pace and request.path.startswith(LOGIN) and (refused := pace.too_fast("logs in", counted_by(settings))):
            return refused
        found = doors.enter(request.path)
        if found is None or isinstance(found, Response):
            return found
        g.who = found
        if request.endpoint is not None:
            role = getattr(server.view_functions[request.endpoint], "needs_role", None)
            if role is None:
                raise NotAllowed("This is open to nobody.")
            found.must_cover(role)
        return pace.too_fast("asks", found.name) if pace else None

    return enter


def content_policy(app: Dash) -> str:
    """Returns the content security policy: everything from here, no inline script but Dash's own start."""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(app.csp_hashes())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def _headers(app: Dash) -> Callable[[Response], Response]:
    policy: list[str] = []

    def add(response: Response) -> Response:
        if not policy:  # the hashes are known once every callback is registered
            policy.append(content_policy(app))
        response.headers.setdefault("Content-Security-Policy", policy[0])  # a chart on another page has one of its own
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault(
            "Referrer-Policy", "same-origin"
        )  # with none at all a browser sends its own forms as from nowhere
        if response.status_code == 200 and scripts.is_kept(request.path, request.args.get("m")):
            response.headers["Cache-Control"] = f"public, max-age={scripts.ONE_YEAR}, immutable"
        elif not _says_how_long(response):
            response.headers["Cache-Control"] = "no-store"
        return response

    return add


def _says_how_long(response: Response) -> bool:
    """Whether whoever made an answer says how long it may be kept: files do, and what a program asks for with its mark."""
    is_marked = request.path.startswith("/api/v1/") and "ETag" in response.headers
    return is_marked or request.path.startswith(("/assets/", "/_dash-component-suites/"))


class Packer:
    """Packs answers with gzip; a file that never changes is packed once and kept."""

    def __init__(self, most: int = 64) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._most = most

    def pack(self, response: Response) -> Response:
        if not self._may_pack(response):
            return response
        response.direct_passthrough = False
        data = response.get_data()
        if len(data) < 1000:
            return response
        response.set_data(self._packed(data, response))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
        if not response.headers.get("ETag", "").startswith("W/"):  # a weak one names what is told, however it is packed
            response.headers.pop("ETag", None)
        return response

    def _may_pack(self, response: Response) -> bool:
        is_ours = response.status_code == 200 and (request.method == "GET" or request.path == CALLBACKS)
        is_wanted = "gzip" in request.headers.get("Accept-Encoding", "") and "Content-Encoding" not in response.headers
        return is_ours and is_wanted and (response.mimetype or "").startswith(PACKED_TYPES)

    def _packed(self, data: bytes, response: Response) -> bytes:
        if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            return gzip.compress(data, 4, mtime=0)
        key = f"{request.path}#{len(data)}#{response.last_modified}"
        packed = self._kept.get(key)  # another thread may drop it at any moment
        if packed is None:
            packed = self._kept[key] = gzip.compress(data, 9, mtime=0)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return packed


def _checked(app: Dash, dispatch: Callable[[], Any]) -> Callable[[], Any]:
    """Dash validates nothing: a call whose shape no page of ours sends is refused before and while it is unpacked."""

    def answer() -> Any:
        try:
            body = request.get_json(silent=True)
        except RecursionError:
            raise BadInput("The call is nested too deep.") from None
        check_call(app.callback_map, body)
        g.is_ours = False
        try:
            return dispatch()
        except (BadInput, NotAllowed, HTTPException, PreventUpdate):
            raise
        except Exception as error:
            if g.is_ours:
                raise
            raise BadInput("The call does not have the shape of its callback.") from error

    return answer


def begun(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Marks the time in which a callback of ours runs: what fails then is our fault, before and after it is the call's."""

    @wraps(callback)
    def run(*args: Any) -> Any:
        g.is_ours = True
        answer = callback(*args)
        g.is_ours = False
        return answer

    return run


def check_call(known: Any, body: Any) -> None:
    """Raises BadInput unless a call names a callback of ours and gives as many inputs and states as it takes."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in known:
        raise BadInput("The call names no callback.")
    callback = known[body["output"]]
    for name, expected in (("inputs", callback["inputs"]), ("state", callback["state"])):
        given = body.get(name, [])
        if not isinstance(given, list) or len(given) != len(expected):
            raise BadInput(f"The call needs {len(expected)} {name}.")
        if not all(_is_named(each) for each in given):
            raise BadInput(f"Each of {name} has an id and a property.")
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(each, str) for each in changed):
        raise BadInput("changedPropIds is a list of names.")


def _is_named(part: Any) -> bool:
    if isinstance(part, list):
        return all(_is_named(each) for each in part)
    return isinstance(part, dict) and isinstance(part.get("property"), str) and isinstance(part.get("id"), str | dict)


def _say_errors(server: Flask) -> None:
    """Answers errors in one plain sentence: no traces, no data."""

    @server.errorhandler(BadInput)
    def bad_input(error: BadInput) -> tuple[str, int, dict[str, str]]:
        return str(error), 400, {"Content-Type": "text/plain; charset=utf-8"}

    @server.errorhandler(NotAllowed)
    def not_allowed(refused: NotAllowed) -> tuple[str, int, dict[str, str]]:
        return str(refused), 403, {"Content-Type": "text/plain; charset=utf-8"}

    @server.errorhandler(NoPicture)
    def no_picture(error: NoPicture) -> tuple[str, int, dict[str, str]]:
        return str(error), 501 if error.is_absent else 503, {"Content-Type": "text/plain; charset=utf-8"}

    @server.errorhandler(DependencyException)
    @server.errorhandler(InvalidResourceError)
    def no_such_script(_: Exception) -> tuple[str, int, dict[str, str]]:
        return "404 Not Found", 404, {"Content-Type": "text/plain; charset=utf-8"}

    @server.errorhandler(Exception)
    def failed(error: Exception) -> Any:
        if isinstance(error, HTTPException):
            return f"{error.code} {error.name}", error.code or 500, {"Content-Type": "text/plain; charset=utf-8"}
        return f"This failed. Tell your administrator the id {log_failure(error)}.", 500, {"Content-Type": "text/plain"}


def log_failure(error: BaseException) -> str:
    """Logs where it failed under a new short id, which the page shows; not the message, which may hold a person's data."""
    failure = uuid4().hex[:8]
    where = "".join(format_tb(error.__traceback__))
    log.error("failure %s: %s\n%s", failure, type(error).__name__, where)
    return failure
