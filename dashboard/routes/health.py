"""Is it up, and which version is current? An open page asks for the version every few seconds."""

from typing import Any

from flask import Flask, Response, abort, jsonify, request

from dashboard.access.who import Role, needs
from dashboard.callbacks import current_version
from dashboard.panels import Panels
from dashboard.settings import Settings, is_loopback
from dashboard.watching import prometheus_text
from queries.workspace import Workspace


def register(server: Flask, panels: Panels, settings: Settings) -> None:
    """Adds /health, /api/version, and /metrics for a Prometheus on this machine."""

    @server.get("/health")
    def health() -> Any:
        return jsonify(status="up")

    @server.get("/api/version")
    @needs(Role.VIEWER)
    def version() -> Any:
        return jsonify(version=current_version(panels), poll_seconds=settings.poll_seconds)

    @server.get("/metrics")
    @needs(Role.ADMIN)
    def metrics() -> Response:
        if not is_loopback(request.remote_addr or ""):
            abort(404)
        return Response(prometheus_text(Workspace(settings.workspace)), mimetype="text/plain; version=0.0.4")
