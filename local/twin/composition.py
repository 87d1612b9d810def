"""The parts of a running twin, created in one place."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from local.twin.clients import Clients
from local.twin.edge.calls import BackendCalls
from local.twin.edge.control import ControlEndpoints
from local.twin.edge.server import EdgeServer
from local.twin.endpoints import ACCOUNT_ID, Endpoint
from local.twin.moto.notice_handler import NoticeHandler
from local.twin.poll_triggers import PollTriggers
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.assembly import Assembly
from local.twin.provision.deployer import StackDeployer
from local.twin.provision.platform import Platform
from local.twin.provision.provisioner import Provisioner
from local.twin.provision.resources import ProvisionContext
from local.twin.services.apigateway import Gateway, InvocationResult
from local.twin.services.cloudformation.service import CloudFormationService
from local.twin.services.eventbridge.schedules import Schedules
from local.twin.services.firehose.service import FirehoseService
from local.twin.services.kinesisanalytics.runner_factory import runner_maker
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.code import CodeStore
from local.twin.services.lambda_.event_sources.registry import EventSourceRegistry
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.registry import FunctionRegistry
from local.twin.services.lambda_.service import LambdaService
from local.twin.services.registry import ServiceContext, ServiceRegistry
from local.twin.target_invoker import TargetInvoker


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinSettings:
    """The assembly, the engine of Flink applications, the log directory and the address of a twin."""

    assembly: Assembly
    engine: str
    directory: Path
    endpoint: Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinParts:
    """The parts that are started, used and closed while a twin runs."""

    endpoint: Endpoint
    metrics: MetricStore
    functions: FunctionRegistry
    targets: TargetInvoker
    event_sources: EventSourceRegistry
    applications: Applications
    services: ServiceRegistry
    gateway: Gateway
    deployer: StackDeployer
    notices: NoticeHandler
    schedules: Schedules
    edge: EdgeServer


def compose(settings: TwinSettings, *, session: aiohttp.ClientSession, backend_url: str) -> TwinParts:
    """Create the parts; nothing is started. Call it in the event loop that the twin will run in."""
    endpoint = settings.endpoint
    clients, backend_clients = Clients(endpoint.url, endpoint.region), Clients(backend_url, endpoint.region)
    calls = BackendCalls(session, url=backend_url, region=endpoint.region)
    metrics, triggers = MetricStore(), PollTriggers()
    code = CodeStore(settings.assembly.directory.parent / ".cache" / "twin-code")
    functions = FunctionRegistry(
        endpoint=endpoint, directory=settings.directory / "logs", code=code, metrics=metrics
    )
    firehose = FirehoseService(calls=calls, triggers=triggers)
    targets = TargetInvoker(calls=calls, functions=functions, put_firehose_record=firehose.put_record)
    event_sources = EventSourceRegistry(
        calls=calls, functions=functions, send=targets.send, triggers=triggers
    )
    applications = Applications(
        runner_maker(settings.engine, clients=backend_clients, url=endpoint.url, directory=settings.directory)
    )
    gateway = _gateway(functions)
    platform = Platform(
        loop=asyncio.get_running_loop(),
        functions=functions,
        event_sources=event_sources,
        firehose=firehose,
        applications=applications,
    )
    apis = ApiDrafts(region=endpoint.region, account_id=ACCOUNT_ID)
    provisioner = Provisioner(
        ProvisionContext(
            endpoint=endpoint,
            client=clients,
            platform=platform,
            assets=settings.assembly.assets,
            code=code,
            apis=apis,
        )
    )
    deployer = StackDeployer(
        assembly=settings.assembly, provisioner=provisioner, apis=apis, gateway=gateway, endpoint=endpoint
    )
    services = ServiceRegistry(
        ServiceContext(endpoint=endpoint, clients=clients, backend_clients=backend_clients),
        {
            "cloudformation": CloudFormationService(
                region=endpoint.region, outputs=lambda: deployer.outputs, resources=provisioner.resources
            ),
            "firehose": firehose,
            "kinesisanalytics": applications,
            "lambda": LambdaService(functions, targets.async_invocations, event_sources.describe),
        },
    )
    control = ControlEndpoints(
        endpoint=endpoint,
        directory=settings.directory,
        metrics=metrics,
        functions=functions,
        event_sources=event_sources,
        firehose=firehose,
        applications=applications,
        gateway=gateway,
        deployer=deployer,
    )
    return TwinParts(
        endpoint=endpoint,
        metrics=metrics,
        functions=functions,
        targets=targets,
        event_sources=event_sources,
        applications=applications,
        services=services,
        gateway=gateway,
        deployer=deployer,
        notices=NoticeHandler(triggers=triggers, applications=applications, targets=targets, metrics=metrics),
        schedules=Schedules(calls=calls, targets=targets, triggers=triggers, region=endpoint.region),
        edge=EdgeServer(
            services=services,
            gateway=gateway,
            control=control,
            session=session,
            backend_url=backend_url,
            observe=metrics.put_edge_latency,
        ),
    )


def _gateway(functions: FunctionRegistry) -> Gateway:
    async def invoke(function_name: str, payload: bytes) -> InvocationResult:
        outcome = await functions.invoke(function_name, payload)
        return InvocationResult(payload=outcome.payload, function_error=outcome.function_error)

    return Gateway(invoke=invoke)
