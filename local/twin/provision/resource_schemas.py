"""The resource schemas that CloudFormation publishes, as cfn-lint has them.

They say what a resource is known by, and which properties CloudFormation can only set when it creates the
resource: a change of one replaces it.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from local.twin.provision.errors import SchemasMissingError

COMMERCIAL = re.compile(r"(?!cn-|us-gov-|us-iso|eu-iso|eusc-)[a-z]{2}-[a-z]+-\d")
REGION = "us-east-1"
"""The region whose schemas count; they hardly differ between regions."""
PropertyPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """What the schema of a resource type says about its properties, each as the path below `Properties`."""

    identifiers: tuple[frozenset[PropertyPath], ...]
    """The sets of properties each of which is unique in an account and region."""
    create_only: frozenset[PropertyPath]
    conditional_create_only: frozenset[PropertyPath]
    """Properties of which some changes replace the resource."""
    read_only: frozenset[PropertyPath]


def regions_with(resource_type: str) -> set[str]:
    """Return the commercial regions that have a resource type."""
    return {
        file.stem
        for file in (_schemas() / "providers").glob("*.json")
        if COMMERCIAL.fullmatch(file.stem) and resource_type in _types(file.stem)
    }


@cache
def resource_schema(resource_type: str) -> ResourceSchema | None:
    """Return the schema of a resource type; None for a custom resource."""
    if resource_type not in _types(REGION):
        return None
    found = json.loads((_schemas() / "resources" / f"{_types(REGION)[resource_type]}.json").read_text())
    identifiers = [found["primaryIdentifier"], *found.get("additionalIdentifiers", [])]
    return ResourceSchema(
        identifiers=tuple(_paths(identifier) for identifier in identifiers),
        create_only=_paths(found.get("createOnlyProperties", [])),
        conditional_create_only=_paths(found.get("conditionalCreateOnlyProperties", [])),
        read_only=_paths(found.get("readOnlyProperties", [])),
    )


@cache
def _schemas() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise SchemasMissingError
    return Path(spec.origin).parent / "data" / "schemas"


@cache
def _types(region: str) -> dict[str, Any]:
    types: dict[str, Any] = json.loads((_schemas() / "providers" / f"{region}.json").read_text())
    return types


def _paths(pointers: list[str]) -> frozenset[PropertyPath]:
    return frozenset(tuple(pointer.removeprefix("/properties/").split("/")) for pointer in pointers)
