"""A declared resource, the resource that was created for it, and the interface of creators."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.twin.endpoints import ACCOUNT_ID, PARTITION, Endpoint
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.platform import Platform
from local.twin.services.lambda_.code import CodeStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of a stack, with its properties resolved."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]

    def name(self, given: str | None = None, *, longest: int = 64, lower: bool = False) -> str:
        """Return the given physical name, or one made of the stack, the logical id and a stable suffix."""
        if given:
            return given
        suffix = hashlib.sha256(f"{self.stack}/{self.logical_id}".encode()).hexdigest()[:8]
        stem = re.sub(r"[^A-Za-z0-9-]", "-", f"{self.stack}-{self.logical_id}")[: longest - 9]
        name = f"{stem}-{suffix}"
        return name.lower() if lower else name

    def short_id(self, length: int = 10) -> str:
        """Return an id in the form that services generate; it is the same in every run."""
        return hashlib.sha256(f"{self.stack}:{self.logical_id}".encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A created resource: the values of `Ref` and `Fn::GetAtt`."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionContext:
    """The parts of the twin that creators use."""

    endpoint: Endpoint
    client: Callable[[str], Any]
    platform: Platform
    assets: Mapping[str, Path]
    code: CodeStore
    apis: ApiDrafts
    providers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The environments of the CDK's provider functions, by ARN."""

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of the twin's account and region."""
        return f"arn:{PARTITION}:{service}:{self.endpoint.region}:{ACCOUNT_ID}:{resource}"


Creator = Callable[[Resource, ProvisionContext], Created]


def tag_list(resource: Resource) -> list[dict[str, str]]:
    """Return the resource's tags in the form that most services accept."""
    return [dict(tag) for tag in resource.properties.get("Tags", ())]
