"""Intrinsic functions of templates are resolved."""

from typing import Any

import pytest

from local.twin.provision.errors import UnresolvableError
from local.twin.provision.intrinsics import NO_VALUE, Resolver, references

REFS = {"AWS::Region": "eu-central-1", "Queue": "http://queue", "AWS::NoValue": NO_VALUE}
ATTRIBUTES = {("Queue", "Arn"): "arn:aws:sqs:eu-central-1:1:q"}
EXPORTS = {"data:Table": "matches"}


def resolver(**conditions: Any) -> Resolver:
    return Resolver(
        where="Stack/Resource",
        ref=lambda name: REFS[name],
        attribute=lambda logical_id, name: ATTRIBUTES[(logical_id, name)],
        imported=lambda name: EXPORTS[name],
        mappings={"Sizes": {"small": {"shards": 1}}},
        conditions=conditions,
        dynamic=lambda service, reference: f"<{service}:{reference}>",
    )


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"Ref": "Queue"}, "http://queue"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-central-1:1:q"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:aws:sqs:eu-central-1:1:q"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, "a-eu-central-1"),
        ({"Fn::Select": ["5", {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]}, "q"),
        (
            {"Fn::Sub": "${AWS::Region}/${Queue.Arn}/${!kept}"},
            "eu-central-1/arn:aws:sqs:eu-central-1:1:q/${kept}",
        ),
        ({"Fn::Sub": ["${who}", {"who": {"Ref": "Queue"}}]}, "http://queue"),
        ({"Fn::ImportValue": "data:Table"}, "matches"),
        ({"Fn::FindInMap": ["Sizes", "small", "shards"]}, 1),
        ({"Fn::Base64": "ab"}, "YWI="),
        ("{{resolve:ssm:/stage}}!", "<ssm:/stage>!"),
        ({"Ref": "Queue", "And": "more"}, {"Ref": "Queue", "And": "more"}),
    ],
)
def test_an_intrinsic_function_is_resolved(declared: Any, expected: Any) -> None:
    assert resolver().resolve(declared) == expected


def test_conditions_are_evaluated_and_no_value_is_removed() -> None:
    given = resolver(IsProduction={"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]})

    resolved = given.resolve(
        {
            "Kept": {"Fn::If": ["IsProduction", "many", "one"]},
            "Gone": {"Fn::If": ["IsProduction", "here", {"Ref": "AWS::NoValue"}]},
            "List": ["a", {"Ref": "AWS::NoValue"}],
        }
    )

    assert resolved == {"Kept": "one", "List": ["a"]}


def test_an_unknown_function_is_an_error_that_names_its_resource() -> None:
    with pytest.raises(UnresolvableError, match=r"Stack/Resource: cannot resolve Fn::Transform"):
        resolver().resolve({"Fn::Transform": {"Name": "AWS::Include"}})


def test_references_are_found_at_any_depth() -> None:
    value = {
        "A": [{"Ref": "One"}, {"Fn::GetAtt": ["Two", "Arn"]}],
        "B": {"Fn::Sub": ["${Three} ${local}", {"local": {"Ref": "Four"}}]},
        "C": {"Fn::ImportValue": "other:Five"},
    }

    assert set(references(value)) == {
        ("resource", "One"),
        ("resource", "Two"),
        ("resource", "Three"),
        ("resource", "Four"),
        ("import", "other:Five"),
    }
