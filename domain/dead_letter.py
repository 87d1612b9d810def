"""The message of a record that cannot be processed, of a size that every SQS queue accepts."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from domain.validation import format_instant

MAX_MESSAGE_BYTES = 250_000
"""SQS accepts 1 MiB, and 256 KiB where a queue was created with the earlier default.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""
MAX_FIELD_CHARACTERS = 500
MAX_REASON_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A refused record: who refused it and why, the invalid field if there is one, and what was received."""

    source: str
    reason: str
    payload: str
    field: str | None = None

    def to_json(self, at: datetime) -> str:
        """Return {"source", "reason", "field"?, "payload", "at"}; the payload is cut to what fits.

        The text is ASCII, so its length is its size: JSON escapes one character into up to twelve bytes.
        """
        letter = {
            "source": self.source[:MAX_FIELD_CHARACTERS],
            "reason": self.reason[:MAX_REASON_CHARACTERS],
            "field": None if self.field is None else self.field[:MAX_FIELD_CHARACTERS],
            "payload": "",
            "at": format_instant(at),
        }
        present = {name: value for name, value in letter.items() if value is not None}
        room = MAX_MESSAGE_BYTES - len(json.dumps(present))
        return json.dumps({**present, "payload": _cut(self.payload, room)})


def _cut(text: str, room: int) -> str:
    """Return the longest beginning of a text whose JSON form, without the quotes, fits into the room."""
    kept = text[:room]
    if len(json.dumps(kept)) - 2 <= room:
        return kept
    longer = bisect_right(range(len(kept)), room, key=lambda length: len(json.dumps(kept[:length])) - 2)
    return kept[: longer - 1]
