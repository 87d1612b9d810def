"""The deployment of the crowd source."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_kinesis as kinesis
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from paths import ROOT
from stacks.config import CrowdConfig, development
from stacks.constructs.crowd_source import CrowdSource
from stacks.errors import StageConfigError


def template_of(crowd: CrowdConfig) -> Template:
    stack = Stack(App(), "Test")
    config = replace(development(), crowd=crowd)
    CrowdSource(stack, "CrowdSource", config=config, root=ROOT, signals=kinesis.Stream(stack, "Signals"))
    return Template.from_stack(stack)


@pytest.fixture(scope="module")
def template() -> Template:
    return template_of(CrowdConfig())


def test_it_is_one_small_instance_with_imdsv2_and_an_encrypted_disk(template: Template) -> None:
    data = Match.object_like(
        {
            "InstanceType": "t4g.micro",
            "MetadataOptions": {"HttpTokens": "required"},
            "BlockDeviceMappings": [Match.object_like({"Ebs": Match.object_like({"Encrypted": True})})],
        }
    )
    template.has_resource_properties("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": data})
    template.has_resource_properties("AWS::AutoScaling::AutoScalingGroup", {"MinSize": "1", "MaxSize": "1"})
    template.resource_count_is("AWS::EC2::NatGateway", 0)


def test_no_inbound_traffic_is_allowed(template: Template) -> None:
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)
    [group] = template.find_resources("AWS::EC2::SecurityGroup").values()
    assert "SecurityGroupIngress" not in group["Properties"]


def test_it_may_only_put_signals_and_metrics_and_read_its_code_and_parameters(template: Template) -> None:
    actions = set()
    for policy in template.find_resources("AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            granted = statement["Action"]
            actions |= {granted} if isinstance(granted, str) else set(granted)
            if granted == "cloudwatch:PutMetricData":
                assert statement["Condition"] == {
                    "StringEquals": {"cloudwatch:namespace": "Touchline/development"}
                }
            else:
                assert statement["Resource"] != "*"
    assert actions == {
        "cloudwatch:PutMetricData",
        "kinesis:PutRecords",
        "s3:GetObject",
        "ssm:GetParameters",
    }


def test_it_is_off_until_an_operator_switches_it_on(template: Template) -> None:
    template.has_resource_properties("AWS::SSM::Parameter", {"Value": "off"})


def test_the_instance_runs_the_service_from_pinned_packages(template: Template) -> None:
    [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
    script = json.dumps(launch["Properties"]["LaunchTemplateData"]["UserData"])
    assert "-m crowd_source" in script
    assert "--require-hashes" in script


def test_an_instance_that_cannot_install_its_packages_is_replaced(template: Template) -> None:
    # GIVEN the script of the instance
    [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
    data = launch["Properties"]["LaunchTemplateData"]
    parts = data["UserData"]["Fn::Base64"]["Fn::Join"][1]
    script = "".join(part if isinstance(part, str) else "NAME" for part in parts)
    bash = shutil.which("bash")
    assert bash
    subprocess.run([bash, "-n"], input=script, text=True, check=True)
    # THEN what needs the network is tried again
    for step in ("dnf install", "aws s3 cp", "/opt/touchline/venv/bin/pip install"):
        assert f"retry {step}" in script
    # AND if that fails, the instance terminates itself and the group starts another
    assert "set -Eeu" in script
    assert "shutdown -h now' ERR" in script
    assert data["InstanceInitiatedShutdownBehavior"] == "terminate"
    retry = next(line for line in script.splitlines() if line.startswith("retry()"))
    tried = f"set -Eeu; sleep() {{ :; }}; {retry}; trap 'echo replaced' ERR; retry eval 'echo once; false'"
    run = subprocess.run([bash, "-c", tried], capture_output=True, text=True, check=False)
    assert run.stdout.split() == [*["once"] * 6, "replaced"]


def test_the_bearer_token_of_x_is_a_secret_that_the_instance_may_read() -> None:
    template = template_of(CrowdConfig(source="x"))
    [secret] = template.find_resources("AWS::SecretsManager::Secret")
    template.has_resource_properties("AWS::IAM::Policy", statement("secretsmanager:GetSecretValue", secret))
    [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
    assert "BEARER_TOKEN_SECRET_ARN" in json.dumps(launch)


def test_comprehend_is_allowed_only_where_it_judges_sentiment(template: Template) -> None:
    allowed = json.dumps(template_of(CrowdConfig(sentiment="comprehend")).to_json())
    assert "comprehend:BatchDetectSentiment" in allowed
    assert "SENTIMENT=comprehend" in allowed
    assert "comprehend" not in json.dumps(template.to_json())


def test_the_rule_pack_has_no_finding_with_x_and_comprehend(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    config = replace(development(), crowd=CrowdConfig(source="x", sentiment="comprehend"))
    stack = Stack(app, "Test")
    signals = kinesis.Stream(stack, "Signals", encryption=kinesis.StreamEncryption.MANAGED)
    CrowdSource(stack, "CrowdSource", config=config, root=ROOT, signals=signals)
    app.synth()


@pytest.mark.parametrize("field", ["source", "sentiment"])
def test_an_unknown_source_or_judge_is_an_error_that_names_the_field(field: str) -> None:
    with pytest.raises(StageConfigError, match=f"crowd.{field}"):
        CrowdConfig(**{field: "telegraph"})


def statement(action: str, resource: str) -> Mapping[str, object]:
    """A policy in which an action on one resource is allowed."""
    granted = {"Action": Match.array_with([action]), "Resource": {"Ref": resource}}
    return {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(granted)])}}
