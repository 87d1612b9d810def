"""What an operator states on the twin: the detectors know it, and later entries of the feed build on it."""

import json
from typing import Any

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from tests.e2e.rig import Rig, eventually, goals
from tests.support.builders import a_match

MATCH_ID = "operated"
pytestmark = pytest.mark.twin


async def test_the_next_goal_builds_on_a_score_that_an_operator_corrected(rig: Rig) -> None:
    first, second = goals(MATCH_ID, [10, 30])
    operator = ViewerTraits(viewer_id="olga", cohort=Cohort(favourite_team="Italy"))
    token = rig.minter.id_token(operator, groups=("operators",))
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


def score_of(rig: Rig) -> Any:
    row = rig.twin.client("dynamodb").get_item(
        TableName=rig.twin.output("MatchesTableName"),
        Key={"match_id": {"S": MATCH_ID}, "item": {"S": "CONTEXT"}},
    )
    return json.loads(row["Item"]["context"]["S"])["score"] if "Item" in row else None
