"""API Gateway's `@connections` commands."""

from urllib.parse import unquote

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.services.apigateway.gateway import PATH_PREFIX


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what a command on a connection needs."""
    api_id, _, rest = unquote(request.path).removeprefix(PATH_PREFIX).partition("/")
    stage, _, command = rest.partition("/")
    resource = arns.arn("execute-api", f"{api_id}/{stage}/{request.method}/{command}")
    return [Access(action="execute-api:ManageConnections", resource=resource)]
