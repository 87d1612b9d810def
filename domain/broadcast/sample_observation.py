"""What an analyser found in a sample."""

from dataclasses import dataclass

from domain.signal import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleObservation:
    """An observation, `offset_seconds` after the start of the sample (0 for a frame)."""

    observation: Observation
    offset_seconds: float = 0.0
