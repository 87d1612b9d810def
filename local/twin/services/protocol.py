"""Requests and answers validated against the service models that botocore installs."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

CHARACTER_CLASSES = {
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""Java's character classes, which the models' patterns use, as Python's."""
TOO_SHORT = "Member must have length greater than or equal to {}"
TOO_LONG = "Member must have length less than or equal to {}"
TOO_SMALL = "Member must have value greater than or equal to {}"
TOO_LARGE = "Member must have value less than or equal to {}"


class InvalidRequestError(Exception):
    """A request does not fit the operation's input shape; the message names the first wrong member."""


class AnswerShapeError(Exception):
    """An answer does not fit the operation's output shape."""


@cache
def service_model(service: str) -> ServiceModel:
    """Return the installed model of a service, by botocore's name for it."""
    return botocore.session.get_session().get_service_model(service)


def read_request(shape: Shape, value: object, path: str = "") -> Any:
    """Return the request as Python values; raises InvalidRequestError."""
    if isinstance(shape, StructureShape):
        return _read_structure(shape, value, path)
    if isinstance(shape, ListShape):
        entries = _expect(value, list, path, "a list")
        _check_bounds(shape, len(entries), path, TOO_SHORT, TOO_LONG)
        return [
            read_request(shape.member, entry, f"{path}.{at + 1}.member") for at, entry in enumerate(entries)
        ]
    if isinstance(shape, MapShape):
        pairs = _expect(value, dict, path, "a map")
        _check_bounds(shape, len(pairs), path, TOO_SHORT, TOO_LONG)
        return {
            read_request(shape.key, key, f"{path}.key"): read_request(shape.value, entry, f"{path}.{key}")
            for key, entry in pairs.items()
        }
    return _read_scalar(shape, value, path)


def _read_structure(shape: StructureShape, value: object, path: str) -> dict[str, Any]:
    fields = _expect(value, dict, path or shape.name, "a structure")
    for name in shape.required_members:
        if fields.get(name) is None:
            raise _violation(None, _join(path, name), "Member must not be null")
    return {
        name: read_request(member, fields[name], _join(path, name))
        for name, member in shape.members.items()
        if fields.get(name) is not None
    }


def _read_scalar(shape: Shape, value: object, path: str) -> Any:
    kind = shape.type_name
    if isinstance(shape, StringShape) or kind == "string":
        text = _expect(value, str, path, "a string")
        _check_bounds(shape, len(text), path, TOO_SHORT, TOO_LONG)
        _check_text(shape, text, path)
        return text
    if kind == "boolean":
        return _expect(value, bool, path, "true or false")
    if kind == "timestamp":
        return _read_time(value, path)
    if kind == "blob":
        return _read_bytes(shape, value, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequestError(f"{path}: expected a number, got {value!r}")
    if kind in ("integer", "long") and not float(value).is_integer():
        raise InvalidRequestError(f"{path}: expected a whole number, got {value!r}")
    _check_bounds(shape, value, path, TOO_SMALL, TOO_LARGE)
    return int(value) if kind in ("integer", "long") else float(value)


def _read_bytes(shape: Shape, value: object, path: str) -> bytes:
    try:
        content = base64.b64decode(_expect(value, str, path, "bytes in Base64"), validate=True)
    except ValueError:
        raise InvalidRequestError(f"{path}: expected bytes in Base64, got {str(value)[:100]!r}") from None
    _check_bounds(shape, len(content), path, TOO_SHORT, TOO_LONG)
    return content


def _read_time(value: object, path: str) -> datetime:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
        parsed = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except (ValueError, OverflowError, OSError):
        raise InvalidRequestError(f"{path}: expected a time in seconds since 1970, got {value!r}") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _check_text(shape: Shape, text: str, path: str) -> None:
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).search(text):
        raise _violation(text, path, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.metadata.get("enum") and text not in shape.metadata["enum"]:
        allowed = ", ".join(shape.metadata["enum"])
        raise _violation(text, path, f"Member must satisfy enum value set: [{allowed}]")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.removeprefix("^").removesuffix("$")
    for theirs, ours in CHARACTER_CLASSES.items():
        body = body.replace(theirs, ours)
    return re.compile(rf"\A(?:{body})\Z")


def _check_bounds(shape: Shape, size: float, path: str, low: str, high: str) -> None:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and size < minimum:
        raise _violation(size, path, low.format(minimum))
    if maximum is not None and size > maximum:
        raise _violation(size, path, high.format(maximum))


def _expect(value: object, kind: type, path: str, what: str) -> Any:
    if not isinstance(value, kind):
        raise InvalidRequestError(f"{path}: expected {what}, got {value!r}")
    return value


def _violation(value: object, path: str, rule: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"1 validation error detected: Value {value!r} at '{path}' failed to satisfy constraint: {rule}"
    )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def write_answer(shape: Shape | None, value: object) -> bytes:
    """Return the answer as JSON, with the members of the shape only; raises AnswerShapeError."""
    return b"{}" if shape is None else json.dumps(_write(shape, value, shape.name)).encode()


def _write(shape: Shape, value: Any, path: str) -> Any:
    if isinstance(shape, StructureShape):
        if not isinstance(value, Mapping):
            raise AnswerShapeError(f"{path}: expected a structure, got {value!r}")
        return {
            name: _write(member, value[name], f"{path}.{name}")
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [_write(shape.member, entry, path) for entry in value]
    if isinstance(shape, MapShape):
        return {str(key): _write(shape.value, entry, f"{path}.{key}") for key, entry in value.items()}
    if isinstance(value, datetime):
        return value.timestamp()
    if not isinstance(value, _KINDS[shape.type_name]):
        raise AnswerShapeError(f"{path}: expected a {shape.type_name}, got {value!r}")
    return value


_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
}
