"""Promises of the operators' side of the socket."""

import json

from tests.infrastructure.conftest import Assembly
from tests.infrastructure.test_delivery_stack import event_source, granted


def test_the_audit_log_is_only_ever_added_to(development: Assembly) -> None:
    # GIVEN every function that may write a line
    writers = [
        module
        for module in ("operate", "watch", "record_night", "tell_operators", "dispatch_components")
        if any("Audit" in resource for resource in granted(development, module, "dynamodb:PutItem"))
    ]
    assert writers == ["operate", "watch"]
    # THEN none may change or delete one
    for module in writers:
        for action in ("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"):
            assert not any("Audit" in resource for resource in granted(development, module, action))


def test_lines_are_kept_as_long_as_the_stage_says(development: Assembly, production: Assembly) -> None:
    for assembly, days in ((development, "30"), (production, "400")):
        for module in ("operate", "watch"):
            variables = assembly.function("DeliveryStack", module)["Environment"]["Variables"]
            assert variables["AUDIT_RETENTION_DAYS"] == days


def test_operators_publish_to_the_topic_of_the_moments_alone(development: Assembly) -> None:
    (topic,) = granted(development, "operate", "sns:Publish")
    assert "Moments" in topic


def test_operators_are_told_of_contexts_and_controls_and_of_no_other_item(development: Assembly) -> None:
    patterns = [
        json.loads(rule["Pattern"])
        for name, mapping in development.of_type("DeliveryStack", "AWS::Lambda::EventSourceMapping").items()
        if name.startswith("ControlRoomTellOperators")
        for rule in mapping["Properties"]["FilterCriteria"]["Filters"]
    ]
    items = [pattern["dynamodb"]["Keys"]["item"]["S"] for pattern in patterns if "dynamodb" in pattern]
    assert items == [["CONTEXT", "CONTROLS"]]


def test_the_nights_record_wakes_for_posts_alone(development: Assembly) -> None:
    (rule,) = event_source(development, "ControlRoomRecordNight")["FilterCriteria"]["Filters"]
    assert json.loads(rule["Pattern"]) == {"data": {"kind": ["posts"]}}
