"""The data plane of one Event API: publishes over HTTP and WebSocket, and the deliveries to subscribers.

Sources: AWS documentation, "Publish events via HTTP", "Understanding the Event API WebSocket protocol".
A delivery may be lost after `subscribe_success` (aws/aws-appsync-community, issue 405): `is_lost` injects it.
"""

import asyncio
import json
import time
from collections.abc import Callable

from aiohttp import web

from local.twin.background_tasks import BackgroundTasks
from local.twin.services.apigateway.invocation import Invoke
from local.twin.services.apigateway.limits import token_bucket
from local.twin.services.appsync.api import ChannelNamespace, EventApi
from local.twin.services.appsync.authorization import Authorizer
from local.twin.services.appsync.channels import namespace_of
from local.twin.services.appsync.connection import EventConnection, data_tail
from local.twin.services.appsync.errors import (
    BadRequestError,
    EventError,
    NotFoundError,
    TooManyRequestsError,
)
from local.twin.services.appsync.limits import ChannelLimits, metered
from local.twin.services.appsync.publishing import Publish, publish_result, read_publish
from local.twin.services.appsync.realtime import RealtimeClient
from local.twin.services.appsync.subscriptions import Subscriptions

Count = Callable[[str, float, str | None], None]
"""Counts a metric: its CloudWatch name, a value, and the namespace of channels if it has one."""
IsLost = Callable[[str], bool]
"""Returns whether one delivery on a channel is lost."""


class EventDataPlane:
    """Serves the publishers and the clients of one Event API."""

    def __init__(
        self,
        api: EventApi,
        *,
        invoke: Invoke,
        limits: ChannelLimits,
        count: Count,
        is_lost: IsLost,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._invoke = invoke
        self.namespaces: dict[str, ChannelNamespace] = {}
        self.connections: dict[EventConnection, web.WebSocketResponse] = {}
        self.subscriptions: Subscriptions = Subscriptions()
        self.limits = limits
        self.count = count
        self._is_lost = is_lost
        self._now = now
        self._serving = BackgroundTasks()
        self.replace(api)
        self.change_limits(limits)

    def replace(self, api: EventApi) -> None:
        """Replace the definition; open connections stay open."""
        self.api = api
        self.authorizer = Authorizer(
            api=api, invoke=self._invoke, timeout_seconds=self.limits.authorizer_seconds
        )

    def change_limits(self, limits: ChannelLimits) -> None:
        """Enforce other rates from now on, with full token buckets."""
        self._publishes = token_bucket(limits.publishes, self._now)
        self._messages = token_bucket(limits.messages, self._now)
        self._connects = token_bucket(limits.connects, self._now)

    def namespace(self, channel: str) -> ChannelNamespace:
        """Return the namespace of a channel; raises NotFoundError."""
        name = namespace_of(channel)
        if name not in self.namespaces:
            raise NotFoundError(f"Channel namespace {name} not found")
        return self.namespaces[name]

    async def handle_publish(self, request: web.BaseRequest) -> web.Response:
        """Answer a request to publish."""
        self.count("Requests", 1, None)
        try:
            publish = read_publish(_json(await request.read()), self.limits)
            modes = self.namespace(publish.channel).publish_modes
            await self.authorizer.check_request(modes, request.headers, publish.channel)
            return web.json_response(self.publish(publish))
        except EventError as error:
            self.count("4XXError", 1, None)
            return event_error(error)

    def publish(self, publish: Publish) -> dict[str, object]:
        """Deliver events to the subscribers of their channel; raises TooManyRequestsError."""
        self.count("TokensConsumed", publish.tokens, None)
        if self._publishes is not None and not self._publishes.take_tokens(publish.tokens):
            raise TooManyRequestsError
        namespace = namespace_of(publish.channel)
        self.count("InboundMessages", len(publish.events), namespace)
        for event in publish.events:
            self._deliver(publish.channel, namespace, event)
        return publish_result(publish.events)

    def _deliver(self, channel: str, namespace: str, event: str) -> None:
        tail, units = data_tail(event), metered(len(event.encode()))
        delivered = dropped = 0
        for subscription in self.subscriptions.of(channel):
            if self._messages is not None and not self._messages.take_tokens(units):
                dropped += 1
            elif not self._is_lost(channel) and subscription.connection.send_text(subscription.head + tail):
                delivered += 1
            else:
                dropped += 1
        self.count("OutboundMessages", delivered, namespace)
        if dropped:
            self.count("OutboundMessagesDropped", dropped, namespace)

    async def handle_realtime(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve a WebSocket until it closes."""
        return await RealtimeClient(self, request, self._serving).serve()

    def admit_connection(self) -> None:
        """Count a new connection; raises TooManyRequestsError."""
        self.count("ConnectRequests", 1, None)
        if self._connects is not None and not self._connects.take_token():
            raise TooManyRequestsError

    async def close(self) -> None:
        """Close every connection."""
        await self._serving.cancel()
        closing = [socket.close(code=1001) for socket in list(self.connections.values())]
        await asyncio.gather(*closing, return_exceptions=True)


def event_error(error: EventError) -> web.Response:
    """Return the answer to a request that is refused."""
    return web.json_response(
        {"errors": [error.entry()]},
        status=error.status,
        headers={"x-amzn-ErrorType": error.error_type},
    )


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("expected a body of valid JSON") from None
