"""Within a match, a viewer's clicks change what that viewer is shown next.

It is the last of the end-to-end tests, because it trains the system and deploys a campaign.
"""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.match_event import MatchEventType
from domain.metrics import Metric
from domain.moment import MomentType
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_recommendations import DynamoRecommendationCache
from local.play.demo.demo_match import load_demo_feed
from local.play.demo.training import train
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_app import PersonaApp
from tests.e2e.rig import LONE_MINUTES, Rig, eventually, goals
from tests.support.builders import a_match
from tests.support.feed_entries import entry

pytestmark = [
    pytest.mark.twin,
    # The training history is one large upload, and the twin runs in this process.
    pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning"),
]
MATCH_ID = "the-loop"
COHORT = Cohort(favourite_team="Italy", age_band="13-17", country="IT", tier="free")
"""Minors: their screens have no bets, whose constraint depends on the neighbours."""
CAPPED = {"advert", "food_offer", "bet_slip"}
"""Types with constraints that depend on what was shown, or on the neighbours."""
BEFORE_KICK_OFF = {"schedule"}
"""Types that do not fit once the match has begun."""
EARLIER_MATCHES = 12
"""Matches in which the viewers have clicked before: a placement is clicked once."""


async def test_a_viewers_clicks_change_what_the_viewer_is_shown_next(rig: Rig) -> None:
    # GIVEN a trained system, and three viewers with equal traits, who are shown the same
    await asyncio.to_thread(train, rig.twin, load_demo_feed().match)
    for environment in ("dispatch_components", "prepare_screens", "subscribe"):
        rig.twin.kill(environment)  # a new environment does not remember that the campaign was missing
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(rig.feed())
        await feed.announce(a_match(MATCH_ID))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        names = ("one", "another", "silent")
        one, another, silent = apps = [_app(rig, http, name) for name in names]
        for app in apps:
            await app.subscribe(MATCH_ID)
        screen = one.messages[0]
        assert _shown(screen) == _shown(another.messages[0]) == _shown(silent.messages[0])
        assert screen["rung"] == "cohort"
        liked, other = _liked(screen)
        # WHEN two of them click different components, and the tracker has recorded it
        expected = rig.twin.metric_total(Metric.EVENTS_RECORDED)
        for number in range(EARLIER_MATCHES):
            await feed.announce(a_match(f"{MATCH_ID}-{number}"))
            for name, tapped in (("one", liked), ("another", other)):
                app = _app(rig, http, name)
                await app.subscribe(f"{MATCH_ID}-{number}")
                shown = _shown(app.messages[0])
                await app.report_interactions(app.messages[0], [tapped["componentId"]])
                expected += len(shown) + shown.count(tapped["componentId"])
                await app.close()
        await one.report_interactions(screen, [liked["componentId"]])
        await another.report_interactions(screen, [other["componentId"]])
        expected += 2 * (1 + len(screen["placements"]))
        await eventually(
            lambda: rig.twin.metric_total(Metric.EVENTS_RECORDED) >= expected, "the event tracker"
        )
        # AND the match kicks off, which makes a version in which the same components fit as before
        kick_off = entry(MatchEventType.PERIOD_START, 1, 0, f"{MATCH_ID}-kick-off")
        await feed.post(MATCH_ID, [replace(kick_off, match_id=MATCH_ID)])
        for app in apps:
            assert await app.wait_for_version_after(0, timeout_seconds=60)
        # AND a goal makes a version that nothing can have been ranked ahead for
        await feed.post(MATCH_ID, goals(MATCH_ID, LONE_MINUTES[:1]))
        scored = await eventually(lambda: _of_a_goal(silent), "the goal")
        for app in apps:
            await app.close()
    # THEN each first sees what they clicked, and the third sees what the cohort sees
    by_one, by_another, by_silent = (app.messages[1] for app in apps)
    assert by_one["columns"] == by_another["columns"] == by_silent["columns"]
    assert [message["rung"] for message in (by_one, by_another, by_silent)] == ["viewer", "viewer", "cohort"]
    assert _first(by_one) == liked["componentId"]
    assert _first(by_another) == other["componentId"]
    # AND the campaign was asked at the goal, and the cohort's screen after it is ranked ahead
    assert scored["rung"] == "cohort"
    await eventually(lambda: _ranked_ahead(rig), "the calm screen of the cohort")


def _ranked_ahead(rig: Rig) -> bool:
    dynamodb = rig.twin.client("dynamodb")
    matches = DynamoMatchStore(dynamodb, rig.twin.output("MatchesTableName"), _now)
    _, context, _ = matches.match_state(MATCH_ID)
    assert context is not None
    rankings = DynamoRecommendationCache(dynamodb, rig.twin.output("ConnectionsTableName"))
    calm = context.between_moments().cell
    return COHORT.key in rankings.stored_recommendations(MATCH_ID, calm, [COHORT.key], _now())


def _now() -> datetime:
    return datetime.now(UTC)


def _app(rig: Rig, http: aiohttp.ClientSession, name: str) -> PersonaApp:
    persona = Persona(name=name, traits=ViewerTraits(viewer_id=f"loop-{name}", cohort=COHORT))
    return PersonaApp(
        http=http,
        delivery=rig.outputs.delivery,
        token=rig.minter.id_token(persona.traits),
        persona=persona,
        log=DeliveryLog(),
        number=0,
    )


def _shown(message: Message) -> list[str]:
    return [placement["componentId"] for placement in message["placements"]]


def _of_a_goal(app: PersonaApp) -> Message | None:
    """Return the message of a goal that the app got, if any."""
    moments = ((message, message["moment"]) for message in list(app.messages.values()))
    return next(
        (message for message, moment in moments if moment and moment["type"] == MomentType.GOAL), None
    )


def _first(message: Message) -> str:
    first = min(message["placements"], key=lambda placement: int(placement["rank"]))
    return str(first["componentId"])


def _liked(screen: Message) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two components to click, of different types, that no constraint removes."""
    left_out = CAPPED | BEFORE_KICK_OFF
    unconstrained = [placement for placement in screen["placements"] if placement["type"] not in left_out]
    types = Counter(placement["type"] for placement in unconstrained)
    assert len(types) >= 2, f"expected components of two types without a cap, got {_shown(screen)}"
    last = unconstrained[-1]
    return last, next(placement for placement in unconstrained if placement["type"] != last["type"])
