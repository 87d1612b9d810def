"""Filter criteria of event source mappings."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any

from local.twin.services.eventbridge.patterns import matches


def passes(record: Mapping[str, Any], filters: Iterable[Mapping[str, Any]]) -> bool:
    """True if a record matches one of the patterns, or if there are none."""
    patterns = list(filters)
    if not patterns:
        return True
    decoded = _with_decoded_payload(record)
    return any(matches(pattern, decoded) for pattern in patterns)


def _with_decoded_payload(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the record with its JSON payload decoded, as Lambda does before filtering."""
    if "kinesis" in record:
        return {**record, "data": _decoded(record["kinesis"]["data"])}
    if isinstance(record.get("body"), str):
        try:
            return {**record, "body": json.loads(record["body"])}
        except ValueError:
            return record
    return record


def _decoded(data: str) -> Any:
    try:
        return json.loads(base64.b64decode(data))
    except (ValueError, binascii.Error):
        return data
