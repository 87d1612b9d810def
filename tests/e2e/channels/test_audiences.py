"""Every viewer gets each version of the own audience once, in spite of losses, and nobody another's."""

import asyncio
from collections import Counter
from dataclasses import replace

import aiohttp
import pytest
from yarl import URL

from domain.channel import CHANNEL_NAMESPACE
from domain.cohort import Cohort, ViewerTraits
from domain.metrics import Metric
from local.play.replay.channels.events_socket import EventsSocket
from local.play.replay.channels.viewers_api import Pass
from local.play.replay.errors import NotConnectedError
from local.play.replay.simulated_viewers import SimulatedViewers
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from local.twin.edge.faults import Requests
from paths import BROADCAST_ASSEMBLY
from tests.e2e.alarms import Alarm
from tests.e2e.channels.followed_match import (
    ITALIAN,
    FollowedMatch,
    followed,
    until_total,
    until_version,
)
from tests.e2e.rig import Rig, eventually

pytestmark = pytest.mark.twin
COHORTS = (
    ITALIAN,
    replace(ITALIAN, age_band="13-17"),
    replace(ITALIAN, country="GB"),
    Cohort(favourite_team="Turkey", age_band="35-54", country="TR", tier="free"),
)
CONSENTS = (frozenset[str](), frozenset({"advertising"}))
VIEWERS, VERSIONS = 24, 3
LEAVING = VIEWERS // 6


def specs(match_id: str) -> list[ViewerSpec]:
    """Return viewers of all cohorts and consents, some of whom leave and come back."""
    return [
        ViewerSpec(
            traits=ViewerTraits(
                viewer_id=f"{match_id}-{number}",
                cohort=COHORTS[number % 4],
                consents=CONSENTS[number // 4 % 2],
            ),
            match_id=match_id,
            behaviour=Behaviour.RECONNECTING if number % 6 == 5 else Behaviour.LIVE,
            after_messages=2,
        )
        for number in range(VIEWERS)
    ]


async def test_each_viewer_gets_every_version_of_the_own_audience_once(stage: Rig) -> None:
    # GIVEN viewers of several audiences, who report what they see
    async with followed(stage, "audiences") as match:
        viewers = SimulatedViewers(
            delivery=match.delivery,
            specs=specs(match.match_id),
            minter=stage.minter,
            click_model=lambda traits, message, placement: 0.0,
        )
        published_before = stage.twin.metric_total(Metric.PUBLISHED)
        subscribed_before = stage.twin.metric_total("SubscribeSuccess")
        async with viewers:
            await viewers.wait_until_connected(patience_seconds=60)
            assert await viewers.wait_until_shown(match.match_id, version=0, timeout_seconds=60) == VIEWERS
            # WHEN three goals fall, and some viewers leave and come back
            for version in range(1, VERSIONS + 1):
                match.publish_goal(version)
                shown = await viewers.wait_until_shown(match.match_id, version=version, timeout_seconds=60)
                assert shown == VIEWERS
                # Two subscriptions each: whoever leaves after the first goal is there for the next one.
                await until_total(stage, "SubscribeSuccess", subscribed_before + 2 * (VIEWERS + LEAVING))
            assert await viewers.wait_until_answered(timeout_seconds=60)
    # THEN each of those who stay gets each version once, and those who come back miss none
    received = Counter(
        (entry.viewer, entry.version)
        for entry in viewers.log.deliveries
        if entry.version and not entry.snapshot
    )
    everyone = {(viewer, version) for viewer in range(VIEWERS) for version in range(1, VERSIONS + 1)}
    assert {(entry.viewer, entry.version) for entry in viewers.log.deliveries if entry.version} == everyone
    live = {each for each in everyone if each[0] % 6 != 5}
    assert {each: received[each] for each in live} == dict.fromkeys(live, 1)
    # AND nobody gets another audience's: a report of what was placed for others is refused
    assert viewers.log.interactions["impression"] > 0
    assert viewers.log.errors == {}
    # AND each version was published once for each audience, not for each viewer
    expected = published_before + len(COHORTS) * len(CONSENTS) * (VERSIONS + 1)
    await until_total(stage, Metric.PUBLISHED, expected)
    assert stage.twin.metric_total(Metric.PUBLISHED) == expected


async def test_a_viewer_who_comes_back_gets_what_was_missed(stage: Rig) -> None:
    async with followed(stage, "comes-back") as match:
        away, staying = match.app("away"), match.app("staying")
        for app in (away, staying):
            await app.connect()
            await until_version(app, 0)
        # WHEN two goals fall while a viewer is away
        await away.close()
        for version in (1, 2):
            match.publish_goal(version)
            await until_version(staying, version)
        given = await match.request_pass("staying")
        await match.wait_for_document(given.documents[0], 2)
        # THEN the viewer gets both from the audience's document
        await away.connect()
        found = await until_version(away, 2)
        assert [each.message["version"] for each in found if each.message["snapshot"]] == [1, 2]
        for app in (away, staying):
            await app.close()


async def test_a_lost_message_is_found_in_the_document(stage: Rig) -> None:
    async with followed(stage, "lost") as match:
        app = match.app("ada")
        # GIVEN a channel that loses everything from the subscription on
        stage.twin.faults.lose(f"/{CHANNEL_NAMESPACE}/")
        try:
            await app.connect()
            # THEN the app finds the newest version in the document
            assert [each.message["snapshot"] for each in await until_version(app, 0)] == [True]
            dropped = stage.twin.metric_total("OutboundMessagesDropped")
            match.publish_goal(1)
            await until_total(stage, "OutboundMessagesDropped", dropped + 1)
        finally:
            stage.twin.faults.clear()
        # AND the next version shows that one is missing, unless the second look at the document came first
        match.publish_goal(2)
        found = await until_version(app, 2)
        if len(found) == 1:
            found += await until_version(app, 1)
        assert sorted(each.message["version"] for each in found) == [1, 2]
        assert [each.message["version"] for each in found if each.message["snapshot"]] == [1]
        await app.close()


async def test_nobody_can_follow_or_read_another_audience(stage: Rig) -> None:
    async with followed(stage, "others") as match:
        # GIVEN viewers of several audiences, two of whom are one viewer with other traits
        names = ("v0", "v0", "v2", "v3")
        passes = [await match.request_pass(*each) for each in zip(names, COHORTS, strict=True)]
        for own in passes:
            await match.wait_for_document(own.documents[0], 0)
            others = [each for each in passes if each is not own]
            # THEN no channel of another is granted, nor all at once, nor is anything without a pass
            wanted = [channel for each in others for channel in each.channels]
            for channel in (*wanted, f"/{CHANNEL_NAMESPACE}/*", "/*"):
                with pytest.raises(NotConnectedError, match="SUBSCRIPTION_REFUSED"):
                    await subscribed(match, own, channel)
            # AND no document of another can be read by the own link
            for each in others:
                for link in each.documents:
                    assert await status(match.http, with_path_of(own.documents[0], link)) == 403
                    assert await status(match.http, URL(link, encoded=True).with_query(None)) == 403
        with pytest.raises(NotConnectedError, match="CONNECTION_REFUSED"):
            await subscribed(match, replace(passes[0], token="x.y"), passes[0].channels[0])
        # AND nobody publishes with a pass
        body = {"channel": passes[0].channels[0], "events": ['"spoiler"']}
        async with match.http.post(
            match.delivery.events_url, json=body, headers={"Authorization": passes[0].token}
        ) as response:
            assert response.status == 401


async def test_a_publish_that_fails_rings_and_comes_again(stage: Rig) -> None:
    async with followed(stage, "failing") as match:
        app = match.app("ada")
        await app.connect()
        await until_version(app, 0)
        alarm = Alarm(stage.twin, "PublishesFailed", BROADCAST_ASSEMBLY)
        # GIVEN channels that do not take the first publishes
        channel = (await match.request_pass("ada")).channels[0]
        publishes = Requests(service="appsync", operation="POST", containing=channel)
        stage.twin.faults.refuse(publishes, code="InternalFailure", status=500)
        try:
            match.publish_goal(1)
            await eventually(alarm.is_raised, "PublishesFailed to be raised")
        finally:
            stage.twin.faults.clear()
        # THEN the version comes once they do
        found = await until_version(app, 1)
        assert [each.message["version"] for each in found] == [1]
        await app.close()


async def subscribed(match: FollowedMatch, own: Pass, channel: str) -> None:
    """Subscribe to a channel with a pass."""
    socket = await EventsSocket.open(
        match.http,
        realtime_url=match.delivery.realtime_url,
        events_url=match.delivery.events_url,
        token=own.token,
    )
    await socket.subscribe([channel])
    await socket.close()


def with_path_of(link: str, other: str) -> URL:
    """Return a signed link that leads to another document."""
    return URL(f"{other.partition('?')[0]}?{link.partition('?')[2]}", encoded=True)


async def status(http: aiohttp.ClientSession, url: URL) -> int:
    async with asyncio.timeout(60), http.get(url) as response:
        return response.status
