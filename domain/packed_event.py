"""Packed events: a message to a channel, compressed, as JSON that holds text.

AWS AppSync counts, and bills for each receiver, every begun 5 KB of an event. Audience messages have 4 to 13
KB as JSON, and 2 to 5 KB packed, so a packed one counts once.
"""

import base64
import json
import zlib

from domain.errors import InvalidFieldError

FIELD = "deflate"
"""The field that holds the message: compressed by zlib (RFC 1950), in base64 (RFC 4648)."""


def pack(message: bytes) -> str:
    """Return the event that holds a message."""
    packed = base64.b64encode(zlib.compress(message)).decode()
    return json.dumps({FIELD: packed}, separators=(",", ":"))


def unpack(event: str) -> bytes:
    """Return the message of an event; raises InvalidFieldError for any other event."""
    try:
        return zlib.decompress(base64.b64decode(json.loads(event)[FIELD], validate=True))
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise InvalidFieldError(FIELD, "a message that is packed", event[:100]) from error
