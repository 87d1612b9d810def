"""The decision on an access, from the policies of the caller's role and of the resource.

Source: AWS documentation, "Policy evaluation for requests within a single account": an explicit deny in any
policy wins; else an allow in the role's policies or in the resource's is enough; else the request is denied.
A KMS key and a role's trust policy are the exception: their own policy must allow, and it lets the account's
policies decide by naming the account. A service has no policies of its own: the resource's must allow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from local.twin.endpoints import ACCOUNT_ID
from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal
from local.twin.permissions.conditions import Context
from local.twin.permissions.policy import Statement

_ACCOUNT = frozenset({("AWS", f"arn:aws:iam::{ACCOUNT_ID}:root"), ("AWS", ACCOUNT_ID)})
_ANYONE = ("AWS", "*")
_TRANSPORT = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}
"""On AWS every call comes over TLS; the twin's calls stand for those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an access is allowed, the statements that allow it, or the reason why not."""

    allowed_by: tuple[str, ...] = ()
    """The ids of the statements."""
    covered_by: tuple[str, ...] = ()
    """Those of their patterns of resources that cover the resource, of statements with several."""
    reason: str = ""
    """As AWS's message gives it, after `because` or `with`; empty if the access is allowed."""

    @property
    def allowed(self) -> bool:
        """True if the access is allowed."""
        return not self.reason


def decide(
    caller: RoleSession | ServicePrincipal,
    access: Access,
    *,
    identity: Sequence[Statement],
    resource: Sequence[Statement] = (),
    needs_resource_policy: bool = False,
) -> Decision:
    """Decide on an access; `needs_resource_policy` is for keys and trust policies."""
    context = _context(caller, access)
    of_role = [each for each in identity if _covers(each, access, context)]
    of_resource = [each for each in resource if _covers(each, access, context)]
    for statements, kind in ((of_role, "an identity-based"), (of_resource, "a resource-based")):
        if any(not each.allows and (each in of_role or _names(each, caller)) for each in statements):
            return Decision(reason=f"with an explicit deny in {kind} policy")
    granted = [each for each in of_resource if each.allows and _names(each, caller)]
    delegated = any(each.allows and each.principals & _ACCOUNT for each in of_resource)
    if isinstance(caller, RoleSession) and (delegated or not needs_resource_policy):
        granted += of_role
    if granted:
        return Decision(
            allowed_by=tuple(each.id for each in granted),
            covered_by=tuple(
                pattern for each in granted for pattern in each.resources.covering(access.resource)
            ),
        )
    kind = (
        "resource-based"
        if needs_resource_policy or isinstance(caller, ServicePrincipal)
        else "identity-based"
    )
    return Decision(reason=f"because no {kind} policy allows the {access.action} action")


def _context(caller: RoleSession | ServicePrincipal, access: Access) -> Context:
    if isinstance(caller, ServicePrincipal):
        source = {"aws:sourcearn": caller.source_arn, "aws:sourceaccount": ACCOUNT_ID}
        return {**_TRANSPORT, **source, **access.context}
    return {**_TRANSPORT, **access.context}


def _covers(statement: Statement, access: Access, context: Context) -> bool:
    return (
        statement.actions.match(access.action)
        and statement.resources.match(access.resource)
        and all(condition.holds(context) for condition in statement.conditions)
    )


def _names(statement: Statement, caller: RoleSession | ServicePrincipal) -> bool:
    if _ANYONE in statement.principals:
        return True
    if isinstance(caller, ServicePrincipal):
        return ("Service", caller.name) in statement.principals
    return ("AWS", caller.role_arn) in statement.principals
