"""A crowd of simulated viewers, light enough for thousands in one process.

How to use it::

    minter = TokenMinter(issuer=pool_issuer, audience=client_id)
    specs = [ViewerSpec(traits=traits, match_id="m1"), ...]
    async with ViewerCrowd(url=websocket_url, specs=specs, minter=minter, taste=taste) as crowd:
        await crowd.ready(patience_seconds=60)                # everybody is connected and subscribed
        ...                                                   # play the match
        await crowd.shown("m1", version=7, timeout_seconds=5) # how many show version 7 or newer
    report["deliveries"] |= crowd.log.deliveries_summary()    # the dispatcher tells `sent`, `gone`, `failed`
    report["latency_ms"] = crowd.log.latency_summary()

The crowd and the edge should not share an event loop: run the crowd in a process of its own, as
`crowd_process.py` does; several logs merge with `DeliveryLog.merge`. To receive and decode a message of
2.5 KB took 37 microseconds of CPU with aiohttp's client and 61 with that of `websockets` (300 sockets).
"""

import asyncio
from random import Random
from types import TracebackType

import aiohttp

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.identities import TokenMinter
from local.play.replay.viewer import Viewer
from local.play.replay.viewer_spec import Behaviour, Taste, ViewerSpec

_LOOK_SECONDS = 0.02
REPORTERS = 100
"""How many of a crowd tell what they saw: their reports cost this one machine more than all deliveries do."""


class ViewerCrowd:
    """Many viewers, each on a socket of their own."""

    def __init__(
        self,
        *,
        url: str,
        specs: list[ViewerSpec],
        minter: TokenMinter,
        taste: Taste | None = None,
        concurrent_connects: int = 32,
        jitter_seconds: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.log = DeliveryLog()
        self._url = url
        self._specs = specs
        self._minter = minter
        self._taste = taste
        self._concurrent_connects = concurrent_connects
        self._jitter_seconds = jitter_seconds
        self._seed = seed
        self._viewers: list[Viewer] = []
        self._watching: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "ViewerCrowd":
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        door = asyncio.Semaphore(self._concurrent_connects)
        chance = Random(self._seed)
        stride = -(-len(self._specs) // REPORTERS)
        self.log.viewers = len(self._specs)
        for number, spec in enumerate(self._specs):
            viewer = Viewer(
                number=number,
                spec=spec,
                url=self._url,
                token=self._minter.id_token(spec.traits),
                http=self._http,
                door=door,
                log=self.log,
                taste=None if number % stride else self._taste,
                chance=Random(chance.random()),
            )
            self._viewers.append(viewer)
            delay_seconds = chance.uniform(0, self._jitter_seconds)
            self._watching.append(asyncio.create_task(viewer.watch(delay_seconds)))
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(viewer.leave() for viewer in self._viewers))
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self._http.close()

    async def ready(self, patience_seconds: float) -> None:
        """Wait until every viewer is connected, and subscribed where they do.

        Raises TimeoutError when nobody more has come for so long.
        """
        loop = asyncio.get_running_loop()
        here, since = -1, loop.time()
        while here < len(self._viewers):
            now_here = sum(viewer.ready.is_set() for viewer in self._viewers)
            if now_here > here:
                here, since = now_here, loop.time()
            elif loop.time() - since > patience_seconds:
                raise TimeoutError(
                    f"expected {len(self._viewers)} viewers to be connected, {here} are, and nobody more for "
                    f"{patience_seconds:g} s; their errors: {dict(self.log.errors)}"
                )
            await asyncio.sleep(_LOOK_SECONDS)

    async def shown(self, match_id: str, *, version: int, timeout_seconds: float) -> int:
        """Wait until all who stay show a version or a newer one; answers how many do, late or not."""
        staying = [viewer for viewer in self._viewers if _stays(viewer.spec, match_id)]
        waiting = staying
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        while True:
            waiting = [viewer for viewer in waiting if not viewer.screen.shows(match_id, version)]
            if not waiting or loop.time() >= deadline:
                return len(staying) - len(waiting)
            await asyncio.sleep(_LOOK_SECONDS)

    async def answered(self, timeout_seconds: float) -> bool:
        """Wait until all that viewers told has been answered; False if it takes longer."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while any(viewer.unanswered for viewer in self._viewers):
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            return False
        return True


def _stays(spec: ViewerSpec, match_id: str) -> bool:
    return spec.match_id == match_id and spec.behaviour not in (Behaviour.UNSUBSCRIBED, Behaviour.VANISHING)
