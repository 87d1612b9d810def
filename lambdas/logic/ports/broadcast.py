"""Analysis of broadcast samples."""

from collections.abc import Sequence
from typing import Protocol

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.transcript import Transcription


class Analyser(Protocol):
    """One way to analyse a sample of the broadcast."""

    @property
    def name(self) -> str:
        """The analyser's name in observations, metrics and logs."""

    @property
    def kind(self) -> SampleKind:
        """The kind of sample that it analyses."""

    @property
    def every_seconds(self) -> float:
        """The interval at which it runs; 0 turns it off."""

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Return what was found; empty if the result comes later.

        Raises UnreadableSampleError, AnalyserRefusedError or AnalyserBusyError.
        """


class Transcriptions(Protocol):
    """Transcription jobs."""

    def result(self, job_name: str) -> Transcription:
        """Return the result of a finished job; raises AnalyserBusyError if it cannot be read now."""
