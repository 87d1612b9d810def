"""Simulated viewers in a process of their own, controlled from the replay's event loop.

::

    async with ViewersProcess(delivery=..., specs=..., issuer=..., audience=...) as viewers:
        await viewers.wait_until_connected(patience_seconds=60)
        shown = await viewers.wait_until_shown("m1", version=7, timeout_seconds=5)
    viewers.log.latency_summary()

`click_model` must be a module-level function or an object that can be pickled.
"""

import asyncio
import multiprocessing
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from local.interruption import withheld_from_children
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.simulated_viewers import SimulatedViewers
from local.play.replay.token_minter import TokenMinter
from local.play.replay.transport import Delivery
from local.play.replay.viewer_spec import ClickModel, ViewerSpec

_JOIN_SECONDS = 10
_CLOSE = "close"


class ViewersProcess:
    """Runs SimulatedViewers in another process, with the same methods."""

    def __init__(
        self,
        *,
        delivery: Delivery,
        specs: list[ViewerSpec],
        issuer: str,
        audience: str,
        click_model: ClickModel | None = None,
        **options: Any,
    ) -> None:
        self.log = DeliveryLog()
        context = multiprocessing.get_context("spawn")
        self._pipe, child_pipe = context.Pipe()
        viewers = {"delivery": delivery, "specs": specs, "click_model": click_model, **options}
        pool = {"issuer": issuer, "audience": audience}
        self._process = context.Process(target=_run, args=(child_pipe, viewers, pool), daemon=True)

    async def __aenter__(self) -> "ViewersProcess":
        resource_tracker.ensure_running()  # else the start would start it, which lets the signals through
        try:
            with withheld_from_children():
                self._process.start()
        except BaseException:
            # A signal that came meanwhile is raised here, and nobody would end a process that withholds it.
            self._kill()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.log = await self._call(_CLOSE)
                await asyncio.to_thread(self._process.join, _JOIN_SECONDS)
        finally:
            self._kill()

    def _kill(self) -> None:
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()

    async def wait_until_connected(self, patience_seconds: float) -> None:
        """Wait until every viewer is connected; raises TimeoutError as SimulatedViewers does."""
        await self._call("wait_until_connected", patience_seconds=patience_seconds)

    async def wait_until_shown(self, match_id: str, *, version: int, timeout_seconds: float) -> int:
        """Wait until every viewer who stays shows this version or a newer one; return how many do."""
        arguments = {"match_id": match_id, "version": version, "timeout_seconds": timeout_seconds}
        return int(await self._call("wait_until_shown", **arguments))

    async def wait_until_answered(self, timeout_seconds: float) -> bool:
        """Wait until the server has answered every report of interactions; False if it takes longer."""
        return bool(await self._call("wait_until_answered", timeout_seconds=timeout_seconds))

    async def _call(self, method: str, **arguments: Any) -> Any:
        self._pipe.send((method, arguments))
        answer = await asyncio.to_thread(self._pipe.recv)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _run(pipe: Connection, viewers: dict[str, Any], pool: dict[str, str]) -> None:
    minter = TokenMinter(issuer=pool["issuer"], audience=pool["audience"])
    asyncio.run(_serve(pipe, SimulatedViewers(minter=minter, **viewers)))


async def _serve(pipe: Connection, viewers: SimulatedViewers) -> None:
    async with viewers:
        while True:
            try:
                method, arguments = await asyncio.to_thread(pipe.recv)
            except EOFError:  # the replay was killed
                return
            if method == _CLOSE:
                break
            try:
                pipe.send(await getattr(viewers, method)(**arguments))
            except TimeoutError as error:
                pipe.send(error)
    pipe.send(viewers.log)
