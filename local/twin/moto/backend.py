"""moto as the edge sees it: a child process, its port, and what its bell tells."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from local.twin.edge.errors import BackendFailedError
from paths import ROOT

Listener = Callable[[dict[str, Any]], None]
_START_SECONDS = 60.0
_LINE_LIMIT = 16 * 1024 * 1024


class MotoBackend:
    """Starts moto's process, and hands every notice of its bell to the listener."""

    def __init__(self, *, edge_port: int, log_path: Path, listener: Listener) -> None:
        self.port = 0
        self._edge_port = edge_port
        self._log_path = log_path
        self._listener = listener
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[int] | None = None

    async def start(self) -> None:
        """Return when moto answers on its port; raise BackendFailedError when it never does."""
        self._ready = asyncio.get_running_loop().create_future()
        ours, theirs = socket.socketpair()
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log, theirs:
            self._process = await self._spawn(theirs.fileno(), log)
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=_LINE_LIMIT)
        self._reading = asyncio.create_task(self._listen(reader))
        try:
            async with asyncio.timeout(_START_SECONDS):
                self.port = await self._ready
        except TimeoutError as error:
            raise BackendFailedError(
                f"moto within {_START_SECONDS:.0f} s", "nothing", self._log_path
            ) from error

    async def stop(self) -> None:
        """End the process and wait for it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            await self._reading
        if self._writer is not None:
            self._writer.close()

    async def _spawn(self, descriptor: int, log: IO[bytes]) -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", "local.twin.moto.process", str(descriptor), str(self._edge_port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "AWS_ACCESS_KEY_ID": "moto",
            "AWS_SECRET_ACCESS_KEY": "moto",
            "MOTO_ALLOW_NONEXISTENT_REGION": "true",
        }
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(descriptor,),
            env=environment,
        )

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            notice = json.loads(line)
            if notice["kind"] == "ready":
                self._answer(notice["port"])
            else:
                self._listener(notice)
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(
                BackendFailedError("moto to start", "its process ended", self._log_path)
            )

    def _answer(self, port: int) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(port)
