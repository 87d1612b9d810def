"""Reading what is published: one channel, and up to five events of JSON as text.

Sources: AWS documentation, "Publish events via HTTP", "Publish events via WebSocket".
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.twin.services.appsync.channels import read_channel
from local.twin.services.appsync.errors import BadRequestError
from local.twin.services.appsync.limits import ChannelLimits, metered


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Events for one channel."""

    channel: str
    events: tuple[str, ...]

    @property
    def tokens(self) -> int:
        """What the request counts towards the rate of publishes."""
        return metered(sum(len(event.encode()) for event in self.events))


def read_publish(value: Any, limits: ChannelLimits) -> Publish:
    """Read a request's body or a message; raises BadRequestError."""
    if not isinstance(value, dict):
        raise BadRequestError("expected an object with channel and events")
    channel = read_channel(value.get("channel"))
    if channel is None:
        raise BadRequestError(f"channel: expected /NAMESPACE/SEGMENT..., got {value.get('channel')!r}")
    events, maximum = value.get("events"), limits.events_per_publish
    if not isinstance(events, list) or not 1 <= len(events) <= maximum:
        raise BadRequestError(f"events: expected a list of 1 to {maximum}")
    return Publish(channel=channel, events=tuple(_event(each, limits) for each in events))


def _event(event: Any, limits: ChannelLimits) -> str:
    if not isinstance(event, str):
        raise BadRequestError("events: expected texts")
    if len(event.encode()) > limits.event_bytes:
        raise BadRequestError(f"events: expected at most {limits.event_bytes} bytes each")
    try:
        json.loads(event)
    except (ValueError, RecursionError):
        raise BadRequestError("events: expected texts of valid JSON") from None
    return event


def publish_result(events: Sequence[str]) -> dict[str, Any]:
    """Return the answer to a publish: without handlers, every event is accepted."""
    accepted = [{"identifier": str(uuid.uuid4()), "index": index} for index in range(len(events))]
    return {"failed": [], "successful": accepted}
