"""The edge's server: gateway paths, the twin's own paths, our services, and moto for the rest."""

import errno
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.twin.edge.control import CONTROL_PREFIX, Control
from local.twin.edge.errors import PortInUseError
from local.twin.edge.routing import service_of
from local.twin.edge.services import FORWARD, Service, ServiceRequest
from local.twin.services.apigateway import Gateway

_MAX_BODY = 1024**3
_NOT_FORWARDED = frozenset({"connection", "keep-alive", "transfer-encoding", "expect", "upgrade"})
_NOT_RETURNED = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
_NO_AUTO_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class EdgeServer:
    """One port for every caller of the twin."""

    def __init__(
        self,
        *,
        services: Mapping[str, Service],
        gateway: Gateway,
        control: Control,
        observe: Callable[[str, str, float], None],
    ) -> None:
        self._observe = observe
        self._services = services
        self._gateway = gateway
        self._control = control
        self._backend_url = ""
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.ServerRunner | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen; raises PortInUseError when somebody else already does."""
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=2048)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(port) from error
            raise
        self.port = self._runner.addresses[0][1]

    def serve_backend(self, session: aiohttp.ClientSession, backend_port: int) -> None:
        """Pass on to moto from now on."""
        self._session = session
        self._backend_url = f"http://127.0.0.1:{backend_port}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        request._client_max_size = _MAX_BODY  # the low-level server offers no other way to set it
        path = request.raw_path.partition("?")[0]
        if self._gateway.owns(path):
            return await self._gateway.handle(request)
        if path.startswith(CONTROL_PREFIX):
            return await self._control.handle(request)
        query_string = request.rel_url.raw_query_string
        service = service_of(request.headers, query_string)
        own = self._services.get(service or "")
        started = time.perf_counter()
        if own is None:
            answer = await self._forward(request)
        else:
            answer = await self._serve(own, service or "", request, path, query_string)
        operation = request.headers.get("X-Amz-Target", request.method).rpartition(".")[2]
        self._observe(service or "s3", operation, (time.perf_counter() - started) * 1000)
        return answer

    async def _serve(
        self, own: Service, service: str, request: web.BaseRequest, path: str, query_string: str
    ) -> web.StreamResponse:
        answer = await own(
            ServiceRequest(
                service=service,
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
        if self._session is None:
            return web.Response(status=503, text="the twin is starting")
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
            return web.Response(status=502, text=f"the backend did not answer: {error}")
        answered: CIMultiDict[Any] = CIMultiDict(
            (name, value) for name, value in response.headers.items() if name.lower() not in _NOT_RETURNED
        )
        if request.method != "HEAD":
            answered.popall("Content-Length", None)
        return web.Response(status=response.status, headers=answered, body=content)
