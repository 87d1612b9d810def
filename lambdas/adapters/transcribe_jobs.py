"""Finished jobs of Amazon Transcribe."""

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from domain.broadcast.transcript import Transcription
from domain.errors import AnalyserBusyError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_transcribe import TranscribeServiceClient
    from types_boto3_transcribe.type_defs import TranscriptionJobTypeDef


class TranscribeJobs:
    """Reads a job's description, and its transcript from the media bucket."""

    def __init__(self, client: "TranscribeServiceClient", s3: "S3Client") -> None:
        self._client = client
        self._s3 = s3

    def result(self, job_name: str) -> Transcription:
        """Return the result of a finished job; raises AnalyserBusyError if it cannot be read now."""
        try:
            job = self._client.get_transcription_job(TranscriptionJobName=job_name)["TranscriptionJob"]
            bucket, key = _location(job["Media"]["MediaFileUri"])
            transcript = self._transcript(job) if job["TranscriptionJobStatus"] == "COMPLETED" else None
        except (ClientError, BotoCoreError) as error:
            raise AnalyserBusyError(f"{job_name}: {error}") from error
        return Transcription(bucket=bucket, key=key, transcript=transcript, failure=job.get("FailureReason"))

    def _transcript(self, job: "TranscriptionJobTypeDef") -> str:
        bucket, key = _location(job["Transcript"]["TranscriptFileUri"])
        return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def _location(uri: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key` or `https://s3.<region>.amazonaws.com/bucket/key`."""
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        return parts.netloc, unquote(parts.path.removeprefix("/"))
    bucket, _, key = parts.path.removeprefix("/").partition("/")
    return bucket, unquote(key)
