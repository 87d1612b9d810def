"""The WebSocket protocol: real messages are valid against docs/websocket.asyncapi.yaml."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.component import Slot
from domain.interaction import InteractionType
from domain.placement import Rung
from domain.registry import CONTEXT_REGISTRY
from lambdas.handlers import default, ping
from lambdas.handlers.websocket import respond
from lambdas.logic.authorization import viewer_from_authorizer
from lambdas.logic.errors import ProtocolError
from lambdas.logic.protocol import ACTIONS
from lambdas.logic.unsubscribe import UnsubscribeService
from lambdas.observability import TELEMETRY
from tests.support import fakes
from tests.support.dispatch_rig import DispatchRig, dispatch_rig
from tests.support.lambda_context import LambdaContext
from tests.support.protocol import DOCUMENT, MESSAGES, SCHEMAS, validate_message

VIEWER = viewer_from_authorizer({"viewerId": "viewer-1"})


def examples() -> Iterator[Any]:
    for name, message in MESSAGES.items():
        for index, example in enumerate(message["examples"]):
            yield pytest.param(name, example["payload"], id=f"{name}-{index}")


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for entry in node:
            yield from references(entry)


@pytest.fixture
def routes(rig: DispatchRig) -> dict[str, Any]:
    """The routes with the rig's collaborators."""
    subscribing = rig.subscribe_service()
    unsubscribing = UnsubscribeService(connections=rig.connections)
    interacting = rig.interaction_intake()
    return {
        "subscribe": subscribing.subscribe,
        "unsubscribe": lambda connection, _viewer, *rest: unsubscribing.unsubscribe(connection, *rest),
        "interact": interacting.interact,
    }


def event(body: str | None) -> dict[str, Any]:
    return {"requestContext": {"connectionId": "c1", "authorizer": {"viewerId": "viewer-1"}}, "body": body}


def say(routes: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Send a message to its route and return the reply after validating it."""
    given_answer = respond(event(json.dumps(message)), routes[message["action"]])
    assert given_answer["statusCode"] == 200
    reply: dict[str, Any] = json.loads(given_answer["body"])
    validate_message(reply["type"].capitalize(), reply)
    return reply


def interaction(**changes: Any) -> dict[str, Any]:
    act = {
        "type": "impression",
        "componentId": "poll",
        "slot": "overlay",
        "version": 0,
        "signature": fakes.a_signature(VIEWER),
        "occurredAt": "2021-06-11T19:00:30.000Z",
    }
    return {**act, **changes}


@pytest.mark.parametrize(("name", "payload"), list(examples()))
def test_examples_are_valid(name: str, payload: object) -> None:
    validate_message(name.capitalize(), payload)


def test_every_reference_in_the_document_resolves() -> None:
    for reference in set(references(DOCUMENT)):
        node: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        assert node


def test_the_documents_vocabularies_are_the_domains() -> None:
    assert SCHEMAS["Slot"]["enum"] == [slot.value for slot in Slot]
    assert SCHEMAS["Rung"]["enum"] == [rung.value for rung in Rung]
    assert SCHEMAS["Interaction"]["properties"]["type"]["enum"] == [kind.value for kind in InteractionType]
    assert tuple(SCHEMAS["Columns"]["required"]) == CONTEXT_REGISTRY.names
    received = [name for name, entry in DOCUMENT["operations"].items() if entry["action"] == "receive"]
    assert tuple(received) == ACTIONS


def test_snapshots_and_dispatched_messages_are_valid(rig: DispatchRig, routes: dict[str, Any]) -> None:
    # GIVEN a subscriber who has the snapshot
    snapshot = say(routes, {"action": "subscribe", "matchId": "turkey-italy", "requestId": "r"})
    assert (snapshot["snapshot"], snapshot["requestId"]) == (True, "r")
    # WHEN a goal is dispatched
    rig.dispatch()
    # THEN the message is valid too
    (message,) = [json.loads(body) for body in rig.poster.inboxes["c1"]]
    validate_message("Components", message)
    assert message["moment"]["type"] == "GOAL"


def test_every_reply_is_valid(routes: dict[str, Any]) -> None:
    say(routes, {"action": "subscribe", "matchId": "turkey-italy"})
    for message in (
        {"action": "subscribe", "matchId": "turkey-italy", "lastVersion": 0},
        {"action": "interact", "matchId": "turkey-italy", "interactions": [interaction()]},
        {"action": "unsubscribe", "matchId": "turkey-italy", "requestId": "r"},
    ):
        assert say(routes, message)["type"] == "ack"


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        ({"action": "subscribe"}, "BAD_REQUEST", "matchId"),
        ({"action": "subscribe", "matchId": 7}, "BAD_REQUEST", "matchId"),
        ({"action": "subscribe", "matchId": "m" * 101}, "BAD_REQUEST", "matchId"),
        ({"action": "subscribe", "matchId": "nowhere"}, "UNKNOWN_MATCH", "matchId"),
        ({"action": "subscribe", "matchId": "turkey-italy", "lastVersion": -1}, "BAD_REQUEST", "lastVersion"),
        (
            {"action": "subscribe", "matchId": "turkey-italy", "lastVersion": "9"},
            "BAD_REQUEST",
            "lastVersion",
        ),
        ({"action": "unsubscribe"}, "BAD_REQUEST", "matchId"),
        (
            {"action": "subscribe", "matchId": "turkey-italy", "playhead": "2021-06-11T19:00:30"},
            "BAD_REQUEST",
            "playhead",
        ),
        (
            {"action": "interact", "matchId": "turkey-italy", "interactions": [interaction()]},
            "NOT_SUBSCRIBED",
            "matchId",
        ),
        (
            {"action": "interact", "matchId": "turkey-italy", "interactions": [interaction(signature=None)]},
            "BAD_REQUEST",
            "interactions[0].signature",
        ),
        (
            {"action": "interact", "matchId": "turkey-italy", "interactions": [interaction(version=1)]},
            "NOT_PLACED",
            "interactions[0].signature",
        ),
        ({"action": "interact", "matchId": "m"}, "BAD_REQUEST", "interactions"),
        ({"action": "interact", "matchId": "m", "interactions": []}, "BAD_REQUEST", "interactions"),
        (
            {"action": "interact", "matchId": "m", "interactions": [interaction()] * 11},
            "BAD_REQUEST",
            "interactions",
        ),
        (
            {"action": "interact", "matchId": "m", "interactions": [interaction(), interaction(slot="roof")]},
            "BAD_REQUEST",
            "interactions[1].slot",
        ),
        (
            {"action": "interact", "matchId": "m", "interactions": [interaction(type="look")]},
            "BAD_REQUEST",
            "interactions[0].type",
        ),
    ],
)
def test_an_invalid_message_is_answered_with_field_and_expectation(
    routes: dict[str, Any], message: dict[str, Any], code: str, field: str
) -> None:
    reply = say(routes, {**message, "requestId": "r-7"})
    assert (reply["code"], reply["field"], reply["requestId"]) == (code, field, "r-7")
    assert reply["expected"]
    assert field in reply["message"]


@pytest.mark.parametrize("body", [None, "", "{", "[1]", '"subscribe"', "null", '{"action":"dance"}', "{}"])
def test_a_message_without_a_route_is_answered_with_an_error(
    body: str | None, runtime: LambdaContext, quiet: None
) -> None:
    reply = json.loads(default.handler(event(body), runtime)["body"])
    validate_message("Error", reply)
    assert reply["code"] in ("BAD_REQUEST", "UNKNOWN_ACTION")
    assert reply["field"] in ("body", "action")


def test_the_sync_of_an_old_app_is_answered_with_an_error(runtime: LambdaContext, quiet: None) -> None:
    sync = {
        "action": "sync",
        "matchId": "turkey-italy",
        "playhead": "2021-06-11T19:00:30Z",
        "latencyMs": 5,
        "requestId": "r-7",
    }
    reply = json.loads(default.handler(event(json.dumps(sync)), runtime)["body"])
    validate_message("Error", reply)
    assert (reply["code"], reply["field"], reply["requestId"]) == ("UNKNOWN_ACTION", "action", "r-7")
    assert "'sync'" in reply["message"]


def test_ping_is_answered_with_pong(runtime: LambdaContext, quiet: None) -> None:
    reply = json.loads(ping.handler(event('{"action":"ping","requestId":"r"}'), runtime)["body"])
    validate_message("Pong", reply)


def test_an_internal_failure_does_not_leak_details(quiet: None) -> None:
    def broken(*_: object) -> dict[str, Any]:
        raise RuntimeError("secret detail")

    reply = json.loads(respond(event('{"action":"subscribe"}'), broken)["body"])
    validate_message("Error", reply)
    assert reply["code"] == "INTERNAL"
    assert "secret" not in reply["message"]


def test_a_request_that_fails_through_no_fault_of_the_app_is_counted_as_failed(
    quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> dict[str, Any]:
        raise ProtocolError("INTERNAL", "expected room for an interaction, 1 found none")

    respond(event('{"action":"interact"}'), full)
    TELEMETRY.flush()
    assert "MessagesFailed" in capsys.readouterr().out


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "POWERTOOLS_TRACE_DISABLED": "1",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "Touchline",
    }.items():
        monkeypatch.setenv(name, value)


OPTIONAL_FIELDS = ("matchId", "lastVersion", "playhead", "interactions", "requestId")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["subscribe", "unsubscribe", "interact"]),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(OPTIONAL_FIELDS, json_values),
    ),
)
def test_any_message_is_answered_with_a_valid_reply(action: str, fields: dict[str, Any]) -> None:
    rig = dispatch_rig()
    unsubscribing = UnsubscribeService(connections=rig.connections)
    interacting = rig.interaction_intake()

    def route(
        connection: str, viewer: Any, message: dict[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        if action == "interact":
            return interacting.interact(connection, viewer, message, request_id)
        return unsubscribing.unsubscribe(connection, message, request_id)

    reply = json.loads(respond(event(json.dumps({"action": action, **fields})), route)["body"])
    validate_message(reply["type"].capitalize(), reply)
    assert reply.get("code") != "INTERNAL"
