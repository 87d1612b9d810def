"""The commentary, written down by Transcribe: a job is started here, and taken up when it is over."""

import hashlib
from collections.abc import Sequence
from typing import Any

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from lambdas.adapters.analysers.refusals import translated

JOB_PREFIX = "touchline-"
TRANSCRIPTS = "transcripts/"


def job_name(key: str) -> str:
    """The one job of a sample: starting it again is refused, and costs nothing."""
    return f"{JOB_PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:32]}"


class SpeechAnalyser:
    """Starts a transcription of each segment; its words come later, through `TranscribeJobs`."""

    name = "commentary"
    kind = SampleKind.AUDIO

    def __init__(self, client: Any, *, every_seconds: float, language: str) -> None:
        self._client = client
        self._language = language
        self.every_seconds = every_seconds

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Nothing yet: the job is started, unless it was before."""
        name = job_name(sample.key)
        with translated(sample):
            try:
                self._client.start_transcription_job(
                    TranscriptionJobName=name,
                    LanguageCode=self._language,
                    MediaFormat=sample.media_format,
                    Media={"MediaFileUri": f"s3://{sample.bucket}/{sample.key}"},
                    OutputBucketName=sample.bucket,
                    OutputKey=f"{TRANSCRIPTS}{name}.json",
                )
            except self._client.exceptions.ConflictException:
                return ()
        return ()
