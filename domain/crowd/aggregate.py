"""Posts counted per match and interval, before anything else touches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor

from domain.signal import PostCounts, Signal, SignalKind

INTERVAL_SECONDS = 10.0
LATEST_SECONDS = 30.0
"""A post that comes later than this is not counted: a stream that catches up would look like a spike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is kept of a post: when, what it says, its language (ISO 639-1), and nothing of who wrote it."""

    at: datetime
    text: str
    language: str | None = None


@dataclass(slots=True)
class _Count:
    posts: int = 0
    sentiment: float = 0.0
    judged: int = 0


class PostAggregator:
    """Counts one source's posts; a straggler counts in the interval that is open, so that none is told twice.

    Silence is told too: an interval of a match that is followed and was not spoken of has a count of 0.
    """

    def __init__(self, source: str, *, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._source = source
        self._interval_seconds = interval_seconds
        self._counts: dict[str, _Count] = {}
        self._open: int | None = None

    def follow(self, match_ids: set[str]) -> None:
        """The matches to count for from now on; the counts of others are let go."""
        self._counts = {match_id: self._counts.get(match_id, _Count()) for match_id in sorted(match_ids)}

    def add(self, match_id: str, at: datetime) -> list[Signal]:
        """Count a post; answers the signals of the intervals that its time closes."""
        closed = list(self.close_until(at))
        count = self._counts.get(match_id)
        if count is not None and not self._too_late(at):
            count.posts += 1
        return closed

    def add_sentiment(self, match_id: str, at: datetime, sentiment: float) -> None:
        """Add the sentiment (-1 to 1) of a post that was counted, to the interval that is open."""
        count = self._counts.get(match_id)
        if count is not None and not self._too_late(at):
            count.sentiment += sentiment
            count.judged += 1

    def _too_late(self, at: datetime) -> bool:
        opened = (self._open or 0) * self._interval_seconds
        return at.timestamp() < opened - LATEST_SECONDS

    def close_until(self, now: datetime) -> Iterator[Signal]:
        """The signals of the interval that is over by now; after a gap, of the first one alone."""
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
                sentiment_count=count.judged,
            ),
        )
