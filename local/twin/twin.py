"""A twin in a thread of its own, for tests, the replay and the demo."""

import asyncio
import json
import threading
import urllib.parse
import urllib.request
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from local.twin.clients import Clients
from local.twin.permissions.policy import parse_policy
from local.twin.provision.assembly import Assembly
from local.twin.provision.changes import Change
from local.twin.server import TwinServer, give_up
from paths import ASSEMBLY

if TYPE_CHECKING:
    from local.twin.edge.faults import EdgeFaults
    from local.twin.edge.services import Service
    from local.twin.services.personalize import PersonalizeService

_START_SECONDS = 180.0
_STOP_SECONDS = 180.0


class Twin:
    """A running twin; `with Twin.start() as twin:` stops it at the end."""

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
        """Start a twin, and return when every stack is deployed; raises ProvisionError or EdgeError."""
        assembly = Assembly.read(Path(assembly_dir))
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_run_loop, args=(loop,), name="twin", daemon=True)
        thread.start()
        start = _Start(TwinServer.start(assembly, port=port, engine=engine, directory=directory))
        try:
            server = asyncio.run_coroutine_threadsafe(start.run(), loop).result(_START_SECONDS)
            return cls(server, loop, thread)
        except BaseException:
            asyncio.run_coroutine_threadsafe(start.give_up(), loop).result(_STOP_SECONDS)
            _end_loop(loop, thread)
            raise

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """The outputs of every deployed stack, with the addresses of AWS replaced by the edge's."""
        return self._server.deployer.outputs

    def output(self, name: str) -> str:
        """Return an output by its name, from any stack."""
        found = [outputs[name] for outputs in self.outputs.values() if name in outputs]
        return found[0]

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin."""
        return self._clients(service)

    def metrics(self) -> list[dict[str, Any]]:
        """Return every metric of the functions and the twin."""
        return self._server.metrics.snapshot()

    def metric_total(self, name: str, **dimensions: str) -> float:
        """Return the sum of a metric over every combination of dimensions that includes these."""
        return self._server.metrics.total(name, **dimensions)

    @property
    def personalize(self) -> "PersonalizeService":
        """The Personalize service, to inject faults of its jobs and campaigns."""
        service: PersonalizeService = self._call(self._server.services.find("personalize"))
        return service

    @property
    def faults(self) -> "EdgeFaults":
        """The faults of requests to any service, to inject them."""
        return self._server.faults

    def replace_service(self, name: str, service: "Service") -> None:
        """Send the requests signed with this service name to another service from now on."""
        self._server.services.replace_service(name, service)

    def state(self) -> dict[str, Any]:
        """Return the answer of `/_touchline/state`."""
        found: dict[str, Any] = self._control("GET", "state")
        return found

    def permissions(self) -> dict[str, Any]:
        """Return the answer of `/_touchline/permissions`."""
        found: dict[str, Any] = self._control("GET", "permissions")
        return found

    def put_resource_policy(self, arn: str, policy: Mapping[str, Any]) -> None:
        """Add a policy to a resource that no template declares, such as a queue of a test."""
        self._server.policies.put_resource_policy(arn, arn, parse_policy(policy, arn))

    def prewarm(self, functions: list[str] | None = None, count: int = 1) -> None:
        """Start environments of functions, or of all, ahead of their first invocations.

        A function is named by its physical name or by the module of its handler (`build_context`).
        """
        self._control("POST", "prewarm", {"function": functions or [], "count": [str(count)]})

    def kill(self, function: str) -> int:
        """Kill a function's environments, as a fault would, and return how many."""
        return int(self._control("POST", "kill", {"function": [function]})["killed"])

    def change_quotas(self, **quotas: str) -> None:
        """Change quotas of API Gateway and AppSync from now on, such as `requests="200:100"`."""
        self._control("POST", "quota", {name: [value] for name, value in quotas.items()})

    def logs(self, function: str) -> list[str]:
        """Return the last lines that a function printed."""
        lines: list[str] = self._control("GET", "logs", {"function": [function]})["lines"]
        return lines

    def flush_firehose(self) -> int:
        """Write what Firehose has buffered to S3, and return the number of records."""
        return int(self._control("POST", "flush")["delivered"])

    def deploy(self, stack: str) -> list[Change]:
        """Create or update a stack of a nested stage; raises UnknownStackError or ProvisionError."""
        changes: list[Change] = self._call(self._server.deployer.deploy_staged(stack))
        return changes

    def update(self, assembly_dir: Path) -> list[Change]:
        """Deploy another assembly while the twin runs, and return what changed; raises ProvisionError."""
        assembly = Assembly.read(assembly_dir)
        changes: list[Change] = self._call(self._server.deployer.update(assembly))
        return changes

    def stop(self) -> None:
        """Stop the twin and everything that it started; idempotent."""
        if self._thread.is_alive():
            self._call(self._server.stop(), _STOP_SECONDS)
            _end_loop(self._loop, self._thread)
        self._clients.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _call(self, coroutine: Any, seconds: float = _START_SECONDS) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def _control(self, method: str, name: str, query: dict[str, list[str]] | None = None) -> Any:
        url = f"{self.edge_url}/_touchline/{name}?{urllib.parse.urlencode(query or {}, doseq=True)}"
        request = urllib.request.Request(url, method=method)
        with urllib.request.urlopen(request, timeout=_START_SECONDS) as response:
            return json.load(response)


class _Start:
    """The start of a server, which can be given up at any time."""

    def __init__(self, starting: Coroutine[Any, Any, TwinServer]) -> None:
        self._starting = starting
        self._task: asyncio.Task[TwinServer] | None = None

    async def run(self) -> TwinServer:
        """Start the server."""
        self._task = asyncio.create_task(self._starting)
        return await self._task

    async def give_up(self) -> None:
        """Close what has been started."""
        if self._task is None:
            self._starting.close()
        else:
            await give_up(self._task)


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()


def _end_loop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    async def finish() -> None:
        # A task that ends may start another one.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_default_executor()

    asyncio.run_coroutine_threadsafe(finish(), loop).result(_STOP_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
