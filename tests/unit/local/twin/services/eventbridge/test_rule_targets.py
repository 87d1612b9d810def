"""A rule's target receives its input for an event."""

import json
from typing import Any

import pytest

from local.twin.services.eventbridge.rule_targets import target_input

EVENT = {"source": "aws.s3", "detail": {"object": {"key": "in/a.json", "size": 3}}, "resources": ["arn:b"]}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, EVENT),
        ({"Input": '{"constant": true}'}, {"constant": True}),
        ({"InputPath": "$.detail.object"}, {"key": "in/a.json", "size": 3}),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"key": "$.detail.object.key", "size": "$.detail.object.size"},
                    "InputTemplate": '{"text": "file <key>", "key": <key>, "size": <size>}',
                }
            },
            {"text": "file in/a.json", "key": "in/a.json", "size": 3},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"b": "$.resources[0]"}, "InputTemplate": '"<b>"'}},
            "arn:b",
        ),
    ],
)
def test_a_target_gets_its_configured_input(target: dict[str, Any], expected: Any) -> None:
    assert json.loads(target_input(target, EVENT)) == expected
