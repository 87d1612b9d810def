"""Transcribe's RPC v2 CBOR protocol, read and written with botocore's own codec."""

import io
from typing import Any

from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

from local.twin.edge.services import ServiceAnswer
from local.twin.services.protocol import service_model

PROTOCOL = "rpc-v2-cbor"
_HEADERS = {"Content-Type": "application/cbor", "smithy-protocol": PROTOCOL}
_MAP_OF_TWO = 0xA2


def read(body: bytes) -> Any:
    """Return the value of a request's body."""
    return RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body)))


def answer(value: Any, shape: Any) -> ServiceAnswer:
    """Return an answer with a value of an output shape."""
    return ServiceAnswer(headers=_HEADERS, body=_write(value, shape))


def error_answer(code: str, message: str) -> ServiceAnswer:
    """Return a modelled error: a map of the message and `__type`."""
    shape = service_model("transcribe").shape_for("BadRequestException")
    members = _write({"Message": message}, shape)[1:]
    kind = _text("__type") + _text(f"com.amazonaws.transcribe#{code}")
    return ServiceAnswer(status=400, headers=_HEADERS, body=bytes([_MAP_OF_TWO]) + members + kind)


def _write(value: Any, shape: Any) -> bytes:
    codec: Any = RpcV2CBORSerializer()
    content = bytearray()
    codec._serialize_data_item(content, value, shape)
    return bytes(content)


def _text(value: str) -> bytes:
    """Return a CBOR text of fewer than 256 bytes."""
    content = value.encode()
    head = bytes([0x60 + len(content)]) if len(content) < 24 else bytes([0x78, len(content)])
    return head + content
