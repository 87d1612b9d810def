"""Posts per second from a file, as signals: `epoch_s,count` rows, gzipped or not."""

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

from domain.signal import PostCounts, Signal, SignalKind
from local.feeds.errors import FeedError

INTERVAL_SECONDS = 10


def load_posts(path: Path, match_id: str, source: str = "posts-file") -> list[Signal]:
    """Counted posts of a match in intervals of ten seconds, in time order; raises FeedError."""
    intervals: dict[int, int] = {}
    for epoch_seconds, count in _rows(path):
        start = epoch_seconds - epoch_seconds % INTERVAL_SECONDS
        intervals[start] = intervals.get(start, 0) + count
    return [
        Signal(
            id=f"{source}:{start}",
            match_id=match_id,
            source=source,
            kind=SignalKind.POSTS,
            occurred_at=datetime.fromtimestamp(start + INTERVAL_SECONDS, tz=UTC),
            posts=PostCounts(interval_seconds=INTERVAL_SECONDS, count=count),
        )
        for start, count in sorted(intervals.items())
    ]


def _rows(path: Path) -> list[tuple[int, int]]:
    expected = "rows of epoch seconds and a count of posts under a header"
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        rows = list(csv.reader(io.StringIO(text)))[1:]
        return [(int(row[0]), int(row[1])) for row in rows]
    except (OSError, ValueError, IndexError) as error:
        raise FeedError(path, expected, f"{type(error).__name__}: {error}") from error
