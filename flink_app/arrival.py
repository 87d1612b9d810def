"""What the records of the signals stream turn out to be."""

import json
from dataclasses import dataclass

from domain.errors import InvalidFieldError
from domain.signal import Signal
from domain.validation import Reader
from flink_app.dead_letter import DeadLetter

RECORD_CHARSET = "ISO-8859-1"
"""Maps every byte to one character, so that a record that is no text reaches the dead letters unharmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A record addressed to a match: enough to route it and to tell its event time."""

    match_id: str
    occurred_at_ms: int
    payload: str


def read_arrival(record: str) -> Arrival | DeadLetter:
    """Address a record, given as one character per byte, or refuse it with a reason."""
    try:
        text = record.encode(RECORD_CHARSET).decode()
    except UnicodeDecodeError as error:
        return DeadLetter(reason=f"not UTF-8: {error.reason} at byte {error.start}", payload=record)
    try:
        reader = Reader(json.loads(text))
        return Arrival(
            match_id=reader.text("match_id", max_length=100),
            occurred_at_ms=round(reader.instant("occurred_at").timestamp() * 1000),
            payload=text,
        )
    except (ValueError, RecursionError) as error:
        return DeadLetter(reason=f"not JSON: {error}", payload=text)
    except InvalidFieldError as error:
        return DeadLetter(reason=str(error), field=error.field, payload=text)


def read_signal(payload: str) -> Signal | DeadLetter:
    """The signal of an addressed record, or the reason why it is none."""
    try:
        return Signal.from_dict(json.loads(payload))
    except InvalidFieldError as error:
        return DeadLetter(reason=str(error), field=error.field, payload=payload)
