"""CloudFormation's published schemas decide whether a change replaces a resource."""

from typing import Any

import pytest

from local.twin.provision.resources import Resource
from local.twin.provision.update_behaviour import changed_properties, is_replaced, kept_name


def resource(kind: str, **properties: Any) -> Resource:
    return Resource(stack="s", logical_id="R", type=kind, properties=properties)


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("AWS::SQS::Queue", {"VisibilityTimeout": 1}, {"VisibilityTimeout": 2}, False),
        ("AWS::SQS::Queue", {"QueueName": "a"}, {"QueueName": "b"}, True),
        ("AWS::SQS::Queue", {}, {"QueueName": "a"}, True),
        ("AWS::Personalize::Solution", {"RecipeArn": "v1"}, {"RecipeArn": "v2"}, True),
        ("AWS::Personalize::Campaign", {"SolutionVersionArn": "1"}, {"SolutionVersionArn": "2"}, False),
        # A part of a property
        ("AWS::Glue::Table", {"TableInput": {"Name": "a"}}, {"TableInput": {"Name": "b"}}, True),
        ("AWS::Glue::Table", {"TableInput": {"Name": "a"}}, {"TableInput": {"Name": "a", "X": 1}}, False),
        # Some changes of a key schema replace the table: here all do
        ("AWS::DynamoDB::GlobalTable", {"KeySchema": ["a"]}, {"KeySchema": ["b"]}, True),
        ("Custom::Anything", {"ServiceToken": "a"}, {"ServiceToken": "b"}, False),
    ],
)
def test_a_change_replaces_what_is_only_set_at_creation(
    kind: str, before: dict[str, Any], after: dict[str, Any], expected: bool
) -> None:
    assert is_replaced(resource(kind, **before), resource(kind, **after)) is expected


def test_a_property_that_comes_or_goes_has_changed() -> None:
    before, after = resource("T", Kept=1, Gone=1, Other=1), resource("T", Kept=1, Other=2, New=1)
    assert changed_properties(before, after) == {"Gone", "Other", "New"}


def test_a_name_that_is_unique_in_the_account_is_kept_if_both_fix_it() -> None:
    name = {"FunctionName": "f"}
    function = resource("AWS::Lambda::Function", PackageType="Zip", **name)
    assert kept_name(function, resource("AWS::Lambda::Function", PackageType="Image", **name)) == "f"
    assert kept_name(function, resource("AWS::Lambda::Function", FunctionName="g")) is None
    # Generated names and ids differ
    assert kept_name(resource("AWS::Lambda::Function"), resource("AWS::Lambda::Function")) is None
    assert kept_name(resource("AWS::SNS::Subscription"), resource("AWS::SNS::Subscription")) is None
    assert kept_name(resource("Custom::Anything"), resource("Custom::Anything")) is None
