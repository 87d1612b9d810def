"""Transcribe's jobs over both of its protocols, CBOR by RPC and JSON, held against botocore's model."""

import io
import json
from collections.abc import Callable
from typing import Any

from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.protocol import InvalidRequestError, read_request, service_model, write_answer
from local.twin.services.transcribe.jobs import JobExistsError, TranscriptionJobs

CBOR = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


class TranscribeService:
    """`StartTranscriptionJob` and `GetTranscriptionJob`; the rest is unknown here."""

    def __init__(self, s3: Callable[[], Any], url: str, over: Callable[[dict[str, Any]], None]) -> None:
        self._jobs = TranscriptionJobs(s3, url, over)
        self._operations = {"StartTranscriptionJob": self._start, "GetTranscriptionJob": self._get}

    def handle(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request in the protocol that it came in."""
        by_cbor = request.headers.get("smithy-protocol") == "rpc-v2-cbor"
        name = request.path.rpartition("/")[2] if by_cbor else request.operation
        carry_out = self._operations.get(name)
        if carry_out is None:
            return _refusal("UnknownOperationException", name, by_cbor)
        operation: Any = service_model("transcribe").operation_model(name)
        try:
            asked = read_request(operation.input_shape, _body(request, by_cbor))
            answer = {"TranscriptionJob": carry_out(asked)}
        except (InvalidRequestError, KeyError) as error:
            return _refusal("BadRequestException", str(error), by_cbor)
        except JobExistsError:
            message = "The requested job name already exists."
            return _refusal("ConflictException", message, by_cbor)
        written = write_answer(operation.output_shape, answer)
        if not by_cbor:
            return json_answer(json.loads(written))
        return ServiceAnswer(headers=CBOR, body=_cbor(answer, operation.output_shape))

    def close(self) -> None:
        """Let go of the jobs that were not begun."""
        self._jobs.close()

    def _start(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._jobs.start(asked)

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        job = self._jobs.get(asked["TranscriptionJobName"])
        if job is None:
            raise InvalidRequestError("The requested job couldn't be found.")
        return job


def _body(request: ServiceRequest, by_cbor: bool) -> Any:
    if not by_cbor:
        return request.json()
    # botocore's own codec: the only one that is sure to speak as its clients do.
    return RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(request.body)))


def _refusal(code: str, message: str, by_cbor: bool) -> ServiceAnswer:
    if not by_cbor:
        return json_error(code, message)
    error = service_model("transcribe").shape_for("BadRequestException")
    body = _with_type(_cbor({"Message": message}, error), code)
    return ServiceAnswer(status=400, headers=CBOR, body=body)


def _cbor(value: Any, shape: Any) -> bytes:
    codec: Any = RpcV2CBORSerializer()
    content = bytearray()
    codec._serialize_data_item(content, value, shape)
    return bytes(content)


def _with_type(content: bytes, code: str) -> bytes:
    """The error's map (of one member) with a second, `__type`, that says which error it is."""
    name, kind = _text("__type"), _text(f"com.amazonaws.transcribe#{code}")
    return bytes([0xA2]) + content[1:] + name + kind


def _text(value: str) -> bytes:
    """A CBOR text of fewer than 256 bytes."""
    content = value.encode()
    head = bytes([0x60 + len(content)]) if len(content) < 24 else bytes([0x78, len(content)])
    return head + content
