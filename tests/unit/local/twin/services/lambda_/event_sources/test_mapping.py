"""Tests of an event source mapping's limits."""

from typing import Any

import pytest

from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:dispatch"


@pytest.mark.parametrize(
    ("properties", "concurrency"),
    [
        ({}, None),
        ({"ScalingConfig": {"MaximumConcurrency": 4}}, 4),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 7, "MaximumPollers": 10}}, 100),
    ],
)
def test_a_mapping_limits_concurrent_batches(properties: dict[str, Any], concurrency: int | None) -> None:
    mapping = EventSourceMapping.from_properties(
        {"EventSourceArn": QUEUE, **properties}, id="dispatch", function_arn="arn:any"
    )
    assert mapping.maximum_concurrency == concurrency
