"""The control plane as boto3 sees it: what is accepted, what is refused, and with which error."""

import time

import pytest
from botocore.exceptions import ClientError

from local.personalize.errors import ThrottlingError
from tests.integration.personalize.conftest import Twin, running_twin
from tests.integration.personalize.support import (
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


def code_of(call: object, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator]
    return caught.value.response["Error"]["Code"]


def test_names_are_taken_once_and_unknown_arns_are_not_found(twin: Twin) -> None:
    control = twin.clients.control
    group = twin.group("g")
    assert code_of(control.create_dataset_group, name="g") == "ResourceAlreadyExistsException"
    assert code_of(control.describe_dataset_group, datasetGroupArn=group + "x") == "ResourceNotFoundException"
    assert code_of(control.describe_solution, solutionArn=group) == "ResourceNotFoundException"


def test_a_sixth_metadata_column_is_refused(twin: Twin) -> None:
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


def test_when_an_item_came_to_be_is_told_or_is_no_column(twin: Twin) -> None:
    fields = [{"name": "ITEM_ID", "type": "string"}, category("KIND")]
    control = twin.clients.control
    control.create_schema(name="undated", schema=avro("Items", fields))
    perhaps = avro("Items", [*fields, {"name": "CREATION_TIMESTAMP", "type": ["null", "long"]}])
    assert code_of(control.create_schema, name="perhaps", schema=perhaps) == "InvalidInputException"


def test_one_dataset_of_a_type_and_one_tracker_in_a_group(twin: Twin) -> None:
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
def test_an_import_that_breaks_a_rule_fails_with_its_reason(twin: Twin, change, reason: str) -> None:
    # GIVEN a dataset and a file that breaks one rule
    dataset = twin.dataset(twin.group("g"), "Interactions", INTERACTIONS, "interactions")
    # WHEN it is imported
    job = twin.load(dataset, "job", to_csv(change(interactions(1500))))
    # THEN the job fails and says why
    assert job["status"] == "CREATE FAILED"
    assert reason in job["failureReason"]


def test_a_location_without_files_fails_the_import(twin: Twin) -> None:
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


def test_training_below_the_minimum_of_users_fails_with_the_reason(twin: Twin) -> None:
    group = twin.loaded_group("g", interactions(4000, users=20))
    version = twin.version(twin.solution(group, "s"))
    assert version["status"] == "CREATE FAILED"
    assert "20 users with at least 2 interactions" in version["failureReason"]


def test_training_counts_the_solution_s_event_type_alone(twin: Twin) -> None:
    # GIVEN plenty of impressions, but fewer than a thousand clicks
    group = twin.loaded_group("g", interactions(1200))
    # WHEN a solution that learns from clicks is trained
    version = twin.version(twin.solution(group, "s"))
    # THEN it is refused
    assert version["status"] == "CREATE FAILED"
    assert "after filtering" in version["failureReason"]


def test_incremental_adds_and_full_replaces(twin: Twin) -> None:
    # GIVEN too few clicks, and as many again
    group = twin.loaded_group("g", interactions(1200))
    dataset = group.replace("dataset-group/g", "dataset/g/INTERACTIONS")
    solution = twin.solution(group, "s")
    # WHEN they are added THEN there is enough to train; WHEN they replace THEN there is not
    more = to_csv(interactions(1200, seed=2))
    assert twin.load(dataset, "more", more, mode="INCREMENTAL")["status"] == "ACTIVE"
    assert twin.version(solution)["status"] == "ACTIVE"
    assert twin.load(dataset, "less", more, mode="FULL")["status"] == "ACTIVE"
    assert twin.version(solution)["status"] == "CREATE FAILED"


def test_metrics_follow_a_training_and_the_popularity_recipe_trains_too(twin: Twin) -> None:
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


def test_ranking_puts_unknown_items_last(twin: Twin) -> None:
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


def test_a_campaign_follows_the_latest_solution_version(twin: Twin) -> None:
    # GIVEN a campaign on $LATEST
    group = twin.loaded_group("g")
    control = twin.clients.control
    solution = twin.solution(group, "s")
    latest = f"{solution}/$LATEST"
    sync = {"syncWithLatestSolutionVersion": True}
    arguments = {"name": "c", "solutionVersionArn": latest}
    assert code_of(control.create_campaign, **arguments, campaignConfig=sync) == "InvalidInputException"
    twin.version(solution)
    assert code_of(control.create_campaign, **arguments) == "InvalidInputException"
    campaign = twin.campaign("c", latest, **sync, itemExplorationConfig={"explorationWeight": "0"})
    ask = {"campaignArn": campaign, "userId": "user-1", "context": {"MATCH_EVENT": "goal"}}
    assert twin.clients.runtime.get_recommendations(**ask)["itemList"][0]["itemId"] == "shirt"
    # WHEN the taste changes and the solution is trained again
    dataset = group.replace("dataset-group/g", "dataset/g/INTERACTIONS")
    changed = [{**row, "ITEM_ID": "beer", "IMPRESSION": "beer|shirt"} for row in interactions()]
    twin.load(dataset, "changed", to_csv(changed))
    twin.version(solution)
    # THEN the campaign answers with what was learned last
    for _ in range(200):
        first = twin.clients.runtime.get_recommendations(**ask)["itemList"][0]["itemId"]
        if first == "beer":
            break
    assert first == "beer"


def test_things_are_deleted_in_order(twin: Twin) -> None:
    # GIVEN everything there is
    control = twin.clients.control
    group = twin.loaded_group("g")
    solution = twin.solution(group, "s")
    campaign = twin.campaign("c", twin.version(solution)["solutionVersionArn"])
    schema = control.list_schemas()["schemas"][0]["schemaArn"]
    # WHEN they are deleted from the wrong end THEN each is in use
    assert code_of(control.delete_dataset_group, datasetGroupArn=group) == "ResourceInUseException"
    assert code_of(control.delete_solution, solutionArn=solution) == "ResourceInUseException"
    assert code_of(control.delete_schema, schemaArn=schema) == "ResourceInUseException"
    # WHEN they are deleted from the right end THEN nothing is left, and the campaign answers no more
    control.delete_campaign(campaignArn=campaign)
    assert (
        code_of(twin.clients.runtime.get_recommendations, campaignArn=campaign, userId="u")
        == "ResourceNotFoundException"
    )
    gone(lambda: control.describe_campaign(campaignArn=campaign))
    control.delete_solution(solutionArn=solution)
    gone(lambda: control.describe_solution(solutionArn=solution))
    for dataset in control.list_datasets(datasetGroupArn=group)["datasets"]:
        control.delete_dataset(datasetArn=dataset["datasetArn"])
        gone(lambda arn=dataset["datasetArn"]: control.describe_dataset(datasetArn=arn))
    control.delete_dataset_group(datasetGroupArn=group)
    gone(lambda: control.describe_dataset_group(datasetGroupArn=group))


def gone(describe: object) -> None:
    def describe_for_a_minute() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            describe()  # type: ignore[operator]

    assert code_of(describe_for_a_minute) == "ResourceNotFoundException"


def test_exploration_belongs_to_user_personalization(twin: Twin) -> None:
    group = twin.loaded_group("g")
    version = twin.version(twin.solution(group, "v2", "aws-user-personalization-v2"))["solutionVersionArn"]
    config = {"itemExplorationConfig": {"explorationWeight": "0.5"}}
    create = twin.clients.control.create_campaign
    assert (
        code_of(create, name="c", solutionVersionArn=version, campaignConfig=config)
        == "InvalidInputException"
    )
    first = twin.version(twin.solution(group, "v1"))["solutionVersionArn"]
    config = {"itemExplorationConfig": {"explorationWeight": "1.5"}}
    assert (
        code_of(create, name="c", solutionVersionArn=first, campaignConfig=config) == "InvalidInputException"
    )


def test_lists_come_in_pages(twin: Twin) -> None:
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
    assert code_of(control.list_dataset_groups, nextToken="nonsense") == "InvalidNextTokenException"


def test_events_are_held_against_the_schema(twin: Twin) -> None:
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
    # WHEN events come THEN the good are taken and the others refused
    events.put_events(**call, eventList=[{**event, "properties": '{"matchEvent":"goal"}'}])
    wrong = [
        {**event, "properties": '{"colour":"red"}'},
        {**event, "properties": "[1]"},
        {**event, "properties": '{"userId":"someone else"}'},
        {**event, "impression": [f"item-{at}" for at in range(26)]},
    ]
    for each in wrong:
        assert code_of(events.put_events, **call, eventList=[each]) == "InvalidInputException"
    assert code_of(events.put_events, **call, eventList=[event] * 11) == "InvalidInputException"
    call["trackingId"] = "unknown"
    assert code_of(events.put_events, **call, eventList=[event]) == "InvalidInputException"


def test_a_campaign_throttles_above_its_rate_and_faults_come_on_demand() -> None:
    for twin in running_twin(campaign_tps=5):
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


def test_unknown_operations_are_named(twin: Twin) -> None:
    assert code_of(twin.clients.control.list_recommenders) == "UnknownOperationException"


def test_ids_of_users_and_items_survive_a_round_trip(twin: Twin) -> None:
    group = twin.group("g")
    assert twin.load(twin.dataset(group, "Users", USERS, "u"), "u", to_csv(users()))["status"] == "ACTIVE"
    assert twin.load(twin.dataset(group, "Items", ITEMS, "i"), "i", to_csv(items()))["status"] == "ACTIVE"
    described = twin.clients.control.list_datasets(datasetGroupArn=group)["datasets"]
    assert {dataset["datasetType"] for dataset in described} == {"USERS", "ITEMS"}
