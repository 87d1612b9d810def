"""The path of a goal through the handlers and adapters, from the provider's request to the socket."""

import json
import os
import time
from typing import Any

import boto3
import pytest

from domain.component import Slot
from domain.errors import SettingError
from domain.moment import MomentType
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_component_ids import DynamoComponentIds
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.handlers import (
    build_context,
    connect,
    disconnect,
    dispatch_components,
    ingest_feed,
    interact,
    plan_dispatch,
    prepare_screens,
    subscribe,
    unsubscribe,
)
from lambdas.handlers.composition import contexts, dispatch, interactions, posts, recommendations, stores
from lambdas.logic.signature import SIGNATURE_HEADER, sign
from tests.support import aws, builders, fakes
from tests.support.acts import act_on
from tests.support.lambda_context import LambdaContext

Event = dict[str, Any]


@pytest.fixture(autouse=True)
def published(resources: dict[str, str]) -> None:
    store = DynamoCatalogueStore(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
    )
    store.replace_components(
        [
            builders.a_component("poll", editorial_rank=1),
            builders.a_component("stats", Slot.TICKER, editorial_rank=2),
        ]
    )
    rule = {
        "id": "three-a-match",
        "kind": "frequency_cap",
        "selector": {"component_ids": ["poll"]},
        "maximum": 1,
    }
    store.replace_constraints([rule])


@pytest.fixture(autouse=True)
def campaign(resources: dict[str, str]) -> fakes.ScriptedRecommender:
    recommender = fakes.ScriptedRecommender("stats", "poll")
    recommendations.recommender.supply(recommender)
    return recommender


@pytest.fixture(autouse=True)
def poster(resources: dict[str, str]) -> fakes.RecordingPoster:
    recording = fakes.RecordingPoster()
    posts.connection_poster.supply(recording)
    dispatch.decision_log.supply(fakes.InMemoryDecisionLog())
    return recording


def http(path: dict[str, str], body: object, key: str = "open sesame") -> Event:
    text = json.dumps(body)
    return {
        "version": "2.0",
        "pathParameters": path,
        "headers": {
            SIGNATURE_HEADER: sign(key, builders.request_line(path), text.encode(), int(time.time()))
        },
        "body": text,
        "isBase64Encoded": False,
    }


def socket(connection_id: str, viewer: str = "viewer-1", **message: Any) -> Event:
    return {
        "requestContext": {
            "connectionId": connection_id,
            "authorizer": {
                "viewerId": viewer,
                "favouriteTeam": "Italy",
                "ageBand": "25-34",
                "country": "IT",
                "tier": "premium",
                "consents": "",
            },
        },
        "body": json.dumps(message),
    }


def reply(answer: Event) -> Event:
    message: Event = json.loads(answer["body"])
    return message


def announce(runtime: LambdaContext) -> None:
    answer = ingest_feed.handler(http({"match_id": "turkey-italy"}, builders.a_match().to_dict()), runtime)
    assert answer["statusCode"] == 201


def sqs(*bodies: object) -> Event:
    return {
        "Records": [
            {
                "messageId": str(index),
                "receiptHandle": "h",
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for index, body in enumerate(bodies)
        ]
    }


def context_change() -> Event:
    item = boto3.client("dynamodb").get_item(
        TableName="matches", Key={"match_id": {"S": "turkey-italy"}, "item": {"S": "CONTEXT"}}
    )["Item"]
    change = {"SequenceNumber": "1", "NewImage": item}
    return {"Records": [{"eventName": "INSERT", "dynamodb": change}]}


def test_a_goal_reaches_every_subscriber_of_its_match(
    resources: dict[str, str], runtime: LambdaContext, poster: fakes.RecordingPoster
) -> None:
    # GIVEN an announced match, two connections, one of them subscribed
    announce(runtime)
    for connection_id in ("c1", "c2"):
        assert connect.handler(socket(connection_id), runtime)["statusCode"] == 200
    snapshot = reply(subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime))
    assert (snapshot["type"], snapshot["version"], snapshot["snapshot"]) == ("components", 0, True)
    # WHEN the moment arrives three times, with an invalid record between, and its version is planned
    moment = builders.a_moment().to_dict()
    answer = build_context.handler(sqs(moment, "poison", moment, moment), runtime)
    assert answer == {"batchItemFailures": []}
    assert plan_dispatch.handler(context_change(), runtime) == {"batchItemFailures": []}
    tasks = aws.messages(resources["DISPATCH_QUEUE_URL"])
    assert sorted(task["shard"] for task in tasks) == [0, 1, 2, 3]
    # AND every task is delivered twice
    for _ in range(2):
        assert dispatch_components.handler(sqs(*tasks), runtime) == {"batchItemFailures": []}
    # THEN the subscriber gets it once, the other connection nothing, and the invalid record is a dead letter
    (message,) = [json.loads(body) for body in poster.inboxes["c1"]]
    assert (message["version"], message["rung"], message["score"]) == (1, "cohort", [0, 1])
    assert message["trace"]["momentDetectedAt"] == 1_010
    assert "c2" not in poster.inboxes
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert (letter["source"], letter["field"]) == ("moments", "body")


def test_a_small_match_has_few_tasks_once_its_subscribers_are_counted(
    resources: dict[str, str], runtime: LambdaContext, poster: fakes.RecordingPoster
) -> None:
    announce(runtime)
    viewers = [f"c{number}" for number in range(12)]
    for connection_id in viewers:
        subscribe.handler(socket(connection_id, action="subscribe", matchId="turkey-italy"), runtime)

    def dispatch_goal(number: int) -> list[int]:
        build_context.handler(sqs(builders.a_moment(number).to_dict()), runtime)
        tasks = aws.messages(resources["DISPATCH_QUEUE_URL"])
        assert dispatch_components.handler(sqs(*tasks), runtime) == {"batchItemFailures": []}
        return sorted(task["shard"] for task in tasks)

    # GIVEN a first version, for which no subscriber is counted
    assert dispatch_goal(1) == [0, 1, 2, 3]
    # WHEN half a minute has passed until the next one
    stores.connection_store.reset()
    contexts.dispatch_planner.reset()
    contexts.context_builder.reset()
    # THEN one task serves all shards, and everybody has both versions once
    assert dispatch_goal(2) == [0]
    versions = {name: [json.loads(body)["version"] for body in poster.inboxes[name]] for name in viewers}
    assert versions == {name: [1, 2] for name in viewers}


def test_calm_screens_are_ranked_after_the_posts_for_the_next_version(
    resources: dict[str, str], runtime: LambdaContext, poster: fakes.RecordingPoster
) -> None:
    # GIVEN a goal that was dispatched before any calm screen was ranked
    announce(runtime)
    subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime)
    aws.messages(resources["PREPARATION_QUEUE_URL"])
    build_context.handler(sqs(builders.a_moment().to_dict()), runtime)
    plan_dispatch.handler(context_change(), runtime)
    dispatch_components.handler(sqs(*aws.messages(resources["DISPATCH_QUEUE_URL"])), runtime)
    assert {placed["rung"] for placed in json.loads(poster.inboxes["c1"][0])["afterwards"]} == {"editorial"}
    # WHEN its request is processed, and another moment follows at the same score
    requests = aws.messages(resources["PREPARATION_QUEUE_URL"])
    assert prepare_screens.handler(sqs(*requests), runtime) == {"batchItemFailures": []}
    card = builders.a_moment(4, kind=MomentType.YELLOW_CARD, score=builders.a_moment().score)
    build_context.handler(sqs(card.to_dict()), runtime)
    plan_dispatch.handler(context_change(), runtime)
    dispatch_components.handler(sqs(*aws.messages(resources["DISPATCH_QUEUE_URL"])), runtime)
    # THEN what follows it is ranked for the cohort
    assert {placed["rung"] for placed in json.loads(poster.inboxes["c1"][1])["afterwards"]} == {"cohort"}


def test_a_capped_component_is_replaced_after_a_reconnect_too(
    resources: dict[str, str], runtime: LambdaContext, poster: fakes.RecordingPoster
) -> None:
    announce(runtime)
    snapshot = reply(subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime))
    seen = act_on(snapshot, component_id="poll")
    # GIVEN the same impression, sent twice
    for _ in range(2):
        answer = interact.handler(
            socket("c1", action="interact", matchId="turkey-italy", interactions=[seen], viewerId="mallory"),
            runtime,
        )
        assert reply(answer)["type"] == "ack"
    build_context.handler(sqs(builders.a_moment().to_dict()), runtime)
    plan_dispatch.handler(context_change(), runtime)
    dispatch_components.handler(sqs(*aws.messages(resources["DISPATCH_QUEUE_URL"])), runtime)
    (message,) = [json.loads(body) for body in poster.inboxes["c1"]]
    assert [placed["componentId"] for placed in message["placements"]] == ["stats"]
    # THEN the cap holds after a reconnect too, and both records have one id and the viewer of the token
    again = reply(subscribe.handler(socket("c9", action="subscribe", matchId="turkey-italy"), runtime))
    assert [placed["componentId"] for placed in again["placements"]] == ["stats"]
    recorded = aws.records("interactions")
    assert {(entry["interaction_id"], entry["viewer_id"]) for entry in recorded} == {
        (recorded[0]["interaction_id"], "viewer-1")
    }


@pytest.mark.parametrize(
    ("act", "engaged"), [("impression", False), ("watch", False), ("click", True), ("dismissal", True)]
)
def test_a_click_or_dismissal_marks_the_viewer_as_engaged(
    resources: dict[str, str], runtime: LambdaContext, act: str, engaged: bool
) -> None:
    announce(runtime)
    snapshot = reply(subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime))
    for kind in ("impression", act):
        acts = [act_on(snapshot, kind, "poll", value=12)]
        event = socket("c1", action="interact", matchId="turkey-italy", interactions=acts)
        assert reply(interact.handler(event, runtime))["type"] == "ack"
    store = DynamoConnectionStore(
        boto3.client("dynamodb"), "connections", shards=int(os.environ["CONNECTION_SHARDS"])
    )
    found = store.subscription("turkey-italy", "c1", builders.KICK_OFF)
    assert found is not None
    assert found.engaged is engaged


def test_an_unknown_component_is_refused_until_it_is_published(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    clock = fakes.FrozenClock()
    interactions.component_ids.supply(
        DynamoComponentIds(boto3.client("dynamodb"), components_table="components", clock=clock)
    )
    announce(runtime)
    snapshot = reply(subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime))

    def interact_with(**more: Any) -> dict[str, Any]:
        seen = act_on(snapshot, component_id="poll")
        acts = [seen, {**seen, **more}]
        event = socket("c1", action="interact", matchId="turkey-italy", interactions=acts)
        return reply(interact.handler(event, runtime))

    # GIVEN unknown components: the whole message is refused, and the error names the field
    assert interact_with(componentId="unknown")["field"] == "interactions[1].componentId"
    assert interact_with(impression=["poll", "unknown"])["field"] == "interactions[1].impression"
    assert aws.records("interactions") == []
    # WHEN a component with that id is published
    DynamoCatalogueStore(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
    ).replace_components([builders.a_component("poll"), builders.a_component("unknown", Slot.TICKER)])
    clock.sleep(1)
    # THEN it is accepted on the screen, and as the component of an interaction once it is placed
    assert interact_with(impression=["poll", "unknown"])["type"] == "ack"
    assert interact_with(componentId="unknown")["field"] == "interactions[1].signature"


def test_a_closed_connection_leaves_no_rows(resources: dict[str, str], runtime: LambdaContext) -> None:
    announce(runtime)
    connect.handler(socket("c1"), runtime)
    subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime)
    disconnect.handler(socket("c1"), runtime)
    left = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    assert [row["pk"]["S"] for row in left if row["pk"]["S"].startswith(("CONNECTION", "MATCH"))] == []


def test_interact_needs_a_subscription_and_unsubscribe_ends_it(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    announce(runtime)
    snapshot = reply(subscribe.handler(socket("c9", action="subscribe", matchId="turkey-italy"), runtime))
    seen = [act_on(snapshot, kind) for kind in ("impression", "click")]

    def click() -> dict[str, Any]:
        message = socket("c1", action="interact", requestId="r1", matchId="turkey-italy", interactions=seen)
        return reply(interact.handler(message, runtime))

    refused = click()
    assert (refused["code"], refused["field"], refused["requestId"]) == ("NOT_SUBSCRIBED", "matchId", "r1")
    subscribe.handler(socket("c1", action="subscribe", matchId="turkey-italy"), runtime)
    assert click()["type"] == "ack"
    ended = unsubscribe.handler(socket("c1", action="unsubscribe", matchId="turkey-italy"), runtime)
    assert reply(ended) == {"type": "ack", "action": "unsubscribe", "matchId": "turkey-italy"}
    assert click()["code"] == "NOT_SUBSCRIBED"


def test_the_newest_version_known_is_acknowledged(resources: dict[str, str], runtime: LambdaContext) -> None:
    announce(runtime)
    answer = subscribe.handler(
        socket("c1", action="subscribe", matchId="turkey-italy", lastVersion=0, requestId="r"), runtime
    )
    assert reply(answer) == {
        "type": "ack",
        "action": "subscribe",
        "requestId": "r",
        "matchId": "turkey-italy",
        "version": 0,
    }


def test_a_moment_of_an_unknown_match_is_retried_alone(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    announce(runtime)
    stranger = builders.a_moment(match_id="stranger").to_dict()
    answer = build_context.handler(sqs(stranger, builders.a_moment().to_dict()), runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert context_change()["Records"][0]["dynamodb"]["NewImage"]["version"] == {"N": "1"}


def test_settings_are_read_at_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONNECTIONS_TABLE_NAME")
    stores.connection_store.reset()
    with pytest.raises(SettingError, match="CONNECTIONS_TABLE_NAME"):
        stores.connection_store()
