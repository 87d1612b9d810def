"""The timeouts of a connection: ten minutes without a message, and two hours in all.

Source: AWS documentation, "Quotas for configuring and running a WebSocket API in API Gateway".
"""

import asyncio
from collections.abc import Callable

from local.twin.services.apigateway.connection import GOING_AWAY, Connection
from local.twin.services.apigateway.limits import Limits


class Timers:
    """Closes a connection at its idle timeout or at its maximum duration."""

    def __init__(self, connection: Connection, limits: Limits, now: Callable[[], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._limits = limits
        self._now = now
        self._life = self._loop.call_later(limits.life_seconds, connection.close, GOING_AWAY)
        self._idle = self._loop.call_later(limits.idle_seconds, self._check_idle)

    def cancel(self) -> None:
        """Stop both timers."""
        self._life.cancel()
        self._idle.cancel()

    def _check_idle(self) -> None:
        idle_seconds = self._now() - self._connection.last_active_at
        left_seconds = self._limits.idle_seconds - idle_seconds
        if left_seconds <= 0:
            self._connection.close(GOING_AWAY)
        else:
            self._idle = self._loop.call_later(left_seconds, self._check_idle)
