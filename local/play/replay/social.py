"""Read social posts from a CSV file, gzipped or not, as signals.

The file holds either counts, in rows of epoch seconds and a count, or one labelled post per row, in the
columns `epoch_ms` and `label` (positive, neutral or negative).
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
PostRow = tuple[int, int, int, int]
"""Epoch seconds, number of posts, sum of their sentiments, and number of posts with a sentiment."""


def load_posts(path: Path, match_id: str) -> list[Signal]:
    """Return the posts of a match, counted in intervals of ten seconds, in time order; raises FeedError."""
    intervals: dict[int, tuple[int, int, int]] = {}
    for epoch_seconds, *row in _rows(path):
        start = epoch_seconds - epoch_seconds % INTERVAL_SECONDS
        posts, total, with_sentiment = intervals.get(start, (0, 0, 0))
        intervals[start] = (posts + row[0], total + row[1], with_sentiment + row[2])
    return [
        Signal(
            id=f"{SOURCE}:{start}",
            match_id=match_id,
            source=SOURCE,
            kind=SignalKind.POSTS,
            occurred_at=datetime.fromtimestamp(start + INTERVAL_SECONDS, tz=UTC),
            posts=PostCounts(
                interval_seconds=INTERVAL_SECONDS,
                count=posts,
                sentiment_sum=total,
                sentiment_count=with_sentiment,
            ),
        )
        for start, (posts, total, with_sentiment) in sorted(intervals.items())
    ]


def _rows(path: Path) -> list[PostRow]:
    expected = "a header and rows of epoch seconds and a count of posts, or of epoch_ms and label"
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        header, *rows = csv.reader(io.StringIO(text))
        if "label" in header:
            return list(_labelled(dict(zip(header, row, strict=True)) for row in rows))
        return [(int(row[0]), int(row[1]), 0, 0) for row in rows]
    except (OSError, ValueError, LookupError) as error:
        raise FeedError(path, expected, f"{type(error).__name__}: {error}") from error


def _labelled(rows: Iterable[dict[str, str]]) -> Iterator[PostRow]:
    for row in rows:
        yield int(row["epoch_ms"]) // 1000, 1, SENTIMENT[row["label"]], 1
