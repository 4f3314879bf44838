"""The wall's own page and what it asks for: it is no page of Dash, and holds nothing but strings of ours and one script."""

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as Answered

from dashboard.access.who import Role, needs
from dashboard.errors import BadInput
from dashboard.settings import Settings
from dashboard.wall import WHOLE, Wall, WallView, program

CANNOT_READ = "The server cannot read its figures."


def register(server: Flask, wall: Wall, settings: Settings) -> None:
    """Shows the wall in place of any page whose address says wall=1, and adds /api/wall, which answers with one screen of it.

    To be called after the gate is set up: who may not call is refused before.
    """
    program()  # now: what is read later may be another one's

    @server.before_request
    def instead_of_a_page() -> str | None:
        is_page = request.method == "GET" and not request.path.startswith(("/api/", "/assets/", "/embed/", "/_"))
        return wall.document(_asked(wall)) if is_page and request.args.get("wall") == "1" else None

    @server.get("/api/wall")
    @needs(Role.VIEWER)
    def screen_of_wall() -> Answered | tuple[Response, int]:
        return _screen(wall, settings)


def _screen(wall: Wall, settings: Settings) -> Answered | tuple[Response, int]:
    number = request.args.get("screen", "0")
    if not WHOLE.fullmatch(number):
        raise BadInput("screen is a whole number.")
    mark = wall.mark(_query(), int(number))
    if mark is None:
        return jsonify(problem=CANNOT_READ), 503
    if request.if_none_match.contains(mark):
        return Response(status=304)
    shown = wall.screen(_asked(wall), int(number))
    has_failed = any(panel["failure"] for panel in shown["panels"])
    return jsonify(**shown, mark="" if has_failed else mark, poll_seconds=settings.poll_seconds)


def _asked(wall: Wall) -> WallView:
    return WallView.read(_query(), wall.pages)


def _query() -> str:
    return request.query_string.decode("ascii", "replace")
