"""Limits of 32 KB on frames and 128 KB on messages, with a client that chooses its fragments."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from local.twin.services.apigateway import WebSocketRoute
from tests.support.gateway_rig import Served, accepting, api, serving

KB = 1024
DEFAULT = WebSocketRoute(route_key="$default", function_name="default", two_way=True)


def length(event: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": str(len(event["body"]))}


def fragmenting_client(served: Served) -> connect:
    return connect(served.base_url.replace("http", "ws") + "/ws1/live", compression=None, max_size=None)


async def send_in_frames(client: ClientConnection, size: int, frame: int) -> None:
    text = "x" * size
    await client.send([text[start : start + frame] for start in range(0, size, frame)])


@pytest.mark.parametrize(
    ("size", "frame"),
    [(32 * KB, 32 * KB), (128 * KB, 32 * KB), (100 * KB, 777), (125, 125), (126, 126)],
)
async def test_messages_within_both_limits_arrive_complete(size: int, frame: int) -> None:
    async with serving(accepting(default=length)) as served:
        served.gateway.put_websocket_api(api(DEFAULT))
        async with fragmenting_client(served) as client:
            await send_in_frames(client, size, frame)
            assert await client.recv() == str(size)


@pytest.mark.parametrize(
    ("size", "frame"),
    [
        pytest.param(32 * KB + 1, 32 * KB + 1, id="a frame above 32 KB"),
        pytest.param(70 * KB, 70 * KB, id="a frame with a 64-bit length"),
        pytest.param(128 * KB + 1, 32 * KB, id="a message above 128 KB"),
    ],
)
async def test_larger_frames_and_messages_close_with_1009(size: int, frame: int) -> None:
    functions = accepting(default=length)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(DEFAULT))
        async with fragmenting_client(served) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await send_in_frames(client, size, frame)
            await client.wait_closed()
            assert client.close_code == 1009
        await served.gateway.close()
    (event,) = functions.events_of("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1009
    assert functions.events_of("default") == []


async def test_control_frames_do_not_count_towards_the_message() -> None:
    async with serving(accepting(default=length)) as served:
        served.gateway.put_websocket_api(api(DEFAULT))
        async with fragmenting_client(served) as client:

            async def fragments() -> AsyncIterator[str]:
                for _ in range(4):
                    yield "x" * (32 * KB)
                    await (await client.ping())

            await client.send(fragments())
            assert await client.recv() == str(128 * KB)
