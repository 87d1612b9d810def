"""Every record becomes a routed record, a signal, or a dead letter with the reason and the payload."""

import json
from datetime import UTC, datetime

import pytest

from domain.detection.outcome import REFUSALS, Outcome, Refusal, Verdict
from domain.signal import Signal
from flink_app.dead_letter import DeadLetter
from flink_app.records import RECORD_CHARSET, RoutedRecord, read_signal, refused_records, route_record
from tests.support.odd_records import GOAL_RECORD, REFUSED, OddRecord

SQS_LIMIT = 256 * 1024


def routed(data: bytes) -> RoutedRecord:
    record = route_record(data)
    assert isinstance(record, RoutedRecord)
    return record


def test_a_record_is_routed_by_its_match_and_its_event_time() -> None:
    record = routed(GOAL_RECORD)
    assert record.match_id == "odd"
    assert record.occurred_at_ms == 1623438030250


def test_names_beyond_ascii_are_kept() -> None:
    signal = read_signal(routed(GOAL_RECORD))
    assert isinstance(signal, Signal)
    assert signal.match_event is not None
    assert signal.match_event.player == "Ünal"


@pytest.mark.parametrize(
    "odd", [REFUSED[name] for name in REFUSED if name != "late"], ids=lambda odd: odd.reason
)
def test_an_invalid_record_is_refused_with_its_reason_and_its_payload(odd: OddRecord) -> None:
    record = route_record(odd.data)
    letter = record if isinstance(record, DeadLetter) else read_signal(record)
    assert isinstance(letter, DeadLetter)
    assert letter.reason.startswith(odd.reason)
    assert letter.field == odd.field
    charset = RECORD_CHARSET if odd.reason.startswith("not UTF-8") else "utf-8"
    assert letter.payload == odd.data.decode(charset)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_signal_that_the_engine_refuses_is_a_dead_letter(verdict: Verdict) -> None:
    letters = refused_records(routed(GOAL_RECORD), Outcome(verdict=verdict))
    assert [(letter.reason, letter.payload) for letter in letters] == [
        (reason, GOAL_RECORD.decode()) for refused, reason in REFUSALS.items() if refused is verdict
    ]


def test_a_signal_that_is_refused_after_it_waited_is_a_dead_letter_with_its_own_payload() -> None:
    waited = read_signal(routed(GOAL_RECORD))
    assert isinstance(waited, Signal)
    outcome = Outcome(late_refusals=(Refusal(signal=waited, reason="cannot apply"),))
    [letter] = refused_records(routed(GOAL_RECORD), outcome)
    assert letter.reason == "cannot apply"
    assert Signal.from_dict(json.loads(letter.payload)) == waited


def test_the_reason_of_a_refused_correction_says_what_was_expected() -> None:
    outcome = Outcome(verdict=Verdict.REFUSED, reason="expected the id of a goal entry, r1 is a card")
    [letter] = refused_records(routed(GOAL_RECORD), outcome)
    assert letter.reason == "expected the id of a goal entry, r1 is a card"


@pytest.mark.parametrize("character", ["\xff", "\x00", "\U0001f600", "\uffff"])
def test_a_dead_letter_of_any_payload_fits_a_message(character: str) -> None:
    body = DeadLetter(reason="x", payload=character * 1_000_000).to_json(datetime(2021, 6, 11, tzinfo=UTC))
    assert SQS_LIMIT - 20_000 < len(body) < SQS_LIMIT
    assert body.isascii()
    letter = json.loads(body)
    assert {name: letter[name] for name in ("source", "reason", "at")} == {
        "source": "analytics",
        "reason": "x",
        "at": "2021-06-11T00:00:00.000Z",
    }
    assert set(letter["payload"]) == {character}
