"""Loading from a page: files are sent here, a load is started, sample data comes and goes. Only pages of this server may ask for it."""

from threading import BoundedSemaphore
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import ClientDisconnected

from dashboard.access.who import Role, asking, needs
from dashboard.errors import BadInput
from dashboard.first_run import Shown, guide, start_load, start_sample
from dashboard.panels import Panels
from dashboard.posted import only_ours
from dashboard.view import View
from queries.errors import QueriesError, WorkspaceBusy
from queries.intake.limits import FILE_BYTES
from queries.sample import remove_sample
from queries.sent import CutOff, NoRoom, Sent, take

START = "/start"
LIVE = ("load-your-exports", "give-us-the-files", "what-they-are")
MOST_AT_ONCE = 2  # of the threads of a worker: the others go on answering
SECONDS_OF_SILENCE = 60
MOST_BYTES = 1000


def register(server: Flask, panels: Panels, shown: Shown) -> None:
    """Adds POST /exports, /loads, /sample and /sample/remove, and GET /api/loading; an empty workspace's first page is the guide."""
    _first_page(server, shown)
    _sending(server, shown)
    _sample(server, shown)

    @server.post("/loads")
    @needs(Role.ADMIN)
    def load() -> tuple[Response, int]:
        only_ours()
        return jsonify(started=start_load(shown.workspace)), 202

    @server.get("/api/loading")
    @needs(Role.ADMIN)
    def loading() -> Response:
        return jsonify(_told(panels, shown))


def _first_page(server: Flask, shown: Shown) -> None:
    @server.before_request
    def guide_first() -> Response | None:
        is_first = request.method == "GET" and request.path == "/" and request.args.get("wall") != "1"
        if not (is_first and shown.is_empty and asking().role.covers(Role.ADMIN)):
            return None
        asked = View.of_address("/", request.query_string.decode("ascii", "replace"))
        return Response(status=302, headers={"Location": asked.elsewhere(START)})


def _sending(server: Flask, shown: Shown) -> None:
    free = BoundedSemaphore(MOST_AT_ONCE)

    @server.post("/exports")
    @needs(Role.ADMIN)
    def send() -> tuple[Response, int]:
        only_ours()
        request.max_content_length = FILE_BYTES
        size = request.content_length
        if size is None:
            abort(411)
        if size > FILE_BYTES:
            abort(413)
        if not free.acquire(blocking=False):
            return jsonify(problem="Other files are arriving."), 503
        try:
            return _answer(shown, size)
        finally:
            free.release()


def _answer(shown: Shown, size: int) -> tuple[Response, int]:
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(SECONDS_OF_SILENCE)
    try:
        sent = _taken(shown, size)
    except NoRoom as problem:
        return _refused(problem, 507, size)
    except QueriesError as problem:
        return _refused(problem, 400, size)
    return jsonify(file_name=sent.file_name, size=sent.size, was_there=sent.was_there), 201


def _taken(shown: Shown, size: int) -> Sent:
    name, modified = request.args.get("name", ""), request.args.get("modified", "")
    seconds = int(modified) / 1000 if modified.isascii() and modified.isdigit() and len(modified) < 15 else None

    def read(most: int) -> bytes:
        try:
            return request.stream.read(most)
        except ClientDisconnected:
            return b""

    return take(shown.workspace, name, size, read, seconds)


def _refused(problem: QueriesError, code: int, size: int) -> tuple[Response, int]:
    """Answers in a sentence, once the rest of what is being sent was read: a browser that is still sending hears nothing."""
    if not isinstance(problem, CutOff):
        try:
            while request.stream.read(1 << 20):
                continue
        except (ClientDisconnected, OSError):
            pass
    return jsonify(problem=str(problem)), code


def _sample(server: Flask, shown: Shown) -> None:
    @server.post("/sample")
    @needs(Role.ADMIN)
    def load_sample() -> Response:
        only_ours(MOST_BYTES)
        if shown.has_own:
            raise BadInput("Sample data is shown only while there is no data of your own.")
        start_sample(shown.workspace)
        return _back("?then=look")

    @server.post("/sample/remove")
    @needs(Role.ADMIN)
    def drop_sample() -> Response:
        only_ours(MOST_BYTES)
        try:
            remove_sample(shown.workspace)
        except WorkspaceBusy as problem:
            raise BadInput(str(problem)) from None
        return _back("")


def _back(query: str) -> Response:
    return Response(status=303, headers={"Location": START + query})


def _told(panels: Panels, shown: Shown) -> dict[str, Any]:
    """Returns where things stand, and the parts of the guide that tell it as they look now."""
    now, view = guide(shown), View.of_address(START, request.query_string.decode("ascii", "replace"))
    return {
        "waiting": len(now.waits),
        "is_watched": now.is_watched,
        "is_busy": now.is_loading or now.is_sample_loading,
        "has_failed": bool(now.problem),
        "sample": "there" if now.has_sample else "coming" if now.is_sample_loading else "none",
        "panels": {name: str(panels.draw(START, name, view)) for name in LIVE},
    }
