"""Observations become signals at their place in the programme, under ids that repeat with them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.broadcast.sample import Sample
from domain.broadcast.sample_observation import SampleObservation
from domain.metrics import Metric
from domain.signal import Signal, SignalKind
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.ports import Clock, SignalStream, Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationWriter:
    """Writes what was found in a sample to the signals stream."""

    signals: SignalStream
    telemetry: Telemetry
    clock: Clock

    def write(self, sample: Sample, found: Sequence[SampleObservation]) -> int:
        """How many signals were written; raises AnalysisIncompleteError when the stream took less."""
        lost = self.signals.put_signals([self._signal(sample, observed) for observed in found])
        self.telemetry.count(Metric.OBSERVATIONS, len(found) - len(lost))
        if lost:
            raise AnalysisIncompleteError(sample.key, [f"{len(lost)} observations found no room"])
        return len(found)

    def _signal(self, sample: Sample, observed: SampleObservation) -> Signal:
        observation = observed.observation
        what = (observation.analyser, observation.label, observation.text)
        told = (sample.key, *what, observed.offset_seconds)
        media_time = sample.media_time + timedelta(seconds=observed.offset_seconds)
        return Signal(
            id=f"media:{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}",
            match_id=sample.match_id,
            source="media",
            kind=SignalKind.OBSERVATION,
            occurred_at=media_time,
            media_time=media_time,
            observation=observation,
            received_at_ms=int(self.clock().timestamp() * 1000),
        )
