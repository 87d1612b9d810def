"""Simulated viewers on channels do what the SDK does, against a stage in memory."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from local.play.replay.channels.channel_transport import ChannelTransport
from local.play.replay.interactions import interactions_with
from local.play.replay.simulated_viewers import SimulatedViewers
from local.play.replay.token_minter import TokenMinter
from local.play.replay.transport import Joining, Received
from local.play.replay.viewer_spec import Behaviour, ViewerSpec
from tests.support.builders import a_viewer
from tests.support.channel_stage import (
    AUDIENCE,
    OTHER_AUDIENCE,
    OWN,
    ChannelStage,
    audience_message,
    channel_stage,
)


class Impatient(Random):
    """Draws times near the shortest."""

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) / 100


def app(stage: ChannelStage, errors: list[str] | None = None) -> ChannelTransport:
    counted: list[str] = [] if errors is None else errors
    joining = Joining(
        match_id="m1",
        token="token",
        http=stage.served.session,
        rng=Impatient(),
        count_error=counted.append,
    )
    return stage.delivery.transport(joining)


def viewers_at(stage: ChannelStage, *behaviours: Behaviour) -> SimulatedViewers:
    specs = [
        ViewerSpec(traits=a_viewer(number), match_id="m1", behaviour=behaviour)
        for number, behaviour in enumerate(behaviours)
    ]
    minter = TokenMinter(issuer="https://issuer", audience="client")
    return SimulatedViewers(delivery=stage.delivery, specs=specs, minter=minter, click_model=lambda *_: 0.0)


async def next_of(transport: ChannelTransport) -> Received:
    async with asyncio.timeout(60):
        received = await transport.receive()
    assert received is not None
    return received


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def shown(received: Received) -> list[str]:
    return [each["componentId"] for each in received.message["placements"]]


def acts(message: dict[str, Any], *taps: str) -> list[dict[str, Any]]:
    return interactions_with(message, taps, datetime.now(tz=UTC))


async def test_viewers_show_the_document_and_each_version_that_is_published() -> None:
    async with channel_stage() as stage:
        stage.documents[AUDIENCE] = audience_message(1, snapshot=True)
        behaviours = (Behaviour.LIVE, Behaviour.LIVE, Behaviour.RECONNECTING)
        async with viewers_at(stage, *behaviours) as viewers:
            await viewers.wait_until_connected(patience_seconds=60)
            assert await viewers.wait_until_shown("m1", version=1, timeout_seconds=60) == 3
            await until(lambda: stage.passes == 4 and viewers.log.reconnections == 1)
            await until(lambda: stage.served.counted["SubscribeSuccess"] == 8)
            for version in (2, 3):
                stage.documents[AUDIENCE] = audience_message(version, snapshot=True)
                await stage.publish(audience_message(version))
            assert await viewers.wait_until_shown("m1", version=3, timeout_seconds=60) == 3
            assert await viewers.wait_until_answered(timeout_seconds=60)
    summary = viewers.log.deliveries_summary()
    assert (summary["delivered"], summary["snapshots"], summary["duplicates"]) == (6, 3, 0)
    assert summary["errors"] == {}


async def test_a_pass_that_is_refused_is_counted_and_asked_for_again() -> None:
    async with channel_stage() as stage:
        stage.pass_statuses = [429]
        async with viewers_at(stage, Behaviour.LIVE) as viewers:
            await viewers.wait_until_connected(patience_seconds=60)
    assert viewers.log.errors == {"PASS_429": 1}


async def test_a_gap_is_closed_from_the_document() -> None:
    lost: list[str] = []
    async with channel_stage(is_lost=lambda channel: channel in lost) as stage:
        transport = app(stage)
        stage.documents[AUDIENCE] = audience_message(1, snapshot=True)
        await transport.connect()
        assert (await next_of(transport)).message["version"] == 1
        # WHEN the channel loses a version
        lost.append(f"/touchline/{AUDIENCE}")
        await stage.publish(audience_message(2))
        lost.clear()
        stage.documents[AUDIENCE] = audience_message(
            3, snapshot=True, missed=[audience_message(1), audience_message(2)]
        )
        await stage.publish(audience_message(3))
        # THEN the app finds it once the next has come, and nothing twice
        found = [(await next_of(transport)).message for _ in range(2)]
        assert [(each["version"], each["snapshot"]) for each in found] == [(3, False), (2, True)]
        await transport.close()


async def test_what_is_published_during_the_subscription_comes_with_the_second_look() -> None:
    async with channel_stage() as stage:
        transport = app(stage)
        stage.documents[AUDIENCE] = audience_message(1, snapshot=True)
        await transport.connect()
        assert (await next_of(transport)).message["version"] == 1
        stage.documents[AUDIENCE] = audience_message(2, snapshot=True)
        assert (await next_of(transport)).message["version"] == 2
        await transport.close()


async def test_a_cap_holds_for_what_this_viewer_has_seen() -> None:
    async with channel_stage() as stage:
        transport = app(stage)
        await transport.connect()
        # GIVEN a component that may be seen once
        await stage.publish(audience_message(1, "advert", "poll", maximum=1))
        first = await next_of(transport)
        assert shown(first) == ["advert"]
        # WHEN the viewer has seen it
        await transport.report(acts(first.message))
        await stage.publish(audience_message(2, "advert", "poll", maximum=1))
        # THEN the next version has another
        assert shown(await next_of(transport)) == ["poll"]
        await transport.close()


async def test_only_the_sample_and_what_proves_a_click_is_reported() -> None:
    async with channel_stage() as stage:
        stage.impression_share = 1e-9
        transport = app(stage)
        await transport.connect()
        message = {**audience_message(1), "placements": audience_message(1, "poll", "quiz")["components"]}
        await transport.report(acts(message, "quiz"))
        await until(lambda: not transport.unanswered)
        (reported,) = stage.reports
        assert [(each["type"], each["componentId"]) for each in reported] == [
            ("impression", "quiz"),
            ("click", "quiz"),
        ]
        await transport.close()


async def test_a_report_is_sent_again_unless_it_is_refused() -> None:
    errors: list[str] = []
    async with channel_stage() as stage:
        transport = app(stage, errors)
        await transport.connect()
        message = {**audience_message(1), "placements": audience_message(1)["components"]}
        stage.report_statuses = [500, 200, 400]
        await transport.report(acts(message))
        await until(lambda: not transport.unanswered)
        await transport.report(acts(message))
        await until(lambda: not transport.unanswered)
        assert len(stage.reports) == 3
        assert errors == ["INTERACTIONS_500", "INTERACTIONS_400"]
        await transport.close()


async def test_the_own_channel_is_told_apart() -> None:
    async with channel_stage() as stage:
        transport = app(stage)
        await transport.connect()
        await stage.publish(audience_message(1))
        await stage.publish(audience_message(1, "quiz", rung="viewer"), OWN)
        found = [await next_of(transport) for _ in range(2)]
        assert [(each.is_own, shown(each)) for each in found] == [(False, ["poll"]), (True, ["quiz"])]
        await transport.close()


async def test_a_viewer_whose_audience_changes_follows_the_new_one() -> None:
    async with channel_stage() as stage:
        transport = app(stage)
        await transport.connect()
        # WHEN the rules ask for other consents, which puts the viewer into another audience
        stage.audience, stage.edition = OTHER_AUDIENCE, "22222222"
        await stage.publish(audience_message(1, rulesEdition="22222222"))
        assert (await next_of(transport)).message["version"] == 1
        # THEN the app loses its connection on purpose, and follows the other channel
        async with asyncio.timeout(60):
            assert await transport.receive() is None
        await transport.connect()
        await stage.publish(audience_message(2, rulesEdition="22222222"), OTHER_AUDIENCE)
        assert (await next_of(transport)).message["version"] == 2
        await transport.close()
