"""The twin as one object: for tests, the replay, the demo and the command line."""

import asyncio
import json
import threading
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from local.twin.clients import Clients
from local.twin.provision.assembly import Assembly
from local.twin.server import TwinServer
from paths import ASSEMBLY

if TYPE_CHECKING:
    from local.twin.edge.services import Service
    from local.twin.services.personalize import PersonalizeService

_START_SECONDS = 180.0
_STOP_SECONDS = 60.0


class Twin:
    """A running twin; `with Twin.start() as twin:` takes it down again."""

    def __init__(self, server: TwinServer, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._server = server
        self._loop = loop
        self._thread = thread
        self._clients = Clients(server.endpoint.url, server.endpoint.region)
        self.edge_url = server.endpoint.url
        self.region = server.endpoint.region

    @classmethod
    def start(
        cls,
        assembly_dir: Path = ASSEMBLY,
        port: int = 0,
        engine: str = "embedded",
        directory: Path | None = None,
    ) -> Self:
        """Return when every stack is provisioned; raises ProvisionError or EdgeError."""
        server = TwinServer(Assembly.read(Path(assembly_dir)), engine=engine, directory=directory)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_run_loop, args=(loop,), name="twin", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(server.start(port), loop).result(_START_SECONDS)
        except BaseException:
            _end_loop(loop, thread)
            raise
        return cls(server, loop, thread)

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs by name, with addresses that answer here."""
        return self._server.outputs

    def output(self, name: str) -> str:
        """An output by its name alone, whichever stack has it."""
        found = [outputs[name] for outputs in self.outputs.values() if name in outputs]
        return found[0]

    def client(self, service: str) -> Any:
        """A boto3 client against the twin."""
        return self._clients(service)

    def metrics(self) -> list[dict[str, Any]]:
        """Every metric that functions and platform have counted."""
        return self._server.metrics.snapshot()

    def metric_total(self, name: str, **dimensions: str) -> float:
        """The sum of a metric over everything that has these dimensions."""
        return self._server.metrics.total(name, **dimensions)

    @property
    def personalize(self) -> "PersonalizeService":
        """Personalize itself, for faults that no request can cause."""
        service: PersonalizeService = self._server.personalize
        return service

    def play(self, name: str, service: "Service") -> None:
        """Let something else answer for a service, such as Glue whose jobs have run already."""
        self._server.play(name, service)

    def state(self) -> dict[str, Any]:
        """What `/_touchline/state` shows."""
        found: dict[str, Any] = self._control("state")
        return found

    def prewarm(self, functions: list[str] | None = None, count: int = 1) -> None:
        """Start environments ahead of the first invocation; of every function when none is named.

        A function is named by its physical name or by the module of its handler (`build_context`).
        """
        self._control("prewarm", {"function": functions or [], "count": [str(count)]})

    def kill(self, function: str) -> int:
        """Kill a function's environments as a fault would; says how many died."""
        return int(self._control("kill", {"function": [function]})["killed"])

    def logs(self, function: str) -> list[str]:
        """The last lines that a function printed."""
        lines: list[str] = self._control("logs", {"function": [function]})["lines"]
        return lines

    def flush_firehose(self) -> int:
        """Deliver what Firehose has buffered; says how many records that were."""
        return int(self._control("flush")["delivered"])

    def deploy(self, stack: str) -> None:
        """Deploy a stack of a nested stage."""
        self._call(self._server.deploy(stack))

    def stop(self) -> None:
        """Take everything down; nothing that was started is left."""
        if self._thread.is_alive():
            self._call(self._server.stop(), _STOP_SECONDS)
            _end_loop(self._loop, self._thread)
        self._clients.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _call(self, coroutine: Any, seconds: float = _START_SECONDS) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def _control(self, name: str, query: dict[str, list[str]] | None = None) -> Any:
        url = f"{self.edge_url}/_touchline/{name}?{urllib.parse.urlencode(query or {}, doseq=True)}"
        with urllib.request.urlopen(url, timeout=_START_SECONDS) as response:
            return json.load(response)


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()


def _end_loop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    async def finish() -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_default_executor()

    asyncio.run_coroutine_threadsafe(finish(), loop).result(_STOP_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
