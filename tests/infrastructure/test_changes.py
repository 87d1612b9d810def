"""What cannot be updated is never asked to be: a changed stage is deployed over the present one."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

import app
from domain.interaction import InteractionType
from domain.registry import CONTEXT_REGISTRY, ContextColumn, ContextRegistry, Facet
from local.twin.provision.errors import StackRolledBackError
from local.twin.provision.resource_schemas import resource_schema
from local.twin.twin import Twin
from paths import ROOT
from stacks import dataset_schemas
from stacks.config import (
    AdoptedDatasets,
    DatasetSettings,
    ExperimentConfig,
    PersonalizeConfig,
    Publication,
    SolutionSettings,
    StageConfig,
    personalize,
    stage_config,
)
from stacks.config.datasets import FIRST_COLUMNS
from stacks.errors import StageConfigError
from stacks.names import generation, imported_parameter, started_parameter
from stacks.personalize_stack import PersonalizeStack
from stacks.stage_tags import TAGS_ARE_FIXED
from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly, read_assembly, synthesize_config
from tests.infrastructure.cloudformation_rules import declared, obstacles, replaced
from tests.support.small_assembly import SmallAssembly

DEVELOPMENT = stage_config("development")
Synthesis = Callable[[StageConfig], Assembly]
STATEFUL = ("DatasetGroup", "Dataset", "Schema")


@pytest.fixture
def synthesized(tmp_path: Path, placeholders: Path) -> Synthesis:
    """Return a function that synthesizes a stage."""
    return partial(synthesize_config, directory=tmp_path, placeholders=placeholders)


def assert_deployable(present: Assembly, changed: Assembly) -> None:
    """Assert that the update of each stack succeeds, and creates no dataset anew."""
    for stack in (*STACKS, CAMPAIGN):
        old, new = present.templates[stack], changed.templates[stack]
        assert obstacles(old, new) == set(), stack
        kept = {
            resource.logical_id
            for resource in declared(old)
            if resource.type in {f"AWS::Personalize::{kind}" for kind in STATEFUL}
        }
        assert kept & replaced(old, new) == set(), stack
        assert kept <= new["Resources"].keys(), stack
        exports = {json.dumps(output.get("Export")) for output in old.get("Outputs", {}).values()}
        assert exports <= {json.dumps(output.get("Export")) for output in new.get("Outputs", {}).values()}, (
            stack
        )


def of_personalize(assembly: Assembly, kind: str) -> dict[str, dict[str, Any]]:
    return assembly.of_type("PersonalizeStack", f"AWS::Personalize::{kind}")


def test_a_cost_tag_is_added_without_replacing_anything(
    development: Assembly, synthesized: Synthesis
) -> None:
    # WHEN a stage gets one more tag
    changed = synthesized(replace(stage_config("development"), cost_tags={"cost-centre": "sport"}))
    # THEN no resource is created anew, whatever its type
    assert_deployable(development, changed)
    for stack in (*STACKS, CAMPAIGN):
        assert replaced(development.templates[stack], changed.templates[stack]) == set()
    # AND where CloudFormation cannot add it, a call does
    tagged = {
        json.dumps(call["parameters"]["resourceArn"])
        for resource in changed.of_type("PersonalizeStack", "Custom::AWS").values()
        if (call := _call(resource))["action"] == "tagResource"
    }
    fixed = [
        name
        for name, resource in changed.templates["PersonalizeStack"]["Resources"].items()
        if resource["Type"] in TAGS_ARE_FIXED
    ]
    assert len(tagged) == len(fixed) == 8
    assert "cost-centre" in json.dumps(changed.templates[CAMPAIGN])


def test_capacity_and_alarms_are_turned_off_by_updates(production: Assembly, synthesized: Synthesis) -> None:
    # WHEN a stage that has everything provisioned gives it back, and follows the newest version unwatched
    stage = stage_config("production")
    changed = synthesized(
        replace(
            stage,
            signal_shards=None,
            interaction_shards=None,
            connections_warm_writes_per_second=None,
            dispatch_reserved_concurrency=None,
            dispatch_match_environments=None,
            dispatch_pollers_provisioned=False,
            experiment=ExperimentConfig(),
            personalize=replace(
                stage.personalize, publication=Publication.FOLLOWING, max_days_without_training=None
            ),
        )
    )
    # THEN every stack is updated in place, and takes away no export that another one still imports
    assert_deployable(production, changed)
    for stack in (*STACKS, CAMPAIGN):
        assert replaced(production.templates[stack], changed.templates[stack]) == set()


def _call(resource: dict[str, Any]) -> dict[str, Any]:
    properties = resource["Properties"]
    update = properties.get("Update", properties.get("Create", '{"action": ""}'))
    if isinstance(update, str):
        call: dict[str, Any] = json.loads(update)
        return call
    separator, parts = update["Fn::Join"]
    return dict(
        json.loads(
            separator.join(p if isinstance(p, str) else p.get("Ref") or p["Fn::GetAtt"][0] for p in parts)
        )
    )


def test_tags_are_fixed_where_cloudformations_schemas_say_so(development: Assembly) -> None:
    for template in development.templates.values():
        for resource in declared(template):
            schema = resource_schema(resource.type)
            if schema and ("Tags",) in schema.create_only:
                assert resource.type in TAGS_ARE_FIXED


SECOND = "aws-user-personalization-v2"


def test_another_recipe_is_another_solution(development: Assembly, synthesized: Synthesis) -> None:
    # WHEN a stage changes its recipe, and keeps the solution that serves
    changed = synthesized(
        stage_config_with(recipe=SECOND, exploration=None, replaced_solution=SolutionSettings())
    )
    # THEN it has another solution, and the campaign is updated in place
    assert_deployable(development, changed)
    names = {each["Properties"]["Name"] for each in of_personalize(changed, "Solution").values()}
    (new,) = names - {"touchline-development"}
    assert len(names) == 2
    campaign = changed.properties(CAMPAIGN, "AWS::Personalize::Campaign")
    assert campaign["Name"] == "touchline-development"
    # AND only the state machine trains, whichever solution: Personalize's own training is off
    calls = [_call(each) for each in changed.of_type("PersonalizeStack", "Custom::AWS").values()]
    untrained = [call["parameters"] for call in calls if call["action"] == "updateSolution"]
    assert {each["solutionArn"] for each in untrained} == of_personalize(changed, "Solution").keys()
    assert [each["performAutoTraining"] for each in untrained] == [False, False]
    # AND trainings use the new solution, and may compare it with a version of the old one
    machine = json.dumps(changed.of_type("TrainingStack", "AWS::StepFunctions::StateMachine"))
    assert f":solution/{new}" in machine
    (metrics,) = (
        json.dumps(statement["Resource"])
        for policy in changed.of_type("TrainingStack", "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "personalize:GetSolutionMetrics" in statement["Action"]
    )
    assert ":solution/touchline-development/*" in metrics
    assert ":solution/touchline-development-*" in metrics


def test_another_event_type_is_another_solution(
    development: Assembly, synthesized: Synthesis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalize, "LEARNED", InteractionType.CONVERSION)
    changed = synthesized(stage_config("development"))
    assert_deployable(development, changed)
    (solution,) = of_personalize(changed, "Solution").values()
    assert solution["Properties"]["EventType"] == "conversion"
    assert solution["Properties"]["Name"] != "touchline-development"


def test_a_new_column_of_users_and_items_replaces_the_schema_of_the_dataset(
    development: Assembly, synthesized: Synthesis, monkeypatch: pytest.MonkeyPatch
) -> None:
    # WHEN both datasets get a column
    add_columns(monkeypatch)
    changed = synthesized(stage_config("development"))
    # THEN they keep their data, and calls give them schemas with the columns
    assert_deployable(development, changed)
    calls = {name: _call(each) for name, each in changed.of_type("PersonalizeStack", "Custom::AWS").items()}
    added = {
        call["parameters"]["name"]: json.loads(call["parameters"]["schema"])["fields"][-1]
        for call in calls.values()
        if call["action"] == "createSchema"
    }
    assert list(added.values()) == [
        {"name": name, "type": ["null", "string"], "categorical": True} for name in ("LANGUAGE", "LEAGUE")
    ]
    updated = {
        call["parameters"]["schemaArn"].rpartition("/")[2]
        for call in calls.values()
        if call["action"] == "updateDataset"
    }
    assert updated == added.keys()
    # AND when the stage is destroyed, each dataset is deleted before its schema
    waits = [set(each.get("DependsOn", [])) for each in of_personalize(changed, "Dataset").values()]
    creations = {name for name, call in calls.items() if call["action"] == "createSchema"}
    assert creations == set().union(*waits) & calls.keys()
    # AND another solution trains with them: Personalize excludes them from those that exist
    (solution,) = of_personalize(changed, "Solution").values()
    assert solution["Properties"]["Name"] != "touchline-development"


def add_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (dataset_schemas, personalize):
        monkeypatch.setattr(module, "ADDED_COLUMNS", {"Users": ("LANGUAGE",), "Items": ("LEAGUE",)})


@pytest.mark.twin
def test_the_calls_that_make_a_change_succeed_with_the_permissions_of_their_function(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # GIVEN a stage with new columns, a tag and another recipe beside the solution that serves
    add_columns(monkeypatch)
    second = stage_config_with(recipe=SECOND, exploration=None, replaced_solution=SolutionSettings())
    tagged = replace(second, cost_tags={"cost-centre": "sport"})
    # WHEN the twin creates what the template declares
    with Twin.start(personalize_alone(tagged, tmp_path)) as twin:
        client = twin.client("personalize")
        datasets = [each["datasetArn"] for each in client.list_datasets()["datasets"]]
        described = [client.describe_dataset(datasetArn=arn)["dataset"] for arn in datasets]
        arns = [*datasets, *(each["solutionArn"] for each in client.list_solutions()["solutions"])]
        tags = [client.list_tags_for_resource(resourceArn=arn)["tags"] for arn in arns]
    # THEN the datasets have their new schemas, and everything has the tag
    names = {each["schemaArn"].rpartition("/")[2] for each in described}
    assert names & {"touchline-development-users-398d373d", "touchline-development-items-fcaba528"} == set()
    assert len(arns) == 5
    assert all({"tagKey": "cost-centre", "tagValue": "sport"} in found for found in tags)


@pytest.mark.twin
def test_a_new_column_can_fail_and_be_repeated_and_be_taken_back_and_added_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # GIVEN a stage whose datasets get a column, and a deployment that fails afterwards
    before = personalize_alone(DEVELOPMENT, tmp_path / "before")
    with monkeypatch.context() as columns:
        add_columns(columns)
        after = personalize_alone(DEVELOPMENT, tmp_path / "after")
        failing = failing_after_the_columns(personalize_alone(DEVELOPMENT, tmp_path / "failing"))
    with Twin.start(before) as twin:
        client = twin.client("personalize")

        def columns_of_users() -> list[str]:
            (arn,) = (
                each["datasetArn"] for each in client.list_datasets()["datasets"] if "USERS" in str(each)
            )
            schema = client.describe_dataset(datasetArn=arn)["dataset"]["schemaArn"]
            avro = json.loads(client.describe_schema(schemaArn=schema)["schema"]["schema"])
            return [field["name"] for field in avro["fields"]]

        assert "LANGUAGE" not in columns_of_users()
        with pytest.raises(StackRolledBackError):
            twin.update(failing)
        # THEN the column stays, because Personalize removes none
        assert "LANGUAGE" in columns_of_users()
        # AND the next deployment succeeds, with the column, without it, and with it again
        for directory in (after, before, after):
            twin.update(directory)
            assert "LANGUAGE" in columns_of_users()


def failing_after_the_columns(directory: Path) -> Path:
    """Add a resource to the PersonalizeStack that cannot be created, after everything else."""
    file = directory / "PersonalizeStack.template.json"
    template = json.loads(file.read_text())
    others = list(template["Resources"])
    invalid = {"Name": "invalid", "Schema": "no schema"}
    template["Resources"]["Failing"] = {
        "Type": "AWS::Personalize::Schema",
        "Properties": invalid,
        "DependsOn": others,
    }
    file.write_text(json.dumps(template))
    return directory


def personalize_alone(config: StageConfig, directory: Path) -> Path:
    """Return the assembly of a PersonalizeStack, and of a stack with the bucket of its reports."""
    scope = App(context=json.loads((ROOT / "cdk.json").read_text())["context"])
    other = Stack(scope, "DataStack")
    stack = PersonalizeStack(
        scope, "PersonalizeStack", config=config, reports_bucket=s3.Bucket(other, "Reports"), data_key=None
    )
    assembly = SmallAssembly(directory)
    assembly.stack("DataStack", Template.from_stack(other).to_json())
    assembly.stack("PersonalizeStack", Template.from_stack(stack).to_json(), ("DataStack",))
    return assembly.write()


WEATHER = ContextColumn(name="WEATHER", facets=(Facet(name="weather", vocabulary=("dry", "rain")),))
CHANGED_REGISTRY = ContextRegistry(*CONTEXT_REGISTRY.columns[:4], WEATHER)


def test_a_new_context_column_is_trained_in_a_group_of_its_own_while_the_other_serves(
    development: Assembly, synthesized: Synthesis, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a new column in the context
    monkeypatch.setattr(personalize, "CONTEXT_REGISTRY", CHANGED_REGISTRY)
    # WHEN a stage trains a dataset group with it
    config = stage_config_with(next_datasets=DatasetSettings(columns=CHANGED_REGISTRY.names))
    changed = synthesized(config)
    # THEN it has another group, and another campaign for it, beside those that serve
    assert_deployable(development, changed)
    (group_stack,) = (name for name in changed.templates.keys() - {*STACKS} if name.startswith("Personalize"))
    names = {
        resource["Properties"]["Name"]
        for resource in changed.templates[group_stack]["Resources"].values()
        if resource["Type"].startswith("AWS::Personalize::")
    }
    assert all(name.startswith(f"touchline-{generation(config.trained)}") for name in names)
    assert changed.templates["PersonalizeStack"] == development.templates["PersonalizeStack"]
    assert len([name for name in changed.templates if name.startswith("CampaignStack")]) == 2
    # AND an erasure makes the next import into each of them whole
    requests = json.dumps(changed.of_type("PrivacyStack", "AWS::StepFunctions::StateMachine"))
    for stage in (config, config.trained):
        assert imported_parameter(stage) in requests
        assert started_parameter(stage) in requests
    # AND trainings fill the new group, while functions ask the old one, in the columns that it knows
    machine = json.dumps(changed.of_type("TrainingStack", "AWS::StepFunctions::StateMachine"))
    assert f"dataset/touchline-{generation(config.trained)}/INTERACTIONS" in machine
    for module in ("record_interactions", "dispatch_components", "subscribe"):
        environment = changed.function("DeliveryStack", module)["Environment"]["Variables"]
        assert environment["CONTEXT_COLUMNS"].split() == list(FIRST_COLUMNS)
    assert "campaign/touchline-development" in json.dumps(changed.function("DeliveryStack", "subscribe"))


def test_the_new_group_serves_when_the_configuration_says_so(
    development: Assembly, synthesized: Synthesis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalize, "CONTEXT_REGISTRY", CHANGED_REGISTRY)
    config = stage_config_with(datasets=DatasetSettings(columns=CHANGED_REGISTRY.names))
    changed = synthesized(config)
    for stack in {*STACKS} - {"PersonalizeStack"}:
        assert obstacles(development.templates[stack], changed.templates[stack]) == set()
    function = changed.function("DeliveryStack", "subscribe")
    assert f"campaign/touchline-{generation(config)}" in json.dumps(function)
    assert "CONTEXT_COLUMNS" not in function["Environment"]["Variables"]
    parameters = json.dumps(changed.templates["DeliveryStack"]["Parameters"])
    assert f"/touchline/{generation(config)}/tracking-id" in parameters


def test_a_deployed_stage_can_adopt_a_dataset_group(development: Assembly, synthesized: Synthesis) -> None:
    # GIVEN a stage with a dataset group of its own
    # WHEN it adopts another one
    adopted = AdoptedDatasets(
        dataset_group_arn="arn:aws:personalize:eu-west-1:123456789012:dataset-group/ours", tracking_id="known"
    )
    config = stage_config_with(adopted=adopted)
    changed = synthesized(config)
    # THEN no update meets a name that is taken
    for stack in {*STACKS} - {"PersonalizeStack"}:
        assert obstacles(development.templates[stack], changed.templates[stack]) == set(), stack
    # AND the solution and the campaign for it are created beside the present ones, in stacks of their own
    of_group = {
        f"{stack}{config.personalize.group_fingerprint}": stack for stack in ("PersonalizeStack", CAMPAIGN)
    }
    assert of_group.keys() == changed.templates.keys() - development.templates.keys()
    for new, old in of_group.items():
        present = {resource.fixed_name for resource in declared(development.templates[old])} - {None}
        created = {resource.fixed_name for resource in declared(changed.templates[new])} - {None}
        assert created
        assert created & present == set()
    # AND functions ask the new campaign, and trainings know nothing of what was imported into the old group
    assert f"campaign/touchline-{generation(config)}" in json.dumps(
        changed.function("DeliveryStack", "subscribe")
    )
    machine = json.dumps(changed.of_type("TrainingStack", "AWS::StepFunctions::StateMachine"))
    assert imported_parameter(config) in machine
    assert imported_parameter(stage_config("development")) not in machine


def test_a_new_context_column_without_a_group_for_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personalize, "CONTEXT_REGISTRY", CHANGED_REGISTRY)
    with pytest.raises(StageConfigError, match=r"next_datasets: expected DatasetSettings\(columns=.*WEATHER"):
        stage_config("development")


def stage_config_with(**settings: Any) -> StageConfig:
    """Return the configuration of development with other settings of Personalize."""
    present = PersonalizeConfig(
        match_transactions_per_second=100, training_schedule="cron(0 4 ? * MON *)", **settings
    )
    return replace(DEVELOPMENT, personalize=present)


def test_the_first_names_have_no_fingerprint(development: Assembly) -> None:
    # GIVEN the schemas and names of the stages that are deployed
    schemas = {each["Properties"]["Name"] for each in of_personalize(development, "Schema").values()}
    assert schemas == {
        "touchline-development-interactions-51387b77",
        "touchline-development-users-398d373d",
        "touchline-development-items-fcaba528",
    }
    assert DatasetSettings().fingerprint == SolutionSettings().fingerprint == ""


def test_a_stage_in_another_region_is_the_same_stage(
    development: Assembly, placeholders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN that names which are unique in an account contain the region (test_lifecycle.py)
    for name, folder in {
        "function_package": "functions",
        "layer_directory": "layer",
        "flink_package": "flink",
    }.items():
        monkeypatch.setattr(app, name, partial(_artifact, placeholders / folder))
    monkeypatch.setattr(app, "CLIENT_BUILD", placeholders / "client")
    monkeypatch.setattr(app, "CONTROL_ROOM_BUILD", placeholders / "control-room")
    # WHEN the CDK synthesizes with the region of the credentials
    monkeypatch.setenv("CDK_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path))
    app.main()
    # THEN the templates do not depend on it: a deployment to another region is a first deployment there
    elsewhere = read_assembly(tmp_path)
    assert elsewhere.templates.keys() == development.templates.keys()
    for stack, template in elsewhere.templates.items():
        assert template == development.templates[stack], stack


def _artifact(path: Path, _cache: Path) -> Path:
    return path


def test_the_rules_find_a_replacement_under_the_same_name(development: Assembly) -> None:
    # GIVEN a template in which the dataset group would get another tag
    old = development.templates["PersonalizeStack"]
    new: dict[str, Any] = json.loads(json.dumps(old))
    ((name, _),) = of_personalize(development, "DatasetGroup").items()
    new["Resources"][name]["Properties"]["Tags"].append({"Key": "cost-centre", "Value": "sport"})
    # THEN the group and everything in it would be created anew, under names that are taken
    assert name in replaced(old, new)
    assert "AWS::Personalize::DatasetGroup touchline-development is taken by" in str(obstacles(old, new))
    assert "AWS::Personalize::Solution touchline-development is taken by" in str(obstacles(old, new))
