"""What one analyser found in one sample, and how far into it."""

from dataclasses import dataclass

from domain.signal import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleObservation:
    """An observation, `offset_seconds` after the sample's beginning (0 for a frame)."""

    observation: Observation
    offset_seconds: float = 0.0
