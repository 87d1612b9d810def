"""The `@connections` commands, called with botocore's client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import WSMsgType
from botocore.exceptions import ClientError
from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
from websockets.asyncio.client import connect

from local.twin.services.apigateway import Limits, Rate
from tests.support.gateway_rig import Functions, Served, accepting, api, serving

KB = 1024
UNKNOWN_ID = "AAAAAAAAAAAAAAA="


@asynccontextmanager
async def connected(
    limits: Limits | None = None, functions: Functions | None = None
) -> AsyncIterator[tuple[Served, Any, str, ApiGatewayManagementApiClient]]:
    """Yield a served gateway, a client, its connection id and the backend's boto3 client."""
    functions = functions or accepting()
    async with serving(functions, limits) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect(max_msg_size=0, headers={"User-Agent": "tv/1"}) as client:
            context = functions.events_of("connect")[-1]["requestContext"]
            yield served, client, context["connectionId"], served.management()


async def failure(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as failed:
        await asyncio.to_thread(call, **arguments)
    response = failed.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 32 * KB, 32 * KB + 1, 65536, 128 * KB])
async def test_posts_arrive_complete(size: int) -> None:
    async with connected() as (_, client, connection_id, management):
        data = b"x" * size
        await asyncio.to_thread(management.post_to_connection, ConnectionId=connection_id, Data=data)
        assert await client.receive_str() == "x" * size


async def test_large_posts_leave_in_frames_of_32_kb() -> None:
    async with serving(functions := accepting()) as served:
        served.gateway.put_websocket_api(api())
        url = served.base_url.replace("http", "ws") + "/ws1/live"
        async with connect(url, compression=None) as client:
            connection_id = functions.events_of("connect")[0]["requestContext"]["connectionId"]
            await asyncio.to_thread(
                served.management().post_to_connection, ConnectionId=connection_id, Data=b"x" * 100 * KB
            )
            frames = [len(frame) async for frame in client.recv_streaming()]
    assert frames == [32 * KB, 32 * KB, 32 * KB, 4 * KB]


async def test_posts_above_128_kb_are_too_large() -> None:
    async with connected() as (_, _client, connection_id, management):
        too_large = b"x" * (128 * KB + 1)
        refused = await failure(management.post_to_connection, ConnectionId=connection_id, Data=too_large)
    assert refused == (413, "PayloadTooLargeException")


async def test_a_connection_is_described() -> None:
    async with connected() as (_, client, connection_id, management):
        await client.send_str("hello")
        await client.receive_str()
        described = await asyncio.to_thread(management.get_connection, ConnectionId=connection_id)
    assert described["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "tv/1"}
    assert described["ConnectedAt"] <= described["LastActiveAt"] <= datetime.now(tz=UTC)


async def test_deleting_closes_the_connection() -> None:
    async with connected() as (served, client, connection_id, management):
        await asyncio.to_thread(management.delete_connection, ConnectionId=connection_id)
        closing = await client.receive()
        assert (closing.type, closing.data) == (WSMsgType.CLOSE, 1000)
        await served.gateway.close()
        (event,) = served.functions.events_of("disconnect")
    assert event["requestContext"]["disconnectReason"] == "Connection Closed Normally"


@pytest.mark.parametrize("end", ["left", "deleted", "never connected"])
async def test_a_closed_connection_is_gone(end: str) -> None:
    async with connected() as (served, client, connection_id, management):
        if end == "left":
            await client.close()
            await served.gateway.close()
        elif end == "deleted":
            await asyncio.to_thread(management.delete_connection, ConnectionId=connection_id)
        else:
            connection_id = UNKNOWN_ID
        gone = (410, "GoneException")
        assert await failure(management.post_to_connection, ConnectionId=connection_id, Data=b"x") == gone
        assert await failure(management.get_connection, ConnectionId=connection_id) == gone
        assert await failure(management.delete_connection, ConnectionId=connection_id) == gone


async def test_gone_is_the_modelled_exception() -> None:
    async with connected() as (_, _client, _id, management):
        with pytest.raises(management.exceptions.GoneException):
            await asyncio.to_thread(management.post_to_connection, ConnectionId=UNKNOWN_ID, Data=b"x")


async def test_a_connection_is_gone_for_its_own_connect_integration() -> None:
    # GIVEN a $connect integration that posts to its own connection
    seen = []

    async def post_to_itself(event: dict[str, Any]) -> dict[str, Any]:
        connection_id = event["requestContext"]["connectionId"]
        seen.append(await failure(managers[0].post_to_connection, ConnectionId=connection_id, Data=b"hi"))
        return {"statusCode": 200}

    managers = []
    async with serving(accepting(connect=post_to_itself)) as served:
        served.gateway.put_websocket_api(api())
        managers.append(served.management())
        # WHEN a client connects
        async with served.connect():
            # THEN the connection was gone
            assert seen == [(410, "GoneException")]


async def test_malformed_ids_are_bad_requests() -> None:
    async with connected() as (_, _client, _id, management):
        refused = await failure(management.post_to_connection, ConnectionId="malformed", Data=b"x")
    assert refused == (400, "BadRequestException")


async def test_unsigned_commands_are_forbidden() -> None:
    async with connected() as (served, _client, connection_id, _management):
        url = f"{served.base_url}/ws1/live/@connections/{connection_id}"
        async with served.session.post(url, data=b"x") as refused:
            assert refused.status == 403
            assert refused.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


async def test_commands_per_second_are_limited() -> None:
    # The handshake is the first of the account's two requests.
    async with connected(Limits(requests=Rate(per_second=0.001, burst=2))) as (_, client, cid, management):
        await asyncio.to_thread(management.post_to_connection, ConnectionId=cid, Data=b"x")
        refused = await failure(management.post_to_connection, ConnectionId=cid, Data=b"x")
        assert await client.receive_str() == "x"
    assert refused == (429, "LimitExceededException")


async def test_posts_are_limited_when_a_client_does_not_read() -> None:
    async with serving(functions := accepting(), Limits(unsent_bytes=64 * KB)) as served:
        served.gateway.put_websocket_api(api())
        url = served.base_url.replace("http", "ws") + "/ws1/live"
        # GIVEN a client that stops reading after one message
        async with connect(url, compression=None, max_queue=1, close_timeout=1):
            connection_id = functions.events_of("connect")[0]["requestContext"]["connectionId"]
            post = served.management().post_to_connection
            # WHEN more is posted than its buffers hold
            refused = None
            for _ in range(400):
                try:
                    await asyncio.to_thread(post, ConnectionId=connection_id, Data=b"x" * 128 * KB)
                except ClientError as error:
                    refused = error.response["Error"]["Code"]
                    break
            # THEN the post is refused
            assert refused == "LimitExceededException"
