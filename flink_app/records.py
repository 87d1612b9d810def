"""Read the records of the signals stream: from bytes to a signal, or to a dead letter with the reason."""

import json
from dataclasses import dataclass

from domain.detection.outcome import REFUSALS, Verdict
from domain.errors import InvalidFieldError
from domain.signal import Signal
from domain.validation import Reader
from flink_app.dead_letter import DeadLetter

RECORD_CHARSET = "ISO-8859-1"
"""Maps each byte to one character, so that a dead letter can carry bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedRecord:
    """A record with its match and its event time, by which the stream is partitioned and ordered."""

    match_id: str
    occurred_at_ms: int
    payload: str


def route_record(record: bytes) -> RoutedRecord | DeadLetter:
    """Read the match and the event time of a record, or return why it has none."""
    try:
        text = record.decode()
    except UnicodeDecodeError as error:
        return DeadLetter(
            reason=f"not UTF-8: {error.reason} at byte {error.start}", payload=record.decode(RECORD_CHARSET)
        )
    try:
        reader = Reader(json.loads(text))
        return RoutedRecord(
            match_id=reader.text("match_id", max_length=100),
            occurred_at_ms=round(reader.instant("occurred_at").timestamp() * 1000),
            payload=text,
        )
    except (ValueError, RecursionError) as error:
        return DeadLetter(reason=f"not JSON: {error}", payload=text)
    except InvalidFieldError as error:
        return DeadLetter(reason=str(error), field=error.field, payload=text)


def read_signal(record: RoutedRecord) -> Signal | DeadLetter:
    """Read the signal in a routed record, or return why it is invalid."""
    try:
        return Signal.from_dict(json.loads(record.payload))
    except InvalidFieldError as error:
        return DeadLetter(reason=str(error), field=error.field, payload=record.payload)


def refused_record(record: RoutedRecord, verdict: Verdict) -> DeadLetter | None:
    """Return the dead letter of a signal that the engine refused; None if it did not."""
    reason = REFUSALS.get(verdict)
    return None if reason is None else DeadLetter(reason=reason, payload=record.payload)
