"""Anything that enters the signals stream: a feed entry, counted posts or an observation of the broadcast."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Score
from domain.match_event import MatchEvent
from domain.validation import Reader, format_instant


class SignalKind(StrEnum):
    """The kinds of signals, named as their payloads are."""

    MATCH_EVENT = "match_event"
    POSTS = "posts"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCounts:
    """The number of posts about one match in one interval.

    `sentiment_sum` is the sum of the sentiments (-1 to 1) of the `sentiment_count` posts that were judged.
    """

    interval_seconds: float
    count: int
    sentiment_sum: float = 0.0
    sentiment_count: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form."""
        return {
            "interval_seconds": self.interval_seconds,
            "count": self.count,
            "sentiment_sum": self.sentiment_sum,
            "sentiment_count": self.sentiment_count,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "PostCounts":
        """Read counted posts; raises InvalidFieldError that names the first wrong or missing field."""
        reader = Reader(value, path)
        judged = reader.optional(reader.integer, "sentiment_count", minimum=0) or 0
        return PostCounts(
            interval_seconds=reader.number("interval_seconds", minimum=0.1, maximum=3600),
            count=reader.integer("count", minimum=0),
            sentiment_sum=reader.optional(reader.number, "sentiment_sum", minimum=-judged, maximum=judged)
            or 0.0,
            sentiment_count=judged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What an analyser saw or heard in the broadcast; `confidence` is 0 to 1.

    `score` and `clock_seconds` are what a scoreboard showed; its clock shows 2700 at half-time.
    """

    analyser: str
    label: str
    confidence: float
    text: str | None = None
    score: Score | None = None
    clock_seconds: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form."""
        fields: dict[str, Any] = {
            "analyser": self.analyser,
            "label": self.label,
            "confidence": self.confidence,
            "text": self.text,
            "score": self.score and self.score.to_dict(),
            "clock_seconds": self.clock_seconds,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Observation":
        """Read an observation."""
        reader = Reader(value, path)
        return Observation(
            analyser=reader.text("analyser"),
            label=reader.text("label"),
            confidence=reader.number("confidence", minimum=0, maximum=1),
            text=reader.optional(reader.text, "text"),
            score=reader.optional(reader.nested, "score", Score.from_dict),
            clock_seconds=reader.optional(reader.number, "clock_seconds", minimum=0, maximum=10_000),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One record of the signals stream, with exactly one of the three payloads, named by `kind`.

    `received_at_ms` is when the ingestion received it (epoch milliseconds), for latencies only.
    """

    id: str
    match_id: str
    source: str
    kind: SignalKind
    occurred_at: datetime
    media_time: datetime | None = None
    match_event: MatchEvent | None = None
    posts: PostCounts | None = None
    observation: Observation | None = None
    received_at_ms: int | None = None

    def received(self, at_ms: int) -> "Signal":
        """Return the signal with the time of its ingestion."""
        return replace(self, received_at_ms=at_ms)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form without absent fields; the inverse of `from_dict`."""
        fields: dict[str, Any] = {
            "id": self.id,
            "match_id": self.match_id,
            "source": self.source,
            "kind": self.kind.value,
            "occurred_at": format_instant(self.occurred_at),
            "media_time": self.media_time and format_instant(self.media_time),
            "match_event": self.match_event and self.match_event.to_dict(),
            "posts": self.posts and self.posts.to_dict(),
            "observation": self.observation and self.observation.to_dict(),
            "received_at_ms": self.received_at_ms,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Signal":
        """Read a signal; raises InvalidFieldError that names the first wrong or missing field."""
        reader = Reader(value, path)
        kind = reader.choice("kind", SignalKind)
        for other in SignalKind:
            if other is not kind and reader.has(other.value):
                raise InvalidFieldError(
                    reader.path(other.value), f"nothing beside kind {kind.value}", "a value"
                )
        return Signal(
            id=reader.text("id", max_length=200),
            match_id=reader.text("match_id", max_length=100),
            source=reader.text("source", max_length=100),
            kind=kind,
            occurred_at=reader.instant("occurred_at"),
            media_time=reader.optional(reader.instant, "media_time"),
            match_event=reader.nested("match_event", MatchEvent.from_dict)
            if kind is SignalKind.MATCH_EVENT
            else None,
            posts=reader.nested("posts", PostCounts.from_dict) if kind is SignalKind.POSTS else None,
            observation=reader.nested("observation", Observation.from_dict)
            if kind is SignalKind.OBSERVATION
            else None,
            received_at_ms=reader.optional(reader.integer, "received_at_ms", minimum=0),
        )
