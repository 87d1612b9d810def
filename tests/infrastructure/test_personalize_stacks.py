"""Promises of what learns and what recommends."""

import json
from dataclasses import replace

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from domain.errors import RegistryError
from domain.interaction import RECOMMENDER_TYPES
from domain.registry import CONTEXT_REGISTRY, ContextColumn, ContextRegistry, Facet
from stacks.campaign_stack import CampaignStack
from stacks.config import AdoptedDatasets, Exploration, Publication, stage_config
from stacks.constructs.dataset_schemas import dataset_schemas
from stacks.errors import StageConfigError
from stacks.names import serving_parameter
from stacks.personalize_stack import PersonalizeStack
from tests.infrastructure.conftest import CAMPAIGN, Assembly


def test_the_interactions_schema_carries_the_registry(development: Assembly) -> None:
    schema = development.properties(
        "PersonalizeStack", "AWS::Personalize::Schema", "DatasetsInteractionsSchema"
    )
    fields = {field["name"]: field for field in json.loads(schema["Schema"])["fields"]}
    for column in CONTEXT_REGISTRY.names:
        assert fields[column] == {"name": column, "type": ["null", "string"], "categorical": True}
    assert {"USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "IMPRESSION"} <= set(fields)


def test_what_is_reserved_has_its_documented_type() -> None:
    # GIVEN the types of https://docs.aws.amazon.com/personalize/latest/dg/custom-datasets-and-schemas.html
    documented = {
        **dict.fromkeys(("USER_ID", "ITEM_ID", "EVENT_TYPE"), frozenset({"string"})),
        **dict.fromkeys(("TIMESTAMP", "CREATION_TIMESTAMP"), frozenset({"long"})),
        **dict.fromkeys(("IMPRESSION", "RECOMMENDATION_ID"), frozenset({"string", "null"})),
    }
    for schema in dataset_schemas():
        for field in schema.fields:
            if field["name"] in documented:
                kinds = {field["type"]} if isinstance(field["type"], str) else set(field["type"])
                assert kinds == documented[field["name"]], field["name"]


def test_event_types_and_optional_columns_are_no_more_than_ten() -> None:
    # GIVEN the count of
    # https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html
    interactions, *_ = dataset_schemas()
    uncounted = {"USER_ID", "ITEM_ID", "TIMESTAMP", "IMPRESSION", "RECOMMENDATION_ID"}
    columns = [field["name"] for field in interactions.fields if field["name"] not in uncounted]
    # THEN there is room for every type that the recommender is told of
    assert len(columns) + len(RECOMMENDER_TYPES) <= 10


def test_a_sixth_context_column_is_refused() -> None:
    extra = ContextColumn(name="WEATHER", facets=(Facet(name="weather", vocabulary=("dry", "rain")),))
    with pytest.raises(RegistryError, match="at most 5 columns"):
        dataset_schemas(ContextRegistry(*CONTEXT_REGISTRY.columns, extra))


def test_a_changed_schema_gets_a_new_name() -> None:
    # GIVEN that a schema cannot change once it is used
    fewer = ContextRegistry(*CONTEXT_REGISTRY.columns[:4])
    # THEN the name follows what is in it
    interactions, *_ = dataset_schemas()
    changed, *_ = dataset_schemas(fewer)
    assert interactions.fingerprint != changed.fingerprint


def test_exploration_is_refused_with_the_second_version_of_the_recipe() -> None:
    personalize = stage_config("development").personalize
    with pytest.raises(StageConfigError, match=r"personalize\.exploration: expected None with the recipe"):
        replace(personalize, recipe="aws-user-personalization-v2")
    second = replace(personalize, recipe="aws-user-personalization-v2", exploration=None)
    assert second.recipe == "aws-user-personalization-v2"


@pytest.mark.parametrize(
    ("field", "value"),
    [("recipe", "aws-sims"), ("match_transactions_per_second", 501), ("match_transactions_per_second", 0)],
)
def test_what_personalize_would_refuse_is_refused_at_synthesis(field: str, value: object) -> None:
    with pytest.raises(StageConfigError, match=rf"personalize\.{field}"):
        replace(stage_config("development").personalize, **{field: value})


def test_an_exploration_weight_is_a_share() -> None:
    with pytest.raises(StageConfigError, match="a number from 0 to 1"):
        Exploration(weight=1.5)


def test_an_unknown_stage_is_refused_by_name() -> None:
    with pytest.raises(StageConfigError, match="stage: expected one of development, production; got 'test'"):
        stage_config("test")


def test_stages_share_an_account(development: Assembly, production: Assembly) -> None:
    # GIVEN the names that Personalize wants from us
    def names(assembly: Assembly) -> set[str]:
        return {
            resource["Properties"]["Name"]
            for stack in ("PersonalizeStack", CAMPAIGN)
            for resource in assembly.templates[stack]["Resources"].values()
            if resource["Type"].startswith("AWS::Personalize::")
        }

    # THEN no two stages have one in common
    assert not names(development) & names(production)
    assert all("development" in name for name in names(development))


def test_nobody_else_trains(development: Assembly) -> None:
    call = development.properties("PersonalizeStack", "Custom::AWS", "NoAutomaticTraining")
    create = json.dumps(call["Create"])
    assert "updateSolution" in create
    assert 'performAutoTraining\\":false' in create


def test_metrics_may_be_told_to_cloudwatch_as_well_as_to_the_bucket(development: Assembly) -> None:
    # GIVEN that Personalize refuses a metric attribution whose role may not
    policy = development.properties("PersonalizeStack", "AWS::IAM::Policy", "MetricReports")
    actions = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert actions == ["s3:PutObject", "cloudwatch:PutMetricData"]


@pytest.mark.parametrize("stack", ["PersonalizeStack", "TrainingStack"])
def test_personalize_takes_a_role_for_this_account_alone(development: Assembly, stack: str) -> None:
    trusts = [
        statement
        for role in development.of_type(stack, "AWS::IAM::Role").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "personalize.amazonaws.com"}
    ]
    assert len(trusts) == 1
    condition = trusts[0]["Condition"]
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert json.dumps(condition["StringLike"]["aws:SourceArn"]).endswith('":*"]]}')


def test_no_filter_is_deployed(development: Assembly) -> None:
    # No call names one: docs/learning.md says why.
    assert not development.of_type("PersonalizeStack", "AWS::Personalize::Filter")


def test_the_campaign_serves_what_the_training_published(development: Assembly) -> None:
    campaign = development.properties(CAMPAIGN, "AWS::Personalize::Campaign")
    parameter = development.templates[CAMPAIGN]["Parameters"][campaign["SolutionVersionArn"]["Ref"]]
    assert parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert parameter["Default"] == serving_parameter(stage_config("development"))
    assert campaign["CampaignConfig"] == {
        "ItemExplorationConfig": {"explorationWeight": "0.3", "explorationItemAgeCutOff": "30"}
    }


def test_the_campaign_follows_the_newest_version_where_the_stage_says_so() -> None:
    config = stage_config("development")
    follows = replace(config.personalize, publication=Publication.FOLLOWING)
    stack = CampaignStack(
        App(), "CampaignStack", config=replace(config, personalize=follows), stack_name="campaign"
    )
    (campaign,) = Template.from_stack(stack).find_resources("AWS::Personalize::Campaign").values()
    version = json.dumps(campaign["Properties"]["SolutionVersionArn"])
    assert version.endswith('solution/touchline-development/$LATEST"]]}')
    assert campaign["Properties"]["CampaignConfig"]["SyncWithLatestSolutionVersion"] is True


GROUP = "arn:aws:personalize:eu-west-1:123456789012:dataset-group/ours"


@pytest.mark.parametrize(("tracking_id", "trackers"), [("known", 0), (None, 1)])
def test_a_dataset_group_that_exists_is_adopted(tracking_id: str | None, trackers: int) -> None:
    # GIVEN a dataset group with its datasets, and perhaps its one event tracker
    config = stage_config("development")
    adopted = AdoptedDatasets(dataset_group_arn=GROUP, tracking_id=tracking_id)
    app = App()
    stack = PersonalizeStack(
        app,
        "PersonalizeStack",
        config=replace(config, personalize=replace(config.personalize, adopted=adopted)),
        stack_name="personalize",
        reports_bucket=s3.Bucket(Stack(app, "Other"), "Reports"),
    )
    # THEN none is made, and the solution learns from the one that is there
    template = Template.from_stack(stack)
    for kind in ("DatasetGroup", "Dataset", "Schema"):
        template.resource_count_is(f"AWS::Personalize::{kind}", 0)
    template.resource_count_is("AWS::Personalize::EventTracker", trackers)
    template.has_resource_properties("AWS::Personalize::Solution", {"DatasetGroupArn": GROUP})
    prefix = GROUP.replace("dataset-group", "dataset")
    assert set(stack.datasets.arns.values()) == {
        f"{prefix}/{kind}" for kind in ("INTERACTIONS", "USERS", "ITEMS")
    }


def test_what_is_no_dataset_group_is_not_adopted() -> None:
    with pytest.raises(StageConfigError, match=r"personalize\.adopted\.dataset_group_arn"):
        AdoptedDatasets(dataset_group_arn="ours")


def test_the_campaign_rests_between_matches(development: Assembly, production: Assembly) -> None:
    def rate(assembly: Assembly) -> int:
        rate: int = assembly.properties(CAMPAIGN, "AWS::Personalize::Campaign")["MinProvisionedTPS"]
        return rate

    assert (rate(development), rate(production)) == (1, 2)


def test_a_first_deployment_waits_for_no_training(development: Assembly) -> None:
    # GIVEN that `cdk deploy --all` takes the stacks of the app itself
    manifest = json.loads((development.directory / "manifest.json").read_text())
    stacks = {
        name
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    # THEN the campaign is not among them, but in an assembly of its own
    assert "PersonalizeStack" in stacks
    assert not any("Campaign" in name for name in stacks)
    assert manifest["artifacts"]["assembly-Campaign"]["type"] == "cdk:cloud-assembly"
    # AND nothing among them refers to it but by name
    for name in stacks:
        assert "AWS::Personalize::Campaign" not in json.dumps(development.templates[name])


def test_the_stages_differ_where_it_matters() -> None:
    development, production = stage_config("development"), stage_config("production")
    assert (development.retain_data, production.retain_data) == (False, True)
    assert (development.termination_protection, production.termination_protection) == (False, True)
    assert (development.log_level, production.log_level) == ("DEBUG", "INFO")
    assert development.log_retention_days < production.log_retention_days
    assert (
        development.personalize.match_transactions_per_second
        < production.personalize.match_transactions_per_second
    )
