"""The parts of a running twin, created in one place."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from local.twin.clients import Clients
from local.twin.edge.calls import BackendCalls
from local.twin.edge.control import ControlEndpoints
from local.twin.edge.faults import EdgeFaults
from local.twin.edge.server import EdgeServer
from local.twin.endpoints import ACCOUNT_ID, Endpoint
from local.twin.moto.notice_handler import NoticeHandler
from local.twin.permissions.access import Access
from local.twin.permissions.caller import ServicePrincipal
from local.twin.permissions.client_guard import GuardedClients
from local.twin.permissions.function_telemetry import FunctionTelemetry
from local.twin.permissions.gate import PermissionGate
from local.twin.permissions.policy_store import PolicyStore
from local.twin.poll_triggers import PollTriggers
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.assembly import Assembly
from local.twin.provision.deployer import StackDeployer
from local.twin.provision.platform import Platform
from local.twin.provision.provisioner import Provisioner
from local.twin.provision.resources import ProvisionContext
from local.twin.quotas import Quotas
from local.twin.services.apigateway import Gateway, InvocationResult, Invoke, NotInvokedError
from local.twin.services.appsync import EventApis
from local.twin.services.appsync.service import AppSyncService
from local.twin.services.cloudformation.service import CloudFormationService
from local.twin.services.cloudfront import Distributions, S3Origin
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
from local.twin.spans import RecordSpan
from local.twin.target_invoker import TargetInvoker


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinSettings:
    """The assembly, the engine of Flink applications, the log directory, the address and the spans."""

    assembly: Assembly
    engine: str
    directory: Path
    endpoint: Endpoint
    record_span: RecordSpan


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
    event_apis: EventApis
    quotas: Quotas
    policies: PolicyStore
    deployer: StackDeployer
    notices: NoticeHandler
    schedules: Schedules
    edge: EdgeServer
    faults: EdgeFaults


def compose(settings: TwinSettings, *, session: aiohttp.ClientSession, backend_url: str) -> TwinParts:
    """Create the parts; nothing is started. Call it in the event loop that the twin will run in."""
    endpoint = settings.endpoint
    clients, backend_clients = Clients(endpoint.url, endpoint.region), Clients(backend_url, endpoint.region)
    permissions = PermissionGate(region=endpoint.region)
    calls = BackendCalls(session, url=backend_url, region=endpoint.region, permissions=permissions)
    guarded = GuardedClients(backend_clients, permissions)
    metrics, triggers = MetricStore(), PollTriggers()
    code = CodeStore(settings.assembly.directory.parent / ".cache" / "twin-code")
    functions = FunctionRegistry(
        endpoint=endpoint,
        directory=settings.directory / "logs",
        code=code,
        metrics=metrics,
        record_span=settings.record_span,
        keeps_logs=FunctionTelemetry(permissions, region=endpoint.region).keeps_logs,
    )
    firehose = FirehoseService(calls=calls, triggers=triggers)
    targets = TargetInvoker(calls=calls, functions=functions, put_firehose_record=firehose.put_record)
    event_sources = EventSourceRegistry(
        calls=calls, functions=functions, send=targets.send, triggers=triggers
    )
    applications = Applications(
        runner_maker(settings.engine, clients=guarded, url=endpoint.url, directory=settings.directory)
    )
    faults = EdgeFaults(functions.kill)
    gateway = Gateway(invoke=_invoker(functions, permissions, "apigateway.amazonaws.com"))
    event_apis = EventApis(
        invoke=_invoker(functions, permissions, "appsync.amazonaws.com"),
        count=lambda name, value, dimensions: metrics.put_metric(
            "AWS/AppSync", name, value, dimensions=dimensions
        ),
        is_lost=faults.is_lost,
    )
    distributions = Distributions(
        fetch=S3Origin(calls, permissions.policies).fetch,
        count=lambda name, value, dimensions: metrics.put_metric(
            "Twin/CloudFront", name, value, dimensions=dimensions
        ),
    )
    quotas = Quotas(gateway, event_apis)
    platform = Platform(
        loop=asyncio.get_running_loop(),
        functions=functions,
        event_sources=event_sources,
        firehose=firehose,
        applications=applications,
        event_apis=event_apis,
        distributions=distributions,
    )
    apis = ApiDrafts(region=endpoint.region, account_id=ACCOUNT_ID)
    provisioner = Provisioner(
        ProvisionContext(
            endpoint=endpoint,
            client=clients,
            policies=permissions.policies,
            platform=platform,
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
            "appsync": AppSyncService(event_apis),
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
        event_apis=event_apis,
        distributions=distributions,
        quotas=quotas,
        deployer=deployer,
        permissions=permissions,
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
        event_apis=event_apis,
        quotas=quotas,
        policies=permissions.policies,
        deployer=deployer,
        notices=NoticeHandler(
            triggers=triggers,
            applications=applications,
            targets=targets,
            permissions=permissions,
            metrics=metrics,
        ),
        schedules=Schedules(calls=calls, targets=targets, triggers=triggers, region=endpoint.region),
        edge=EdgeServer(
            services=services,
            data_planes=(gateway, event_apis, distributions),
            permissions=permissions,
            control=control,
            session=session,
            backend_url=backend_url,
            region=endpoint.region,
            observe=metrics.put_edge_latency,
            record_span=settings.record_span,
            faults=faults,
        ),
        faults=faults,
    )


def _invoker(functions: FunctionRegistry, permissions: PermissionGate, service: str) -> Invoke:
    """Return how a service invokes functions: with the permissions of what it acts for."""

    async def invoke(function_name: str, payload: bytes, source_arn: str) -> InvocationResult:
        caller = ServicePrincipal(name=service, source_arn=source_arn)
        arn = functions.get(function_name).arn
        refusal = permissions.authorise(caller, Access(action="lambda:InvokeFunction", resource=arn))
        if refusal is not None:
            raise NotInvokedError(refusal.message)
        outcome = await functions.invoke(function_name, payload)
        return InvocationResult(payload=outcome.payload, function_error=outcome.function_error)

    return invoke
