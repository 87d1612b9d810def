"""`interact` costs two calls of AWS a message, and what it answers is what it stored."""

import json
from typing import Any

import boto3
import pytest

from domain.component import Slot
from domain.interaction import MAX_INTERACTIONS
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_exposures import MAX_SIGHTS
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.handlers import interact, subscribe
from lambdas.handlers.composition import interactions
from tests.support import aws, builders, fakes
from tests.support.acts import act_on
from tests.support.lambda_context import LambdaContext


@pytest.fixture(autouse=True)
def snapshot(resources: dict[str, str], runtime: LambdaContext) -> dict[str, Any]:
    """The snapshot of a connection, in an environment that has served a message before."""
    client = boto3.client("dynamodb")
    DynamoMatchStore(client, "matches", fakes.FrozenClock()).put_match(builders.a_match())
    components = [
        builders.a_component("poll", editorial_rank=1),
        builders.a_component("quiz", Slot.TICKER, editorial_rank=2),
    ]
    DynamoCatalogueStore(
        client, components_table="components", constraints_table="constraints"
    ).replace_components(components)
    answer = subscribe.handler(request(action="subscribe", matchId="turkey-italy"), runtime)
    received: dict[str, Any] = json.loads(answer["body"])
    assert sent(runtime, act_on(received, component_id="quiz"))["type"] == "ack"
    return received


def request(**message: Any) -> dict[str, Any]:
    return {
        "requestContext": {
            "connectionId": "c1",
            "authorizer": {
                "viewerId": "viewer-1",
                "favouriteTeam": "Italy",
                "ageBand": "25-34",
                "country": "IT",
                "tier": "premium",
                "consents": "",
            },
        },
        "body": json.dumps(message),
    }


def sent(runtime: LambdaContext, *acts: dict[str, Any]) -> dict[str, Any]:
    event = request(action="interact", matchId="turkey-italy", interactions=acts)
    reply: dict[str, Any] = json.loads(interact.handler(event, runtime)["body"])
    return reply


def _but_lookups(operations: list[str]) -> list[str]:
    """Leave out the look-ups of the columns of version 0, which is never dispatched: one a second."""
    return [operation for operation in operations if operation != "GetItem"]


@pytest.mark.parametrize(
    "kinds",
    [
        ["impression"],
        ["impression"] * MAX_INTERACTIONS,
        ["impression", "click"],
        ["impression", "watch", "dismissal"],
    ],
    ids=lambda kinds: f"{len(kinds)}-{kinds[-1]}",
)
def test_a_message_takes_two_calls_and_one_more_with_the_first_choice(
    runtime: LambdaContext, snapshot: dict[str, Any], kinds: list[str]
) -> None:
    first_choice = ["UpdateItem"] if kinds[-1] in ("click", "dismissal") else []
    acts = [act_on(snapshot, kind, "poll", value=30) for kind in kinds]
    with aws.calls_of("dynamodb", "kinesis", "secretsmanager") as operations:
        assert sent(runtime, *acts)["type"] == "ack"
    assert _but_lookups(operations) == ["UpdateItem", *first_choice, "PutRecords"]


def test_a_click_after_its_impression_takes_two_calls_and_the_first_choice_two_more(
    runtime: LambdaContext, snapshot: dict[str, Any]
) -> None:
    for kind, updates in (("watch", 1), ("click", 3), ("click", 1), ("dismissal", 1)):
        with aws.calls_of("dynamodb", "kinesis") as operations:
            assert sent(runtime, act_on(snapshot, kind, "quiz", value=1))["type"] == "ack"
        assert _but_lookups(operations) == [*["UpdateItem"] * updates, "PutRecords"]


def test_a_message_about_another_match_than_the_connections_first_takes_two_calls_more(
    runtime: LambdaContext, snapshot: dict[str, Any]
) -> None:
    client = boto3.client("dynamodb")
    DynamoMatchStore(client, "matches", fakes.FrozenClock()).put_match(builders.a_match("other-match"))
    answer = subscribe.handler(request(action="subscribe", matchId="other-match"), runtime)
    other: dict[str, Any] = json.loads(answer["body"])
    for _ in range(2):
        message = request(action="interact", matchId="other-match", interactions=[act_on(other)])
        with aws.calls_of("dynamodb", "kinesis") as operations:
            assert json.loads(interact.handler(message, runtime)["body"])["type"] == "ack"
    assert _but_lookups(operations) == [*["UpdateItem"] * 3, "PutRecords"]


def test_many_messages_take_little_more_than_two_calls_each(
    runtime: LambdaContext, snapshot: dict[str, Any]
) -> None:
    # GIVEN impressions of the future, which count at the time of their arrival
    with aws.calls_of("dynamodb", "kinesis") as operations:
        for _ in range(50):
            sent(runtime, act_on(snapshot, occurredAt="2199-06-11T19:00:00.000Z"))
    assert 50 * 2 < len(_but_lookups(operations)) <= 50 * 2 + 50 // MAX_SIGHTS


@pytest.mark.parametrize("kind", ["impression", "click"])
def test_more_than_the_connections_rate_is_refused_and_stores_nothing(
    runtime: LambdaContext, snapshot: dict[str, Any], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("INTERACTIONS_PER_SECOND", "1")
    interactions.interaction_intake.reset()
    acts = [act_on(snapshot, kind, "quiz")] * 5
    assert sent(runtime, *acts)["type"] == "ack"
    recorded = aws.records("interactions")
    # WHEN the connection subscribes again, THEN it is as busy as before
    subscribe.handler(request(action="subscribe", matchId="turkey-italy"), runtime)
    refused = sent(runtime, *acts)
    assert (refused["code"], refused["field"]) == ("TOO_MANY", "interactions")
    assert aws.records("interactions") == recorded


def test_a_refused_message_stores_nothing(runtime: LambdaContext, snapshot: dict[str, Any]) -> None:
    recorded = aws.records("interactions")
    rows = _without_pace(boto3.client("dynamodb").scan(TableName="connections")["Items"])
    with aws.calls_of("dynamodb", "kinesis") as operations:
        for forged in (
            act_on(snapshot, version=9),
            act_on(snapshot, occurredAt="yesterday"),
            act_on(snapshot, signature=None),
        ):
            assert sent(runtime, act_on(snapshot), forged)["field"].startswith("interactions[1].")
    # AND takes one call, if it can be read, with which it counts
    assert operations == ["UpdateItem"]
    assert sent(runtime, act_on(snapshot, "click", "poll"))["code"] == "NOT_SHOWN"
    assert aws.records("interactions") == recorded
    assert _without_pace(boto3.client("dynamodb").scan(TableName="connections")["Items"]) == rows


def _without_pace(rows: list[Any]) -> list[Any]:
    """Return rows without the time until which a connection is busy, which refused messages take too."""
    return [{name: value for name, value in row.items() if name != "busy_until_ms"} for row in rows]
