"""Transcribe's jobs over both of its protocols, RPC v2 CBOR and JSON, validated against botocore's model."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.protocol import InvalidRequestError, read_request, service_model, write_answer
from local.twin.services.registry import ServiceContext
from local.twin.services.transcribe import cbor
from local.twin.services.transcribe.jobs import JobExistsError, TranscriptionJobs


def create(context: ServiceContext) -> "TranscribeService":
    """Create the service; the end of each job is published on EventBridge."""

    def publish_end(job: dict[str, Any]) -> None:
        names = ("TranscriptionJobName", "TranscriptionJobStatus", "FailureReason")
        entry = {
            "Source": "aws.transcribe",
            "DetailType": "Transcribe Job State Change",
            "Detail": json.dumps({name: job[name] for name in names if name in job}),
        }
        context.clients("events").put_events(Entries=[entry])

    return TranscribeService(lambda: context.clients("s3"), context.endpoint.url, publish_end)


class TranscribeService:
    """Serves `StartTranscriptionJob` and `GetTranscriptionJob`."""

    def __init__(self, s3: Callable[[], Any], url: str, on_end: Callable[[dict[str, Any]], None]) -> None:
        self._jobs = TranscriptionJobs(s3, url, on_end)
        self._operations = {"StartTranscriptionJob": self._start_job, "GetTranscriptionJob": self._get_job}

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request in the protocol of the request."""
        return await asyncio.to_thread(self._answer, request)

    async def close(self) -> None:
        """Wait for the job under way, and cancel those that have not begun."""
        await asyncio.to_thread(self._jobs.close)

    def _answer(self, request: ServiceRequest) -> ServiceAnswer:
        is_cbor = request.headers.get("smithy-protocol") == cbor.PROTOCOL
        name = request.path.rpartition("/")[2] if is_cbor else request.operation
        refuse = cbor.error_answer if is_cbor else json_error
        operation = self._operations.get(name)
        if operation is None:
            return refuse("UnknownOperationException", name)
        model: Any = service_model("transcribe").operation_model(name)
        try:
            fields = read_request(model.input_shape, cbor.read(request.body) if is_cbor else request.json())
            answer = {"TranscriptionJob": operation(fields)}
        except (InvalidRequestError, KeyError) as error:
            return refuse("BadRequestException", str(error))
        except JobExistsError:
            return refuse("ConflictException", "The requested job name already exists.")
        written = write_answer(model.output_shape, answer)
        return cbor.answer(answer, model.output_shape) if is_cbor else json_answer(json.loads(written))

    def _start_job(self, fields: dict[str, Any]) -> dict[str, Any]:
        return self._jobs.start(fields)

    def _get_job(self, fields: dict[str, Any]) -> dict[str, Any]:
        job = self._jobs.get(fields["TranscriptionJobName"])
        if job is None:
            raise InvalidRequestError("The requested job couldn't be found.")
        return job
