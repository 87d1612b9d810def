"""Whatever a client sends to a route of the socket, it is answered; nothing is unhandled.

A night's run takes 20,000 examples of each route: `TOUCHLINE_PROPERTY_EXAMPLES=20000`. The routes over HTTP
and the authorizer of channels are in `test_any_request.py`.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.component import Slot
from lambdas import observability
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.handlers import (
    authorize_connection,
    build_context,
    connect,
    default,
    disconnect,
    interact,
    operate,
    ping,
    subscribe,
    tell_operators,
    unsubscribe,
    watch,
)
from lambdas.handlers.composition import identity, operators, posts, recommendations
from lambdas.handlers.composition.stores import match_log, match_store
from lambdas.handlers.errors import Unauthorized
from lambdas.logic.authorization import authorizer_context
from lambdas.logic.errors import UnauthorizedError
from tests.support import aws, builders, fakes
from tests.support.acts import act_on
from tests.support.amended_matches import EXAMPLES_VARIABLE
from tests.support.lambda_context import LambdaContext
from tests.support.odd_values import TOO_DEEP, as_json, changed, odd_values
from tests.support.protocol import validate_message

MATCH, RUNTIME = "turkey-italy", LambdaContext()
GOAL_SCORE = {"home": 1, "away": 0}
CLAIMS: dict[str, Any] = {
    "sub": "viewer-1",
    "exp": 4_000_000_000,
    "email": "olga@touchline.example",
    "cognito:username": "olga",
    "cognito:groups": ["operators"],
    "custom:favourite_team": "Italy",
    "custom:age_band": "25-34",
    "custom:country": "IT",
    "custom:tier": "premium",
    "custom:consents": "betting",
}
MESSAGES: dict[str, list[dict[str, Any]]] = {
    "subscribe": [{"matchId": MATCH, "lastVersion": 0, "playhead": "2021-06-11T19:00:30Z", "requestId": "r"}],
    "unsubscribe": [{"matchId": MATCH, "requestId": "r"}],
    "ping": [{"requestId": "r"}],
    "watch": [
        {"matchId": MATCH, "requestId": "r"},
        {"matchId": MATCH, "auditUntil": "2021-06-11T19:00:30Z", "requestId": "r"},
    ],
    "operate": [
        {"matchId": MATCH, "requestId": "r", "reason": "because", **command}
        for command in (
            {"command": "hold", "types": ["GOAL"]},
            {"command": "release", "momentId": f"{MATCH}:GOAL:1"},
            {"command": "freeze", "componentId": "poll"},
            {"command": "correct_score", "score": GOAL_SCORE},
            {"command": "withdraw", "entryId": "e1"},
            {"command": "send_off", "side": "home", "player": "Merih Demiral"},
            {
                "command": "inject",
                "moment": {"type": "GOAL", "side": "home", "score": GOAL_SCORE},
            },
        )
    ],
    "default": [{"action": "shout", "requestId": "r"}],
}
HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "subscribe": subscribe.handler,
    "unsubscribe": unsubscribe.handler,
    "interact": interact.handler,
    "ping": ping.handler,
    "watch": watch.handler,
    "operate": operate.handler,
    "default": default.handler,
}
many = settings(
    max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Verified:
    """A verifier that accepts any token, as one of operators with these claims."""

    of_operators = True

    def __init__(self, claims: Mapping[str, Any]) -> None:
        self.claims = claims

    def verify(self, token: str) -> "Verified":
        return self


@pytest.fixture(scope="module")
def system() -> Iterator[None]:
    """Functions with resources in moto, an announced match with a goal, and a catalogue."""
    for kept in (observability.metrics, observability.shared_metrics):
        kept.cache_clear()
    with pytest.MonkeyPatch.context() as patch, aws.resources(patch) as names:
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        logging.disable()
        topic = boto3.client("sns").create_topic(Name="moments")["TopicArn"]
        patch.setenv("MOMENTS_TOPIC_ARN", topic)
        patch.setenv("AUDIT_RETENTION_DAYS", "30")
        patch.setenv("DEAD_LETTER_QUEUES", f"moments={names['DEAD_LETTERS_QUEUE_URL']}")
        operators.operator_directory.supply(fakes.InMemoryOperatorDirectory())
        posts.connection_poster.supply(fakes.RecordingPoster())
        recommendations.recommender.supply(fakes.ScriptedRecommender("poll", "stats"))
        store = DynamoCatalogueStore(
            boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
        )
        store.replace_components([builders.a_component("poll"), builders.a_component("stats", Slot.TICKER)])
        match_store().put_match(builders.a_match())
        record = {"messageId": "1", "body": json.dumps(builders.a_moment().to_dict())}
        build_context.handler({"Records": [record]}, RUNTIME)
        match_log().add_entry(MATCH, "1", {"kind": "dispatch", "version": 1, "shard": 0, "placements": []})
        yield
    # Later tests read what is logged and counted.
    logging.disable(logging.NOTSET)
    for kept in (observability.metrics, observability.shared_metrics):
        kept.cache_clear()


@pytest.fixture(scope="module")
def snapshot(system: None) -> dict[str, Any]:
    """The snapshot of a subscribed connection."""
    answer = subscribe.handler(event({"matchId": MATCH}), RUNTIME)
    message: dict[str, Any] = json.loads(answer["body"])
    return message


def event(message: object, claims: Mapping[str, Any] = CLAIMS, body: str | None = None) -> dict[str, Any]:
    """Return the event of a message, from a connection with these claims."""
    return {
        "requestContext": {
            "connectionId": "c1",
            "authorizer": authorizer_context(claims, of_operators=True),
        },
        "body": as_json(message) if body is None else body,
    }


def check(route: str, sent: dict[str, Any]) -> None:
    """Send a message to a route; its answer must be valid, and not a failure."""
    answer = HANDLERS[route](sent, RUNTIME)
    assert answer["statusCode"] == 200
    # Lambda sends UTF-8, which a lone surrogate of a message has no place in.
    reply = json.loads(answer["body"].encode())
    validate_message(reply["type"].capitalize(), reply)
    assert reply.get("code") != "INTERNAL", sent["body"]


@pytest.mark.parametrize("route", MESSAGES)
@many
@given(data=st.data())
def test_any_message_is_answered(system: None, route: str, data: st.DataObject) -> None:
    message = data.draw(st.sampled_from(MESSAGES[route]).flatmap(changed))
    check(route, event(message))


@many
@given(data=st.data())
def test_any_interaction_is_answered(snapshot: dict[str, Any], data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["impression", "click", "watch"]), min_size=1, max_size=3))
    acts = [act_on(snapshot, kind, value=1, impression=["poll"]) for kind in kinds]
    message = data.draw(changed({"matchId": MATCH, "interactions": acts, "requestId": "r"}))
    check("interact", event(message))


@pytest.mark.parametrize("route", HANDLERS)
@many
@given(body=st.text() | odd_values.map(as_json) | st.just(TOO_DEEP))
def test_any_text_is_answered(system: None, route: str, body: str) -> None:
    check(route, event(None, body=body))


@many
@given(data=st.data())
def test_any_token_is_verified_and_connects_or_not(system: None, data: st.DataObject) -> None:
    text = as_json(data.draw(changed(CLAIMS)))
    # A token cannot carry claims that cannot be parsed.
    assume(TOO_DEEP not in text)
    drawn = json.loads(text)
    assume(isinstance(drawn, dict))
    # The verifier checks when a token ends.
    claims = {**drawn, "exp": CLAIMS["exp"]}
    identity.token_verifier.supply(Verified(claims))  # type: ignore[arg-type]
    offered = data.draw(st.sampled_from(["touchline.v1, token"]) | st.text())
    asked = {"headers": {"Sec-WebSocket-Protocol": offered}, "methodArn": "arn"}
    with suppress(Unauthorized):
        context = authorize_connection.handler(asked, RUNTIME)["context"]
        # API Gateway accepts strings, numbers and booleans, of 8 KB together.
        assert all(isinstance(value, str) for value in context.values())
        assert len(json.dumps(context, ensure_ascii=False).encode()) < 8_192
        connection = data.draw(st.sampled_from(["c2", "c3", "L0SM9cOFvHcCIhw="]))
        opened = {"requestContext": {"connectionId": connection, "authorizer": context}}
        assert connect.handler(opened, RUNTIME)["statusCode"] in (200, 429)
        assert disconnect.handler(opened, RUNTIME)["statusCode"] == 200


@pytest.fixture(scope="module")
def rows(snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of the tables that operators follow."""
    hold = MESSAGES["operate"][0]
    answer = operate.handler(event({**hold, "requestId": "first"}), RUNTIME)
    assert json.loads(answer["body"])["type"] == "ack", answer
    client = boto3.client("dynamodb")
    found = [row for table in ("matches", "audit", "night") for row in client.scan(TableName=table)["Items"]]
    assert {"context", "controls", "audit", "night"} <= {name for row in found for name in row}
    watch.handler(event({"matchId": MATCH}), RUNTIME)
    return found


@many
@given(data=st.data())
def test_any_row_is_sent_to_operators_or_not(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    changes = data.draw(st.lists(st.sampled_from(rows).flatmap(changed_row), min_size=1, max_size=3))
    tell_operators.handler({"Records": [{"dynamodb": {"NewImage": row}} for row in changes]}, RUNTIME)


@st.composite
def changed_row(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    """A row whose attributes keep their types, with one changed, which may be JSON."""
    name = draw(st.sampled_from(sorted(row)))
    ((kind, value),) = row[name].items()
    if kind == "N":
        return {**row, name: {"N": str(draw(st.integers()))}}
    try:
        text = as_json(draw(changed(json.loads(value))))
    except ValueError:
        text = draw(st.text(min_size=1, max_size=20))
    return {**row, name: {kind: text}}


def test_interactions_are_accepted_before_they_are_changed(snapshot: dict[str, Any]) -> None:
    acts = [act_on(snapshot, kind, value=1) for kind in ("impression", "click", "watch")]
    answer = interact.handler(event({"matchId": MATCH, "interactions": acts}), RUNTIME)
    assert json.loads(answer["body"])["type"] == "ack"


def test_a_token_without_a_subject_connects_nobody() -> None:
    with pytest.raises(UnauthorizedError):
        authorizer_context({**CLAIMS, "sub": None}, of_operators=True)
