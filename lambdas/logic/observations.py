"""Writes observations as signals, at their media time and with ids that are the same on every retry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.broadcast.sample import Sample
from domain.broadcast.sample_observation import SampleObservation
from domain.metrics import Metric
from domain.signal import Signal, SignalKind
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.feeds import SignalStream
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationWriter:
    """Writes a sample's observations to the signals stream."""

    signals: SignalStream
    telemetry: Telemetry
    clock: Clock

    def write(self, sample: Sample, found: Sequence[SampleObservation]) -> int:
        """Return the number of signals written; raises AnalysisIncompleteError if the stream lost some."""
        lost = self.signals.put_signals([self._signal(sample, each) for each in found])
        self.telemetry.count(Metric.OBSERVATIONS, len(found) - len(lost))
        if lost:
            raise AnalysisIncompleteError(sample.key, [f"{len(lost)} observations found no room"])
        return len(found)

    def _signal(self, sample: Sample, found: SampleObservation) -> Signal:
        observation = found.observation
        what = (observation.analyser, observation.label, observation.text)
        identity = (sample.key, *what, found.offset_seconds)
        media_time = sample.media_time + timedelta(seconds=found.offset_seconds)
        return Signal(
            id=f"media:{hashlib.sha256(repr(identity).encode()).hexdigest()[:32]}",
            match_id=sample.match_id,
            source="media",
            kind=SignalKind.OBSERVATION,
            occurred_at=media_time,
            media_time=media_time,
            observation=observation,
            received_at_ms=int(self.clock().timestamp() * 1000),
        )
