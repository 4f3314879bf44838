"""One worker of the server: gunicorn's settings and the app that each worker makes for itself.

Nothing is opened before the fork: each process opens its own read-only connection when it is first asked.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from dashboard import scripts
from dashboard.app import create_app
from dashboard.logs import as_json
from dashboard.settings import Settings
from dashboard.workers import LISTENS_AT, TELLS_AT

_settings = Settings()

_address = f"{'[' + _settings.host + ']' if ':' in _settings.host else _settings.host}:{_settings.port}"

bind = f"fd://{os.environ[LISTENS_AT]}" if LISTENS_AT in os.environ else _address
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
preload_app = False
timeout = 60
graceful_timeout = 30  # as long as the longest question
keepalive = 20
errorlog = "-"
loglevel = os.environ.get("CX_LOG_LEVEL", "warning")
proc_name = "command-center"
limit_request_line = 8190
forwarded_allow_ips = ""  # what a proxy says is read where its own address is looked at, and nowhere else
forwarder_headers = ""  # else whoever calls from this machine says under which path
header_map = "refuse"  # X_Forwarded_User would be read as X-Forwarded-User
control_socket_disable = True


def application() -> Any:
    """Returns the WSGI application, whose files are packed; gunicorn calls this once in each worker."""
    if _settings.log == "json":
        as_json()
    server = create_app(_settings).server
    scripts.prepare(server)
    Thread(target=_get_warm, args=(server.config["WARM"],), daemon=True).start()
    return server


def _get_warm(warm: Callable[[], None]) -> None:
    """Draws the first page, and tells who started the workers; nobody waits for one that replaces another later."""
    try:
        warm()
    finally:
        if TELLS_AT in os.environ:
            with suppress(OSError):
                os.write(int(os.environ[TELLS_AT]), b"w")
