"""Event source mappings let through what their patterns say."""

import base64
import json
from typing import Any

import pytest

from local.twin.services.eventbridge.filters import passes

CHANGE = {
    "eventName": "MODIFY",
    "dynamodb": {"Keys": {"item": {"S": "CONTEXT"}}, "NewImage": {"version": {"N": "3"}, "price": 7}},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"eventName": ["MODIFY"], "dynamodb": {"Keys": {"item": {"S": ["CONTEXT"]}}}}, True),
        ({"eventName": ["MODIFY"], "dynamodb": {"Keys": {"item": {"S": ["MATCH"]}}}}, False),
        ({"dynamodb": {"Keys": {"item": {"S": [{"prefix": "CON"}]}}}}, True),
        ({"dynamodb": {"Keys": {"item": {"S": [{"suffix": "MATCH"}]}}}}, False),
        ({"dynamodb": {"Keys": {"item": {"S": [{"anything-but": ["MATCH"]}]}}}}, True),
        ({"dynamodb": {"Keys": {"item": {"S": [{"anything-but": {"prefix": "CON"}}]}}}}, False),
        ({"dynamodb": {"OldImage": [{"exists": False}]}}, True),
        ({"dynamodb": {"OldImage": {"version": {"N": [{"exists": True}]}}}}, False),
        ({"dynamodb": {"NewImage": {"price": [{"numeric": [">", 5, "<=", 7]}]}}}, True),
        ({"dynamodb": {"NewImage": {"price": [{"numeric": ["<", 5]}]}}}, False),
        ({"$or": [{"eventName": ["REMOVE"]}, {"eventName": ["MODIFY"]}]}, True),
        ({"eventName": [{"equals-ignore-case": "modify"}]}, True),
        ({"eventName": [{"wildcard": "MO*Y"}]}, True),
    ],
)
def test_a_pattern_decides(pattern: dict[str, Any], expected: bool) -> None:
    assert passes(CHANGE, [pattern]) is expected


def test_no_pattern_lets_everything_pass_and_one_of_many_is_enough() -> None:
    assert passes(CHANGE, [])
    assert passes(CHANGE, [{"eventName": ["REMOVE"]}, {"eventName": ["MODIFY"]}])


def test_payloads_are_decoded_before_they_are_matched() -> None:
    data = base64.b64encode(json.dumps({"kind": "posts"}).encode()).decode()

    assert passes({"kinesis": {"data": data}}, [{"data": {"kind": ["posts"]}}])
    assert passes({"body": json.dumps({"kind": "posts"})}, [{"body": {"kind": ["posts"]}}])
    assert not passes({"body": "not JSON"}, [{"body": {"kind": ["posts"]}}])


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="cidr"):
        passes(CHANGE, [{"eventName": [{"cidr": "10.0.0.0/8"}]}])
