"""Report once a minute whether the service hears its source."""

import time
from collections.abc import Callable

from crowd_source.ports import Health

REPORT_SECONDS = 60.0


class HealthReporter:
    """Compares how many messages the source has received with the number at the last report."""

    def __init__(self, health: Health, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._health = health
        self._monotonic = monotonic
        self._reported_at = monotonic()
        self._messages: int | None = None

    async def report(self, messages: int | None) -> None:
        """Report if a minute has passed; `messages` is the source's number, None while it is not read."""
        if self._monotonic() < self._reported_at + REPORT_SECONDS:
            return
        self._reported_at = self._monotonic()
        await self._health.report(is_healthy=messages is None or messages != self._messages)
        self._messages = messages
