"""Detect a swing of a match's sentiment against its last minutes: SENTIMENT_SWING."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.crowd.alarm import Alarm, AlarmRule
from domain.crowd.progress import Progress
from domain.crowd.windows import DecayingMean, SlidingWindow
from domain.signal import PostCounts

SENTIMENT_VARIANCE = 0.75
"""The variance of one post's sentiment on the scale from -1 to 1; two equally likely extremes have 1."""


ALARM = AlarmRule(raise_at=0.35, clear_below=0.2, cool_down_seconds=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentRule:
    """When sentiment swings within a match.

    span_seconds, memory_seconds: the span whose mean is compared with the decaying mean before it
    fewest_posts, fewest_usual_posts: posts with a sentiment that the span and the memory need
    noises: standard errors that the swing must exceed
    warm_up_seconds: how long the usual sentiment is learned before the first swing
    alarm: on the size of the swing; sentiment has a range of 2
    """

    span_seconds: float = 120.0
    memory_seconds: float = 600.0
    fewest_posts: int = 20
    fewest_usual_posts: int = 100
    noises: float = 4.0
    warm_up_seconds: float = 300.0
    alarm: AlarmRule = ALARM


DEFAULT_RULE = SentimentRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """Sentiment changed by `change` to `sentiment`, on the scale from -1 to 1."""

    at: datetime
    change: float
    sentiment: float
    posts: int


class SentimentDetector:
    """Follows the sentiment of one source about one match; counts that are out of time order are ignored."""

    def __init__(self, rule: SentimentRule = DEFAULT_RULE) -> None:
        self._rule = rule
        self._recent = SlidingWindow(rule.span_seconds)
        self._usual = DecayingMean(rule.memory_seconds)
        self._alarm = Alarm(rule.alarm)
        self._progress = Progress(rule.warm_up_seconds)

    def observe(self, at: datetime, posts: PostCounts) -> Swing | None:
        """Return a swing at the first interval that shows it; `at` is the end of the interval."""
        now = at.timestamp()
        if not posts.sentiment_count or not self._progress.advance(now):
            return None
        for left in self._recent.add(now, posts.sentiment_sum, posts.sentiment_count):
            self._usual.add(*left)
        if not self._progress.is_warm:
            return None
        return self._evaluate(at)

    def _evaluate(self, at: datetime) -> Swing | None:
        posts, usual = self._recent.weight, self._usual.weight
        if posts < self._rule.fewest_posts or usual < self._rule.fewest_usual_posts:
            return None
        sentiment = self._recent.amount / posts
        change = sentiment - self._usual.mean
        error = math.sqrt(SENTIMENT_VARIANCE * (1 / posts + 1 / usual))
        level = abs(change) if abs(change) >= self._rule.noises * error else 0.0
        if not self._alarm.observe(at, level):
            return None
        return Swing(at=at, change=round(change, 3), sentiment=round(sentiment, 3), posts=int(posts))

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "recent": self._recent.state(),
            "usual": self._usual.state(),
            "alarm": self._alarm.state(),
            **self._progress.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._recent.restore(state["recent"])
        self._usual.restore(state["usual"])
        self._alarm.restore(state["alarm"])
        self._progress.restore(state)
