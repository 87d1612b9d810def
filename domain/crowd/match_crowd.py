"""The crowd of one match: its anomaly detectors and their fusion with the feed."""

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
"""Sources that are followed for one match, each with its own baseline; further sources are refused."""


@dataclass(slots=True)
class _Source:
    volume: VolumeDetector
    sentiment: SentimentDetector


class MatchCrowd:
    """Mention spikes and sentiment swings of one match, matched with the feed's moments."""

    def __init__(self, match_id: str) -> None:
        self._match_id = match_id
        self._sources: dict[str, _Source] = {}
        self._fusion = Fusion()

    def verdict_of(self, signal: Signal) -> Verdict:
        """Accept counts once and in time order, from a bounded number of sources; refuse the rest."""
        if signal.posts is None:
            return Verdict.ACCEPTED
        source = self._source(signal.source)
        if source is None:
            return Verdict.OVERFLOW
        ahead = signal.occurred_at.timestamp() - source.volume.observed_until
        if ahead > 0:
            return Verdict.ACCEPTED
        return Verdict.DUPLICATE if ahead == 0 else Verdict.LATE

    def observe(self, signal: Signal) -> Sequence[Moment]:
        """Return moments of the crowd, or revisions of the feed's moments that caused them."""
        source = self._source(signal.source) if signal.posts is not None else None
        if signal.posts is None or source is None:
            return ()
        found = []
        spike = source.volume.observe(signal.occurred_at, signal.posts)
        if spike is not None:
            details = {"mention_ratio": spike.ratio, "mentions_per_second": spike.rate}
            found.append(self._moment(MomentType.MENTION_SPIKE, signal, details))
        swing = source.sentiment.observe(signal.occurred_at, signal.posts)
        if swing is not None:
            details = {"sentiment_change": swing.change, "sentiment": swing.sentiment}
            found.append(self._moment(MomentType.SENTIMENT_SWING, signal, details))
        return [self._fusion.resolve(moment) for moment in found]

    def decorate(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        """Return the feed's moments, with the crowd's details where the crowd reacted first."""
        return self._fusion.decorate(moments)

    def _source(self, name: str) -> _Source | None:
        if name not in self._sources and len(self._sources) < MAX_SOURCES:
            self._sources[name] = _Source(VolumeDetector(), SentimentDetector())
        return self._sources.get(name)

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
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "ears": {
                name: {"volume": source.volume.state(), "sentiment": source.sentiment.state()}
                for name, source in self._sources.items()
            },
            "fusion": self._fusion.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._sources.clear()
        for name, stored in state["ears"].items():
            source = self._source(name)
            if source is not None:
                source.volume.restore(stored["volume"])
                source.sentiment.restore(stored["sentiment"])
        self._fusion.restore(state["fusion"])
