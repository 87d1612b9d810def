"""The twin's own endpoints under `/_touchline/`, which read its state and act on it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from local.twin.endpoints import Endpoint
from local.twin.provision.deployer import StackDeployer
from local.twin.provision.errors import UnknownStackError
from local.twin.services.apigateway import Gateway
from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.firehose.service import FirehoseService
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.event_sources.registry import EventSourceRegistry
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.registry import FunctionRegistry

CONTROL_PREFIX = "/_touchline/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEndpoints:
    """Answers JSON; the first segment after the prefix names the endpoint."""

    endpoint: Endpoint
    directory: Path
    metrics: MetricStore
    functions: FunctionRegistry
    event_sources: EventSourceRegistry
    firehose: FirehoseService
    applications: Applications
    gateway: Gateway
    deployer: StackDeployer

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request: 404 for an unknown endpoint, 400 for a missing or wrong parameter."""
        name = request.path[len(CONTROL_PREFIX) :].partition("/")[0]
        handlers = self._handlers()
        handler = handlers.get(name)
        if handler is None:
            known = sorted(handlers)
            return web.json_response({"message": f"unknown endpoint {name!r}", "known": known}, status=404)
        try:
            return web.json_response(await handler(request))
        except (KeyError, ValueError, InvalidQuotaError, UnknownStackError) as error:
            return web.json_response({"message": f"{type(error).__name__}: {error}"}, status=400)

    def _handlers(self) -> dict[str, Callable[[web.BaseRequest], Awaitable[Any]]]:
        return {
            "state": self._get_state,
            "metrics": self._get_metrics,
            "prewarm": self._prewarm,
            "kill": self._kill,
            "logs": self._get_logs,
            "flush": self._flush,
            "deploy": self._deploy,
            "quota": self._change_quotas,
        }

    async def _get_state(self, _request: web.BaseRequest) -> dict[str, Any]:
        """`state`: the stacks' outputs, the functions, event source mappings, applications and APIs."""
        return {
            "edge": self.endpoint.url,
            "region": self.endpoint.region,
            "directory": str(self.directory),
            "outputs": self.deployer.outputs,
            "functions": {function.name: function.handler for function in self.functions.all()},
            "mappings": self.event_sources.describe(),
            "applications": self.applications.state(),
            "gateway": self.gateway.state(),
        }

    async def _get_metrics(self, _request: web.BaseRequest) -> list[dict[str, Any]]:
        """`metrics`: every metric of the functions and the twin, with its dimensions."""
        return self.metrics.snapshot()

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
        """`deploy?stack=NAME`: deploy a stack of a nested stage."""
        await self.deployer.deploy_staged(request.query["stack"])
        return {"outputs": self.deployer.outputs}

    async def _change_quotas(self, request: web.BaseRequest) -> dict[str, Any]:
        """`quota?NAME=VALUE`: change quotas of API Gateway, such as `requests=200:100`."""
        for name, value in request.query.items():
            self.gateway.change_quota(f"{name}={value}")
        return {"changed": dict(request.query)}
