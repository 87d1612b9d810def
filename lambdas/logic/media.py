"""Looking at samples of the broadcast: each analyser says what it saw, as signals."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.errors import InvalidFieldError
from domain.signal import Observation, Signal, SignalKind
from lambdas.logic.ports import Analyser, Clock, DeadLetters, SignalStream, Telemetry

SAMPLE = re.compile(r"(?P<match_id>[^/]+)/(?P<media_ms>\d{10,16})\.[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnalysis:
    """Passes each sample to the analysers that can look at it."""

    analysers: Sequence[Analyser]
    signals: SignalStream
    dead_letters: DeadLetters
    telemetry: Telemetry
    clock: Clock

    def look(self, bucket: str, key: str) -> int:
        """Analyse a sample named `<match id>/<epoch milliseconds of media time>.<kind>`; signals found."""
        named = SAMPLE.fullmatch(key)
        if named is None:
            return self._set_aside(key, "key: expected <match id>/<epoch milliseconds>.<kind>", "key")
        media_time = datetime.fromtimestamp(int(named["media_ms"]) / 1000, UTC)
        signals: list[Signal] = []
        for analyser in self.analysers:
            if not analyser.supports(key):
                continue
            for observed in analyser.analyse(bucket, key):
                try:
                    observation = Observation.from_dict(observed, "observation")
                except InvalidFieldError as error:
                    self._set_aside(key, str(error), error.field)
                else:
                    signals.append(self._signal(named["match_id"], key, media_time, observation))
        lost = self.signals.put(signals)
        self.telemetry.count("Observations", len(signals) - len(lost))
        return len(signals) - len(lost)

    def _signal(self, match_id: str, key: str, media_time: datetime, observation: Observation) -> Signal:
        told = f"{key}:{observation.analyser}:{observation.label}:{observation.text}"
        return Signal(
            id=f"media:{hashlib.sha256(told.encode()).hexdigest()[:32]}",
            match_id=match_id,
            source="media",
            kind=SignalKind.OBSERVATION,
            occurred_at=media_time,
            media_time=media_time,
            observation=observation,
            received_at_ms=int(self.clock().timestamp() * 1000),
        )

    def _set_aside(self, key: str, reason: str, field: str) -> int:
        self.telemetry.count("Rejected")
        self.dead_letters.put(source="media", reason=reason, field=field, payload=key)
        return 0


def capacity_wanted(event: dict[str, Any]) -> int:
    """The provisioned transactions per second that a schedule asks for."""
    value = event.get("minimum_transactions_per_second")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidFieldError("minimum_transactions_per_second", "a whole number of at least 1", value)
    return value
