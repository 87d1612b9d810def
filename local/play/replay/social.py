"""Posts from a file as signals; gzipped or not.

Either counts, rows of epoch seconds and a count, or judged posts one by one: rows with the columns `epoch_ms`
and `label` (positive, neutral or negative).
"""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from domain.signal import PostCounts, Signal, SignalKind
from local.play.feeds.errors import FeedError

SOURCE = "posts-file"
INTERVAL_SECONDS = 10
SENTIMENT = {"positive": 1, "neutral": 0, "negative": -1}
Counted = tuple[int, int, int, int]
"""Epoch seconds, posts, the sum of their sentiments, and how many were judged."""


def load_posts(path: Path, match_id: str) -> list[Signal]:
    """Counted posts of a match in intervals of ten seconds, in time order; raises FeedError."""
    intervals: dict[int, tuple[int, int, int]] = {}
    for epoch_seconds, *counted in _counted(path):
        start = epoch_seconds - epoch_seconds % INTERVAL_SECONDS
        posts, total, judged = intervals.get(start, (0, 0, 0))
        intervals[start] = (posts + counted[0], total + counted[1], judged + counted[2])
    return [
        Signal(
            id=f"{SOURCE}:{start}",
            match_id=match_id,
            source=SOURCE,
            kind=SignalKind.POSTS,
            occurred_at=datetime.fromtimestamp(start + INTERVAL_SECONDS, tz=UTC),
            posts=PostCounts(
                interval_seconds=INTERVAL_SECONDS, count=posts, sentiment_sum=total, sentiment_count=judged
            ),
        )
        for start, (posts, total, judged) in sorted(intervals.items())
    ]


def _counted(path: Path) -> list[Counted]:
    expected = "rows of epoch seconds and a count of posts, or with epoch_ms and label, under a header"
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        header, *rows = csv.reader(io.StringIO(text))
        if "label" in header:
            return list(_labelled(dict(zip(header, row, strict=True)) for row in rows))
        return [(int(row[0]), int(row[1]), 0, 0) for row in rows]
    except (OSError, ValueError, LookupError) as error:
        raise FeedError(path, expected, f"{type(error).__name__}: {error}") from error


def _labelled(rows: Iterable[dict[str, str]]) -> Iterator[Counted]:
    for row in rows:
        yield int(row["epoch_ms"]) // 1000, 1, SENTIMENT[row["label"]], 1
