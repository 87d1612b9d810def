"""Closing what a twin has started, in reverse order."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

_LOG = logging.getLogger(__name__)


class Closers:
    """Close functions, synchronous or not; the one added last runs first."""

    def __init__(self) -> None:
        self._closers: list[Callable[[], Any]] = []

    def add(self, *closers: Callable[[], Any]) -> None:
        """Add close functions."""
        self._closers += closers

    async def close(self) -> None:
        """Run every close function; one that fails or is cancelled does not keep the others from running."""
        cancelled: asyncio.CancelledError | None = None
        while self._closers:
            closer = self._closers.pop()
            try:
                closing = closer()
                if inspect.isawaitable(closing):
                    await closing
            except asyncio.CancelledError as error:
                cancelled = error
            except Exception:  # noqa: BLE001 - it is logged, and the others still have to be closed
                _LOG.exception("%r failed", closer)
        if cancelled is not None:
            raise cancelled
