"""Transcription jobs of Amazon Transcribe that are over."""

from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from domain.broadcast.transcript import Transcription
from domain.errors import AnalyserBusyError


class TranscribeJobs:
    """Reads a job's description, and the transcript that it left in the media bucket."""

    def __init__(self, client: Any, s3: Any) -> None:
        self._client = client
        self._s3 = s3

    def result(self, job_name: str) -> Transcription:
        """The result of a job that is over; raises AnalyserBusyError when it cannot be had now."""
        try:
            job = self._client.get_transcription_job(TranscriptionJobName=job_name)["TranscriptionJob"]
            bucket, key = _place(job["Media"]["MediaFileUri"])
            transcript = self._transcript(job) if job["TranscriptionJobStatus"] == "COMPLETED" else None
        except (ClientError, BotoCoreError) as error:
            raise AnalyserBusyError(f"{job_name}: {error}") from error
        return Transcription(bucket=bucket, key=key, transcript=transcript, failure=job.get("FailureReason"))

    def _transcript(self, job: dict[str, Any]) -> str:
        bucket, key = _place(job["Transcript"]["TranscriptFileUri"])
        content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content.decode()


def _place(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`, or of `https://s3.<region>.amazonaws.com/bucket/key`."""
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        return parts.netloc, unquote(parts.path.removeprefix("/"))
    bucket, _, key = parts.path.removeprefix("/").partition("/")
    return bucket, unquote(key)
