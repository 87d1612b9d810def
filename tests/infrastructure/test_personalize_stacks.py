"""Tests of the PersonalizeStack, the CampaignStack and the dataset schemas."""

import json
from dataclasses import replace

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from domain.errors import RegistryError
from domain.interaction import RECOMMENDER_TYPES
from domain.registry import CONTEXT_REGISTRY, ContextColumn, ContextRegistry, Facet
from local.account.preflight import adoption as preflight
from stacks.campaign_stack import CampaignStack
from stacks.config import AdoptedDatasets, PersonalizeConfig, Publication, stage_config
from stacks.dataset_schemas import dataset_schemas
from stacks.names import dataset_arn, serving_parameter
from stacks.personalize_stack import PersonalizeStack
from tests.infrastructure.assembly import CAMPAIGN, Assembly


def test_the_interactions_schema_carries_the_registry(development: Assembly) -> None:
    schema = development.properties(
        "PersonalizeStack", "AWS::Personalize::Schema", "DatasetsInteractionsSchema"
    )
    fields = {field["name"]: field for field in json.loads(schema["Schema"])["fields"]}
    for column in CONTEXT_REGISTRY.names:
        assert fields[column] == {"name": column, "type": ["null", "string"], "categorical": True}
    assert {"USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "IMPRESSION"} <= set(fields)


def test_reserved_columns_have_their_documented_type() -> None:
    # GIVEN the types of https://docs.aws.amazon.com/personalize/latest/dg/custom-datasets-and-schemas.html
    documented = {
        **dict.fromkeys(("USER_ID", "ITEM_ID", "EVENT_TYPE"), frozenset({"string"})),
        **dict.fromkeys(("TIMESTAMP", "CREATION_TIMESTAMP"), frozenset({"long"})),
        **dict.fromkeys(("IMPRESSION", "RECOMMENDATION_ID"), frozenset({"string", "null"})),
    }
    for schema in dataset_schemas(CONTEXT_REGISTRY.names):
        for field in schema.fields:
            if field["name"] in documented:
                kinds = {field["type"]} if isinstance(field["type"], str) else set(field["type"])
                assert kinds == documented[field["name"]], field["name"]


def test_event_types_and_optional_columns_are_at_most_ten() -> None:
    # GIVEN the count of
    # https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html
    interactions, *_ = dataset_schemas(CONTEXT_REGISTRY.names)
    uncounted = {"USER_ID", "ITEM_ID", "TIMESTAMP", "IMPRESSION", "RECOMMENDATION_ID"}
    columns = [field["name"] for field in interactions.fields if field["name"] not in uncounted]
    # THEN there is room for every event type that the recommender gets
    assert len(columns) + len(RECOMMENDER_TYPES) <= 10


def test_a_sixth_context_column_is_rejected() -> None:
    extra = ContextColumn(name="WEATHER", facets=(Facet(name="weather", vocabulary=("dry", "rain")),))
    with pytest.raises(RegistryError, match="at most 5 columns"):
        dataset_schemas(ContextRegistry(*CONTEXT_REGISTRY.columns, extra).names)


def test_a_changed_schema_gets_a_new_name() -> None:
    # GIVEN that a schema in use cannot change
    fewer = CONTEXT_REGISTRY.names[:4]
    # THEN the name depends on the content
    interactions, *_ = dataset_schemas(CONTEXT_REGISTRY.names)
    changed, *_ = dataset_schemas(fewer)
    assert interactions.fingerprint != changed.fingerprint


def test_stages_can_share_an_account(development: Assembly, production: Assembly) -> None:
    # GIVEN the physical names of the Personalize resources
    def names(assembly: Assembly) -> set[str]:
        return {
            resource["Properties"]["Name"]
            for stack in ("PersonalizeStack", CAMPAIGN)
            for resource in assembly.templates[stack]["Resources"].values()
            if resource["Type"].startswith("AWS::Personalize::")
        }

    # THEN no two stages have a name in common
    assert not names(development) & names(production)
    assert all("development" in name for name in names(development))


def test_automatic_training_is_off(development: Assembly) -> None:
    call = development.properties("PersonalizeStack", "Custom::AWS", "NoAutomaticTraining")
    create = json.dumps(call["Create"])
    assert "updateSolution" in create
    assert 'performAutoTraining\\":false' in create


def test_metric_attribution_may_write_to_cloudwatch_and_to_the_bucket(development: Assembly) -> None:
    # GIVEN that Personalize requires both permissions of the role
    policy = development.properties("PersonalizeStack", "AWS::IAM::Policy", "MetricReports")
    actions = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert actions == ["s3:PutObject", "cloudwatch:PutMetricData"]


@pytest.mark.parametrize("stack", ["PersonalizeStack", "TrainingStack"])
def test_personalize_may_assume_roles_for_this_account_only(development: Assembly, stack: str) -> None:
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


def test_the_campaign_can_follow_the_newest_version() -> None:
    config = stage_config("development")
    follows = replace(config.personalize, publication=Publication.FOLLOWING)
    stack = CampaignStack(App(), "CampaignStack", config=replace(config, personalize=follows))
    (campaign,) = Template.from_stack(stack).find_resources("AWS::Personalize::Campaign").values()
    version = json.dumps(campaign["Properties"]["SolutionVersionArn"])
    assert version.endswith('solution/touchline-development/$LATEST"]]}')
    assert campaign["Properties"]["CampaignConfig"]["SyncWithLatestSolutionVersion"] is True


GROUP = "arn:aws:personalize:eu-west-1:123456789012:dataset-group/ours"


def personalize_of(adopted: AdoptedDatasets) -> PersonalizeConfig:
    return replace(stage_config("development").personalize, adopted=adopted)


def adopting(adopted: AdoptedDatasets) -> PersonalizeStack:
    """Return the PersonalizeStack of a stage that adopts a dataset group."""
    app = App()
    return PersonalizeStack(
        app,
        "PersonalizeStack",
        config=replace(stage_config("development"), personalize=personalize_of(adopted)),
        reports_bucket=s3.Bucket(Stack(app, "Other"), "Reports"),
        data_key=None,
    )


@pytest.mark.parametrize("creates", [True, False])
def test_an_adopted_group_may_keep_its_metric_attribution(*, creates: bool) -> None:
    stack = adopting(AdoptedDatasets(dataset_group_arn=GROUP, creates_metric_attribution=creates))
    Template.from_stack(stack).resource_count_is("AWS::Personalize::MetricAttribution", int(creates))


def test_the_template_says_what_is_expected_of_an_adopted_group() -> None:
    # GIVEN that the preflight reads the synthesized templates
    stack = adopting(AdoptedDatasets(dataset_group_arn=GROUP, tracking_id="known"))
    expected = Template.from_stack(stack).to_json()["Metadata"][preflight.ADOPTED]
    assert expected == {
        "DatasetGroupArn": GROUP,
        "Schemas": {schema.dataset_type: schema.avro for schema in dataset_schemas(CONTEXT_REGISTRY.names)},
        "TrackingId": "known",
        "CreatesMetricAttribution": False,
    }


@pytest.mark.parametrize(("tracking_id", "trackers"), [("known", 0), (None, 1)])
def test_an_existing_dataset_group_is_used(tracking_id: str | None, trackers: int) -> None:
    # GIVEN a dataset group with its datasets, with or without its event tracker
    adopted = AdoptedDatasets(dataset_group_arn=GROUP, tracking_id=tracking_id)
    stack = adopting(adopted)
    # THEN no other is created, and the solution uses it
    template = Template.from_stack(stack)
    for kind in ("DatasetGroup", "Dataset", "Schema"):
        template.resource_count_is(f"AWS::Personalize::{kind}", 0)
    template.resource_count_is("AWS::Personalize::EventTracker", trackers)
    template.has_resource_properties("AWS::Personalize::Solution", {"DatasetGroupArn": GROUP})
    config = replace(stage_config("development"), personalize=personalize_of(adopted))
    assert dataset_arn(stack, config, "Users") == GROUP.replace("dataset-group", "dataset") + "/USERS"


def test_no_stack_imports_from_the_personalize_stack(development: Assembly) -> None:
    # GIVEN that CloudFormation refuses to remove or change an export in use
    for stack, template in development.templates.items():
        # THEN adoption of a dataset group, which removes them, meets none in use
        assert "touchline-development-personalize:" not in json.dumps(template) or stack == "PersonalizeStack"
    # AND a stage deployed before, whose stacks import them until they are deployed again, finds them
    exports = [
        one for one in development.templates["PersonalizeStack"]["Outputs"].values() if "Export" in one
    ]
    assert len(exports) == 5


def test_the_tracking_id_is_read_from_the_parameter_that_the_personalize_stack_writes(
    development: Assembly,
) -> None:
    written = development.properties("PersonalizeStack", "AWS::SSM::Parameter")
    environment = development.function("DeliveryStack", "record_interactions")["Environment"]["Variables"]
    read = development.templates["DeliveryStack"]["Parameters"][environment["TRACKING_ID"]["Ref"]]
    assert read["Default"] == written["Name"] == "/touchline/development/tracking-id"
    assert read["Type"] == "AWS::SSM::Parameter::Value<String>"


def test_a_deployment_of_the_campaign_leaves_its_rate_alone(
    development: Assembly, production: Assembly
) -> None:
    # GIVEN that CloudFormation sends every property of the template when it updates a campaign
    for assembly in (development, production):
        campaign = assembly.properties(CAMPAIGN, "AWS::Personalize::Campaign")
        # THEN the rate is not among them, or a deployment in mid-match would set it
        assert "MinProvisionedTPS" not in campaign
        # AND the function that sets the rate knows that of a match and that between matches
        variables = assembly.function("OperationsStack", "set_campaign_capacity")["Environment"]["Variables"]
        resting, match = (int(variables[f"{when}_TRANSACTIONS_PER_SECOND"]) for when in ("RESTING", "MATCH"))
        assert 1 <= resting < match


def test_the_first_deployment_leaves_out_the_campaign(development: Assembly) -> None:
    # GIVEN that `cdk deploy --all` deploys the stacks of the root assembly
    manifest = json.loads((development.directory / "manifest.json").read_text())
    stacks = {
        name
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    # THEN the campaign is in a nested assembly
    assert "PersonalizeStack" in stacks
    assert not any("Campaign" in name for name in stacks)
    assert manifest["artifacts"]["assembly-Campaign"]["type"] == "cdk:cloud-assembly"
    # AND no stack of the root assembly declares it
    for name in stacks:
        assert "AWS::Personalize::Campaign" not in json.dumps(development.templates[name])
