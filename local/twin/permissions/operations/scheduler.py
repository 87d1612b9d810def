"""EventBridge Scheduler: a schedule belongs to a group, and gets a role for its target."""

from urllib.parse import parse_qs, unquote

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.errors import UnmappedOperationError
from local.twin.permissions.operations.passed_roles import passed_role

_PATH = "/schedules"
_ACTIONS = {
    "POST": "CreateSchedule",
    "PUT": "UpdateSchedule",
    "GET": "GetSchedule",
    "DELETE": "DeleteSchedule",
}


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation on a schedule needs; raises UnmappedOperationError for others."""
    name = unquote(request.path).removeprefix(_PATH).strip("/")
    if not request.path.startswith(f"{_PATH}/"):
        raise UnmappedOperationError("scheduler", f"{request.method} {request.path}")
    fields = request.json() if request.body else {}
    group = fields.get("GroupName") or parse_qs(request.query_string).get("groupName", ["default"])[0]
    resource = arns.arn("scheduler", f"schedule/{group}/{name}")
    found = [Access(action=f"scheduler:{_ACTIONS[request.method]}", resource=resource)]
    role = fields.get("Target", {}).get("RoleArn")
    return found + ([passed_role(role, "scheduler.amazonaws.com")] if role else [])
