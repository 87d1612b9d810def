"""A crowd of viewers in a process of its own, steered from the replay's event loop.

::

    async with CrowdProcess(url=..., specs=..., issuer=..., audience=..., taste=taste) as crowd:
        await crowd.ready(patience_seconds=60)
        shown = await crowd.shown("m1", version=7, timeout_seconds=5)
    crowd.log.latency_summary()

`taste` must be a function of a module, so that the other process can find it.
"""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.identities import TokenMinter
from local.play.replay.viewer_spec import Taste, ViewerSpec
from local.play.replay.viewers import ViewerCrowd

_JOIN_SECONDS = 10


class CrowdProcess:
    """The same promises as ViewerCrowd's, kept by another process."""

    def __init__(
        self,
        *,
        url: str,
        specs: list[ViewerSpec],
        issuer: str,
        audience: str,
        taste: Taste | None = None,
        **options: Any,
    ) -> None:
        self.log = DeliveryLog()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        crowd = {"url": url, "specs": specs, "taste": taste, **options}
        pool = {"issuer": issuer, "audience": audience}
        self._process = context.Process(target=_run, args=(theirs, crowd, pool), daemon=True)

    async def __aenter__(self) -> "CrowdProcess":
        self._process.start()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        try:
            self.log = await self._ask("leave")
        finally:
            await asyncio.to_thread(self._process.join, _JOIN_SECONDS)
            if self._process.is_alive():
                self._process.terminate()

    async def ready(self, patience_seconds: float) -> None:
        """Wait until every viewer is connected; raises TimeoutError when nobody more has come for so long."""
        await self._ask("ready", patience_seconds=patience_seconds)

    async def shown(self, match_id: str, *, version: int, timeout_seconds: float) -> int:
        """Wait until all who stay show a version or a newer one; answers how many do, late or not."""
        question = {"match_id": match_id, "version": version, "timeout_seconds": timeout_seconds}
        return int(await self._ask("shown", **question))

    async def answered(self, timeout_seconds: float) -> bool:
        """Wait until all that viewers told has been answered; False if it takes longer."""
        return bool(await self._ask("answered", timeout_seconds=timeout_seconds))

    async def _ask(self, command: str, **arguments: Any) -> Any:
        self._pipe.send((command, arguments))
        answer = await asyncio.to_thread(self._pipe.recv)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _run(pipe: Connection, crowd: dict[str, Any], pool: dict[str, str]) -> None:
    asyncio.run(
        _serve(
            pipe, ViewerCrowd(minter=TokenMinter(issuer=pool["issuer"], audience=pool["audience"]), **crowd)
        )
    )


async def _serve(pipe: Connection, crowd: ViewerCrowd) -> None:
    async with crowd:
        while True:
            command, arguments = await asyncio.to_thread(pipe.recv)
            if command == "leave":
                break
            try:
                pipe.send(await getattr(crowd, command)(**arguments))
            except TimeoutError as error:
                pipe.send(error)
    pipe.send(crowd.log)
