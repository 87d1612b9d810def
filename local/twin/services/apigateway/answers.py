"""The JSON of a WebSocket API's own answers: to a refused handshake, and in place of a route's response.

The shape is as clients report it; AWS documents the statuses only ("Manage connected users and client
apps: $connect and $disconnect routes": 401 or 403 when authorization fails).
"""

import json

from aiohttp import web

from local.twin.services.apigateway.connection import new_id

FORBIDDEN = "Forbidden"
INTERNAL_SERVER_ERROR = "Internal server error"
TOO_MANY_REQUESTS = "Too Many Requests"

_ERROR_TYPES = {
    401: "UnauthorizedException",
    403: "ForbiddenException",
    429: "TooManyRequestsException",
    500: "InternalServerErrorException",
}


def gateway_message(message: str, connection_id: str, request_id: str) -> bytes:
    """Return the message that a client receives instead of a route's response."""
    answer = {"message": message, "connectionId": connection_id, "requestId": request_id}
    return json.dumps(answer).encode()


def refused_handshake(status: int, message: str, connection_id: str) -> web.Response:
    """Return the answer to a refused upgrade request."""
    request_id = new_id()
    return web.Response(
        status=status,
        body=gateway_message(message, connection_id, request_id),
        content_type="application/json",
        headers={"x-amzn-ErrorType": _ERROR_TYPES.get(status, "ClientError"), "x-amzn-RequestId": request_id},
    )
