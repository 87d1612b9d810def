"""Event patterns match as in EventBridge."""

from typing import Any

import pytest

from local.twin.services.eventbridge.patterns import matches

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
def test_a_pattern_matches_or_not(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(pattern, CHANGE) is expected


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="cidr"):
        matches({"eventName": [{"cidr": "10.0.0.0/8"}]}, CHANGE)
