"""The Event APIs of a twin: routes a request to its API by the id in its path."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from local.twin.services.apigateway.client_socket import keep_tokens_out_of_the_log
from local.twin.services.apigateway.invocation import Invoke
from local.twin.services.appsync.api import ChannelNamespace, EventApi
from local.twin.services.appsync.data_plane import EventDataPlane, IsLost, event_error
from local.twin.services.appsync.errors import BadRequestError, NotFoundError
from local.twin.services.appsync.limits import ChannelLimits

HTTP_PREFIX = "/_aws/appsync-api/"
REALTIME_PREFIX = "/_aws/appsync-realtime-api/"

CountOf = Callable[[str, float, dict[str, str]], None]
"""Counts a metric: its CloudWatch name, a value and its dimensions."""


class EventApis:
    """Serves Event APIs, and invokes their authorizers with the given coroutine."""

    service = "appsync"

    def __init__(
        self,
        *,
        invoke: Invoke,
        count: CountOf = lambda _name, _value, _dimensions: None,
        is_lost: IsLost = lambda _channel: False,
        limits: ChannelLimits | None = None,
    ) -> None:
        keep_tokens_out_of_the_log()
        self._invoke = invoke
        self._count = count
        self._is_lost = is_lost
        self._limits = limits or ChannelLimits()
        self._planes: dict[str, EventDataPlane] = {}

    def change_quota(self, setting: str) -> None:
        """Change a rate of every API, such as `channel_publishes=200`; raises InvalidQuotaError."""
        self._limits = self._limits.with_quota(setting)
        for plane in list(self._planes.values()):
            plane.change_limits(self._limits)

    def put_api(self, api: EventApi) -> None:
        """Add an API, or replace its definition."""
        if api.api_id in self._planes:
            self._planes[api.api_id].replace(api)
            return

        def count(name: str, value: float, namespace: str | None) -> None:
            dimensions = {"EventAPIId": api.api_id}
            if namespace is not None:
                dimensions["ChannelNamespaceName"] = namespace
            self._count(name, value, dimensions)

        self._planes[api.api_id] = EventDataPlane(
            api, invoke=self._invoke, limits=self._limits, count=count, is_lost=self._is_lost
        )

    def put_namespace(self, api_id: str, namespace: ChannelNamespace) -> None:
        """Add a namespace to an API, or replace its definition; raises KeyError."""
        self._planes[api_id].namespaces[namespace.name] = namespace

    async def remove_api(self, api_id: str) -> None:
        """Remove an API, and close its connections; raises KeyError."""
        await self._planes.pop(api_id).close()

    def remove_namespace(self, api_id: str, name: str) -> None:
        """Remove a namespace from an API, if both are there."""
        if api_id in self._planes:
            self._planes[api_id].namespaces.pop(name, None)

    def api(self, api_id: str) -> EventApi:
        """Return an API; raises KeyError."""
        return self._planes[api_id].api

    def apis(self) -> list[EventApi]:
        """Return every API."""
        return [plane.api for plane in list(self._planes.values())]

    def namespaces(self, api_id: str) -> list[ChannelNamespace]:
        """Return the namespaces of an API; raises KeyError."""
        return list(self._planes[api_id].namespaces.values())

    def owns(self, raw_path: str) -> bool:
        """True if a path is one of an Event API."""
        return raw_path.startswith((HTTP_PREFIX, REALTIME_PREFIX))

    def is_open_to_pages(self, path: str) -> bool:
        """True for the WebSocket; what publishes over HTTP is a function."""
        return path.startswith(REALTIME_PREFIX)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request to a path of an Event API."""
        path = request.raw_path.partition("?")[0]
        is_realtime = path.startswith(REALTIME_PREFIX)
        prefix = REALTIME_PREFIX if is_realtime else HTTP_PREFIX
        api_id, _, rest = path.removeprefix(prefix).partition("/")
        plane = self._planes.get(api_id)
        if plane is None or rest != ("event/realtime" if is_realtime else "event"):
            return event_error(NotFoundError("expected the endpoint of an Event API"))
        if is_realtime:
            return await plane.handle_realtime(request)
        if request.method != "POST":
            return event_error(BadRequestError(f"expected POST, got {request.method}"))
        return await plane.handle_publish(request)

    def state(self) -> dict[str, Any]:
        """Return each API with its namespaces and the numbers of its connections and subscriptions."""
        return {
            api_id: {
                "name": plane.api.name,
                "namespaces": sorted(plane.namespaces),
                "connections": len(plane.connections),
                "subscriptions": len(plane.subscriptions),
            }
            for api_id, plane in list(self._planes.items())
        }

    async def close(self) -> None:
        """Close every connection."""
        for api_id in list(self._planes):
            await self.remove_api(api_id)
