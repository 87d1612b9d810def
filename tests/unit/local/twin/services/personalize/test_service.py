"""Requests are checked against botocore's models first."""

import json
from typing import Any

import pytest

from local.twin.services.personalize import PersonalizeService
from local.twin.services.personalize.background import ManualBackground


class NoObjects:
    def get_object(self, **kwargs: Any) -> Any:
        raise AssertionError("no object is read")

    list_objects_v2 = get_object


def call(operation: str, body: bytes) -> tuple[int, dict[str, Any]]:
    service = PersonalizeService(lambda _role_arn: NoObjects(), background=ManualBackground())
    headers = {"x-amz-target": f"AmazonPersonalize.{operation}"}
    status, answered, content = service.handle("personalize", "POST", "/", headers, body)
    assert answered["Content-Type"] == "application/x-amz-json-1.1"
    return status, json.loads(content)


@pytest.mark.parametrize(
    ("operation", "request_fields", "message"),
    [
        ("CreateDatasetGroup", {}, "'name'"),
        ("CreateDatasetGroup", {"name": 5}, "name: expected a string"),
        ("CreateDatasetGroup", {"name": "-bad"}, "regular expression"),
        ("CreateDatasetGroup", {"name": "x" * 64}, "less than or equal to 63"),
        ("CreateDatasetGroup", {"name": "x", "domain": "SPORT"}, "enum value set"),
        ("CreateCampaign", {"name": "x", "solutionVersionArn": "nonsense"}, "regular expression"),
        (
            "CreateCampaign",
            {"name": "x", "solutionVersionArn": "arn:aws:personalize:r:1:s/x", "minProvisionedTPS": 0},
            "greater than or equal to 1",
        ),
        ("ListDatasetGroups", {"maxResults": 101}, "less than or equal to 100"),
        ("ListDatasetGroups", {"maxResults": "ten"}, "expected a number"),
        ("CreateFilter", {"name": "x", "datasetGroupArn": "arn:aws:personalize:r:1:d/x"}, "filterExpression"),
    ],
)
def test_an_invalid_member_is_refused_and_named(
    operation: str, request_fields: dict[str, Any], message: str
) -> None:
    status, answer = call(operation, json.dumps(request_fields).encode())
    assert status == 400
    assert answer["__type"] == "InvalidInputException"
    assert message in answer["message"]


@pytest.mark.parametrize(
    ("key", "taken"), [("stage", True), ("Größe 1+2=3", True), ("a\tb", False), ("a;b", False)]
)
def test_tag_keys_are_letters_spaces_numbers_and_some_symbols(key: str, taken: bool) -> None:
    tags = [{"tagKey": key, "tagValue": "x@y:/."}]
    status, answer = call("CreateDatasetGroup", json.dumps({"name": "g", "tags": tags}).encode())
    assert (status == 200) is taken, answer


def test_a_body_that_is_not_json_is_refused() -> None:
    status, answer = call("ListDatasetGroups", b"{")
    assert (status, answer["__type"]) == (400, "InvalidInputException")
