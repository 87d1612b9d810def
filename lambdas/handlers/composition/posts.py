"""Posts to WebSocket connections."""

import os
import time

from lambdas.adapters.aws import client
from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.adapters.dynamo_budget import post_budget
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import ConnectionPoster
from lambdas.settings import ConnectionSettings, PostRateSettings, SocketSettings


@Provider
def connection_poster() -> ConnectionPoster:
    """Build the poster to connections of the WebSocket API."""
    settings = read_settings(SocketSettings)
    return CrtConnectionPoster(
        endpoint=settings.websocket_endpoint,
        region=os.environ["AWS_REGION"],
        concurrency=settings.post_concurrency,
    )


@Provider
def viewers_poster() -> PacedPoster:
    """Build the poster to viewers, which takes its posts from the shared budget."""
    settings = read_settings(PostRateSettings)
    budget = post_budget(
        client("dynamodb"),
        read_settings(ConnectionSettings).connections_table_name,
        per_second=settings.posts_per_second,
        burst=settings.post_burst,
    )
    return PacedPoster(poster=connection_poster(), budget=budget, clock=now, sleep=time.sleep)


@Provider
def operators_poster() -> PacedPoster:
    """Build the poster to operators, who are few."""
    return PacedPoster(poster=connection_poster(), budget=UnlimitedBudget(), clock=now, sleep=time.sleep)
