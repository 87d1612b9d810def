"""Tests of the control room's functions."""

import json

import pytest

from tests.infrastructure.assembly import Assembly
from tests.infrastructure.delivery_functions import event_source, granted


def test_the_audit_log_is_append_only(development: Assembly) -> None:
    # GIVEN the functions that may write a line
    writers = [
        module
        for module in ("operate", "watch", "record_night", "tell_operators", "dispatch_components")
        if any("Audit" in resource for resource in granted(development, module, "dynamodb:PutItem"))
    ]
    assert writers == ["operate"]
    # THEN none may update or delete a line
    for module in writers:
        for action in ("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"):
            assert not any("Audit" in resource for resource in granted(development, module, action))


def test_audit_lines_expire_after_the_retention_of_the_stage(
    development: Assembly, production: Assembly
) -> None:
    for assembly, days in ((development, "30"), (production, "400")):
        for module in ("operate", "watch"):
            variables = assembly.function("DeliveryStack", module)["Environment"]["Variables"]
            assert variables["AUDIT_RETENTION_DAYS"] == days


def test_operators_may_publish_to_the_moments_topic_only(development: Assembly) -> None:
    (topic,) = granted(development, "operate", "sns:Publish")
    assert "Moments" in topic


@pytest.mark.parametrize("module", ["operate", "watch"])
def test_each_command_may_ask_who_is_an_operator_now(development: Assembly, module: str) -> None:
    for action in ("cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"):
        (pool,) = granted(development, module, action)
        assert "OperatorsPool" in pool


def test_operators_get_changes_of_contexts_and_controls_only(development: Assembly) -> None:
    patterns = [
        json.loads(rule["Pattern"])
        for name, mapping in development.of_type("DeliveryStack", "AWS::Lambda::EventSourceMapping").items()
        if name.startswith("ControlRoomTellOperators")
        for rule in mapping["Properties"]["FilterCriteria"]["Filters"]
    ]
    items = [pattern["dynamodb"]["Keys"]["item"]["S"] for pattern in patterns if "dynamodb" in pattern]
    assert items == [["CONTEXT", "CONTROLS"]]


def test_only_posts_invoke_record_night(development: Assembly) -> None:
    (rule,) = event_source(development, "ControlRoomRecordNight")["FilterCriteria"]["Filters"]
    assert json.loads(rule["Pattern"]) == {"data": {"kind": ["posts"]}}
