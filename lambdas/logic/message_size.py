"""Keeps `components` messages within the size that API Gateway sends."""

from collections.abc import Callable
from typing import TypeVar

from domain.json_limits import json_bytes
from domain.metrics import Metric
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.ports.telemetry import Telemetry

T = TypeVar("T")
MAX_MESSAGE_BYTES = 128 * 1024
"""The payload of one message. The limit of 32 KB is that of a frame: the gateway splits what it sends itself.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""
ENVELOPE_BYTES = 2 * 1024
"""Room for what is added to an audience's message: the times of each step, and the app's request id."""
MAX_SHARED_BYTES = MAX_MESSAGE_BYTES - ENVELOPE_BYTES


def fit(
    placements: AudiencePlacements,
    *,
    build: Callable[[AudiencePlacements], T],
    size: Callable[[T], int],
    telemetry: Telemetry,
) -> tuple[AudiencePlacements, T]:
    """Return placements and their message, without the largest components while the message is too large.

    So a component that is too large costs viewers that component, and not the version.
    """
    message = build(placements)
    while (measured := size(message)) > MAX_SHARED_BYTES:
        largest = _largest_component(placements)
        if largest is None:
            break
        telemetry.count(Metric.COMPONENTS_LEFT_OUT)
        telemetry.warning("component left out: the message is too large", component=largest, bytes=measured)
        placements = placements.without(largest)
        message = build(placements)
    return placements, message


def _largest_component(placements: AudiencePlacements) -> str | None:
    choice = placements.choice
    placed = (*choice.placements, *choice.alternatives, *placements.afterwards)
    largest = max(placed, key=lambda each: json_bytes(each.to_message()), default=None)
    return largest.component.id if largest is not None else None
