"""Conversion of Hive types to Arrow types, and of JSON values to values of those types."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

_PLAIN = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
}


class SchemaMismatchError(Exception):
    """A record does not match the columns of its table."""


def arrow_type(text: str) -> pa.DataType:
    """Return the Arrow type of a Hive type such as `array<struct<slot:string>>`; raises ValueError."""
    if text in _PLAIN:
        return _PLAIN[text]
    kind, _, inside = text.partition("<")
    parts = _split(inside.removesuffix(">"))
    match kind:
        case "array":
            return pa.list_(arrow_type(parts[0]))
        case "map":
            return pa.map_(arrow_type(parts[0]), arrow_type(parts[1]))
        case "struct":
            fields = [part.partition(":") for part in parts]
            return pa.struct([(name, arrow_type(given)) for name, _, given in fields])
    raise ValueError(f"expected string, boolean, int, bigint, double, array, map or struct, got {text}")


def converted(value: Any, kind: pa.DataType, path: str) -> Any:
    """Return a JSON value as a value of an Arrow type; None stays null. Raises SchemaMismatchError."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        given = _mapping(value, path)
        return {each.name: converted(given.get(each.name), each.type, f"{path}.{each.name}") for each in kind}
    if pa.types.is_map(kind):
        return [
            (key, converted(entry, kind.item_type, f"{path}.{key}"))
            for key, entry in _mapping(value, path).items()
        ]
    if pa.types.is_list(kind):
        if not isinstance(value, list):
            raise SchemaMismatchError(f"{path}: expected an array, got {value!r}")
        return [converted(entry, kind.value_type, f"{path}[{at}]") for at, entry in enumerate(value)]
    return _plain(value, kind, path)


def _plain(value: Any, kind: pa.DataType, path: str) -> Any:
    is_bool = isinstance(value, bool)
    if pa.types.is_boolean(kind) and is_bool:
        return value
    if pa.types.is_string(kind) and not isinstance(value, dict | list):
        return value if isinstance(value, str) else str(value).lower() if is_bool else str(value)
    if pa.types.is_integer(kind) and isinstance(value, int) and not is_bool:
        return value
    if pa.types.is_floating(kind) and isinstance(value, int | float) and not is_bool:
        return float(value)
    raise SchemaMismatchError(f"{path}: expected {kind}, got {value!r}")


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SchemaMismatchError(f"{path}: expected an object, got {value!r}")
    return value


def _split(text: str) -> list[str]:
    """Split at the commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
