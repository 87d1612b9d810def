"""The input of a rule's target: the event, a constant, a part of the event, or a template filled from it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.twin.permissions.caller import Caller, RoleSession, ServicePrincipal

_PLACEHOLDER = re.compile(r"<([\w.-]+)>")


def target_caller(target: Mapping[str, Any], rule_arn: str) -> Caller:
    """Return who invokes a target: the role that the rule gives for it, or EventBridge for the rule."""
    if "RoleArn" in target:
        return RoleSession(role_arn=target["RoleArn"])
    return ServicePrincipal(name="events.amazonaws.com", source_arn=rule_arn)


def target_input(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Return the text that EventBridge sends to a target for an event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(at_path(target["InputPath"], event))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event)
    return json.dumps(event)


def at_path(path: str, event: Any) -> Any:
    """Return the value at a simple JSON path (`$.detail.bucket.name`, `$.resources[0]`), or None."""
    value = event
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    template = transformer["InputTemplate"]
    values = {name: at_path(path, event) for name, path in transformer.get("InputPathsMap", {}).items()}
    values |= {"aws.events.event.json": event, "aws.events.event": event}

    def fill(found: re.Match[str]) -> str:
        value = values.get(found.group(1))
        before = template[found.start() - 1 : found.start()]
        quoted = template.count('"', 0, found.start()) % 2 == 1 or before == '"'
        if isinstance(value, str):
            return json.dumps(value)[1:-1] if quoted else json.dumps(value)
        return json.dumps(value)

    filled = _PLACEHOLDER.sub(fill, template)
    return filled if _is_json(filled) else json.dumps(filled)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def target_options(target: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of TargetInvoker for a target: a FIFO queue's group id, a stream's partition key."""
    options: dict[str, Any] = {}
    if "SqsParameters" in target:
        options["group_id"] = target["SqsParameters"]["MessageGroupId"]
    path = target.get("KinesisParameters", {}).get("PartitionKeyPath")
    if path:
        options["partition_key"] = str(at_path(path, event))
    return options
