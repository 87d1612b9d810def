"""Refused records, kept with the reason."""

import json
from dataclasses import dataclass
from datetime import datetime

from domain.validation import format_instant

SOURCE = "analytics"
MAX_PAYLOAD_CHARACTERS = 20_000
"""An SQS message holds 256 KiB, and JSON escapes a character into up to twelve bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A refused record: the reason, the invalid field if there is one, and the payload as received."""

    reason: str
    payload: str
    field: str | None = None

    def to_json(self, at: datetime) -> str:
        """Return the body of the message for the dead-letter queue."""
        letter = {
            "source": SOURCE,
            "reason": self.reason,
            "field": self.field,
            "payload": self.payload[:MAX_PAYLOAD_CHARACTERS],
            "at": format_instant(at),
        }
        return json.dumps({name: value for name, value in letter.items() if value is not None})
