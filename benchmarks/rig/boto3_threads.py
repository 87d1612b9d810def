"""The peer of the posting figures: boto3 with a thread pool."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
from botocore.config import Config

from domain.post_outcome import PostOutcome

THREADS = 16


class Boto3ThreadsPoster:
    """Posts each message with `post_to_connection` in a thread pool."""

    def __init__(self, endpoint: str) -> None:
        self._client = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=endpoint,
            config=Config(max_pool_connections=THREADS, retries={"mode": "standard", "max_attempts": 4}),
        )
        self._pool = ThreadPoolExecutor(THREADS)

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:  # noqa: ARG002 - boto3 has limits of its own
        """Send each message to its connection; raises at the first failure."""

        def send(message: tuple[str, bytes]) -> str:
            self._client.post_to_connection(ConnectionId=message[0], Data=message[1])
            return message[0]

        return PostOutcome(sent=list(self._pool.map(send, messages)))
