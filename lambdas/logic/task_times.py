"""Times of a task's steps."""

from collections.abc import Mapping
from datetime import datetime


def epoch_ms(instant: datetime) -> int:
    """Return an instant in epoch milliseconds."""
    return int(instant.timestamp() * 1000)


def milliseconds(start: datetime, end: datetime) -> float:
    """Return the milliseconds between two instants."""
    return (end - start).total_seconds() * 1000


def task_trace(
    trace: Mapping[str, int], *, started_at: datetime, recommended_at: datetime, posted_at: datetime
) -> dict[str, int]:
    """Return a task's trace with the times of the dispatch."""
    return {
        **trace,
        "startedAt": epoch_ms(started_at),
        "recommendedAt": epoch_ms(recommended_at),
        "postedAt": epoch_ms(posted_at),
    }
