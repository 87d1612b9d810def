"""botocore's parser reads Transcribe's answers, in the protocol that its clients use."""

import io
from typing import Any

import botocore.session
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from local.twin.edge.services import ServiceRequest
from local.twin.services.transcribe.service import TranscribeService

JOB = {
    "TranscriptionJobName": "touchline-1",
    "LanguageCode": "en-GB",
    "MediaFormat": "wav",
    "Media": {"MediaFileUri": "s3://media/samples/m/1623438000000.wav"},
    "OutputBucketName": "media",
    "OutputKey": "transcripts/touchline-1.json",
}


class BucketWithoutAudio:
    """A bucket whose only object is not audio."""

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(b"not audio")}


async def call(service: TranscribeService, name: str, request: dict[str, Any]) -> dict[str, Any]:
    operation = botocore.session.get_session().get_service_model("transcribe").operation_model(name)
    sent = create_serializer("smithy-rpc-v2-cbor").serialize_to_request(request, operation)
    answer = await service(
        ServiceRequest(
            service="transcribe",
            method="POST",
            path=sent["url_path"],
            query_string="",
            headers=sent["headers"],
            body=bytes(sent["body"]),
        )
    )
    raw = {"body": answer.body, "headers": dict(answer.headers), "status_code": answer.status}
    assert operation.output_shape is not None
    parsed: dict[str, Any] = create_parser("smithy-rpc-v2-cbor").parse(raw, operation.output_shape)
    return parsed


async def test_a_job_is_started_once_and_fails_with_its_reason() -> None:
    ended: list[dict[str, Any]] = []
    service = TranscribeService(BucketWithoutAudio, "http://twin", ended.append)
    started = (await call(service, "StartTranscriptionJob", JOB))["TranscriptionJob"]
    assert started["TranscriptionJobName"] == "touchline-1"
    again = await call(service, "StartTranscriptionJob", JOB)
    assert again["Error"]["Code"] == "ConflictException"
    await service.close()
    job = (await call(service, "GetTranscriptionJob", {"TranscriptionJobName": "touchline-1"}))[
        "TranscriptionJob"
    ]
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert "WAV" in job["FailureReason"]
    assert [each["TranscriptionJobName"] for each in ended] == ["touchline-1"]


async def test_an_unknown_job_is_refused() -> None:
    service = TranscribeService(BucketWithoutAudio, "http://twin", print)
    refused = await call(service, "GetTranscriptionJob", {"TranscriptionJobName": "no such job"})
    assert refused["Error"]["Code"] == "BadRequestException"
    await service.close()
