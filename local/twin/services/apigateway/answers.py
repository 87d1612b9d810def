"""The JSON that a WebSocket API answers by itself, on a handshake or in place of a route's response.

The shape is the one that clients report; AWS documents only the statuses ("Manage connected users and client
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
    """What the client receives instead of a route's response."""
    answer = {"message": message, "connectionId": connection_id, "requestId": request_id}
    return json.dumps(answer).encode()


def refused_handshake(status: int, message: str, connection_id: str) -> web.Response:
    """The answer to an upgrade request that makes no connection."""
    request_id = new_id()
    return web.Response(
        status=status,
        body=gateway_message(message, connection_id, request_id),
        content_type="application/json",
        headers={"x-amzn-ErrorType": _ERROR_TYPES.get(status, "ClientError"), "x-amzn-RequestId": request_id},
    )
