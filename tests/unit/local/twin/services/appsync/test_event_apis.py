"""Publishing, subscribing and authorization, held against the documentation's own examples."""

import asyncio
import json
from typing import Any

import pytest

from local.twin.services.appsync import (
    ChannelLimits,
    ChannelNamespace,
    UnsupportedAuthorizationError,
    UnsupportedHandlerError,
)
from local.twin.services.token_bucket import Rate
from tests.support.event_rig import ALLOW, API_ID, ARN, DENY, HOST, event_api, header, serving, subscribe

KB = 1024
UNAUTHORIZED = {
    "errorType": "UnauthorizedException",
    "message": "You are not authorized to make this call.",
}


async def test_the_documented_publish_is_accepted() -> None:
    async with serving() as served:
        status, answer = await served.publish("default/channel", {"event_1": "data_1"}, {"event_2": "data_2"})
    assert status == 200
    assert answer["failed"] == []
    assert [each["index"] for each in answer["successful"]] == [0, 1]
    assert all(each["identifier"] for each in answer["successful"])


async def test_the_documented_conversation_is_held() -> None:
    # GIVEN a client that connects as the documentation says
    async with serving() as served, served.connect() as client:
        assert client.protocol == "aws-appsync-event-ws"
        await client.send_json({"type": "connection_init"})
        assert await client.receive_json() == {"type": "connection_ack", "connectionTimeoutMs": 300_000}
        # WHEN it subscribes, and an event is published
        assert await subscribe(client, "/default/a") == {"type": "subscribe_success", "id": "s1"}
        await served.publish("/default/b", "for others")
        await served.publish("/default/a", "my event content")
        # THEN it gets the event as the text that was published
        event = {"type": "data", "id": "s1", "event": '"my event content"'}
        assert await client.receive_json() == event
        # WHEN it unsubscribes, THEN it gets nothing more
        await client.send_json({"type": "unsubscribe", "id": "s1"})
        assert await client.receive_json() == {"type": "unsubscribe_success", "id": "s1"}
        await served.publish("/default/a", "later")
        await client.send_json({"type": "unsubscribe", "id": "s1"})
        unknown = {"errorType": "UnknownOperationError", "message": "Unknown operation id s1"}
        assert await client.receive_json() == {"type": "unsubscribe_error", "id": "s1", "errors": [unknown]}


async def test_the_authorizer_gets_the_documented_event() -> None:
    async with serving() as served, served.connect("my pass") as client:
        await subscribe(client, "/news/latest", token="another pass")
        connect, subscription = served.asked
    assert connect["authorizationToken"] == "my pass"
    assert connect["requestContext"] == {
        "apiId": API_ID,
        "accountId": "111122223333",
        "requestId": connect["requestContext"]["requestId"],
        "operation": "EVENT_CONNECT",
        "channelNamespaceName": None,
        "channel": None,
    }
    assert connect["requestHeaders"]["upgrade"] == "websocket"
    assert subscription["authorizationToken"] == "another pass"
    context = subscription["requestContext"]
    assert (context["operation"], context["channelNamespaceName"], context["channel"]) == (
        "EVENT_SUBSCRIBE",
        "news",
        "/news/latest",
    )


async def test_whom_the_authorizer_denies_cannot_subscribe() -> None:
    def authorize(event: dict[str, Any]) -> dict[str, Any]:
        return DENY if event["requestContext"]["channel"] == "/default/theirs" else ALLOW

    async with serving(authorize) as served, served.connect() as client:
        refused = await subscribe(client, "/default/theirs")
        assert refused == {"type": "subscribe_error", "id": "s1", "errors": [UNAUTHORIZED]}
        await subscribe(client, "/default/mine")
        await served.publish("/default/theirs", "secret")
        await served.publish("/default/mine", "mine")
        assert (await client.receive_json())["event"] == '"mine"'


@pytest.mark.parametrize("answer", [DENY, None, {}, {"isAuthorized": "yes"}])
async def test_whom_the_authorizer_denies_cannot_connect(answer: Any) -> None:
    async with serving(lambda _: answer) as served, served.connect() as client:
        refused = await client.receive_json()
        assert refused == {"type": "connection_error", "errors": [{**UNAUTHORIZED, "errorCode": 401}]}
        await client.receive()
        assert client.closed


@pytest.mark.parametrize(
    ("protocols", "error"),
    [
        (("aws-appsync-event-ws",), "UnauthorizedException"),
        (("aws-appsync-event-ws", f"header-{header(None)}"), "UnauthorizedException"),
        (("aws-appsync-event-ws", "header-x"), "UnauthorizedException"),
        (("graphql-ws", f"header-{header('pass')}"), "BadRequestException"),
    ],
)
async def test_a_handshake_without_credentials_is_refused(protocols: tuple[str, ...], error: str) -> None:
    async with serving() as served, served.connect(None, *protocols) as client:
        assert (await client.receive_json())["errors"][0]["errorType"] == error
    assert served.asked == []


async def test_a_failing_authorizer_permits_nothing() -> None:
    def authorize(_event: dict[str, Any]) -> Any:
        raise RuntimeError("on purpose")

    async with serving(authorize) as served, served.connect() as client:
        assert (await client.receive_json())["errors"][0]["errorType"] == "UnauthorizedException"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "pass"}, {"x-api-key": "da2-your-api-key"}])
async def test_only_signed_requests_publish(headers: dict[str, str]) -> None:
    async with serving() as served:
        refused = await served.publish("/default/a", "text", headers=headers)
    assert refused == (401, {"errors": [UNAUTHORIZED]})
    assert served.asked == []


async def test_a_client_cannot_publish_with_a_pass() -> None:
    async with serving() as served, served.connect() as client:
        message = {"type": "publish", "id": "p1", "channel": "/default/a", "events": ['"x"']}
        await client.send_json({**message, "authorization": {"host": HOST, "Authorization": "pass"}})
        refused = await client.receive_json()
    assert refused == {"type": "publish_error", "id": "p1", "errors": [UNAUTHORIZED]}


async def test_a_client_publishes_where_the_authorizer_decides() -> None:
    async with serving() as served, served.connect() as client:
        properties = {"Name": "chat", "PublishAuthModes": [{"AuthType": "AWS_LAMBDA"}]}
        served.apis.put_namespace(API_ID, ChannelNamespace.declared(event_api(), properties, arn=ARN))
        message = {"type": "publish", "id": "p1", "channel": "/chat/a", "events": ['"x"']}
        await client.send_json({**message, "authorization": {"Authorization": "pass"}})
        accepted = await client.receive_json()
    assert (accepted["type"], accepted["id"], accepted["failed"]) == ("publish_success", "p1", [])
    assert served.asked[-1]["requestContext"]["operation"] == "EVENT_PUBLISH"


@pytest.mark.parametrize(
    ("channel", "events", "status"),
    [
        ("/default/a", [], 400),
        ("/default/a", ['"x"'] * 6, 400),
        ("/default/a", ["{not JSON"], 400),
        ("/default/a", [{"not": "text"}], 400),
        ("/default/a", [json.dumps("x" * 240 * KB)], 400),
        ("/default/a/b/c/d/e", ['"x"'], 400),
        ("/default/*", ['"x"'], 400),
        ("/unknown/a", ['"x"'], 404),
    ],
)
async def test_a_publish_of_another_form_is_refused(channel: str, events: list[Any], status: int) -> None:
    async with serving() as served:
        body = json.dumps({"channel": channel, "events": events}).encode()
        answered, answer = await served.post(body)
    assert answered == status
    assert set(answer["errors"][0]) == {"errorType", "message"}


async def test_an_event_of_240_kb_is_one_of_five_at_most() -> None:
    async with serving() as served:
        status, answer = await served.publish("/default/a", "x" * (240 * KB - 2), 2, 3, 4, 5)
    assert (status, len(answer["successful"])) == (200, 5)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"'])
async def test_a_body_that_is_not_an_object_is_refused(body: bytes) -> None:
    async with serving() as served:
        status, _ = await served.post(body)
    assert status == 400


async def test_a_subscription_may_stand_for_all_channels_below() -> None:
    async with serving() as served, served.connect() as client:
        await subscribe(client, "/default/a/*", "wild")
        for channel in ("/default/a", "/default/b/c", "/default/a/b", "/default/a/b/c", "/news/a/b"):
            await served.publish(channel, channel)
        received = [json.loads((await client.receive_json())["event"]) for _ in range(2)]
    assert received == ["/default/a/b", "/default/a/b/c"]


async def test_each_subscription_gets_an_event_once() -> None:
    async with serving() as served, served.connect() as one, served.connect() as other:
        await subscribe(one, "/default/a", "s1")
        await subscribe(one, "/default/*", "s2")
        await subscribe(other, "/default/a", "s1")
        await served.publish("/default/a", "x")
        received = [(await one.receive_json())["id"] for _ in range(2)]
        await other.receive_json()
        assert sorted(received) == ["s1", "s2"]
        assert served.apis.state()[API_ID]["subscriptions"] == 3
        assert served.counted["OutboundMessages"] == 3


async def test_a_closed_connection_leaves_no_subscription() -> None:
    async with serving() as served, served.connect() as stays:
        async with served.connect() as leaves:
            await subscribe(leaves, "/default/a")
        await subscribe(stays, "/default/b")
        async with asyncio.timeout(60):
            while served.apis.state()[API_ID]["connections"] > 1:
                await asyncio.sleep(0.01)
        assert served.apis.state()[API_ID]["subscriptions"] == 1


async def test_an_id_is_used_once_and_a_connection_has_a_number_of_subscriptions() -> None:
    limits = ChannelLimits(subscriptions=2)
    async with serving(limits=limits) as served, served.connect() as client:
        await subscribe(client, "/default/a", "s1")
        repeated = await subscribe(client, "/default/b", "s1")
        await subscribe(client, "/default/b", "s2")
        third = await subscribe(client, "/default/c", "s3")
    errors = [each["errors"][0]["errorType"] for each in (repeated, third)]
    assert errors == ["DuplicatedOperationError", "MaxSubscriptionsReachedError"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"type": "start"}, "UnsupportedOperation"),
        ({}, "UnsupportedOperation"),
        ({"type": "subscribe", "id": "s1", "channel": "/default/*/a"}, "BadRequestException"),
        ({"type": "subscribe", "channel": "/default/a"}, "BadRequestException"),
        ({"type": "subscribe", "id": "s1", "channel": "/unknown/a"}, "NotFoundException"),
        ({"type": "subscribe", "id": "s1", "channel": "/default/a"}, "UnauthorizedException"),
    ],
)
async def test_a_message_of_another_form_is_refused(message: dict[str, Any], error: str) -> None:
    async with serving() as served, served.connect() as client:
        await client.send_json(message)
        assert (await client.receive_json())["errors"][0]["errorType"] == error


async def test_a_connection_is_kept_alive_and_ends() -> None:
    limits = ChannelLimits(keep_alive_seconds=0.02, life_seconds=0.1)
    async with serving(limits=limits) as served, served.connect() as client:
        messages = [message async for message in client]
    assert {message.data for message in messages} == {'{"type":"ka"}'}
    assert client.closed


async def test_publishes_are_throttled_by_begun_5_kb() -> None:
    limits = ChannelLimits(publishes=Rate(per_second=0.001, burst=3))
    async with serving(limits=limits) as served:
        statuses = [(await served.publish("/default/a", "x" * size * KB))[0] for size in (6, 1, 1)]
        served.apis.change_quota("channel_publishes=none")
        statuses.append((await served.publish("/default/a", "x"))[0])
    assert statuses == [200, 200, 429, 200]


async def test_new_connections_are_throttled() -> None:
    limits = ChannelLimits(connects=Rate(per_second=0.001, burst=1))
    async with serving(limits=limits) as served, served.connect(), served.connect() as second:
        error = (await second.receive_json())["errors"][0]
    assert (error["errorType"], error["errorCode"]) == ("TooManyRequestsException", 429)


async def test_deliveries_above_the_quota_are_dropped() -> None:
    limits = ChannelLimits(messages=Rate(per_second=0.001, burst=1))
    async with serving(limits=limits) as served, served.connect() as client:
        await subscribe(client, "/default/a")
        for text in ("first", "second"):
            assert (await served.publish("/default/a", text))[0] == 200
        assert (await client.receive_json())["event"] == '"first"'
    assert served.counted["OutboundMessagesDropped"] == 1


async def test_a_message_may_be_lost_after_the_acknowledgement() -> None:
    lost = {"/default/a"}
    async with serving(is_lost=lambda channel: channel in lost) as served, served.connect() as client:
        await subscribe(client, "/default/a")
        assert (await served.publish("/default/a", "lost"))[0] == 200
        lost.clear()
        await served.publish("/default/a", "arrives")
        assert (await client.receive_json())["event"] == '"arrives"'


async def test_another_path_or_method_is_not_found() -> None:
    async with serving() as served:
        realtime = f"{served.base_url}/_aws/appsync-realtime-api/{API_ID}/event/realtime"
        http = f"{served.base_url}/_aws/appsync-api"
        for url, status in (
            (f"{http}/{API_ID}/event", 400),
            (f"{http}/{API_ID}/graphql", 404),
            (f"{http}/unknown/event", 404),
            (realtime, 400),
        ):
            async with served.session.get(url) as answer:
                assert answer.status == status


def test_what_the_twin_does_not_play_is_refused() -> None:
    with pytest.raises(UnsupportedAuthorizationError, match="API_KEY"):
        event_api(authProviders=[{"authType": "API_KEY"}])
    with pytest.raises(UnsupportedHandlerError, match="chat"):
        ChannelNamespace.declared(event_api(), {"Name": "chat", "CodeHandlers": "export {}"}, arn=ARN)


async def test_a_replaced_definition_keeps_connections() -> None:
    async with serving() as served, served.connect() as client:
        await subscribe(client, "/default/a")
        served.apis.put_api(event_api())
        await served.publish("/default/a", "still here")
        assert (await client.receive_json())["event"] == '"still here"'
