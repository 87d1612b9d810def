"""The templates of a synthesized stage."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from app import compose
from paths import ROOT
from stacks.artifacts import Artifacts
from stacks.config import StageConfig, stage_config

STACKS = (
    "DataStack",
    "PersonalizeStack",
    "TrainingStack",
    "AnalyticsStack",
    "DeliveryStack",
    "ClientStack",
    "OperationsStack",
    "PrivacyStack",
)
CAMPAIGN = "CampaignStack"
BROADCAST = ("DeliveryStack", "ClientStack", "OperationsStack")
"""The stacks that depend on the delivery mode."""
ALARM_EMAIL = "night@example.com"
Resources = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Assembly:
    """A synthesized stage: its folder and its templates by stack."""

    directory: Path
    templates: dict[str, dict[str, Any]]

    def of_type(self, stack: str, resource_type: str) -> Resources:
        """Return the resources of a type in a stack, by logical id."""
        return {
            name: resource
            for name, resource in self.templates[stack]["Resources"].items()
            if resource["Type"] == resource_type
        }

    def properties(self, stack: str, resource_type: str, beginning: str = "") -> dict[str, Any]:
        """Return the properties of the only resource of a type whose logical id has the prefix."""
        found = [
            resource
            for name, resource in self.of_type(stack, resource_type).items()
            if name.startswith(beginning)
        ]
        assert len(found) == 1, f"expected one {resource_type} {beginning}*, got {len(found)}"
        properties: dict[str, Any] = found[0]["Properties"]
        return properties

    def function(self, stack: str, module: str) -> dict[str, Any]:
        """Return the properties of the function with this handler."""
        found: list[dict[str, Any]] = [
            resource["Properties"]
            for resource in self.of_type(stack, "AWS::Lambda::Function").values()
            if resource["Properties"].get("Handler") == f"lambdas.handlers.{module}.handler"
        ]
        (properties,) = found
        return properties

    def statements(self, stack: str, module: str) -> list[dict[str, Any]]:
        """Return the policy statements of a function's role."""
        role = self.function(stack, module)["Role"]["Fn::GetAtt"][0]
        return [
            statement
            for policy in self.of_type(stack, "AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]


def synthesize(
    stage: str, directory: Path, placeholders: Path, *, alarm_email: str | None = None
) -> Assembly:
    """Synthesize a stage with the checks of cdk-nag."""
    config = replace(stage_config(stage), alarm_email=alarm_email)
    return synthesize_config(config, directory, placeholders, checked=True)


def synthesize_config(
    config: StageConfig, directory: Path, placeholders: Path, *, checked: bool = False
) -> Assembly:
    """Synthesize a stage; placeholders replace the functions, the layer, the Flink package and the builds."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    scope = App(context=context, outdir=str(directory))
    if checked:
        Validations.of(scope).add_plugins(AwsSolutionsChecks(scope))
    compose(
        scope,
        config=config,
        artifacts=Artifacts(
            root=ROOT,
            functions=placeholders / "functions",
            layer=placeholders / "layer",
            flink=placeholders / "flink",
            client=placeholders / "client",
            control_room=placeholders / "control-room",
        ),
    )
    scope.synth()
    return read_assembly(directory)


def read_assembly(directory: Path) -> Assembly:
    """Read the templates of a synthesized folder, by the ids of their stacks."""
    templates = {}
    for manifest in (directory / "manifest.json", directory / "assembly-Campaign" / "manifest.json"):
        for artifact in json.loads(manifest.read_text())["artifacts"].values():
            if artifact["type"] == "aws:cloudformation:stack":
                name = artifact["displayName"].split("/")[-1].split(" ")[0]
                template = manifest.parent / artifact["properties"]["templateFile"]
                templates[name] = json.loads(template.read_text())
    return Assembly(directory, templates)


def findings(directory: Path) -> list[str]:
    """Return the findings of the validations at synthesis that are not acknowledged."""
    report = json.loads((directory / "validation-report.json").read_text())
    return [
        f"{plugin['pluginName']} {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]
