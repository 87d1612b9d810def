"""Tests of packed events."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidFieldError
from domain.packed_event import pack, unpack


@given(st.binary())
def test_an_event_holds_its_message(message: bytes) -> None:
    assert unpack(pack(message)) == message


def test_an_event_is_json_that_apps_can_read() -> None:
    # The SDK's test reads the same event
    assert json.loads(pack(b'{"type":"audience"}')) == {"deflate": "eJyrViqpLEhVslJKLE3JTM1LTlWqBQBCwAa7"}


def test_a_message_of_candidates_is_much_smaller() -> None:
    candidates = [
        {"component": at, "rung": "cohort", "above": [], "limits": [{"rule": "advert-cap", "maximum": 3}]}
        for at in range(100)
    ]
    message = json.dumps(candidates).encode()
    assert len(pack(message)) < len(message) / 3


@pytest.mark.parametrize(
    "event",
    ["", "{", "[]", "{}", '{"deflate":3}', '{"deflate":"x"}', '{"deflate":"eJw="}', '{"type":"audience"}'],
)
def test_any_other_event_is_refused(event: str) -> None:
    with pytest.raises(InvalidFieldError, match="deflate"):
        unpack(event)
