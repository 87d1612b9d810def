"""The Lambda Runtime API of one execution environment: next, response, error and init error.

Headers and body are sent in one write: with two, the client waits 44 ms for a delayed acknowledgement.
"""

import asyncio
import contextlib
import json
import socket
import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An invocation that waits for the runtime client."""

    payload: bytes
    deadline_ms: int
    function_arn: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeAnswer:
    """The response or error that the runtime client posted for an invocation."""

    payload: bytes
    failed: bool


class RuntimeApi:
    """Serves invocations to one runtime client, one at a time, and receives its answers."""

    def __init__(self) -> None:
        self._invocations: asyncio.Queue[Invocation] = asyncio.Queue()
        self._answers: dict[str, asyncio.Future[RuntimeAnswer]] = {}
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.waiting = asyncio.Event()
        self.init_error: bytes | None = None

    @property
    def address(self) -> str:
        """The value of `AWS_LAMBDA_RUNTIME_API`."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=16 * 1024 * 1024)

    async def stop(self) -> None:
        """Stop listening, cancel the invocations that wait for an answer, and close the connections."""
        for answer in self._answers.values():
            answer.cancel()
        if self._server is not None:
            self._server.close()
        # A connection waits for an invocation, which would never come.
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def submit(self, invocation: Invocation) -> asyncio.Future[RuntimeAnswer]:
        """Queue an invocation, and return a future of the runtime client's answer."""
        answer: asyncio.Future[RuntimeAnswer] = asyncio.get_running_loop().create_future()
        self._answers[invocation.request_id] = answer
        self._invocations.put_nowait(invocation)
        return answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        try:
            while request := await _read_request(reader):
                await self._answer(writer, *request)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(connection)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, writer: asyncio.StreamWriter, method: str, path: str, body: bytes) -> None:
        resource = path.partition("/runtime/")[2]
        if method == "GET" and resource == "invocation/next":
            self.waiting.set()
            invocation = await self._invocations.get()
            _write(writer, 200, invocation.payload, _next_headers(invocation))
        elif resource == "init/error":
            self.init_error = body
            _write(writer, 202, b'{"status":"OK"}')
        else:
            request_id, _, kind = resource.removeprefix("invocation/").partition("/")
            self._settle(request_id, RuntimeAnswer(payload=body, failed=kind == "error"))
            _write(writer, 202, b'{"status":"OK"}')
        await writer.drain()

    def _settle(self, request_id: str, answer: RuntimeAnswer) -> None:
        future = self._answers.pop(request_id, None)
        if future is not None and not future.done():
            future.set_result(answer)


def _next_headers(invocation: Invocation) -> dict[str, Any]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": invocation.deadline_ms,
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Content-Type": "application/json",
    }


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes] | None:
    head = await _head(reader)
    if head is None:
        return None
    request_line, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = request_line.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return method, path, await _chunks(reader)
    length = int(headers.get("content-length") or 0)
    return method, path, await reader.readexactly(length) if length else b""


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    try:
        return (await reader.readuntil(b"\r\n\r\n"))[:-4]
    except asyncio.IncompleteReadError:
        return None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


def _write(
    writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, Any] | None = None
) -> None:
    lines = [f"HTTP/1.1 {status} OK", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def error_payload(error_type: str, message: str) -> bytes:
    """Return the payload of an invocation that failed outside the handler."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
