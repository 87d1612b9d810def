"""What an operator states on the twin: the detectors know it, and later entries of the feed build on it."""

import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from domain.audit import OPERATORS_GROUP
from domain.cohort import Cohort, ViewerTraits
from local.play.replay.operator_accounts import enrol_operators
from tests.e2e.rig import Rig, eventually, goals
from tests.support.builders import a_match

MATCH_ID = "operated"
FREEZE: dict[str, Any] = {"command": "freeze", "componentId": "quiz-rules"}
INJECT: dict[str, Any] = {"command": "inject", "moment": {"type": "GOAL", "side": "home"}}
pytestmark = pytest.mark.twin


async def test_the_next_goal_builds_on_a_score_that_an_operator_corrected(rig: Rig) -> None:
    first, second = goals(MATCH_ID, [10, 30])
    operator = ViewerTraits(viewer_id="olga", cohort=Cohort())
    minter = enrol_operators(rig.twin.client("cognito-idp"), rig.outputs, ["olga"])
    token = minter.id_token(operator, groups=(OPERATORS_GROUP,))
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        # GIVEN a match of which the feed has reported one goal of two
        await feed.announce(a_match(MATCH_ID))
        await feed.post(MATCH_ID, [first])
        await eventually(lambda: score_of(rig) == {"home": 0, "away": 1}, "the goal of the feed")
        # WHEN an operator corrects the score, twice with one request
        url = rig.outputs.web_socket_url
        async with await http.ws_connect(url, protocols=("touchline.v1", token)) as socket:
            for _ in range(2):
                await socket.send_json(
                    {
                        "action": "operate",
                        "requestId": "o-1",
                        "matchId": MATCH_ID,
                        "command": "correct_score",
                        "score": {"home": 1, "away": 1},
                        "reason": "the feed has lost a goal",
                    }
                )
                assert (await socket.receive_json(timeout=30))["type"] == "ack"
        await eventually(lambda: score_of(rig) == {"home": 1, "away": 1}, "the corrected score")
        # THEN the next goal builds on it
        await feed.post(MATCH_ID, [second])
        await eventually(lambda: score_of(rig) == {"home": 1, "away": 2}, "the goal after it")


async def test_an_operator_who_watches_a_match_sees_what_others_inject(rig: Rig) -> None:
    match_id = "watched"
    minter = enrol_operators(rig.twin.client("cognito-idp"), rig.outputs, ["olga"])
    operator = ViewerTraits(viewer_id="olga", cohort=Cohort())
    token = minter.id_token(operator, groups=(OPERATORS_GROUP,))
    url = rig.outputs.web_socket_url
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(match_id))
        # GIVEN an operator who watches the match
        async with (
            http.ws_connect(url, protocols=("touchline.v1", token)) as page,
            http.ws_connect(url, protocols=("touchline.v1", token)) as desk,
        ):
            watch = {"action": "watch", "matchId": match_id, "requestId": "w-1"}
            await page.send_json(watch)
            assert await _until(page, lambda message: message["type"] == "ack")
            # WHEN another page freezes a component and injects a moment
            command = {"action": "operate", "matchId": match_id, "reason": "a test"}
            for what in (FREEZE, INJECT):
                await desk.send_json({**command, "requestId": what["command"], **what})
                assert (await desk.receive_json(timeout=30))["type"] == "ack"
            # THEN the first page gets the context of the injected moment
            assert await _until(page, _has_context_of_a_moment)
        # AND a page that is closed is forgotten with the next change
        await feed.post(match_id, goals(match_id, [30]))
        await eventually(lambda: not _watchers(rig, match_id), "the watcher to be removed")


def _watchers(rig: Rig, match_id: str) -> list[Any]:
    """Return the rows of the pages that watch a match."""
    answer = rig.twin.client("dynamodb").query(
        TableName=rig.twin.output("ConnectionsTableName"),
        KeyConditionExpression="pk = :watch",
        ExpressionAttributeValues={":watch": {"S": f"WATCH#{match_id}"}},
    )
    return list(answer["Items"])


def _has_context_of_a_moment(message: dict[str, Any]) -> bool:
    return any(entry["kind"] == "context" and entry["momentId"] for entry in message.get("entries", ()))


async def _until(
    socket: aiohttp.ClientWebSocketResponse, holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Receive messages until one fulfils a condition, and return it."""
    while True:
        message: dict[str, Any] = await socket.receive_json(timeout=30)
        if holds(message):
            return message


def score_of(rig: Rig) -> Any:
    row = rig.twin.client("dynamodb").get_item(
        TableName=rig.twin.output("MatchesTableName"),
        Key={"match_id": {"S": MATCH_ID}, "item": {"S": "CONTEXT"}},
    )
    return json.loads(row["Item"]["context"]["S"])["score"] if "Item" in row else None
