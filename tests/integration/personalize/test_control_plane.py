"""The control plane through boto3: what it accepts, what it refuses, and with which error."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.twin.services.personalize.errors import ThrottlingError
from tests.support.personalize_data import (
    INTERACTIONS,
    ITEMS,
    ROLE,
    USERS,
    avro,
    category,
    interactions,
    items,
    to_csv,
    users,
)
from tests.support.personalize_twin import PersonalizeTwin, running_personalize

Rows = list[dict[str, Any]]


def code_of(call: object, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator]
    return caught.value.response["Error"]["Code"]


def test_names_are_unique_and_unknown_arns_are_not_found(twin: PersonalizeTwin) -> None:
    control = twin.clients.control
    group = twin.group("g")
    assert code_of(control.create_dataset_group, name="g") == "ResourceAlreadyExistsException"
    assert code_of(control.describe_dataset_group, datasetGroupArn=group + "x") == "ResourceNotFoundException"
    assert code_of(control.describe_solution, solutionArn=group) == "ResourceNotFoundException"


def test_resources_have_tags(twin: PersonalizeTwin) -> None:
    control = twin.clients.control
    tags = [{"tagKey": "stage", "tagValue": "development"}, {"tagKey": "owner", "tagValue": ""}]
    arn = control.create_dataset_group(name="g", tags=tags)["datasetGroupArn"]
    assert control.list_tags_for_resource(resourceArn=arn)["tags"] == tags
    control.tag_resource(resourceArn=arn, tags=[{"tagKey": "owner", "tagValue": "us"}])
    control.untag_resource(resourceArn=arn, tagKeys=["stage"])
    assert control.list_tags_for_resource(resourceArn=arn)["tags"] == [{"tagKey": "owner", "tagValue": "us"}]
    many = [{"tagKey": f"t{at}", "tagValue": "x"} for at in range(50)]
    assert code_of(control.tag_resource, resourceArn=arn, tags=many) == "TooManyTagsException"
    assert code_of(control.create_dataset_group, name="h", tags=[*many, *tags]) == "TooManyTagsException"


def test_a_sixth_metadata_column_is_refused(twin: PersonalizeTwin) -> None:
    required = [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ]
    five = required + [category(f"C{at}") for at in range(5)]
    control = twin.clients.control
    control.create_schema(name="five", schema=avro("Interactions", five))
    six = avro("Interactions", [*five, category("C6")])
    assert code_of(control.create_schema, name="six", schema=six) == "InvalidInputException"


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"name": "EVENT_TYPE", "type": "string", "categorical": True}, "EVENT_TYPE"),
        ({"name": "EVENT_VALUE", "type": "string"}, "EVENT_VALUE"),
        ({"name": "PLACE", "type": ["null", {"type": "array", "items": "string"}]}, "flat"),
        ({"name": "PLACE", "type": ["string", "long"]}, "one type"),
        ({"name": "USER_ID", "type": "string"}, "twice"),
    ],
)
def test_a_schema_that_breaks_a_rule_is_refused(
    twin: PersonalizeTwin, field: dict[str, Any], message: str
) -> None:
    required = [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ]
    with pytest.raises(ClientError, match="InvalidInputException") as caught:
        twin.clients.control.create_schema(name="s", schema=avro("Interactions", [*required, field]))
    assert message in caught.value.response["Error"]["Message"]


def test_a_schema_can_be_replaced_by_one_with_more_columns(twin: PersonalizeTwin) -> None:
    # GIVEN users with a team
    control = twin.clients.control
    group = twin.group("g")
    users_dataset = twin.dataset(group, "Users", USERS, "users")
    clicks = twin.dataset(group, "Interactions", INTERACTIONS, "clicks")
    key, team = {"name": "USER_ID", "type": "string"}, category("FAVOURITE_TEAM")

    def schema(name: str, *fields: dict[str, Any]) -> str:
        return str(control.create_schema(name=name, schema=avro("Users", [key, *fields]))["schemaArn"])

    # WHEN a schema lacks the team, changes its type, or adds a column that is not nullable
    number = {"name": "AGE", "type": "int"}
    for name, fields in {
        "without": [category("TIER")],
        "other": [{"name": "FAVOURITE_TEAM", "type": "int"}],
        "full": [team, number],
    }.items():
        # THEN it is refused
        arguments = {"datasetArn": users_dataset, "schemaArn": schema(name, *fields)}
        assert code_of(control.update_dataset, **arguments) == "InvalidInputException"
    # WHEN it adds a nullable column THEN it replaces the old schema, which can be deleted
    more = schema("more", team, {**number, "type": ["null", "int"]})
    before = control.describe_dataset(datasetArn=users_dataset)["dataset"]["schemaArn"]
    control.update_dataset(datasetArn=users_dataset, schemaArn=more)
    assert control.describe_dataset(datasetArn=users_dataset)["dataset"]["schemaArn"] == more
    control.delete_schema(schemaArn=before)
    # AND the schema of interactions cannot be replaced
    same = control.describe_dataset(datasetArn=clicks)["dataset"]["schemaArn"]
    arguments = {"datasetArn": clicks, "schemaArn": same}
    assert code_of(control.update_dataset, **arguments) == "InvalidInputException"


def test_the_creation_timestamp_of_items_is_not_nullable(twin: PersonalizeTwin) -> None:
    fields = [{"name": "ITEM_ID", "type": "string"}, category("KIND")]
    control = twin.clients.control
    control.create_schema(name="undated", schema=avro("Items", fields))
    nullable = avro("Items", [*fields, {"name": "CREATION_TIMESTAMP", "type": ["null", "long"]}])
    assert code_of(control.create_schema, name="nullable", schema=nullable) == "InvalidInputException"


def test_a_group_has_one_dataset_of_a_type_and_one_event_tracker(twin: PersonalizeTwin) -> None:
    control = twin.clients.control
    group = twin.group("g")
    twin.dataset(group, "Users", USERS, "users")
    schema = control.list_schemas()["schemas"][0]["schemaArn"]
    arguments = {"name": "again", "schemaArn": schema, "datasetGroupArn": group, "datasetType": "Users"}
    assert code_of(control.create_dataset, **arguments) == "ResourceAlreadyExistsException"
    arguments |= {"datasetType": "Items"}
    assert code_of(control.create_dataset, **arguments) == "InvalidInputException"
    control.create_event_tracker(name="one", datasetGroupArn=group)
    assert (
        code_of(control.create_event_tracker, name="two", datasetGroupArn=group)
        == "ResourceAlreadyExistsException"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows[:999], "too few interactions: 999"),
        (lambda rows: [{**row, "TIMESTAMP": row["TIMESTAMP"] * 1000} for row in rows], "seconds"),
        (lambda rows: [{**row, "TIMESTAMP": "noon"} for row in rows], "do not conform"),
        (lambda rows: [{**row, "USER_ID": ""} for row in rows], "do not conform"),
        (
            lambda rows: [{k: v for k, v in row.items() if k != "MATCH_EVENT"} for row in rows],
            "missing the following columns: [MATCH_EVENT]",
        ),
        (
            lambda rows: [{**row, "EVENT_TYPE": f"t{at % 9}"} for at, row in enumerate(rows)],
            "exceeds 10",
        ),
    ],
)
def test_an_import_that_breaks_a_rule_fails_with_its_reason(
    twin: PersonalizeTwin, change: Callable[[Rows], Rows], reason: str
) -> None:
    # GIVEN a dataset and a file that breaks one rule
    dataset = twin.dataset(twin.group("g"), "Interactions", INTERACTIONS, "interactions")
    # WHEN it is imported
    job = twin.load(dataset, "job", to_csv(change(interactions(1500))))
    # THEN the job fails with the reason
    assert job["status"] == "CREATE FAILED"
    assert reason in job["failureReason"]


def test_a_location_without_files_fails_the_import(twin: PersonalizeTwin) -> None:
    dataset = twin.dataset(twin.group("g"), "Interactions", INTERACTIONS, "interactions")
    control = twin.clients.control
    arn = control.create_dataset_import_job(
        jobName="job", datasetArn=dataset, dataSource={"dataLocation": "s3://nowhere/x"}, roleArn=ROLE
    )["datasetImportJobArn"]
    job = twin.clients.until_settled(
        lambda: control.describe_dataset_import_job(datasetImportJobArn=arn)["datasetImportJob"]
    )
    assert job["status"] == "CREATE FAILED"
    assert "s3://nowhere/x" in job["failureReason"]


def test_training_below_the_minimum_of_users_fails_with_the_reason(twin: PersonalizeTwin) -> None:
    group = twin.loaded_group("g", interactions(4000, users=20))
    version = twin.version(twin.solution(group, "s"))
    assert version["status"] == "CREATE FAILED"
    assert "20 users with at least 2 interactions" in version["failureReason"]


def test_training_counts_only_the_solution_s_event_type(twin: PersonalizeTwin) -> None:
    # GIVEN many impressions, but fewer than a thousand clicks
    group = twin.loaded_group("g", interactions(1200))
    # WHEN a solution that learns from clicks is trained
    version = twin.version(twin.solution(group, "s"))
    # THEN the training fails
    assert version["status"] == "CREATE FAILED"
    assert "after filtering" in version["failureReason"]


def test_an_incremental_import_adds_and_a_full_import_replaces(twin: PersonalizeTwin) -> None:
    # GIVEN too few clicks to train, and as many more
    group = twin.loaded_group("g", interactions(1200))
    dataset = group.replace("dataset-group/g", "dataset/g/INTERACTIONS")
    solution = twin.solution(group, "s")
    # WHEN the others are added THEN training succeeds; WHEN they replace the first THEN it fails
    more = to_csv(interactions(1200, seed=2))
    assert twin.load(dataset, "more", more, mode="INCREMENTAL")["status"] == "ACTIVE"
    assert twin.version(solution)["status"] == "ACTIVE"
    assert twin.load(dataset, "less", more, mode="FULL")["status"] == "ACTIVE"
    assert twin.version(solution)["status"] == "CREATE FAILED"


def test_duplicate_interactions_count_once(twin: PersonalizeTwin) -> None:
    # GIVEN each interaction twice, in bulk, or in bulk and as an event
    group = twin.loaded_group("g")
    dataset = group.replace("dataset-group", "dataset") + "/INTERACTIONS"
    alike = interactions(600)
    assert len(alike) < 1000 < 2 * len(alike)
    assert twin.load(dataset, "twice", to_csv([*alike, *alike]), mode="FULL")["status"] == "ACTIVE"
    tracking_id = twin.clients.control.create_event_tracker(name="t", datasetGroupArn=group)["trackingId"]
    twin.clients.until_settled(lambda: twin.clients.control.list_event_trackers()["eventTrackers"][0])
    for row in alike[:5]:
        twin.clients.events.put_events(
            trackingId=tracking_id,
            userId=row["USER_ID"],
            sessionId="s",
            eventList=[
                {
                    "eventType": row["EVENT_TYPE"],
                    "itemId": row["ITEM_ID"],
                    "sentAt": row["TIMESTAMP"],
                    "recommendationId": row["RECOMMENDATION_ID"],
                    "impression": row["IMPRESSION"].split("|"),
                    "properties": json.dumps({"matchEvent": row["MATCH_EVENT"], "matchPhase": "first_half"}),
                }
            ],
        )
    # THEN there are too few to train
    version = twin.version(twin.solution(group, "s"))
    clicks = sum(row["EVENT_TYPE"] == "click" for row in alike)
    assert f"Dataset has {clicks} interactions" in version["failureReason"]


def test_an_increment_s_event_types_count_together_with_earlier_ones(twin: PersonalizeTwin) -> None:
    # GIVEN four columns, five event types, and five other event types to add
    dataset = twin.dataset(twin.group("g"), "Interactions", INTERACTIONS, "interactions")
    first, second = (
        to_csv({**row, "EVENT_TYPE": f"{kind}{at % 5}"} for at, row in enumerate(interactions(1500)))
        for kind in "ab"
    )
    # THEN each import is within the limit, and both together exceed it
    assert twin.load(dataset, "first", first)["status"] == "ACTIVE"
    added = twin.load(dataset, "second", second, mode="INCREMENTAL")
    assert "exceeds 10" in added["failureReason"]
    assert twin.load(dataset, "instead", second)["status"] == "ACTIVE"


def test_every_training_has_metrics_and_the_popularity_recipe_serves(
    twin: PersonalizeTwin,
) -> None:
    group = twin.loaded_group("g")
    control = twin.clients.control
    contextual = twin.version(twin.solution(group, "s"))["solutionVersionArn"]
    popular = twin.version(twin.solution(group, "p", "aws-popularity-count"))["solutionVersionArn"]
    metrics = [
        control.get_solution_metrics(solutionVersionArn=arn)["metrics"] for arn in (contextual, popular)
    ]
    assert metrics[0]["mean_reciprocal_rank_at_25"] > metrics[1]["mean_reciprocal_rank_at_25"]
    campaign = twin.campaign("p", popular)
    answer = twin.clients.runtime.get_recommendations(campaignArn=campaign, userId="u")
    assert answer["itemList"][0]["itemId"] == "poll"
    assert "score" not in answer["itemList"][0]


def test_ranking_puts_unknown_items_last(twin: PersonalizeTwin) -> None:
    group = twin.loaded_group("g")
    version = twin.version(twin.solution(group, "r", "aws-personalized-ranking"))
    campaign = twin.campaign("r", version["solutionVersionArn"])
    answer = twin.clients.runtime.get_personalized_ranking(
        campaignArn=campaign,
        inputList=["mystery", "beer", "bet", "poll"],
        userId="user-2",
        context={"MATCH_EVENT": "goal"},
    )
    ranked = [item["itemId"] for item in answer["personalizedRanking"]]
    assert ranked[0] == "bet"
    assert ranked[-1] == "mystery"


def test_a_campaign_follows_the_latest_solution_version(twin: PersonalizeTwin) -> None:
    # GIVEN a campaign on $LATEST
    group = twin.loaded_group("g")
    control = twin.clients.control
    solution = twin.solution(group, "s")
    latest = f"{solution}/$LATEST"
    sync = {"syncWithLatestSolutionVersion": True}
    arguments = {"name": "c", "solutionVersionArn": latest}
    assert code_of(control.create_campaign, **arguments, campaignConfig=sync) == "InvalidInputException"
    twin.version(solution)
    campaign = twin.campaign("c", latest, **sync, itemExplorationConfig={"explorationWeight": "0"})
    ask = {"campaignArn": campaign, "userId": "user-1", "context": {"MATCH_EVENT": "goal"}}
    assert twin.clients.runtime.get_recommendations(**ask)["itemList"][0]["itemId"] == "shirt"
    # WHEN preferences change and the solution is trained again
    dataset = group.replace("dataset-group/g", "dataset/g/INTERACTIONS")
    changed = [{**row, "ITEM_ID": "beer", "IMPRESSION": "beer|shirt"} for row in interactions()]
    twin.load(dataset, "changed", to_csv(changed))
    twin.version(solution)
    # THEN the campaign serves the newest version
    for _ in range(200):
        first = twin.clients.runtime.get_recommendations(**ask)["itemList"][0]["itemId"]
        if first == "beer":
            break
    assert first == "beer"


def test_latest_without_sync_is_the_present_version_and_sync_requires_latest(twin: PersonalizeTwin) -> None:
    # GIVEN a trained version
    control = twin.clients.control
    solution = twin.solution(twin.loaded_group("g"), "s")
    version = twin.version(solution)["solutionVersionArn"]
    # WHEN a campaign is created with $LATEST and without sync
    campaign = twin.campaign("c", f"{solution}/$LATEST")
    # THEN it keeps that version, and sync requires $LATEST
    described = control.describe_campaign(campaignArn=campaign)["campaign"]
    assert described["solutionVersionArn"] == version
    follow = {"campaignConfig": {"syncWithLatestSolutionVersion": True}}
    refused = {"name": "d", "solutionVersionArn": version, **follow}
    assert code_of(control.create_campaign, **refused) == "InvalidInputException"
    assert code_of(control.update_campaign, campaignArn=campaign, **follow) == "InvalidInputException"


def test_a_campaign_serves_during_an_update_and_refuses_changes(twin: PersonalizeTwin) -> None:
    # GIVEN a campaign
    control = twin.clients.control
    solution = twin.solution(twin.loaded_group("g"), "s")
    campaign = twin.campaign("c", twin.version(solution)["solutionVersionArn"])
    arguments = {"campaignArn": campaign}
    assert "latestCampaignUpdate" not in control.describe_campaign(**arguments)["campaign"]
    # WHEN an update is in progress
    twin.background.hold()
    control.update_campaign(**arguments, minProvisionedTPS=3)
    # THEN updates and deletion are refused, the old settings apply, and it serves
    assert code_of(control.update_campaign, **arguments, minProvisionedTPS=4) == "ResourceInUseException"
    assert code_of(control.delete_campaign, **arguments) == "ResourceInUseException"
    described = control.describe_campaign(**arguments)["campaign"]
    assert (described["status"], described["minProvisionedTPS"]) == ("ACTIVE", 1)
    assert described["latestCampaignUpdate"]["status"] == "CREATE PENDING"
    assert twin.clients.runtime.get_recommendations(**arguments, userId="u")["itemList"]
    # WHEN the update is complete THEN the new settings apply
    twin.background.finish()
    described = control.describe_campaign(**arguments)["campaign"]
    assert (described["latestCampaignUpdate"]["status"], described["minProvisionedTPS"]) == ("ACTIVE", 3)


def test_a_campaign_requires_an_active_version(twin: PersonalizeTwin) -> None:
    solution = twin.solution(twin.loaded_group("g", interactions(1200)), "s")
    failed = twin.version(solution)
    assert failed["status"] == "CREATE FAILED"
    create = twin.clients.control.create_campaign
    for named in (failed["solutionVersionArn"], f"{solution}/$LATEST"):
        assert code_of(create, name="c", solutionVersionArn=named) == "InvalidInputException"
    missing = f"{solution}/missing"
    assert code_of(create, name="c", solutionVersionArn=missing) == "ResourceNotFoundException"


def test_the_first_import_must_be_full(twin: PersonalizeTwin) -> None:
    dataset = twin.dataset(twin.group("g"), "Items", ITEMS, "items")
    with pytest.raises(ClientError, match="the first import is FULL"):
        twin.load(dataset, "first", to_csv(items()), mode="INCREMENTAL")
    assert twin.load(dataset, "full", to_csv(items()))["status"] == "ACTIVE"
    assert twin.load(dataset, "more", to_csv(items()), mode="INCREMENTAL")["status"] == "ACTIVE"


def test_a_sixth_import_at_once_exceeds_the_quota(twin: PersonalizeTwin) -> None:
    # GIVEN five running imports
    control = twin.clients.control
    datasets = [twin.dataset(twin.group(f"g{at}"), "Items", ITEMS, f"i{at}") for at in range(6)]
    twin.background.hold()
    location = {"dataLocation": twin.objects.put("s3://curated/items.csv", to_csv(items()))}
    common = {"dataSource": location, "roleArn": ROLE}
    for at, dataset in enumerate(datasets[:5]):
        control.create_dataset_import_job(jobName=f"j{at}", datasetArn=dataset, **common)
    # THEN an import of the same dataset finds it busy, and one of another dataset exceeds the quota
    create, common["jobName"] = control.create_dataset_import_job, "again"
    assert code_of(create, datasetArn=datasets[0], **common) == "ResourceInUseException"
    assert code_of(create, datasetArn=datasets[5], **common) == "LimitExceededException"
    # AND a dataset with a running import cannot be deleted
    assert code_of(control.delete_dataset, datasetArn=datasets[0]) == "ResourceInUseException"


def test_of_concurrent_trainings_one_is_accepted(twin: PersonalizeTwin) -> None:
    solution = twin.solution(twin.loaded_group("g"), "s")
    twin.background.hold()

    def train(_: int) -> str:
        try:
            return str(
                twin.clients.control.create_solution_version(solutionArn=solution)["solutionVersionArn"]
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(train, range(8)))
    assert answers.count("ResourceInUseException") == 7


def test_an_update_training_requires_a_full_one_before_it(twin: PersonalizeTwin) -> None:
    control = twin.clients.control
    solution = twin.solution(twin.loaded_group("g"), "s")
    update = {"solutionArn": solution, "trainingMode": "UPDATE"}
    assert code_of(control.create_solution_version, **update) == "InvalidInputException"
    twin.version(solution)
    arn = control.create_solution_version(**update)["solutionVersionArn"]
    described = control.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]
    assert described["trainingMode"] == "UPDATE"


@pytest.mark.parametrize(
    "config",
    [
        {"autoTrainingConfig": {"schedulingExpression": "rate(31 days)"}},
        {"autoTrainingConfig": {"schedulingExpression": "rate(0 days)"}},
        {"autoTrainingConfig": {"schedulingExpression": "weekly"}},
        {"eventValueThreshold": "much"},
        {"eventsConfig": {"eventParametersList": [{"weight": 0.5}]}},
    ],
)
def test_a_solution_s_configuration_is_checked(twin: PersonalizeTwin, config: dict[str, Any]) -> None:
    group = twin.group("g")
    twin.dataset(group, "Interactions", INTERACTIONS, "i")
    arguments = {"name": "s", "datasetGroupArn": group, "solutionConfig": config}
    recipe = "arn:aws:personalize:::recipe/aws-user-personalization"
    create = twin.clients.control.create_solution
    assert code_of(create, recipeArn=recipe, **arguments) == "InvalidInputException"


def test_resources_must_be_deleted_in_order(twin: PersonalizeTwin) -> None:
    # GIVEN a group with datasets, a solution and a campaign
    control = twin.clients.control
    group = twin.loaded_group("g")
    solution = twin.solution(group, "s")
    campaign = twin.campaign("c", twin.version(solution)["solutionVersionArn"])
    schema = control.list_schemas()["schemas"][0]["schemaArn"]
    # WHEN they are deleted in the wrong order THEN each is in use
    assert code_of(control.delete_dataset_group, datasetGroupArn=group) == "ResourceInUseException"
    assert code_of(control.delete_solution, solutionArn=solution) == "ResourceInUseException"
    assert code_of(control.delete_schema, schemaArn=schema) == "ResourceInUseException"
    # WHEN they are deleted in the right order THEN none is left, and the campaign stops serving
    control.delete_campaign(campaignArn=campaign)
    assert (
        code_of(twin.clients.runtime.get_recommendations, campaignArn=campaign, userId="u")
        == "ResourceNotFoundException"
    )
    wait_until_deleted(lambda: control.describe_campaign(campaignArn=campaign))
    control.delete_solution(solutionArn=solution)
    wait_until_deleted(lambda: control.describe_solution(solutionArn=solution))
    for dataset in control.list_datasets(datasetGroupArn=group)["datasets"]:
        control.delete_dataset(datasetArn=dataset["datasetArn"])
        wait_until_deleted(lambda arn=dataset["datasetArn"]: control.describe_dataset(datasetArn=arn))
    control.delete_dataset_group(datasetGroupArn=group)
    wait_until_deleted(lambda: control.describe_dataset_group(datasetGroupArn=group))


def wait_until_deleted(describe: object) -> None:
    def describe_for_a_minute() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            describe()  # type: ignore[operator]

    assert code_of(describe_for_a_minute) == "ResourceNotFoundException"


def test_only_user_personalization_takes_an_exploration_config(twin: PersonalizeTwin) -> None:
    group = twin.loaded_group("g")
    version = twin.version(twin.solution(group, "v2", "aws-user-personalization-v2"))["solutionVersionArn"]
    config = {"itemExplorationConfig": {"explorationWeight": "0.5"}}
    create = twin.clients.control.create_campaign
    assert (
        code_of(create, name="c", solutionVersionArn=version, campaignConfig=config)
        == "InvalidInputException"
    )
    first = twin.version(twin.solution(group, "v1"))["solutionVersionArn"]
    for settings in (
        {"explorationWeight": "1.5"},
        {"explorationWeight": "nan"},
        {"explorationItemAgeCutOff": "-1"},
        {"explorationItemAgeCutOff": "a month"},
        {"unknownSetting": "1"},
    ):
        config = {"itemExplorationConfig": settings}
        arguments = {"name": "c", "solutionVersionArn": first, "campaignConfig": config}
        assert code_of(create, **arguments) == "InvalidInputException"


def test_lists_are_paginated(twin: PersonalizeTwin) -> None:
    for at in range(5):
        twin.group(f"g{at}")
    control = twin.clients.control
    first = control.list_dataset_groups(maxResults=2)
    assert len(first["datasetGroups"]) == 2
    names = [
        group["name"]
        for page in control.get_paginator("list_dataset_groups").paginate(PaginationConfig={"PageSize": 2})
        for group in page["datasetGroups"]
    ]
    assert names == [f"g{at}" for at in range(5)]
    recipes = control.get_paginator("list_recipes").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["recipes"]) for page in recipes] == [2, 2, 1]
    assert code_of(control.list_dataset_groups, nextToken="nonsense") == "InvalidNextTokenException"


def test_events_are_checked_against_the_schema(twin: PersonalizeTwin) -> None:
    # GIVEN a tracker
    control, events = twin.clients.control, twin.clients.events
    group = twin.group("g")
    twin.dataset(group, "Interactions", INTERACTIONS, "interactions")
    tracker = control.create_event_tracker(name="t", datasetGroupArn=group)
    twin.clients.until_settled(
        lambda: control.describe_event_tracker(eventTrackerArn=tracker["eventTrackerArn"])["eventTracker"]
    )
    event = {"eventType": "click", "itemId": "beer", "sentAt": 1_700_000_000}
    call = {"trackingId": tracker["trackingId"], "userId": "u", "sessionId": "s"}
    # WHEN events arrive THEN valid ones are accepted and others refused
    events.put_events(**call, eventList=[{**event, "properties": '{"matchEvent":"goal"}'}])
    wrong = [
        {**event, "properties": '{"colour":"red"}'},
        {**event, "properties": "[1]"},
        {**event, "properties": '{"userId":"someone else"}'},
        {**event, "properties": json.dumps({"matchEvent": "x" * 1024})},
        {**event, "properties": '{"eventValue":"much"}'},
        {**event, "impression": [f"item-{at}" for at in range(26)]},
    ]
    for each in wrong:
        assert code_of(events.put_events, **call, eventList=[each]) == "InvalidInputException"
    assert code_of(events.put_events, **call, eventList=[event] * 11) == "InvalidInputException"
    call["trackingId"] = "unknown"
    assert code_of(events.put_events, **call, eventList=[event]) == "InvalidInputException"


def test_the_item_can_be_named_in_the_properties(twin: PersonalizeTwin) -> None:
    # GIVEN a tracker
    control = twin.clients.control
    group = twin.group("g")
    twin.dataset(group, "Interactions", INTERACTIONS, "interactions")
    tracker = control.create_event_tracker(name="t", datasetGroupArn=group)
    twin.clients.until_settled(
        lambda: control.describe_event_tracker(eventTrackerArn=tracker["eventTrackerArn"])["eventTracker"]
    )
    # WHEN an event names its item in the properties
    properties = json.dumps({"itemId": "beer", "eventValue": 4})
    event = {"eventType": "click", "sentAt": 1_700_000_000, "properties": properties}
    twin.clients.events.put_events(trackingId=tracker["trackingId"], sessionId="s", eventList=[event])
    # THEN it is stored for that item, and for the session, since no user is given
    (stored,) = twin.service.events(group)
    assert (stored.item_id, stored.user_id, stored.row["EVENT_VALUE"]) == ("beer", "s", 4.0)


def test_items_from_put_items_survive_a_full_import(twin: PersonalizeTwin) -> None:
    # GIVEN items imported in bulk, and one from PutItems
    group = twin.loaded_group("g")
    dataset = group.replace("dataset-group/g", "dataset/g/ITEMS")
    cap = {"itemId": "cap", "properties": '{"categories": "shop", "creationTimestamp": 1780000000}'}
    twin.clients.events.put_items(datasetArn=dataset, items=[cap])
    # WHEN another import replaces the first
    shop = [row for row in items() if row["CATEGORIES"] == "shop"]
    assert twin.load(dataset, "again", to_csv(shop))["status"] == "ACTIVE"
    # THEN the item from PutItems is known, and items missing from the new import are not
    campaign = twin.campaign("c", twin.version(twin.solution(group, "s"))["solutionVersionArn"])
    expression = 'INCLUDE ItemID WHERE Items.CATEGORIES IN ("shop","food")'
    arn = twin.filter(group, "f", expression)
    answer = twin.clients.runtime.get_recommendations(campaignArn=campaign, userId="u", filterArn=arn)
    assert {item["itemId"] for item in answer["itemList"]} == {"shirt", "scarf", "cap"}


def test_put_items_requires_the_columns_that_are_not_nullable(twin: PersonalizeTwin) -> None:
    price = {"name": "PRICE", "type": "float"}
    schema = avro("Items", [{"name": "ITEM_ID", "type": "string"}, price])
    dataset = twin.dataset(twin.group("g"), "Items", schema, "i")
    put = twin.clients.events.put_items
    put(datasetArn=dataset, items=[{"itemId": "cap", "properties": '{"price": 5}'}])
    assert code_of(put, datasetArn=dataset, items=[{"itemId": "cap"}]) == "InvalidInputException"


def test_put_items_to_a_dataset_that_is_not_active_is_refused(twin: PersonalizeTwin) -> None:
    control = twin.clients.control
    group = twin.group("g")
    schema = control.create_schema(name="i", schema=ITEMS)["schemaArn"]
    twin.background.hold()
    dataset = control.create_dataset(name="i", schemaArn=schema, datasetGroupArn=group, datasetType="Items")[
        "datasetArn"
    ]
    with pytest.raises(ClientError) as caught:
        twin.clients.events.put_items(datasetArn=dataset, items=[{"itemId": "cap"}])
    assert caught.value.response["Error"]["Code"] == "ResourceInUseException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert code_of(control.delete_dataset, datasetArn=dataset) == "ResourceInUseException"


def test_a_campaign_throttles_above_its_rate_and_on_demand() -> None:
    with running_personalize(campaign_tps=1) as twin:
        group = twin.loaded_group("g")
        campaign = twin.campaign("c", twin.version(twin.solution(group, "s"))["solutionVersionArn"])
        ask = twin.clients.runtime.get_recommendations
        twin.service.faults.refuse("GetRecommendations", ThrottlingError("Rate exceeded"))
        assert code_of(ask, campaignArn=campaign, userId="u") == "ThrottlingException"
        codes = set()
        for _ in range(100):
            try:
                ask(campaignArn=campaign, userId="u")
            except ClientError as error:
                codes.add(error.response["Error"]["Code"])
                break
        assert codes == {"ThrottlingException"}


def test_an_unsupported_operation_is_refused(twin: PersonalizeTwin) -> None:
    assert code_of(twin.clients.control.list_recommenders) == "UnknownOperationException"


def test_users_and_items_can_be_imported(twin: PersonalizeTwin) -> None:
    group = twin.group("g")
    assert twin.load(twin.dataset(group, "Users", USERS, "u"), "u", to_csv(users()))["status"] == "ACTIVE"
    assert twin.load(twin.dataset(group, "Items", ITEMS, "i"), "i", to_csv(items()))["status"] == "ACTIVE"
    described = twin.clients.control.list_datasets(datasetGroupArn=group)["datasets"]
    assert {dataset["datasetType"] for dataset in described} == {"USERS", "ITEMS"}
