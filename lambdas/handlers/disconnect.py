"""`$disconnect`: a connection has ended."""

from typing import Any

from lambdas.handlers.composition import connections
from lambdas.handlers.websocket import connection_of
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Forget the connection and all that it follows."""
    connections().remove_connection(connection_of(event))
    return {"statusCode": 200}
