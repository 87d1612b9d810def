"""Transcription jobs, which run one after another in a thread."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.twin.services.transcribe.phrase_spotting import InvalidAudioError, SpokenPhrase, spot_phrases

KEPT_JOBS = 5_000
"""The service keeps jobs for 90 days."""


class JobExistsError(Exception):
    """There is a job of this name already."""


class TranscriptionJobs:
    """The newest jobs by name; `on_end` is called with each job's description when it has ended."""

    def __init__(self, s3: Callable[[], Any], url: str, on_end: Callable[[dict[str, Any]], None]) -> None:
        self._s3 = s3
        self._url = url
        self._on_end = on_end
        self._jobs: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcribe")

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a job; raises JobExistsError."""
        name = request["TranscriptionJobName"]
        with self._lock:
            if name in self._jobs:
                raise JobExistsError(name)
            job = self._jobs[name] = {
                "TranscriptionJobName": name,
                "TranscriptionJobStatus": "IN_PROGRESS",
                "LanguageCode": request["LanguageCode"],
                "MediaFormat": request.get("MediaFormat", "wav"),
                "Media": request["Media"],
                "CreationTime": _now(),
                "StartTime": _now(),
            }
            if len(self._jobs) > KEPT_JOBS:
                del self._jobs[next(iter(self._jobs))]
        self._worker.submit(self._run, job, request["OutputBucketName"], request["OutputKey"])
        return job

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a job's description, or None."""
        return self._jobs.get(name)

    def close(self) -> None:
        """Wait for the job under way, and cancel those that have not begun."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: dict[str, Any], bucket: str, key: str) -> None:
        media = urlsplit(job["Media"]["MediaFileUri"])
        try:
            audio = self._s3().get_object(Bucket=media.netloc, Key=media.path[1:])["Body"].read()
            transcript = _transcript(job["TranscriptionJobName"], spot_phrases(audio))
            self._s3().put_object(Bucket=bucket, Key=key, Body=json.dumps(transcript).encode())
        except (InvalidAudioError, ClientError) as error:
            ended: dict[str, Any] = {"TranscriptionJobStatus": "FAILED", "FailureReason": str(error)}
        else:
            ended = {
                "TranscriptionJobStatus": "COMPLETED",
                "Transcript": {"TranscriptFileUri": f"{self._url}/{bucket}/{key}"},
            }
        job |= {**ended, "CompletionTime": _now()}
        self._on_end(job)


def _transcript(name: str, phrases: list[SpokenPhrase]) -> dict[str, Any]:
    """Return the transcript file in Transcribe's form: one item for each word, with numbers as text."""
    items = []
    for phrase in phrases:
        words = phrase.text.split()
        seconds = (phrase.end_seconds - phrase.start_seconds) / len(words)
        for position, word in enumerate(words):
            start = phrase.start_seconds + position * seconds
            items.append(
                {
                    "type": "pronunciation",
                    "start_time": f"{start:.2f}",
                    "end_time": f"{start + seconds:.2f}",
                    "alternatives": [{"confidence": f"{phrase.confidence:.3f}", "content": word}],
                }
            )
    text = " ".join(phrase.text for phrase in phrases)
    results = {"transcripts": [{"transcript": text}], "items": items}
    return {"jobName": name, "status": "COMPLETED", "results": results}


def _now() -> datetime:
    return datetime.now(UTC)
