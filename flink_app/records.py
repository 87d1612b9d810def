"""Read the records of the signals stream: from bytes to a signal, or to a dead letter with the reason."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.detection.outcome import Outcome, Refusal
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


def refused_records(record: RoutedRecord, outcome: Outcome) -> Iterator[DeadLetter]:
    """Return the dead letters of the signals that the engine refused: this one or those that waited."""
    if outcome.refusal is not None:
        yield DeadLetter(reason=outcome.refusal, payload=record.payload)
    yield from refused_signals(outcome.late_refusals)


def refused_signals(refusals: Iterable[Refusal]) -> Iterator[DeadLetter]:
    """Return the dead letters of signals that were refused after they had waited."""
    for refusal in refusals:
        yield DeadLetter(reason=refusal.reason, payload=json.dumps(refusal.signal.to_dict()))
