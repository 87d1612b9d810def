"""Counted posts for tests, from rates or from recorded streams."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.signal import PostCounts, Signal, SignalKind

START = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
SENTIMENT = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}


def counted(
    rates: Iterable[float], *, seconds: float = 10, sentiment: float = 0.0
) -> Iterator[tuple[datetime, PostCounts]]:
    """Yield intervals with these posts per second, all with the same sentiment."""
    for number, rate in enumerate(rates, start=1):
        count = round(rate * seconds)
        yield (
            START + timedelta(seconds=number * seconds),
            PostCounts(
                interval_seconds=seconds,
                count=count,
                sentiment_sum=sentiment * count,
                sentiment_count=count,
            ),
        )


def signal(at: datetime, posts: PostCounts, source: str = "crowd") -> Signal:
    """Return counted posts as a signal."""
    return Signal(
        id=f"{source}-{at:%H%M%S}",
        match_id="m",
        source=source,
        kind=SignalKind.POSTS,
        occurred_at=at,
        posts=posts,
    )


def posts_per_second(path: Path, seconds: int) -> Iterator[tuple[datetime, PostCounts]]:
    """Yield a recorded stream of counts in intervals of `seconds`."""
    intervals: dict[int, int] = {}
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            start = int(row["epoch_s"]) // seconds * seconds
            intervals[start] = intervals.get(start, 0) + int(row["tweets"])
    for start, count in sorted(intervals.items()):
        yield (
            datetime.fromtimestamp(start + seconds, tz=UTC),
            PostCounts(interval_seconds=seconds, count=count),
        )


def labelled_sentiments(path: Path, seconds: int) -> Iterator[tuple[datetime, PostCounts]]:
    """Yield a recorded stream of labelled posts in intervals of `seconds`."""
    intervals: dict[int, list[float]] = {}
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            start = int(row["epoch_ms"]) // 1000 // seconds * seconds
            intervals.setdefault(start, []).append(SENTIMENT[row["label"]])
    for start, labels in sorted(intervals.items()):
        posts = PostCounts(
            interval_seconds=seconds,
            count=len(labels),
            sentiment_sum=sum(labels),
            sentiment_count=len(labels),
        )
        yield datetime.fromtimestamp(start + seconds, tz=UTC), posts
