"""Channels of a deployed Event API: its authorizer is a function, and its publishers have permissions."""

import json
from typing import Any

import aiohttp

from local.twin.permissions.caller import access_key_id
from local.twin.twin import Twin
from tests.support.event_rig import header, subscribe

PROTOCOL = "aws-appsync-event-ws"


async def publish(twin: Twin, http: aiohttp.ClientSession, channel: str, key_id: str) -> tuple[int, Any]:
    scope = f"{key_id}/20260101/{twin.region}/appsync/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"}
    body = json.dumps({"channel": channel, "events": ['"a goal"']}).encode()
    async with http.post(twin.output("EventsUrl"), data=body, headers=signed) as answer:
        return answer.status, await answer.json()


def connect(twin: Twin, http: aiohttp.ClientSession, token: str = "pass") -> Any:
    return http.ws_connect(twin.output("RealtimeUrl"), protocols=(PROTOCOL, f"header-{header(token)}"))


async def test_who_may_publish_reaches_who_may_subscribe(twin: Twin) -> None:
    # GIVEN a subscriber whom the authorizer lets in, and a role that may publish in one namespace
    publisher = access_key_id(twin.output("PublisherArn"))
    async with aiohttp.ClientSession() as http, connect(twin, http) as client:
        await client.send_json({"type": "connection_init"})
        assert (await client.receive_json())["type"] == "connection_ack"
        assert (await subscribe(client, "/small/a", "mine"))["type"] == "subscribe_success"
        assert (await subscribe(client, "/small/theirs", "theirs"))["type"] == "subscribe_error"
        # WHEN it publishes there, THEN the subscriber gets it; elsewhere it is refused
        status, answer = await publish(twin, http, "/small/a", publisher)
        assert (status, answer["failed"]) == (200, [])
        assert await client.receive_json() == {"type": "data", "id": "mine", "event": '"a goal"'}
        status, answer = await publish(twin, http, "/others/a", publisher)
        assert (status, answer["errors"][0]["errorType"]) == (403, "AccessDeniedException")
        assert "appsync:EventPublish on resource: arn:aws:appsync:" in answer["errors"][0]["message"]


async def test_whom_the_function_refuses_is_not_connected(twin: Twin) -> None:
    async with aiohttp.ClientSession() as http, connect(twin, http, "another") as client:
        assert (await client.receive_json())["type"] == "connection_error"


async def test_a_message_is_lost_on_demand(twin: Twin) -> None:
    publisher = access_key_id(twin.output("PublisherArn"))
    async with aiohttp.ClientSession() as http, connect(twin, http) as client:
        await subscribe(client, "/small/b")
        twin.faults.lose("/small/b")
        lost = await publish(twin, http, "/small/b", publisher)
        twin.faults.clear()
        await publish(twin, http, "/small/b", publisher)
        assert lost[0] == 200
        assert (await client.receive_json())["type"] == "data"
    sent, dropped = (twin.metric_total(f"OutboundMessages{each}") for each in ("", "Dropped"))
    assert (sent >= 1, dropped) == (True, 1)


def test_the_api_is_listed(twin: Twin) -> None:
    appsync, api_id = twin.client("appsync"), twin.output("EventApiId")
    assert [each["apiId"] for each in appsync.list_apis()["apis"]] == [api_id]
    namespaces = appsync.list_channel_namespaces(apiId=api_id)["channelNamespaces"]
    assert sorted(each["name"] for each in namespaces) == ["others", "small"]
    assert set(twin.state()["event_apis"]) == {api_id}
