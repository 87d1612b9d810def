"""`$connect`: a client with a valid token opens a connection."""

from typing import Any

from domain.metrics import Metric
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.stores import connection_store
from lambdas.handlers.websocket import connection_id_of, viewer_of
from lambdas.logic.authorization import SUBPROTOCOL
from lambdas.logic.subscribe import CONNECTION_LIFE
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import SocketLimitSettings

TOO_MANY_REQUESTS = 429


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store the connection and select the sub-protocol; browsers close the connection without one.

    A viewer with too many connections gets no other: the handshake fails with 429.
    """
    limit, opened_at = read_settings(SocketLimitSettings).sockets_per_viewer, now()
    if not connection_store().add_connection(
        connection_id_of(event), viewer_of(event), opened_at + CONNECTION_LIFE, now=opened_at, limit=limit
    ):
        TELEMETRY.count(Metric.CONNECTIONS_TOO_MANY)
        return {
            "statusCode": TOO_MANY_REQUESTS,
            "body": f"expected at most {limit} connections of one viewer",
        }
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL}}
