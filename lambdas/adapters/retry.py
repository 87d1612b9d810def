"""Retrying what AWS refused: growing pauses with full jitter, for the refused entries alone."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


def jittered_pause(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait before attempt number `attempt` (from 1): anywhere up to a bound that doubles.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    bound = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    return float(chance() * bound)


def write_all(
    entries: Sequence[T],
    write: Callable[[Sequence[T]], Sequence[T]],
    *,
    portion: int,
    attempts: int = 6,
    sleep: Callable[[float], None] = time.sleep,
) -> list[T]:
    """Write entries in portions, trying again those alone that `write` returns as refused; the lost ones."""
    lost: list[T] = []
    for start in range(0, len(entries), portion):
        remaining = entries[start : start + portion]
        for attempt in range(1, attempts + 1):
            remaining = write(remaining)
            if not remaining:
                break
            if attempt < attempts:
                sleep(jittered_pause(attempt))
        lost.extend(remaining)
    return lost
