"""How many requests were answered and how long that took, for Prometheus: summed over all workers of this server.

A label is the rule that an address falls under, never the address: it holds customers' ids, searches and tokens. Each worker counts in
files of its own, in the folder that the environment names before prometheus_client is loaded; who is scraped adds them up. Those of workers
that have ended stay: a counter falls only when `cx serve` itself starts anew.
"""

import os
import time
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard.logs import KNOWN_METHODS
from dashboard.workers import COUNTS_IN

LABELS: Final = ("route", "method", "status")
NO_ROUTE: Final = "none"
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Requests:
    """What one app has answered; the text tells that of all workers beside it."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._count = Counter("cx_requests", "Requests that were answered.", LABELS, registry=self._own)
        self._seconds = Histogram(
            "cx_request_seconds", "Seconds until an answer was made.", LABELS, buckets=BUCKETS, registry=self._own
        )

    def note(self, response: Response) -> Response:
        """Counts the request that is being answered."""
        labels = (
            request.url_rule.rule if request.url_rule else NO_ROUTE,
            request.method if request.method in KNOWN_METHODS else "other",
            f"{response.status_code // 100}xx",
        )
        self._count.labels(*labels).inc()
        if "began" in g:
            self._seconds.labels(*labels).observe(time.monotonic() - g.began)
        return response

    def text(self) -> str:
        """Returns the counts in the text format of Prometheus."""
        registry = self._own
        if COUNTS_IN in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry).decode("utf-8")


def count_requests(server: Flask) -> Requests:
    """Counts every request of a server from now on. Called first of all that looks at answers, it looks last: packing is in the time."""
    requests = Requests()
    server.after_request(requests.note)
    return requests
