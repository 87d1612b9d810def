"""A deployment can be repeated: after it failed, and in development after the stage was destroyed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from paths import ROOT
from stacks.config import stage_config
from stacks.names import training_parameters
from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly
from tests.infrastructure.cloudformation_rules import Declared, declared

STAGES = ("development", "production", "broadcast")
ALL_STACKS = (*STACKS, CAMPAIGN)
STAYS = re.compile(r"^\| `(AWS::[\w:]+)` ", re.MULTILINE)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Assembly:
    assembly: Assembly = request.getfixturevalue(request.param)
    return assembly


@pytest.fixture(params=ALL_STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def fixed_names(resources: list[Declared]) -> set[str]:
    return {name for resource in resources if (name := resource.fixed_name)}


def test_the_first_deployment_of_a_stack_can_fail_and_be_repeated(stage: Assembly, stack: str) -> None:
    # GIVEN that the stacks before this one are complete: a repeated deployment leaves them as they are
    # WHEN the creation of this stack fails, and CloudFormation rolls it back
    left = [resource for resource in declared(stage.templates[stack]) if resource.stays_after_failed_creation]
    # THEN no resource that stays has a name that the next creation would use
    assert fixed_names(left) == set()


def test_a_rollback_can_delete_what_it_has_to_delete(stage: Assembly, stack: str) -> None:
    # GIVEN resources that their service refuses to delete, and buckets that are filled at deployment
    resources = declared(stage.templates[stack])
    filled = json.dumps([r.properties for r in resources if r.type == "Custom::CDKBucketDeployment"])
    undeletable = [
        resource
        for resource in resources
        if resource.is_protected
        or (resource.type == "AWS::S3::Bucket" and resource.logical_id in filled and _is_retained(resource))
    ]
    # THEN a rollback does not try
    assert all(resource.stays_after_failed_creation for resource in undeletable)


def _is_retained(resource: Declared) -> bool:
    return resource.deletion_policy != "Delete"


@pytest.mark.parametrize("name", ["development", "broadcast"])
def test_development_leaves_nothing_behind(name: str, stack: str, request: pytest.FixtureRequest) -> None:
    assembly: Assembly = request.getfixturevalue(name)
    assert [r for r in declared(assembly.templates[stack]) if r.stays_after_deletion] == []


def test_production_leaves_what_the_documentation_lists(production: Assembly) -> None:
    # GIVEN the table of what stays
    section = (ROOT / "docs" / "deploy.md").read_text().split("## Tear down")[1]
    # THEN it has each type of resource that CloudFormation retains, and no other
    kept = {
        resource.type
        for template in production.templates.values()
        for resource in declared(template)
        if resource.stays_after_deletion and resource.type != "AWS::Logs::LogStream"
    }
    assert set(STAYS.findall(section)) == kept


def functions(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Function":
            yield name, resource["Properties"]


def test_every_function_logs_to_a_group_of_its_stack(stage: Assembly, stack: str) -> None:
    # GIVEN that Lambda creates a log group for a function that has none, and nobody deletes it
    template = stage.templates[stack]
    for name, function in functions(template):
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        assert template["Resources"][group]["Type"] == "AWS::Logs::LogGroup", name


def test_no_function_can_create_a_log_group_again_after_its_stack_is_deleted(
    stage: Assembly, stack: str
) -> None:
    # GIVEN the roles with AWS's policy for functions, which allows to create log groups
    resources = stage.templates[stack]["Resources"]
    for name, role in resources.items():
        if "AWSLambdaBasicExecutionRole" not in json.dumps(role.get("Properties", {})):
            continue
        # THEN each is denied it again
        policies = [
            *role["Properties"].get("Policies", []),
            *(
                policy["Properties"]
                for policy in resources.values()
                if policy["Type"] == "AWS::IAM::Policy" and {"Ref": name} in policy["Properties"]["Roles"]
            ),
        ]
        denied = [
            statement["Action"]
            for policy in policies
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert denied == ["logs:CreateLogGroup"], name


def test_development_deletes_the_parameters_that_trainings_write(
    development: Assembly, production: Assembly
) -> None:
    # GIVEN the parameters that the state machine and the rollback write
    config = stage_config("development")
    machine = json.dumps(development.of_type("TrainingStack", "AWS::StepFunctions::StateMachine"))
    written = {*training_parameters(config)}
    assert len(written) == 4
    assert all(name in machine for name in written)
    # THEN they are deleted with the stack that they describe, and in production kept
    calls = development.properties("PersonalizeStack", "Custom::AWS", "TrainingParameters")
    call = json.loads(calls["Delete"])
    assert (call["service"], call["action"]) == ("SSM", "deleteParameters")
    assert set(call["parameters"]["Names"]) == written
    assert "deleteParameters" not in json.dumps(production.templates["PersonalizeStack"])


def test_stages_in_one_account_have_no_name_in_common(development: Assembly, production: Assembly) -> None:
    def names(assembly: Assembly) -> set[str]:
        return {name for template in assembly.templates.values() for name in fixed_names(declared(template))}

    assert names(development)
    assert names(development) & names(production) == set()


def test_a_stage_can_be_in_two_regions_of_an_account(stage: Assembly) -> None:
    # GIVEN that names of CloudFront are unique in the account, whatever the region
    names = [
        resource.fixed_name
        for resource in declared(stage.templates["ClientStack"])
        if resource.type.startswith("AWS::CloudFront::") and resource.fixed_name
    ]
    assert len(names) == 6
    assert all(name.endswith("-<AWS::Region>") for name in names)
