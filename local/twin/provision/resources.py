"""A declared resource, the resource that was created for it, and the interface of creators."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.twin.clients import Clients
from local.twin.endpoints import ACCOUNT_ID, PARTITION, Endpoint
from local.twin.permissions.caller import ServicePrincipal
from local.twin.permissions.policy_store import PolicyStore
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.errors import RoleNotAssumableError
from local.twin.provision.platform import Platform
from local.twin.services.lambda_.code import CodeStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of a stack, with its properties resolved."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    path: str = ""
    """The path of its construct, if the template has it."""
    number: int = 0
    """How many resources of this logical id were created before: generated names differ."""

    @property
    def place(self) -> str:
        """The stack and the logical id, for messages."""
        return f"{self.stack}/{self.logical_id}"

    @property
    def policy_name(self) -> str:
        """The path of the construct that a policy belongs to, such as a role, or else the logical id."""
        path = self.path.removesuffix("/Resource").removesuffix("/DefaultPolicy")
        return path or self.place

    def name(self, given: str | None = None, *, longest: int = 64, lower: bool = False) -> str:
        """Return the given physical name, or one made of the stack, the logical id and a stable suffix."""
        if given:
            return given
        suffix = self._hash("/")[:8]
        stem = re.sub(r"[^A-Za-z0-9-]", "-", f"{self.stack}-{self.logical_id}")[: longest - 9]
        name = f"{stem}-{suffix}"
        return name.lower() if lower else name

    def short_id(self, length: int = 10) -> str:
        """Return an id in the form that services generate; it is the same in every run."""
        return self._hash(":")[:length]

    def _hash(self, separator: str) -> str:
        text = f"{self.stack}{separator}{self.logical_id}"
        if self.number:
            text += f"{separator}{self.number}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A created resource: the values of `Ref` and `Fn::GetAtt`."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A resource as it was declared, and what was created for it."""

    resource: Resource
    created: Created


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredFunction:
    """A function's role and variables, which custom resources act with."""

    role_arn: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionContext:
    """The parts of the twin that creators use."""

    endpoint: Endpoint
    client: Clients
    policies: PolicyStore
    platform: Platform
    code: CodeStore
    apis: ApiDrafts
    assets: dict[str, Path] = field(default_factory=dict)
    """The assets of every deployed assembly by object key."""
    functions: dict[str, DeclaredFunction] = field(default_factory=dict)
    """Every function by ARN."""

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of the twin's account and region."""
        return f"arn:{PARTITION}:{service}:{self.endpoint.region}:{ACCOUNT_ID}:{resource}"

    def check_trust(self, service: str, role_arn: str, *, source_arn: str) -> None:
        """Raise RoleNotAssumableError if a role does not let a service assume it for a resource."""
        principal = ServicePrincipal(name=service, source_arn=source_arn)
        if not self.policies.decide_trust(principal, role_arn).allowed:
            raise RoleNotAssumableError(service, role_arn)

    def iam_arn(self, resource: str) -> str:
        """Return the ARN of a role or policy."""
        return self.global_arn("iam", resource)

    def global_arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of the twin's account that belongs to no region."""
        return f"arn:{PARTITION}:{service}::{ACCOUNT_ID}:{resource}"


Creator = Callable[[Resource, ProvisionContext], Created]
"""Creates a resource."""
Updater = Callable[[Deployed, Resource, ProvisionContext], Created]
"""Changes a deployed resource to what a template declares now, without replacing it."""
Deleter = Callable[[Deployed, ProvisionContext], None]
"""Deletes a deployed resource."""


def put_again(create: Creator) -> Updater:
    """Return the updater of a type whose creator also changes a resource that exists."""
    return lambda _deployed, resource, context: create(resource, context)


def unchanged(deployed: Deployed, _resource: Resource, _context: ProvisionContext) -> Created:
    """Update a resource of which the twin plays nothing that can change."""
    return deployed.created


def forget(_deployed: Deployed, _context: ProvisionContext) -> None:
    """Delete a resource of which nothing is kept outside of its stack."""


def tag_list(resource: Resource) -> list[dict[str, str]]:
    """Return the resource's tags in the form that most services accept."""
    return [dict(tag) for tag in resource.properties.get("Tags", ())]
