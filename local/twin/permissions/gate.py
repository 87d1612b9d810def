"""The check of each request to the twin against the policies of its caller."""

from collections.abc import Mapping
from typing import Any

from local.twin.edge.routing import key_id_of
from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.caller import Caller, RoleSession, ServicePrincipal
from local.twin.permissions.mutants import Mutants
from local.twin.permissions.operations import accesses
from local.twin.permissions.operations.s3 import may_list
from local.twin.permissions.policy_store import PolicyStore
from local.twin.permissions.record import PermissionRecord
from local.twin.permissions.refusal import Refusal

_WITHOUT_BODY = frozenset({"execute-api"})
_USES_OF_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


class PermissionGate:
    """Finds the caller of a request, decides, and records."""

    def __init__(self, *, region: str) -> None:
        self.policies = PolicyStore()
        self.record = PermissionRecord()
        self._arns = Arns(region=region)

    def caller_of(self, headers: Mapping[str, str], query_string: str) -> Caller:
        """Return the role whose session signed a request, or None for anybody else."""
        key_id = key_id_of(headers, query_string)
        role = None if key_id is None else self.policies.role_of_key(key_id)
        return None if role is None else RoleSession(role_arn=role)

    def reads_body(self, service: str) -> bool:
        """True if the check of a service's requests may need their bodies."""
        return service not in _WITHOUT_BODY

    def check(self, caller: Caller, request: ServiceRequest) -> Refusal | None:
        """Return the refusal of a request, or None if it is allowed; raises UnmappedOperationError."""
        if caller is None:
            return None
        for access in accesses(request, self._arns):
            refusal = self.authorise(caller, access)
            if refusal is not None:
                return refusal
        return None

    def check_missing_object(self, caller: Caller, request: ServiceRequest) -> Refusal | None:
        """Return the refusal by which S3 hides from those who may not list that an object is missing."""
        return self.authorise(caller, may_list(request))

    def authorise(self, caller: Caller, access: Access) -> Refusal | None:
        """Return the refusal of an access, or None if it is allowed, with the use of the resource's key."""
        if caller is None:
            return None
        refusal = self._decide(caller, access)
        key = self.policies.key_of(access.resource) if access.action == "sns:Publish" else None
        for action in _USES_OF_KEY if key is not None and refusal is None else ():
            refusal = refusal or self._decide(caller, Access(action=action, resource=str(key)))
        if access.action == "iam:PassRole" and refusal is None:
            service = access.context["iam:passedtoservice"]
            refusal = self._assume(service, access.resource)
        return refusal

    def report(self) -> dict[str, Any]:
        """Return the uses of each statement that allows something, by its owner, and the refusals.

        `unneeded` are the actions without which every call so far would still be allowed, and
        `unneeded_resources` the pairs of a needed action and one of several resources.
        """
        mutants = Mutants(self.policies, self.record.calls())
        statements = [
            {
                "owner": owner,
                "id": statement.id,
                "actions": list(statement.actions.patterns),
                "resources": list(statement.resources.patterns),
                "used": dict(self.record.used.get(statement.id, {})),
                "unneeded": list(mutants.unneeded_actions(owner, statement)),
                "unneeded_resources": list(mutants.unneeded_resources(owner, statement)),
            }
            for owner, owned in self.policies.statements().items()
            for statement in owned
            if statement.allows
        ]
        return {"statements": statements, "refused": self.record.refusals()}

    def _decide(self, caller: RoleSession | ServicePrincipal, access: Access) -> Refusal | None:
        decision = self.policies.decide(caller, access)
        if decision.allowed:
            self.record.put_use(caller, access, decision)
            return None
        self.record.put_refusal(caller, access, decision.reason)
        return Refusal(caller=caller, access=access, reason=decision.reason)

    def _assume(self, service: str, role_arn: str) -> Refusal | None:
        """Return the refusal of a role that does not trust the service which it is passed to."""
        source_arn = self._arns.arn(service.partition(".")[0], "*")
        principal = ServicePrincipal(name=service, source_arn=source_arn)
        decision = self.policies.decide_trust(principal, role_arn)
        if decision.allowed:
            return None
        access = Access(action="sts:AssumeRole", resource=role_arn)
        self.record.put_refusal(principal, access, decision.reason)
        return Refusal(caller=principal, access=access, reason=decision.reason)
