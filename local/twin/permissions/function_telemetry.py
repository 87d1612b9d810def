"""The logs and traces that Lambda writes with the permissions of a function's role."""

from local.twin.permissions.access import Access, Arns
from local.twin.permissions.caller import RoleSession
from local.twin.permissions.gate import PermissionGate
from local.twin.services.lambda_.configuration import FunctionConfiguration

_STREAM = "log-stream:environment"


class FunctionTelemetry:
    """Decides at the start of an execution environment whether Lambda keeps or drops its logs."""

    def __init__(self, permissions: PermissionGate, *, region: str) -> None:
        self._permissions = permissions
        self._arns = Arns(region=region)

    def keeps_logs(self, function: FunctionConfiguration) -> bool:
        """True if the role may write the function's logs; the traces have no other effect than the record."""
        caller = RoleSession(role_arn=function.role_arn)
        stream = self._arns.arn("logs", f"log-group:{function.log_group}:{_STREAM}")
        actions = ("logs:CreateLogStream", "logs:PutLogEvents")
        needed = [Access(action=action, resource=stream) for action in actions]
        traces = ("PutTraceSegments", "PutTelemetryRecords") if function.traced else ()
        for name in traces:
            self._permissions.authorise(caller, Access(action=f"xray:{name}", resource="*"))
        return all(self._permissions.authorise(caller, access) is None for access in needed)
