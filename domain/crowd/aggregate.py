"""Count posts per match and interval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor

from domain.signal import PostCounts, Signal, SignalKind

INTERVAL_SECONDS = 10.0
MAX_LATENESS_SECONDS = 30.0
"""Posts that are later than this are not counted: a stream that catches up would look like a spike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: when, its text and its language (ISO 639-1); nothing about its author is kept."""

    at: datetime
    text: str
    language: str | None = None


@dataclass(slots=True)
class _Count:
    posts: int = 0
    sentiment: float = 0.0
    with_sentiment: int = 0


class PostAggregator:
    """Counts the posts of one source; a late post counts in the open interval, so that none is counted twice.

    An interval without posts about a followed match has a count of 0.
    """

    def __init__(self, source: str, *, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._source = source
        self._interval_seconds = interval_seconds
        self._counts: dict[str, _Count] = {}
        self._open: int | None = None

    def follow(self, match_ids: set[str]) -> None:
        """Set the matches to count for; counts of other matches are dropped."""
        self._counts = {match_id: self._counts.get(match_id, _Count()) for match_id in sorted(match_ids)}

    def add(self, match_id: str, at: datetime) -> list[Signal]:
        """Count a post; return the signals of the interval that its time closes."""
        closed = list(self.close_until(at))
        count = self._counts.get(match_id)
        if count is not None and not self._is_too_late(at):
            count.posts += 1
        return closed

    def add_sentiment(self, match_id: str, at: datetime, sentiment: float) -> None:
        """Add the sentiment (-1 to 1) of a counted post to the open interval."""
        count = self._counts.get(match_id)
        if count is not None and not self._is_too_late(at):
            count.sentiment += sentiment
            count.with_sentiment += 1

    def _is_too_late(self, at: datetime) -> bool:
        interval_start = (self._open or 0) * self._interval_seconds
        return at.timestamp() < interval_start - MAX_LATENESS_SECONDS

    def close_until(self, now: datetime) -> Iterator[Signal]:
        """Yield the signals of the interval that has ended; after a gap, only of the first interval."""
        interval = floor(now.timestamp() / self._interval_seconds)
        if self._open is None:
            self._open = interval
        if interval <= self._open:
            return
        ended = (self._open + 1) * self._interval_seconds
        self._open = interval
        for match_id, count in self._counts.items():
            yield self._signal(match_id, ended, count)
        self._counts = {match_id: _Count() for match_id in self._counts}

    def _signal(self, match_id: str, ended: float, count: _Count) -> Signal:
        return Signal(
            id=f"{self._source}:{match_id}:{ended:.0f}",
            match_id=match_id,
            source=self._source,
            kind=SignalKind.POSTS,
            occurred_at=datetime.fromtimestamp(ended, tz=UTC),
            posts=PostCounts(
                interval_seconds=self._interval_seconds,
                count=count.posts,
                sentiment_sum=round(count.sentiment, 3),
                sentiment_count=count.with_sentiment,
            ),
        )
