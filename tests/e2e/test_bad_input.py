"""Invalid input gets a clear error, and neither the connection nor anything else is affected."""

import json
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local.cli import main
from local.play.replay.feed_client import sign
from tests.e2e.rig import Rig, eventually
from tests.support.acts import act_on
from tests.support.builders import a_match

MATCH_ID = "bad-input"
SUBSCRIBE = {"action": "subscribe", "matchId": MATCH_ID}
IMPRESSION = {
    "type": "impression",
    "componentId": "quiz-rules",
    "slot": "side_panel",
    "version": 0,
    "signature": "1623438000.AAAAAAAAAAAAAAAAAAAAAA",
    "occurredAt": "2021-06-11T19:10:00.000Z",
}
pytestmark = pytest.mark.twin


class App:
    """A viewer's app that sends whatever the test wants."""

    def __init__(self, rig: Rig, http: aiohttp.ClientSession) -> None:
        self._rig = rig
        self._http = http

    async def connect(self, token: str) -> aiohttp.ClientWebSocketResponse:
        return await self._http.ws_connect(
            self._rig.outputs.web_socket_url, protocols=("touchline.v1", token)
        )


async def ask(socket: aiohttp.ClientWebSocketResponse, message: str | dict[str, Any]) -> dict[str, Any]:
    await socket.send_str(message if isinstance(message, str) else json.dumps(message))
    answer: dict[str, Any] = await socket.receive_json(timeout=30)
    return answer


@pytest.mark.parametrize(
    ("message", "code", "field", "expected"),
    [
        ("{not json", "BAD_REQUEST", "body", "a JSON object with an action"),
        ("[1, 2]", "BAD_REQUEST", "body", "a JSON object with an action"),
        ("[" * 20_000, "BAD_REQUEST", "body", "a JSON object with an action"),
        ({"action": "shout"}, "UNKNOWN_ACTION", "action", "one of subscribe"),
        ({"action": "subscribe"}, "BAD_REQUEST", "matchId", "string"),
        ({"action": "subscribe", "matchId": 7}, "BAD_REQUEST", "matchId", "string"),
        ({"action": "subscribe", "matchId": "\ud800"}, "BAD_REQUEST", "matchId", "surrogates"),
        ({"action": "subscribe", "matchId": "nobody"}, "UNKNOWN_MATCH", "matchId", "a match that is being"),
        ({**SUBSCRIBE, "lastVersion": "two"}, "BAD_REQUEST", "lastVersion", "whole number"),
        (
            {"action": "interact", "matchId": MATCH_ID, "interactions": [{**IMPRESSION, "type": "stare"}]},
            "BAD_REQUEST",
            "interactions[0].type",
            "one of",
        ),
        (
            {"action": "interact", "matchId": MATCH_ID, "interactions": [{**IMPRESSION, "componentId": "x"}]},
            "BAD_REQUEST",
            "interactions[0].componentId",
            "components of the catalogue",
        ),
        (
            {"action": "interact", "matchId": MATCH_ID, "interactions": [IMPRESSION]},
            "NOT_PLACED",
            "interactions[0].signature",
            "the signature that the placement",
        ),
        (
            {"action": "sync", "matchId": MATCH_ID, "playhead": "2021-06-11T19:00:30Z", "latencyMs": 1},
            "UNKNOWN_ACTION",
            "action",
            "one of subscribe",
        ),
    ],
)
async def test_a_wrong_message_is_answered_with_its_field_and_the_connection_stays(
    rig: Rig, message: str | dict[str, Any], code: str, field: str, expected: str
) -> None:
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(MATCH_ID))
        async with await App(rig, http).connect(rig.token("clumsy")) as socket:
            error = await ask(socket, message)
            assert (error["type"], error["code"], error["field"]) == ("error", code, field)
            assert expected in error["expected"]
            assert (await ask(socket, {"action": "ping"}))["type"] == "pong"


async def test_a_message_that_is_too_large_closes_only_its_connection(rig: Rig) -> None:
    async with (
        aiohttp.ClientSession() as http,
        await App(rig, http).connect(rig.token("large")) as large,
        await App(rig, http).connect(rig.token("other")) as other,
    ):
        await large.send_str(json.dumps({"action": "ping", "padding": "x" * 200_000}))
        closing = await large.receive(timeout=30)
        assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert large.close_code == 1009
        assert (await ask(other, {"action": "ping"}))["type"] == "pong"


@pytest.mark.parametrize("kind", ["expired", "forged", "of another client", "missing"])
async def test_an_invalid_token_is_refused(rig: Rig, kind: str) -> None:
    valid = rig.token("honest")
    token = {
        "expired": rig.token("late", lifetime_seconds=-60),
        "forged": valid[:-8] + ("AAAAAAAA" if not valid.endswith("AAAAAAAA") else "BBBBBBBB"),
        "of another client": valid.split(".")[0] + "." + rig.token("x").split(".")[1] + ".AAAA",
        "missing": "none",
    }[kind]
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await App(rig, http).connect(token)
    assert refused.value.status == 401


async def test_the_viewer_is_identified_by_the_token_only(rig: Rig) -> None:
    # GIVEN a viewer whose message claims another identity
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(MATCH_ID))
        async with await App(rig, http).connect(rig.token("mallory")) as socket:
            snapshot = await ask(socket, SUBSCRIBE)
            message = {"action": "interact", "matchId": MATCH_ID, "viewerId": "alice"}
            acts = [{**act_on(snapshot), "viewerId": "alice"}]
            answer = await ask(socket, {**message, "interactions": acts})
            assert answer["type"] == "ack"
    # THEN the record has the identity of the token
    recorded = await eventually(lambda: _recorded(rig), "the interaction on its stream")
    assert {entry["viewer_id"] for entry in recorded} == {"mallory"}


async def test_a_viewer_has_a_bounded_number_of_sockets(rig: Rig) -> None:
    # GIVEN a viewer with as many sockets as the stage allows
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        stack.enter_context(rig.environment("connect", SOCKETS_PER_VIEWER="3"))
        app, token = App(rig, http), rig.token("hoarder")
        for _ in range(3):
            socket = await stack.enter_async_context(await app.connect(token))
        # THEN another one is refused, and the others stay
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await app.connect(token)
        assert refused.value.status == 429
        assert (await ask(socket, {"action": "ping"}))["type"] == "pong"
        # AND another viewer connects
        await stack.enter_async_context(await app.connect(rig.token("modest")))
        # AND there is room for one when one is closed
        await socket.close()
        await eventually(lambda: _sockets(rig, "hoarder") < 3, "the end of a connection")
        await stack.enter_async_context(await app.connect(token))


async def test_a_connection_reports_a_bounded_number_of_interactions_a_second(rig: Rig) -> None:
    match_id = "too-many-acts"
    async with rig.feed() as feed, aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        await feed.announce(a_match(match_id))
        # GIVEN two viewers of a match, who may report one interaction a second, and five at once
        stack.enter_context(rig.environment("interact", INTERACTIONS_PER_SECOND="1"))
        app = App(rig, http)
        busy, calm = [
            await stack.enter_async_context(await app.connect(rig.token(name))) for name in ("busy", "calm")
        ]
        subscribe = {"action": "subscribe", "matchId": match_id}
        snapshot, other = await ask(busy, subscribe), await ask(calm, subscribe)
        message = {"action": "interact", "matchId": match_id}
        acts = [act_on(snapshot)] * 5
        assert (await ask(busy, {**message, "interactions": acts}))["type"] == "ack"
        # WHEN one reports five more THEN they are refused with the reason
        answer = await ask(busy, {**message, "interactions": acts})
        assert answer["code"] == "TOO_MANY"
        assert answer["expected"] == "at most 1 a second on a connection, 5 at once"
        # AND the connection stays, the other viewer reports as before, and the five before are recorded
        assert (await ask(busy, {"action": "ping"}))["type"] == "pong"
        assert (await ask(calm, {**message, "interactions": [act_on(other)]}))["type"] == "ack"
    recorded = await eventually(lambda: _recorded(rig, match_id), "the interactions on their stream")
    assert Counter(entry["viewer_id"] for entry in recorded) == {"busy": 5, "calm": 1}


@pytest.mark.parametrize(
    ("body", "key", "status", "field"),
    [
        (b'{"match_id": "m", "signals": []}', b"a wrong key", 401, "x-touchline-signature"),
        (b"{no json", None, 400, "body"),
        (b'{"signals": []}', None, 400, "match_id"),
        (b'{"match_id": "nobody", "signals": []}', None, 404, "match_id"),
        (b'{"match_id": "bad-input", "signals": {}}', None, 400, "signals"),
    ],
)
async def test_a_wrong_feed_post_is_refused_with_its_field(
    rig: Rig, body: bytes, key: bytes | None, status: int, field: str
) -> None:
    signature = sign(key or rig.key.encode(), "POST /feeds/vendor", body, int(time.time()))
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(MATCH_ID))
        url = rig.outputs.feed_url.rstrip("/") + "/feeds/vendor"
        headers = {"content-type": "application/json", "x-touchline-signature": signature}
        async with http.post(url, data=body, headers=headers) as response:
            answer = await response.json()
    assert (response.status, answer["field"]) == (status, field)


def test_a_file_that_is_not_a_feed_is_reported_before_the_twin_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "shopping.json"
    wrong.write_text('{"milk": 2}')
    arguments = ["replay", "--feed", "statsbomb", "--events", str(wrong), "--report", str(tmp_path / "r")]
    assert main(arguments) == 2
    assert "shopping.json" in capsys.readouterr().err


def _sockets(rig: Rig, viewer_id: str) -> int:
    """Return how many connections are counted for a viewer."""
    row = rig.twin.client("dynamodb").get_item(
        TableName=rig.twin.output("ConnectionsTableName"),
        Key={"pk": {"S": f"VIEWER#{viewer_id}"}, "sk": {"S": "CONNECTIONS"}},
    )["Item"]
    return len(row["connections"]["SS"])


def _recorded(rig: Rig, match_id: str = MATCH_ID) -> list[dict[str, Any]]:
    kinesis, name = rig.twin.client("kinesis"), rig.twin.output("InteractionsStreamName")
    found = []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for record in kinesis.get_records(ShardIterator=iterator)["Records"]:
            try:
                entry = json.loads(record["Data"])
            except ValueError:
                continue
            if isinstance(entry, dict) and entry.get("match_id") == match_id:
                found.append(entry)
    return found
