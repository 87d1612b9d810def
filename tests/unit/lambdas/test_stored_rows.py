"""A row of our own tables that this version cannot read is no fault of the input that led to it."""

import json
from contextlib import suppress
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import initial_context
from domain.controls import Controls
from domain.errors import InvalidFieldError
from domain.subscription import Subscription
from lambdas.adapters.connection_rows import read_exposures, read_subscription, write_subscription
from lambdas.adapters.dynamo_audit import read_audit
from lambdas.adapters.dynamo_match_log import read_match_log_entry
from lambdas.adapters.dynamo_matches import read_context, read_controls
from lambdas.adapters.errors import StoredRowError
from lambdas.adapters.stored_rows import FAULTS, reading
from lambdas.handlers import build_context, subscribe
from lambdas.handlers.composition.stores import match_store
from lambdas.handlers.errors import BatchFailedError
from tests.support import aws, builders
from tests.support.lambda_context import LambdaContext

MATCH_ID = "turkey-italy"
UNREADABLE = [
    ("MATCH", "match", "{"),
    ("MATCH", "match", "7"),
    ("CONTEXT", "context", "[]"),
    ("CONTEXT", "context", json.dumps({**initial_context(builders.a_match()).to_dict(), "order": 7})),
    ("CONTEXT", "context", "[" * 20_000),
    ("CONTROLS", "controls", json.dumps({**Controls(match_id=MATCH_ID).to_dict(), "held_types": ["var"]})),
    ("CONTROLS", "another", "{}"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["S", "N", "id", "order"]), inner),
    max_leaves=8,
)


def store(item: str, attribute: str, body: str) -> None:
    match_store().put_match(builders.a_match())
    boto3.client("dynamodb").put_item(
        TableName="matches",
        Item={"match_id": {"S": MATCH_ID}, "item": {"S": item}, attribute: {"S": body}},
    )


@pytest.mark.parametrize(("item", "attribute", "body"), UNREADABLE)
def test_a_moment_of_a_match_whose_rows_cannot_be_read_is_delivered_again(
    resources: dict[str, str], runtime: LambdaContext, item: str, attribute: str, body: str
) -> None:
    store(item, attribute, body)
    records = [{"messageId": "1", "receiptHandle": "h", "body": json.dumps(builders.a_moment().to_dict())}]
    with pytest.raises(BatchFailedError) as failed:
        build_context.handler({"Records": records}, runtime)
    assert isinstance(failed.value.__cause__, StoredRowError)
    assert aws.messages(resources["DEAD_LETTERS_QUEUE_URL"]) == []


@pytest.mark.parametrize(("item", "attribute", "body"), UNREADABLE)
def test_a_viewer_is_not_blamed_for_a_row(
    resources: dict[str, str], runtime: LambdaContext, item: str, attribute: str, body: str
) -> None:
    store(item, attribute, body)
    event = {
        "requestContext": {"connectionId": "c1", "authorizer": {"viewerId": "v1", "consents": ""}},
        "body": json.dumps({"action": "subscribe", "matchId": MATCH_ID}),
    }
    assert json.loads(subscribe.handler(event, runtime)["body"])["code"] == "INTERNAL"


def test_a_column_value_of_a_newer_version_is_kept(resources: dict[str, str], runtime: LambdaContext) -> None:
    # GIVEN a context with a column value that only a newer version knows
    context = initial_context(builders.a_match()).to_dict()
    columns = {**context["columns"], "MATCH_EVENT": "pitch_invasion"}
    store("CONTEXT", "context", json.dumps({**context, "columns": columns}))
    # THEN the match continues
    records = [{"messageId": "1", "receiptHandle": "h", "body": json.dumps(builders.a_moment().to_dict())}]
    boto3.client("dynamodb").update_item(
        TableName="matches",
        Key={"match_id": {"S": MATCH_ID}, "item": {"S": "CONTEXT"}},
        UpdateExpression="SET version = :zero",
        ExpressionAttributeValues={":zero": {"N": "0"}},
    )
    assert build_context.handler({"Records": records}, runtime) == {"batchItemFailures": []}
    assert aws.messages(resources["DEAD_LETTERS_QUEUE_URL"]) == []


def test_a_dead_letter_that_cannot_be_sent_costs_no_neighbour(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a queue of dead letters that fails
    match_store().put_match(builders.a_match())
    boto3.client("sqs").delete_queue(QueueUrl=resources["DEAD_LETTERS_QUEUE_URL"])
    # WHEN a batch has an invalid record and a moment THEN only the invalid one is delivered again
    bodies = ("{}", json.dumps(builders.a_moment().to_dict()))
    records = [
        {"messageId": str(number), "receiptHandle": "h", "body": body} for number, body in enumerate(bodies)
    ]
    answer = build_context.handler({"Records": records}, runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert match_store().match_state(MATCH_ID)[1] is not None


@given(value=VALUES)
def test_rows_of_any_shape_are_read_or_are_stored_row_errors(value: Any) -> None:
    text = json.dumps(value)
    for read, row in (
        (read_context, {"context": {"S": text}}),
        (read_context, {"context": value}),
        (read_controls, {"controls": {"S": text}}),
        (read_audit, {"audit": {"S": text}}),
        (read_match_log_entry, {"night": {"S": text}}),
        (read_exposures, {"exposures": {"S": text}}),
    ):
        with suppress(StoredRowError):
            read(row)


@given(
    value=VALUES,
    name=st.sampled_from(["viewer_id", "profile", "last_version", "exposures", "sk", "expires_at"]),
)
def test_subscriptions_of_any_shape_are_read_or_are_stored_row_errors(value: Any, name: str) -> None:
    subscription = Subscription(
        match_id=MATCH_ID, connection_id="c1", viewer=builders.a_viewer(), expires_at=builders.KICK_OFF
    )
    with suppress(StoredRowError):
        read_subscription({**write_subscription(subscription, 0), name: value}, MATCH_ID)


@pytest.mark.parametrize("fault", FAULTS)
def test_any_fault_of_a_row_is_named(fault: type[Exception]) -> None:
    error = InvalidFieldError("order", "three numbers", 7) if fault is InvalidFieldError else fault("x")
    with pytest.raises(StoredRowError, match=f"stored context: {fault.__name__}"), reading("context"):
        raise error
