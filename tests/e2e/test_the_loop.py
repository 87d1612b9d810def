"""Within a match, a viewer's clicks change what that viewer is shown next.

It is the last of the end-to-end tests, because it trains the system and deploys a campaign.
"""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.match_event import MatchEventType
from domain.metrics import Metric
from local.play.demo.demo_match import load_demo_feed
from local.play.demo.training import train
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_app import PersonaApp
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match
from tests.support.feed_entries import entry

pytestmark = [
    pytest.mark.twin,
    pytest.mark.timeout(600),
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
TAPS = 20


async def test_a_viewers_clicks_change_what_the_viewer_is_shown_next(rig: Rig) -> None:
    # GIVEN a trained system, and three viewers with equal traits, who are shown the same
    await asyncio.to_thread(train, rig.twin, load_demo_feed().match)
    for environment in ("dispatch_components", "subscribe"):
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
        before = rig.twin.metric_total(Metric.EVENTS_RECORDED)
        await one.report_interactions(screen, [liked["componentId"]] * TAPS)
        await another.report_interactions(screen, [other["componentId"]] * TAPS)
        expected = before + 2 * (TAPS + len(screen["placements"]))
        await eventually(
            lambda: rig.twin.metric_total(Metric.EVENTS_RECORDED) >= expected, "the event tracker"
        )
        # AND the match kicks off, which makes a version in which the same components fit as before
        kick_off = entry(MatchEventType.PERIOD_START, 1, 0, f"{MATCH_ID}-kick-off")
        await feed.post(MATCH_ID, [replace(kick_off, match_id=MATCH_ID)])
        for app in apps:
            assert await app.wait_for_version_after(0, timeout_seconds=60)
            await app.close()
    # THEN each first sees what they clicked, and the third sees what the cohort sees
    by_one, by_another, by_silent = (app.messages[1] for app in apps)
    assert by_one["columns"] == by_another["columns"] == by_silent["columns"]
    assert [message["rung"] for message in (by_one, by_another, by_silent)] == ["viewer", "viewer", "cohort"]
    assert _first(by_one) == liked["componentId"]
    assert _first(by_another) == other["componentId"]


def _app(rig: Rig, http: aiohttp.ClientSession, name: str) -> PersonaApp:
    persona = Persona(name=name, traits=ViewerTraits(viewer_id=f"loop-{name}", cohort=COHORT))
    return PersonaApp(
        http=http,
        url=rig.outputs.web_socket_url,
        token=rig.minter.id_token(persona.traits),
        persona=persona,
        log=DeliveryLog(),
        number=0,
    )


def _shown(message: Message) -> list[str]:
    return [placement["componentId"] for placement in message["placements"]]


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
