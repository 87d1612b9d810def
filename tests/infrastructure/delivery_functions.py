"""Permissions and event sources of the functions in the delivery stack."""

import json
from typing import Any

from tests.infrastructure.assembly import Assembly


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(assembly: Assembly, module: str, action: str) -> list[str]:
    """Return the resources, as JSON, on which a function may perform an action."""
    return [
        json.dumps(resource)
        for statement in assembly.statements("DeliveryStack", module)
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def event_source(assembly: Assembly, beginning: str) -> dict[str, Any]:
    """Return the only event source mapping whose logical id has the prefix."""
    return assembly.properties("DeliveryStack", "AWS::Lambda::EventSourceMapping", beginning)
