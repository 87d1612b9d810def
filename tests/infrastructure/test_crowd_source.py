"""What the crowd's service is deployed as."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk.assertions import Match, Template

from stacks.constructs.crowd_source import CrowdSource

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def template() -> Template:
    stack = Stack(App(), "Test")
    CrowdSource(stack, "CrowdSource", root=ROOT, signals=kinesis.Stream(stack, "Signals"))
    return Template.from_stack(stack)


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


def test_x_without_its_token_is_refused():
    stack = Stack(App(), "Test")
    with pytest.raises(ValueError, match="bearer token"):
        CrowdSource(stack, "C", root=ROOT, signals=kinesis.Stream(stack, "Signals"), source="x")
