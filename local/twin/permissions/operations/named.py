"""Services whose operations name one resource in a parameter, and whose actions have the operations' names.

An operation that names none of the parameters is an action without resource types, on the resource `*`.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns

SERVICES: dict[str, dict[str, str]] = {
    "cognito-idp": {"UserPoolId": "userpool/"},
    "comprehend": {},
    "events": {"EventBusName": "event-bus/", "Name": "rule/", "Rule": "rule/"},
    "firehose": {"DeliveryStreamName": "deliverystream/"},
    "kinesis": {"StreamARN": "", "StreamName": "stream/"},
    "kinesisanalytics": {"ApplicationName": "application/"},
    "monitoring": {},
    "secretsmanager": {"SecretId": "secret:"},
    "sns": {"TopicArn": "", "TargetArn": ""},
    "sqs": {"QueueName": "", "QueueUrl": ""},
    "ssm": {"Name": "parameter/"},
    "states": {"stateMachineArn": "", "executionArn": ""},
}
"""For each service, the parameters that name a resource, and what comes before the name in its ARN."""

_ACTION_PREFIXES = {"monitoring": "cloudwatch"}
_BATCHES = frozenset({"sqs", "sns"})
"""Services whose operations `...Batch` need the action of one entry."""


def named_access(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation of these services needs."""
    parameters = _parameters(request)
    operation = request.operation or parameters.get("Action", "")
    prefix = _ACTION_PREFIXES.get(request.service, request.service)
    if request.service in _BATCHES:
        operation = operation.removesuffix("Batch")
    action = f"{prefix}:{operation}"
    if action == "events:PutEvents":
        buses = {entry.get("EventBusName") or "default" for entry in parameters["Entries"]}
        return [
            Access(action=action, resource=arns.named("events", "event-bus/", bus)) for bus in sorted(buses)
        ]
    if action in ("ssm:GetParameters", "ssm:DeleteParameters"):
        return [Access(action=action, resource=_parameter(name, arns)) for name in parameters["Names"]]
    context = {}
    if action == "cloudwatch:PutMetricData":
        context = {"cloudwatch:namespace": str(parameters.get("Namespace", ""))}
    return [Access(action=action, resource=_resource(request.service, parameters, arns), context=context)]


def _parameters(request: ServiceRequest) -> Mapping[str, Any]:
    if request.operation:
        return request.json()
    return dict(parse_qsl(request.body.decode() or request.query_string))


def _resource(service: str, parameters: Mapping[str, Any], arns: Arns) -> str:
    if service == "kinesis" and "StreamARN" not in parameters and "ShardIterator" in parameters:
        return arns.arn("kinesis", f"stream/{_stream_of(parameters['ShardIterator'])}")
    for parameter, kind in SERVICES[service].items():
        name = parameters.get(parameter)
        if name is None:
            continue
        if service == "ssm":
            return _parameter(name, arns)
        if parameter == "QueueUrl":
            name = name.rpartition("/")[2]
        return arns.named(service, kind, name)
    return "*"


def _parameter(name: str, arns: Arns) -> str:
    return arns.named("ssm", "parameter/", name.removeprefix("/"))


def _stream_of(iterator: str) -> str:
    """Return the stream's name from an iterator, which moto makes of it, the shard and the position."""
    try:
        return base64.b64decode(iterator).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
