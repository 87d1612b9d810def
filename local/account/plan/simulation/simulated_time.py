"""Simulated time, and the processes that live in it."""

import heapq
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

Process = Generator[float, None, None]
"""Yields the seconds that it waits, each time that it waits."""

START = datetime(2026, 6, 1, 19, 0, tzinfo=UTC)


class SimulatedTime:
    """Runs processes as their waits end; those that are due together run in the order of their start."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """Seconds since the start."""
        self._due: list[tuple[float, int, Process]] = []
        self._started = 0

    def now(self) -> datetime:
        """Return the instant, for code that takes a clock."""
        return START + timedelta(seconds=self.seconds)

    def start(self, process: Process, *, after: float = 0.0) -> None:
        """Start a process after so many seconds."""
        self._started += 1
        heapq.heappush(self._due, (self.seconds + after, self._started, process))

    def run(self) -> None:
        """Run until every process has ended."""
        while self._due:
            self.seconds, number, process = heapq.heappop(self._due)
            wait = next(process, None)
            if wait is not None:
                heapq.heappush(self._due, (self.seconds + wait, number, process))
