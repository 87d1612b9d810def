import asyncio

import pytest
from aiohttp import WSMsgType

from local.twin.services.apigateway import Limits, WebSocketRoute
from tests.integration.gateway.serving import accepting, api, serving

ECHO = WebSocketRoute(route_key="$default", function_name="echo", two_way=True)


def echo(event):
    return {"statusCode": 200, "body": event["body"]}


def ending(functions):
    (event,) = functions.events_of("disconnect")
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    return context["disconnectStatusCode"], context["disconnectReason"]


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        (1000, b"", (1000, "Connection Closed Normally")),
        (4001, b"bye", (4001, "bye")),
    ],
)
async def test_disconnect_is_told_what_the_client_said(code, reason, told):
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        client = await served.connect()
        await client.close(code=code, message=reason)
        await served.gateway.close()
    assert ending(functions) == told


async def test_vanished_client_is_an_abnormal_end():
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        client = await served.connect()
        client.get_extra_info("socket").shutdown(2)
        while not functions.events_of("disconnect"):
            await asyncio.sleep(0.01)
        await client.close()
    assert ending(functions)[0] == 1006


async def test_idle_connections_are_sent_away():
    functions = accepting()
    async with serving(functions, Limits(idle_seconds=0.05)) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            closing = await client.receive()
        await served.gateway.close()
    assert (closing.type, closing.data) == (WSMsgType.CLOSE, 1001)
    assert ending(functions) == (1001, "Going away")


async def test_messages_keep_a_connection_from_being_idle():
    # GIVEN a connection that speaks more often than the idle time is long
    async with serving(accepting(echo=echo), Limits(idle_seconds=0.5)) as served:
        served.gateway.put_websocket_api(api(ECHO))
        async with served.connect() as client:
            # WHEN it lives for longer than that
            for number in range(8):
                await asyncio.sleep(0.1)
                await client.send_str(str(number))
                # THEN it still is answered
                assert await client.receive_str() == str(number)


async def test_long_lives_end_in_mid_conversation():
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


async def test_disconnect_may_be_lost_as_best_effort_allows():
    functions = accepting()
    async with serving(functions, sends_disconnect=lambda closing: closing.code != 4001) as served:
        served.gateway.put_websocket_api(api())
        for code in (4001, 4002):
            client = await served.connect()
            await client.close(code=code)
        await served.gateway.close()
    assert ending(functions)[0] == 4002


async def test_failing_disconnect_harms_nobody():
    functions = accepting(disconnect=lambda _: 1 / 0)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect():
            pass
        await served.gateway.close()
        async with served.connect() as client:
            assert not client.closed
    assert len(functions.events_of("disconnect")) == 2


async def test_new_definition_keeps_the_connections():
    async with serving(accepting(echo=echo)) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            served.gateway.put_websocket_api(api(ECHO))
            await client.send_str("hello")
            assert await client.receive_str() == "hello"
