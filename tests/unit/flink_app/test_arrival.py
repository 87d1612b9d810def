"""Every record becomes an arrival, a signal, or a dead letter that says why and keeps what came."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.signal import Signal
from flink_app.arrival import RECORD_CHARSET, Arrival, read_arrival, read_signal
from flink_app.dead_letter import MAX_PAYLOAD_CHARACTERS, DeadLetter

SQS_LIMIT = 256 * 1024
SIGNAL = {
    "id": "s1",
    "match_id": "m1",
    "source": "feed",
    "kind": "match_event",
    "occurred_at": "2021-06-11T19:00:30.250Z",
    "match_event": {
        "id": "e1",
        "type": "goal",
        "period": 1,
        "clock_seconds": 30,
        "side": "home",
        "player": "Ünal",
    },
}


def as_read(record: bytes) -> str:
    """A record as the source hands it over: one character per byte."""
    return record.decode(RECORD_CHARSET)


def test_a_record_is_addressed_by_its_match_and_its_event_time() -> None:
    arrival = read_arrival(as_read(json.dumps(SIGNAL, ensure_ascii=False).encode()))
    assert isinstance(arrival, Arrival)
    assert arrival.match_id == "m1"
    assert arrival.occurred_at_ms == 1623438030250


def test_names_survive_the_way_through_the_source() -> None:
    arrival = read_arrival(as_read(json.dumps(SIGNAL, ensure_ascii=False).encode()))
    assert isinstance(arrival, Arrival)
    signal = read_signal(arrival.payload)
    assert isinstance(signal, Signal)
    assert signal.match_event is not None
    assert signal.match_event.player == "Ünal"


@pytest.mark.parametrize(
    ("record", "reason", "field"),
    [
        (b"\xff\xfe\x00", "not UTF-8: invalid start byte at byte 0", None),
        (b"{", "not JSON: ", None),
        (b"[" * 100_000, "not JSON: ", None),
        (b'{"match_id": ' + b"1" * 5_000 + b"}", "not JSON: ", None),
        (b"[1]", "expected an object", ""),
        (b"{}", "match_id: expected", "match_id"),
        (b'{"match_id": "m", "occurred_at": "noon"}', "occurred_at: expected a time", "occurred_at"),
        (b'{"match_id": "m", "occurred_at": "2021-06-11T19:00:30"}', "occurred_at: expected", "occurred_at"),
    ],
)
def test_what_cannot_be_addressed_is_refused_with_its_reason(
    record: bytes, reason: str, field: str | None
) -> None:
    letter = read_arrival(as_read(record))
    assert isinstance(letter, DeadLetter)
    assert reason in letter.reason
    assert letter.field == field
    assert letter.payload == as_read(record)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"id": ""}, "id"),
        ({"match_event": {**SIGNAL["match_event"], "clock_seconds": -1}}, "match_event.clock_seconds"),  # type: ignore[dict-item]
    ],
)
def test_an_addressed_record_that_is_no_signal_names_its_field(change: dict[str, Any], field: str) -> None:
    letter = read_signal(json.dumps({**SIGNAL, **change}))
    assert isinstance(letter, DeadLetter)
    assert letter.field == field


@pytest.mark.parametrize("character", ["\xff", "\x00", "\U0001f600", "\uffff"])
def test_a_letter_fits_a_message_whatever_came(character: str) -> None:
    body = DeadLetter(reason="x", payload=character * 1_000_000).to_json(datetime(2021, 6, 11, tzinfo=UTC))
    assert len(body) < SQS_LIMIT
    assert body.isascii()
    assert json.loads(body) == {
        "source": "analytics",
        "reason": "x",
        "payload": character * MAX_PAYLOAD_CHARACTERS,
        "at": "2021-06-11T00:00:00.000Z",
    }
