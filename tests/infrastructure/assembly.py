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
from stacks.config import stage_config

STACKS = (
    "DataStack",
    "PersonalizeStack",
    "TrainingStack",
    "AnalyticsStack",
    "DeliveryStack",
    "ClientStack",
    "OperationsStack",
)
CAMPAIGN = "CampaignStack"
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
    """Synthesize a stage; placeholders replace the layer, the Flink package and the client."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    scope = App(context=context, outdir=str(directory))
    Validations.of(scope).add_plugins(AwsSolutionsChecks(scope))
    compose(
        scope,
        config=replace(stage_config(stage), alarm_email=alarm_email),
        artifacts=Artifacts(
            root=ROOT,
            layer=placeholders / "layer",
            flink=placeholders / "flink",
            client=placeholders / "client",
        ),
    )
    scope.synth()
    return read_assembly(directory)


def read_assembly(directory: Path) -> Assembly:
    """Read the templates of a synthesized folder."""
    templates = {name: json.loads((directory / f"{name}.template.json").read_text()) for name in STACKS}
    (campaign,) = (directory / "assembly-Campaign").glob("*.template.json")
    templates[CAMPAIGN] = json.loads(campaign.read_text())
    return Assembly(directory, templates)
