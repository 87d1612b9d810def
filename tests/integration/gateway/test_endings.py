import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType

from local.twin.services.apigateway import Limits, WebSocketRoute
from tests.support.gateway_rig import Functions, accepting, api, serving

IDLE_SECONDS = 0.4
ECHO = WebSocketRoute(route_key="$default", function_name="echo", two_way=True)


def echo(event: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": event["body"]}


def ending(functions: Functions) -> tuple[int, str]:
    (event,) = functions.events_of("disconnect")
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    return context["disconnectStatusCode"], context["disconnectReason"]


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (1000, b"", (1000, "Connection Closed Normally")),
        (4001, b"bye", (4001, "bye")),
    ],
)
async def test_disconnect_receives_the_clients_close_code_and_reason(
    code: int, reason: bytes, expected: tuple[int, str]
) -> None:
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        client = await served.connect()
        await client.close(code=code, message=reason)
        await served.gateway.close()
    assert ending(functions) == expected


async def test_a_lost_client_closes_abnormally() -> None:
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        client = await served.connect()
        client.get_extra_info("socket").shutdown(2)
        while not functions.events_of("disconnect"):
            await asyncio.sleep(0.01)
        await client.close()
    assert ending(functions)[0] == 1006


async def test_idle_connections_are_closed() -> None:
    functions = accepting()
    async with serving(functions, Limits(idle_seconds=0.05)) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            closing = await client.receive()
        await served.gateway.close()
    assert (closing.type, closing.data) == (WSMsgType.CLOSE, 1001)
    assert ending(functions) == (1001, "Going away")


async def test_messages_restart_the_idle_time() -> None:
    # GIVEN a connection that sends messages within the idle time, by a clock of its own
    passed = [0.0]
    async with serving(
        accepting(echo=echo), Limits(idle_seconds=IDLE_SECONDS), now=lambda: passed[0]
    ) as served:
        served.gateway.put_websocket_api(api(ECHO))
        async with served.connect() as client:
            # WHEN it lasts longer than the idle time, also by the clock by which the gateway looks
            for number in range(8):
                passed[0] += 0.8 * IDLE_SECONDS
                await asyncio.sleep(IDLE_SECONDS / 4)
                await client.send_str(str(number))
                # THEN it is still answered
                assert await client.receive_str() == str(number)


async def test_a_connection_closes_at_its_maximum_duration() -> None:
    functions = accepting(echo=echo)
    async with serving(functions, Limits(life_seconds=0.3)) as served:
        served.gateway.put_websocket_api(api(ECHO))
        async with served.connect() as client:
            message = None
            while message is None or message.type is WSMsgType.TEXT:
                await client.send_str("still here")
                message = await client.receive()
        await served.gateway.close()
    assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)
    assert ending(functions) == (1001, "Going away")


async def test_disconnect_can_be_dropped_for_chosen_close_codes() -> None:
    functions = accepting()
    async with serving(functions, sends_disconnect=lambda closing: closing.code != 4001) as served:
        served.gateway.put_websocket_api(api())
        for code in (4001, 4002):
            client = await served.connect()
            await client.close(code=code)
        await served.gateway.close()
    assert ending(functions)[0] == 4002


async def test_a_failing_disconnect_does_not_affect_other_connections() -> None:
    functions = accepting(disconnect=lambda _: 1 / 0)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect():
            pass
        await served.gateway.close()
        async with served.connect() as client:
            assert not client.closed
    assert len(functions.events_of("disconnect")) == 2


async def test_a_new_definition_keeps_the_connections() -> None:
    async with serving(accepting(echo=echo)) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            served.gateway.put_websocket_api(api(ECHO))
            await client.send_str("hello")
            assert await client.receive_str() == "hello"
