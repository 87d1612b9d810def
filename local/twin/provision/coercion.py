"""Calling AWS APIs with template properties, whose types and capitalisation may differ from the API's."""

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


def call(client: Any, operation: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Call an operation with the properties that it accepts, converted to its types."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    answer: dict[str, Any] = getattr(client, xform_name(operation))(**_structure(shape, properties))
    return answer


def _structure(shape: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    by_name = {name.lower(): name for name in shape.members}
    return {
        by_name[name.lower()]: _coerced(shape.members[by_name[name.lower()]], value)
        for name, value in properties.items()
        if name.lower() in by_name
    }


def _coerced(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return _structure(shape, value)
    if kind == "list" and isinstance(value, list):
        return [_coerced(shape.member, each) for each in value]
    if kind == "map" and isinstance(value, Mapping):
        return {name: _coerced(shape.value, each) for name, each in value.items()}
    if kind == "boolean":
        return str(value).lower() == "true"
    if kind in _NUMBERS:
        return _NUMBERS[kind](value)
    if kind == "string":
        return _text(value)
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
