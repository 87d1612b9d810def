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
from domain.crowd.windows import DecayingMean


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeAnomalySettings:
    """The same settings for every series; the defaults are for rows of five minutes.

    spans: numbers of rows over which volume is averaged: a burst of 15 minutes to an hour
    burstiness: relative variance of a volume beyond the noise of counting; it does not depend on the volume
    pseudo_posts: posts added to each span's sum, so that a few posts in silence are not a burst
    size_weight: surprise per factor of e by which the posts of size_rows (six hours) exceed the mean of the
        last memory_rows (two days), whatever the hour: a burst must be large as well as rare for its time
    warm_up_rows: rows before the first score: one day
    quiet_rows, confirm_rows: a burst is scored once, half an hour after its peak; nothing lower for a day
    floor, scale: the surprise at which a score starts, and the further surprise that raises it to 1 - 1/e
    """

    spans: tuple[int, ...] = (3, 6, 12)
    quantile: float = 0.95
    burstiness: float = 0.2
    pseudo_posts: float = 3.0
    size_weight: float = 1.3
    size_rows: int = 72
    memory_rows: int = 576
    warm_up_rows: int = 288
    quiet_rows: int = 300
    confirm_rows: int = 6
    floor: float = -2.0
    scale: float = 8.5


DEFAULT_SETTINGS = VolumeAnomalySettings()


class VolumeAnomaly:
    """Scores each row of a series of post volumes from 0 (ordinary) to 1, comparably across series.

    For each span, the ratio of the volume to the usual at this time of day, in units of its noise, is
    compared with the tail of its own past. The surprises of the spans are averaged, the size of the burst is
    added, and the peak of that sum is scored once.
    """

    def __init__(self, settings: VolumeAnomalySettings = DEFAULT_SETTINGS) -> None:
        self._settings = settings
        self._profile = DailyProfile()
        self._tails = [Tail(settings.quantile) for _ in settings.spans]
        self._recent: deque[float] = deque(maxlen=max(*settings.spans, settings.size_rows))
        self._lately = DecayingMean(settings.memory_rows)
        self._peaks = Peaks(quiet_rows=settings.quiet_rows, confirm_rows=settings.confirm_rows)

    def observe(self, at: datetime, volume: float) -> float:
        """Return the anomaly score of a row, 0 to 1."""
        height = self._peaks.add(self._surprise(at, volume))
        return 1 - math.exp(-height / self._settings.scale)

    def _surprise(self, at: datetime, volume: float) -> float:
        volume = max(volume, 0.0)
        usual = self._profile.usual(at, default=volume)
        self._profile.add(at, volume)
        self._recent.append(volume)
        lately = self._lately.mean
        self._lately.add(self._tails[0].seen, volume, 1.0)
        warm = self._tails[0].seen >= self._settings.warm_up_rows
        rarity = 0.0
        for span, tail in zip(self._settings.spans, self._tails, strict=True):
            level = self._level(span, usual)
            rarity += max(tail.surprise(level) - self._settings.floor, 0.0)
            tail.add(level)
        return rarity / len(self._tails) + self._size(lately) if warm else 0.0

    def _level(self, span: int, usual: float) -> float:
        noise = math.sqrt(self._settings.burstiness + 1 / self._posts(span, usual))
        return self._growth(span, usual) / noise

    def _size(self, lately: float) -> float:
        return self._settings.size_weight * max(self._growth(self._settings.size_rows, lately), 0.0)

    def _growth(self, span: int, usual: float) -> float:
        """Return the logarithm of the ratio of the last `span` rows to as many usual rows."""
        rows = list(self._recent)[-span:]
        return math.log(self._posts(span, sum(rows) / len(rows)) / self._posts(span, usual))

    def _posts(self, span: int, volume: float) -> float:
        return span * volume + self._settings.pseudo_posts

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "profile": self._profile.state(),
            "tails": [tail.state() for tail in self._tails],
            "recent": list(self._recent),
            "lately": self._lately.state(),
            "peaks": self._peaks.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._profile.restore(state["profile"])
        for tail, stored in zip(self._tails, state["tails"], strict=True):
            tail.restore(stored)
        self._recent = deque(state["recent"], maxlen=self._recent.maxlen)
        self._lately.restore(state["lately"])
        self._peaks.restore(state["peaks"])
