"""An execution environment: a process that runs AWS's runtime client with a function's handler."""

import asyncio
import contextlib
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.validation import format_instant
from local.twin.endpoints import Endpoint
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.runtime_api import Invocation, RuntimeApi, error_payload
from local.twin.services.lambda_.variables import Initialization, environment_variables
from local.twin.spans import environment_name, epoch_ms

_INIT_SECONDS = 60.0
_LINE_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of an invocation; `function_error` is None if the handler returned.

    `started_ms` is in epoch milliseconds, `environment` the name of the execution environment.
    """

    payload: bytes
    function_error: str | None = None
    request_id: str = ""
    started_ms: float = 0.0
    duration_ms: float = 0.0
    environment: str = ""


class ExecutionEnvironment:
    """A process that serves one invocation at a time until it is stopped, times out or crashes."""

    def __init__(
        self,
        function: FunctionConfiguration,
        *,
        endpoint: Endpoint,
        task_root: Path,
        on_line: Callable[[str], None],
        initialization: Initialization = "on-demand",
    ) -> None:
        self._function = function
        self._endpoint = endpoint
        self._task_root = task_root
        self._on_line = on_line
        self._initialization = initialization
        self._api = RuntimeApi()
        self._stopping = False
        self._name = ""
        self._process: asyncio.subprocess.Process | None = None
        self._ended: asyncio.Task[int] | None = None
        self._logs: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """True while the process can take invocations."""
        return self._process is not None and self._process.returncode is None and not self._stopping

    async def start(self) -> None:
        """Start the process, and wait until it asks for an invocation or ends."""
        await self._api.start()
        self._name = environment_name(self._api.address)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "awslambdaric",
            self._function.handler,
            cwd=self._task_root,
            env=environment_variables(
                self._function,
                endpoint=self._endpoint,
                runtime_api=self._api.address,
                name=self._name,
                task_root=self._task_root,
                initialization=self._initialization,
            ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LINE_LIMIT,
            start_new_session=True,
        )
        self._ended = asyncio.create_task(self._process.wait())
        self._logs = asyncio.create_task(self._read_logs(self._process))
        waiting = asyncio.create_task(self._api.waiting.wait())
        await asyncio.wait({waiting, self._ended}, timeout=_INIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()

    async def invoke(self, payload: bytes) -> Outcome:
        """Run the handler once; a failure of any kind is an outcome, not an exception."""
        assert self._ended is not None
        timeout = self._function.timeout_seconds
        invocation = Invocation(
            payload=payload,
            deadline_ms=int((time.time() + timeout) * 1000),
            function_arn=self._function.arn,
        )
        started, started_ms = time.perf_counter(), epoch_ms()
        answer = self._api.submit(invocation)
        awaited: set[asyncio.Future[Any]] = {answer, self._ended}
        await asyncio.wait(awaited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        duration_ms = (time.perf_counter() - started) * 1000
        if answer.done() and not answer.cancelled():
            result = answer.result()
            return Outcome(
                payload=result.payload,
                function_error="Unhandled" if result.failed else None,
                request_id=invocation.request_id,
                started_ms=started_ms,
                duration_ms=duration_ms,
                environment=self._name,
            )
        failure = self._crash(invocation) if self._ended.done() else self._timeout(invocation)
        await self.stop()
        return Outcome(
            payload=failure,
            function_error="Unhandled",
            request_id=invocation.request_id,
            started_ms=started_ms,
            duration_ms=duration_ms,
            environment=self._name,
        )

    async def stop(self) -> None:
        """Kill the process and every process that it started."""
        self._stopping = True
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._api.stop()
        if self._ended is not None:
            await self._ended
        if self._logs is not None:
            await self._logs

    def kill(self) -> None:
        """Kill the process, as a fault would."""
        if self._process is not None and self._process.returncode is None:
            self._stopping = True
            self._process.kill()

    def _timeout(self, invocation: Invocation) -> bytes:
        now = format_instant(datetime.now(UTC))
        message = (
            f"{now} {invocation.request_id} Task timed out after {self._function.timeout_seconds:.2f} seconds"
        )
        self._on_line(message)
        return json.dumps({"errorMessage": message}).encode()

    def _crash(self, invocation: Invocation) -> bytes:
        if self._api.init_error is not None:
            return self._api.init_error
        assert self._process is not None
        code = self._process.returncode or 0
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        message = f"RequestId: {invocation.request_id} Error: Runtime exited with error: {how}"
        self._on_line(message)
        return error_payload("Runtime.ExitError", message)

    async def _read_logs(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                self._on_line(f"dropped a log line longer than {_LINE_LIMIT} bytes")
                continue
            if not line:
                return
            self._on_line(line.decode(errors="replace").rstrip("\n"))

    def __repr__(self) -> str:
        process = self._process.pid if self._process is not None else None
        return f"<ExecutionEnvironment {shlex.quote(self._function.name)} pid={process}>"
