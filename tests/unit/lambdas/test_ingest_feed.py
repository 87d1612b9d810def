"""Feed ingestion: signed bodies, signals validated one by one, losses reported."""

import base64
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from domain.match import Match, Player, Side
from domain.signal import Signal
from lambdas.handlers import ingest_feed
from lambdas.handlers.composition import feeds
from lambdas.logic.errors import UnauthorizedError
from lambdas.logic.feed import FeedIntake
from lambdas.logic.signature import SIGNATURE_HEADER, TOLERANCE_SECONDS, sign, verify
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

KEY = "open sesame"


def goal(number: int, **changes: Any) -> dict[str, Any]:
    entry = {
        "id": f"e{number}",
        "kind": "match_event",
        "occurred_at": "2021-06-11T19:53:00.000Z",
        "match_event": {
            "id": f"e{number}",
            "type": "goal",
            "period": 2,
            "clock_seconds": 480.0,
            "side": "away",
            "player": "Immobile",
        },
    }
    return {**entry, **changes}


def request(path: dict[str, str], text: str, **changes: Any) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "pathParameters": path,
        "headers": {SIGNATURE_HEADER: sign(KEY, text.encode(), int(time.time()))},
        "body": text,
        "isBase64Encoded": False,
    }
    return {**event, **changes}


def post(runtime: LambdaContext, body: object, **changes: Any) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = ingest_feed.handler(request({"provider": "statsbomb"}, text, **changes), runtime)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def announced(resources: dict[str, str], runtime: LambdaContext) -> None:
    path, text = {"match_id": "turkey-italy"}, json.dumps(builders.a_match().to_dict())
    assert ingest_feed.handler(request(path, text), runtime)["statusCode"] == 201
    assert ingest_feed.handler(request(path, text), runtime)["statusCode"] == 200


def test_every_announcement_is_published_in_order(resources: dict[str, str], runtime: LambdaContext) -> None:
    # GIVEN a match that is announced, moved, and moved back
    first = replace(
        builders.a_match(),
        line_ups=tuple(Player(id=f"p{n}", name="x" * 900, side=Side.HOME) for n in range(99)),
    )
    for match in (first, replace(first, kick_off=first.kick_off + timedelta(hours=2)), first):
        text = json.dumps(match.to_dict())
        assert ingest_feed.handler(request({"match_id": match.id}, text), runtime)["statusCode"] in (200, 201)
    # THEN all three are published in order, without line-ups
    announced = [Match.from_dict(body) for body in aws.messages(resources["ANNOUNCEMENTS_QUEUE_URL"])]
    assert [match.kick_off - first.kick_off for match in announced] == [
        timedelta(0),
        timedelta(hours=2),
        timedelta(0),
    ]
    assert {match.line_ups for match in announced} == {()}


def test_an_announcement_fails_if_it_is_not_published() -> None:
    class FailingAnnouncements(fakes.InMemoryAnnouncements):
        def publish(self, match: Match) -> None:
            raise TimeoutError

    intake = FeedIntake(
        matches=fakes.InMemoryMatchStore(),
        announcements=FailingAnnouncements(),
        signals=fakes.InMemorySignalStream(),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )
    with pytest.raises(TimeoutError):
        intake.announce("turkey-italy", builders.a_match().to_dict())


def test_valid_signals_reach_the_stream_and_invalid_ones_are_named(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    bad = goal(2, occurred_at="yesterday")
    status, body = post(runtime, {"match_id": "turkey-italy", "signals": [goal(1), bad, 7, goal(3)]})
    assert (status, body["accepted"]) == (202, 2)
    assert [(entry["index"], entry["field"]) for entry in body["rejected"]] == [
        (1, "signals[1].occurred_at"),
        (2, "signals[2]"),
    ]
    signals = [Signal.from_dict(record) for record in aws.records("signals")]
    assert [(signal.id, signal.source, signal.match_id) for signal in signals] == [
        ("e1", "statsbomb", "turkey-italy"),
        ("e3", "statsbomb", "turkey-italy"),
    ]
    assert all(signal.received_at_ms for signal in signals)
    letters = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert {letter["field"] for letter in letters} == {"signals[1].occurred_at", "signals[2]"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("not a feed", "body"),
        ("[]", ""),
        ({"signals": []}, "match_id"),
        ({"match_id": "turkey-italy"}, "signals"),
        ({"match_id": "turkey-italy", "signals": "many"}, "signals"),
        ({"match_id": "turkey-italy", "signals": [{}] * 501}, "signals"),
    ],
)
def test_an_invalid_body_is_rejected_as_a_whole(
    announced: None, runtime: LambdaContext, body: object, field: str
) -> None:
    status, error = post(runtime, body)
    assert (status, error["field"]) == (400, field)
    assert error["expected"]
    assert aws.records("signals") == []


@pytest.mark.parametrize(
    "header",
    [None, "", "v1=abc", "t=1,v1=" + "0" * 64, sign("another key", b"{}", int(time.time()))],
)
def test_an_invalid_signature_is_rejected_without_effect(
    announced: None, runtime: LambdaContext, header: str | None
) -> None:
    headers = {} if header is None else {SIGNATURE_HEADER: header}
    status, error = post(runtime, {"match_id": "turkey-italy", "signals": [goal(1)]}, headers=headers)
    assert (status, error["field"]) == (401, SIGNATURE_HEADER)
    assert aws.records("signals") == []


def test_an_unknown_match_is_not_found(announced: None, runtime: LambdaContext) -> None:
    status, error = post(runtime, {"match_id": "nowhere", "signals": [goal(1)]})
    assert (status, error["field"]) == (404, "match_id")


def test_the_path_and_the_body_must_name_the_same_match(announced: None, runtime: LambdaContext) -> None:
    text = json.dumps(builders.a_match("another").to_dict())
    answer = ingest_feed.handler(request({"match_id": "turkey-italy"}, text), runtime)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["field"] == "id"


def test_a_base64_body_is_decoded(announced: None, runtime: LambdaContext) -> None:
    text = json.dumps({"match_id": "turkey-italy", "signals": [goal(1)]})
    event = request({"provider": "opta"}, text)
    encoded = {**event, "body": base64.b64encode(text.encode()).decode(), "isBase64Encoded": True}
    assert ingest_feed.handler(encoded, runtime)["statusCode"] == 202


def test_providers_may_have_their_own_keys(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=resources["FEED_KEYS_SECRET_ARN"],
        SecretString=json.dumps({"default": KEY, "statsbomb": "their own"}),
    )
    feeds.feed_keys.reset()
    body = {"match_id": "turkey-italy", "signals": [goal(1)]}
    assert post(runtime, body)[0] == 401
    text = json.dumps(body)
    headers = {SIGNATURE_HEADER: sign("their own", text.encode(), int(time.time()))}
    assert post(runtime, body, headers=headers)[0] == 202


def test_signals_that_the_stream_lost_are_reported_to_the_provider() -> None:
    intake = FeedIntake(
        matches=fakes.InMemoryMatchStore(builders.a_match()),
        announcements=fakes.InMemoryAnnouncements(),
        signals=fakes.InMemorySignalStream(lose={"e2"}),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )
    response = intake.accept_signals("opta", {"match_id": "turkey-italy", "signals": [goal(1), goal(2)]})
    assert response["accepted"] == 1
    assert [entry["index"] for entry in response["rejected"]] == [1]


@pytest.mark.parametrize("age", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1])
def test_an_expired_or_future_signature_is_refused(age: int) -> None:
    now = 1_700_000_000
    with pytest.raises(UnauthorizedError, match="within 300 s"):
        verify(sign(KEY, b"{}", now - age), KEY, b"{}", now)


def test_a_signature_is_valid_for_its_body_only() -> None:
    now = 1_700_000_000
    verify(sign(KEY, b"{}", now), KEY, b"{}", now)
    with pytest.raises(UnauthorizedError, match="does not match"):
        verify(sign(KEY, b"{}", now), KEY, b"{ }", now)
