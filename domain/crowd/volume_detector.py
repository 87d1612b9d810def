"""Detect a spike of a match's mentions against its last minutes: MENTION_SPIKE."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.crowd.alarm import Alarm, AlarmRule
from domain.crowd.progress import Progress
from domain.crowd.windows import DecayingMean, SlidingWindow
from domain.signal import PostCounts

MIN_NOISE = 0.05


ALARM = AlarmRule(raise_at=math.log(2), clear_below=math.log(1.5), cool_down_seconds=240)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRule:
    """When mentions spike within a match.

    span_seconds, memory_seconds: the span whose rate is compared with the decaying mean before it
    cap_factor: learn an interval as at most this many times the mean, so that a spike does not hide the next
    noises: how many times its usual fluctuation the logarithm of the ratio must exceed; the fluctuation is
        learned over its own, longer memory, and is at least the noise of counting
    warm_up_seconds: how long the usual rate is learned before the first spike
    alarm: on the logarithm of the ratio; the default is raised when mentions double
    """

    span_seconds: float = 30.0
    memory_seconds: float = 300.0
    fluctuation_memory_seconds: float = 1800.0
    cap_factor: float = 4.0
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
    """Follows the posts of one source about one match; counts that are out of time order are ignored."""

    def __init__(self, rule: VolumeRule = DEFAULT_RULE) -> None:
        self._rule = rule
        self._recent = SlidingWindow(rule.span_seconds)
        self._usual = DecayingMean(rule.memory_seconds)
        self._fluctuation = DecayingMean(rule.fluctuation_memory_seconds)
        self._alarm = Alarm(rule.alarm)
        self._progress = Progress(rule.warm_up_seconds)

    @property
    def observed_until(self) -> float:
        """The end of the newest interval, in epoch seconds; minus infinity before the first."""
        return self._progress.until

    def observe(self, at: datetime, posts: PostCounts) -> Spike | None:
        """Return a spike at the first interval that shows it; `at` is the end of the interval."""
        now = at.timestamp()
        if not self._progress.advance(now):
            return None
        for left in self._recent.add(now, posts.count, posts.interval_seconds):
            self._learn(*left)
        if not self._progress.is_warm or not self._usual.amount:
            return None
        return self._evaluate(at)

    def _learn(self, at: float, count: float, seconds: float) -> None:
        if self._usual.amount:
            count = min(count, self._rule.cap_factor * self._usual.mean * seconds)
        self._usual.add(at, count, seconds)

    def _evaluate(self, at: datetime) -> Spike | None:
        rate, usual = self._recent.amount / self._recent.weight, self._usual.mean
        pseudo = 1 / self._rule.span_seconds
        level = math.log((rate + pseudo) / (usual + pseudo))
        counting = 1 / math.sqrt(1 + usual * self._recent.weight)
        noise = max(self._fluctuation.mean, counting, MIN_NOISE)
        significant = level >= self._rule.noises * noise
        self._fluctuation.add(at.timestamp(), min(abs(level), self._rule.alarm.clear_below), 1.0)
        if not self._alarm.observe(at, level if significant else min(level, 0.0)):
            return None
        return Spike(at=at, ratio=round(rate / usual, 2), rate=round(rate, 2), usual_rate=round(usual, 2))

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "recent": self._recent.state(),
            "usual": self._usual.state(),
            "wavering": self._fluctuation.state(),
            "alarm": self._alarm.state(),
            **self._progress.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._recent.restore(state["recent"])
        self._usual.restore(state["usual"])
        self._fluctuation.restore(state["wavering"])
        self._alarm.restore(state["alarm"])
        self._progress.restore(state)
