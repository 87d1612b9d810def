"""The commentary, transcribed by Amazon Transcribe: starts a job; `finish_transcription` reads its result."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.transcript import JOB_PREFIX, TRANSCRIPTS_FOLDER
from lambdas.adapters.analysers.service_errors import translate_errors

if TYPE_CHECKING:
    from types_boto3_transcribe import TranscribeServiceClient
    from types_boto3_transcribe.literals import LanguageCodeType, MediaFormatType


def job_name(key: str) -> str:
    """Return the name of a sample's job; Transcribe refuses a second job of the same name."""
    return f"{JOB_PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:32]}"


class SpeechAnalyser:
    """Starts a transcription job for each audio segment."""

    name = "commentary"
    kind = SampleKind.AUDIO

    def __init__(self, client: "TranscribeServiceClient", *, every_seconds: float, language: str) -> None:
        self._client = client
        self._language = cast("LanguageCodeType", language)
        self.every_seconds = every_seconds

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Start the job, unless it exists already; return no observations yet."""
        name = job_name(sample.key)
        with translate_errors(sample):
            try:
                self._client.start_transcription_job(
                    TranscriptionJobName=name,
                    LanguageCode=self._language,
                    MediaFormat=cast("MediaFormatType", sample.media_format),
                    Media={"MediaFileUri": f"s3://{sample.bucket}/{sample.key}"},
                    OutputBucketName=sample.bucket,
                    OutputKey=f"{TRANSCRIPTS_FOLDER}{name}.json",
                )
            except self._client.exceptions.ConflictException:
                return ()
        return ()
