"""Closing what a twin has started, in reverse order."""

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
        """Run every close function; one that fails is logged and the others still run."""
        while self._closers:
            closer = self._closers.pop()
            try:
                closing = closer()
                if inspect.isawaitable(closing):
                    await closing
            except Exception:  # noqa: BLE001 - a failing close function must not keep the others from running
                _LOG.exception("%r failed", closer)
