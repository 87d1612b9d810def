"""The events of a WebSocket API's Lambda proxy integration and of its REQUEST authorizer.

Sources: AWS documentation, "API Gateway WebSocket API mapping template reference" (the fields of
requestContext), "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers" (the authorizer's
input). A MESSAGE carries neither headers nor query string; both belong to CONNECT.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from local.twin.services.apigateway.api import WebSocketApi
from local.twin.services.apigateway.connection import Closing, Connection, new_id

_HOP_BY_HOP = frozenset({"connection", "upgrade"})


def clf_time(seconds: float) -> str:
    """Return a time in the format of `requestTime`: `24/Nov/2026:00:30:00 +0000`."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def authorizer_event(
    api: WebSocketApi, connection: Connection, request: web.BaseRequest, now: float
) -> dict[str, Any]:
    """Return the event of a REQUEST authorizer."""
    headers = _headers(request, without=frozenset())
    return {
        "type": "REQUEST",
        "methodArn": api.connect_arn(),
        "headers": _last_values(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last_values(query_parameters(request)),
        "multiValueQueryStringParameters": query_parameters(request),
        "stageVariables": {},
        "requestContext": _context(api, connection, "$connect", "CONNECT", now),
    }


def connect_event(
    api: WebSocketApi, connection: Connection, request: web.BaseRequest, now: float
) -> dict[str, Any]:
    """Return the event of the `$connect` integration."""
    headers = _headers(request, without=_HOP_BY_HOP)
    event: dict[str, Any] = {"headers": _last_values(headers), "multiValueHeaders": headers}
    if query := query_parameters(request):
        event["queryStringParameters"] = _last_values(query)
        event["multiValueQueryStringParameters"] = query
    event["requestContext"] = _context(api, connection, "$connect", "CONNECT", now)
    event["isBase64Encoded"] = False
    return event


def message_event(
    api: WebSocketApi, connection: Connection, route_key: str, text: str, now: float
) -> dict[str, Any]:
    """Return the event of a route's integration for a message."""
    context = _context(api, connection, route_key, "MESSAGE", now) | {"messageId": new_id()}
    return {"requestContext": context, "body": text, "isBase64Encoded": False}


def disconnect_event(
    api: WebSocketApi, connection: Connection, closing: Closing, now: float
) -> dict[str, Any]:
    """Return the event of the `$disconnect` integration."""
    headers = {
        "Host": [api.domain_name],
        "x-api-key": [""],
        "X-Forwarded-For": [connection.source_ip],
        "x-restapi": [""],
    }
    context = _context(api, connection, "$disconnect", "DISCONNECT", now)
    return {
        "headers": _last_values(headers),
        "multiValueHeaders": headers,
        "requestContext": context
        | {"disconnectStatusCode": closing.code, "disconnectReason": closing.reason},
        "isBase64Encoded": False,
    }


def query_parameters(request: web.BaseRequest) -> dict[str, list[str]]:
    """Return the decoded query string, with every value of each name."""
    return parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)


def _context(
    api: WebSocketApi, connection: Connection, route_key: str, event_type: str, now: float
) -> dict[str, Any]:
    request_id = new_id()
    identity = {"sourceIp": connection.source_ip}
    if connection.user_agent:
        identity["userAgent"] = connection.user_agent
    context: dict[str, Any] = {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": clf_time(now),
        "messageDirection": "IN",
        "stage": api.stage,
        "connectedAt": int(connection.connected_at * 1000),
        "requestTimeEpoch": int(now * 1000),
        "identity": identity,
        "requestId": request_id,
        "domainName": api.domain_name,
        "connectionId": connection.id,
        "apiId": api.api_id,
    }
    if connection.authorizer is not None:
        context["authorizer"] = connection.authorizer
    return context


def _headers(request: web.BaseRequest, without: frozenset[str]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        if name.lower() not in without:
            headers.setdefault(name, []).append(value)
    return headers | {
        "X-Forwarded-For": [request.remote or ""],
        "X-Forwarded-Port": ["443"],
        "X-Forwarded-Proto": ["https"],
    }


def _last_values(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: all_values[-1] for name, all_values in values.items()}
