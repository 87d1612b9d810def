"""Event APIs on a free port, with a Python function in place of their authorizer."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from local.twin.services.apigateway import InvocationResult
from local.twin.services.appsync import ChannelLimits, ChannelNamespace, EventApi, EventApis

API_ID = "aaaaaa123123123example123"
HOST = f"{API_ID}.appsync-api.eu-central-1.amazonaws.com"
ARN = f"arn:aws:appsync:eu-central-1:111122223333:apis/{API_ID}"
AUTHORIZER = "arn:aws:lambda:eu-central-1:111122223333:function:authorize"
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/appsync/aws4_request"}
ALLOW: dict[str, Any] = {"isAuthorized": True, "ttlOverride": 0}
DENY: dict[str, Any] = {"isAuthorized": False}

CONFIG: dict[str, Any] = {
    "authProviders": [
        {"authType": "AWS_LAMBDA", "lambdaAuthorizerConfig": {"authorizerUri": AUTHORIZER}},
        {"authType": "AWS_IAM"},
    ],
    "connectionAuthModes": [{"authType": "AWS_LAMBDA"}],
    "defaultPublishAuthModes": [{"authType": "AWS_IAM"}],
    "defaultSubscribeAuthModes": [{"authType": "AWS_LAMBDA"}],
}


def event_api(**config: Any) -> EventApi:
    return EventApi(
        api_id=API_ID,
        name="example",
        arn=ARN,
        region="eu-central-1",
        account_id="111122223333",
        event_config={**CONFIG, **config},
    )


@dataclass
class Served:
    """Served Event APIs, what their authorizer was asked, and what was counted."""

    apis: EventApis
    base_url: str
    session: aiohttp.ClientSession
    asked: list[dict[str, Any]]
    counted: dict[str, float] = field(default_factory=dict)

    async def publish(
        self, channel: str, *events: Any, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        body = {"channel": channel, "events": [json.dumps(each) for each in events]}
        return await self.post(json.dumps(body).encode(), headers)

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        url = f"{self.base_url}/_aws/appsync-api/{API_ID}/event"
        async with self.session.post(
            url, data=body, headers=SIGNED if headers is None else headers
        ) as answer:
            return answer.status, await answer.json()

    def connect(self, token: str | None = "pass", *protocols: str) -> Any:
        url = f"{self.base_url}/_aws/appsync-realtime-api/{API_ID}/event/realtime"
        offered = protocols or ("aws-appsync-event-ws", f"header-{header(token)}")
        return self.session.ws_connect(url, protocols=offered)


def header(token: str | None) -> str:
    value = {"host": HOST} if token is None else {"host": HOST, "Authorization": token}
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def subscribe(client: Any, channel: str, operation_id: str = "s1", token: str = "pass") -> Any:
    """Subscribe and return the answer."""
    authorization = {"host": HOST, "Authorization": token}
    message = {"type": "subscribe", "id": operation_id, "channel": channel, "authorization": authorization}
    await client.send_json(message)
    return await client.receive_json()


@asynccontextmanager
async def serving(
    authorize: Callable[[dict[str, Any]], Any] = lambda _: ALLOW,
    *,
    limits: ChannelLimits | None = None,
    is_lost: Callable[[str], bool] = lambda _: False,
) -> AsyncIterator[Served]:
    """Serve one Event API with the namespaces `default` and `news`."""
    asked: list[dict[str, Any]] = []
    counted: dict[str, float] = {}

    async def invoke(name: str, payload: bytes, source_arn: str) -> InvocationResult:
        assert (name, source_arn) == ("authorize", ARN)
        event = json.loads(payload)
        asked.append(event)
        return InvocationResult(payload=json.dumps(authorize(event)).encode())

    def count(name: str, value: float, _dimensions: dict[str, str]) -> None:
        counted[name] = counted.get(name, 0) + value

    apis = EventApis(invoke=invoke, count=count, limits=limits, is_lost=is_lost)
    api = event_api()
    apis.put_api(api)
    for name in ("default", "news"):
        arn = f"{ARN}/channelNamespace/{name}"
        apis.put_namespace(API_ID, ChannelNamespace.declared(api, {"Name": name}, arn=arn))
    runner = web.ServerRunner(web.Server(apis.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield Served(apis, f"http://{host}:{port}", session, asked, counted)
        await apis.close()
    await runner.cleanup()
