"""WebSocket frames of at most 32 KB, in both directions.

aiohttp limits messages, not frames. Incoming bytes pass a guard that reads the frame headers before aiohttp
does, and outgoing messages are framed here.
Sources: RFC 6455, section 5.2; AWS documentation, "Quotas for configuring and running a WebSocket API in API
Gateway" (a larger message, or a larger frame, closes the connection with 1009).
"""

import struct
from collections.abc import Callable, Iterator
from typing import Protocol

_FINAL = 0x80
_TEXT = 0x1
_CONTINUATION = 0x0
_CLOSE = 0x8
_CONTROL = 0x8
_MASKED = 0x80


class FrameParser(Protocol):
    """The parser of received bytes in aiohttp's server protocol."""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Parse bytes; the first value is True if the parser is done."""
        ...

    def feed_eof(self) -> None:
        """Handle the end of the stream."""
        ...


class FrameGuard:
    """Passes received bytes to a parser until a frame or a message exceeds its limit."""

    def __init__(
        self, parser: FrameParser, *, frame_bytes: int, message_bytes: int, on_exceeded: Callable[[], None]
    ) -> None:
        self._parser = parser
        self._frame_bytes = frame_bytes
        self._message_bytes = message_bytes
        self._on_exceeded = on_exceeded
        self._header = b""
        self._payload_left = 0
        self._message_size = 0
        self._exceeded = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Pass the bytes on; drop them once a limit has been exceeded."""
        if self._exceeded:
            return False, b""
        if self._exceeds(data):
            self._exceeded = True
            self._on_exceeded()
            return False, b""
        return self._parser.feed_data(data)

    def feed_eof(self) -> None:
        """Pass the end of the stream on."""
        self._parser.feed_eof()

    def _exceeds(self, data: bytes) -> bool:
        position = 0
        while position < len(data):
            if self._payload_left:
                skipped = min(self._payload_left, len(data) - position)
                self._payload_left -= skipped
                position += skipped
                continue
            missing = _header_bytes(self._header) - len(self._header)
            self._header += data[position : position + missing]
            position += missing
            if len(self._header) == _header_bytes(self._header):
                if self._header_exceeds():
                    return True
                self._header = b""
        return False

    def _header_exceeds(self) -> bool:
        self._payload_left = _declared_payload(self._header)
        first_byte = self._header[0]
        if first_byte & _CONTROL:
            return False
        total = self._message_size + self._payload_left
        self._message_size = 0 if first_byte & _FINAL else total
        return self._payload_left > self._frame_bytes or total > self._message_bytes


def _header_bytes(seen: bytes) -> int:
    if len(seen) < 2:
        return 2
    length = seen[1] & 0x7F
    extended = 2 if length == 126 else 8 if length == 127 else 0
    return 2 + extended + (4 if seen[1] & _MASKED else 0)


def _declared_payload(header: bytes) -> int:
    length = header[1] & 0x7F
    if length == 126:
        return int.from_bytes(header[2:4], "big")
    if length == 127:
        return int.from_bytes(header[2:10], "big")
    return length


def text_message(payload: bytes, frame_bytes: int) -> bytes:
    """Return the frames of a text message from a server: unmasked, none above the limit."""
    if len(payload) <= frame_bytes:
        return _frame_header(_FINAL | _TEXT, len(payload)) + payload
    return b"".join(_fragments(payload, frame_bytes))


def close_message(code: int) -> bytes:
    """Return a close frame from a server."""
    return _frame_header(_FINAL | _CLOSE, 2) + code.to_bytes(2, "big")


def _fragments(payload: bytes, frame_bytes: int) -> Iterator[bytes]:
    for start in range(0, len(payload), frame_bytes):
        fragment = payload[start : start + frame_bytes]
        opcode = _CONTINUATION if start else _TEXT
        last = start + frame_bytes >= len(payload)
        yield _frame_header(opcode | (_FINAL if last else 0), len(fragment))
        yield fragment


def _frame_header(first_byte: int, length: int) -> bytes:
    if length < 126:
        return bytes((first_byte, length))
    if length < 65536:
        return struct.pack("!BBH", first_byte, 126, length)
    return struct.pack("!BBQ", first_byte, 127, length)
