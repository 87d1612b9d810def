"""Transcription jobs: taken in, carried out one after another, told about when they are over."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.twin.services.transcribe.listening import NotAudioError, SpokenPhrase, listen


class JobExistsError(Exception):
    """A job of this name was started before."""


class TranscriptionJobs:
    """Jobs by name; `over` is called with each job's description when it has ended."""

    def __init__(self, s3: Callable[[], Any], url: str, over: Callable[[dict[str, Any]], None]) -> None:
        self._s3 = s3
        self._url = url
        self._over = over
        self._jobs: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcribe")

    def start(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take a job in; raises JobExistsError."""
        name = asked["TranscriptionJobName"]
        with self._lock:
            if name in self._jobs:
                raise JobExistsError(name)
            job = self._jobs[name] = {
                "TranscriptionJobName": name,
                "TranscriptionJobStatus": "IN_PROGRESS",
                "LanguageCode": asked["LanguageCode"],
                "MediaFormat": asked.get("MediaFormat", "wav"),
                "Media": asked["Media"],
                "CreationTime": _now(),
                "StartTime": _now(),
            }
        self._worker.submit(self._carry_out, job, asked["OutputBucketName"], asked["OutputKey"])
        return job

    def get(self, name: str) -> dict[str, Any] | None:
        """A job's description."""
        return self._jobs.get(name)

    def close(self) -> None:
        """Let go of the jobs that were not begun."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _carry_out(self, job: dict[str, Any], bucket: str, key: str) -> None:
        place = urlsplit(job["Media"]["MediaFileUri"])
        try:
            audio = self._s3().get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].read()
            transcript = _transcript(job["TranscriptionJobName"], listen(audio))
            self._s3().put_object(Bucket=bucket, Key=key, Body=json.dumps(transcript).encode())
        except (NotAudioError, ClientError) as error:
            ended: dict[str, Any] = {"TranscriptionJobStatus": "FAILED", "FailureReason": str(error)}
        else:
            ended = {
                "TranscriptionJobStatus": "COMPLETED",
                "Transcript": {"TranscriptFileUri": f"{self._url}/{bucket}/{key}"},
            }
        job |= {**ended, "CompletionTime": _now()}
        self._over(job)


def _transcript(name: str, phrases: list[SpokenPhrase]) -> dict[str, Any]:
    """The file that Transcribe leaves: numbers as texts, an item a word."""
    items = []
    for phrase in phrases:
        words = phrase.text.split()
        each = (phrase.end_seconds - phrase.start_seconds) / len(words)
        for place, word in enumerate(words):
            start = phrase.start_seconds + place * each
            items.append(
                {
                    "type": "pronunciation",
                    "start_time": f"{start:.2f}",
                    "end_time": f"{start + each:.2f}",
                    "alternatives": [{"confidence": f"{phrase.confidence:.3f}", "content": word}],
                }
            )
    text = " ".join(phrase.text for phrase in phrases)
    results = {"transcripts": [{"transcript": text}], "items": items}
    return {"jobName": name, "status": "COMPLETED", "results": results}


def _now() -> datetime:
    return datetime.now(UTC)
