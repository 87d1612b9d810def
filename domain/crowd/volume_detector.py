"""A match's posts against their own last minutes: MENTION_SPIKE."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.crowd.alarm import Alarm, AlarmRule
from domain.crowd.windows import DecayingMean, SlidingWindow
from domain.signal import PostCounts

LOWEST_NOISE = 0.05


ALARM = AlarmRule(raise_at=math.log(2), clear_below=math.log(1.5), cool_down_seconds=240)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRule:
    """What makes a spike of mentions within a match.

    span_seconds, memory_seconds: the span that is held against the fading mean of what came before it
    most_learnt: times the mean that an interval counts for at most: a spike raises no bar for the next
    noises: how far beyond its usual wavering the logarithm of the ratio must lie; wavering is
        learnt over its own, longer memory, and is no less than what counting alone brings
    warm_up_seconds: how long the usual is learnt before anything is told
    alarm: on the logarithm of the ratio; the default speaks when mentions double
    """

    span_seconds: float = 30.0
    memory_seconds: float = 300.0
    wavering_memory_seconds: float = 1800.0
    most_learnt: float = 4.0
    noises: float = 3.0
    warm_up_seconds: float = 600.0
    alarm: AlarmRule = ALARM


DEFAULT_RULE = VolumeRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """Mentions rose to `ratio` times the usual; rates in posts per second."""

    at: datetime
    ratio: float
    rate: float
    usual_rate: float


class VolumeDetector:
    """Follows one source's posts about one match; counts come in time order, older ones change nothing."""

    def __init__(self, rule: VolumeRule = DEFAULT_RULE) -> None:
        self._rule = rule
        self._recent = SlidingWindow(rule.span_seconds)
        self._usual = DecayingMean(rule.memory_seconds)
        self._wavering = DecayingMean(rule.wavering_memory_seconds)
        self._alarm = Alarm(rule.alarm)
        self._first: float | None = None
        self._last = -math.inf

    @property
    def heard_until(self) -> float:
        """The end of the newest interval, in epoch seconds; minus infinity before the first."""
        return self._last

    def observe(self, at: datetime, posts: PostCounts) -> Spike | None:
        """A spike, at the first interval that shows it; `at` is the interval's end."""
        now = at.timestamp()
        if now <= self._last:
            return None
        self._last = now
        self._first = now if self._first is None else self._first
        for left in self._recent.add(now, posts.count, posts.interval_seconds):
            self._learn(*left)
        if now - self._first < self._rule.warm_up_seconds or not self._usual.amount:
            return None
        return self._judge(at)

    def _learn(self, at: float, count: float, seconds: float) -> None:
        if self._usual.amount:
            count = min(count, self._rule.most_learnt * self._usual.mean * seconds)
        self._usual.add(at, count, seconds)

    def _judge(self, at: datetime) -> Spike | None:
        rate, usual = self._recent.amount / self._recent.weight, self._usual.mean
        pseudo = 1 / self._rule.span_seconds
        level = math.log((rate + pseudo) / (usual + pseudo))
        counting = 1 / math.sqrt(1 + usual * self._recent.weight)
        noise = max(self._wavering.mean, counting, LOWEST_NOISE)
        significant = level >= self._rule.noises * noise
        self._wavering.add(at.timestamp(), min(abs(level), self._rule.alarm.clear_below), 1.0)
        if not self._alarm.observe(at, level if significant else min(level, 0.0)):
            return None
        return Spike(at=at, ratio=round(rate / usual, 2), rate=round(rate, 2), usual_rate=round(usual, 2))

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe and bounded."""
        return {
            "recent": self._recent.state(),
            "usual": self._usual.state(),
            "wavering": self._wavering.state(),
            "alarm": self._alarm.state(),
            "first": self._first,
            "last": None if self._first is None else self._last,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._recent.restore(state["recent"])
        self._usual.restore(state["usual"])
        self._wavering.restore(state["wavering"])
        self._alarm.restore(state["alarm"])
        self._first = state["first"]
        self._last = -math.inf if state["last"] is None else state["last"]
