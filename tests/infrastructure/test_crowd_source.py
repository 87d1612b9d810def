"""What the crowd's service is deployed as."""

import json
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


def test_one_small_instance_with_session_tokens_alone_and_an_encrypted_disk(template: Template):
    data = Match.object_like(
        {
            "InstanceType": "t4g.nano",
            "MetadataOptions": {"HttpTokens": "required"},
            "BlockDeviceMappings": [Match.object_like({"Ebs": Match.object_like({"Encrypted": True})})],
        }
    )
    template.has_resource_properties("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": data})
    template.has_resource_properties("AWS::AutoScaling::AutoScalingGroup", {"MinSize": "1", "MaxSize": "1"})
    template.resource_count_is("AWS::EC2::NatGateway", 0)


def test_nothing_may_come_in(template: Template):
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)
    [group] = template.find_resources("AWS::EC2::SecurityGroup").values()
    assert "SecurityGroupIngress" not in group["Properties"]


def test_it_may_put_signals_and_read_its_code_and_its_two_parameters_and_no_more(template: Template):
    actions = set()
    for policy in template.find_resources("AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            granted = statement["Action"]
            actions |= {granted} if isinstance(granted, str) else set(granted)
            assert statement["Resource"] != "*"
    assert actions == {
        "kinesis:PutRecords",
        "s3:GetObject",
        "ssm:DescribeParameters",
        "ssm:GetParameters",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
    }


def test_it_is_off_until_an_operator_turns_it_on(template: Template):
    template.has_resource_properties("AWS::SSM::Parameter", {"Value": "off"})


def test_the_instance_runs_the_service_from_pinned_packages(template: Template):
    [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
    script = json.dumps(launch["Properties"]["LaunchTemplateData"]["UserData"])
    assert "-m crowd_source" in script
    assert "--require-hashes" in script


def test_x_has_its_bearer_token_in_a_secret_that_the_instance_alone_may_read():
    template = template_of(CrowdConfig(source="x"))
    [secret] = template.find_resources("AWS::SecretsManager::Secret")
    template.has_resource_properties("AWS::IAM::Policy", statement("secretsmanager:GetSecretValue", secret))
    [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
    assert "BEARER_TOKEN_SECRET_ARN" in json.dumps(launch)


def test_comprehend_may_be_asked_in_batches_where_it_judges_and_only_there(template: Template):
    asked = json.dumps(template_of(CrowdConfig(sentiment="comprehend")).to_json())
    assert "comprehend:BatchDetectSentiment" in asked
    assert "SENTIMENT=comprehend" in asked
    assert "comprehend" not in json.dumps(template.to_json())


def test_the_rule_pack_finds_nothing_in_the_stage_that_pays_for_posts_and_sentiment(tmp_path: Path):
    app = App(outdir=str(tmp_path))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    config = replace(development(), crowd=CrowdConfig(source="x", sentiment="comprehend"))
    stack = Stack(app, "Test")
    signals = kinesis.Stream(stack, "Signals", encryption=kinesis.StreamEncryption.MANAGED)
    CrowdSource(stack, "CrowdSource", config=config, root=ROOT, signals=signals)
    app.synth()


@pytest.mark.parametrize("field", ["source", "sentiment"])
def test_a_crowd_of_an_unknown_kind_is_refused_by_name(field: str):
    with pytest.raises(StageConfigError, match=f"crowd.{field}"):
        CrowdConfig(**{field: "telegraph"})


def statement(action: str, resource: str) -> Mapping[str, object]:
    """A policy in which an action on one resource is allowed."""
    granted = {"Action": Match.array_with([action]), "Resource": {"Ref": resource}}
    return {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(granted)])}}
