"""`$connect`: a viewer with a valid token opens a connection."""

from typing import Any

from lambdas.handlers.composition import connections, now
from lambdas.handlers.websocket import connection_of, viewer
from lambdas.logic.authorization import SUBPROTOCOL
from lambdas.logic.subscriptions import CONNECTION_LIFE
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Remember the connection and choose the sub-protocol, without which browsers close the connection."""
    connections().add_connection(connection_of(event), viewer(event), now() + CONNECTION_LIFE)
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL}}
