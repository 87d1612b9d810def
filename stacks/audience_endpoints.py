"""Where viewers' apps find a stage that broadcasts."""

from dataclasses import dataclass
from typing import Any

from domain.delivery_mode import DeliveryMode


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceEndpoints:
    """The addresses of the services that deliver to audiences."""

    viewers_url: str
    """The HTTP API for passes and interactions, an https origin."""
    events_url: str
    """The HTTP endpoint of the channels, whose host apps name when they connect."""
    realtime_origin: str
    """The wss origin of the channels."""
    realtime_url: str
    """The WebSocket endpoint of the channels."""
    documents_url: str
    """The https origin of the documents."""
    join_within_seconds: int
    """The time over which apps that start together spread their arrival."""

    @property
    def connect_origins(self) -> tuple[str, ...]:
        """The origins that an app connects to."""
        return (self.viewers_url, self.realtime_origin, self.documents_url)

    @property
    def app_settings(self) -> dict[str, Any]:
        """What an app's configuration says about the delivery."""
        return {
            "mode": DeliveryMode.BROADCAST.value,
            "viewersUrl": self.viewers_url,
            "eventsUrl": self.events_url,
            "realtimeUrl": self.realtime_url,
            "joinWithinSeconds": self.join_within_seconds,
        }
