"""A gateway on a free port, with Python functions in place of Lambda."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import boto3
from aiohttp import web
from botocore.config import Config
from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

from local.twin.services.apigateway import (
    Gateway,
    InvocationResult,
    Limits,
    Rate,
    RequestAuthorizer,
    WebSocketApi,
    WebSocketRoute,
)

Function = Callable[[dict[str, Any]], Any]


@dataclass
class Functions:
    """Functions by name, and the events that they received."""

    by_name: dict[str, Function] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def invoke(self, name: str, payload: bytes, _source_arn: str) -> InvocationResult:
        event = json.loads(payload)
        self.events.append((name, event))
        try:
            answer = self.by_name[name](event)
            if hasattr(answer, "__await__"):
                answer = await answer
        except Exception as error:  # noqa: BLE001
            body = {"errorMessage": str(error), "errorType": type(error).__name__}
            return InvocationResult(payload=json.dumps(body).encode(), function_error="Unhandled")
        return InvocationResult(payload=json.dumps(answer).encode())

    def events_of(self, name: str) -> list[dict[str, Any]]:
        return [event for called, event in self.events if called == name]


@dataclass
class Served:
    """A running gateway for clients and their backend."""

    gateway: Gateway
    functions: Functions
    base_url: str
    session: aiohttp.ClientSession

    def connect(self, path: str = "/ws1/live", **options: Any) -> Any:
        return self.session.ws_connect(self.base_url + path, **options)

    def management(self, path: str = "/ws1/live") -> ApiGatewayManagementApiClient:
        client: ApiGatewayManagementApiClient = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=self.base_url + path,
            region_name="eu-central-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}),
        )
        return client


@asynccontextmanager
async def serving(
    functions: Functions, limits: Limits | None = None, **options: Any
) -> AsyncIterator[Served]:
    gateway = Gateway(invoke=functions.invoke, limits=limits, **options)
    app = web.Application()
    gateway.mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield Served(gateway, functions, f"http://{host}:{port}/_aws/execute-api", session)
        await gateway.close()
    await runner.cleanup()


OK = {"statusCode": 200}


def allowing(event: dict[str, Any], **context: Any) -> dict[str, Any]:
    return policy("Allow", event["methodArn"], context)


def policy(effect: str, resource: str, context: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": "viewer-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context or {},
    }


LIFECYCLE = (
    WebSocketRoute(route_key="$connect", function_name="connect"),
    WebSocketRoute(route_key="$disconnect", function_name="disconnect"),
)

TOKEN_IN_SUBPROTOCOL = RequestAuthorizer(
    function_name="authorize", identity_sources=("route.request.header.Sec-WebSocket-Protocol",)
)


def api(
    *routes: WebSocketRoute, authorizer: RequestAuthorizer | None = None, throttle: Rate | None = None
) -> WebSocketApi:
    return WebSocketApi(
        api_id="ws1", stage="live", routes=LIFECYCLE + routes, authorizer=authorizer, throttle=throttle
    )


def accepting(**functions: Function) -> Functions:
    """Return functions with `$connect` and `$disconnect` that succeed."""
    return Functions({"connect": lambda _: OK, "disconnect": lambda _: OK, **functions})
