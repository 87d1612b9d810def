"""Rekognition and Transcribe, which read and write S3 with the caller's permissions."""

from typing import Any
from urllib.parse import urlsplit

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.services.transcribe import cbor


def rekognition_accesses(request: ServiceRequest, arns: Arns) -> list[Access]:  # noqa: ARG001 - one form for all
    """Return what an operation on an image needs."""
    found = [Access(action=f"rekognition:{request.operation}", resource="*")]
    stored = request.json().get("Image", {}).get("S3Object")
    return found + ([_object("GetObject", stored["Bucket"], stored["Name"])] if stored else [])


def transcribe_accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation on a job needs, in either of the service's protocols."""
    is_cbor = request.headers.get("smithy-protocol") == cbor.PROTOCOL
    fields: dict[str, Any] = cbor.read(request.body) if is_cbor else request.json()
    operation = request.path.rpartition("/")[2] if is_cbor else request.operation
    action = f"transcribe:{operation}"
    if operation != "StartTranscriptionJob":
        job = arns.arn("transcribe", f"transcription-job/{fields['TranscriptionJobName']}")
        return [Access(action=action, resource=job)]
    context = {
        "transcribe:outputbucketname": fields["OutputBucketName"],
        "transcribe:outputkey": fields["OutputKey"],
    }
    media = urlsplit(fields["Media"]["MediaFileUri"])
    return [
        Access(action=action, resource="*", context=context),
        _object("GetObject", media.netloc, media.path[1:]),
        _object("PutObject", fields["OutputBucketName"], fields["OutputKey"]),
    ]


def _object(action: str, bucket: str, key: str) -> Access:
    return Access(action=f"s3:{action}", resource=f"arn:aws:s3:::{bucket}/{key}")
