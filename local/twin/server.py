"""The twin in one event loop: moto's process, edge, gateway, functions, their sources, the provisioner."""

import asyncio
import inspect
import json
import logging
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from local.senses import Senses
from local.twin.clients import Clients
from local.twin.edge.calls import BackendCalls
from local.twin.edge.control import Control
from local.twin.edge.server import EdgeServer
from local.twin.edge.services import FORWARD, Service, ServiceAnswer, ServiceRequest
from local.twin.endpoints import ACCOUNT_ID, DEFAULT_REGION, Endpoint
from local.twin.moto.backend import MotoBackend
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.assembly import Assembly, Stack
from local.twin.provision.provisioner import Provisioner
from local.twin.provision.resources import Application, Workbench
from local.twin.services.apigateway import Gateway, InvocationResult
from local.twin.services.cloudformation.service import StacksService
from local.twin.services.eventbridge.rules import target_input, target_options
from local.twin.services.eventbridge.schedules import Schedules
from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.firehose.service import Firehose
from local.twin.services.glue.service import GlueService
from local.twin.services.kinesisanalytics.engines import runner_maker
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.code import CodeStore
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.event_sources.delivery import Delivery
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.registry import SourceRegistry
from local.twin.services.lambda_.event_sources.wakeups import Wakeups
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.registry import FunctionRegistry
from local.twin.services.lambda_.service import LambdaService

_LOG = logging.getLogger(__name__)


class TwinServer:
    """Everything that runs while a twin is up."""

    def __init__(
        self, assembly: Assembly, *, engine: str = "embedded", directory: Path | None = None
    ) -> None:
        self._assembly = assembly
        self._engine = engine
        self._scratch = None if directory else tempfile.TemporaryDirectory(prefix="touchline-twin-")
        self._directory = directory or Path(self._scratch.name if self._scratch else "")
        regions = {stack.region for stack in assembly.stacks if stack.region}
        self._region = regions.pop() if len(regions) == 1 else DEFAULT_REGION
        self._wakeups = Wakeups()
        self._background: set[asyncio.Task[Any]] = set()
        self.metrics = MetricStore()

    async def start(self, port: int = 0) -> None:
        """Come up and provision; raises EdgeError or ProvisionError after taking everything down again."""
        self._loop = asyncio.get_running_loop()
        self._closers: list[Any] = []
        try:
            await self._open(port)
            await self.provision(self._assembly.stacks)
            await self.applications.consuming()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take everything down, in the opposite order; nothing that was started is left."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        while self._closers:
            closer = self._closers.pop()
            try:
                closing = closer()
                if inspect.isawaitable(closing):
                    await closing
            except Exception:  # noqa: BLE001 - the rest must be taken down all the same
                _LOG.exception("something did not stop")
        if self._scratch is not None:
            self._scratch.cleanup()

    async def provision(self, stacks: Iterable[Stack]) -> None:
        """Create stacks, then serve the APIs that they declare."""
        chosen = list(stacks)
        await asyncio.to_thread(self.provisioner.create, chosen)
        for websocket_api in self._apis.websocket_apis():
            self.gateway.put_websocket_api(websocket_api)
        for http_api in self._apis.http_apis():
            self.gateway.put_http_api(http_api)

    async def deploy(self, name: str) -> None:
        """Create a stack of a nested stage, as `cdk deploy NAME` would on a later day; raises KeyError."""
        chosen = [stack for stack in self._assembly.staged if stack.is_called(name)]
        if not chosen:
            raise KeyError(name)
        await self.provision(chosen)

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs, with addresses that answer here."""
        return {
            stack: {name: self.endpoint.localised(str(value)) for name, value in outputs.items()}
            for stack, outputs in self.provisioner.outputs.items()
        }

    async def _open(self, port: int) -> None:
        self.gateway = Gateway(invoke=self._invoke_for_gateway)
        self._control = Control()
        self._services: dict[str, Service] = {}
        self._edge = EdgeServer(
            services=self._services, gateway=self.gateway, control=self._control, observe=self._observe
        )
        await self._edge.start(port)
        self._closers.append(self._edge.stop)
        self.endpoint = Endpoint(port=self._edge.port, region=self._region)
        self._backend = MotoBackend(
            edge_port=self._edge.port, log_path=self._directory / "moto.log", listener=self._heard
        )
        self._closers.append(self._backend.stop)
        # The model's libraries take as long to load as moto: side by side they take half the time.
        await asyncio.gather(
            self._backend.start(), asyncio.to_thread(import_module, "local.twin.services.personalize")
        )
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._closers.append(session.close)
        self._edge.serve_backend(session, self._backend.port)
        self._compose(BackendCalls(session, port=self._backend.port, region=self._region))

    def _compose(self, calls: BackendCalls) -> None:
        self.clients = Clients(self.endpoint.url, self._region)
        code = CodeStore(self._assembly.directory.parent / ".cache" / "twin-code")
        self.functions = FunctionRegistry(
            endpoint=self.endpoint, directory=self._directory / "logs", code=code, metrics=self.metrics
        )
        self.firehose = Firehose(calls=calls, wakeups=self._wakeups)
        self._delivery = Delivery(calls=calls, functions=self.functions, firehose=self.firehose.put_record)
        self.functions.deliver_with(self._delivery.deliver)
        self.sources = SourceRegistry(
            calls=calls, functions=self.functions, delivery=self._delivery, wakeups=self._wakeups
        )
        engine_clients = Clients(f"http://127.0.0.1:{self._backend.port}", self._region)
        make = runner_maker(
            self._engine,
            clients=engine_clients,
            url=self.endpoint.url,
            directory=self._directory,
        )
        self.applications = Applications(make)
        self.personalize = import_module("local.twin.services.personalize").PersonalizeService(
            lambda: self.clients("s3"), region=self._region, account=ACCOUNT_ID
        )
        self.glue = GlueService(
            lambda: self.clients("s3"), lambda name: engine_clients("glue").get_job(JobName=name)["Job"]
        )
        self._closers.append(self.glue.close)
        self.senses = Senses(lambda: self.clients("s3"), calls=calls, url=self.endpoint.url)
        self._closers.append(self.senses.close)
        self._apis = ApiDrafts(region=self._region, account_id=ACCOUNT_ID)
        self.provisioner = Provisioner(
            Workbench(
                endpoint=self.endpoint,
                client=self.clients,
                platform=self,
                assets={key: path for stack in self._all_stacks() for key, path in stack.assets.items()},
                code=code,
                apis=self._apis,
            )
        )
        schedules = Schedules(
            calls=calls, delivery=self._delivery, wakeups=self._wakeups, region=self._region
        )
        self._spawn(schedules.run())
        self._serve_our_services()
        self._closers += [
            self.functions.close,
            self.firehose.close,
            self.sources.close,
            self.applications.close,
        ]
        self._closers += [self.gateway.close]

    def _all_stacks(self) -> Iterable[Stack]:
        return [*self._assembly.stacks, *self._assembly.staged]

    def _serve_our_services(self) -> None:
        self._services |= {
            "lambda": LambdaService(self.functions, self.sources.describe),
            "firehose": self.firehose,
            "kinesisanalytics": self.applications,
            "personalize": self._personalize,
            "glue": self._glue,
            "rekognition": self.senses.rekognition,
            "transcribe": self.senses.transcribe,
            "cloudformation": StacksService(
                region=self._region, outputs=lambda: self.outputs, resources=self.provisioner.resources
            ),
        }
        self._control.register(
            {
                "state": self._state,
                "metrics": self._metrics,
                "prewarm": self._prewarm,
                "kill": self._kill,
                "logs": self._logs,
                "flush": self._flush,
                "deploy": self._deploy,
            }
        )

    async def _personalize(self, request: ServiceRequest) -> ServiceAnswer:
        headers = dict(request.headers.items())
        service = import_module("local.twin.services.personalize.server").service_of(request.path, headers)
        status, answered, body = await asyncio.to_thread(
            self.personalize.handle, service, request.method, request.path, headers, request.body
        )
        return ServiceAnswer(status=status, headers=answered, body=body)

    async def _glue(self, request: ServiceRequest) -> ServiceAnswer:
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        answer = await asyncio.to_thread(self.glue.handle, operation, request.body)
        if answer is None:
            return FORWARD
        status, headers, body = answer
        return ServiceAnswer(status=status, headers=headers, body=body)

    def _heard(self, notice: dict[str, Any]) -> None:
        """What moto's bell tells."""
        kind = notice["kind"]
        if kind == "wake":
            self._wakeups.ring(notice["source"], notice.get("shard"))
            if ":kinesis:" in notice["source"]:
                self.applications.wake(notice["source"])
        elif kind == "invoke":
            self._spawn(self._send(notice["arn"], json.dumps(notice["payload"]), {}))
        elif kind == "target":
            target, event = notice["target"], notice["event"]
            self._spawn(self._send(target["Arn"], target_input(target, event), target_options(target, event)))

    async def _send(self, arn: str, text: str, options: dict[str, Any]) -> None:
        try:
            await self._delivery.send(arn, text, options)
        except Exception:  # noqa: BLE001 - nobody waits for the answer: it is counted and told
            self.metrics.put("AWS/Events", "FailedInvocations", 1, dimensions={"Target": arn})
            _LOG.exception("could not deliver to %s", arn)

    def _observe(self, service: str, operation: str, milliseconds: float) -> None:
        dimensions = {"Service": service, "Operation": operation}
        self.metrics.put("Twin/Edge", "EdgeLatency", milliseconds, unit="Milliseconds", dimensions=dimensions)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _invoke_for_gateway(self, function_name: str, payload: bytes) -> InvocationResult:
        outcome = await self.functions.invoke(function_name, payload)
        return InvocationResult(payload=outcome.payload, function_error=outcome.function_error)

    def play(self, name: str, service: Service) -> None:
        """Let this service answer in the place of the twin's own, or of moto's."""
        self._services[name] = service

    # The provisioner's platform: called from its thread.

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function."""
        self._loop.call_soon_threadsafe(self.functions.put, function)

    def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create an event source mapping."""
        asyncio.run_coroutine_threadsafe(self.sources.put(mapping), self._loop).result()

    def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream."""
        asyncio.run_coroutine_threadsafe(self.firehose.put_stream(stream), self._loop).result()

    def put_application(self, application: Application) -> None:
        """Create a Flink application, not yet started."""
        self.applications.put(application)

    # The control paths.

    async def _state(self, _request: web.BaseRequest) -> dict[str, Any]:
        return {
            "edge": self.endpoint.url,
            "region": self._region,
            "directory": str(self._directory),
            "outputs": self.outputs,
            "functions": {function.name: function.handler for function in self.functions.all()},
            "mappings": self.sources.describe(),
            "applications": self.applications.state(),
            "gateway": self.gateway.state(),
        }

    async def _metrics(self, _request: web.BaseRequest) -> list[dict[str, Any]]:
        return self.metrics.snapshot()

    async def _prewarm(self, request: web.BaseRequest) -> dict[str, Any]:
        names = request.query.getall("function", []) or [function.name for function in self.functions.all()]
        await self.functions.prewarm(names, int(request.query.get("count", "1")))
        return {"prewarmed": names}

    async def _kill(self, request: web.BaseRequest) -> dict[str, Any]:
        return {"killed": self.functions.kill(request.query["function"])}

    async def _logs(self, request: web.BaseRequest) -> dict[str, Any]:
        return {"lines": self.functions.log_tail(request.query["function"])}

    async def _flush(self, _request: web.BaseRequest) -> dict[str, Any]:
        return {"delivered": await self.firehose.flush()}

    async def _deploy(self, request: web.BaseRequest) -> dict[str, Any]:
        await self.deploy(request.query["stack"])
        return {"outputs": self.outputs}
