"""AppSync: publishing on channels, and the operations that read Event APIs.

Source: AWS documentation, "Actions, resources, and condition keys for AWS AppSync".
"""

import json

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.errors import UnmappedOperationError
from local.twin.services.appsync.channels import namespace_of, read_channel
from local.twin.services.appsync.event_apis import HTTP_PREFIX


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what a request needs; one whose body names no channel needs nothing, because it fails anyway.

    Raises UnmappedOperationError.
    """
    if not request.path.startswith(HTTP_PREFIX):
        raise UnmappedOperationError("appsync", f"{request.method} {request.path}")
    channel = _channel(request.body)
    if channel is None:
        return []
    api_id = request.path.removeprefix(HTTP_PREFIX).partition("/")[0]
    resource = arns.arn("appsync", f"apis/{api_id}/channelNamespace/{namespace_of(channel)}")
    return [Access(action="appsync:EventPublish", resource=resource)]


def _channel(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read_channel(value.get("channel")) if isinstance(value, dict) else None
