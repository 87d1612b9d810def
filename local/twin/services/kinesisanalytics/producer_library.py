"""Split the aggregated records of the Kinesis Producer Library, as Flink's connector does.

https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
"""

import hashlib
from collections.abc import Iterator, Sequence

MAGIC = b"\xf3\x89\x9a\xc2"
DIGEST_BYTES = 16
RECORDS_FIELD, DATA_FIELD = 3, 3
_VARINT, _LENGTH_DELIMITED = 0, 2


def user_records(record: bytes) -> Sequence[bytes]:
    """Return the payloads of an aggregated record; any other record, or a damaged one, is its own payload."""
    message, digest = record[len(MAGIC) : -DIGEST_BYTES], record[-DIGEST_BYTES:]
    if not record.startswith(MAGIC) or hashlib.md5(message, usedforsecurity=False).digest() != digest:
        return (record,)
    try:
        return tuple(
            payload
            for number, content in _fields(message)
            if number == RECORDS_FIELD
            for inner, payload in _fields(content)
            if inner == DATA_FIELD
        )
    except (IndexError, ValueError):
        return (record,)


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the length-delimited fields of a protocol buffer, by number."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        if tag & 7 == _VARINT:
            _, position = _varint(message, position)
            continue
        if tag & 7 != _LENGTH_DELIMITED:
            raise ValueError(f"expected a field of wire type 0 or 2, got {tag & 7}")
        length, position = _varint(message, position)
        if position + length > len(message):
            raise ValueError(f"expected {length} bytes, got {len(message) - position}")
        yield tag >> 3, message[position : position + length]
        position += length


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
