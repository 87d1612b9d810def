"""The edge: one port that routes requests to data planes, the control endpoints, our services and moto."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.twin.edge.browser_guard import foreign_host, refusal
from local.twin.edge.control import CONTROL_PREFIX, ControlEndpoints
from local.twin.edge.errors import port_error
from local.twin.edge.faults import EdgeFaults
from local.twin.edge.played import PLAYED, is_unsigned_call, not_played, not_signed
from local.twin.edge.routing import in_region, is_of_backend_control, service_of
from local.twin.edge.services import FORWARD, Service, ServiceAnswer, ServiceRequest, json_error
from local.twin.permissions.caller import Caller
from local.twin.permissions.errors import UnmappedOperationError
from local.twin.permissions.gate import PermissionGate
from local.twin.services.registry import ServiceRegistry
from local.twin.spans import RecordSpan, environment_of, epoch_ms

_BACKLOG = 2048
_MAX_BODY = 1024**3
_NOT_FORWARDED = frozenset({"connection", "keep-alive", "transfer-encoding", "expect", "upgrade"})
_NOT_RETURNED = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
_NO_AUTO_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class DataPlane(Protocol):
    """What serves the clients of a product by paths of its own."""

    @property
    def service(self) -> str:
        """The name that its signed requests are signed with."""
        ...

    def owns(self, raw_path: str) -> bool:
        """True if a path is one of its own."""
        ...

    def is_open_to_pages(self, path: str) -> bool:
        """True if pages of any origin may ask for a path of its own, as on AWS."""
        ...

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request."""
        ...


ObserveLatency = Callable[[str, str, float], None]
"""Called with the service, the operation and the milliseconds of each request to an AWS service."""


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Listen on a port, or on a free one if it is 0; raises PortInUseError or PortRefusedError."""
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        raise port_error(port, error) from error


class EdgeServer:
    """Serves every client of the twin."""

    def __init__(
        self,
        *,
        services: ServiceRegistry,
        data_planes: Sequence[DataPlane],
        permissions: PermissionGate,
        control: ControlEndpoints,
        session: aiohttp.ClientSession,
        backend_url: str,
        region: str,
        observe: ObserveLatency,
        record_span: RecordSpan,
        faults: EdgeFaults,
    ) -> None:
        self._services = services
        self._data_planes = data_planes
        self._permissions = permissions
        self._control = control
        self._session = session
        self._backend_url = backend_url
        self._region = region
        self._observe = observe
        self._record_span = record_span
        self._faults = faults
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
        refused = self._refusal(request)
        if refused is not None:
            return web.json_response({"message": refused}, status=403)
        request._client_max_size = _MAX_BODY  # the low-level server offers no other way to set it
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            # Else boto3 waits for a second before it sends an object.
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return await (self._interfere(request) if self._faults.exist else self._answer(request))

    async def _interfere(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request while there are faults."""
        plane, text = self._data_plane(request.raw_path), request.raw_path
        if plane is None:
            service = service_of(request.headers, request.rel_url.raw_query_string) or "s3"
        else:
            service = plane.service
        if service != "execute-api" and request.method != "GET":
            text += (await request.read()).decode(errors="replace")
        found = self._faults.interference(service, _operation(request), text)
        if found.is_repeated:
            await self._answer(request)
        response = await self._answer(request) if found.refusal is None else _response(found.refusal)
        self._faults.apply_kills(found)
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        query_string = request.rel_url.raw_query_string
        signed_for = service_of(request.headers, query_string)
        name = signed_for or "s3"
        caller = self._permissions.caller_of(request.headers, query_string)
        denied = None if caller is None else await self._denied(caller, name, request)
        if denied is not None:
            return denied
        plane = self._data_plane(path)
        if plane is not None:
            return await plane.handle(request)
        if is_of_backend_control(path):
            return web.json_response({"message": f"unknown path {path[:100]!r}"}, status=404)
        if path.startswith(CONTROL_PREFIX):
            return await self._control.handle(request)
        content_type = request.headers.get("Content-Type", "")
        if signed_for is None and is_unsigned_call(request.method, path, content_type):
            return _response(not_signed(content_type))
        if name not in PLAYED:
            return _response(not_played(name, content_type))
        started, started_ms = time.perf_counter(), epoch_ms()
        service = await self._services.find(name)
        if service is None:
            response = await self._forward(name, request)
        else:
            response = await self._serve(service, name, request)
        if caller is not None and name == "s3" and response.status == 404:
            response = await self._missing(caller, request) or response
        operation = _operation(request)
        self._observe(name, operation, (time.perf_counter() - started) * 1000)
        environment = environment_of(request.headers.get("User-Agent", ""))
        if environment is not None:
            self._record_span(
                kind="call",
                name=f"{name}:{operation}",
                environment=environment,
                started=started_ms,
                ended=epoch_ms(),
            )
        return response

    def _refusal(self, request: web.BaseRequest) -> str | None:
        """Return why a page's request is refused; None if it is served."""
        path = request.raw_path.partition("?")[0]
        plane = self._data_plane(path)
        is_open = plane is not None and plane.is_open_to_pages(path)
        return foreign_host(request.headers) if is_open else refusal(request.headers)

    def _data_plane(self, path: str) -> DataPlane | None:
        return next((plane for plane in self._data_planes if plane.owns(path)), None)

    async def _serve(self, service: Service, name: str, request: web.BaseRequest) -> web.StreamResponse:
        answer = await service(_service_request(name, request, await request.read()))
        return await self._forward(name, request) if answer is FORWARD else _response(answer)

    async def _denied(self, caller: Caller, name: str, request: web.BaseRequest) -> web.StreamResponse | None:
        """Return the answer to a request that the caller's policies do not allow, or None."""
        body = await request.read() if self._permissions.reads_body(name) else b""
        asked = _service_request(name, request, body)
        try:
            refusal = self._permissions.check(caller, asked)
        except UnmappedOperationError as error:
            return _response(json_error("UnsupportedOperation", str(error)))
        return None if refusal is None else _response(refusal.answer(asked))

    async def _missing(self, caller: Caller, request: web.BaseRequest) -> web.StreamResponse | None:
        """Hide from a caller who may not list a bucket that an object is missing, as S3 does."""
        asked = _service_request("s3", request, b"")
        refusal = self._permissions.check_missing_object(caller, asked)
        return None if refusal is None else _response(refusal.answer(asked))

    async def _forward(self, service: str, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        headers = CIMultiDict(
            (name, value) for name, value in request.headers.items() if name.lower() not in _NOT_FORWARDED
        )
        signature = headers.get("Authorization")
        # Buckets belong to no region, but a new one must be in the region that its creator is in.
        if signature is not None and service != "s3":
            headers["Authorization"] = in_region(signature, self._region)
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


def _operation(request: web.BaseRequest) -> str:
    """Return the operation of a JSON service, or the HTTP method."""
    return request.headers.get("X-Amz-Target", request.method).rpartition(".")[2]


def _service_request(name: str, request: web.BaseRequest, body: bytes) -> ServiceRequest:
    return ServiceRequest(
        service=name,
        method=request.method,
        path=request.raw_path.partition("?")[0],
        query_string=request.rel_url.raw_query_string,
        headers=request.headers,
        body=body,
    )


def _response(answer: ServiceAnswer) -> web.Response:
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
