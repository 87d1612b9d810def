"""Records that the analytics refuse, kept with the reason."""

import json
from dataclasses import dataclass
from datetime import datetime

from domain.validation import format_instant

SOURCE = "analytics"
MAX_PAYLOAD_CHARACTERS = 20_000
"""An SQS message holds 256 KiB, and JSON escapes a character into up to twelve bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A refused record: the reason, the field that was wrong if one was, and the payload as it came."""

    reason: str
    payload: str
    field: str | None = None

    def to_json(self, at: datetime) -> str:
        """The body of the message in the dead-letter queue."""
        letter = {
            "source": SOURCE,
            "reason": self.reason,
            "field": self.field,
            "payload": self.payload[:MAX_PAYLOAD_CHARACTERS],
            "at": format_instant(at),
        }
        return json.dumps({name: value for name, value in letter.items() if value is not None})
