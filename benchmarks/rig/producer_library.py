"""Aggregate records as the Kinesis Producer Library does.

Format: https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
"""

import hashlib

MAGIC = b"\xf3\x89\x9a\xc2"


def aggregated(partition_key: str, payloads: list[bytes]) -> bytes:
    """Return one record of several payloads with one partition key."""
    records = b"".join(_field(3, b"\x08\x00" + _field(3, payload)) for payload in payloads)
    message = _field(1, partition_key.encode()) + records
    return MAGIC + message + hashlib.md5(message, usedforsecurity=False).digest()


def _field(number: int, content: bytes) -> bytes:
    """Return a length-delimited field of a protocol buffer."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
