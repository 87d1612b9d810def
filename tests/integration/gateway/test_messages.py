import asyncio
import json
from typing import Any

import pytest
from aiohttp import WSMsgType

from local.twin.services.apigateway import Limits, Rate, WebSocketRoute
from tests.support.gateway_rig import OK, Function, accepting, api, serving

ECHO = WebSocketRoute(route_key="echo", function_name="echo", two_way=True)
ONE_WAY = WebSocketRoute(route_key="one-way", function_name="echo", two_way=False)
DEFAULT = WebSocketRoute(route_key="$default", function_name="default", two_way=True)


def echo(event: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": event["body"]}


def default(event: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": f"default: {event['body']}"}


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        pytest.param('{"action":"echo"}', '{"action":"echo"}', id="its own route"),
        pytest.param('{"action":"unknown"}', 'default: {"action":"unknown"}', id="unknown action"),
        pytest.param('{"other":1}', 'default: {"other":1}', id="no action"),
        pytest.param("[1]", "default: [1]", id="not an object"),
        pytest.param("hello", "default: hello", id="not JSON"),
        pytest.param("[" * 20000, "default: " + "[" * 20000, id="nested too deeply"),
        pytest.param('{"action":"$connect"}', 'default: {"action":"$connect"}', id="reserved key"),
    ],
)
async def test_the_action_selects_the_route(message: str, answer: str) -> None:
    async with serving(accepting(echo=echo, default=default)) as served:
        served.gateway.put_websocket_api(api(ECHO, DEFAULT))
        async with served.connect() as client:
            await client.send_str(message)
            assert await client.receive_str() == answer


async def test_only_two_way_routes_answer() -> None:
    # GIVEN the same function behind a one-way and a two-way route
    functions = accepting(echo=echo)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(ECHO, ONE_WAY))
        async with served.connect() as client:
            # WHEN the one-way route is used, and then the two-way one
            await client.send_str('{"action":"one-way"}')
            await client.send_str('{"action":"echo"}')
            # THEN only the second answers
            assert await client.receive_str() == '{"action":"echo"}'
    assert len(functions.events_of("echo")) == 2


async def test_a_message_without_a_route_is_answered_with_forbidden() -> None:
    functions = accepting()
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            await client.send_str('{"action":"unknown"}')
            answer = json.loads(await client.receive_str())
    (connected,) = functions.events_of("connect")
    assert answer["message"] == "Forbidden"
    assert answer["connectionId"] == connected["requestContext"]["connectionId"]
    assert answer.keys() == {"message", "connectionId", "requestId"}


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda _: 1 / 0, id="raises"),
        pytest.param(lambda _: None, id="answers nothing"),
        pytest.param(lambda _: {"body": "no status"}, id="no status"),
        pytest.param(lambda _: {"statusCode": 200, "body": {"not": "text"}}, id="body is no text"),
    ],
)
async def test_a_failed_integration_is_an_internal_server_error(function: Function) -> None:
    functions = accepting(echo=function)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(ONE_WAY))
        async with served.connect() as client:
            await client.send_str('{"action":"one-way"}')
            answer = json.loads(await client.receive_str())
    (event,) = functions.events_of("echo")
    assert answer == {
        "message": "Internal server error",
        "connectionId": event["requestContext"]["connectionId"],
        "requestId": event["requestContext"]["requestId"],
    }


async def test_a_slow_integration_times_out() -> None:
    functions = accepting(echo=lambda _: asyncio.sleep(30))
    async with serving(functions, Limits(integration_seconds=0.05)) as served:
        served.gateway.put_websocket_api(api(ECHO))
        async with served.connect() as client:
            await client.send_str('{"action":"echo"}')
            assert json.loads(await client.receive_str())["message"] == "Endpoint request timed out"


async def test_the_message_event_has_the_documented_fields() -> None:
    functions = accepting(echo=lambda _: OK)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(ECHO))
        async with served.connect() as client:
            await client.send_str('{"action":"echo","n":1}')
    (connected,) = functions.events_of("connect")
    (event,) = functions.events_of("echo")
    context = event["requestContext"]
    assert event.keys() == {"requestContext", "body", "isBase64Encoded"}
    assert event["body"] == '{"action":"echo","n":1}'
    assert (context["routeKey"], context["eventType"]) == ("echo", "MESSAGE")
    assert context["connectionId"] == connected["requestContext"]["connectionId"]
    assert context["connectedAt"] == connected["requestContext"]["connectedAt"]
    assert context["messageId"]
    assert context["requestId"] == context["extendedRequestId"]


async def test_binary_messages_close_with_1003() -> None:
    async with serving(accepting()) as served:
        served.gateway.put_websocket_api(api())
        async with served.connect() as client:
            await client.send_bytes(b"\x00")
            closing = await client.receive()
    assert (closing.type, closing.data) == (WSMsgType.CLOSE, 1003)


async def test_messages_per_second_are_limited() -> None:
    async with serving(accepting(echo=echo)) as served:
        served.gateway.put_websocket_api(api(ECHO, throttle=Rate(per_second=0.001, burst=1)))
        async with served.connect() as client:
            for _ in range(2):
                await client.send_str('{"action":"echo"}')
            answers = {await client.receive_str() for _ in range(2)}
    assert any("Too Many Requests" in answer for answer in answers)
    assert '{"action":"echo"}' in answers
