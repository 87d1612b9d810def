"""The account's quotas, which all APIs share, and how they are changed by name."""

import asyncio

import pytest
from aiohttp import WSServerHandshakeError
from botocore.exceptions import ClientError

from local.twin.services.apigateway import HttpApi, HttpRoute, Limits, Rate
from local.twin.services.apigateway.errors import InvalidQuotaError
from tests.support.gateway_rig import accepting, api, serving


def test_the_documented_quotas_are_the_default() -> None:
    limits = Limits()
    assert limits.requests == Rate(per_second=10_000, burst=5_000)
    assert limits.connects == Rate(per_second=500, burst=500)
    assert limits.stages


def test_a_quota_is_lowered_or_lifted_by_name() -> None:
    lowered = Limits().with_quota("requests=200:100").with_quota("connects=50")
    assert lowered.requests == Rate(per_second=200, burst=100)
    assert lowered.connects == Rate(per_second=50, burst=50)
    lifted = lowered.with_quota("requests=none").with_quota("connects=none").with_quota("stages=none")
    assert (lifted.requests, lifted.connects, lifted.stages) == (None, None, False)


@pytest.mark.parametrize(
    "setting", ["posts=5", "requests", "requests=fast", "requests=0", "connects=-1", "stages=5", ""]
)
def test_an_unknown_quota_or_value_is_refused(setting: str) -> None:
    with pytest.raises(InvalidQuotaError, match="expected requests, connects, channel_connects"):
        Limits().with_quota(setting)


async def test_every_api_takes_from_the_requests_of_the_account() -> None:
    # GIVEN an account with four requests, and a WebSocket and an HTTP API
    limits = Limits(requests=Rate(per_second=0.001, burst=4))
    functions = accepting(echo=lambda _: {"statusCode": 200}, feeds=lambda _: "ok")
    async with serving(functions, limits) as served:
        served.gateway.put_websocket_api(api())
        served.gateway.put_http_api(
            HttpApi(api_id="h1", routes=(HttpRoute(route_key="POST /feeds", function_name="feeds"),))
        )
        # WHEN a handshake, a message, a post and a feed request use them up
        async with served.connect() as client:
            await client.send_str("hello")
            await client.receive_str()
            (event,) = functions.events_of("connect")
            post = served.management().post_to_connection
            connection_id = event["requestContext"]["connectionId"]
            await asyncio.to_thread(post, ConnectionId=connection_id, Data=b"x")
            async with served.session.post(served.base_url + "/h1/feeds") as answer:
                assert answer.status == 200
            # THEN each API is throttled
            async with served.session.post(served.base_url + "/h1/feeds") as answer:
                assert answer.status == 429
            with pytest.raises(ClientError) as refused:
                await asyncio.to_thread(post, ConnectionId=connection_id, Data=b"x")
            assert refused.value.response["Error"]["Code"] == "LimitExceededException"
            with pytest.raises(WSServerHandshakeError, match="429"):
                await served.connect()


async def test_a_quota_can_be_changed_while_the_gateway_runs() -> None:
    async with serving(accepting()) as served:
        served.gateway.put_websocket_api(api())
        served.gateway.change_quota("connects=0.001:1")
        async with served.connect():
            with pytest.raises(WSServerHandshakeError, match="429"):
                await served.connect()
            served.gateway.change_quota("connects=none")
            async with served.connect():
                pass


@pytest.mark.parametrize("stages", [True, False])
async def test_the_throttle_of_a_stage_is_enforced_unless_it_is_lifted(stages: bool) -> None:
    async with serving(accepting(feeds=lambda _: "ok"), Limits(stages=stages)) as served:
        route = HttpRoute(route_key="POST /feeds", function_name="feeds")
        served.gateway.put_http_api(
            HttpApi(api_id="h1", routes=(route,), throttle=Rate(per_second=0.001, burst=1))
        )
        statuses = []
        for _ in range(2):
            async with served.session.post(served.base_url + "/h1/feeds") as answer:
                statuses.append(answer.status)
    assert statuses == ([200, 429] if stages else [200, 200])
