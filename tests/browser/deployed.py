"""Announce matches and publish moments on the twin, as the feed and the analytics do."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

from domain.match import Match
from domain.moment import Moment
from local.play.replay.feed_client import FeedClient
from local.play.replay.stack_outputs import StackOutputs
from local.twin.twin import Twin


def announce(twin: Twin, match: Match) -> StackOutputs:
    """Announce a match through the ingest endpoint, and return the stack outputs."""
    outputs = StackOutputs.read(twin.outputs)
    secret = twin.client("secretsmanager").get_secret_value(SecretId=outputs.feed_keys_secret_arn)
    key = json.loads(secret["SecretString"])["default"]

    async def send() -> None:
        async with FeedClient(url=outputs.feed_url, provider="statsbomb", key=key) as client:
            await client.announce(match)

    with ThreadPoolExecutor(1) as executor:  # Playwright runs an event loop in this thread
        executor.submit(lambda: asyncio.run(send())).result()
    return outputs


def publish(twin: Twin, moment: Moment) -> None:
    """Publish a moment as the analytics do."""
    topic = StackOutputs.read(twin.outputs).moments_topic_arn
    twin.client("sns").publish(TopicArn=topic, Message=json.dumps(moment.to_dict()))
