"""The AWS services that the stacks use: of their resources, of their grants, and of the code's clients."""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3

from paths import ROOT

CALLERS = ("lambdas", "glue_jobs", "flink_app", "crowd_source", "local/account", "local/play")
"""The folders of code that makes clients of AWS."""
SYNONYMS = {
    "cognito": ("cognito-idp",),
    "execute-api": ("apigatewaymanagementapi",),
    "kinesisanalytics": ("kinesisanalyticsv2",),
    "kinesisfirehose": ("firehose",),
    "personalize": ("personalize", "personalize-events", "personalize-runtime"),
    "states": ("stepfunctions",),
}
"""boto3's names of the services whose resource types or actions are named otherwise."""


def services_of_stacks(assembly: Path) -> set[str]:
    """Return boto3's name of each service; raises AssertionError for a name that boto3 does not know."""
    names = set(_clients())
    for path in assembly.rglob("*.template.json"):
        template = json.loads(path.read_text(encoding="utf-8"))
        types = (each["Type"].split("::") for each in template["Resources"].values())
        names |= {parts[1].lower() for parts in types if parts[0] == "AWS"}
        names |= {action.partition(":")[0] for action in _actions(template)}
    names -= {"cdk", "*"}
    services = {service for name in names for service in SYNONYMS.get(name, (name,))}
    unknown = services - set(boto3.Session().get_available_services())
    assert not unknown, f"boto3 has no clients of these names: {unknown}"
    return services


def _actions(part: Any) -> Iterator[str]:
    """Yield the actions of all policies in a template."""
    if isinstance(part, Mapping):
        if "Effect" in part and "Action" in part:
            action = part["Action"]
            yield from [action] if isinstance(action, str) else action
        part = list(part.values())
    if isinstance(part, Sequence) and not isinstance(part, str):
        for each in part:
            yield from _actions(each)


def _clients() -> Iterator[str]:
    """Yield the name of each client that the code makes by name."""
    for folder in CALLERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case (
                        ast.Call(func=ast.Attribute(attr="client"), args=[ast.Constant(value=str(name)), *_])
                        | ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(name)), *_])
                    ):
                        yield name
