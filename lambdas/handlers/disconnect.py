"""`$disconnect`: a connection was closed."""

from typing import Any

from lambdas.handlers.composition.stores import connection_store
from lambdas.handlers.websocket import connection_id_of
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Delete the connection and its subscriptions."""
    connection_store().remove_connection(connection_id_of(event))
    return {"statusCode": 200}
