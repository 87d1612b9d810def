"""Simulated viewers on real connections, thousands in one process.

How to use them::

    minter = TokenMinter(issuer=pool_issuer, audience=client_id)
    specs = [ViewerSpec(traits=traits, match_id="m1"), ...]
    async with SimulatedViewers(delivery=outputs.delivery, specs=specs, minter=minter) as viewers:
        await viewers.wait_until_connected(patience_seconds=60)
        ...                                                     # play the match
        await viewers.wait_until_shown("m1", version=7, timeout_seconds=5)
    report["deliveries"] |= viewers.log.deliveries_summary()    # `sent`, `gone`, `failed` are the server's
    report["latency_ms"] = viewers.log.latency_summary()

Viewers should not share an event loop with the server that they connect to: run them in a process of their
own, as `viewers_process.py` does. Several logs merge with `DeliveryLog.merge`. Receiving and decoding a
message of 2.5 KB took 37 microseconds of CPU with aiohttp's client and 61 with that of `websockets` (300
sockets).
"""

import asyncio
from random import Random

import aiohttp

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.token_minter import TokenMinter
from local.play.replay.transport import Delivery, Joining
from local.play.replay.viewer import Viewer
from local.play.replay.viewer_spec import Behaviour, ClickModel, ViewerSpec

_POLL_SECONDS = 0.02
INTERACTING_VIEWERS = 100
"""How many viewers send interactions: on one machine these cost more than all deliveries."""


class SimulatedViewers:
    """Many viewers, each on a connection of its own."""

    def __init__(
        self,
        *,
        delivery: Delivery,
        specs: list[ViewerSpec],
        minter: TokenMinter,
        click_model: ClickModel | None = None,
        concurrent_connects: int = 32,
        jitter_seconds: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.log = DeliveryLog()
        self._delivery = delivery
        self._specs = specs
        self._minter = minter
        self._click_model = click_model
        self._concurrent_connects = concurrent_connects
        self._jitter_seconds = jitter_seconds
        self._seed = seed
        self._viewers: list[Viewer] = []
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "SimulatedViewers":
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        connecting = asyncio.Semaphore(self._concurrent_connects)
        rng = Random(self._seed)
        stride = -(-len(self._specs) // INTERACTING_VIEWERS)
        self.log.viewers = len(self._specs)
        for number, spec in enumerate(self._specs):
            viewer_rng = Random(rng.random())
            joining = Joining(
                match_id=spec.match_id,
                token=self._minter.id_token(spec.traits),
                http=self._http,
                rng=viewer_rng,
                count_error=self._count_error,
            )
            viewer = Viewer(
                number=number,
                spec=spec,
                transport=self._delivery.transport(joining),
                connecting=connecting,
                log=self.log,
                click_model=None if number % stride else self._click_model,
                rng=viewer_rng,
            )
            self._viewers.append(viewer)
            delay_seconds = rng.uniform(0, self._jitter_seconds)
            self._running.append(asyncio.create_task(viewer.run(delay_seconds)))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(viewer.leave() for viewer in self._viewers))
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._http.close()

    async def wait_until_connected(self, patience_seconds: float) -> None:
        """Wait until every viewer is connected and, unless UNSUBSCRIBED, subscribed.

        Raises TimeoutError if no further viewer connects for `patience_seconds`.
        """
        loop = asyncio.get_running_loop()
        connected, since = -1, loop.time()
        while connected < len(self._viewers):
            connected_now = sum(viewer.connected.is_set() for viewer in self._viewers)
            if connected_now > connected:
                connected, since = connected_now, loop.time()
            elif loop.time() - since > patience_seconds:
                raise TimeoutError(
                    f"expected {len(self._viewers)} viewers to connect, got {connected}, and no more for "
                    f"{patience_seconds:g} s; errors: {dict(self.log.errors)}"
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def wait_until_shown(self, match_id: str, *, version: int, timeout_seconds: float) -> int:
        """Wait until every viewer who stays shows this version or a newer one; return how many do."""
        staying = [viewer for viewer in self._viewers if _stays(viewer.spec, match_id)]
        waiting = staying
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        while True:
            waiting = [viewer for viewer in waiting if not viewer.screen.shows(match_id, version)]
            if not waiting or loop.time() >= deadline:
                return len(staying) - len(waiting)
            await asyncio.sleep(_POLL_SECONDS)

    async def wait_until_answered(self, timeout_seconds: float) -> bool:
        """Wait until the server has answered every report of interactions; False if it takes longer."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while any(viewer.unanswered for viewer in self._viewers):
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            return False
        return True

    def _count_error(self, name: str) -> None:
        self.log.errors[name] += 1


def _stays(spec: ViewerSpec, match_id: str) -> bool:
    return spec.match_id == match_id and spec.behaviour not in (Behaviour.UNSUBSCRIBED, Behaviour.VANISHING)
