"""Drawn panels in a Redis that the workers share, each signed: who can write into it can spoil what is kept, and nothing else.

Values are pickled, and unpickled only where the signature holds. A Redis that does not answer is left alone for some seconds; what it
would have kept is worked out anew meanwhile.
"""

import hmac
import logging
import pickle
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

T = TypeVar("T")
SIGNATURE: Final = 32
SECONDS_TO_ANSWER: Final = 0.5
SECONDS_LEFT_ALONE: Final = 5.0
AT_ONCE: Final = 500
LARGEST: Final = 4 << 20
log = logging.getLogger("dashboard")


class RedisStore:
    """Values under keys, each for so many seconds; all of one workspace begin with its prefix."""

    def __init__(self, address: str, key: str, prefix: str, seconds: int) -> None:
        waits = {"socket_timeout": SECONDS_TO_ANSWER, "socket_connect_timeout": SECONDS_TO_ANSWER}
        self._redis = Redis.from_url(address, retry=Retry(NoBackoff(), 0), **waits)
        self._key, self._prefix, self._seconds = key.encode(), prefix, seconds
        self._away_until = float("-inf")

    @property
    def is_away(self) -> bool:
        """Whether it did not answer a moment ago."""
        return time.monotonic() < self._away_until

    def get(self, key: str) -> Any:
        """Returns what is kept under a key; None without anything that we signed, and while nothing answers."""
        found = self._answer(lambda: self._redis.get(self._prefix + key), None)
        if not isinstance(found, bytes) or len(found) < SIGNATURE:
            return None
        said, value = found[:SIGNATURE], found[SIGNATURE:]
        return pickle.loads(value) if hmac.compare_digest(said, self._signature(key, value)) else None

    def set(self, key: str, value: Any) -> None:
        """Keeps a value; one that is very large is not worth it."""
        packed = pickle.dumps(value)
        if len(packed) <= LARGEST:
            signed = self._signature(key, packed) + packed
            self._answer(lambda: self._redis.set(self._prefix + key, signed, ex=self._seconds), None)

    def clear(self) -> bool:
        """Drops all that is kept of this workspace; tells whether that could be done."""

        def drop() -> bool:
            for found in self._redis.scan_iter(f"{self._prefix}*", count=AT_ONCE):
                self._redis.delete(found)
            return True

        return self._answer(drop, False)

    def _signature(self, key: str, value: bytes) -> bytes:
        """The key is signed along, so that nothing can be put under another's."""
        return hmac.new(self._key, key.encode() + b"\0" + value, sha256).digest()

    def _answer(self, ask: Callable[[], Any], otherwise: T) -> Any | T:
        if self.is_away:
            return otherwise
        try:
            return ask()
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + SECONDS_LEFT_ALONE
            log.warning("The cache does not answer (%s): what is drawn is worked out each time.", type(error).__name__)
            return otherwise
