"""How many requests are answered of one asker in a minute: a person, a program, or, before anybody is known, an address."""

import math
import time
from typing import Final

from flask import Response
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

LOGINS_A_MINUTE: Final = 30
GUESSES_A_MINUTE: Final = 30
"""How many wrong tokens, keys and links one address may show before it waits; a right one is heard all the same."""


class Pace:
    """Counts in one worker: with several, as many times more are answered in all."""

    def __init__(self, requests_a_minute: int) -> None:
        counts = {"asks": requests_a_minute, "logs in": LOGINS_A_MINUTE, "guesses": GUESSES_A_MINUTE}
        self._of = {what: RateLimitItemPerMinute(count) for what, count in counts.items()}
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    def too_fast(self, what: str, asker: str) -> Response | None:
        """Returns what is answered where one thing is done too often, and counts it; None where it is not."""
        if self._counted.hit(self._of[what], what, asker):
            return None
        seconds = self._counted.get_window_stats(self._of[what], what, asker).reset_time - time.time()
        answer = Response("Too many requests. Wait a minute.", 429, mimetype="text/plain")
        answer.headers["Retry-After"] = str(max(1, math.ceil(seconds)))
        return answer
