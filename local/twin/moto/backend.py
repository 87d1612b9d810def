"""moto as a child process of the twin."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Self

from local.twin.edge.errors import BackendFailedError
from paths import ROOT

_START_SECONDS = 150.0
_LINE_LIMIT = 16 * 1024 * 1024


class MotoBackend:
    """A running moto process, its port, and the notices that it sends."""

    def __init__(
        self,
        *,
        port: int,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.port = port
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, *, edge_port: int, log_path: Path) -> Self:
        """Return when moto listens; raises BackendFailedError after 150 seconds, or when its process ends."""
        ours, theirs = socket.socketpair()
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("ab") as log, theirs:
            process = await _spawn(theirs.fileno(), edge_port, log)
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LINE_LIMIT)
        try:
            port = await _ready_port(reader, log_path)
        except BaseException:  # also a cancelled start must leave no process behind
            writer.close()
            await _kill(process)
            raise
        return cls(port=port, process=process, reader=reader, writer=writer)

    @property
    def url(self) -> str:
        """moto's own address, which the edge forwards to."""
        return f"http://127.0.0.1:{self.port}"

    async def notices(self) -> AsyncIterator[dict[str, Any]]:
        """Yield each notice of moto's process until it ends."""
        while line := await self._reader.readline():
            yield json.loads(line)

    async def stop(self) -> None:
        """Kill the process and wait for its end."""
        await _kill(self._process)
        self._writer.close()


async def _spawn(descriptor: int, edge_port: int, log: IO[bytes]) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "local.twin.moto.process", str(descriptor), str(edge_port)]
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
        process_group=0,  # Ctrl-C and `timeout` signal the twin's group: moto must not end before the twin
    )


async def _ready_port(reader: asyncio.StreamReader, log_path: Path) -> int:
    """Wait for the notice `ready`, which is the first."""
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = await reader.readline()
    except TimeoutError as error:
        raise BackendFailedError(
            f"moto to start within {_START_SECONDS:.0f} s", "no answer", log_path
        ) from error
    if not line:
        raise BackendFailedError("moto to start", "the end of its process", log_path)
    port: int = json.loads(line)["port"]
    return port


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
