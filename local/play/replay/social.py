"""Read social posts from a CSV file, gzipped or not, as signals.

The file holds either counts, in rows of epoch seconds and a count, or one labelled post per row, in the
columns `epoch_ms` and `label` (positive, neutral or negative).
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import InvalidFieldError
from domain.signal import PostCounts, Signal, SignalKind
from domain.validation import LARGEST, LATEST
from local.play.feeds.errors import FeedError
from local.play.feeds.files import read_bytes

SOURCE = "posts-file"
INTERVAL_SECONDS = 10
LATEST_SECONDS = int(LATEST.timestamp()) - INTERVAL_SECONDS
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


def _rows(path: Path) -> Iterator[PostRow]:
    expected = "a header and rows of epoch seconds and a count of posts, or of epoch_ms and label"
    content = read_bytes(path, expected)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise FeedError(path, expected, str(error)) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        read = _labelled_row if "label" in header else _counted_row
        for row in reader:
            yield read(header, row)
    except csv.Error as error:
        raise FeedError(path, expected, f"line {reader.line_num}, {error}") from error
    except InvalidFieldError as error:
        raise FeedError(path, expected, f"line {reader.line_num}, {error}") from error
    if not header:
        raise FeedError(path, expected, "an empty file")


def _counted_row(_header: list[str], row: list[str]) -> PostRow:
    if len(row) < 2:
        raise InvalidFieldError("row", "epoch seconds and a count of posts", ",".join(row))
    return _integer("epoch seconds", row[0], LATEST_SECONDS), _integer("count", row[1], LARGEST), 0, 0


def _labelled_row(header: list[str], row: list[str]) -> PostRow:
    fields = dict(zip(header, row, strict=False))
    at_ms, label = fields.get("epoch_ms", ""), fields.get("label", "")
    if label not in SENTIMENT:
        raise InvalidFieldError("label", f"one of {', '.join(SENTIMENT)}", label)
    return _integer("epoch_ms", at_ms, LATEST_SECONDS * 1000) // 1000, 1, SENTIMENT[label], 1


def _integer(field: str, text: str, most: int) -> int:
    expected = f"a whole number from 0 to {most}"
    try:
        value = int(text)
    except ValueError:
        raise InvalidFieldError(field, expected, text) from None
    if not 0 <= value <= most:
        raise InvalidFieldError(field, expected, text)
    return value
