"""Simulated viewers against a gateway with fake functions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import jwt

from domain.cohort import Cohort, ViewerTraits
from local.play.replay.simulated_viewers import SimulatedViewers
from local.play.replay.socket_transport import SocketDelivery
from local.play.replay.token_minter import TokenMinter
from local.play.replay.viewer_spec import Behaviour, ClickModel, ViewerSpec
from local.play.replay.viewers_process import ViewersProcess
from local.twin.services.apigateway import Rate, WebSocketRoute
from tests.support.gateway_rig import (
    TOKEN_IN_SUBPROTOCOL,
    Functions,
    Served,
    allowing,
    api,
    serving,
)

ISSUER, AUDIENCE = "https://issuer", "client"
ROUTES = tuple(
    WebSocketRoute(route_key=key, function_name=key, two_way=True) for key in ("subscribe", "interact")
)


def components(version: int, match_id: str = "m1", *, snapshot: bool = False) -> dict[str, Any]:
    placement = {"slot": "overlay", "componentId": "poll", "rung": "cohort", "recommendationId": "r1"}
    return {
        "type": "components",
        "matchId": match_id,
        "version": version,
        "placements": [placement],
        "snapshot": snapshot,
        "trace": {},
    }


class FakeBackend:
    """Functions of a gateway that record subscriptions and interactions."""

    def __init__(self) -> None:
        self.version = 1
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.subscribed: list[dict[str, Any]] = []
        self.interactions: list[dict[str, Any]] = []
        self.functions = Functions(
            {
                "authorize": self.authorize,
                "connect": lambda _: {
                    "statusCode": 200,
                    "headers": {"Sec-WebSocket-Protocol": "touchline.v1"},
                },
                "disconnect": lambda _: {"statusCode": 200},
                "subscribe": self.subscribe,
                "interact": self.interact,
            }
        )

    def authorize(self, event: dict[str, Any]) -> dict[str, Any]:
        token = event["headers"]["Sec-WebSocket-Protocol"].split(",")[1].strip()
        claims = jwt.decode(token, options={"verify_signature": False})
        return allowing(event, viewerId=claims["sub"])

    def subscribe(self, event: dict[str, Any]) -> dict[str, Any]:
        request = json.loads(event["body"])
        self.subscribed.append(request)
        self.subscriptions[event["requestContext"]["connectionId"]] = event["requestContext"]["authorizer"]
        if request.get("lastVersion") == self.version:
            return answer({"type": "ack", "action": "subscribe", "version": self.version})
        return answer(components(self.version, snapshot=True))

    def interact(self, event: dict[str, Any]) -> dict[str, Any]:
        request = json.loads(event["body"])
        self.interactions.append(request)
        return answer({"type": "ack", "action": "interact", "requestId": request["requestId"]})


def answer(message: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(message)}


@asynccontextmanager
async def running_backend(throttle: Rate | None = None) -> AsyncIterator[tuple[FakeBackend, Served, str]]:
    backend = FakeBackend()
    async with serving(backend.functions) as served:
        definition = api(*ROUTES, authorizer=TOKEN_IN_SUBPROTOCOL, throttle=throttle)
        served.gateway.put_websocket_api(definition)
        yield backend, served, served.base_url + "/ws1/live"


async def push(backend: FakeBackend, served: Served, *versions: int) -> list[int]:
    statuses = []
    for version in versions:
        backend.version = max(backend.version, version)
        for connection_id in list(backend.subscriptions):
            url = f"{served.base_url}/ws1/live/@connections/{connection_id}"
            headers = {"Authorization": "AWS4-HMAC-SHA256 ..."}
            body = json.dumps(components(version))
            async with served.session.post(url, data=body, headers=headers) as posted:
                statuses.append(posted.status)
    return statuses


def specs(*behaviours: Behaviour, **options: Any) -> list[ViewerSpec]:
    return [
        ViewerSpec(
            traits=ViewerTraits(viewer_id=f"v{number}", cohort=Cohort(favourite_team="Italy")),
            match_id="m1",
            behaviour=behaviour,
            **options,
        )
        for number, behaviour in enumerate(behaviours)
    ]


def viewers_at(
    url: str, *behaviours: Behaviour, click_model: ClickModel | None = None, **options: Any
) -> SimulatedViewers:
    minter = TokenMinter(issuer=ISSUER, audience=AUDIENCE)
    viewer_specs = specs(*behaviours, **options)
    return SimulatedViewers(
        delivery=SocketDelivery(url=url), specs=viewer_specs, minter=minter, click_model=click_model
    )


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_live_viewers_show_every_version_in_order() -> None:
    async with (
        running_backend() as (backend, served, url),
        viewers_at(url, *[Behaviour.LIVE] * 20) as viewers,
    ):
        await viewers.wait_until_connected(patience_seconds=60)
        assert {traits["viewerId"] for traits in backend.subscriptions.values()} == {
            f"v{n}" for n in range(20)
        }
        await push(backend, served, 2, 3, 3, 2, 4)
        assert await viewers.wait_until_shown("m1", version=4, timeout_seconds=60) == 20
    summary = viewers.log.deliveries_summary()
    assert (summary["snapshots"], summary["delivered"]) == (20, 100)
    assert (summary["duplicates"], summary["stale_dropped"]) == (20, 20)
    assert summary["by_rung"]["cohort"] == 80
    assert summary["errors"] == {}


async def test_unsubscribed_viewers_connect_and_receive_nothing() -> None:
    async with running_backend() as (backend, _, url), viewers_at(url, Behaviour.UNSUBSCRIBED) as viewers:
        await viewers.wait_until_connected(patience_seconds=60)
        assert backend.functions.events_of("connect") != []
    assert (backend.subscribed, viewers.log.deliveries) == ([], [])


async def test_vanishing_viewers_leave_without_a_close_frame() -> None:
    async with running_backend() as (backend, served, url), viewers_at(url, Behaviour.VANISHING) as viewers:
        await viewers.wait_until_connected(patience_seconds=60)
        await until(lambda: backend.functions.events_of("disconnect"))
        assert await push(backend, served, 2) == [410]
    (event,) = backend.functions.events_of("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1006
    assert viewers.log.reconnections == 0


async def test_reconnecting_viewers_send_their_last_version() -> None:
    async with (
        running_backend() as (backend, served, url),
        viewers_at(url, Behaviour.RECONNECTING) as viewers,
    ):
        await viewers.wait_until_connected(patience_seconds=60)
        await until(lambda: len(backend.subscribed) == 2)
        assert "lastVersion" not in backend.subscribed[0]
        assert backend.subscribed[1]["lastVersion"] == 1
        await push(backend, served, 2)
        assert await viewers.wait_until_shown("m1", version=2, timeout_seconds=60) == 1
    summary = viewers.log.deliveries_summary()
    assert (summary["duplicates"], summary["reconnections"]) == (0, 1)


async def test_slow_viewers_catch_up() -> None:
    async with (
        running_backend() as (backend, served, url),
        viewers_at(url, Behaviour.SLOW, pause_seconds=0.1) as viewers,
    ):
        await viewers.wait_until_connected(patience_seconds=60)
        await push(backend, served, 2, 3, 4)
        assert await viewers.wait_until_shown("m1", version=4, timeout_seconds=60) == 1


async def test_viewers_report_impressions_and_clicks() -> None:
    async with (
        running_backend() as (backend, _, url),
        viewers_at(url, Behaviour.LIVE, click_model=lambda traits, message, placement: 1.0) as viewers,
    ):
        await viewers.wait_until_connected(patience_seconds=60)
        await until(lambda: backend.interactions)
    (request,) = backend.interactions
    assert [act["type"] for act in request["interactions"]] == ["impression", "click"]
    click = request["interactions"][1]
    assert (click["componentId"], click["slot"], click["version"]) == ("poll", "overlay", 1)
    assert (click["recommendationId"], click["impression"]) == ("r1", ["poll"])
    assert viewers.log.interactions == {"impression": 1, "click": 1}


async def test_throttled_viewers_send_their_messages_again() -> None:
    # GIVEN a stage that takes one message
    async with (
        running_backend(throttle=Rate(per_second=0.001, burst=1)) as (backend, served, url),
        viewers_at(url, Behaviour.LIVE, click_model=lambda traits, message, placement: 1.0) as viewers,
    ):
        # WHEN a viewer subscribes and interacts at once
        await viewers.wait_until_connected(patience_seconds=60)
        await until(lambda: viewers.log.errors["Too Many Requests"])
        # THEN its interactions arrive all the same, once the stage takes more
        served.gateway.put_websocket_api(api(*ROUTES, authorizer=TOKEN_IN_SUBPROTOCOL))
        assert await viewers.wait_until_answered(timeout_seconds=60)
    assert len(backend.subscribed) == len(backend.interactions) == 1
    assert viewers.log.errors["Too Many Requests"] >= 1


async def test_refused_viewers_are_reported() -> None:
    async with running_backend() as (backend, _, url):
        backend.functions.by_name["connect"] = lambda _: {"statusCode": 403}
        async with viewers_at(url, Behaviour.LIVE) as viewers:
            await until(lambda: viewers.log.errors)
    assert set(viewers.log.errors) == {"HANDSHAKE_403"}


async def test_viewers_run_in_a_process_of_their_own() -> None:
    async with running_backend() as (backend, served, url):
        viewer_specs = specs(*[Behaviour.LIVE] * 3)
        delivery = SocketDelivery(url=url)
        async with ViewersProcess(
            delivery=delivery, specs=viewer_specs, issuer=ISSUER, audience=AUDIENCE
        ) as viewers:
            await viewers.wait_until_connected(patience_seconds=30)
            await push(backend, served, 2)
            assert await viewers.wait_until_shown("m1", version=2, timeout_seconds=60) == 3
    assert viewers.log.deliveries_summary()["delivered"] == 3
