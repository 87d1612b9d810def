"""The authorizer of the channels: a pass opens a connection and subscribes to its own channels.

Source of the event: https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
"""

from typing import Any

from domain.metrics import Metric
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.passes import opening_limit, pass_verifier
from lambdas.logic.channel_pass import CONNECT, may
from lambdas.logic.errors import UnauthorizedError
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return whether the operation is allowed; the answer is about one channel, so it is never cached."""
    request = event.get("requestContext") or {}
    operation, channel = str(request.get("operation")), request.get("channel")
    try:
        at = now()
        channels = pass_verifier().channels(str(event.get("authorizationToken")), at)
        if not may(operation, channel, channels):
            raise UnauthorizedError(f"channel: expected one of the pass, to subscribe; got {operation}")
        limit = opening_limit()
        if operation == CONNECT and not limit.admits(channels, at):
            TELEMETRY.count(Metric.CONNECTIONS_TOO_MANY)
            raise UnauthorizedError(
                f"connection: expected at most {limit.most} of one viewer in five minutes"
            )
    except UnauthorizedError as error:
        TELEMETRY.count(Metric.CHANNELS_REFUSED)
        TELEMETRY.warning("channel refused", operation=operation, reason=str(error))
        return {"isAuthorized": False, "ttlOverride": 0}
    return {"isAuthorized": True, "ttlOverride": 0}
