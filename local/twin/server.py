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


class TwinServer:
    """A running twin."""

    def __init__(self, parts: TwinParts, closers: Closers) -> None:
        self.endpoint = parts.endpoint
        self.metrics = parts.metrics
        self.functions = parts.functions
        self.services = parts.services
        self.gateway = parts.gateway
        self.deployer = parts.deployer
        self._closers = closers

    @classmethod
    async def start(
        cls, assembly: Assembly, *, port: int = 0, engine: str = "embedded", directory: Path | None = None
    ) -> Self:
        """Start everything and deploy the assembly's stacks.

        Raises EdgeError or ProvisionError after closing what had been started. `directory` is for logs; the
        default is a temporary one.
        """
        closers = Closers()
        try:
            parts = await _start_parts(assembly, port, engine, directory, closers)
            await parts.deployer.deploy(assembly.stacks)
        except BaseException:
            await closers.close()
            raise
        return cls(parts, closers)

    async def stop(self) -> None:
        """Close everything that was started, in reverse order."""
        await self._closers.close()


async def _start_parts(
    assembly: Assembly, port: int, engine: str, directory: Path | None, closers: Closers
) -> TwinParts:
    if directory is None:
        scratch = ScratchFolder()
        closers.add(scratch.remove)
        directory = scratch.path
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
    settings = TwinSettings(assembly=assembly, engine=engine, directory=directory, endpoint=endpoint)
    parts = compose(settings, session=session, backend_url=backend.url)
    await parts.edge.start(listening)
    closers.add(parts.edge.stop)
    loops = BackgroundTasks()
    loops.start(parts.notices.run(backend.notices()))
    loops.start(parts.schedules.run())
    closers.add(
        parts.functions.close,
        parts.targets.async_invocations.close,
        parts.event_sources.close,
        parts.services.close,
        parts.gateway.close,
        parts.notices.close,
        loops.cancel,
    )
    return parts
