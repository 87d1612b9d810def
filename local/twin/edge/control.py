"""The twin's own endpoints under `/_touchline/`, which read its state and act on it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from local.twin.endpoints import Endpoint
from local.twin.permissions.gate import PermissionGate
from local.twin.provision.assembly import Assembly
from local.twin.provision.deployer import StackDeployer
from local.twin.provision.errors import ProvisionError
from local.twin.quotas import Quotas
from local.twin.services.apigateway import Gateway
from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.appsync import EventApis
from local.twin.services.cloudfront import Distributions
from local.twin.services.firehose.service import FirehoseService
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.errors import UnknownFunctionError
from local.twin.services.lambda_.event_sources.registry import EventSourceRegistry
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.registry import FunctionRegistry

CONTROL_PREFIX = "/_touchline/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEndpoints:
    """Answers JSON; the first segment after the prefix names the endpoint.

    What reads is GET, and what acts is POST: a page can make a browser send a GET by a link or an image.
    """

    endpoint: Endpoint
    directory: Path
    metrics: MetricStore
    functions: FunctionRegistry
    event_sources: EventSourceRegistry
    firehose: FirehoseService
    applications: Applications
    gateway: Gateway
    event_apis: EventApis
    distributions: Distributions
    quotas: Quotas
    deployer: StackDeployer
    permissions: PermissionGate

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request: 404 for an unknown endpoint, 405 for a wrong method, 400 for a bad parameter."""
        name = request.path[len(CONTROL_PREFIX) :].partition("/")[0]
        endpoints = self._endpoints()
        if name not in endpoints:
            known = sorted(endpoints)
            return web.json_response({"message": f"unknown endpoint {name!r}", "known": known}, status=404)
        method, handler = endpoints[name]
        if request.method != method:
            message = f"{name}: expected {method}, got {request.method}"
            return web.json_response({"message": message}, status=405, headers={"Allow": method})
        try:
            return web.json_response(await handler(request))
        except (KeyError, ValueError, InvalidQuotaError, ProvisionError, UnknownFunctionError) as error:
            return web.json_response({"message": f"{type(error).__name__}: {error}"}, status=400)

    def _endpoints(self) -> dict[str, tuple[str, Callable[[web.BaseRequest], Awaitable[Any]]]]:
        """Return the method and the handler of each endpoint."""
        return {
            "state": ("GET", self._get_state),
            "metrics": ("GET", self._get_metrics),
            "logs": ("GET", self._get_logs),
            "permissions": ("GET", self._get_permissions),
            "prewarm": ("POST", self._prewarm),
            "kill": ("POST", self._kill),
            "flush": ("POST", self._flush),
            "deploy": ("POST", self._deploy),
            "update": ("POST", self._update),
            "quota": ("POST", self._change_quotas),
        }

    async def _get_state(self, _request: web.BaseRequest) -> dict[str, Any]:
        """`state`: the stacks' outputs, the functions, event source mappings, applications and APIs."""
        return {
            "edge": self.endpoint.url,
            "region": self.endpoint.region,
            "directory": str(self.directory),
            "outputs": self.deployer.outputs,
            "functions": {function.name: function.handler for function in self.functions.all()},
            "unfinished_invocations": self.functions.unfinished(),
            "mappings": self.event_sources.describe(),
            "applications": self.applications.state(),
            "gateway": self.gateway.state(),
            "event_apis": self.event_apis.state(),
            "distributions": self.distributions.state(),
        }

    async def _get_metrics(self, _request: web.BaseRequest) -> list[dict[str, Any]]:
        """`metrics`: every metric of the functions and the twin, with its dimensions."""
        return self.metrics.snapshot()

    async def _get_permissions(self, _request: web.BaseRequest) -> dict[str, Any]:
        """`permissions`: the uses of each statement that allows something, and what was refused."""
        return self.permissions.report()

    async def _prewarm(self, request: web.BaseRequest) -> dict[str, Any]:
        """`prewarm?function=NAME&count=N`: start N environments of each named function, or of all."""
        names = request.query.getall("function", []) or [function.name for function in self.functions.all()]
        await self.functions.prewarm(names, int(request.query.get("count", "1")))
        return {"prewarmed": names}

    async def _kill(self, request: web.BaseRequest) -> dict[str, Any]:
        """`kill?function=NAME`: kill the function's environments."""
        return {"killed": self.functions.kill(request.query["function"])}

    async def _get_logs(self, request: web.BaseRequest) -> dict[str, Any]:
        """`logs?function=NAME`: the last lines that the function printed."""
        return {"lines": self.functions.log_tail(request.query["function"])}

    async def _flush(self, _request: web.BaseRequest) -> dict[str, Any]:
        """`flush`: write what Firehose has buffered to S3."""
        return {"delivered": await self.firehose.flush()}

    async def _deploy(self, request: web.BaseRequest) -> dict[str, Any]:
        """`deploy?stack=NAME`: create or update a stack of a nested stage."""
        changes = await self.deployer.deploy_staged(request.query["stack"])
        return {"changes": [change.to_dict() for change in changes], "outputs": self.deployer.outputs}

    async def _update(self, request: web.BaseRequest) -> dict[str, Any]:
        """`update?assembly=FOLDER`: deploy an assembly, or the present folder as it is now."""
        folder = Path(request.query.get("assembly", self.deployer.assembly.directory))
        changes = await self.deployer.update(Assembly.read(folder))
        return {"changes": [change.to_dict() for change in changes], "outputs": self.deployer.outputs}

    async def _change_quotas(self, request: web.BaseRequest) -> dict[str, Any]:
        """`quota?NAME=VALUE`: change quotas of API Gateway and AppSync, such as `requests=200:100`."""
        for name, value in request.query.items():
            self.quotas.change(f"{name}={value}")
        return {"changed": dict(request.query)}
