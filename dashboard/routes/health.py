"""Is it up, and which version is current? An open page asks for the version every few seconds."""

from typing import Any

from flask import Flask, jsonify

from dashboard.callbacks import current_version
from dashboard.panels import Panels
from dashboard.settings import Settings


def register(server: Flask, panels: Panels, settings: Settings) -> None:
    """Adds /health and /api/version."""

    @server.get("/health")
    def health() -> Any:
        return jsonify(status="up")

    @server.get("/api/version")
    def version() -> Any:
        return jsonify(version=current_version(panels), poll_seconds=settings.poll_seconds)
