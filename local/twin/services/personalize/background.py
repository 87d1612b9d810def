"""Background jobs: generators that yield between the states of a resource's life cycle."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

Job = Iterator[None]


class Background(Protocol):
    """Runs jobs after the request that started them is answered."""

    def start(self, job: Job) -> None:
        """Start a job."""


class ThreadedBackground:
    """Runs jobs in a thread pool and pauses at each state, so that clients can see it."""

    def __init__(self, *, pause_seconds: float = 0.02, workers: int = 4) -> None:
        self._pause_seconds = pause_seconds
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="personalize")

    def start(self, job: Job) -> None:
        """Start a job in the thread pool."""
        self._pool.submit(self._run, job)

    def _run(self, job: Job) -> None:
        for _ in job:
            time.sleep(self._pause_seconds)

    def close(self) -> None:
        """Wait for the running jobs and drop the waiting ones."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class ManualBackground:
    """Runs jobs one state at a time when a test calls `step`."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def start(self, job: Job) -> None:
        """Keep a job until the next `step`."""
        self._jobs.append(job)

    def step(self) -> None:
        """Move every job to its next state."""
        for _ in range(len(self._jobs)):
            job = self._jobs.popleft()
            if next(job, self) is not self:
                self._jobs.append(job)

    def finish(self) -> None:
        """Run every job to its end."""
        while self._jobs:
            self.step()
