"""Token buckets for the service's rates."""

import time
from collections.abc import Callable
from threading import Lock


class TokenBucket:
    """Admits `rate` requests a second on the average, and as many at once."""

    def __init__(self, rate: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._tokens = rate
        self._at = monotonic()
        self._lock = Lock()

    def admits(self) -> bool:
        """Take a token if there is one."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._rate, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
