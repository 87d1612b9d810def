"""How anomalous the volume of posts is, row by row: one pass, bounded memory, no look-ahead."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.crowd.daily_profile import DailyProfile
from domain.crowd.peaks import Peaks
from domain.crowd.tail import Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeAnomalySettings:
    """One set for every series; the defaults are for rows of five minutes.

    spans: rows over which volume is averaged: a burst of a quarter of an hour to an hour
    seasonal_share: exponent of the usual level that the volume is divided by. 0.5 is the scale of counting
        noise, and bursts of retweets add to it; a full 1 makes the noise of a quiet night as loud as the
        bursts of a day
    pseudo_posts: posts added to each span's sum, so that a handful in silence is no burst
    warm_up_rows: rows before the first score, a day
    quiet_rows, confirm_rows: a burst is told once, half an hour after its peak; nothing lower for a day
    floor, scale: surprise at which a score begins, and the one that lifts it to 1 - 1/e
    """

    spans: tuple[int, ...] = (3, 6, 12)
    quantile: float = 0.95
    seasonal_share: float = 0.65
    pseudo_posts: float = 3.0
    warm_up_rows: int = 288
    quiet_rows: int = 300
    confirm_rows: int = 6
    floor: float = -2.0
    scale: float = 7.0


DEFAULT_SETTINGS = VolumeAnomalySettings()


class VolumeAnomaly:
    """Scores each row of a series of post volumes from 0 (ordinary) to 1, comparably across series.

    Each span's volume, less the usual at this time of the day, is held against the tail of its own past; the
    surprises of the spans are averaged, and a burst's highest is told once.
    """

    def __init__(self, settings: VolumeAnomalySettings = DEFAULT_SETTINGS) -> None:
        self._settings = settings
        self._profile = DailyProfile()
        self._tails = [Tail(settings.quantile) for _ in settings.spans]
        self._recent: deque[float] = deque(maxlen=max(settings.spans))
        self._peaks = Peaks(quiet_rows=settings.quiet_rows, confirm_rows=settings.confirm_rows)

    def observe(self, at: datetime, volume: float) -> float:
        """The anomaly score of a row, 0 to 1."""
        height = self._peaks.add(self._surprise(at, volume))
        return 1 - math.exp(-height / self._settings.scale)

    def _surprise(self, at: datetime, volume: float) -> float:
        volume = max(volume, 0.0)
        usual = self._profile.usual(at, unless_known=volume)
        self._profile.add(at, volume)
        self._recent.append(volume)
        warm = self._tails[0].seen >= self._settings.warm_up_rows
        total = 0.0
        for span, tail in zip(self._settings.spans, self._tails, strict=True):
            level = self._level(span, usual)
            if warm:
                total += max(tail.surprise(level) - self._settings.floor, 0.0)
            tail.add(level)
        return total / len(self._tails)

    def _level(self, span: int, usual: float) -> float:
        settings = self._settings
        rows = list(self._recent)[-span:]
        pseudo = settings.pseudo_posts / span
        return math.log(sum(rows) / len(rows) + pseudo) - settings.seasonal_share * math.log(usual + pseudo)

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe and bounded."""
        return {
            "profile": self._profile.state(),
            "tails": [tail.state() for tail in self._tails],
            "recent": list(self._recent),
            "peaks": self._peaks.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._profile.restore(state["profile"])
        for tail, stored in zip(self._tails, state["tails"], strict=True):
            tail.restore(stored)
        self._recent = deque(state["recent"], maxlen=self._recent.maxlen)
        self._peaks.restore(state["peaks"])
