"""Retries of refused entries, with exponential backoff and full jitter."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


def jittered_pause(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait before retry number `attempt` (from 1): a random part of a doubling bound.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    bound = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    return float(chance() * bound)


def write_all(
    batches: Iterable[Sequence[T]],
    write: Callable[[Sequence[T]], Sequence[T]],
    *,
    attempts: int = 6,
    sleep: Callable[[float], None] = time.sleep,
) -> list[T]:
    """Write batches; retry the entries that `write` returns as refused. Return the lost entries."""
    lost: list[T] = []
    for batch in batches:
        remaining = batch
        for attempt in range(1, attempts + 1):
            remaining = write(remaining)
            if not remaining:
                break
            if attempt < attempts:
                sleep(jittered_pause(attempt))
        lost.extend(remaining)
    return lost
