"""Posts to WebSocket connections."""

import os

from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.environment import read_settings
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.ports.connections import ConnectionPoster
from lambdas.settings import SocketSettings


@Provider
def connection_poster() -> ConnectionPoster:
    """Build the poster to connections of the WebSocket API."""
    settings = read_settings(SocketSettings)
    return CrtConnectionPoster(
        endpoint=settings.websocket_endpoint,
        region=os.environ["AWS_REGION"],
        concurrency=settings.post_concurrency,
    )
