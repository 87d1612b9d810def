"""The twin's eyes and ears: Rekognition and Transcribe at the edge, loaded when they are first asked."""

import asyncio
import functools
import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.edge.services import ServiceAnswer, ServiceRequest


class Senses:
    """Both services: their engines take seconds to load, which the twin's start must not pay for."""

    def __init__(self, s3: Callable[[], Any], *, calls: BackendCalls, url: str) -> None:
        self._s3 = s3
        self._calls = calls
        self._url = url
        self._loop = asyncio.get_running_loop()

    async def rekognition(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer a request to Rekognition."""
        return await asyncio.to_thread(lambda: self._rekognition.handle(request))

    async def transcribe(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer a request to Transcribe."""
        return await asyncio.to_thread(lambda: self._transcribe.handle(request))

    async def close(self) -> None:
        """Let the job under way end, and drop the others."""
        if "_transcribe" in vars(self):
            await asyncio.to_thread(self._transcribe.close)

    @functools.cached_property
    def _rekognition(self) -> Any:
        return import_module("local.twin.services.rekognition.service").RekognitionService(self._s3)

    @functools.cached_property
    def _transcribe(self) -> Any:
        return import_module("local.twin.services.transcribe.service").TranscribeService(
            self._s3, self._url, self._over
        )

    def _over(self, job: dict[str, Any]) -> None:
        """Tell EventBridge of a job that has ended, from the job's thread."""
        detail = {name: job[name] for name in ("TranscriptionJobName", "TranscriptionJobStatus")}
        if "FailureReason" in job:
            detail["FailureReason"] = job["FailureReason"]
        entry = {
            "Source": "aws.transcribe",
            "DetailType": "Transcribe Job State Change",
            "Detail": json.dumps(detail),
        }
        put = self._calls.json("events", "PutEvents", {"Entries": [entry]})
        asyncio.run_coroutine_threadsafe(put, self._loop).result()
