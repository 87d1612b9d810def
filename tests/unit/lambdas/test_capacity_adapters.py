"""Capacity through AWS: its windows in DynamoDB, the campaign in Personalize, the environments in Lambda."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from domain.capacity_window import Capacity, CapacityWindow, Provisioned
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_capacity import PARTITION, DynamoCapacityWindows
from lambdas.adapters.function_capacity import LambdaDispatchCapacity
from lambdas.adapters.personalize import PersonalizeCampaign
from tests.support.builders import KICK_OFF

CAMPAIGN = "arn:aws:personalize:eu-west-1:123456789012:campaign/touchline"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:dispatch"
ALIAS = {"FunctionName": FUNCTION, "Qualifier": "live"}
HOUR = timedelta(hours=1)


def stubbed(service: str) -> Any:
    return boto3.client(service, "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")


def test_the_windows_of_an_instant_are_found(resources: dict[str, str]) -> None:
    # GIVEN a match's window, an operator's with a capacity of its own, and one that is over
    windows = DynamoCapacityWindows(client("dynamodb"), resources["CONNECTIONS_TABLE_NAME"])
    of_match = CapacityWindow(name="MATCH#1", begins_at=KICK_OFF, ends_at=KICK_OFF + HOUR)
    capacity = Capacity(transactions_per_second=400, dispatch_environments=8)
    of_operator = CapacityWindow(
        name="HAND#1", begins_at=KICK_OFF, ends_at=KICK_OFF + HOUR, capacity=capacity
    )
    over = CapacityWindow(name="MATCH#2", begins_at=KICK_OFF - HOUR, ends_at=KICK_OFF)
    for window in (over, of_match, of_match, of_operator):
        windows.put_window(window)
    assert windows.windows_at(KICK_OFF) == [of_operator, of_match]
    # WHEN the match moves THEN its window does, and it expires when it is over
    moved = CapacityWindow(name="MATCH#1", begins_at=KICK_OFF + 2 * HOUR, ends_at=KICK_OFF + 3 * HOUR)
    windows.put_window(moved)
    assert windows.windows_at(KICK_OFF) == [of_operator]
    row = client("dynamodb").get_item(
        TableName=resources["CONNECTIONS_TABLE_NAME"], Key={"pk": {"S": PARTITION}, "sk": {"S": "MATCH#1"}}
    )["Item"]
    assert int(row["expires_at"]["N"]) == moved.ends_at.timestamp()


@pytest.mark.parametrize(
    ("status", "update", "changing"),
    [
        ("ACTIVE", None, False),
        ("CREATE IN_PROGRESS", None, True),
        ("ACTIVE", "CREATE PENDING", True),
        ("ACTIVE", "CREATE IN_PROGRESS", True),
        ("ACTIVE", "CREATE FAILED", False),
        ("DELETE PENDING", None, True),
    ],
)
def test_the_campaign_is_read_back(status: str, update: str | None, changing: bool) -> None:
    personalize = stubbed("personalize")
    campaign: dict[str, Any] = {"status": status, "minProvisionedTPS": 40}
    if update:
        campaign["latestCampaignUpdate"] = {"status": update, "minProvisionedTPS": 2}
    with Stubber(personalize) as stub:
        stub.add_response("describe_campaign", {"campaign": campaign}, {"campaignArn": CAMPAIGN})
        found = PersonalizeCampaign(personalize, CAMPAIGN).provisioned()
    assert found == Provisioned(amount=40, is_changing=changing)


def test_a_campaign_that_is_not_deployed_has_no_capacity() -> None:
    personalize = stubbed("personalize")
    with Stubber(personalize) as stub:
        stub.add_client_error("describe_campaign", "ResourceNotFoundException")
        assert PersonalizeCampaign(personalize, CAMPAIGN).provisioned() is None
        stub.add_client_error("describe_campaign", "ThrottlingException")
        with pytest.raises(personalize.exceptions.ClientError, match="ThrottlingException"):
            PersonalizeCampaign(personalize, CAMPAIGN).provisioned()


def test_only_the_refusal_of_a_campaign_that_is_being_changed_is_ordinary() -> None:
    personalize = stubbed("personalize")
    campaign = PersonalizeCampaign(personalize, CAMPAIGN)
    with Stubber(personalize) as stub:
        stub.add_response("update_campaign", {}, {"campaignArn": CAMPAIGN, "minProvisionedTPS": 40})
        campaign.provision(40)
        stub.add_client_error("update_campaign", "ResourceInUseException")
        campaign.provision(40)
        stub.add_client_error("update_campaign", "LimitExceededException")
        with pytest.raises(personalize.exceptions.ClientError, match="LimitExceededException"):
            campaign.provision(40)


def test_environments_are_kept_ready_and_released() -> None:
    functions = stubbed("lambda")
    capacity = LambdaDispatchCapacity(functions, f"{FUNCTION}:live")
    with Stubber(functions) as stub:
        request = {**ALIAS, "ProvisionedConcurrentExecutions": 64}
        stub.add_response("put_provisioned_concurrency_config", {"Status": "IN_PROGRESS"}, request)
        capacity.keep_ready(64)
        stub.add_response("delete_provisioned_concurrency_config", {}, ALIAS)
        capacity.keep_ready(0)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("READY", Provisioned(amount=64, is_changing=False)),
        ("IN_PROGRESS", Provisioned(amount=64, is_changing=True)),
        ("FAILED", Provisioned(amount=0, is_changing=False)),
    ],
)
def test_environments_are_read_back_and_asked_for_again_if_lambda_had_none(
    status: str, found: Provisioned
) -> None:
    functions = stubbed("lambda")
    with Stubber(functions) as stub:
        answer = {"RequestedProvisionedConcurrentExecutions": 64, "Status": status}
        stub.add_response("get_provisioned_concurrency_config", answer, ALIAS)
        assert LambdaDispatchCapacity(functions, f"{FUNCTION}:live").ready() == found


def test_environments_that_were_never_asked_for_are_none() -> None:
    functions = stubbed("lambda")
    capacity = LambdaDispatchCapacity(functions, f"{FUNCTION}:live")
    with Stubber(functions) as stub:
        stub.add_client_error(
            "get_provisioned_concurrency_config", "ProvisionedConcurrencyConfigNotFoundException"
        )
        assert capacity.ready() == Provisioned(amount=0, is_changing=False)
        stub.add_client_error("delete_provisioned_concurrency_config", "ResourceNotFoundException")
        capacity.keep_ready(0)
        stub.add_client_error("delete_provisioned_concurrency_config", "ResourceConflictException")
        with pytest.raises(functions.exceptions.ClientError, match="ResourceConflictException"):
            capacity.keep_ready(0)
