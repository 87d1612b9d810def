"""The entry point: routes a request to its API by the id in its path."""

import time
from collections.abc import Callable, Set
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from local.twin.services.apigateway.api import HttpApi, WebSocketApi
from local.twin.services.apigateway.client_socket import keep_tokens_out_of_the_log
from local.twin.services.apigateway.connection import Closing
from local.twin.services.apigateway.http_api import HttpDataPlane
from local.twin.services.apigateway.invocation import Invoke
from local.twin.services.apigateway.limits import AccountRates, Limits
from local.twin.services.apigateway.management import Management
from local.twin.services.apigateway.websocket import WebSocketDataPlane

PATH_PREFIX = "/_aws/execute-api/"
_CONNECTIONS = "/@connections/"


class Gateway:
    """Serves WebSocket and HTTP APIs, and invokes functions with the given coroutine."""

    service = "execute-api"

    def __init__(
        self,
        *,
        invoke: Invoke,
        limits: Limits | None = None,
        now: Callable[[], float] = time.time,
        sends_disconnect: Callable[[Closing], bool] = lambda _: True,
    ) -> None:
        keep_tokens_out_of_the_log()
        self._invoke = invoke
        self._limits = limits or Limits()
        self._now = now
        self._sends_disconnect = sends_disconnect
        self._websocket_apis: dict[str, WebSocketDataPlane] = {}
        self._management: dict[str, Management] = {}
        self._http_apis: dict[str, HttpDataPlane] = {}
        self._rates = AccountRates(self._limits, now)

    def change_quota(self, setting: str) -> None:
        """Change a rate while the gateway runs, such as `requests=200:100`; raises InvalidQuotaError."""
        self._limits = self._limits.with_quota(setting)
        self._rates.change(self._limits)

    def put_websocket_api(self, api: WebSocketApi) -> None:
        """Add a WebSocket API, or replace its definition."""
        if api.api_id in self._websocket_apis:
            self._websocket_apis[api.api_id].replace(api)
            return
        plane = WebSocketDataPlane(
            api,
            invoke=self._invoke,
            limits=self._limits,
            rates=self._rates,
            now=self._now,
            sends_disconnect=self._sends_disconnect,
        )
        self._websocket_apis[api.api_id] = plane
        self._management[api.api_id] = Management(
            plane.connections, self._limits, self._rates, plane.counters
        )

    def put_http_api(self, api: HttpApi) -> None:
        """Add an HTTP API, or replace its definition."""
        if api.api_id in self._http_apis:
            self._http_apis[api.api_id].replace(api)
        else:
            self._http_apis[api.api_id] = HttpDataPlane(
                api, invoke=self._invoke, limits=self._limits, rates=self._rates, now=self._now
            )

    def remove_apis_except(self, api_ids: Set[str]) -> None:
        """Remove the APIs that are not among these; requests to them are refused from now on."""
        for planes in (self._websocket_apis, self._management, self._http_apis):
            for api_id in planes.keys() - api_ids:
                del planes[api_id]

    def mount(self, app: web.Application) -> None:
        """Add the gateway's paths to an application."""
        app.router.add_route("*", PATH_PREFIX + "{tail:.*}", self.handle)

    def owns(self, raw_path: str) -> bool:
        """True if the gateway serves a raw path."""
        return raw_path.startswith(PATH_PREFIX)

    def is_open_to_pages(self, path: str) -> bool:
        """True but for the `@connections` commands, which functions send."""
        return _CONNECTIONS not in unquote(path)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request to a path of the gateway."""
        path = request.raw_path.partition("?")[0]
        api_id, slash, rest = path[len(PATH_PREFIX) :].partition("/")
        plane = self._websocket_apis.get(api_id)
        if plane is None:
            return await self._http(request, api_id, slash + rest)
        decoded = rest.replace("%3D", "=")
        if "%" in decoded:
            decoded = unquote(decoded)
        stage, _, connection_id = decoded.partition(_CONNECTIONS)
        if stage.rstrip("/") != plane.api.stage:
            return _forbidden()
        if connection_id:
            return await self._management[api_id].handle(request, connection_id)
        return await plane.handle(request)

    def state(self) -> dict[str, Any]:
        """Return the APIs with their counters, which have the names of API Gateway's metrics."""
        websocket = {
            api_id: {
                "stage": plane.api.stage,
                "routes": [route.route_key for route in plane.api.routes],
                "connections": len(plane.connections),
                "counters": dict(plane.counters),
            }
            for api_id, plane in self._websocket_apis.items()
        }
        http = {
            api_id: {
                "stage": plane.api.stage,
                "routes": [route.route_key for route in plane.api.routes],
                "counters": dict(plane.counters),
            }
            for api_id, plane in self._http_apis.items()
        }
        return {"websocket": websocket, "http": http}

    async def close(self) -> None:
        """Close every connection with 1001, and wait for the `$disconnect` integrations."""
        for plane in self._websocket_apis.values():
            await plane.close()

    async def _http(self, request: web.BaseRequest, api_id: str, path: str) -> web.StreamResponse:
        api = self._http_apis.get(api_id)
        return _forbidden() if api is None else await api.handle(request, path or "/")


def _forbidden() -> web.Response:
    headers = {"x-amzn-ErrorType": "ForbiddenException"}
    return web.json_response({"message": "Forbidden"}, status=403, headers=headers)
