"""What was said: finished transcriptions of the commentary become observations."""

from dataclasses import dataclass

from domain.broadcast.commentary import speech_observations
from domain.broadcast.sample import Sampling, parse_sample_key
from domain.broadcast.transcript import read_transcript
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import read_json
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.ports import DeadLetters, Telemetry, Transcriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReader:
    """Takes up each job where the sound began: the job knows its sample, the sample its match and time."""

    transcriptions: Transcriptions
    sampling: Sampling
    observations: ObservationWriter
    dead_letters: DeadLetters
    telemetry: Telemetry

    def finish(self, job_name: str) -> int:
        """How many signals a finished job gave; a job that failed is set aside with its reason."""
        result = self.transcriptions.result(job_name)
        if result.transcript is None:
            return self._set_aside(result.key, result.failure or "the job left no transcript", "body")
        try:
            sample = parse_sample_key(result.bucket, result.key, self.sampling)
            words = read_transcript(read_json(result.transcript, "transcript"))
        except InvalidFieldError as error:
            return self._set_aside(result.key, str(error), error.field)
        return self.observations.write(sample, speech_observations(words))

    def _set_aside(self, key: str, reason: str, field: str) -> int:
        self.telemetry.count(Metric.REJECTED)
        self.dead_letters.put_dead_letter(source="media", reason=reason, field=field, payload=key)
        return 0
