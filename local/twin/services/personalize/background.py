"""Jobs that go on after the answer: each is a generator that pauses between the states of its life cycle."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

Job = Iterator[None]


class Background(Protocol):
    """Runs jobs after the request that started them has been answered."""

    def start(self, job: Job) -> None:
        """Begin a job."""


class ThreadedBackground:
    """Runs each job in a pool of threads, with a pause at each state so that clients can see it."""

    def __init__(self, *, pause_seconds: float = 0.02, workers: int = 4) -> None:
        self._pause_seconds = pause_seconds
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="personalize")

    def start(self, job: Job) -> None:
        """Begin a job in a thread of the pool."""
        self._pool.submit(self._run, job)

    def _run(self, job: Job) -> None:
        for _ in job:
            time.sleep(self._pause_seconds)

    def close(self) -> None:
        """Let the jobs under way end and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class ManualBackground:
    """Runs jobs when told to, one state at a time: for tests that look at each state."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def start(self, job: Job) -> None:
        """Keep a job until somebody steps."""
        self._jobs.append(job)

    def step(self) -> None:
        """Move every job under way to its next state."""
        for _ in range(len(self._jobs)):
            job = self._jobs.popleft()
            if next(job, self) is not self:
                self._jobs.append(job)

    def finish(self) -> None:
        """Run every job to its end."""
        while self._jobs:
            self.step()
