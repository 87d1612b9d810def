"""A twin that runs in an event loop: moto's process, the edge, and the stacks deployed to them."""

import asyncio
from pathlib import Path
from typing import Self

import aiohttp

from local.twin.background_tasks import BackgroundTasks
from local.twin.closers import Closers
from local.twin.composition import TwinParts, TwinSettings, compose
from local.twin.edge.server import listen
from local.twin.endpoints import Endpoint
from local.twin.moto.backend import MotoBackend
from local.twin.provision.assembly import Assembly
from local.twin.scratch_folder import ScratchFolder
from local.twin.services.registry import load_service
from local.twin.spans import RecordSpan, SpanFile, ignore_span


class TwinServer:
    """A running twin."""

    def __init__(self, parts: TwinParts, closers: Closers) -> None:
        self.endpoint = parts.endpoint
        self.metrics = parts.metrics
        self.functions = parts.functions
        self.services = parts.services
        self.gateway = parts.gateway
        self.quotas = parts.quotas
        self.policies = parts.policies
        self.deployer = parts.deployer
        self.faults = parts.faults
        self._closers = closers

    @classmethod
    async def start(
        cls,
        assembly: Assembly,
        *,
        port: int = 0,
        engine: str = "embedded",
        directory: Path | None = None,
        spans: Path | None = None,
    ) -> Self:
        """Start everything and deploy the assembly's stacks.

        Raises EdgeError or ProvisionError after closing what had been started. `directory` is for logs; the
        default is a temporary one. `spans` is a file for the spans of the functions.
        """
        closers = Closers()
        try:
            loops = BackgroundTasks()
            parts = await _start_parts(assembly, port, engine, directory, spans, closers, loops)
            await parts.deployer.create()
            # Not before: a schedule may be due while the function that it invokes is half deployed.
            loops.start(parts.schedules.run())
        except BaseException:  # also a cancelled start must close what it has started
            await closers.close()
            raise
        return cls(parts, closers)

    async def stop(self) -> None:
        """Close everything that was started, in reverse order."""
        await self._closers.close()


async def give_up(starting: asyncio.Task[TwinServer]) -> None:
    """Cancel a start and wait for its end; a server that has started all the same is stopped.

    Do this before other tasks of the loop are cancelled: closing a server waits for tasks of its own.
    """
    starting.cancel()
    await asyncio.wait({starting})
    if not starting.cancelled() and starting.exception() is None:
        await starting.result().stop()


async def _start_parts(
    assembly: Assembly,
    port: int,
    engine: str,
    directory: Path | None,
    spans: Path | None,
    closers: Closers,
    loops: BackgroundTasks,
) -> TwinParts:
    if directory is None:
        scratch = ScratchFolder()
        closers.add(scratch.remove)
        directory = scratch.path
    record_span: RecordSpan = ignore_span
    if spans is not None:
        span_file = SpanFile(spans)
        closers.add(span_file.close)
        record_span = span_file.record
    listening = listen(port)
    closers.add(listening.close)
    endpoint = Endpoint(port=listening.getsockname()[1], region=assembly.region)
    # Personalize's libraries take as long to load as moto does to start; in parallel they take half the time.
    loading = asyncio.create_task(asyncio.to_thread(load_service, "personalize"))
    backend = await MotoBackend.start(edge_port=endpoint.port, log_path=directory / "moto.log")
    closers.add(backend.stop)
    await loading
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    )
    closers.add(session.close)
    settings = TwinSettings(
        assembly=assembly, engine=engine, directory=directory, endpoint=endpoint, record_span=record_span
    )
    parts = compose(settings, session=session, backend_url=backend.url)
    await parts.edge.start(listening)
    closers.add(parts.edge.stop)
    loops.start(parts.notices.run(backend.notices()))
    closers.add(
        parts.functions.close,
        parts.targets.async_invocations.close,
        parts.event_sources.close,
        parts.services.close,
        parts.event_apis.close,
        parts.gateway.close,
        parts.notices.close,
        loops.cancel,
    )
    return parts
