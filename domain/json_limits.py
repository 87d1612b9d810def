"""Limits of JSON values that are passed on as they are: to a table, a message and an app."""

import json
import math
from collections.abc import Mapping, Sequence

from domain.errors import InvalidFieldError
from domain.validation import LARGEST, printable

MAX_DEPTH = 20
"""How deep objects and lists may be nested; far below what parsers and encoders refuse."""


def require_portable(value: object, path: str, depth: int = 0) -> None:
    """Raise InvalidFieldError for what not every JSON parser reads, such as NaN or a lone surrogate.

    One such value makes the whole message unreadable, or cannot be encoded at all.
    """
    if depth > MAX_DEPTH:
        raise InvalidFieldError(path, f"at most {MAX_DEPTH} levels of objects and lists", value)
    if isinstance(value, str):
        _require_encodable(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidFieldError(path, "a finite number", value)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise InvalidFieldError(path, f"a whole number from {-LARGEST} to {LARGEST}", value)
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            _require_encodable(name, path)
            require_portable(entry, f"{path}.{printable(name)}", depth + 1)
    elif isinstance(value, Sequence):
        for index, entry in enumerate(value):
            require_portable(entry, f"{path}[{index}]", depth + 1)


def compact_json(value: object) -> bytes:
    """Return a value in compact JSON, as UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def json_bytes(value: object) -> int:
    """Return the size of a value in compact JSON, in bytes of UTF-8."""
    return len(compact_json(value))


def require_size(value: object, path: str, maximum: int) -> None:
    """Raise InvalidFieldError for a value whose compact JSON is larger than `maximum` bytes."""
    size = json_bytes(value)
    if size > maximum:
        raise InvalidFieldError(path, f"at most {maximum} bytes of JSON", _Size(size))


class _Size:
    """A size that an error shows instead of the large value itself."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __repr__(self) -> str:
        return f"{self._number} bytes"


def _require_encodable(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidFieldError(path, "text without lone surrogates", text) from None
