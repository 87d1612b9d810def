"""A declared resource, what became of it, and what a creator works with."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from local.twin.endpoints import ACCOUNT_ID, PARTITION, Endpoint
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.lambda_.code import CodeStore
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a stack, its properties resolved."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]

    def name(self, given: str | None = None, *, longest: int = 64, lower: bool = False) -> str:
        """The given physical name, or one made of the stack, the logical id and a stable suffix."""
        if given:
            return given
        suffix = hashlib.sha256(f"{self.stack}/{self.logical_id}".encode()).hexdigest()[:8]
        stem = re.sub(r"[^A-Za-z0-9-]", "-", f"{self.stack}-{self.logical_id}")[: longest - 9]
        name = f"{stem}-{suffix}"
        return name.lower() if lower else name

    def short_id(self, length: int = 10) -> str:
        """An id as services generate them, stable from run to run."""
        return hashlib.sha256(f"{self.stack}:{self.logical_id}".encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What `Ref` and `Fn::GetAtt` give for a resource."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A Flink application that was declared: what the embedded runner needs to take its place."""

    name: str
    arn: str
    properties: Mapping[str, Mapping[str, str]]
    package: Path | None = None


class Platform(Protocol):
    """The parts of the twin that creators fill beside the AWS services."""

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function."""
        ...

    def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create an event source mapping."""
        ...

    def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream."""
        ...

    def put_application(self, application: Application) -> None:
        """Create a Flink application, not yet started."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Everything that a creator may use."""

    endpoint: Endpoint
    client: Callable[[str], Any]
    platform: Platform
    assets: Mapping[str, Path]
    code: CodeStore
    apis: ApiDrafts

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:{PARTITION}:{service}:{self.endpoint.region}:{ACCOUNT_ID}:{resource}"


Creator = Callable[[Resource, Workbench], Created]


def tag_list(resource: Resource) -> list[dict[str, str]]:
    """The resource's tags as most services take them."""
    return [dict(tag) for tag in resource.properties.get("Tags", ())]
