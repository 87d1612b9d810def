"""What operators freeze, hold and cancel is so on channels and in documents as well."""

from datetime import UTC, datetime

import pytest

from lambdas.adapters.dynamo_matches import DynamoMatchStore
from tests.e2e.channels.followed_match import FollowedMatch, followed, until_version
from tests.e2e.rig import Rig, eventually

pytestmark = pytest.mark.twin


async def test_a_frozen_component_leaves_screens_and_documents(stage: Rig) -> None:
    async with followed(stage, "frozen") as match:
        app = match.app("ada")
        await app.connect()
        match.publish_goal(1)
        shown = (await until_version(app, 1))[-1].message
        # WHEN an operator freezes what is on the screen
        frozen = shown["placements"][0]["componentId"]
        await match.operate("freeze", componentId=frozen)
        # THEN the next version has it nowhere
        newest = (await until_version(app, 2))[-1].message
        assert newest["frozen"] == [frozen]
        placed = (*newest["placements"], *newest["alternatives"], *newest["afterwards"])
        assert frozen not in {each["componentId"] for each in placed}
        # AND neither has the document, in any version that a picture can still reach
        given = await match.request_pass("ada")
        document = await match.wait_for_document(given.documents[0], 2)
        for message in (document, *document["missed"]):
            components = message["components"]
            offered = {components[each["component"]]["componentId"] for each in message["candidates"]}
            assert len(offered) > 0
            assert frozen not in offered
        await app.close()


async def test_a_held_goal_comes_when_it_is_released_and_goes_when_it_is_cancelled(stage: Rig) -> None:
    async with followed(stage, "held") as match:
        app = match.app("ada")
        await app.connect()
        await until_version(app, 0)
        # GIVEN a goal on hold
        await match.operate("hold", types=["GOAL"])
        goal = match.publish_goal(1)
        await eventually(lambda: is_held(match, goal), "the goal to be on hold")
        # WHEN another moment is injected, which no hold concerns
        await match.operate("inject", moment={"type": "YELLOW_CARD", "side": "home"})
        # THEN viewers get that one alone
        injected = (await until_version(app, 1))[-1].message
        assert (injected["moment"]["type"], injected["score"]) == ("YELLOW_CARD", [0, 0])
        # AND the goal once it is released
        await match.operate("release")
        released = (await until_version(app, 2))[-1].message
        assert (released["moment"]["id"], released["score"]) == (goal, [0, 1])
        # AND it leaves channel and document when it is cancelled
        await match.operate("cancel", momentId=goal)
        cancelled = (await until_version(app, 3))[-1].message
        assert (cancelled["moment"] or {}).get("id") != goal
        given = await match.request_pass("ada")
        document = await match.wait_for_document(given.documents[0], 3)
        moments = [each["moment"] for each in (document, *document.get("missed", ()))]
        assert goal not in {moment["id"] for moment in moments if moment}
        await app.close()


def is_held(match: FollowedMatch, moment_id: str) -> bool:
    """True if a moment is on hold."""
    twin = match.stage.twin
    matches = DynamoMatchStore(
        twin.client("dynamodb"), twin.output("MatchesTableName"), lambda: datetime.now(tz=UTC)
    )
    _, _, controls = matches.match_state(match.match_id)
    return moment_id in controls.held
