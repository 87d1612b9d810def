"""Everything that watches the crowd of one match, behind the engine's door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.crowd.fusion import Fusion
from domain.crowd.sentiment_detector import SentimentDetector
from domain.crowd.volume_detector import VolumeDetector
from domain.detection.outcome import Verdict
from domain.match import Score
from domain.moment import Moment, MomentType
from domain.signal import Signal

MAX_SOURCES = 8
"""Sources that are followed for one match; each has its own usual. The rest is not listened to."""


@dataclass(slots=True)
class _Ear:
    volume: VolumeDetector
    sentiment: SentimentDetector


class MatchCrowd:
    """Mention spikes and sentiment swings of one match, fused with what the feed tells."""

    def __init__(self, match_id: str) -> None:
        self._match_id = match_id
        self._ears: dict[str, _Ear] = {}
        self._fusion = Fusion()

    def verdict_of(self, signal: Signal) -> Verdict:
        """Counts are heard once and in time order, of a bounded number of sources; the rest is refused."""
        ear = self._ear(signal.source) if signal.posts is not None else None
        if signal.posts is None:
            return Verdict.ACCEPTED
        if ear is None:
            return Verdict.OVERFLOW
        ahead = signal.occurred_at.timestamp() - ear.volume.heard_until
        if ahead > 0:
            return Verdict.ACCEPTED
        return Verdict.DUPLICATE if ahead == 0 else Verdict.LATE

    def observe(self, signal: Signal) -> Sequence[Moment]:
        """The crowd's own moments, or the feed's moments that explain them, decorated."""
        ear = self._ear(signal.source) if signal.posts is not None else None
        if signal.posts is None or ear is None:
            return ()
        found = []
        spike = ear.volume.observe(signal.occurred_at, signal.posts)
        if spike is not None:
            details = {"mention_ratio": spike.ratio, "mentions_per_second": spike.rate}
            found.append(self._moment(MomentType.MENTION_SPIKE, signal, details))
        swing = ear.sentiment.observe(signal.occurred_at, signal.posts)
        if swing is not None:
            details = {"sentiment_change": swing.change, "sentiment": swing.sentiment}
            found.append(self._moment(MomentType.SENTIMENT_SWING, signal, details))
        return [self._fusion.reaction(moment) for moment in found]

    def decorate(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        """Moments of the feed, decorated where the crowd noticed them first."""
        return self._fusion.feed(moments)

    def _ear(self, source: str) -> _Ear | None:
        if source not in self._ears and len(self._ears) < MAX_SOURCES:
            self._ears[source] = _Ear(VolumeDetector(), SentimentDetector())
        return self._ears.get(source)

    def _moment(self, kind: MomentType, signal: Signal, details: Mapping[str, float]) -> Moment:
        return Moment(
            id=f"{self._match_id}:{kind}:{signal.id}",
            match_id=self._match_id,
            type=kind,
            signal_id=signal.id,
            period=1,
            clock_seconds=0.0,
            occurred_at=signal.occurred_at,
            score=Score(),
            media_time=signal.media_time,
            details={**details, "source": signal.source},
            received_at_ms=signal.received_at_ms,
        )

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe and bounded."""
        return {
            "ears": {
                source: {"volume": ear.volume.state(), "sentiment": ear.sentiment.state()}
                for source, ear in self._ears.items()
            },
            "fusion": self._fusion.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._ears.clear()
        for source, stored in state["ears"].items():
            ear = self._ear(source)
            if ear is not None:
                ear.volume.restore(stored["volume"])
                ear.sentiment.restore(stored["sentiment"])
        self._fusion.restore(state["fusion"])
