"""The `@connections` commands: post to a connection, describe it, delete it.

Sources: AWS documentation, "Use @connections commands in your backend service", and the service model
`apigatewaymanagementapi` of botocore: 410 GoneException, 413 PayloadTooLargeException, 403
ForbiddenException, and 429 LimitExceededException, also for a client that does not read ("client side buffer
is full").
Posting awaits the request's body only, because this path serves thousands of posts per second.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web

from domain.validation import format_instant
from local.twin.services.apigateway.bodies import read_at_most
from local.twin.services.apigateway.connection import (
    CLOSED_NORMALLY,
    Connection,
    Sent,
    is_connection_id,
    new_id,
)
from local.twin.services.apigateway.limits import AccountRates, Limits, admits

_SIGNATURE = "AWS4-"


class Management:
    """Serves the `@connections` commands of one API."""

    def __init__(
        self,
        connections: Mapping[str, Connection],
        limits: Limits,
        rates: AccountRates,
        counters: Counter[str],
    ) -> None:
        self._connections = connections
        self._limits = limits
        self._rates = rates
        self._counters = counters

    async def handle(self, request: web.BaseRequest, connection_id: str) -> web.Response:
        """Run one command on one connection."""
        if not request.headers.get("Authorization", "").startswith(_SIGNATURE):
            return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        if not admits(self._rates.requests):
            return _error(429, "LimitExceededException", None)
        if not is_connection_id(connection_id):
            return _error(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        connection = self._connections.get(connection_id)
        if request.method == "POST":
            return await self._post(request, connection)
        if connection is None or connection.gone:
            return _error(410, "GoneException", None)
        if request.method == "GET":
            return _description(connection)
        if request.method == "DELETE":
            connection.close(CLOSED_NORMALLY)
            return web.Response(status=204)
        return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

    async def _post(self, request: web.BaseRequest, connection: Connection | None) -> web.Response:
        payload = await read_at_most(request, self._limits.message_bytes)
        if payload is None:
            return _error(413, "PayloadTooLargeException", "Message too long")
        sent = Sent.GONE if connection is None else connection.send(payload)
        if sent is Sent.SENT:
            self._counters["PostCount"] += 1
            return web.Response()
        if sent is Sent.BUFFER_FULL:
            return _error(429, "LimitExceededException", None)
        self._counters["GoneCount"] += 1
        return _error(410, "GoneException", None)


def _description(connection: Connection) -> web.Response:
    identity = {"sourceIp": connection.source_ip, "userAgent": connection.user_agent}
    return web.json_response(
        {
            "connectedAt": _iso(connection.connected_at),
            "identity": identity,
            "lastActiveAt": _iso(connection.last_active_at),
        }
    )


def _iso(seconds: float) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))


def _error(status: int, error_type: str, message: str | None) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps({} if message is None else {"message": message}).encode(),
        content_type="application/json",
        headers={"x-amzn-ErrorType": error_type, "x-amzn-RequestId": new_id()},
    )
