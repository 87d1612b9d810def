"""Every live subscriber gets each version of its match exactly once, and none of another match."""

import os
from collections import defaultdict

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.detection.engine import MatchEngine
from domain.moment import MomentType
from local.play.replay.deliveries import Delivery
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from local.play.replay.viewers_process import ViewersProcess
from tests.e2e.rig import LONE_MINUTES, Rig, goals
from tests.support.builders import a_match

VIEWERS = int(os.environ.get("TOUCHLINE_REACH_VIEWERS", "240"))
MATCHES = ("reach-one", "reach-two", "reach-three")
pytestmark = pytest.mark.twin


def spec_of(number: int) -> ViewerSpec:
    """Return a viewer: one in ten never subscribes, one in ten vanishes, the others stay."""
    behaviours = {0: Behaviour.UNSUBSCRIBED, 1: Behaviour.VANISHING}
    cohort = Cohort(favourite_team="Italy", country=("IT", "TR", "GB")[number % 3])
    return ViewerSpec(
        traits=ViewerTraits(viewer_id=f"reach-{number}", cohort=cohort),
        match_id=MATCHES[number % len(MATCHES)],
        behaviour=behaviours.get(number // len(MATCHES) % 10, Behaviour.LIVE),
    )


def test_each_goal_in_a_lone_minute_makes_one_moment() -> None:
    engine = MatchEngine("m")
    for signal in goals("m", LONE_MINUTES):
        assert [moment.type for moment in engine.observe(signal).moments] == [MomentType.GOAL]


async def test_every_live_subscriber_gets_each_version_of_its_match_once(rig: Rig) -> None:
    # GIVEN viewers of three matches at once, some unsubscribed, some vanished
    specs = [spec_of(number) for number in range(VIEWERS)]
    outputs = rig.outputs
    viewers = ViewersProcess(
        delivery=outputs.delivery,
        specs=specs,
        issuer=outputs.token_issuer,
        audience=outputs.token_audience,
    )
    async with rig.feed() as feed:
        for match_id in MATCHES:
            await feed.announce(a_match(match_id))
        async with viewers:
            await viewers.wait_until_connected(patience_seconds=120)
            # WHEN three goals fall in each match, one after another, because a moment that a newer one of
            # its match has overtaken makes no version
            for version, minute in enumerate(LONE_MINUTES, start=1):
                for match_id in MATCHES:
                    await feed.post(match_id, goals(match_id, [minute]))
                for match_id in MATCHES:
                    shown = await viewers.wait_until_shown(match_id, version=version, timeout_seconds=300)
                    assert shown == sum(
                        spec.match_id == match_id and spec.behaviour is Behaviour.LIVE for spec in specs
                    )
    # THEN each has its snapshot and each later version once, and none of another match
    received: defaultdict[int, list[Delivery]] = defaultdict(list)
    for delivery in viewers.log.deliveries:
        received[delivery.viewer].append(delivery)
    for number, spec in enumerate(specs):
        versions = [delivery.version for delivery in received[number]]
        assert {delivery.match_id for delivery in received[number]} <= {spec.match_id}
        if spec.behaviour is Behaviour.UNSUBSCRIBED:
            assert versions == []
        if spec.behaviour is Behaviour.LIVE:
            assert sorted(versions) == list(range(len(LONE_MINUTES) + 1))
    assert viewers.log.errors == {}


async def test_a_viewer_who_unsubscribes_gets_nothing_more(rig: Rig) -> None:
    match_id = "left"
    subscription, url = {"matchId": match_id}, rig.outputs.web_socket_url
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(match_id))
        async with (
            http.ws_connect(url, protocols=("touchline.v1", rig.token("leaves"))) as leaves,
            http.ws_connect(url, protocols=("touchline.v1", rig.token("stays"))) as stays,
        ):
            for socket in (leaves, stays):
                await socket.send_json({"action": "subscribe", **subscription})
                assert (await socket.receive_json(timeout=30))["version"] == 0
            # WHEN one of two viewers unsubscribes, and a goal falls
            await leaves.send_json({"action": "unsubscribe", **subscription})
            assert (await leaves.receive_json(timeout=30))["type"] == "ack"
            await feed.post(match_id, goals(match_id, LONE_MINUTES[:1]))
            # THEN the other gets it, and the one who left gets the answers to its own requests only
            assert (await stays.receive_json(timeout=60))["version"] == 1
            await leaves.send_json({"action": "ping"})
            assert (await leaves.receive_json(timeout=30))["type"] == "pong"
