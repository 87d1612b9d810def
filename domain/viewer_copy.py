"""Leave others out of a record that is copied for one viewer."""

import json
from typing import Any

from domain.viewer_mention import RECORD_FIELDS, VIEWER_FIELDS, named_viewers, read_text

LEFT_OUT = "left out: damaged text that names others too"
"""Stands in a copy for text that cannot be parsed, in which others cannot be told from the viewer."""


def without_others(text: str, viewer_id: str) -> str:
    """Return a record without other viewers; as it is, if it names none.

    Lists of ids have the viewer's alone, and lists of records no record of others.
    """
    if set(named_viewers(text)) <= {viewer_id}:
        return text
    content = read_text(text)
    if isinstance(content, str):
        return LEFT_OUT
    _remove_others(content, viewer_id)
    return json.dumps(content)


def _remove_others(content: object, viewer_id: str) -> None:
    waiting = [content]
    while waiting:
        match waiting.pop():
            case dict() as fields:
                for name, value in fields.items():
                    if name in VIEWER_FIELDS:
                        fields[name] = _own(value, viewer_id)
                    elif name in RECORD_FIELDS and isinstance(value, str):
                        fields[name] = without_others(value, viewer_id)
                    else:
                        waiting.append(value)
            case list() as values:
                values[:] = [each for each in values if not _is_of_others(each, viewer_id)]
                waiting.extend(values)


def _own(value: Any, viewer_id: str) -> Any:
    if isinstance(value, list):
        return [each for each in value if str(each) == viewer_id]
    return value if str(value) == viewer_id else None


def _is_of_others(value: object, viewer_id: str) -> bool:
    named = set(named_viewers(value)) if isinstance(value, dict | list) else set()
    return bool(named) and viewer_id not in named
