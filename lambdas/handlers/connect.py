"""`$connect`: a client with a valid token opens a connection."""

from typing import Any

from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.stores import connection_store
from lambdas.handlers.websocket import connection_id_of, viewer_of
from lambdas.logic.authorization import SUBPROTOCOL
from lambdas.logic.subscribe import CONNECTION_LIFE
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store the connection and select the sub-protocol; browsers close the connection without one."""
    connection_store().add_connection(connection_id_of(event), viewer_of(event), now() + CONNECTION_LIFE)
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL}}
