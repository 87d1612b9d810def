"""Several environments post through one gateway: they share the account's rate and serve everyone once."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta

import boto3
import pytest
from awscrt.auth import AwsCredentialsProvider

from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.adapters.dynamo_budget import post_budget
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import Messages, PacedOutcome, PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import PostBudget
from tests.support import aws
from tests.support.gateway_rig import Served, accepting, api, serving

ENVIRONMENTS, SOCKETS, ROUNDS = 3, 60, 10
POSTS = SOCKETS * ROUNDS


def environment(served: Served, budget: PostBudget) -> PacedPoster:
    """Return the poster of one execution environment."""
    connections = CrtConnectionPoster(
        endpoint=served.base_url + "/ws1/live",
        region=aws.REGION,
        credentials=AwsCredentialsProvider.new_static("key", "secret"),
    )
    return PacedPoster(poster=connections, budget=budget, clock=now, sleep=time.sleep)


def post_rounds(poster: PacedPoster, connection_ids: list[str]) -> list[PacedOutcome]:
    """Post each round's number to each connection."""

    def messages_of(number: int) -> Messages:
        return lambda batch: [(connection_id, str(number).encode()) for connection_id in batch]

    deadline = now() + timedelta(seconds=60)
    return [poster.post(connection_ids, messages_of(number), deadline=deadline) for number in range(ROUNDS)]


@pytest.mark.parametrize("is_shared", [True, False])
async def test_everyone_is_served_once_by_environments_that_share_the_rate(
    monkeypatch: pytest.MonkeyPatch, is_shared: bool
) -> None:
    functions = accepting()
    with aws.resources(monkeypatch):
        async with serving(functions) as served, AsyncExitStack() as open_sockets:
            served.gateway.put_websocket_api(api())
            sockets = [await open_sockets.enter_async_context(served.connect()) for _ in range(SOCKETS)]
            ids = [event["requestContext"]["connectionId"] for event in functions.events_of("connect")]
            # GIVEN an account with 300 requests a second, 150 at once
            served.gateway.change_quota("requests=300:150")
            table = boto3.client("dynamodb")
            posters = [
                environment(
                    served,
                    post_budget(table, "connections", per_second=270, burst=150)
                    if is_shared
                    else UnlimitedBudget(),
                )
                for _ in range(ENVIRONMENTS)
            ]
            # WHEN each environment posts to its part of the connections
            answers = await asyncio.gather(
                *(
                    asyncio.to_thread(post_rounds, poster, ids[number::ENVIRONMENTS])
                    for number, poster in enumerate(posters)
                )
            )
            received = [[await socket.receive_str() for _ in range(ROUNDS)] for socket in sockets]
    outcomes = [outcome for rounds in answers for outcome in rounds]
    # THEN each has each message once, with few refusals
    assert Counter(map(tuple, received)) == {tuple(map(str, range(ROUNDS))): SOCKETS}
    assert sum(len(outcome.sent) for outcome in outcomes) == POSTS
    assert [outcome.owed + outcome.failed for outcome in outcomes if outcome.owed or outcome.failed] == []
    throttled = sum(outcome.throttled for outcome in outcomes)
    assert throttled <= (0.05 if is_shared else 0.25) * POSTS
