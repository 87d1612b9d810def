"""The deployed policies: of roles, of resources, and of who may assume a role."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal, access_key_id
from local.twin.permissions.evaluation import Decision, decide
from local.twin.permissions.policy import Statement

_OWN_POLICY_DECIDES = (":kms:",)
Policies = dict[str, tuple[Statement, ...]]
"""Statements by the name of their policy; replaced as a whole, never changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicable:
    """The statements by which an access is decided."""

    identity: Sequence[Statement]
    resource: Sequence[Statement]
    needs_resource_policy: bool


class PolicyStore:
    """Answers whether a caller has an access."""

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self._trust: dict[str, Sequence[Statement]] = {}
        self._of_roles: defaultdict[str, Policies] = defaultdict(dict)
        self._of_resources: defaultdict[str, Policies] = defaultdict(dict)
        self._keys: dict[str, str] = {}
        self._about: dict[tuple[str, str], tuple[Policies, list[Statement]]] = {}

    def put_role(self, role_arn: str, trust: Sequence[Statement]) -> None:
        """Add a role, whose sessions are known by their access key id from now on, or change its trust."""
        self._roles[access_key_id(role_arn)] = role_arn
        self._trust[role_arn] = trust

    def remove_role(self, role_arn: str) -> None:
        """Remove a role with its policies; its sessions may do nothing from now on."""
        self._trust.pop(role_arn, None)
        self._of_roles.pop(role_arn, None)

    def put_role_policy(self, role_arn: str, policy: str, statements: Iterable[Statement]) -> None:
        """Add a policy to a role, or replace the one that the role has under this name."""
        self._of_roles[role_arn] = {**self._of_roles[role_arn], policy: tuple(statements)}

    def remove_role_policy(self, role_arn: str, policy: str) -> None:
        """Remove a policy from a role, if it has it."""
        self._of_roles[role_arn] = _without(self._of_roles[role_arn], policy)

    def put_resource_policy(self, arn: str, policy: str, statements: Iterable[Statement]) -> None:
        """Add a policy to a resource, or replace the one that the resource has under this name."""
        self._of_resources[arn] = {**self._of_resources[arn], policy: tuple(statements)}

    def remove_resource_policy(self, arn: str, policy: str) -> None:
        """Remove a policy from a resource, if it has it."""
        self._of_resources[arn] = _without(self._of_resources[arn], policy)

    def put_encryption(self, arn: str, key_arn: str | None) -> None:
        """Remember with which key a resource is encrypted; None is one that needs no grant."""
        if key_arn is None:
            self._keys.pop(arn, None)
        else:
            self._keys[arn] = key_arn

    def role_of_key(self, key_id: str) -> str | None:
        """Return the role whose sessions have this access key id, or None."""
        return self._roles.get(key_id)

    def key_of(self, arn: str) -> str | None:
        """Return the ARN of the key that encrypts a resource, or None."""
        return self._keys.get(arn)

    def decide(self, caller: RoleSession | ServicePrincipal, access: Access) -> Decision:
        """Decide on an access by the policies of the caller's role and of the resource."""
        about = self.about(caller, access)
        return decide(
            caller,
            access,
            identity=about.identity,
            resource=about.resource,
            needs_resource_policy=about.needs_resource_policy,
        )

    def about(self, caller: RoleSession | ServicePrincipal, access: Access) -> Applicable:
        """Return the statements of the caller's role and of the resource that may be about an access."""
        return Applicable(
            identity=self._identity(caller, access.action),
            resource=_statements(self._of_resources.get(owner_of(access.resource), {})),
            needs_resource_policy=any(service in access.resource for service in _OWN_POLICY_DECIDES),
        )

    def decide_trust(self, service: ServicePrincipal, role_arn: str) -> Decision:
        """Decide whether a service may assume a role."""
        access = Access(action="sts:AssumeRole", resource=role_arn)
        trust = self._trust.get(role_arn, ())
        return decide(service, access, identity=(), resource=trust, needs_resource_policy=True)

    def statements(self) -> dict[str, list[Statement]]:
        """Return every statement by the ARN of the role or resource that has it."""
        owned = {**self._of_roles, **self._of_resources}
        return {arn: _statements(policies) for arn, policies in owned.items()}

    def _identity(self, caller: RoleSession | ServicePrincipal, action: str) -> Sequence[Statement]:
        """Return the statements of the caller's role that are about an action."""
        if isinstance(caller, ServicePrincipal):
            return ()
        policies = self._of_roles.get(caller.role_arn, {})
        key = caller.role_arn, action
        known = self._about.get(key)
        # A deployment puts new policies, in a thread of its own, and never changes those that were put.
        if known is None or known[0] is not policies:
            about = [each for each in _statements(policies) if each.actions.match(action)]
            known = self._about[key] = policies, about
        return known[1]


def _statements(policies: Policies) -> list[Statement]:
    return [statement for statements in policies.values() for statement in statements]


def _without(policies: Policies, name: str) -> Policies:
    return {each: statements for each, statements in policies.items() if each != name}


def owner_of(resource: str) -> str:
    """Return the resource whose policy decides: an object's bucket, an alias's function."""
    if resource.startswith("arn:aws:s3:::"):
        return resource.partition("/")[0]
    parts = resource.split(":")
    return ":".join(parts[:7]) if len(parts) == 8 and parts[2] == "lambda" else resource
