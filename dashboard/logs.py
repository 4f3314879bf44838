"""What is logged as JSON: one line for each request and each failure. No address, name or text of anybody is in it."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TextIO
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request

from dashboard.access.proxy import is_peer
from dashboard.settings import Settings

REQUESTS: Final = logging.getLogger("dashboard.requests")
GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class AsJson(logging.Formatter):
    """Writes a record as one line of JSON; of an error its type, since its message may hold what a customer is called."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if has_request_context() and "request_id" in g:
            told["request"] = g.request_id
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
        return json.dumps(told, ensure_ascii=False)


def as_json(stream: TextIO | None = None) -> logging.Handler:
    """Lets everything of this process be logged as JSON from now on; returns the handler that does."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AsJson())
    logging.root.handlers = [handler]
    for name in ("gunicorn.error", "gunicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    REQUESTS.setLevel(logging.INFO)
    return handler


def number_requests(server: Flask, settings: Settings) -> None:
    """Gives each request an id, which its answer and its failure carry, and logs it where JSON is logged.

    The address is told as the rule that it falls under: an address holds customers' ids, searches and tokens.
    """
    server.before_request(_begin(settings))
    server.after_request(_end(settings))


def _begin(settings: Settings) -> Callable[[], None]:
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        is_told = is_peer(request.remote_addr, settings.trusted_peer) and GIVEN_ID.fullmatch(given)
        g.request_id, g.began = given if is_told else uuid4().hex, time.monotonic()

    return begin


def _end(settings: Settings) -> Callable[[Response], Response]:
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers["X-Request-Id"] = g.request_id
        if settings.log == "json":
            told = {
                "method": request.method if request.method in KNOWN_METHODS else "other",
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "ms": round(1000 * (time.monotonic() - g.began), 1),
                "role": g.who.role if "who" in g else None,
            }
            REQUESTS.info("request", extra={"told": told})
        return response

    return end


KNOWN_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
