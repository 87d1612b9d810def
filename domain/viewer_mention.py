"""Find viewers in stored records: messages of queues, and lines of files.

Only fields that hold viewers count. An id may be any text, such as `2`, `Italy` or the id of a match, so a
search through all values would take the records of others for the viewer's.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

VIEWER_FIELDS = frozenset({"viewer_id", "viewer_ids", "viewerId", "operatorId"})
"""Fields that hold the id of a viewer, or a list of ids."""
RECORD_FIELDS = frozenset({"payload", "rawData", "data", "line"})
"""Fields of dead letters, of Firehose's error records and of refused lines: a record as text or in base64."""

_QUOTE = r'\\*"'
"""A quote; in a record within a record it follows backslashes."""
_DAMAGED_FIELD = re.compile(
    rf"{_QUOTE}(?:{'|'.join(sorted(VIEWER_FIELDS))}){_QUOTE}\s*:\s*"
    rf'({_QUOTE}[^"\\]*{_QUOTE}|\[[^\]{{}}]*)'
)
"""A field with a viewer, or the beginning of a list of viewers, in text that cannot be parsed."""
_DAMAGED_ID = re.compile(rf'{_QUOTE}([^"\\]*){_QUOTE}')


@dataclass(frozen=True, slots=True)
class ViewerMention:
    """Recognises the records that name one viewer."""

    viewer_id: str

    def is_in(self, record: object) -> bool:
        """True if a record, or any record inside it, names the viewer."""
        if isinstance(record, str) and not self._may_be_in(record):
            return False
        return self.viewer_id in named_viewers(record)

    def _may_be_in(self, text: str) -> bool:
        """Return False for most text that does not name the viewer, without parsing it."""
        escaped = json.dumps(self.viewer_id)[1:-1]
        return self.viewer_id in text or escaped in text or any(f'"{name}"' in text for name in RECORD_FIELDS)


def named_viewers(record: object) -> Iterator[str]:
    """Yield the viewers whom a record names, at any depth: an object, a list, or either of them as text."""
    waiting = [record]
    while waiting:
        match waiting.pop():
            case str() as text:
                content = read_text(text)
                if isinstance(content, str):
                    yield from _in_damaged_text(content)
                else:
                    waiting.append(content)
            case bytes() as content:
                waiting.append(content.decode("utf-8", "replace"))
            case Mapping() as fields:
                for name, value in fields.items():
                    if name in VIEWER_FIELDS:
                        yield from _ids(value)
                    if isinstance(value, Mapping | list | tuple) or name in RECORD_FIELDS:
                        waiting.append(value)
            case list() | tuple() as values:
                waiting.extend(value for value in values if not isinstance(value, str))


def read_text(text: str) -> object:
    """Return the object or list in a text or in its base64; without one, the text, or what it encodes."""
    parsed = _parsed(text)
    if parsed is not None:
        return parsed
    decoded = _decoded(text)
    if decoded is None:
        return text
    parsed = _parsed(decoded)
    return decoded if parsed is None else parsed


def _ids(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list | tuple) else (value,):
        # A number counts, because a training reads the number of an uploaded line as text.
        if isinstance(each, str | int) and not isinstance(each, bool):
            yield str(each)


def _in_damaged_text(text: str) -> Iterator[str]:
    for field in _DAMAGED_FIELD.finditer(text):
        for found in _DAMAGED_ID.finditer(field[1]):
            yield found[1]


def _parsed(text: str) -> object | None:
    """Return a JSON object or list; None for other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


def _decoded(text: str) -> str | None:
    """Return the text that is in base64, of which the end may be missing; None for other text."""
    whole = text[: len(text) // 4 * 4]
    try:
        return base64.b64decode(whole, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
