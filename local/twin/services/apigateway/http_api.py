"""The data plane of one HTTP API with Lambda integrations of payload format 2.0.

Sources: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" (event,
response, the inferred response), "Quotas for configuring and running an HTTP API" (10 MB, 30 s), "Throttle
requests to your HTTP APIs" (a route's own throttle replaces that of its stage).
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import CIMultiDict

from local.twin.services.apigateway.api import HttpApi
from local.twin.services.apigateway.bodies import read_at_most
from local.twin.services.apigateway.connection import new_id
from local.twin.services.apigateway.events import clf_time
from local.twin.services.apigateway.http_cors import add_cors_headers, preflight
from local.twin.services.apigateway.http_routes import HttpRouteTable, Matched
from local.twin.services.apigateway.integration import ProxyAnswer, proxy_answer
from local.twin.services.apigateway.invocation import Answered, Failed, Invoke, call
from local.twin.services.apigateway.limits import AccountRates, Limits, admits, token_bucket
from local.twin.services.token_bucket import TokenBucket

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")


class HttpDataPlane:
    """Serves the clients of one HTTP API."""

    def __init__(
        self,
        api: HttpApi,
        *,
        invoke: Invoke,
        limits: Limits,
        rates: AccountRates,
        now: Callable[[], float],
    ) -> None:
        self.counters: Counter[str] = Counter()
        self._invoke = invoke
        self._limits = limits
        self._now = now
        self._rates = rates
        self.replace(api)

    def replace(self, api: HttpApi) -> None:
        """Replace the definition."""
        self._routes = HttpRouteTable(api.routes)
        self._stage = token_bucket(api.throttle, self._now)
        self._own_throttles = {key: TokenBucket(rate, self._now) for key, rate in api.route_throttles.items()}
        self.api = api

    async def handle(self, request: web.BaseRequest, raw_path: str) -> web.Response:
        """Answer one request; `raw_path` starts after the API's id."""
        cors = self.api.cors
        if cors is None:
            return await self._answer(request, raw_path)
        asked = preflight(cors, request.headers) if request.method == "OPTIONS" else None
        if asked is not None:
            return asked
        response = await self._answer(request, raw_path)
        add_cors_headers(cors, request.headers.get("Origin"), response.headers)
        return response

    async def _answer(self, request: web.BaseRequest, raw_path: str) -> web.Response:
        self.counters["Count"] += 1
        path = self._within_stage(raw_path)
        matched = None if path is None else self._routes.match(request.method, path)
        if not admits(self._throttle(matched), self._rates.requests):
            return self._refused(429, "Too Many Requests")
        if matched is None:
            return self._refused(404, "Not Found")
        body = await read_at_most(request, self._limits.http_payload_bytes)
        if body is None:
            return self._refused(413, "Request Entity Too Large")
        event = self._event(request, matched, raw_path, body)
        seconds = self._limits.integration_seconds
        route = matched.route
        source_arn = self.api.route_arn(route.route_key)
        answer = _inferred(
            await call(self._invoke, route.function_name, event, seconds, source_arn=source_arn)
        )
        if isinstance(answer, Failed):
            self.counters["IntegrationError"] += 1
            return self._refused(503, "Service Unavailable") if answer.timed_out else self._failed()
        return _response(answer)

    def _throttle(self, matched: Matched | None) -> TokenBucket | None:
        """Return the throttle of a request: its route's own, or the stage's."""
        if not self._rates.enforces_stages:
            return None
        own = None if matched is None else self._own_throttles.get(matched.route.route_key)
        return self._stage if own is None else own

    def _within_stage(self, raw_path: str) -> str | None:
        if self.api.stage == "$default":
            return raw_path
        prefix = f"/{self.api.stage}"
        rest = raw_path.removeprefix(prefix)
        return (rest or "/") if raw_path.startswith(prefix) and rest[:1] in ("", "/") else None

    def _refused(self, status: int, message: str) -> web.Response:
        self.counters["4xx" if status < 500 else "5xx"] += 1
        return web.json_response({"message": message}, status=status)

    def _failed(self) -> web.Response:
        return self._refused(500, "Internal Server Error")

    def _event(self, request: web.BaseRequest, matched: Matched, path: str, body: bytes) -> dict[str, Any]:
        now = self._now()
        headers = _headers(request)
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": matched.route.route_key,
            "rawPath": path,
            "rawQueryString": request.rel_url.raw_query_string,
            "headers": {name: value for name, value in headers.items() if name != "cookie"},
            "requestContext": {
                "accountId": self.api.account_id,
                "apiId": self.api.api_id,
                "domainName": self.api.domain_name,
                "domainPrefix": self.api.api_id,
                "http": {
                    "method": request.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": request.remote or "",
                    "userAgent": headers.get("user-agent", ""),
                },
                "requestId": new_id(),
                "routeKey": matched.route.route_key,
                "stage": self.api.stage,
                "time": clf_time(now),
                "timeEpoch": int(now * 1000),
            },
            "isBase64Encoded": False,
        }
        if cookies := headers.get("cookie"):
            event["cookies"] = cookies.split("; ")
        if query := _joined(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)):
            event["queryStringParameters"] = query
        if matched.path_parameters:
            event["pathParameters"] = matched.path_parameters
        return event | _body(body, headers.get("content-type", ""))


def _headers(request: web.BaseRequest) -> dict[str, str]:
    headers = _joined((name.lower(), value) for name, value in request.headers.items())
    forwarded = {
        "x-forwarded-for": request.remote or "",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    return headers | forwarded


def _joined(pairs: Any) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {}
    if content_type.startswith(_TEXT_TYPES) or "+json" in content_type:
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _inferred(answer: Answered | Failed) -> ProxyAnswer | Failed:
    if isinstance(answer, Failed) or (isinstance(answer.value, dict) and "statusCode" in answer.value):
        return proxy_answer(answer)
    text = answer.value if isinstance(answer.value, str) else json.dumps(answer.value)
    return ProxyAnswer(status=200, headers={"content-type": "application/json"}, body=text.encode())


def _response(answer: ProxyAnswer) -> web.Response:
    headers = CIMultiDict(answer.headers)
    headers.popall("Content-Length", None)
    for cookie in answer.cookies:
        headers.add("Set-Cookie", cookie)
    if "Content-Type" not in headers:
        headers["Content-Type"] = "text/plain;charset=UTF-8"
    return web.Response(status=answer.status, headers=headers, body=answer.body)
