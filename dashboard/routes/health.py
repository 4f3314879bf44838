"""Is it up, is it ready, and which version is current? An open page asks for the version every few seconds."""

from typing import Any

from flask import Flask, Response, jsonify

from dashboard.access.metrics import READS_METRICS
from dashboard.access.who import Role, Who, acting, needs
from dashboard.asking import newest_of
from dashboard.callbacks import current_version
from dashboard.counted import Requests
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.watching import prometheus_text
from queries.errors import QueriesError
from queries.workspace import Workspace

WARM = "IS_WARM"


def register(server: Flask, panels: Panels, settings: Settings, requests: Requests) -> None:
    """Adds /health, /health/ready, /api/version, and /metrics for the Prometheus that the settings name."""

    @server.get("/health")
    def health() -> Any:
        return jsonify(status="up")

    @server.get("/health/ready")
    def ready() -> Any:
        lacking = _lacking(server, panels)
        return (jsonify(status="not ready", because=lacking), 503) if lacking else jsonify(status="ready")

    @server.get("/api/version")
    @needs(Role.VIEWER)
    def version() -> Any:
        return jsonify(version=current_version(panels), poll_seconds=settings.poll_seconds)

    @server.get("/metrics")
    @needs(READS_METRICS)
    def metrics() -> Response:
        told = prometheus_text(Workspace(settings.workspace)) + requests.text()
        return Response(told, mimetype="text/plain; version=0.0.4")


def _lacking(server: Flask, panels: Panels) -> str:
    """Returns why this worker should not be sent anybody yet, empty where it can answer; of the data it tells nothing."""
    if not server.config.get(WARM):
        return "The first page is being drawn."
    try:
        with acting(server, Who.local()):
            newest_of(panels.center)
    except (QueriesError, OSError):
        return "No snapshot can be read."
    return ""
