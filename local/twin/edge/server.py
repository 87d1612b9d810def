"""The edge: one port that routes requests to the gateway, the control endpoints, our services and moto."""

import errno
import socket
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.twin.edge.control import CONTROL_PREFIX, ControlEndpoints
from local.twin.edge.errors import PortInUseError
from local.twin.edge.routing import service_of
from local.twin.edge.services import FORWARD, Service, ServiceRequest
from local.twin.services.apigateway import Gateway
from local.twin.services.registry import ServiceRegistry

_BACKLOG = 2048
_MAX_BODY = 1024**3
_NOT_FORWARDED = frozenset({"connection", "keep-alive", "transfer-encoding", "expect", "upgrade"})
_NOT_RETURNED = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
_NO_AUTO_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")

ObserveLatency = Callable[[str, str, float], None]
"""Called with the service, the operation and the milliseconds of each request to an AWS service."""


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Listen on a port, or on a free one if it is 0; raises PortInUseError."""
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(port) from error
        raise


class EdgeServer:
    """Serves every client of the twin."""

    def __init__(
        self,
        *,
        services: ServiceRegistry,
        gateway: Gateway,
        control: ControlEndpoints,
        session: aiohttp.ClientSession,
        backend_url: str,
        observe: ObserveLatency,
    ) -> None:
        self._services = services
        self._gateway = gateway
        self._control = control
        self._session = session
        self._backend_url = backend_url
        self._observe = observe
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1)

    async def start(self, listening: socket.socket) -> None:
        """Serve the connections of a listening socket."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening, backlog=_BACKLOG).start()

    async def stop(self) -> None:
        """Close the connections and the socket."""
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        request._client_max_size = _MAX_BODY  # the low-level server offers no other way to set it
        path = request.raw_path.partition("?")[0]
        if self._gateway.owns(path):
            return await self._gateway.handle(request)
        if path.startswith(CONTROL_PREFIX):
            return await self._control.handle(request)
        query_string = request.rel_url.raw_query_string
        name = service_of(request.headers, query_string) or "s3"
        started = time.perf_counter()
        service = await self._services.find(name)
        if service is None:
            response = await self._forward(request)
        else:
            response = await self._serve(service, name, request, path, query_string)
        operation = request.headers.get("X-Amz-Target", request.method).rpartition(".")[2]
        self._observe(name, operation, (time.perf_counter() - started) * 1000)
        return response

    async def _serve(
        self, service: Service, name: str, request: web.BaseRequest, path: str, query_string: str
    ) -> web.StreamResponse:
        answer = await service(
            ServiceRequest(
                service=name,
                method=request.method,
                path=path,
                query_string=query_string,
                headers=request.headers,
                body=await request.read(),
            )
        )
        if answer is FORWARD:
            return await self._forward(request)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    async def _forward(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        headers = CIMultiDict(
            (name, value) for name, value in request.headers.items() if name.lower() not in _NOT_FORWARDED
        )
        url = URL(self._backend_url + request.raw_path, encoded=True)
        try:
            async with self._session.request(
                request.method,
                url,
                headers=headers,
                data=body or None,
                skip_auto_headers=_NO_AUTO_HEADERS,
                allow_redirects=False,
            ) as response:
                content = await response.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            return web.Response(status=502, text=f"moto did not answer: {error}")
        returned: CIMultiDict[Any] = CIMultiDict(
            (name, value) for name, value in response.headers.items() if name.lower() not in _NOT_RETURNED
        )
        if request.method != "HEAD":
            returned.popall("Content-Length", None)
        return web.Response(status=response.status, headers=returned, body=content)
