"""What the app's config.json says of a stage that broadcasts."""

from typing import Any
from urllib.parse import urlsplit

from domain.delivery_mode import DeliveryMode
from local.play.replay.stack_outputs import StackOutputs

JOIN_WITHIN_SECONDS = 1
"""The few pages of one machine need no spreading."""


def delivery_settings(outputs: StackOutputs) -> dict[str, Any] | None:
    """Return `delivery` of the config.json; None for a stage that posts to connections."""
    channels = outputs.channels
    if channels is None:
        return None
    return {
        "mode": DeliveryMode.BROADCAST.value,
        "viewersUrl": channels.viewers_url,
        "eventsUrl": channels.events_url,
        "realtimeUrl": channels.realtime_url,
        "joinWithinSeconds": JOIN_WITHIN_SECONDS,
    }


def delivery_origins(outputs: StackOutputs) -> tuple[str, ...]:
    """Return the origins that the app connects to because of it."""
    channels = outputs.channels
    if channels is None or outputs.documents_url is None:
        return ()
    urls = (channels.viewers_url, channels.realtime_url, outputs.documents_url)
    return tuple(dict.fromkeys(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls))
