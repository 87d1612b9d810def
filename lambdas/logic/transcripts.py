"""Turns finished transcriptions of the commentary into observations."""

from dataclasses import dataclass

from domain.broadcast.commentary import speech_observations
from domain.broadcast.sample import Sampling, parse_sample_key
from domain.broadcast.transcript import read_transcript
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import read_json
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.ports.broadcast import Transcriptions
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReader:
    """Reads transcripts; a job names its sample, and the sample its match and time."""

    transcriptions: Transcriptions
    sampling: Sampling
    observations: ObservationWriter
    dead_letters: DeadLetters
    telemetry: Telemetry

    def read_job(self, job_name: str) -> int:
        """Return the number of signals from a finished job; a failed job goes to the dead-letter queue."""
        result = self.transcriptions.result(job_name)
        if result.transcript is None:
            return self._reject(result.key, result.failure or "the job left no transcript", "body")
        try:
            sample = parse_sample_key(result.bucket, result.key, self.sampling)
            words = read_transcript(read_json(result.transcript, "transcript"))
        except InvalidFieldError as error:
            return self._reject(result.key, str(error), error.field)
        return self.observations.write(sample, speech_observations(words))

    def _reject(self, key: str, reason: str, field: str) -> int:
        self.telemetry.count(Metric.REJECTED)
        self.dead_letters.put_dead_letter(source="media", reason=reason, field=field, payload=key)
        return 0
